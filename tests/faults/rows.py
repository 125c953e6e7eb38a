"""Reading and damaging rows of a data folder by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def execute(path: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """One statement, committed."""
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
        return connection.execute(statement, values).fetchall()


def state_of(data: Path, person: str) -> bytes:
    """The stored stay of somebody."""
    return bytes(execute(data / "shard-0.db", "select state from stay where person = ?", person)[0][0])


def put_state(data: Path, person: str, state: bytes) -> None:
    execute(data / "shard-0.db", "update stay set state = ? where person = ?", state, person)


def append(data: Path, body: bytes) -> None:
    """A row at the end of the log."""
    execute(data / "journal.db", "insert into log (body) values (?)", body)
