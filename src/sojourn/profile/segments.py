"""Segments in the shard: who is in them, kept up with every change of a profile, and evaluated for all [8.1, 8.2].

Streaming: a change of a profile evaluates, in the same transaction, the segments that look at what has changed, and
those that ask for these. Everything else is a *run*: all profiles that there are, as of one moment: of a new
definition, of what time alone changes (daily), on demand. A run goes through the profiles in bites, between the turns'
other work; the outcome is as if it had happened at once: whoever is about to change, or is asked for, before the run
gets to them, is done first, as of the run's moment. So bites, kills and restarts change nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from functools import partial

import msgspec

from sojourn.engine.stay import StayKey
from sojourn.expression import EvaluationError
from sojourn.journey import segment as compiled
from sojourn.journey.document import SegmentDocument
from sojourn.journey.plan import Plan
from sojourn.journey.segment import EVENTS_SLOT, is_timed
from sojourn.profile.evaluation import SegmentMoment, next_daily, values_of
from sojourn.profile.members import Members, Row
from sojourn.profile.membership import Qualification
from sojourn.profile.person import Person
from sojourn.profile.runs import Run, Runs
from sojourn.profile.store import Profiles
from sojourn.store.shard import Shard

log = logging.getLogger(__name__)

Definitions = Callable[[str], compiled.Segments]

NEVER = 2**62


class _Facts(msgspec.Struct):
    """A segment as the engine knows it."""

    id: int
    sandbox: str
    name: str
    uid: str
    definition: str | None
    daily: str
    due: int | None
    upload: int


class Segments:
    """The engine's segments: one turn's changes are written by `save`. After a turn that failed, make another.

    `definitions` gives the compiled segments of a sandbox. It watches `profiles`: see `profile.store.Watcher`.
    """

    def __init__(self, shard: Shard, profiles: Profiles, definitions: Definitions) -> None:
        self._shard = shard
        self._profiles = profiles
        self._definitions = definitions
        self._members = Members(shard)
        self._known: dict[str, dict[str, _Facts]] = {}
        for row in shard.rows("segments"):
            facts = _Facts(*row)
            self._known.setdefault(facts.sandbox, {})[facts.name] = facts
        self._runs = Runs(shard)
        self._set_due()
        self._before: dict[int, list[object] | None] = {}
        profiles.watcher = self

    # --- what is defined ---

    def defined(self, sandbox: str, name: str, body: bytes, uid: str, at: int) -> None:
        """A segment's document was written at `at` (epoch ms) or, with an empty body, deleted."""
        known = self._known.setdefault(sandbox, {})
        facts = known.get(name)
        if not body:
            if facts is not None:
                self._shard.rows("delete_segment", facts.id)
                self._runs.give_up(facts.id)
                del known[name]
        else:
            document = SegmentDocument.model_validate_json(body)
            timed = document.definition is not None and is_timed(document.definition)
            due = next_daily(document.daily, at) if timed else None
            if facts is None:
                values = (sandbox, name, uid, document.definition, document.daily, due)
                id_ = int(self._shard.rows("add_segment", *values)[0][0])
                known[name] = facts = _Facts(id_, sandbox, name, uid, document.definition, document.daily, due, 0)
                new = document.definition is not None
            else:
                new = document.definition is not None and document.definition != facts.definition
                facts.definition, facts.daily, facts.due = document.definition, document.daily, due
                self._shard.rows("set_segment", facts.definition, facts.daily, due, facts.id)
            if new:
                self._runs.give_up(facts.id)
                self._runs.begin(sandbox, facts.id, at, self._profiles.last)
        self._set_due()

    def renamed(self, sandbox: str, old: str, new: str) -> None:
        """A segment has another name; nobody enters or leaves it."""
        known = self._known.get(sandbox, {})
        if (facts := known.pop(old, None)) is not None:
            facts.name = new
            known[new] = facts
            self._shard.rows("rename_segment", new, facts.id)

    def reworded(self, sandbox: str, name: str, body: bytes) -> None:
        """A definition names the same things otherwise."""
        if (facts := self._known.get(sandbox, {}).get(name)) is not None:
            facts.definition = SegmentDocument.model_validate_json(body).definition
            self._shard.rows("set_segment", facts.definition, facts.daily, facts.due, facts.id)

    def _set_due(self) -> None:
        facts = [each for known in self._known.values() for each in known.values()]
        self.due = min([each.due for each in facts if each.due is not None], default=NEVER)

    def uid(self, sandbox: str, name: str) -> str:
        """The id of a segment; empty for one that there is not."""
        facts = self._known.get(sandbox, {}).get(name)
        return facts.uid if facts is not None else ""

    def number(self, uid: str) -> int:
        """The short number of a segment, by its id; 0 for one that there is not."""
        facts = next((each for known in self._known.values() for each in known.values() if each.uid == uid), None)
        return facts.id if facts is not None else 0

    def fresh(self) -> list[tuple[str, str, str, Qualification]]:
        """Who has entered or left since this was asked last: (sandbox, name and id of the segment, qualification)."""
        facts = {each.id: each for known in self._known.values() for each in known.values()}
        return [
            (facts[each.segment].sandbox, facts[each.segment].name, facts[each.segment].uid, each)
            for each in self._members.fresh()
            if each.segment in facts
        ]

    # --- runs ---

    @property
    def next_due(self) -> int | None:
        """When (epoch ms) the next scheduled evaluation is due."""
        return self.due if self.due != NEVER else None

    @property
    def stirred(self) -> bool:
        """Whether somebody has entered or left since `fresh` was asked."""
        return self._members.stirred

    @property
    def sweeping(self) -> bool:
        """Whether a run is under way."""
        return bool(self._runs)

    def evaluate(self, sandbox: str, name: str, at: int) -> None:
        """Evaluates a segment for everybody, as of `at` (epoch ms)."""
        facts = self._known.get(sandbox, {}).get(name)
        if facts is not None:
            self._runs.begin(sandbox, facts.id, at, self._profiles.last)

    def give_up(self, sandbox: str, name: str) -> None:
        """Ends the evaluation of a segment that is under way: who was not reached yet stays what they were."""
        facts = self._known.get(sandbox, {}).get(name)
        if facts is not None:
            self._runs.give_up(facts.id)

    def pass_time(self, before: int) -> int:
        """Begins the scheduled evaluations that are due earlier than `before` (epoch ms), in order; how many.

        What happened at the moment of the schedule itself counts; who is in by it is so from the next one on.
        """
        begun = 0
        while self.due < before:
            due = self.due
            for known in self._known.values():
                for facts in known.values():
                    if facts.due == due:
                        # While nobody is known there is nothing to evaluate: not day by day through the years before.
                        since = due if self._profiles.last else max(due, before - 1)
                        facts.due = next_daily(facts.daily, since)
                        self._shard.rows("set_segment_due", facts.due, facts.id)
                        self._runs.begin(facts.sandbox, facts.id, due + 1, self._profiles.last)
                        begun += 1
            self._set_due()
        return begun

    def sweep(self, limit: int) -> int:
        """Goes on with the run under way by `limit` profiles at most; how much was done.

        Before anything else in a turn: what is read is what is stored.
        """
        if not self._runs:
            return 0
        run = next(iter(self._runs))
        rows = [row for row in self._shard.rows("profiles_after", run.sandbox, run.place, limit) if row[0] <= run.last]
        todo = [row for row in rows if row[0] not in run.ahead]
        self._members.load([number for number, _ in todo])
        names = self._names(run)
        for number, body in todo:
            try:
                person = self._profiles.decode(body)
            except Exception as error:
                log.error("profile %s cannot be read: %r", number, error, extra={"action": "profile_damaged"})
                continue
            self._evaluate_for(run, names, number, person)
        if len(rows) < limit:
            self._runs.end(run)
        else:
            self._runs.pass_(run, rows[-1][0])
        return len(rows) + 1

    def _settle(self, sandbox: str, number: int, person: Person, at: int = NEVER) -> None:
        """Does for one profile what the runs up to the moment `at` have not got to."""
        for run in self._runs:
            if run.at <= at and run.sandbox == sandbox and run.awaits(number):
                self._evaluate_for(run, self._names(run), number, person)
                self._runs.done_ahead(run, number)

    def _names(self, run: Run) -> set[str]:
        return {facts.name for facts in self._known[run.sandbox].values() if facts.id in run.segments}

    # --- profiles that change (profile.store.Watcher) ---

    def changing(self, sandbox: str, number: int, person: Person | None, *, attributes: bool) -> None:
        """A profile is about to change, in its `attributes` too or in its events alone; None for one that begins."""
        if sandbox not in self._known or number in self._before:
            return
        if person is None:
            self._before[number] = None
            return
        if self._runs:
            self._settle(sandbox, number, person)
        self._before[number] = values_of(self._definitions(sandbox), person, None) if attributes else []

    def changed(self, sandbox: str, number: int, person: Person, at: int, *, events: bool) -> None:
        """A profile has changed, at `at` (epoch ms); `events`: it has others than before."""
        if number not in self._before:
            return
        before = self._before.pop(number)
        definitions = self._definitions(sandbox)
        if before is None:
            asked = {segment.name for segment in definitions.order}
        else:
            values = values_of(definitions, person, None) if before else []
            moved = {slot for slot, (old, new) in enumerate(zip(before, values, strict=True)) if old != new}
            asked = {
                segment.name
                for segment in definitions.order
                if (events and segment.events) or not moved.isdisjoint(segment.slots)
            }
        if asked:
            self._evaluate(sandbox, number, person, asked, at)

    def joined(self, sandbox: str, number: int, other: int) -> None:
        """The profile `other` is part of profile `number` from now on."""
        if sandbox not in self._known:
            return
        self._members.join(number, other)
        self._before.pop(other, None)
        self._before[number] = None  # every segment is evaluated anew

    def gone(self, sandbox: str, number: int, person: Person) -> None:
        """A profile is about to be deleted."""
        self._settle(sandbox, number, person)
        self._members.drop(number)

    # --- uploaded audiences [8.3] ---

    def uploaded(self, sandbox: str, name: str, namespace: str, ids: Iterable[str], mode: str, at: int) -> None:
        """A part of an uploaded audience; `mode` as in `store.entry.Uploaded`."""
        facts = self._known.get(sandbox, {}).get(name)
        if facts is None or facts.definition is not None:
            return  # deleted meanwhile, or given a definition
        if mode == "begin":
            facts.upload += 1
            self._shard.rows("set_segment_upload", facts.upload, facts.id)
        for id_ in ids:
            if mode == "remove":
                number = self._profiles.number(sandbox, namespace, id_)
                member, upload = False, 0
            else:
                number = self._profiles.known_by(sandbox, (namespace, id_), at)
                member, upload = True, facts.upload
            person = self._profiles.numbered(number) if number else None
            if person is not None:
                self._settle(sandbox, number, person)
                if self._members.found(number, facts.id, member, at, upload):
                    self._cascade(sandbox, number, person, facts.name, at)
        if mode == "end":
            self._runs.begin(sandbox, facts.id, at, self._profiles.last)

    def _cascade(self, sandbox: str, number: int, person: Person, name: str, at: int) -> None:
        """Evaluates what asks for a segment that somebody has entered or left."""
        asking = {segment.name for segment in self._definitions(sandbox).order if name in segment.asks}
        if asking:
            self._evaluate(sandbox, number, person, asking, at)

    # --- asking ---

    def member(self, plan: Plan, key: StayKey, name: str, at: int) -> bool:
        """Whether whose stay this is was in a segment at a moment (epoch ms): an `engine.transition.Member` [8.3]."""
        facts = self._known.get(plan.sandbox, {}).get(name)
        if facts is None or plan.namespace is None:
            return False
        number = self._profiles.number(plan.sandbox, plan.namespace, key.person)
        person = self._profiles.numbered(number) if number else None
        if person is None:
            return False
        self.pass_time(at)
        if self._runs:
            self._settle(plan.sandbox, number, person, at)
        found = self._members.row(number).get(facts.id)
        return found is not None and found.member_at(at)

    # --- evaluating ---

    def _evaluate(self, sandbox: str, number: int, person: Person, asked: Collection[str], at: int) -> None:
        """Evaluates the named segments, and those that ask for one that has changed, for one profile."""
        definitions, known = self._definitions(sandbox), self._known[sandbox]
        row = self._members.row(number)
        moment = SegmentMoment(at, partial(self._in_segment, known, row))
        turned: set[str] = set()
        values: list[object] | None = None
        for segment in definitions.order:
            name = segment.name
            if name not in asked and turned.isdisjoint(segment.asks):
                continue
            facts = known.get(name)
            if facts is None:
                continue  # its own entry comes behind this one in the log
            if values is None:
                values = values_of(definitions, person, None)
            if segment.events and values[EVENTS_SLOT] is None:
                events = self._profiles.all_events(number, person, at)
                values[EVENTS_SLOT] = definitions.read_events([event.record for event in events])
            try:
                found = segment.test(values, moment) is True
            except EvaluationError as error:  # not in it, which is recorded [7.4]
                found = False
                self._members.failed(facts.id, error.code)
            if self._members.found(number, facts.id, found, at):
                turned.add(name)

    def _evaluate_for(self, run: Run, names: Collection[str], number: int, person: Person) -> None:
        """Evaluates for one profile what a run is about: of an uploaded segment, whether the latest upload names it."""
        known, row = self._known[run.sandbox], self._members.row(number)
        for name in names:
            facts = known[name]
            held = row.get(facts.id)
            if facts.definition is None and held is not None and held.member and held.upload != facts.upload:
                self._members.found(number, facts.id, False, run.at)
                self._cascade(run.sandbox, number, person, name, run.at)
        self._evaluate(run.sandbox, number, person, names, run.at)

    @staticmethod
    def _in_segment(known: dict[str, _Facts], row: Row, name: str) -> bool:
        facts = known.get(name)
        found = row.get(facts.id) if facts is not None else None
        return found is not None and found.member

    def save(self) -> None:
        """Writes what was found, inside the shard's transaction."""
        self._members.save({facts.id for known in self._known.values() for facts in known.values()})
        self._before = {}
