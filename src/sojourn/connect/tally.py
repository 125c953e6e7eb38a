"""How much of a running period is used up, kept over a SIGKILL: a cap of a hundred calls an hour means a hundred."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from sojourn import identifiers

SLOTS = 1_024
_KEY, _SLOT = 16, 32
_FREE = bytes(_KEY)

Count: TypeAlias = "list[int] | memoryview[int]"
"""The number of a period, and the calls made in it."""


class Tally:
    """Counts by key, in a file mapped into memory: what was counted stands there at once, without a write.

    It is never synced: after a loss of power counts may be missing. Without a path it is in memory only.
    """

    def __init__(self, path: Path | None = None) -> None:
        size = SLOTS * _SLOT
        space: Any = bytearray(size)
        if path is not None:
            with path.open("a+b") as file:
                file.truncate(size)
                space = mmap.mmap(file.fileno(), size)
        self._space = memoryview(space)
        places = range(0, size, _SLOT)
        keys = [(bytes(self._space[place : place + _KEY]), place) for place in places]
        self._places = {key: place for key, place in keys if key != _FREE}
        self._free = [place for key, place in reversed(keys) if key == _FREE]

    def of(self, *parts: str | int) -> Count:
        """The count of a key, [0, 0] for a new one. When all places are taken, one that is in memory only."""
        key = identifiers.digest(*parts, size=_KEY)
        place = self._places.get(key)
        if place is None:
            if not self._free:
                return [0, 0]
            place = self._places[key] = self._free.pop()
            self._space[place : place + _SLOT] = key + bytes(_SLOT - _KEY)
        return self._space[place + _KEY : place + _SLOT].cast("q")

    def keep(self, keys: Iterable[tuple[str | int, ...]]) -> None:
        """Forgets all other keys."""
        wanted = {identifiers.digest(*parts, size=_KEY) for parts in keys}
        for key in self._places.keys() - wanted:
            place = self._places.pop(key)
            self._space[place : place + _SLOT] = bytes(_SLOT)
            self._free.append(place)
