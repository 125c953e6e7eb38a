"""Calls that go out one behind the other: those to one host, or those of one throttled endpoint."""

from __future__ import annotations

from collections import OrderedDict

from sojourn.connect.limits import Throttle
from sojourn.engine.effect import Sending

LONGEST = 6 * 3_600_000
"""How long a throttled call waits at most [5.5], ms."""


class Lane:
    """A queue of calls, in order. `running` is how many of them are under way."""

    def __init__(self, key: str | Throttle) -> None:
        self.key = key
        self.throttle = key if isinstance(key, Throttle) else None
        self.waiting: OrderedDict[str, Sending] = OrderedDict()
        self.running = 0

    def put(self, sending: Sending) -> None:
        self.waiting[sending.id] = sending

    def drop(self, effect_id: str) -> Sending:
        """A call is not to be made any more."""
        return self.waiting.pop(effect_id)

    def take(self, now: int, places: int) -> tuple[list[Sending], list[Sending]]:
        """Who goes out at `now` (epoch ms), at most `places`, and who has waited too long."""
        throttle = self.throttle
        out: list[Sending] = []
        late: list[Sending] = []
        while self.waiting:
            first = next(iter(self.waiting.values()))
            if throttle is not None and now - first.since >= LONGEST:
                late.append(self.drop(first.id))
            elif len(out) < places and (throttle is None or throttle.take(now)):
                out.append(self.drop(first.id))
            else:
                break
        return out, late
