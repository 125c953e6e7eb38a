"""How people get into journeys besides straight by their own events, and in which order they do.

- A journey with a pace lets them in one after the other; who comes too early waits [6.13]. So do the members of an
  audience that is read [6.19].
- Who enters or leaves a segment is heard like an event [6.17].
- Who comes to a jump enters the other journey within the same turn [6.23].

What somebody's journeys do to each other keeps its order, however much is done in one turn: before a journey hears
anything, the stays that may jump into it are brought to that moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from sojourn.crash import crash_point
from sojourn.engine.effect import DONE, Answer, Ask, Enter
from sojourn.engine.stay import StayKey
from sojourn.engine.stimulus import EventHeard
from sojourn.engine.versions import Versions
from sojourn.expression import EvaluationError
from sojourn.journey.qualification import EXITED, REALIZED, heard, record
from sojourn.profile.membership import STATUSES, Qualification
from sojourn.profile.person import Person
from sojourn.profile.segments import Segments
from sojourn.profile.store import Profiles
from sojourn.runtime.audience import Audiences
from sojourn.runtime.batch import Batch, Seat
from sojourn.runtime.configuration import Configuration
from sojourn.runtime.entrants import Entrant, Entrants

MAX_JUMPS = 100
"""How many jumps may follow from one another at once. Findings keep journeys from jumping in a circle."""


class Mover(Protocol):
    """What moves people: `moves.Moves`."""

    def hear(self, seat: Seat, heard: EventHeard, record: bytes, at: int) -> bool: ...
    def hold(self, seat: Seat, event: str, record: bytes, at: int) -> None: ...
    def passed(self, seat: Seat, before: int, due: int) -> None: ...
    def changed(self, seat: Seat, at: int) -> None: ...
    def seat_of(self, versions: Versions, ids: Sequence[str], supplemental: str = "") -> Seat: ...


class Jump(NamedTuple):
    """Somebody at a jump, at `at` (epoch ms)."""

    seat: Seat
    enter: Enter
    at: int


class Arrivals:
    """Those of one turn."""

    def __init__(
        self,
        mover: Mover,
        batch: Batch,
        configuration: Configuration,
        profiles: Profiles,
        segments: Segments,
        entrants: Entrants,
        audiences: Audiences,
    ) -> None:
        self._mover = mover
        self._batch = batch
        self._configuration = configuration
        self._profiles = profiles
        self._segments = segments
        self._entrants = entrants
        self._audiences = audiences
        self._jumping = False
        self._late: list[Seat] = []

    # --- hearing in order ---

    def receive(self, seat: Seat, event: EventHeard, record: bytes, at: int) -> None:
        """Something that a journey hears, in a journey into which people get in other ways too, or one by one."""
        versions = seat.versions
        for each in self._entrants.take_of(versions.id, seat.key[1], at):
            self._let_in(each)
        self._mover.passed(seat, at, at)
        plan, _ = versions.entering()
        if seat.now.place >= 0 or plan is None or not plan.pace or event.event not in plan.entry.hears:
            self._hear(seat, event, record, at)
            return
        place = self._entrants.place(versions.id, at)
        if place > at:
            self._entrants.took(versions.id, place, plan.pace)
            self._entrants.put(place, seat.key, at, event.event, record)
            return
        entry = seat.now.entry
        self._hear(seat, event, record, at)
        if seat.now.entry > entry:
            self._entrants.took(versions.id, place, plan.pace)

    def _hear(self, seat: Seat, event: EventHeard, record: bytes, at: int) -> None:
        if not self._mover.hear(seat, event, record, at):
            self._mover.hold(seat, event.event, record, at)

    def before(self, seat: Seat, at: int) -> None:
        """Brings what may jump into somebody's journey to the moment `at`, and lets it jump, in order."""
        self._jumping, jumping = True, self._jumping
        for origin in seat.versions.origins:
            for id_ in self._ids(origin, seat):
                for each in self._batch.whose(origin.id, (id_,)):
                    self._mover.passed(each, at, at)
        self._jumping = jumping
        if self._batch.jumps and not jumping:
            self.jump()

    def _ids(self, versions: Versions, seat: Seat) -> Sequence[str]:
        return self._profiles.kin(versions.sandbox, versions.namespace, seat.key[1])

    def settle(self, before: int) -> None:
        """Fires the timers, due earlier than `before`, of those who have come into a journey in this turn."""
        while self._late:
            seat = self._late.pop()
            self._mover.passed(seat, before, before)

    # --- who has waited ---

    def enter(self, before: int) -> int:
        """Lets those in whose turn it is earlier than `before` (epoch ms), some of them; how many."""
        found = self._entrants.take(before)
        for each in found:
            self._let_in(each)
        if found:
            crash_point("audience-entered")
        return len(found)

    def _let_in(self, entrant: Entrant) -> None:
        versions = self._configuration.journeys.get(entrant.journey)
        if versions is None:
            return
        seat = self._mover.seat_of(versions, (entrant.person,), entrant.supplemental)
        self._mover.passed(seat, entrant.due, entrant.due)
        text = entrant.payload
        if entrant.run:
            run = self._audiences.run(entrant.run)
            plan, reason = versions.entering()
            if plan is None or plan.version != run.version:
                self._discard(seat, entrant.event, "closed" if plan is not None else reason, entrant.due)
                return
            if seat.now.place >= 0:
                self._audiences.refused(run, plan, entrant.person, "ERROR_INSTANCE_DUPLICATION", entrant.due)
                self._discard(seat, entrant.event, "inside", entrant.due)
                return
            text = run.payload
        payload = self._configuration.sandbox(versions.sandbox).read(text) if text else {}
        self._hear(seat, EventHeard(entrant.event, payload), text or b"{}", entrant.due)
        self._late.append(seat)

    def _discard(self, seat: Seat, event: str, reason: Any, at: int) -> None:
        self._batch.enter(seat)
        self._batch.discard(seat.versions, seat.whose, event, reason, at, "")

    # --- segments ---

    def qualify(self) -> None:
        """Tells journeys of those who have entered or left a segment, in order."""
        while self._segments.stirred:
            for sandbox, name, uid, found in self._segments.fresh():
                self._qualified(sandbox, name, uid, found)

    def _qualified(self, sandbox: str, name: str, uid: str, found: Qualification) -> None:
        here = self._configuration.sandbox(sandbox)
        status = STATUSES[found.status]
        key, other = heard(name, status), heard(name, EXITED if status == REALIZED else REALIZED)
        listening, opposite = here.listening.get(key, ()), here.listening.get(other, ())
        watching = here.watched.get(name, ())
        if not listening and not opposite and not watching:
            return
        person = self._profiles.numbered(found.profile)
        if person is None:
            return
        left = [seat for versions in watching for seat in self._leaving(versions, person, found.at)]
        text = record(uid, status, found.at)
        event = EventHeard(key, here.read(text))
        for versions in dict.fromkeys((*listening, *opposite)):
            ids = person.ids(versions.namespace or "")
            if not ids:
                self._batch.sandbox = sandbox
                self._batch.discard(versions, StayKey(""), key, "keyMissing", found.at, "")
                continue
            seats = self._seats(versions, ids)
            for seat in seats:
                if versions not in listening:
                    if seat.now.place < 0:
                        self._discard(seat, key, "ERROR_SEGMENT_REALISATION_CONDITION_MISMATCH", found.at)
                    continue
                if seat in left:
                    continue  # it has ended the stay: it does not also enter [6.11]
                self.receive(seat, event, text, found.at)
                self._late.append(seat)

    def _leaving(self, versions: Versions, person: Person, at: int) -> Iterator[Seat]:
        """Those of a person's stays that end, now that they have entered or left a segment [6.25]."""
        ids = person.ids(versions.namespace or "")
        for seat in self._seats(versions, ids) if ids else ():
            self._mover.passed(seat, at, at)
            stay = seat.now
            self._mover.changed(seat, at)
            if seat.now is not stay:
                yield seat

    def _seats(self, versions: Versions, ids: Sequence[str]) -> list[Seat]:
        if not versions.keyed:
            return [self._mover.seat_of(versions, ids)]
        return [seat for seat in self._batch.whose(versions.id, ids) if seat.now.place >= 0]

    # --- jumps ---

    def entering(self, ask: Ask) -> Answer:
        """Somebody, who is being moved, has come to a jump: it is done when they have come to rest."""
        assert isinstance(ask.effect, Enter)
        self._batch.jumps.append(Jump(self._batch.seat, ask.effect, ask.now))
        return DONE

    def jump(self) -> None:
        """Lets those who have come to a jump enter the other journey, in the order of their moments."""
        if self._jumping:
            return
        self._jumping = True
        done = 0
        jumps = self._batch.jumps
        while jumps:
            jumps.sort(key=lambda each: each.at)
            done += 1
            self._jump(jumps.pop(0), done)
        self._jumping = False

    def _jump(self, jump: Jump, done: int) -> None:
        origin, enter, at = jump
        sandbox, person = origin.versions.sandbox, origin.key[1]
        here = self._configuration.sandbox(sandbox)
        versions = here.named.get(enter.journey)
        plan, reason = versions.entering() if versions is not None else (None, "EVENT_WITH_NO_JOURNEY")
        if versions is None or plan is None or done > MAX_JUMPS:
            self._batch.sandbox = sandbox
            why: Any = reason if plan is None else "jumpLoop"
            self._batch.discard(versions, StayKey(person), f"jump:{enter.journey}", why, at, "")
            return
        event = EventHeard(plan.entry.hears[0], here.read(enter.record))
        try:
            supplemental = here.supplemental(versions, event.event, event.payload)
        except EvaluationError:
            supplemental = None
        if supplemental is None:
            self._batch.sandbox = sandbox
            self._batch.discard(versions, StayKey(person), event.event, "supplementalKeyMissing", at, "")
            return
        seat = self._mover.seat_of(versions, self._ids(versions, origin), supplemental)
        self._mover.passed(seat, at, at)
        if seat.now.place >= 0:
            self._discard(seat, event.event, "inside", at)
            return
        self.receive(seat, event, enter.record, at)
        self._late.append(seat)
