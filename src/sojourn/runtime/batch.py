"""The working set of one transaction: stays as they stand, and everything that their moves have put out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from sojourn import identifiers
from sojourn.engine.effect import Effect, Send
from sojourn.engine.result import Discard
from sojourn.engine.stay import AWAY, NOBODY, Stay, StayKey, Step
from sojourn.engine.stimulus import EventHeard
from sojourn.engine.transition import due
from sojourn.engine.versions import Versions
from sojourn.journey.plan import Plan
from sojourn.report.facts import Discarded
from sojourn.runtime.forget import anonymous
from sojourn.runtime.rehearsal import Note, Rehearsals, sent
from sojourn.schema.identity import Identity
from sojourn.store.shard import Key, Outgoing, Quarantined, Shard

_SHAPE = attrgetter("shape")


class Shapes:
    """Numbers of the step shapes in a shard: the same shape has the same number for ever, whoever compiled it."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._known: dict[bytes, int] = {body.encode(): number for number, _, _, body, *_ in shard.rows("shapes")}

    def adopt(self, journey: int, plan: Plan) -> None:
        """Gives a plan's shapes their numbers here; new ones are written (inside the shard's transaction)."""
        for shape in plan.shapes:
            body = msgspec.json.encode(shape.content())
            if body not in self._known:
                row = self._shard.rows("put_shape", journey, plan.version, body.decode())
                self._known[body] = int(row[0][0])
            shape.number = self._known[body]

    def drop(self, plans: Iterable[Plan]) -> None:
        """Forgets the shapes of plans, whose rows are deleted."""
        for plan in plans:
            for shape in plan.shapes:
                self._known.pop(msgspec.json.encode(shape.content()), None)


class DamagedError(Exception):
    """A stored stay that cannot be read."""


class Seat(msgspec.Struct, gc=False, eq=False):
    """One stay in a batch: as it was `before`, and as it is `now`, after the batch's moves so far."""

    key: Key
    whose: StayKey
    versions: Versions
    before: Stay = NOBODY
    now: Stay = NOBODY
    damage: str = ""

    def stay(self) -> Stay:
        """Where somebody stands now. Raises DamagedError for an unreadable row."""
        if self.damage:
            raise DamagedError(self.damage)
        return self.now


SILENCE = EventHeard("", {})
NOWHERE = Seat((0, "", ""), StayKey(""), Versions("", "", 0))


