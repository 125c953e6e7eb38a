"""Who is in a segment: the status of a profile in each [8.1], and how an evaluation changes it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec
import zstandard

Status = Literal["realized", "existing", "exited"]
EXITED, REALIZED, EXISTING = 0, 1, 2
STATUSES: tuple[Status, ...] = ("exited", "realized", "existing")
"""By their numbers. `realized`: in it as of the latest evaluation; `existing`: for longer; `exited`: no more."""


class Membership(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a profile is in a segment (by its short number), and since when (epoch ms) it is or is no member.

    `count` is how often it has entered or left. `upload`: the number of the upload that names it, for uploaded ones.
    """

    segment: int
    status: int
    since: int
    count: int
    upload: int = 0

    @property
    def member(self) -> bool:
        return self.status != EXITED

    def member_at(self, at: int) -> bool:
        """Whether it was a member at a moment that may lie before the latest change."""
        return self.member == (at >= self.since)


class Qualification(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A profile (by its number) has entered (`realized`) or left (`exited`) a segment at a moment (epoch ms).

    `count` says for the how-manieth time it did one or the other.
    """

    segment: int
    profile: int
    status: int
    at: int
    count: int


_MEMBERSHIPS = msgspec.msgpack.Decoder(list[Membership])
_QUALIFICATIONS = msgspec.msgpack.Decoder(list[Qualification])


class Outcome(NamedTuple):
    """A membership after an evaluation, and whether that was an entry or an exit."""

    membership: Membership | None
    qualified: bool


def evaluated(segment: int, before: Membership | None, member: bool, at: int, upload: int = 0) -> Outcome:
    """The membership after the evaluation of `at` (epoch ms) has found `member`."""
    if before is None or not before.member:
        if not member:
            return Outcome(before, False)
        return Outcome(Membership(segment, REALIZED, at, (before.count if before else 0) + 1, upload), True)
    if not member:
        return Outcome(Membership(segment, EXITED, at, before.count + 1, before.upload), True)
    if before.status == REALIZED or before.upload != upload:
        return Outcome(Membership(segment, EXISTING, before.since, before.count, upload), False)
    return Outcome(before, False)


def merged(left: Membership | None, right: Membership) -> Membership:
    """What one person is of whom two profiles were known: a member if either was [1.2]."""
    if left is None:
        return right
    upload, count = max(left.upload, right.upload), max(left.count, right.count)
    other = right if right.member > left.member else left
    return Membership(left.segment, other.status, other.since, count, upload)


def decode_row(body: bytes) -> dict[int, Membership]:
    """A profile's stored memberships, by the segment's short number. Raises msgspec.DecodeError."""
    return {each.segment: each for each in _MEMBERSHIPS.decode(body)}


def decode_qualifications(body: bytes) -> list[Qualification]:
    """A stored row of qualifications."""
    return _QUALIFICATIONS.decode(zstandard.ZstdDecompressor().decompress(body))
