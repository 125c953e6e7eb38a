# ruff: noqa: E501  # questions, each on a line
"""`lake_*`: a year of step events: written to the lake, and asked, beside SQLite row tables.

The history is scripted: journeys of six activities that people go through over hours and days. It is put into a shard as
the engine puts it there, exported, merged, and asked for reports and tables of random journeys and ranges. Beside it the
same answers come from a table of SQLite with a row for each event and an index by version and moment.

`python -m bench.lake ROWS` is the long form (100,000,000 takes hours and 40 GB).
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import apsw

from sojourn.lake.manifest import Manifest, Readers
from sojourn.lake.measure import ask, shapes_counted
from sojourn.lake.question import Question
from sojourn.lake.reading import Lake
from sojourn.lake.upkeep import Upkeep
from sojourn.lake.writing import Writer
from sojourn.store.shard import ShardReader
from tests.lake.history import History

JOURNEYS = 50
DAY = 86_400_000
START = 1_735_689_600_000
"""2025-01-01T00:00:00Z"""
ASKED = 30


def shapes(history: History, journey: int, uid: str) -> list[int]:
    """The shapes of a way through: enters, decides, calls, waits, buys, and one whose call fails."""
    nodes = (
        {"node": "start", "node_type": "event", "arrow": "start/then", "entrance": True},
        {"node": "size", "node_type": "condition", "arrow": "size/big"},
        {"node": "thanks", "node_type": "action", "arrow": "thanks/then", "action": "send"},
        {"node": "rest", "node_type": "wait", "arrow": "rest/then"},
        {
            "node": "last",
            "node_type": "action",
            "arrow": "last/then",
            "action": "offer",
            "status": "endStep",
            "ended": True,
        },
        {"node": "last", "node_type": "action", "action": "offer", "status": "error", "error": "http", "ended": True},
    )
    common = {"version": uid, "label": "an activity", "status": "transitions"}
    return [history.shape(journey, 1, common | node) for node in nodes]


def batches(history: History, rows: int) -> Iterator[list[Any]]:
    """Batches of a turn each, in order of time: stretches of stays of all journeys, over a year."""
    draw = random.Random(7)
    ways = []
    for number in range(JOURNEYS):
        journey = history.journey(f"journey {number}")
        ways.append((journey, shapes(history, journey, history.uid(f"journey {number}"))))
    made = 0
    while made < rows:
        now = START + made * 365 * DAY // rows
        batch: list[Any] = []
        for _ in range(400):
            journey, (enters, decides, calls, waits, ends, fails) = ways[min(int(draw.expovariate(0.08)), JOURNEYS - 1)]
            person, at = f"customer-{draw.randrange(rows // 20 + 10):08d}", now + draw.randrange(60_000)
            took = int(draw.lognormvariate(5, 0.7))
            batch.append((journey, 1, person, "", 1, [(enters, 1, at, 0, 0, None, None), (decides, 2, at, 0, 0, None, None),
                                                      (calls, 3, at + took, took, 1, None, None)]))  # fmt: skip
            waited = 3_600_000 * draw.randrange(1, 72)
            last = (fails, 5, at, took, 4, 503, None) if draw.random() < 0.02 else (ends, 5, at, took, 1, None, None)
            batch.append((journey, 1, f"customer-{draw.randrange(rows // 20 + 10):08d}", "", 1,
                          [(waits, 4, at, waited, 0, None, None), last]))  # fmt: skip
        made += 2_000
        yield batch


def measured(rows: int) -> dict[str, float]:
    """All figures for so many step events."""
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        data = Path(folder)
        history = History(data)
        for batch in batches(history, rows):
            history.shard.begin()
            history.shard.put_steps(batch)
            history.shard.commit()
        return _exported(data) | _asked(data, rows)


def _exported(data: Path) -> dict[str, float]:
    manifest, shard = Manifest(data), ShardReader(data / "shard-0.db")
    writer = Writer(manifest, shard)
    begun, cpu, written = time.perf_counter(), time.process_time(), 0
    while done := writer.export(now=True):
        written += done
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    upkeep = Upkeep(manifest, writer, shard, Readers(), 0)
    while upkeep.work(date(2026, 1, 2)):
        pass
    files = list((data / "lake").rglob("*.parquet"))
    size = sum(path.stat().st_size for path in files)
    for each in (writer, manifest, shard):
        each.close()
    return {
        "lake_export_steps_per_s": written / took,
        "lake_export_steps_per_cpu_s": written / used,
        "lake_bytes_per_step": size / written,
        "lake_files": len(files),
    }


def _asked(data: Path, rows: int) -> dict[str, float]:
    draw = random.Random(11)
    lake = Lake(data)
    began = time.perf_counter()
    with lake.numbers("prod") as db:
        first = time.perf_counter() - began
        total = sum(steps for _, steps, _ in shapes_counted(db, None, None))
    assert total >= rows

    def some() -> tuple[str, int, int]:
        since = START + draw.randrange(300 * DAY)
        return f"journey {draw.randrange(JOURNEYS)}", since, since + draw.randrange(DAY, 60 * DAY)

    def report() -> None:
        journey, since, until = some()
        names = ("entered", "completed", "failed", "current", "errors", "executedAction", "attempts", "completionRate")
        with lake.numbers("prod") as db:
            ask(
                db,
                Question(
                    metrics=names, dimensions=("version",), filters={"journey": [journey]}, since=since, until=until
                ),
            )
            shapes_counted(db, since, until)

    def table() -> None:
        _, since, until = some()
        with lake.numbers("prod") as db:
            ask(
                db,
                Question(
                    metrics=("entered", "errors"),
                    dimensions=("journey", "activity"),
                    grain="day",
                    since=since,
                    until=until,
                ),
            )

    def people() -> None:
        journey, since, until = some()
        with lake.numbers("prod") as db:
            ask(
                db,
                Question(
                    metrics=("people", "callTimeMedian", "callTimeP95"),
                    filters={"journey": [journey]},
                    since=since,
                    until=until,
                ),
            )

    found = {"lake_first_answer_s": first}
    found |= {
        f"lake_{name}_s": _median(each) for name, each in (("report", report), ("table", table), ("people", people))
    }
    lake.close()
    found |= _rows(data, some)
    found["lake_report_against_rows"] = found["rows_report_s"] / found["lake_report_s"]
    found["lake_table_against_rows"] = found["rows_table_s"] / found["lake_table_s"]
    return found | {"lake_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _median(work: Callable[[], None]) -> float:
    times = []
    for _ in range(ASKED):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def _rows(data: Path, some: Callable[[], tuple[str, int, int]]) -> dict[str, float]:
    """The same answers from a row table."""
    shard = ShardReader(data / "shard-0.db")
    db = apsw.Connection(str(data / "rows.db"))
    db.execute("pragma journal_mode = off")
    db.execute(
        "create table step (journey text, node text, status text, entrance int, ended int, at int, took int, attempts int)"
    )
    names = {row[0]: row[3] for row in shard.rows("journeys")}
    kinds = {row[0]: json.loads(row[3]) for row in shard.rows("shapes")}
    after = 0
    while found := shard.step_batches(after, 500):
        after = found[-1][0]
        db.execute("begin")
        db.executemany(
            "insert into step values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (names[journey], kind["node"], kind["status"], kind["entrance"], kind["ended"], at, took, attempts)
                for _, batch in found
                for journey, _, _, _, _, steps in batch
                for shape, _, at, took, attempts, *_ in steps
                for kind in (kinds[shape],)
            ),
        )
        db.execute("commit")
    db.execute("create index step_by on step (journey, at)")
    shard.close()

    def report() -> None:
        journey, since, until = some()
        list(db.execute(
            "select sum(entrance), sum(ended), sum(status = 'error'), sum(attempts), count(*) from step "
            "where journey = ? and at >= ? and at < ?", (journey, since, until),
        ))  # fmt: skip
        list(db.execute("select sum(entrance) - sum(ended) from step where journey = ? and at < ?", (journey, until)))
        list(db.execute(
            "select node, status, count(*) from step where journey = ? and at >= ? and at < ? group by 1, 2",
            (journey, since, until),
        ))  # fmt: skip

    def table() -> None:
        _, since, until = some()
        list(db.execute(
            "select at / 86400000, journey, node, sum(entrance), sum(status = 'error') from step "
            "where at >= ? and at < ? group by 1, 2, 3", (since, until),
        ))  # fmt: skip

    return {"rows_report_s": _median(report), "rows_table_s": _median(table)}


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1])), indent=2))
