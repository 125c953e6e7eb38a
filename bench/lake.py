"""`lake_*`: a scripted year of step events (`bench/year.py`) asked for reports and tables, beside SQLite row tables.

Each question is about a random range, a report's about a random journey. Beside it the same answers come from a table
of SQLite with a row for each event and an index by journey and moment; of more than some millions of events, only the
lake's are measured. What is written by the engine is exported apart, batch by batch as it comes.
"""

from __future__ import annotations

import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw

from bench.year import DAY, JOURNEYS, START, shapes_of, written
from sojourn.lake.manifest import Manifest
from sojourn.lake.measure import ask, looks
from sojourn.lake.question import Question
from sojourn.lake.reading import Lake
from sojourn.lake.table import Table
from sojourn.lake.writing import Writer
from sojourn.report.flow import range_report
from sojourn.store.shard import ShardReader
from tests.lake.history import History

ASKED = 30
COMPARED = 10_000_000
"""Step events up to which a row table is built."""
EXPORTED = 1_000_000
Range = tuple[str, int, int]
_COLUMNS = {
    "id": "s._id::VARCHAR", "at": "epoch_ms(s.timestamp)", "journey": "d.journey", "version": "d.number",
    "node": "d.node", "kind": "d.kind", "status": "d.status", "arrow": "d.arrow", "action": "d.action",
    "error": "d.error", "entrance": 'd."is entered"', "ended": "d.ended", "person": "s.person", "took": "s.took",
    "attempts": "s.attempts", "code": "s.code",
}  # fmt: skip
"""Of the row table, from a step `s` and its shape `d`."""


