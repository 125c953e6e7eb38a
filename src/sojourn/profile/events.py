"""The experience events of one profile: at most the 1000 latest, at most a year old, newest first [4.1].

Which they are depends on the events alone, not on the order in which they arrive.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

KEPT = 1_000
YEAR = 365 * 86_400_000
"""In ms."""
TAIL_BYTES, TAIL_EVENTS = 4_000, 32
"""How much of the latest events stands with the profile itself, so that one row is read for most people."""


class Event(msgspec.Struct, frozen=True, array_like=True, order=True, gc=False):
    """An event: its timestamp (epoch ms), its `_id`, and the JSON text of the record."""

    at: int
    id: str
    record: bytes


Events = tuple[Event, ...]


def latest(events: Iterable[Event], now: int) -> list[Event]:
    """Those that count at `now` (epoch ms), the newest first; of one moment in falling order of `_id` [6.31]."""
    found = sorted((event for event in events if event.at >= now - YEAR), reverse=True)
    return found[:KEPT]


def is_full(tail: Events) -> bool:
    """Whether the events that stand with the profile are to be put away."""
    return len(tail) >= TAIL_EVENTS or sum(len(event.record) for event in tail) >= TAIL_BYTES
