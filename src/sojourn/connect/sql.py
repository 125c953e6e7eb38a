"""Asking a database [4.6]: one statement with parameters, nothing written, within a time and a size.

The database itself is told not to write (read-only file, read-only transaction); what a statement looks like is for its
author. SQLAlchemy, the extra `sql`, is loaded where a SQL source is used.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from sojourn.connect.exchange import MAX_ANSWER_BYTES, BrokenError, TooLongError
from sojourn.connect.guard import allowed, check_mail_server, check_url
from sojourn.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.exc import StatementError

MAX_ROWS = 1_000
_ROWS = "sojourn_rows"
_PORTS = {"postgresql": 5432}
_DRIVER = "postgresql+pg8000"
"""The driver of the extra `sql`, where a URL names none."""
_PATIENCE: dict[str, dict[str, Any]] = {"pg8000": {"timeout": 30}, "psycopg": {"connect_timeout": 30}}
"""How long a driver waits for a host that does not answer at all (s): as long as any journey would."""
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_PASSING = ("08", "40", "53", "55", "57", "58")
"""PostgreSQL's classes of errors that pass: connections, conflicts, resources, locks, shut down or cancelled, disks."""
_CHECK_EVERY = 10_000
"""Steps of SQLite's machine between two looks at the clock."""


class Database:
    """One database, with its pool of connections. Safe to use from several threads; `close` lets go of the pool."""

    def __init__(self, url: str, password: str | None, allow: Sequence[str]) -> None:
        """Raises InputError for a database that may not be asked, or when SQLAlchemy is not there."""
        self._url = checked(url, allow)
        if password is not None:
            self._url = self._url.set(password=password)
        self._engine: Engine | None = None
        self._closed = False

    def close(self) -> None:
        self._closed = True
        if self._engine is not None:
            self._engine.dispose()

    def ask(self, statement: str, parameters: Mapping[str, Any], seconds: float) -> bytes:
        """`{"rows": [...]}` as JSON. Raises BrokenError, which may be tried again, TooLongError, and ValueError for a
        statement that the database does not take."""
        from sqlalchemy import exc, text

        end = time.monotonic() + seconds
        try:
            with self._connected() as connection, connection.begin() as transaction:
                _bound(connection, self._url, end)
                found = connection.execute(text(self._one(statement)), {**parameters, _ROWS: MAX_ROWS + 1})
                rows = [
                    {name: _plain(value) for name, value in row.items()}
                    for row in found.mappings().fetchmany(MAX_ROWS + 1)
                ]
                transaction.rollback()
        except exc.TimeoutError:
            raise BrokenError("no connection free") from None
        except (exc.StatementError, sqlite3.Warning, OSError) as error:
            kind = type(error).__name__  # its text may hold what was asked for
            if isinstance(error, sqlite3.Warning) or self._refused(error):
                raise ValueError(kind) from None
            raise BrokenError(kind) from None
        answer = msgspec.json.encode({"rows": rows}, enc_hook=str)
        if len(rows) > MAX_ROWS or len(answer) > MAX_ANSWER_BYTES:
            raise TooLongError
        return answer

    def _one(self, statement: str) -> str:
        """A statement that is one query. SQLite takes no more; drivers of PostgreSQL take several statements in one
        text that has no parameters, the first of which might end the transaction, and hold all rows in memory."""
        if self._url.get_backend_name() == "sqlite":
            return statement
        query = statement.rstrip().rstrip(";")
        return f"SELECT * FROM (\n{query}\n) AS answer LIMIT :{_ROWS}"  # noqa: S608 - by whoever sets up the source

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self._opened().connect() as connection:
            try:
                yield connection
            finally:
                if self._closed:  # meanwhile: it goes back to no pool
                    connection.invalidate()

    def _opened(self) -> Engine:
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        if self._engine is None:
            if self._url.get_backend_name() == "sqlite":
                path = Path(self._url.database or "").absolute().as_uri()
                self._engine = create_engine(
                    "sqlite://",
                    creator=lambda: sqlite3.connect(f"{path}?mode=ro", uri=True, check_same_thread=False),
                    poolclass=NullPool,
                )
            else:
                self._engine = create_engine(
                    self._url, pool_size=5, max_overflow=20, pool_pre_ping=True,
                    connect_args=_PATIENCE.get(self._url.get_driver_name(), {}),
                )  # fmt: skip
        return self._engine

    def _refused(self, error: StatementError | OSError) -> bool:
        """Whether a statement is not taken, however often it is tried, rather than that nobody can answer now."""
        cause = getattr(error, "orig", error)
        if self._url.get_backend_name() == "sqlite":
            passing = ("interrupted", "locked", "busy", "unable to open")
            return not isinstance(cause, sqlite3.OperationalError) or not any(word in str(cause) for word in passing)
        told = cause.args[0] if cause is not None and cause.args else None  # pg8000 gives what the server said
        state = told.get("C") if isinstance(told, dict) else getattr(cause, "sqlstate", None)
        return isinstance(state, str) and not state.startswith(_PASSING)