class Batch:
    """The sink of the walks of one transaction. `journey` and `sandbox` are those of the walk under way."""

    def __init__(self, shard: Shard, journeys: Mapping[int, Versions], rehearsals: Rehearsals) -> None:
        self._shard = shard
        self._journeys = journeys
        self._rehearsals = rehearsals
        self._seats: dict[Key, Seat] = {}
        self._keyed: dict[tuple[int, str], list[Key]] = {}
        self._steps: list[tuple[int, int, str, str, int, Sequence[Step]]] = []
        self._discards: dict[tuple[str, int, str, str], list[Any]] = {}
        self._discarded: list[Discarded] = []
        self.outgoing: list[Outgoing] = []
        self.cancelled: list[tuple[Key, int, str]] = []
        self.quarantined: list[Quarantined] = []
        self.jumps: list[Any] = []
        """Those who have come to a jump, and what it asks for."""
        self.written: list[tuple[str, Identity, int]] = []
        """Whose profile a walk has changed: (sandbox, identity, moment)."""
        self.seat = NOWHERE
        self.heard = SILENCE
        """What is being heard."""
        self.notes: list[Note] = []
        """Of people in drafts that run apart."""
        self.journey = 0
        self.sandbox = ""

    # --- stays ---

    def load(self, keys: Iterable[Key]) -> dict[Key, Seat]:
        """All seats of the batch, with those of `keys` among them: one query for a journey's people."""
        seats, journeys = self._seats, self._journeys
        new: dict[Key, Seat] = {}
        asked: dict[int, list[str]] = {}
        for key in keys:
            if key in seats:
                continue
            journey, person, supplemental = key
            seats[key] = new[key] = Seat(key, StayKey(person, supplemental), journeys[journey])
            if supplemental:
                self._keyed.setdefault((journey, person), []).append(key)
            if journey in asked:
                asked[journey].append(person)
            else:
                asked[journey] = [person]
        decode = self._shard.decode
        for journey, people in asked.items():
            for person, supplemental, state in self._shard.load(journey, tuple(people)):
                seat = new.get((journey, person, supplemental))
                if seat is None:
                    continue  # the same person under another supplemental key, or one whose moves are not written yet
                try:
                    seat.before = seat.now = decode(state)
                except msgspec.DecodeError as error:
                    seat.damage = f"the stored stay cannot be read: {error}"
        return seats

    def whose(self, journey: int, ids: Iterable[str]) -> list[Seat]:
        """All seats of people in a journey, of each supplemental key: stored ones, and those begun in this batch."""
        people = tuple(dict.fromkeys(ids))
        stored = [(journey, *row[:2]) for row in self._shard.load(journey, people)]
        begun = [key for person in people for key in self._keyed.get((journey, person), ())]
        keys = dict.fromkeys([*[(journey, person, "") for person in people], *stored, *begun])
        seats = self.load(keys)
        return [seats[key] for key in keys]

    # --- what walks put out (engine.walk.Sink) ---

    def steps(self, plan: Plan, key: StayKey, entry: int, steps: Sequence[Step]) -> None:
        self._steps.append((self.journey, plan.version, key.person, key.supplemental, entry, steps))

    def effect(self, plan: Plan, key: StayKey, stay: Stay, n: int, effect: Effect) -> None:
        stay_id = identifiers.stay_id(plan.sandbox, plan.uid, key.person, key.supplemental, stay.entry)
        not_before = getattr(effect, "not_before", None)
        whose = (self.journey, key.person, key.supplemental)
        made = int(time.time() * 1000)  # real: how long a call may wait has nothing to do with journey time [6.30]
        self.outgoing.append(Outgoing(whose, n, identifiers.effect_id(stay_id, n), effect, not_before, made))
        if self.journey in self._rehearsals.running:
            self.notes.append(Note(whose, stay.entry, stay.since, "call", sent(n, effect)))

    def discard(
        self, versions: Versions | None, key: StayKey, event: str, reason: Discard, at: int, id_: str | None = None
    ) -> None:
        """`id_` is the event's own; without one, that of what is being heard."""
        whose = (self.sandbox, versions.id if versions else 0, event, reason)
        count = self._discards.setdefault(whose, [0, at, ""])
        count[0] += 1
        count[1:] = [at, key.person]
        if whose[1] not in self._rehearsals.running:
            id_ = self.heard.payload.get("_id", "") if id_ is None else id_
            self._discarded.append(Discarded(at, self.sandbox, whose[1], event, key.person, reason, id_))

    # --- undoing one walk, and writing them all ---

    def enter(self, seat: Seat) -> tuple[int, int, int, int]:
        """Before a walk: whose it is. Returns a place to go `back_to` when it fails half-way."""
        self.seat, self.journey, self.sandbox = seat, seat.key[0], seat.versions.sandbox
        return len(self._steps), len(self.outgoing), len(self.notes), len(self.jumps)

    def back_to(self, mark: tuple[int, int, int, int]) -> None:
        """Takes back what was put out since `enter` gave `mark`."""
        del self._steps[mark[0] :]
        del self.outgoing[mark[1] :]
        del self.notes[mark[2] :]
        del self.jumps[mark[3] :]

    def forget(self, seat: Seat) -> None:
        """The stay is deleted: what was put out for it is counted, and nobody's."""
        journey, person, _ = seat.key
        self._steps = [
            anonymous(row[0], row[1], row[5]) if row[0] == journey and row[2] == person else row for row in self._steps
        ]
        self.notes = [note for note in self.notes if note.key[:2] != seat.key[:2]]
        seat.before = seat.now = NOBODY
        seat.damage = ""

    def forget_discards(self, sandbox: str, ids: set[str]) -> None:
        """Somebody is deleted who goes by these ids: events of theirs that had no effect are counted only."""
        self._discarded = [each for each in self._discarded if each.sandbox != sandbox or each.person not in ids]

    def drop(self, journey: int) -> None:
        """Nothing of a journey is written: it was a draft that ran apart, and has ended."""
        self._seats = {key: seat for key, seat in self._seats.items() if key[0] != journey}
        self._steps = [row for row in self._steps if row[0] != journey]
        self.outgoing = [out for out in self.outgoing if out.key[0] != journey]
        self.notes = [note for note in self.notes if note.key[0] != journey]
        self.quarantined = [each for each in self.quarantined if each.journey != journey]
        self._discards = {whose: count for whose, count in self._discards.items() if whose[1] != journey}

    def save(self) -> None:
        """Writes everything, inside the shard's transaction."""
        shard = self._shard
        changed = [seat for seat in self._seats.values() if seat.now is not seat.before]
        if changed:
            shard.save([(seat.key, seat.now) for seat in changed])
            shard.many("put_timer", _timers(changed))
        if self.cancelled:  # before new ones are put: a new stay's call may have the number of one that is dropped
            shard.many("drop_effect", [(*key, n) for key, n, _ in self.cancelled])
        if self.outgoing:
            # A walk may have gone on behind its call, as when the global timeout was due too: not to be made [6.27].
            latest = {out.key: out for out in self.outgoing}
            self.outgoing = [out for out in latest.values() if self._awaits(out)]
            self.outgoing = shard.put_effects(self.outgoing)
        kept = self._rehearsals.save(self._steps, self.notes) if self._rehearsals.running else self._steps
        if kept:
            shard.put_steps(kept)
        if self._steps:
            shard.many("count_shape", self._counts())
        if self._discards:
            shard.many("discard", [(*whose, *count) for whose, count in self._discards.items()])
        if self._discarded:
            shard.put_facts("discard", self._discarded)
        if self.quarantined:
            shard.many("quarantine", self.quarantined)

    def sent(self) -> list[tuple[Outgoing, Send, Versions, Stay]]:
        """The messages that have gone into the outbox: of which journey, and of which stay."""
        found = []
        for out in self.outgoing:
            if type(out.effect) is Send:
                seat = self._seats[out.key]
                found.append((out, out.effect, seat.versions, seat.now))
        return found

    def _awaits(self, out: Outgoing) -> bool:
        """Whether the stay still waits for the answer to an effect."""
        stay = self._seats[out.key].now
        return stay.place != AWAY and stay.awaited == out.n

    def _counts(self) -> list[tuple[int, int, int]]:
        """What the batch adds to each shape: (steps, attempts, shape)."""
        steps = [step for *_, some in self._steps for step in some]
        counts = Counter(map(_SHAPE, steps))
        attempts: Counter[int] = Counter()
        for step in steps:
            if step.attempts:
                attempts[step.shape] += step.attempts
        return [(count, attempts[number], number) for number, count in counts.items()]


def _timers(changed: list[Seat]) -> list[tuple[Any, ...]]:
    """A timer row for everybody who has moved and is inside: when their earliest moment comes.

    It may be there already, if that has not changed: then writing it changes nothing.
    """
    rows = []
    for seat in changed:
        now = seat.now
        if now.place != AWAY:
            rows.append((due(seat.versions.plans[now.version], now), *seat.key))
    return rows