def measured(steps: int) -> dict[str, float]:
    """All figures for so many step events."""
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        data = Path(folder)
        found = _exported(data / "exported", min(steps, EXPORTED))
        begun = time.perf_counter()
        written(data / "year", steps)
        found["lake_made_s"] = time.perf_counter() - begun
        files = [path for path in (data / "year" / "lake").rglob("*.*") if path.is_file()]
        found["lake_bytes_per_step"] = sum(path.stat().st_size for path in files) / steps
        found |= _asked(data / "year")
        found["lake_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if steps <= COMPARED:
            found |= _rows(data / "year")
            for name in ("report", "table", "days", "times"):
                found[f"lake_{name}_against_rows"] = found[f"rows_{name}_s"] / found[f"lake_{name}_s"]
    return found


# --- exported ---


def batches(history: History, steps: int) -> Iterator[list[Any]]:
    """Batches of a turn each: stretches of stays of all journeys, over a day."""
    draw = random.Random(7)
    ways = []
    for number in range(JOURNEYS):
        journey = history.journey(f"journey {number}")
        ways.append((journey, shapes_of(history, journey, history.uid(f"journey {number}"))))
    for made in range(0, steps, 2_000):
        now = START + made * DAY // steps
        batch: list[Any] = []
        for _ in range(400):
            journey, (enters, decides, calls, waits, ends, _) = ways[draw.randrange(JOURNEYS)]
            at, took = now + draw.randrange(60_000), int(draw.lognormvariate(5, 0.7))
            came = [(enters, 1, at, 0, 0, None, None), (decides, 2, at, 0, 0, None, None),
                    (calls, 3, at + took, took, 1, None, None)]  # fmt: skip
            left = [(waits, 4, at, DAY, 0, None, None), (ends, 5, at, took, 1, None, None)]
            people = (f"customer-{draw.randrange(10**6):08d}" for _ in range(2))
            batch += [(journey, 1, who, "", 1, each) for who, each in zip(people, (came, left), strict=True)]
        yield batch


def _exported(data: Path, steps: int) -> dict[str, float]:
    history = History(data)
    for batch in batches(history, steps):
        history.shard.begin()
        history.shard.put_steps(batch)
        history.shard.commit()
    history.shard.close()
    manifest, shard = Manifest(data), ShardReader(data / "shard-0.db")
    writer = Writer(manifest, shard)
    begun, cpu, done = time.perf_counter(), time.process_time(), 0
    while more := writer.export(now=True):
        done += more
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    for each in (writer, manifest, shard):
        each.close()
    return {"lake_export_steps_per_s": done / took, "lake_export_steps_per_cpu_s": done / used}


# --- asked ---


def _ranges() -> Iterator[Range]:
    """A random journey and a random range, again and again the same ones."""
    draw = random.Random(11)
    while True:
        since = START + draw.randrange(300 * DAY)
        yield f"journey {draw.randrange(JOURNEYS)}", since, since + draw.randrange(DAY, 60 * DAY)


def _medians(named: dict[str, Callable[[str, int, int], object]]) -> dict[str, float]:
    """The median time of each question, over ranges that are the same for all of them."""
    found = {}
    for name, question in named.items():
        times = []
        for _, asked in zip(range(ASKED), _ranges(), strict=False):
            begun = time.perf_counter()
            question(*asked)
            times.append(time.perf_counter() - begun)
        found[f"{name}_s"] = statistics.median(times)
    return found


def _asked(data: Path) -> dict[str, float]:
    lake = Lake(data)
    uids = {row[3]: row[2] for row in lake.shard.rows("journeys")}

    def metrics(*names: str, **asked: Any) -> Table:
        question = Question(metrics=names, **asked)
        ranges, records = looks(question)
        with lake.numbers("prod", ranges, records=records) as db:
            return ask(db, question)

    def report(journey: str, since: int, until: int) -> object:
        return range_report(lake.shard, "prod", uids[journey], *lake.counts("prod", uids[journey], since, until))

    def table(_: str, since: int, until: int) -> object:
        return metrics("entered", "errors", dimensions=("journey", "activity"), since=since, until=until)

    def days(_: str, since: int, until: int) -> object:
        return metrics("entered", "errors", dimensions=("journey",), grain="day", since=since, until=until)

    def times(journey: str, since: int, until: int) -> object:
        names = ("people", "callTimeMedian", "callTimeP95", "waitingTimeMedian")
        return metrics(*names, filters={"journey": [journey]}, since=since, until=until)

    begun = time.perf_counter()
    report(*next(_ranges()))
    table(*next(_ranges()))
    first = time.perf_counter() - begun
    found = _medians({"lake_report": report, "lake_table": table, "lake_days": days, "lake_times": times})
    lake.close()
    return {"lake_first_answers_s": first, **found}


# --- the same from rows ---


def _rows(data: Path) -> dict[str, float]:
    """The same answers from a row table."""
    db = apsw.Connection(str(data / "rows.db"))
    db.execute("pragma journal_mode = off")
    db.execute("pragma cache_size = -64000")
    db.execute(f"create table step ({', '.join(_COLUMNS)})")
    lake = Lake(data)
    with lake.numbers("prod", records=None) as files:
        rows = files.execute(f"SELECT {', '.join(_COLUMNS.values())} FROM steps s JOIN shapes d USING (shape)")
        marks = ", ".join("?" for _ in _COLUMNS)
        while some := rows.fetchmany(50_000):
            db.execute("begin")
            db.executemany(f"insert into step values ({marks})", some)
            db.execute("commit")
    lake.close()
    db.execute("create index step_by on step (journey, at)")
    within = "from step where at >= :since and at < :until"
    mine = "from step where journey = :journey and at >= :since and at < :until"

    def rows_of(*queries: str) -> Callable[[str, int, int], object]:
        def question(journey: str, since: int, until: int) -> object:
            given = {"journey": journey, "since": since, "until": until}
            return [list(db.execute(query, given)) for query in queries]

        return question

    found = _medians({
        "rows_report": rows_of(
            "select version, sum(entrance) - sum(ended) from step where journey = :journey and at < :since group by 1",
            "select version, node, kind, status, arrow, action, error, entrance, ended, count(*), sum(attempts) "
            f"{mine} group by 1, 2, 3, 4, 5, 6, 7, 8, 9",
        ),
        "rows_table": rows_of(
            f"select journey, node, sum(entrance), sum(status = 'error') {within} group by 1, 2"
        ),
        "rows_days": rows_of(
            f"select at / {DAY}, journey, sum(entrance), sum(status = 'error') {within} group by 1, 2"
        ),
        "rows_times": rows_of(
            f"select count(distinct person) {mine} and entrance",
            f"select took {mine} and action is not null and status <> 'stopped' order by took",
            f"select took {mine} and kind = 'wait' order by took",
        ),
    })  # fmt: skip
    db.close()
    return found
