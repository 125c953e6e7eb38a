"""One transaction's worth of stimuli: answers, log entries and due timers, each brought to whom it concerns.

One stimulus that cannot be processed is set aside (quarantine) and the rest of the turn goes on; that is for faults
of ours or damaged rows only, as the engine never raises for data. Nothing here begins or ends the transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from sojourn import identifiers
from sojourn.engine.effect import Answer, Known
from sojourn.engine.stay import Stay, StayKey
from sojourn.engine.stimulus import Answered, EventHeard, ExitReason
from sojourn.engine.versions import Versions
from sojourn.engine.walk import Walk
from sojourn.engine.world import World
from sojourn.expression import EvaluationError
from sojourn.identifiers import event_key
from sojourn.journey.plan import Group, Plan
from sojourn.profile.segments import Segments
from sojourn.profile.store import Grown, Profiles
from sojourn.runtime.arrivals import Arrivals
from sojourn.runtime.audience import Audiences
from sojourn.runtime.batch import Batch, Seat
from sojourn.runtime.configuration import Configuration, Sandbox
from sojourn.runtime.contacts import Contacts
from sojourn.runtime.entrants import Entrants
from sojourn.runtime.forget import Forgetting, Target
from sojourn.runtime.messages import Messages
from sojourn.runtime.reading import Found, all_events, read_each, read_events
from sojourn.runtime.records import Records
from sojourn.runtime.rehearsal import Note, shown
from sojourn.runtime.rehearsal import answered as told
from sojourn.runtime.sight import minding, seeing
from sojourn.schema.identity import Identity
from sojourn.store.database import STORAGE_ERRORS
from sojourn.store.entry import (
    Accepted,
    Amended,
    Blank,
    Changed,
    Dismissed,
    Entry,
    Erased,
    Evaluated,
    Feedback,
    Forgotten,
    Halted,
    Prompted,
    Published,
    Recorded,
    Rehearsed,
    Removed,
    Renamed,
    Retried,
    Suppressed,
    Uploaded,
)
from sojourn.store.shard import Key, Quarantined, Shard

log = logging.getLogger(__name__)

TIMERS_A_TURN = 5_000
SWEEP_A_TURN = 500
PROFILES_AT_ONCE = 5_000
NO_STAY: Key = (0, "", "")
ABOUT_NOBODY: Key = (0, "", "business")


class Turn:
    """Processes stimuli into a batch; `moment` tells the journey time for what has no moment of its own.

    `virtual`: what takes no virtual time is done at once; `still`: it stands still while a call is open [6.30]. `held`
    is how many held events the shard has: who leaves an action is asked about them only if there are any.
    """

    def __init__(
        self,
        shard: Shard,
        configuration: Configuration,
        profiles: Profiles,
        forgetting: Forgetting,
        segments: Segments,
        messages: Messages,
        entrants: Entrants,
        audiences: Audiences,
        known: Known,
        moment: Callable[[], int],
        *,
        virtual: bool,
        still: bool,
        held: int,
    ) -> None:
        self._shard = shard
        self._configuration = configuration
        self._profiles = profiles
        self._forgetting = forgetting
        self._segments = segments
        self._messages = messages
        self._entrants = entrants
        self._audiences = audiences
        self._moment = moment
        self._virtual = virtual
        self.held = held
        self._rehearsals = configuration.rehearsals
        self.batch = Batch(shard, configuration.journeys, self._rehearsals)
        self.arrivals = Arrivals(self, self.batch, configuration, profiles, segments, entrants, audiences)
        known = self._rehearsals.known(seeing(profiles, known), lambda: self.batch.journey)
        asked = minding(profiles, Contacts(shard, profiles), self.arrivals.entering)
        ask = self._rehearsals.asked(asked, lambda: self.batch.journey)
        self._walk = Walk(self.batch, World(known, segments.member, ask, self._count), still=still)
        self._records = Records(shard, profiles, self._bring_together, self._aside)

    def _count(self, plan: Plan, counter: str, at: int, limit: int, period: int) -> bool:
        return bool(self._shard.rows("count", self.batch.journey, plan.version, counter, at, limit, period))

    # --- answers ---

    def answers(self, answers: list[tuple[str, Key, int, Answer]]) -> None:
        """Takes in answers to effects: (effect id, whose, step, answer)."""
        seats = self.batch.load([key for _, key, _, _ in answers])
        for effect_id, key, n, answer in answers:
            self._answer(seats[key], Answered(n, answer), effect_id)

    def replies(self, replies: list[tuple[str, Answer]]) -> None:
        """What was said to messages, whether or not anybody waits for it."""
        for id_, answer in replies:
            self._messages.answered(id_, answer, self._moment())

    def _answer(self, seat: Seat, answered: Answered, effect_id: str = "") -> None:
        batch = self.batch
        mark = batch.enter(seat)
        try:
            before = seat.stay()
            if seat.versions.kind != "live":
                self._note(seat, before.entry, self._moment(), "answer", told(answered.n, answered.answer))
            after = self._walk.answer(seat.versions, seat.whose, before, answered, self._moment())
            self._moved(seat, before, after)
            if after is before and effect_id:  # nobody waits for it any more
                batch.cancelled.append((seat.key, answered.n, effect_id))
        except Exception as error:
            batch.back_to(mark)
            self._set_aside(seat.key, "answer", msgspec.json.encode(answered), self._moment(), error)
            if effect_id:
                batch.cancelled.append((seat.key, answered.n, effect_id))  # it was answered: not to be called again
        if batch.jumps:
            self.arrivals.jump()

    # --- log entries ---

    def entries(self, entries: list[Entry], found: Found | None = None) -> None:
        """Processes log entries, in order; `found` is what is in them, where that was read already."""
        if entries and entries[-1].at <= self._due and all_events(entries):
            self._events(entries, found)  # type: ignore[arg-type]
            return
        events: list[Accepted] = []
        for entry in entries:
            if entry.at > self._due:
                self._events(events)
                events = []
                self.schedules(entry.at)
            if type(entry) is Accepted:
                events.append(entry)
                continue
            self._events(events)
            events = []
            self._control(entry)
            if self._configuration.qualifying:
                self._complete()
        self._events(events)

    @property
    def _due(self) -> int:
        """When the clock starts something next that concerns many."""
        return min(self._segments.due, self._audiences.due)

    def schedules(self, before: int) -> int:
        """Begins what is due earlier than `before` for many: evaluations of segments, reads of audiences; how many."""
        begun = 0
        while (due := self._due) < before:
            begun += self._segments.pass_time(due + 1)
            if self._configuration.qualifying:
                self._complete()
            begun += self._audiences.pass_time(due + 1)
            self._complete()
        return begun

    def _complete(self) -> None:
        """Tells of those who have entered or left segments. In virtual time, what was begun for many is done whole."""
        if self._segments.stirred:
            self.arrivals.qualify()
        while self._virtual and (self._segments.sweeping or self._audiences.reading):
            self._profiles.save()
            self._segments.save()
            self._segments.sweep(PROFILES_AT_ONCE)
            self.arrivals.qualify()
            self._audiences.read(PROFILES_AT_ONCE)

    def _control(self, entry: Entry) -> None:
        match entry:
            case Changed():
                self._configuration.changed(entry)
                if entry.kind == "segment":
                    uid = identifiers.document_id(entry.sandbox, entry.kind, entry.name)
                    self._segments.defined(entry.sandbox, entry.name, entry.body, uid, entry.at)
            case Renamed():
                self._configuration.renamed(entry)
                if entry.kind == "segment":
                    self._segments.renamed(entry.sandbox, entry.old, entry.new)
                    for name, body in [(name, body) for kind, name, body in entry.others if kind == "segment"]:
                        self._segments.reworded(entry.sandbox, name, body)
            case Published():
                self._configuration.published(entry)
                self._audiences.published(self._configuration.journey(entry.sandbox, entry.journey), entry.at)
            case Halted():
                self._configuration.halted(entry)
                self._audiences.published(self._configuration.journey(entry.sandbox, entry.journey), entry.at)
            case Retried():
                self._retry(entry)
            case Recorded():
                self._recorded(entry)
            case Forgotten():
                self._forget(entry)
            case Erased():
                self._shard.rows("drop_forgotten", entry.token)
            case Blank():
                self._shard.see(tuple(entry.keys))
            case Uploaded():
                self._segments.uploaded(entry.sandbox, entry.segment, entry.namespace, entry.ids, entry.mode, entry.at)
            case Feedback():
                self._feedback(entry)
            case Suppressed():
                self._messages.suppressed(entry)
            case Evaluated():
                self._segments.evaluate(entry.sandbox, entry.segment, entry.at)
            case Rehearsed():
                self._configuration.rehearsed(entry)
            case Dismissed():
                self._dismiss(entry)
            case Prompted():
                self._prompt(entry)
            case Amended():
                self._configuration.amended(entry)
            case Removed():
                self._remove(entry)

    def _events(self, accepted: Sequence[Accepted], found: Found | None = None) -> None:
        """`found` is what is in them, if that was read already."""
        found = found or read_events(self._configuration, accepted)
        if found is None:
            found = read_each(self._configuration, accepted, self._unreadable)
        fresh = self._shard.see(tuple(found.keys))
        records = found.records
        self._route(records if all(fresh) else [each for each, new in zip(records, fresh, strict=True) if new])

    def _unreadable(self, entry: Accepted, error: Exception) -> None:
        self.batch.sandbox = entry.sandbox
        self._set_aside(NO_STAY, "event", entry.record, entry.at, error)

    def _route(self, records: list[tuple[Accepted, dict[str, Any]]]) -> None:
        """Brings records to the profile store and then to everyone whose events they are, in order [3.9]."""
        heard: list[tuple[Key, EventHeard, Accepted]] = []
        known: dict[str, list[list[Identity]]] = {}
        if not records:
            return
        name = records[0][0].sandbox
        here = self._configuration.sandbox(name)
        for entry, record in records:
            if entry.sandbox != name:
                name = entry.sandbox
                here = self._configuration.sandbox(name)
            if here.intakes and entry.dataset in here.intakes:
                heard.append((NO_STAY, EventHeard("", record), entry))
                known.setdefault(name, []).append(here.intakes[entry.dataset].identities(record))
            try:
                matches = here.routes.match(record)
            except Exception as error:
                self._unreadable(entry, error)
                continue
            for event, person, reason in matches:
                journeys = here.listening.get(event)
                if not person or not journeys:
                    if person == "" and event in here.reading:
                        heard.append((ABOUT_NOBODY, EventHeard(event, record), entry))
                        continue
                    self.batch.sandbox = entry.sandbox
                    why = reason or "EVENT_WITH_NO_JOURNEY"
                    self.batch.discard(None, StayKey(person or ""), event, why, entry.at, record["_id"])
                    continue
                stimulus = EventHeard(event, record)
                for versions in journeys:
                    supplemental: str | None = ""
                    if here.keyed:
                        supplemental = self._supplemental(here, versions, person, stimulus, entry)
                    if supplemental is not None:
                        heard.append(((versions.id, person, supplemental), stimulus, entry))
        for name, identities in known.items():
            self._profiles.prepare(name, identities)
        seats = self.batch.load([key for key, _, _ in heard if key[0]])
        imported: set[int] = set()
        qualifying, last = self._configuration.qualifying, None
        gone: set[tuple[int, Key]] = set()
        for key, stimulus, entry in heard:
            if qualifying and entry is not last:  # behind what the event itself has done
                self._complete()
                last = entry
            if key is ABOUT_NOBODY:
                self._business(stimulus, entry)
                continue
            if key is NO_STAY:
                intake = self._configuration.sandbox(entry.sandbox).intakes[entry.dataset]
                self._before_record(entry.sandbox, intake.identities(stimulus.payload), entry.at)
                if not self._records.event(entry, stimulus.payload, intake):
                    imported.add(id(entry))
                else:
                    left = self._behind_record(entry.sandbox, intake.identities(stimulus.payload), entry.at)
                    gone.update((id(entry), seat_key) for seat_key in left)
                continue
            if imported and id(entry) in imported:
                continue
            seat = seats[key] if not self._profiles.has_kin else self._seat(key, stimulus.event)
            if gone and (id(entry), seat.key) in gone:
                continue  # it has ended the stay: it does not also enter [6.11]
            if seat.versions.guarded:
                self.arrivals.receive(seat, stimulus, entry.record, entry.at)
            elif not self.hear(seat, stimulus, entry.record, entry.at):
                self.hold(seat, stimulus.event, entry.record, entry.at)
        if qualifying:
            self._complete()

    def _supplemental(
        self, here: Sandbox, versions: Versions, person: str, heard: EventHeard, entry: Accepted
    ) -> str | None:
        """The supplemental key by which an event concerns a journey; None where it cannot have an effect on it."""
        try:
            found, why = here.supplemental(versions, heard.event, heard.payload), "supplementalKeyMissing"
        except EvaluationError:
            found, why = None, "keyFailed"
        if found is None:
            self.batch.sandbox = entry.sandbox
            self.batch.discard(versions, StayKey(person), heard.event, why, entry.at, heard.payload["_id"])  # type: ignore[arg-type]
        return found

    def _business(self, heard: EventHeard, entry: Accepted) -> None:
        """An event about nobody: journeys read their audience after it [3.8]."""
        here = self._configuration.sandbox(entry.sandbox)
        for versions in here.reading[heard.event]:
            if not self._audiences.happened(versions, heard.event, entry.record, entry.at):
                self.batch.sandbox = entry.sandbox
                _, reason = versions.entering()
                self.batch.discard(versions, StayKey(""), heard.event, reason, entry.at, heard.payload["_id"])

    def hear(self, seat: Seat, heard: EventHeard, record: bytes, at: int) -> bool:
        """One event for one stay. False where it has to wait for an answer."""
        batch = self.batch
        mark = batch.enter(seat)
        batch.heard = heard
        try:
            before = seat.stay()
            if seat.versions.kind != "live":
                refused = self._rehearsals.refuses(seat.versions, seat.key, before, self._profiles)
                if refused is not None:
                    batch.discard(seat.versions, seat.whose, heard.event, refused, at)
                    return True
            if self.held and before.place >= 0:
                # Whoever runs out of time at an action first hears what has waited there, then this.
                self._moved(seat, before, self._walk.pass_time(seat.versions, seat.whose, before, at))
                before = seat.now
            after, waits = self._walk.hear(seat.versions, seat.whose, before, heard, at)
            self._moved(seat, before, after)
            if seat.versions.kind == "test":
                self._heard(seat, before, heard.event, record, at, waits=waits)
        except Exception as error:
            batch.back_to(mark)
            self._set_aside(seat.key, "event", record, at, error, heard.event)
            return True
        if batch.jumps:
            self.arrivals.jump()
        return not waits

    def hold(self, seat: Seat, event: str, record: bytes, at: int) -> None:
        self._shard.rows("hold", *seat.key, at, event, record)
        self.held += 1

    # --- drafts that run apart ---

    def _heard(self, seat: Seat, before: Stay, event: str, record: bytes, at: int, *, waits: bool) -> None:
        """Writes down what an event has done in a test."""
        after = seat.now
        did = "held" if waits else "discarded" if after is before else "moved"
        if after.entry > before.entry:
            did = "entered"
            self._rehearsals.running[seat.key[0]].people.add(seat.key[1])
        body = {"event": event, "did": did, "payload": shown(record)}
        self._note(seat, after.entry, at, "event", body)

    def _note(self, seat: Seat, entry: int, at: int, kind: str, body: dict[str, Any]) -> None:
        self.batch.notes.append(Note(seat.key, entry, at, kind, body))

    def _dismiss(self, entry: Dismissed) -> None:
        """A draft that ran apart ends; what it has left behind goes by and by."""
        journey = self._configuration.dismissed(entry)
        if journey is None:
            return
        calls, held = self._rehearsals.end(journey)
        self._drop(journey)
        self.batch.cancelled += calls
        self.held -= held

    def _remove(self, entry: Removed) -> None:
        """Versions that nobody is inside are deleted; what is kept of them goes by and by."""
        journey = self._configuration.removed(entry)
        if journey is not None and not entry.numbers:
            self._drop(journey)

    def _drop(self, journey: int) -> None:
        """Nothing of a journey is written any more, and nobody waits to enter it."""
        self.batch.drop(journey)
        self._entrants.drop(journey)
        self._audiences.drop(journey)

    def _prompt(self, entry: Prompted) -> None:
        """Somebody in a test hears what whoever tests it says."""
        versions = self._configuration.running(entry.sandbox, entry.uid)
        if versions is None or versions.kind != "test":
            return
        here = self._configuration.sandbox(entry.sandbox)
        ids = self._profiles.kin(entry.sandbox, versions.namespace, entry.person)
        seat = self.seat_of(versions, [entry.person, *(id_ for id_ in ids if id_ != entry.person)])
        self.arrivals.receive(seat, EventHeard(entry.key, here.read(entry.payload)), entry.payload, entry.at)

    def wipe(self) -> int:
        """Goes on deleting what drafts that have ended left behind, and versions that are deleted."""
        return self._rehearsals.wipe() + self._configuration.removals.work()

    # --- feedback ---

    def _feedback(self, entry: Feedback) -> None:
        """Something was heard of a message: it counts if the person is in the stay that it belongs to [6.18]."""
        whose = self._messages.whose(entry)
        if whose is not None:
            self._before_record(entry.sandbox, [whose], entry.at)
        heard = self._messages.feedback(entry)
        if heard is None or heard.key[0] not in self._configuration.journeys:
            return
        seat = self.batch.load([heard.key])[heard.key]
        self.passed(seat, entry.at, entry.at)
        stay = seat.now
        if stay.place < 0 or stay.entry != heard.entry or heard.event not in seat.versions.plan(stay).listens:
            return
        if not self.hear(seat, EventHeard(heard.event, {}), b"{}", entry.at):
            self.hold(seat, heard.event, b"{}", entry.at)

    # --- profiles ---

    def _recorded(self, entry: Recorded, *, again: bool = False) -> None:
        """Takes in records that are for the profile store alone."""
        intake = self._configuration.sandbox(entry.sandbox).intakes.get(entry.dataset)
        if intake is not None:  # else the dataset is no longer enabled for profile
            if self._configuration.sandbox(entry.sandbox).looking and intake.kind != "record":
                for record in entry.records:
                    self._before_record(entry.sandbox, intake.identities(intake.read(record)), entry.at)
            self._records.recorded(entry, intake, again=again)
            if self._configuration.sandbox(entry.sandbox).watching and intake.kind == "profile":
                for record in entry.records:
                    self._behind_record(entry.sandbox, intake.identities(intake.read(record)), entry.at)

    def _before_record(self, sandbox: str, whose: Sequence[Identity], at: int) -> None:
        """Fires the timers of a record's people that are due before it: what they lead to must not see it yet [6.14].

        For journeys that look at the profile store; others cannot tell.
        """
        for seat in self._seats_of(sandbox, self._configuration.sandbox(sandbox).looking, whose):
            self.passed(seat, at, at)

    def _behind_record(self, sandbox: str, whose: Sequence[Identity], at: int) -> list[Key]:
        """Whether a record's people have to leave, now that more is known of them [6.25]. Returns who has left."""
        left = []
        for seat in self._seats_of(sandbox, self._configuration.sandbox(sandbox).watching, whose):
            mark = self.batch.enter(seat)
            try:
                stay = seat.stay()
                self._moved(seat, stay, self._walk.changed(seat.versions, seat.whose, stay, at))
                if seat.now is not stay:
                    left.append(seat.key)
            except Exception as error:
                self.batch.back_to(mark)
                self._set_aside(seat.key, "timer", b"", at, error)
        return left

    def _seats_of(self, sandbox: str, journeys: Sequence[Versions], whose: Sequence[Identity]) -> list[Seat]:
        """Where the people with these identities are in journeys."""
        if not journeys:
            return []
        known = [person for each in whose if (person := self._profiles.person(sandbox, *each)) is not None]
        ids = dict.fromkeys([*whose, *(each for person in known for each in person.identities)])
        keys = [
            (versions.id, id_, "")
            for versions in journeys
            for namespace, id_ in ids
            if any(plan.namespace == namespace for plan in versions.plans.values())
        ]
        seats = self.batch.load(keys)
        return [seats[key] for key in keys]

    def _seat(self, key: Key, event: str) -> Seat:
        """Where the person of `key` is in a journey, under whichever of their ids [1.2]."""
        journey, person, supplemental = key
        versions = self._configuration.journeys[journey]
        namespace = self._configuration.sandbox(versions.sandbox).namespaces.get(event)
        kin = self._profiles.kin(versions.sandbox, namespace, person)
        return self.seat_of(versions, [person, *(id_ for id_ in kin if id_ != person)], supplemental)

    def seat_of(self, versions: Versions, ids: Sequence[str], supplemental: str = "") -> Seat:
        """Where the person with these ids is in a journey: inside, or there last; else at the first of them."""
        seats = self.batch.load([(versions.id, id_, supplemental) for id_ in ids])
        mine = [seats[versions.id, id_, supplemental] for id_ in ids]
        if len(mine) == 1:
            return mine[0]
        return max(mine, key=lambda seat: (seat.now.place, seat.now.entry > 0, seat.now.since, seat is mine[0]))

    def _bring_together(self, grown: Grown, at: int) -> None:
        """Of several stays of one person in a journey the oldest goes on, the others end as merged [1.2]."""
        for versions in self._configuration.in_namespace(grown.sandbox, grown.namespace):
            seats = self.batch.whose(versions.id, grown.ids)
            for supplemental in dict.fromkeys(seat.key[2] for seat in seats):
                self._merge([seat for seat in seats if seat.key[2] == supplemental], at)

    def _merge(self, seats: list[Seat], at: int) -> None:
        """`seats` are one person's, in one journey and of one supplemental key."""
        for seat in seats:
            self.passed(seat, at, at)
        inside = sorted([seat for seat in seats if seat.now.place >= 0], key=lambda seat: (seat.now.entered, seat.key))
        for seat in inside[1:]:
            self._shard.rows("pass_held", inside[0].key[1], *seat.key)
            self._exit(seat, "merged", at)
        if self.held and len(inside) > 1 and not inside[0].damage:
            self._release_held(inside[0])

    def passed(self, seat: Seat, before: int, due: int) -> None:
        """Fires the timers of a seat that are due earlier than `before`; the earliest that is known is `due`."""
        if seat.versions.origins:
            self.arrivals.before(seat, before)
        mark = self.batch.enter(seat)
        try:
            stay = seat.stay()
            if stay.place >= 0:
                self._moved(seat, stay, self._walk.pass_time(seat.versions, seat.whose, stay, before))
        except Exception as error:
            self.batch.back_to(mark)
            self._set_aside(seat.key, "timer", b"", due, error)
        if self.batch.jumps:
            self.arrivals.jump()

    def _exit(self, seat: Seat, reason: ExitReason, at: int) -> None:
        """Ends a stay for `reason`."""
        mark = self.batch.enter(seat)
        try:
            stay = seat.stay()
            self._moved(seat, stay, self._walk.exit(seat.versions, seat.whose, stay, reason, at))
        except Exception as error:
            self.batch.back_to(mark)
            self._set_aside(seat.key, "timer", b"", at, error)

    def _forget(self, entry: Forgotten) -> None:
        """Deletes a person: their stays exit, and everything about them goes [1.6]."""
        identities = self._profiles.forget(entry.sandbox, entry.identities)
        stays: list[tuple[int, str]] = []
        for versions in self._configuration.journeys.values():
            if versions.sandbox == entry.sandbox:
                namespaces = {plan.namespace or "" for plan in versions.plans.values()}
                stays += [(versions.id, id_) for namespace, id_ in identities if namespace in namespaces]
        self._messages.forget_contacts(entry.sandbox, identities)
        for journey, person in stays:
            self.held -= len(self._shard.rows("held_of_person", journey, person))
            self._shard.rows("drop_held_of", journey, person)
            identities += self._messages.forget(journey, person)
            self._entrants.forget(journey, person)
            for seat in self.batch.whose(journey, (person,)):
                if seat.now.place >= 0:
                    self._exit(seat, "privacy", entry.at)
                self.batch.forget(seat)
        self.batch.forget_discards(entry.sandbox, {id_ for _, id_ in identities})
        self._rehearsals.forget(stays)
        self._forgetting.begin(entry.token, Target(entry.sandbox, identities, stays))

    def forget(self) -> int:
        """Goes on with the deletes under way."""
        return self._forgetting.work()

    def _aside(self, entry: Recorded, error: Exception) -> None:
        self.batch.sandbox = entry.sandbox
        self._set_aside(NO_STAY, "record", msgspec.json.encode(entry), entry.at, error)

    # --- timers ---

    def timers(self, before: int) -> int:
        """Fires timers due earlier than `before`, the earliest first, TIMERS_A_TURN at most; returns how many."""
        timers = self._shard.due_timers(before, TIMERS_A_TURN)
        if not timers:
            return 0
        batch = self.batch
        seats = batch.load([timer[1:] for timer in timers])
        for timer in timers:
            self.passed(seats[timer[1:]], before, timer[0])
        self._shard.rows("drop_timers", *timers[-1])  # those read, and no other: they come in the order of the key
        return len(timers)

    def save(self) -> None:
        """Writes everything but profiles and segments, inside the shard's transaction."""
        self.batch.save()
        if sent := self.batch.sent():
            self._messages.put(sent, self._moment())
        self._messages.save()

    # --- stopped versions ---

    def sweep(self, places: dict[tuple[int, int], tuple[str, str]], at: int) -> int:
        """Lets go of people inside stopped versions at `at`, some in each turn; `places` is how far each sweep is."""
        done = 0
        batch = self.batch
        for id_, number in list(self._configuration.unswept):
            after = places.get((id_, number), ("", ""))
            keys = [(id_, *row[:2]) for row in self._shard.rows("stays_after", id_, *after, SWEEP_A_TURN)]
            seats = batch.load(keys)
            for key in keys:
                seat = seats[key]
                mark = batch.enter(seat)
                try:
                    stay = seat.stay()
                    if stay.place >= 0 and stay.version == number:
                        self._moved(seat, stay, self._walk.stop(seat.versions, seat.whose, stay, at))
                except Exception as error:
                    batch.back_to(mark)
                    self._set_aside(key, "timer", b"", at, error)
            done += len(keys) or 1
            if len(keys) < SWEEP_A_TURN:
                self._configuration.swept(id_, number)
                places.pop((id_, number), None)
            else:
                places[id_, number] = keys[-1][1:]
        return done

    # --- common to all stimuli ---

    def _moved(self, seat: Seat, before: Stay, after: Stay) -> None:
        """Notes where somebody stands now. Who has left an action needs no answer any more, and hears what waited."""
        if after is before:
            return
        seat.now = after
        if before.place < 0:
            return
        plan = seat.versions.plan(before)
        if type(plan.places[before.place]) is not Group:
            n = before.awaited
            stay_id = identifiers.stay_id(plan.sandbox, plan.uid, *seat.key[1:], before.entry)
            self.batch.cancelled.append((seat.key, n, identifiers.effect_id(stay_id, n)))
            if self.held:
                self._release_held(seat)

    def _release_held(self, seat: Seat) -> None:
        read = self._configuration.sandbox(seat.versions.sandbox).read
        for id_, at, event, record in self._shard.rows("held_of", *seat.key):
            if not self.hear(seat, EventHeard(event, read(record)), record, at):
                return  # the next call is open: this one and those behind it wait on
            self._shard.rows("drop_held", id_)
            self.held -= 1

    # --- quarantine ---

    def _set_aside(self, key: Key, kind: str, payload: bytes, at: int, error: Exception, event: str = "") -> None:
        if isinstance(error, STORAGE_ERRORS):
            raise error  # the file's fault, not that of what was being processed: the turn is done again
        reason = f"{event + ': ' if event else ''}{type(error).__name__}: {error}"
        self.batch.quarantined.append(Quarantined(self.batch.sandbox, *key, at, kind, payload, reason))
        facts = {"action": "quarantined", "journey": key[0], "person": key[1], "kind": kind}
        log.error("set aside: %s", reason, extra=facts)

    def _retry(self, entry: Retried) -> None:
        """Processes something set aside once more, or gives it up."""
        rows = self._shard.rows("quarantined_item", entry.item)
        self._shard.rows("drop_quarantined", entry.item)
        if not rows or entry.drop:
            return
        item = Quarantined(*rows[0])
        try:
            self._retry_item(item, entry.at)
        except Exception as error:
            self.batch.sandbox = item.sandbox
            self._set_aside((item.journey, item.person, item.supplemental), item.kind, item.payload, item.at, error)

    def _retry_item(self, item: Quarantined, at: int) -> None:
        read = self._configuration.sandbox(item.sandbox).read
        if item.kind == "record":
            self._recorded(msgspec.json.decode(item.payload, type=Recorded), again=True)
            return
        if not item.journey:
            record = read(item.payload)
            self._shard.see((event_key(item.sandbox, record["_id"]),))
            self._route([(Accepted(at, item.sandbox, item.payload), record)])
            return
        key = (item.journey, item.person, item.supplemental)
        seat = self.batch.load([key])[key]
        if item.kind == "answer":
            self._answer(seat, msgspec.json.decode(item.payload, type=Answered))
        elif item.kind == "timer":
            self._shard.rows("put_timer", item.at, *key)
        else:
            event = item.reason.partition(": ")[0]  # what is heard may have a colon in its key
            if not self.hear(seat, EventHeard(event, read(item.payload)), item.payload, at):
                self.hold(seat, event, item.payload, at)
