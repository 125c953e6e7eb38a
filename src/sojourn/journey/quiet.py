"""Quiet hours: until when somebody is not to be written to [5.6]."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo

from sojourn.expression.values import read_zone
from sojourn.journey.node import Values
from sojourn.journey.request import ChannelKind
from sojourn.journey.ruleset import QuietHours


class QuietTimes:
    """The quiet hours that a message has to keep, by the clock of the profile's time zone (in the slot `zone`), or else
    of `other`.

    Called with a stay's values and a moment (epoch ms): the end of the hours in which it falls, None if it does not.
    """

    def __init__(self, hours: Sequence[QuietHours], kind: ChannelKind, zone: int, other: tzinfo) -> None:
        mine = [each for each in hours if kind in each.channels]
        self._spans = [(time.fromisoformat(each.start), time.fromisoformat(each.end)) for each in mine]
        self._zone = zone
        self._other = other

    def __bool__(self) -> bool:
        return bool(self._spans)

    def __call__(self, values: Values, now: int) -> int | None:
        zone = read_zone(str(values[self._zone] or "")) or self._other
        local = datetime.fromtimestamp(now / 1000, zone)
        clock = local.time()
        ends = [
            datetime.combine(local.date() + timedelta(days=clock >= end), end, zone)
            for start, end in self._spans
            if (start <= clock < end if start < end else clock >= start or clock < end)
        ]
        found = [round(end.timestamp() * 1000) for end in ends]
        return max((end for end in found if end > now), default=None)