def _bound(connection: Connection, url: URL, end: float) -> None:
    """Holds a connection to reading, and to its time."""
    left = max(1, int((end - time.monotonic()) * 1000))
    if url.get_backend_name() == "sqlite":
        raw: Any = connection.connection.dbapi_connection
        raw.set_authorizer(lambda what, *_: sqlite3.SQLITE_OK if what in _READING else sqlite3.SQLITE_DENY)
        raw.set_progress_handler(lambda: time.monotonic() > end, _CHECK_EVERY)
    else:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {left}")


def _plain(value: object) -> object:
    """A value as JSON has it: a decimal as a number, none for what is no number."""
    if isinstance(value, Decimal):
        return None if not value.is_finite() else int(value) if value == value.to_integral_value() else float(value)
    return value


def checked(url: str, allow: Sequence[str]) -> URL:
    """The URL of a database that the operator lists: `sqlite:PATH`, `sqlite:FOLDER/*`, or `host:port`.

    Raises InputError.
    """
    try:
        from sqlalchemy import exc, make_url
    except ImportError:
        raise InputError("ERR_SQL_EXTRA", field="database") from None
    try:
        found = make_url(url)
    except (exc.ArgumentError, ValueError):
        raise InputError("ERR_DATABASE_URL", field="database") from None
    kind = found.get_backend_name()
    if found.password is not None or found.query or not found.database or kind not in ("sqlite", *_PORTS):
        raise InputError("ERR_DATABASE_URL", field="database")
    if kind == "sqlite":
        path = Path(found.database).resolve()
        entries = {f"sqlite:{path}", *(f"sqlite:{folder}/*" for folder in path.parents)}
        if entries.isdisjoint(allow):
            raise InputError("ERR_DATABASE_PRIVATE", field="database", entry=f"sqlite:{path}")
        return found.set(database=str(path))
    if found.drivername == "postgresql":
        found = found.set(drivername=_DRIVER)
    port = found.port or _PORTS[kind]
    if not found.host or not allowed(found.host, port, allow):
        raise InputError("ERR_DATABASE_PRIVATE", field="database", entry=f"{found.host or 'HOST'}:{port}")
    return found


def check_target(url: str, allow: Sequence[str]) -> None:
    """Raises InputError naming the rule that the URL of an endpoint, a mail server or a database breaks."""
    if is_mail_server(url):
        host, _, port = url.removeprefix("smtp://").rpartition(":")
        check_mail_server(host, int(port), allow)
    elif is_database(url):
        checked(url, allow)
    else:
        check_url(url, allow)


def is_mail_server(url: str) -> bool:
    """Whether a URL is that of a channel configuration's mail server."""
    return url.startswith("smtp://")


def is_database(url: str) -> bool:
    """Whether a URL names a database rather than an endpoint."""
    return url.partition(":")[0].partition("+")[0] in ("sqlite", *_PORTS)


def parameters_of(body: bytes | None) -> dict[str, Any]:
    """The parameters of a statement, as a request carries them; a list or an object as JSON text."""
    given = json.loads(body) if body else {}
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
        for name, value in given.items()
    }
