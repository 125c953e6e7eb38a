"""Answers of data sources that may be used again [4.3]: shared by all journeys, bounded, the least used go first."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

MAX_BYTES = 64 << 20
_OVERHEAD = 500
"""About what an entry costs besides its texts, bytes."""

Key = tuple[str, str, str, str, str, bytes | None]
"""Sandbox, source, field group, and the request: method, URL, body."""


class SourceCache:
    """Safe to use from several threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max = max_bytes
        self._held = 0
        self._entries: OrderedDict[Key, tuple[float, bytes]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> bytes | None:
        """The answer, None where there is none that may still be used."""
        found = self._entries.get(key)
        if found is None or found[0] <= time.monotonic():
            return None
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
        return found[1]

    def put(self, key: Key, answer: bytes, seconds: float) -> None:
        """Keeps an answer for so long, and drops what was not used for longest where there is no room."""
        size = _size(key, answer)
        with self._lock:
            self._drop(key)
            if size > self._max:
                return
            self._entries[key] = (time.monotonic() + seconds, answer)
            self._held += size
            while self._held > self._max:
                self._drop(next(iter(self._entries)))

    def forget(self, sandbox: str, source: str) -> None:
        """Drops what a source has answered: it is called in another way now."""
        with self._lock:
            for key in [key for key in self._entries if key[:2] == (sandbox, source)]:
                self._drop(key)

    def _drop(self, key: Key) -> None:
        found = self._entries.pop(key, None)
        if found is not None:
            self._held -= _size(key, found[1])


def _size(key: Key, answer: bytes) -> int:
    return _OVERHEAD + len(answer) + sum(len(part) for part in key if part is not None)
