"""`access.db`: one writing connection, used from any thread in turn; each change with its line in the audit log."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sojourn.actor import acting
from sojourn.store import audit, queries
from sojourn.store.database import open_database, transaction, translated

SQL = queries.load("access")


class AccessStore:
    """Named queries on `access.db`. Raises StoreError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = open_database(path, "access")
        self._lock = threading.RLock()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Runs a named query; on its own, or in the transaction that this thread is in."""
        with self._lock, translated(self._path):
            return list(self._connection.execute(SQL[query], values))

    @contextmanager
    def change(self) -> Iterator[None]:
        """A transaction around what its body does; others wait."""
        with self._lock, translated(self._path), transaction(self._connection):
            yield

    def record(self, action: str, name: str, before: Any = None, after: Any = None) -> None:
        """Writes a change down in the audit log, in the transaction that is open."""
        audit.record(self._connection, acting.get(), action, None, name, before, after)

    def close(self) -> None:
        with self._lock:
            self._connection.close()
