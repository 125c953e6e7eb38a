"""Journey time [6.30]: real, scaled, or virtual. Calls always run on the real clock and do not come here."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Where `now` comes from. `now_ms` is epoch milliseconds of journey time; `real_delay` turns a journey moment
    into real seconds from now, None where only somebody else moves the time on."""

    virtual: bool

    def now_ms(self) -> int: ...
    def real_delay(self, moment: int) -> float | None: ...


class ScaledClock:
    """Journey time runs `scale` times as fast as the real one, from `origin` (epoch ms) at `real_start` (epoch s).

    Without arguments it is the real clock. Two processes given the same arguments agree on the time.
    """

    virtual = False

    def __init__(self, scale: float = 1.0, origin: int | None = None, real_start: float | None = None) -> None:
        self._scale = scale
        self._real_start = time.time() if real_start is None else real_start
        self._origin = origin if origin is not None else round(self._real_start * 1000)

    def now_ms(self) -> int:
        return self._origin + int((time.time() - self._real_start) * 1000 * self._scale)

    def real_delay(self, moment: int) -> float | None:
        return max(0.0, (moment - self.now_ms()) / 1000 / self._scale)


class VirtualClock:
    """Time is what it is set to: by events (each happens at its own timestamp) and by clock marks."""

    virtual = True

    def __init__(self, start: int = 0) -> None:
        self._now = start

    def now_ms(self) -> int:
        return self._now

    def advance(self, moment: int) -> None:
        """Moves time on to `moment`; never back."""
        self._now = max(self._now, moment)

    def real_delay(self, moment: int) -> float | None:
        return None
