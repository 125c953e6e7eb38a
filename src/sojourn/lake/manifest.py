"""Which files are the lake: `lake.db` beside them, with the cursor up to which they hold what the shard has.

Files are written first and then entered in one transaction with the cursor, so a kill at any moment leaves the lake as
it was before or as it is after. What stands in the folder and not in the manifest is nobody's, and is deleted.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sojourn.crash import crash_point
from sojourn.store import queries
from sojourn.store.database import connect, open_database, transaction, translated

SQL = queries.load("lake")
SYNCED_AT_A_TIME = 16
STEP, ROLLUP, MOMENTS = "step", "rollup", "moments"
_BESIDE = {STEP: (STEP, ROLLUP, MOMENTS), ROLLUP: (ROLLUP, MOMENTS)}
"""What stands under the number of a file: one of steps has its roll-up and its moments beside it, which stay when the
steps have grown too old."""


class Readers:
    """Who reads: a file that was replaced stays for as long as an answer that began before does."""

    def __init__(self) -> None:
        self._since: dict[object, int] = {}
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Meanwhile files that are part of the lake now are not deleted."""
        me = object()
        with self._lock:
            self._since[me] = _now()
        try:
            yield
        finally:
            with self._lock:
                del self._since[me]

    def oldest(self) -> int:
        """Since when somebody reads (epoch ms); now, where nobody does."""
        with self._lock:
            return min(self._since.values(), default=_now() + 1)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _now() -> int:
    return int(time.time() * 1000)


class File(NamedTuple):
    """A file of the lake. `day` is YYYY-MM-DD (UTC)."""

    id: int
    sandbox: str
    dataset: str
    day: str
    rows: int
    bytes: int

    def path(self, folder: Path, dataset: str = "") -> Path:
        """Where it is, or what is beside it."""
        suffix = "bin" if dataset == MOMENTS else "parquet"
        return folder / self.sandbox / (dataset or self.dataset) / self.day / f"{self.id:08d}.{suffix}"

    def paths(self, folder: Path) -> list[Path]:
        """Where it is, and what is beside it."""
        return [self.path(folder, each) for each in _BESIDE.get(self.dataset, (self.dataset,))]


class Snapshot(NamedTuple):
    """The files of a sandbox at one moment, and the rows of the shard that they hold up to."""

    files: dict[str, list[File]]
    step: int
    fact: int


class Manifest:
    """The writing side. One thread."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "lake"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._path = data / "lake.db"
        self._connection = open_database(self._path, "lake")
        self._next = int(self._rows("last_file")[0][0]) + 1

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with translated(self._path):
            return list(self._connection.execute(SQL[query], values))

    def cursor(self, key: str) -> int:
        """The last row of the shard's table that the files hold."""
        found = self._rows("get_meta", key)
        return int(found[0][0]) if found else 0

    def files(self) -> list[File]:
        return [File(*row) for row in self._rows("files")]

    def new_id(self) -> int:
        """A number for a file that is to be written."""
        self._next += 1
        return self._next - 1

    def commit(
        self,
        added: Sequence[File],
        dropped: Sequence[File] = (),
        cursors: dict[str, int] | None = None,
        erased: str = "",
    ) -> None:
        """Enters files, takes out others and moves the cursors, all at once. What it names is on disk then."""
        self._sync(added)
        with translated(self._path), transaction(self._connection):
            for file in added:
                self._rows("put_file", *file)
            for file in dropped:
                self._rows("drop_file", _now(), file.id)
            for key, value in (cursors or {}).items():
                self._rows("put_meta", key, value)
            crash_point("lake-before-commit")
        crash_point("lake-committed")

    def _sync(self, added: Sequence[File]) -> None:
        """Many at a time: the file system makes one journal entry of those that wait together."""
        files = {path for file in added for path in file.paths(self.folder)}
        places = [*files, *{path.parent for path in files}]
        if places:
            with ThreadPoolExecutor(SYNCED_AT_A_TIME) as pool:
                list(pool.map(_sync, places))

    def erased(self) -> set[str]:
        """The deletes of people that the files have behind them."""
        return {str(token) for (token,) in self._rows("erased")}

    def put_erased(self, token: str) -> None:
        """Nothing of whoever this deleted is in any file."""
        self._rows("put_erased", token)

    def forget_erased(self, token: str) -> None:
        """The delete is over everywhere."""
        self._rows("forget_erased", token)

    def sweep(self, before: int) -> bool:
        """Deletes files that were replaced `before` (epoch ms); whether there are others yet."""
        for row in self._rows("dropped_before", before):
            file = File(*row)
            for path in file.paths(self.folder):
                path.unlink(missing_ok=True)
            self._rows("delete_file", file.id)
        return bool(self._rows("dropped_before", 1 << 62))

    def clean(self) -> None:
        """At the start, when nobody reads: deletes what was replaced, and what was written and never entered."""
        self.sweep(1 << 62)
        known = {path for file in self.files() for path in file.paths(self.folder)}
        for path in self.folder.rglob("*"):
            if path.is_file() and path not in known and path.parent.parent.parent.parent == self.folder:
                path.unlink()

    def close(self) -> None:
        self._connection.close()


class ManifestReader:
    """Reads the manifest from other threads and processes."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "lake"
        self._path = data / "lake.db"
        self._connection = connect(self._path, readonly=True, cache_kib=500)
        self._one_at_a_time = threading.Lock()
        self._version: Any = None
        self._snapshots: dict[str, Snapshot] = {}

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._one_at_a_time, translated(self._path):
            self._connection.execute("begin")
            try:
                yield
            finally:
                self._connection.execute("commit")

    def snapshot(self, sandbox: str) -> Snapshot:
        """The files of a sandbox by dataset, and up to where they go."""
        with self._reading():
            version = next(iter(self._connection.execute("pragma data_version")))
            if version != self._version:  # the file was written meanwhile
                self._version, self._snapshots = version, {}
            if sandbox not in self._snapshots:
                found: dict[str, list[File]] = {}
                for row in self._connection.execute(SQL["files_of"], (sandbox,)):
                    file = File(*row)
                    found.setdefault(file.dataset, []).append(file)
                cursors = [list(self._connection.execute(SQL["get_meta"], (key,))) for key in ("step", "fact")]
                step, fact = (int(str(rows[0][0])) if rows else 0 for rows in cursors)
                self._snapshots[sandbox] = Snapshot(found, step, fact)
            return self._snapshots[sandbox]

    def erased(self) -> set[str]:
        """The deletes of people that the files have behind them."""
        with self._reading():
            return {str(token) for (token,) in self._connection.execute(SQL["erased"])}

    def close(self) -> None:
        self._connection.close()
