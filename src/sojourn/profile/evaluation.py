"""What a segment's definition is evaluated on: the values of a profile, at a moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from sojourn.journey.segment import Segments
from sojourn.profile.attributes import entity
from sojourn.profile.people import attributes_of
from sojourn.profile.person import Person

DAY = timedelta(days=1)


class SegmentMoment:
    """What a definition may know besides the values: the time, and the segments of the profile."""

    __slots__ = ("_at", "_member")

    def __init__(self, at: int, member: Callable[[str], bool]) -> None:
        self._at = at
        self._member = member

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self._at / 1000, UTC)

    def random(self) -> NoReturn:
        raise AssertionError("no definition draws")

    def uuid(self) -> NoReturn:
        raise AssertionError("no definition draws")

    def in_segment(self, name: str) -> bool:
        return self._member(name)


def values_of(definitions: Segments, person: Person, events: Sequence[bytes] | None) -> list[object]:
    """The values of a profile that a sandbox's segments look at; `events` are the records, if they are wanted."""
    read = definitions.read
    attributes = attributes_of(person, read) if definitions.identities else entity(person.layers, read)
    found: list[object] = [None if events is None else definitions.read_events(events)]
    found += [get(attributes) for get in definitions.gets]
    return found


def next_daily(daily: str, after: int) -> int:
    """The first moment behind `after` (epoch ms) at which it is `daily` (HH:MM) in UTC."""
    hours, _, minutes = daily.partition(":")
    begun = datetime.fromtimestamp(after / 1000, UTC)
    due = begun.replace(hour=int(hours), minute=int(minutes), second=0, microsecond=0)
    due = due if due > begun else due + DAY
    return round(due.timestamp() * 1000)
