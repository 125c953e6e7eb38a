"""Who is to enter a journey, and when: entries that are spread over time, in order, and never dropped [6.13].

A journey with a pace lets one person in every so many microseconds. Who comes too early waits in the shard until it is
their turn; what keeps them out then (they are inside, the journey is closed) is found out then.
"""

from __future__ import annotations

from typing import NamedTuple

from sojourn.store.shard import Key, Shard

NEVER = 2**62
ENTRANTS_A_TURN = 5_000


class Entrant(NamedTuple):
    """Somebody who is to enter at `due` (epoch ms) by an event that was accepted `at`; `run` is the read of an
    audience that has brought them, 0 for none."""

    due: int
    n: int
    journey: int
    person: str
    supplemental: str
    at: int
    event: str
    payload: bytes
    run: int

    @property
    def key(self) -> Key:
        return self.journey, self.person, self.supplemental


class Entrants:
    """Those of a shard. Who waits is written at once, paces by `save`. After a turn that failed, make another."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._n = int(shard.rows("last_entrant")[0][0])
        self._free: dict[int, int] = dict(shard.rows("paces"))
        self._moved: set[int] = set()
        self._set_due()

    def _set_due(self) -> None:
        rows = self._shard.rows("next_entrant")
        self.due = int(rows[0][0]) if rows else NEVER
        """When (epoch ms) the first of those who wait enters."""

    def place(self, journey: int, at: int) -> int:
        """When (epoch ms) somebody may enter who comes at `at`."""
        return max(at, self._free.get(journey, 0) // 1_000)

    def took(self, journey: int, at: int, pace: int) -> None:
        """Somebody has a place at `at`, as `place` gave it; with `pace` µs to the next one."""
        self._free[journey] = max(at * 1_000, self._free.get(journey, 0)) + pace
        self._moved.add(journey)

    def put(self, due: int, key: Key, at: int, event: str, payload: bytes, run: int = 0) -> None:
        """Lets somebody wait until `due`."""
        self._n += 1
        self._shard.rows("put_entrant", due, self._n, *key, at, event, payload, run)
        self.due = min(self.due, due)

    def take(self, before: int) -> list[Entrant]:
        """Those whose turn it is earlier than `before` (epoch ms), in order, ENTRANTS_A_TURN at most: they wait no
        more."""
        if self.due >= before:
            return []
        found = [Entrant(*row) for row in self._shard.rows("entrants", before, ENTRANTS_A_TURN)]
        if found:
            self._shard.rows("drop_entrants", found[-1].due, found[-1].n)
        self._set_due()
        return found

    def take_of(self, journey: int, person: str, before: int) -> list[Entrant]:
        """Those of one person in a journey, whose turn it is earlier than `before`."""
        if self.due >= before:
            return []
        found = [Entrant(*row) for row in self._shard.rows("entrants_of", journey, person, before)]
        for each in found:
            self._shard.rows("drop_entrant", each.due, each.n)
        self._set_due()
        return found

    def forget(self, journey: int, person: str) -> None:
        """Somebody is deleted."""
        self._shard.rows("drop_entrants_of", journey, person)
        self._set_due()

    def drop(self, journey: int) -> None:
        """Nobody enters a journey any more, which is being deleted."""
        self._shard.rows("drop_entrants_in", journey)
        self._shard.rows("drop_pace", journey)
        self._free.pop(journey, None)
        self._moved.discard(journey)
        self._set_due()

    def save(self) -> None:
        """Writes the paces that have changed, inside the shard's transaction."""
        if self._moved:
            self._shard.many("put_pace", [(journey, self._free[journey]) for journey in sorted(self._moved)])
            self._moved.clear()
