"""The audit log [10.2]: who changed what, from what to what, when.

Each of the two files that hold configuration (`journal.db` and `access.db`) has the table, and a change is written
down in the transaction that makes it. Ids sort by time, so the two read as one.
"""

from __future__ import annotations

import csv
import io
import json
import secrets as random
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw
import msgspec

from sojourn.actor import Actor
from sojourn.secrets import masked
from sojourn.store import queries
from sojourn.store.database import connect, translated

SQL = queries.load("audit")
PAGE = 1_000
_LAST = "~"
"""Behind every id."""


class Audited(msgspec.Struct, frozen=True, kw_only=True):
    """One change. `at` is epoch ms of real time; `before` and `after` hold no secrets."""

    id: str
    at: int
    actor: str
    actor_kind: str = msgspec.field(name="actorKind")
    action: str
    """Kind of thing and what was done, as `journey.publish`."""
    sandbox: str | None
    name: str
    before: Any
    after: Any


class Past(msgspec.Struct, frozen=True):
    """Who made a document, and who changed it last; what was made before the log is not known."""

    created_at: int | None
    created_by: str | None
    changed_by: str


class _Ids:
    """Ids that sort by time, within this process also in one millisecond."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = (0, 0)

    def next(self) -> tuple[str, int]:
        with self._lock:
            at = max(time.time_ns() // 1_000_000, self._last[0])
            self._last = at, self._last[1] + 1 if at == self._last[0] else 0
            return f"{at:014d}-{self._last[1]:04d}-{random.token_hex(3)}", at


_IDS = _Ids()


def record(
    connection: apsw.Connection, actor: Actor, action: str, sandbox: str | None, name: str, before: Any, after: Any
) -> None:
    """Writes a change down, in the transaction that is open."""
    id_, at = _IDS.next()
    states = [None if state is None else json.dumps(masked(state), ensure_ascii=False) for state in (before, after)]
    connection.execute(SQL["record"], (id_, at, actor.name, actor.kind, action, sandbox, name, *states))


class AuditReader:
    """Both files' audit logs as one. From any thread."""

    def __init__(self, journal: Path, access: Path) -> None:
        self._connection = connect(journal, readonly=True, cache_kib=500)
        self._path = journal
        self._lock = threading.Lock()
        with translated(access):
            self._connection.execute("attach ? as access", (str(access),))

    def read(
        self,
        *,
        after: str = "",
        limit: int = PAGE,
        newest: bool = False,
        actors: Sequence[str] = (),
        actions: Sequence[str] = (),
        sandboxes: Sequence[str] = (),
        name: str | None = None,
        text: str | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> list[Audited]:
        """Up to `limit` changes behind the id `after`, oldest first or `newest` first.

        Several values of a filter are alternatives; `text` is a part of the name. An actor also with all their tokens,
        an action also as its first part (`journey`); moments are epoch ms, `until` not included.
        """
        given = {
            "after": "" if newest else after, "before": (after if newest else "") or _LAST, "limit": limit,
            "actors": _list(actors), "actions": _list(actions), "sandboxes": _list(sandboxes), "name": name,
            "text": text, "since": since, "until": until,
        }  # fmt: skip
        query = f"{SQL['found']} {SQL['newest_first' if newest else 'oldest_first']}"
        with self._lock, translated(self._path):
            rows = list(self._connection.execute(query, given))
        return [
            Audited(
                id=id_, at=at, actor=who, actor_kind=kind, action=did, sandbox=where, name=what,
                before=None if old is None else json.loads(old), after=None if new is None else json.loads(new),
            )
            for id_, at, who, kind, did, where, what, old, new in rows
        ]  # fmt: skip

    def history(self, sandbox: str, kind: str) -> dict[str, Past]:
        """Of the documents of a kind, by name, who made them and who changed them last."""
        with self._lock, translated(self._path):
            rows = list(self._connection.execute(SQL["history"], {"sandbox": sandbox, "kind": kind}))
        found: dict[str, Past] = {}
        for name, action, at, actor in rows:
            before = found.get(name)
            if action == f"{kind}.create" or before is None:
                made = action == f"{kind}.create"
                found[name] = Past(at if made else None, actor if made else None, actor)
            else:
                found[name] = Past(before.created_at, before.created_by, actor)
        return found

    def every(self, **filters: Any) -> Iterator[Audited]:
        """All that `read` finds, page by page."""
        after = ""
        while found := self.read(after=after, **filters):
            yield from found
            after = found[-1].id

    def close(self) -> None:
        self._connection.close()


def _list(values: Sequence[str]) -> str | None:
    return json.dumps(values) if values else None


COLUMNS = ("id", "at", "actor", "actorKind", "action", "sandbox", "name", "before", "after")


def as_lines(found: Iterator[Audited]) -> Iterator[bytes]:
    """JSON lines."""
    for each in found:
        yield msgspec.json.encode(each) + b"\n"


def as_csv(found: Iterator[Audited]) -> Iterator[bytes]:
    """CSV with a head; `before` and `after` as JSON."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for each in found:
        row = msgspec.to_builtins(each)
        states = ["" if row[side] is None else json.dumps(row[side], ensure_ascii=False) for side in COLUMNS[-2:]]
        writer.writerow([_plain(row[column]) for column in COLUMNS[:-2]] + states)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    if text := buffer.getvalue():
        yield text.encode()


def _plain(value: object) -> object:
    """A text that a spreadsheet would take for a formula, marked as text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
