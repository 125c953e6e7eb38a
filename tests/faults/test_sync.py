"""What a kill cannot show: that a commit waits for its fsync. SQLite's own file layer, with its syncs counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from sojourn.clock import ScaledClock
from sojourn.store.journal import Journal
from sojourn.store.shard import Shard

REAL = apsw.vfs_names()[0]


@pytest.fixture
def syncs() -> Iterator[list[str]]:
    """The names of the files that were synced so far."""
    found: list[str] = []

    class File(apsw.VFSFile):
        def __init__(self, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
            super().__init__(REAL, name, flags)
            self._path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)

        def xSync(self, flags: int) -> None:  # noqa: N802
            super().xSync(flags)
            found.append(Path(self._path).name)

    class Counting(apsw.VFS):
        def __init__(self) -> None:
            super().__init__("counting", REAL, makedefault=True)

        def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
            return File(name, flags)

    layer = Counting()
    yield found
    layer.unregister()


def test_a_sender_is_answered_after_the_sync(tmp_path: Path, syncs: list[str]) -> None:
    """One commit, one sync, however many share it."""
    at_answer: list[list[str]] = []
    journal = Journal(
        tmp_path / "journal.db", ScaledClock(), settle=lambda waiters, error: at_answer.append([*waiters, *syncs])
    )
    syncs.clear()
    journal.accept("prod", [(b"{}", 0, ""), (b"{}", 0, "")], "a")
    journal.close()
    assert at_answer == [["a", "journal.db-wal"]]


def test_a_turn_is_over_after_the_sync(tmp_path: Path, syncs: list[str]) -> None:
    shard = Shard(tmp_path / "shard-0.db")
    syncs.clear()
    shard.begin()
    shard.put("now", 1)
    assert syncs == []
    shard.commit()
    assert syncs == ["shard-0.db-wal"]
    shard.close()
