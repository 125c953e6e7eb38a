"""Deleting versions of journeys, with all that is kept of them [6.6]: some of it in each turn.

Nobody is inside them any more. Until everything is gone their rows stand as `removed`, so that whoever reads a step
event of theirs still finds what it was.
"""

from __future__ import annotations

from typing import Any

import msgspec
import zstandard

from sojourn.store.shard import Shard

BATCHES_A_TURN = 200
STAYS_A_TURN = 20_000
ALL = 0
"""In the place of a version's number: the whole journey."""
_encode = msgspec.msgpack.Encoder().encode


class Removing:
    """The deletes under way; read from the shard at the start."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._compress = zstandard.ZstdCompressor(level=1).compress
        self._decompress = zstandard.ZstdDecompressor().decompress
        self._open: list[tuple[int, int, int, int]] = []
        self._read()

    def _read(self) -> None:
        self._open = list(self._shard.rows("removals"))

    @property
    def journeys(self) -> set[int]:
        """The short numbers of the journeys that go as a whole."""
        return {journey for journey, number, *_ in self._open if number == ALL}

    def begin(self, journey: int, numbers: list[int]) -> None:
        """Nothing of these versions counts any more; without numbers, of the journey."""
        for number in numbers or [ALL]:
            self._shard.rows("mark_removed", journey, number)
            self._shard.rows("add_removal", journey, number)
        if not numbers:
            self._shard.rows("drop_timers_in", journey)  # stale ones: of people who have left
        self._read()

    def work(self) -> int:
        """Goes on with the deletes; returns how many rows it looked at."""
        done = 0
        for journey, number, place, last in self._open:
            rows = self._shard.rows("steps_between", place, last, BATCHES_A_TURN)
            for id_, body in rows:
                batch: list[Any] = msgspec.msgpack.decode(self._decompress(body))
                kept = [row for row in batch if row[0] != journey or number not in (ALL, row[1])]
                if len(kept) < len(batch):
                    self._shard.rows("rewrite_steps", self._compress(_encode(kept)), id_)
            if len(rows) == BATCHES_A_TURN:
                self._shard.rows("removal_step", rows[-1][0], journey, number)
            elif number != ALL or not self._shard.rows("drop_stays_in", journey, STAYS_A_TURN):
                self._end(journey, number)
            done += len(rows) + 1
        if done:
            self._read()
        return done

    def _end(self, journey: int, number: int) -> None:
        """Every step event is gone, and of a whole journey every stay."""
        for query in ("drop_shapes_of", "drop_counters_of", "drop_messages_by", "drop_versions_of"):
            self._shard.rows(query, journey, number)
        if number == ALL:
            for query in ("drop_discards", "drop_quarantined_in", "delete_journey"):
                self._shard.rows(query, journey)
        self._shard.rows("delete_removal", journey, number)
