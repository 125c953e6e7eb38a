"""`profiles_*`: an import of people with 20 attributes and 5 events each into a running server, beside a naive loop.

The naive loop reads the same Parquet files row by row, makes JSON of each, and upserts people and inserts events into
two SQLite tables, a thousand rows a transaction: no checks, no merging, no log, no server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import apsw
import duckdb
import psutil

from bench.serving import free_port
from sojourn.demo.processes import Processes

EVENTS_EACH = 5
_TENANT: dict[str, str] = {
    "crm": "string",
    **{f"text{n}": "string" for n in range(8)},
    **{f"whole{n}": "integer" for n in range(6)},
    **{f"part{n}": "decimal" for n in range(3)},
    "active": "boolean",
    "born": "dateOnly",
    "value": "decimal",
    "quantity": "integer",
}
_IDENTITIES = {"_bench.crm": {"namespace": "CRMID", "primary": True}}
PROJECT: dict[str, list[dict[str, Any]]] = {
    "schemas": [
        {"name": name, "base": base, "profile": True, "fields": {"_bench": _TENANT}, "identities": _IDENTITIES}
        for name, base in (("person", "profile"), ("visit", "experienceevent"))
    ],
    "datasets": [{"name": name, "schema": name, "profile": True} for name in ("person", "visit")],
}
_PEOPLE = """
copy (
  select 'p' || md5(i::varchar)[:16] as "_bench.crm", {texts}, {wholes}, {parts},
    i % 2 = 0 as "_bench.active", date '1950-01-01' + (i % 20000)::int as "_bench.born"
  from range({count}) r(i)
) to '{file}'
"""
_VISITS = """
copy (
  select 'p' || md5((i % {count})::varchar)[:16] as "_bench.crm", 'e' || i as "_id",
    timestamp '2026-06-01' + to_seconds(i % 10000000) as "timestamp",
    (['view', 'cart', 'purchase'])[1 + i % 3] as "eventType",
    (i % 500) / 10.0 as "_bench.value", (i % 50)::bigint as "_bench.quantity"
  from range({count} * {each}) r(i)
) to '{file}'
"""


def profiles(quick: bool) -> dict[str, float]:
    """A million people and five million events (20,000 and 100,000 with `quick`): seconds, ratio, memory."""
    count = 20_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory(prefix="sojourn-profiles-") as name:
        folder = Path(name)
        people, visits = files(folder, count)
        naive = _naive(folder / "naive.db", people, visits)
        with Processes(folder / "data", free_port(), [], []) as processes:
            processes.client.post("/api/apply", PROJECT)
            peak = _Peak()
            begun = time.perf_counter()
            for dataset, file in (("person", people), ("visit", visits)):
                _import(processes, dataset, file)
            while not processes.client.get("/api/status")["settled"]:
                time.sleep(0.05)
            took = time.perf_counter() - begun
            peak.stop()
            found = processes.client.get("/api/profiles/events?namespace=CRMID&id=pcfcd208495d565ef")
            if len(found) != EVENTS_EACH:
                raise RuntimeError(f"{len(found)} events where there should be {EVENTS_EACH}")
    return {
        "profiles_import_s": round(took, 1),
        "profiles_per_s": round(count / took),
        "profiles_per_naive": naive / took,
        "profiles_rss_mb": round(peak.most / 1e6),
    }


def files(folder: Path, count: int) -> tuple[Path, Path]:
    """Parquet files of so many people, and of their events."""
    people, visits = folder / "people.parquet", folder / "visits.parquet"
    columns = {
        "texts": ", ".join(f"'value {n} of ' || (i * {n + 7} % 1000) as \"_bench.text{n}\"" for n in range(8)),
        "wholes": ", ".join(f'(i * {n + 3} % 997)::bigint as "_bench.whole{n}"' for n in range(6)),
        "parts": ", ".join(f'(i * {n + 11} % 9973) / 7.0 as "_bench.part{n}"' for n in range(3)),
    }
    with duckdb.connect() as db:
        db.execute("set enable_progress_bar = false")
        db.execute(_PEOPLE.format(count=count, file=people, **columns))
        db.execute(_VISITS.format(count=count, each=EVENTS_EACH, file=visits))
    return people, visits


def _import(processes: Processes, dataset: str, file: Path) -> None:
    command = [sys.executable, "-m", "sojourn", "profiles", "import", str(file), "--dataset", dataset]
    server = f"http://127.0.0.1:{processes.port}"
    environment = {**os.environ, "SOJOURN_DATA": str(processes.data)}
    subprocess.run([*command, "--server", server], check=True, capture_output=True, text=True, env=environment)


def _naive(path: Path, people: Path, visits: Path) -> float:
    """Seconds of the naive loop."""
    begun = time.perf_counter()
    connection = apsw.Connection(str(path))
    for statement in (
        "pragma journal_mode = wal",
        "create table person (id text primary key, body text) without rowid",
        "create table visit (person text, at text, body text)",
    ):
        list(connection.execute(statement))
    with duckdb.connect() as db:
        for file, insert in (
            (people, "insert or replace into person values (?1, ?3)"),
            (visits, "insert into visit values (?, ?, ?)"),
        ):
            rows = db.execute(f"select * from '{file}'")
            names = [column[0] for column in rows.description or ()]
            while some := rows.fetchmany(1_000):
                connection.execute("begin")
                for row in some:
                    record = dict(zip(names, row, strict=True))
                    at = str(record.get("timestamp"))
                    connection.execute(insert, (record["_bench.crm"], at, json.dumps(record, default=str)))
                connection.execute("commit")
    connection.close()
    return time.perf_counter() - begun


class _Peak:
    """The resident memory of this process's children together, at its most (bytes)."""

    def __init__(self) -> None:
        self.most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.2):
            total = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    total += child.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.most = max(self.most, total)

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()
