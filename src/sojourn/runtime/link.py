"""What the API process and the engine process share: the words on their pipe, the time, the locks of a data folder."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from sojourn.clock import Clock, ScaledClock, VirtualClock
from sojourn.errors import StoreError

GREW, STOP = b"g", b"s"
"""To the engine: the log has grown; finish and end."""
GRACE = 10.0
"""Seconds that open calls have when the engine is told to end."""


class ClockState(NamedTuple):
    """What two processes need to agree on the time. `real_start` is epoch seconds, `origin` epoch ms."""

    virtual: bool
    scale: float
    origin: int
    real_start: float

    def clock(self) -> Clock:
        if self.virtual:
            return VirtualClock(self.origin)
        if self.scale == 1.0:
            return ScaledClock()
        return ScaledClock(self.scale, self.origin, self.real_start)


class EngineState(NamedTuple):
    """How far the engine is: the next log row, journey time, open calls, and what is wrong with it, if anything.

    `queued` are the throttled calls that wait: (journey's short number, action or source, how many).
    """

    seq: int = 0
    now: int = 0
    open_calls: int = 0
    idle: bool = False
    error: str = ""
    queued: Sequence[tuple[int, str, int]] = ()


def lock(path: Path, wait: float = 0.0) -> TextIO:
    """Takes the lock file of a data folder for as long as the returned file is open. Raises StoreError."""
    file = path.open("a+")
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() < end:
                time.sleep(0.05)
                continue
            file.seek(0)
            pid = file.read().strip() or "?"
            file.close()
            raise StoreError("ERR_STORE_IN_USE", path=str(path.parent), pid=pid) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file
