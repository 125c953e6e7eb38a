"""`segment_*`: segments over people with 20 attributes and 5 events each, beside a naive loop.

One segment of three conditions on attributes and two aggregates over events, evaluated for everybody, as a back-fill
does it; then what twenty live segments add to an event. The engine runs in this process, on a real journal and shard.
The naive loop keeps people and events as JSON in two SQLite tables and evaluates conditions written by hand.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import duckdb
import psutil

from bench.profiles import PROJECT, files
from sojourn.clock import VirtualClock
from sojourn.runtime.engine import Engine
from sojourn.store.entry import Accepted, Changed, Entry, Marked, Recorded
from sojourn.store.journal import Job, Journal, JournalReader
from sojourn.store.shard import Shard

NOW = round(datetime(2026, 10, 1, tzinfo=UTC).timestamp() * 1000)
LIVE = 20
_PROFILE, _EVENTS = "#{ExperiencePlatform.profile._bench", "#{ExperiencePlatform.experienceevent"
_BOUGHT = f'{_EVENTS}.all(currentDataPackField.eventType == "purchase")'
_CHUNK = 1_000


def definition(number: int) -> str:
    """A segment of three conditions on attributes and two aggregates over events; each number another one."""
    return (
        f"{_PROFILE}.active}} and {_PROFILE}.whole{number % 6}}} > {300 + number} and "
        f'startWith({_PROFILE}.text{number % 8}}}, "value") and '
        f"count({_BOUGHT}}}) >= 1 and sum({_EVENTS}.all(true)._bench.value}}) > {80 + number}"
    )


def by_hand(number: int, person: dict[str, Any], events: list[dict[str, Any]]) -> bool:
    """The same as `definition`, of flat rows."""
    whole, text = person[f"_bench.whole{number % 6}"], person[f"_bench.text{number % 8}"]
    return bool(
        person["_bench.active"]
        and whole is not None
        and whole > 300 + number
        and text is not None
        and text.startswith("value")
        and sum(event["eventType"] == "purchase" for event in events) >= 1
        and sum(event["_bench.value"] for event in events if event["_bench.value"] is not None) > 80 + number
    )


def segments(quick: bool) -> dict[str, float]:
    """A million people (20,000 with `quick`): seconds, microseconds, ratios, memory."""
    return _measured(20_000 if quick else 1_000_000)


def _measured(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="sojourn-segments-") as name:
        folder = Path(name)
        people, visits = files(folder, count)
        naive, alone, members = _naive(folder / "naive.db", people, visits)
        world = _World(folder / "data")
        world.load(people, visits)
        took = world.timed(_segment(0))
        found = sum(world.shard.rows("segment_states", "prod")[0][1:3])
        if found != members:
            raise RuntimeError(f"{found} members where there should be {members}")
        before = min(world.events(count, part) for part in range(3))
        world.log(*(_segment(number) for number in range(1, LIVE)))  # evaluated for everybody in one go
        after = min(world.events(count, part) for part in range(3, 6))
        memory = psutil.Process().memory_info().rss
        world.close()
    return {
        "segment_all_s": round(took, 1),
        "segment_profiles_per_s": round(count / took),
        "segment_per_naive": naive / took,
        "segment_event_us": round(after - before, 1),
        "segment_event_per_naive": alone / (after - before),
        "segment_rss_mb": round(memory / 1e6),
    }


def _segment(number: int) -> Changed:
    name = f"s{number}"
    body = {"name": name, "definition": definition(number)}
    return Changed(NOW, "prod", "segment", name, json.dumps(body).encode())


class _World:
    """A journal, a shard and an engine in this process, in virtual time."""

    def __init__(self, data: Path) -> None:
        data.mkdir()
        self.journal = Journal(data / "journal.db", VirtualClock())
        self.shard = Shard(data / "shard-0.db")
        self._reader = JournalReader(data / "journal.db")
        self._engine = Engine(self.shard, self._reader, VirtualClock())
        kinds = {"schemas": "schema", "datasets": "dataset"}
        for plural, documents in PROJECT.items():
            for document in documents:
                body = json.dumps(document).encode()
                self.log(Changed(0, "prod", kinds[plural], document["name"], body))

    def log(self, *entries: Entry) -> None:
        def work(job: Job) -> None:
            for entry in entries:
                job.append(entry)

        self.journal.run(work).result()
        while self._engine.turn():
            pass

    def load(self, people: Path, visits: Path) -> None:
        self.log(Marked(NOW))
        for dataset, file in (("person", people), ("visit", visits)):
            for rows in _rows(file):
                self.log(
                    Recorded(NOW, "prod", dataset, [json.dumps(_nested(row), default=_text).encode() for row in rows])
                )

    def timed(self, entry: Entry) -> float:
        """Seconds until the engine is through with an entry."""
        begun = time.perf_counter()
        self.log(entry)
        return time.perf_counter() - begun

    def events(self, people: int, part: int, count: int = 2_000) -> float:
        """Microseconds that the engine takes for an event, of `count` that stand in the log."""
        entries: list[Entry] = []
        for number in range(count):
            who = (number * 7919 + part) % people
            row = {
                "_id": f"live{part}-{number}",
                "timestamp": datetime.fromtimestamp(NOW / 1000, UTC),
                "_bench.value": 1.5,
            }
            row |= {"_bench.crm": _key(who), "eventType": "cart"}
            entries.append(Accepted(NOW, "prod", _record(row), "visit"))
        self.journal.run(partial(_append, entries=entries)).result()
        begun = time.perf_counter()
        while self._engine.turn():
            pass
        return 1e6 * (time.perf_counter() - begun) / count

    def close(self) -> None:
        self.journal.close()
        self._reader.close()
        self.shard.close()


def _append(job: Job, *, entries: list[Entry]) -> None:
    for entry in entries:
        job.append(entry)


def _key(number: int) -> str:
    return "p" + hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()[:16]


def _rows(file: Path) -> Iterator[list[dict[str, Any]]]:
    with duckdb.connect() as db:
        db.execute("set enable_progress_bar = false")
        rows = db.execute(f"select * from '{file}'")
        names = [column[0] for column in rows.description or ()]
        while some := rows.fetchmany(_CHUNK):
            yield [dict(zip(names, row, strict=True)) for row in some]


def _nested(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in row.items():
        first, _, second = path.partition(".")
        if second:
            found.setdefault(first, {})[second] = value
        else:
            found[first] = value
    return found


def _record(row: dict[str, Any]) -> bytes:
    """A record of a flat row."""
    return json.dumps(_nested(row), default=_text).encode()


def _text(value: Any) -> str:
    return value.replace(tzinfo=UTC).isoformat() if isinstance(value, datetime) else str(value)


def _naive(path: Path, people: Path, visits: Path) -> tuple[float, float, int]:
    """Seconds to evaluate one segment for everybody, microseconds to evaluate LIVE for one event, and the members."""
    connection = apsw.Connection(str(path))
    for statement in (
        "pragma journal_mode = wal",
        "create table person (id text primary key, body text) without rowid",
        "create table visit (person text, at text, body text)",
    ):
        list(connection.execute(statement))
    for file, insert in (
        (people, "insert into person values (?1, ?3)"),
        (visits, "insert into visit values (?, ?, ?)"),
    ):
        for rows in _rows(file):
            connection.execute("begin")
            for row in rows:
                at = str(row.get("timestamp"))
                connection.execute(insert, (row["_bench.crm"], at, json.dumps(row, default=str)))
            connection.execute("commit")
    connection.execute("create index visit_of on visit (person, at)")
    begun = time.perf_counter()
    members = sum(_asked(connection, id_, body, [0]) for id_, body in connection.execute("select id, body from person"))
    took = time.perf_counter() - begun
    some = list(connection.execute("select id, body from person limit 2000"))
    begun = time.perf_counter()
    for id_, body in some:
        _asked(connection, id_, body, list(range(LIVE)))
    alone = 1e6 * (time.perf_counter() - begun) / len(some)
    connection.close()
    return took, alone, members


def _asked(connection: apsw.Connection, id_: str, body: str, numbers: list[int]) -> bool:
    person = json.loads(body)
    rows = connection.execute("select body from visit where person = ? order by at desc limit 1000", (id_,))
    events = [json.loads(event) for (event,) in rows]
    return sum(by_hand(number, person, events) for number in numbers) > 0
