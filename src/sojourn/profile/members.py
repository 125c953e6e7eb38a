"""Memberships of one turn: read from the shard as they are asked for, changed by what evaluations find, and written."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable

import msgspec
import zstandard

from sojourn.profile.membership import Membership, Qualification, decode_row, evaluated, merged
from sojourn.profile.people import numbers_of
from sojourn.store.shard import Shard

log = logging.getLogger(__name__)

Row = dict[int, Membership]
"""A profile's memberships, by the segment's short number."""
_encode = msgspec.msgpack.Encoder().encode


class Members:
    """Reads and writes inside the shard's transaction; profiles and segments go by their numbers."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._compress = zstandard.ZstdCompressor(level=1).compress
        self._clear()

    def _clear(self) -> None:
        self._rows: dict[int, Row] = {}
        self._changed: set[int] = set()
        self._counts: dict[int, list[int]] = {}
        self._failures: Counter[int] = Counter()
        self._failure: dict[int, str] = {}
        self._qualified: list[Qualification] = []
        self._told = 0

    # --- reading ---

    def load(self, numbers: Iterable[int]) -> None:
        """Reads the rows of several profiles at once."""
        new = [number for number in numbers if number not in self._rows]
        self._rows.update((number, {}) for number in new)
        for number, body in self._shard.rows("memberships", numbers_of(new)) if new else ():
            self._rows[number] = _decoded(number, body)

    def row(self, number: int) -> Row:
        """What a profile is in; not to be changed."""
        row = self._rows.get(number)
        if row is None:
            found = self._shard.rows("membership", number)
            row = self._rows[number] = _decoded(number, found[0][0]) if found else {}
        return row

    # --- changing ---

    def found(self, number: int, segment: int, member: bool, at: int, upload: int = 0) -> bool:
        """Notes what an evaluation has found; whether that was an entry or an exit."""
        row = self.row(number)
        before = row.get(segment)
        after, qualified = evaluated(segment, before, member, at, upload)
        if after is not before and after is not None:
            row[segment] = after
            self._changed.add(number)
            if before is not None:
                self._count(segment, before.status, -1)
            self._count(segment, after.status, 1)
            if qualified:
                self._qualified.append(Qualification(segment, number, after.status, at, after.count))
        return qualified

    def failed(self, segment: int, code: str) -> None:
        """Notes that a definition could not be evaluated for somebody [7.4]."""
        self._failures[segment] += 1
        self._failure[segment] = code

    def join(self, number: int, other: int) -> None:
        """What one profile was in the other is in from now on."""
        row, theirs = self.row(number), self.row(other)
        for segment, membership in theirs.items():
            mine = row.get(segment)
            row[segment] = merged(mine, membership)
            if mine is not None:
                self._count(segment, mine.status, -1)
            self._count(segment, membership.status, -1)
            self._count(segment, row[segment].status, 1)
        theirs.clear()
        self._changed |= {number, other}

    def drop(self, number: int) -> None:
        """A profile is in nothing any more, and has left nothing."""
        row = self.row(number)
        for segment, membership in row.items():
            self._count(segment, membership.status, -1)
        row.clear()
        self._changed.add(number)

    def _count(self, segment: int, status: int, by: int) -> None:
        self._counts.setdefault(segment, [0, 0, 0])[status] += by

    # --- telling and writing ---

    @property
    def stirred(self) -> bool:
        """Whether somebody has entered or left since `fresh` was asked."""
        return len(self._qualified) > self._told

    def fresh(self) -> list[Qualification]:
        """Who has entered or left since this was asked last, in order."""
        new = self._qualified[self._told :]
        self._told = len(self._qualified)
        return new

    def save(self, live: Collection[int]) -> None:
        """Writes what was found, as far as it is of segments that there are still."""
        shard = self._shard
        if self._changed:
            kept = [
                (number, [each for each in self._rows[number].values() if each.segment in live])
                for number in sorted(self._changed)
            ]
            shard.many("put_membership", [(number, _encode(row)) for number, row in kept if row])
            shard.many("drop_membership", [(number,) for number, row in kept if not row])
        if self._qualified:
            shard.rows("put_qualifications", self._compress(_encode(self._qualified)))
        if self._counts:
            counts = [(by[1], by[2], by[0], segment) for segment, by in self._counts.items() if any(by)]
            shard.many("count_segment", counts)
        if self._failures:
            shard.many("segment_failed", [(count, self._failure[id_], id_) for id_, count in self._failures.items()])
        self._clear()


def _decoded(number: int, body: bytes) -> Row:
    try:
        return decode_row(body)
    except msgspec.DecodeError as error:
        log.error("memberships of %s cannot be read: %r", number, error, extra={"action": "membership_damaged"})
        return {}
