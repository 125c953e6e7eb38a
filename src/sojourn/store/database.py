"""Opening SQLite files: pragmas, migrations, and errors in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import apsw

from sojourn.crash import crash_point
from sojourn.errors import StoreError

STORAGE_ERRORS = (apsw.Error, StoreError)
"""What a file can do to us, as against a fault in what is being worked on."""


def migrations(name: str) -> list[tuple[int, str]]:
    """The numbered SQL scripts of a database (`journal` or `shard`), in order."""
    folder = files(__package__).joinpath("sql", name)
    found = [
        (int(entry.name.split("_")[0]), entry.read_text()) for entry in folder.iterdir() if entry.name.endswith(".sql")
    ]
    return sorted(found)


def connect(path: Path, *, readonly: bool = False, cache_kib: int = 8_000) -> apsw.Connection:
    """A connection with our pragmas. Raises StoreError."""
    with translated(path):
        flags = apsw.SQLITE_OPEN_READONLY if readonly else apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        connection = apsw.Connection(str(path), flags=flags)
        connection.set_busy_timeout(5_000)
        for _ in connection.execute(f"pragma cache_size = -{cache_kib}"):
            pass
        if not readonly:
            # FULL: a commit returns after its fsync, that is what "accepted" means. 1000-page checkpoints keep
            # commits short (larger ones raise the mean rate and the longest commit alike).
            for pragma in (
                "journal_mode = wal",
                "synchronous = full",
                "wal_autocheckpoint = 1000",
                "foreign_keys = on",
                "secure_delete = on",  # a person who is deleted is not to be found in free pages [1.6]
            ):
                for _ in connection.execute(f"pragma {pragma}"):
                    pass
        return connection


def empty_log(path: Path) -> bool:
    """Takes a file's write-ahead log into it and empties it, so that what was deleted is not found there either.

    False while somebody reads an older state. Raises StoreError.
    """
    connection = connect(path)
    try:
        with translated(path):
            return bool(next(iter(connection.execute("pragma wal_checkpoint(truncate)")))[0] == 0)
    finally:
        connection.close()


def open_database(path: Path, name: str, *, cache_kib: int = 8_000) -> apsw.Connection:
    """The one writing connection of a database, brought to the present schema version."""
    connection = connect(path, cache_kib=cache_kib)
    with translated(path):
        present = version_of(connection)
        refuse_newer(path, name, present)
        missing = [(number, script) for number, script in migrations(name) if number > present]
        if missing:  # all in one transaction: a new file takes one wait for the disk
            connection.execute("begin immediate")
            for _, script in missing:
                for _ in connection.execute(script):
                    pass
            for _ in connection.execute(f"pragma user_version = {missing[-1][0]}"):
                pass
            crash_point("migration-before-commit")
            connection.execute("commit")
            crash_point("migration-committed")
    return connection


def refuse_newer(path: Path, name: str, present: int) -> None:
    """Raises StoreError for a database that a newer Sojourn wrote."""
    known = migrations(name)[-1][0]
    if present > known:
        raise StoreError("ERR_STORE_NEWER", path=str(path), found=present, known=known)


def version_of(connection: apsw.Connection) -> int:
    """The schema version of an open database."""
    return int(connection.pragma("user_version"))


@contextmanager
def translated(path: Path | str) -> Iterator[None]:
    """SQLite's errors as StoreError, each with what to do."""
    try:
        yield
    except apsw.FullError as error:
        raise StoreError("ERR_STORE_FULL", path=str(path), detail=str(error)) from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreError("ERR_STORE_LOCKED", path=str(path), detail=str(error)) from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise StoreError("ERR_STORE_CORRUPT", path=str(path), detail=str(error)) from error
    except (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError) as error:
        raise StoreError("ERR_STORE_IO", path=str(path), detail=str(error)) from error


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE ... COMMIT; rolled back when the body or the commit fails."""
    connection.execute("begin immediate")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise
