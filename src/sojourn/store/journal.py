"""The journal: documents, journey versions and the log, behind one writer thread with group commit.

Callers hand over work; all that is waiting goes into one transaction, and they are told after its fsync. A job that
fails is rolled back to its savepoint and fails alone.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import apsw
import msgspec
import zstandard

from sojourn.actor import SYSTEM, Actor, acting
from sojourn.clock import Clock, VirtualClock
from sojourn.crash import crash_point
from sojourn.errors import SojournError, StoreError
from sojourn.store import audit, queries
from sojourn.store.database import connect, open_database, translated
from sojourn.store.entry import Accepted, Codec, Entry, Feedback, Marked, Recorded

log = logging.getLogger(__name__)
SQL = queries.load("journal")
ROWS_A_SEARCH = 256
_UNTOLD: set[type] = {Accepted, Recorded, Marked, Feedback}
"""What the audit log does not tell of."""


class Job:
    """What a transaction of the journal may do: run named queries, append to the log, and write down who did what."""

    def __init__(self, connection: apsw.Connection, at: int, actor: Actor = SYSTEM) -> None:
        self._connection = connection
        self.at = at
        """Journey time of the commit, epoch ms."""
        self.actor = actor
        self.entries: list[Entry] = []
        self.recorded = 0

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Runs a named query."""
        return list(self._connection.execute(SQL[query], values))

    def append(self, *entries: Entry) -> None:
        """Appends to the log, in the same transaction."""
        self.entries += entries

    def record(self, action: str, sandbox: str | None, name: str, before: Any = None, after: Any = None) -> None:
        """Writes a change down in the audit log, in the same transaction; `before` and `after` are JSON values."""
        audit.record(self._connection, self.actor, action, sandbox, name, before, after)
        self.recorded += 1

    def record_entries(self) -> None:
        """Writes down what went into the log unrecorded: no change is missing, if one is less well told."""
        if not self.recorded and not _UNTOLD.issuperset(map(type, self.entries)):
            for entry in self.entries:
                if type(entry) not in _UNTOLD:
                    known = {name: getattr(entry, name, None) for name in ("sandbox", "name", "journey")}
                    action = f"engine.{type(entry).__name__.lower()}"
                    self.record(action, known["sandbox"], str(known["name"] or known["journey"] or ""))


Work = Callable[[Job], Any]
Group = tuple[str, list[tuple[bytes, int | None, str]], Any]
"""Records accepted together: sandbox, (record, timestamp, dataset) of each, who waits for them."""
Row = tuple[int, list[Entry]]
"""A row of the log: its number, and what stands in it."""
Settle = Callable[[list[Any], StoreError | None], None]


