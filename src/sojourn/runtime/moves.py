"""One stimulus for one person: brought to where they stand, and set aside when it cannot be processed.

Something is set aside (quarantine) for faults of ours or damaged rows only, as the engine never raises for data: the
rest of the turn goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from sojourn import identifiers
from sojourn.engine.stay import Stay
from sojourn.engine.stimulus import Answered, EventHeard, ExitReason
from sojourn.engine.versions import Versions
from sojourn.engine.walk import Walk
from sojourn.journey.node import Group
from sojourn.profile.store import Profiles
from sojourn.runtime.arrivals import Arrivals
from sojourn.runtime.batch import Batch, Seat
from sojourn.runtime.configuration import Configuration
from sojourn.runtime.rehearsal import Note, shown
from sojourn.runtime.rehearsal import answered as told
from sojourn.schema.identity import Identity
from sojourn.store.database import STORAGE_ERRORS
from sojourn.store.shard import Key, Quarantined, Shard

log = logging.getLogger(__name__)


class Moves:
    """Those of one turn; `moment` tells the journey time for what has no moment of its own.

    `held` is how many held events the shard has: who leaves an action is asked about them only if there are any.
    """

    def __init__(
        self,
        shard: Shard,
        batch: Batch,
        configuration: Configuration,
        profiles: Profiles,
        moment: Callable[[], int],
        held: int,
    ) -> None:
        self._shard = shard
        self._batch = batch
        self._configuration = configuration
        self._profiles = profiles
        self._rehearsals = configuration.rehearsals
        self._moment = moment
        self.held = held

    def begin(self, walk: Walk, arrivals: Arrivals) -> None:
        """Gives what moves people, and who lets them jump; they know the moves in their turn."""
        self._walk = walk
        self._arrivals = arrivals

    def watch(self, changed: Callable[[str, Sequence[Identity], int], object]) -> None:
        """Gives what is told when a walk has changed the profile of somebody: (sandbox, identities, moment)."""
        self._changed = changed

    # --- stimuli ---

    def hear(self, seat: Seat, heard: EventHeard, record: bytes, at: int) -> bool:
        """One event for one stay. False where it has to wait for an answer."""
        batch = self._batch
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
            self.set_aside(seat.key, "event", record, at, error, heard.event)
            return True
        if batch.written or batch.jumps:
            self._follow()
        return not waits

    def hold(self, seat: Seat, event: str, record: bytes, at: int) -> None:
        self._shard.rows("hold", *seat.key, at, event, record)
        self.held += 1

    def answer(self, seat: Seat, answered: Answered, effect_id: str = "") -> None:
        batch = self._batch
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
            self.set_aside(seat.key, "answer", msgspec.json.encode(answered), self._moment(), error)
            if effect_id:
                batch.cancelled.append((seat.key, answered.n, effect_id))  # it was answered: not to be called again
        self._follow()

    def passed(self, seat: Seat, before: int, due: int) -> None:
        """Fires the timers of a seat that are due earlier than `before`; the earliest that is known is `due`."""
        if seat.versions.origins:
            self._arrivals.before(seat, before)
        batch = self._batch
        mark = batch.enter(seat)
        try:
            stay = seat.stay()
            if stay.place >= 0:
                self._moved(seat, stay, self._walk.pass_time(seat.versions, seat.whose, stay, before))
        except Exception as error:
            batch.back_to(mark)
            self.set_aside(seat.key, "timer", b"", due, error)
        if batch.written or batch.jumps:
            self._follow()

    def _follow(self) -> None:
        """What comes of a walk elsewhere: others of the person's journeys see a change of the profile, or a jump."""
        batch = self._batch
        while batch.written:
            sandbox, whose, at = batch.written.pop(0)
            self._changed(sandbox, [whose], at)
        if batch.jumps:
            self._arrivals.jump()

    def exit(self, seat: Seat, reason: ExitReason, at: int) -> None:
        """Ends a stay for `reason`."""
        self._move(seat, at, lambda stay: self._walk.exit(seat.versions, seat.whose, stay, reason, at))

    def stop(self, seat: Seat, at: int) -> None:
        """Ends a stay whose version was stopped."""
        self._move(seat, at, lambda stay: self._walk.stop(seat.versions, seat.whose, stay, at))

    def changed(self, seat: Seat, at: int) -> None:
        """More is known of the person now: they may have to leave [6.25]."""
        self._move(seat, at, lambda stay: self._walk.changed(seat.versions, seat.whose, stay, at))

    def _move(self, seat: Seat, at: int, move: Callable[[Stay], Stay]) -> None:
        mark = self._batch.enter(seat)
        try:
            stay = seat.stay()
            self._moved(seat, stay, move(stay))
        except Exception as error:
            self._batch.back_to(mark)
            self.set_aside(seat.key, "timer", b"", at, error)

    # --- where somebody stands ---

    def seat_of(self, versions: Versions, ids: Sequence[str], supplemental: str = "") -> Seat:
        """Where the person with these ids is in a journey: inside, or there last; else at the first of them."""
        seats = self._batch.load([(versions.id, id_, supplemental) for id_ in ids])
        mine = [seats[versions.id, id_, supplemental] for id_ in ids]
        if len(mine) == 1:
            return mine[0]
        return max(mine, key=lambda seat: (seat.now.place, seat.now.entry > 0, seat.now.since, seat is mine[0]))

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
            self._batch.cancelled.append((seat.key, n, identifiers.effect_id(stay_id, n)))
            if self.held:
                self.release_held(seat)

    def release_held(self, seat: Seat) -> None:
        read = self._configuration.sandbox(seat.versions.sandbox).read
        for id_, at, event, record in self._shard.rows("held_of", *seat.key):
            if not self.hear(seat, EventHeard(event, read(record)), record, at):
                return  # the next call is open: this one and those behind it wait on
            self._shard.rows("drop_held", id_)
            self.held -= 1

    # --- what is written down, and set aside ---

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
        self._batch.notes.append(Note(seat.key, entry, at, kind, body))

    def set_aside(self, key: Key, kind: str, payload: bytes, at: int, error: Exception, event: str = "") -> None:
        if isinstance(error, STORAGE_ERRORS):
            raise error  # the file's fault, not that of what was being processed: the turn is done again
        reason = f"{event + ': ' if event else ''}{type(error).__name__}: {error}"
        self._batch.quarantined.append(Quarantined(self._batch.sandbox, *key, at, kind, payload, reason))
        facts = {"action": "quarantined", "journey": key[0], "person": key[1], "kind": kind}
        log.error("set aside: %s", reason, extra=facts)