class Journal:
    """The journal's writer.

    On the writer's thread, after each commit: `on_commit` is called with the new rows of the log, if any, and `settle`
    with the waiters of the events that are now on disk (or with the error that kept them from it). One call for all of
    a commit: a future for each event would cost more than writing it.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        on_commit: Callable[[list[Row]], object] = lambda rows: None,
        settle: Settle = lambda waiters, error: None,
    ) -> None:
        self.path = path
        self._connection = open_database(path, "journal", cache_kib=2_000)  # pages of the log are written once
        self._clock = clock
        self._on_commit = on_commit
        self._settle = settle
        self._codec = Codec()
        self._events: list[Group] = []
        self._jobs: list[tuple[Work, Future[Any], Actor]] = []
        self._wake = threading.Condition()
        self._closing = False
        self._last_at = int(next(iter(self._connection.execute(SQL["get_meta"], ("at",))), (0,))[0])
        if isinstance(clock, VirtualClock):
            clock.advance(self._last_at)
        self._thread = threading.Thread(target=self._loop, name="journal", daemon=True)
        self._thread.start()

    @property
    def last_at(self) -> int:
        """Journey time of the latest entry, epoch ms; 0 for an empty log."""
        return self._last_at

    def accept(self, sandbox: str, records: list[tuple[bytes, int | None, str]], waiter: object) -> None:
        """Appends records, all in one transaction; `waiter` is handed to `settle` once they are on disk.

        A record is its JSON text, its timestamp (epoch ms) and its dataset: under a virtual clock an event happens at
        its own timestamp, else when it is accepted. A record without a timestamp is no event.
        """
        with self._wake:
            if self._closing:
                raise StoreError("ERR_CLOSING")
            self._events.append((sandbox, records, waiter))
            self._wake.notify()

    def run(self, work: Work) -> Future[Any]:
        """Runs `work` in a transaction, for who is acting. The future holds what it returned, once it is on disk."""
        future: Future[Any] = Future()
        with self._wake:
            if self._closing:
                raise StoreError("ERR_CLOSING")
            self._jobs.append((work, future, acting.get()))
            self._wake.notify()
        return future

    def close(self) -> None:
        """Finishes what was handed over and closes the file."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()
        self._connection.close()

    # --- the writer's thread ---

    def _loop(self) -> None:
        while True:
            with self._wake:
                while not (self._events or self._jobs or self._closing):
                    self._wake.wait()
                events, self._events = self._events, []
                jobs, self._jobs = self._jobs, []
                if not events and not jobs:
                    return
            waiters = [waiter for *_, waiter in events]
            done: list[tuple[Future[Any], Any, SojournError | None]] = []
            try:
                with translated(self.path):
                    rows = self._commit(events, jobs, done)
            except Exception as error:  # every caller must hear of it
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                failure = error if isinstance(error, StoreError) else StoreError("ERR_STORE_BUG", detail=repr(error))
                log.error("journal commit failed: %s", failure, extra={"action": "journal_failed"})
                self._settle(waiters, failure)
                for _, future, _ in jobs:
                    future.set_exception(failure)
                continue
            crash_point("journal-committed")
            if rows:
                self._on_commit(rows)
            if waiters:
                self._settle(waiters, None)
            for future, value, refusal in done:
                if refusal is None:
                    future.set_result(value)
                else:
                    future.set_exception(refusal)

    def _commit(
        self,
        events: list[Group],
        jobs: list[tuple[Work, Future[Any], Actor]],
        done: list[tuple[Future[Any], Any, SojournError | None]],
    ) -> list[Row]:
        connection = self._connection
        connection.execute("begin immediate")
        entries: list[Entry] = []
        at = self._last_at
        now = self._clock.now_ms()
        for sandbox, records, _ in events:
            for record, timestamp, dataset in records:
                if timestamp is None:
                    at = max(at, now)
                    entries.append(Recorded(at, sandbox, dataset, [record]))
                else:
                    at = max(at, timestamp if self._clock.virtual else now)
                    entries.append(Accepted(at, sandbox, record, dataset))
        for work, future, actor in jobs:
            job = Job(connection, max(at, now), actor)
            connection.execute("savepoint job")
            try:
                value = work(job)
                job.record_entries()
            except SojournError as error:
                connection.execute("rollback to job")
                done.append((future, None, error))
            else:
                entries += job.entries
                at = max([at, *[entry.at for entry in job.entries]])
                done.append((future, value, None))
            connection.execute("release job")
        rows = []
        for body, part in self._codec.rows(entries):
            connection.execute(SQL["append"], (body,))
            rows.append((connection.last_insert_rowid(), part))
        if entries:
            connection.execute(SQL["put_meta"], ("at", at))
        crash_point("journal-before-commit")
        connection.execute("commit")
        self._last_at = at
        if isinstance(self._clock, VirtualClock):
            self._clock.advance(at)
        return rows


class JournalReader:
    """Reads the log from another thread or process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect(path, readonly=True, cache_kib=1_000)
        self._codec = Codec()
        self._one_at_a_time = threading.Lock()

    def read(self, seq: int, limit: int) -> list[Row]:
        """Up to `limit` log rows from `seq` on."""
        with translated(self._path):
            rows = list(self._connection.execute(SQL["read"], (seq, limit)))
        return [(number, self._unpack(number, body)) for number, body in rows]

    def search(self, texts: Sequence[bytes]) -> Iterator[Row]:
        """The log rows in which one of the texts (at least one) stands somewhere, from the first on."""
        seq = 1
        while True:
            with translated(self._path):
                rows = list(self._connection.execute(SQL["read"], (seq, ROWS_A_SEARCH)))
            if not rows:
                return
            for number, body in rows:
                if found := self._unpack(number, body, texts):
                    yield number, found
            seq = rows[-1][0] + 1

    def _unpack(self, number: int, body: bytes, texts: Sequence[bytes] = ()) -> list[Entry]:
        try:
            return self._codec.unpack_with(body, texts) if texts else self._codec.unpack(body)
        except (zstandard.ZstdError, msgspec.DecodeError, UnicodeDecodeError) as error:
            detail = f"row {number} of the log: {error}"
            raise StoreError("ERR_STORE_CORRUPT", path=str(self._path), detail=detail) from error

    def last(self) -> int:
        """The number of the last log row, 0 for none."""
        with translated(self._path):
            return next(iter(self._connection.execute(SQL["last"])))[0] or 0

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Runs a named query; from any thread."""
        with self._one_at_a_time, translated(self._path):
            return list(self._connection.execute(SQL[query], values))

    def close(self) -> None:
        self._connection.close()
