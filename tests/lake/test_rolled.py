"""What is answered from roll-ups, moments and the tail is what the single steps say, whatever the range and filters."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.journey.node import Shape
from sojourn.lake.manifest import Manifest, Readers
from sojourn.lake.measure import ask, looks
from sojourn.lake.question import Question, checked
from sojourn.lake.reading import Lake
from sojourn.lake.upkeep import Upkeep
from sojourn.lake.writing import Writer
from sojourn.report.definitions import METRICS
from sojourn.report.flow import range_report
from sojourn.report.measures import MEASURES
from sojourn.report.metrics import report
from sojourn.store.shard import ShardReader

from .history import SANDBOX, History

HOUR = 3_600_000
DAY = 24 * HOUR
DAYS = 4
COUNTS = [name for name, metric in METRICS.items() if (metric.source, metric.kind) == ("steps", "count")]


class Row(NamedTuple):
    """A step, as the test wrote it."""

    at: int
    journey: str
    version: int
    shape: Shape
    number: int
    attempts: int
    code: str | None
    fetches: int


DIMENSIONS: dict[str, Callable[[Row], str | None]] = {
    "journey": lambda row: row.journey,
    "version": lambda row: f"{row.journey} v{row.version}",
    "activity": lambda row: row.shape.node,
    "status": lambda row: row.shape.status,
    "path": lambda row: row.shape.arrow,
    "errorCode": lambda row: row.code if row.shape.error is not None else None,
}
CONTENTS: list[dict[str, Any]] = [
    {"node": "start", "node_type": "event", "status": "transitions", "entrance": True, "arrow": "start/then"},
    {"node": "thanks", "node_type": "action", "status": "transitions", "action": "send", "arrow": "thanks/then"},
    {"node": "thanks", "node_type": "action", "status": "error", "action": "send", "error": "http", "ended": True},
    {"node": "rest", "node_type": "wait", "status": "endStep", "arrow": "rest/then", "ended": True},
    {"node": "rest", "node_type": "wait", "status": "exited", "ended": True},
]


class World:
    """A history of two journeys over some days: most is in files, of which some are merged, the rest in the shard."""

    def __init__(self, data: Path) -> None:
        draw = random.Random(3)
        history = History(data)
        kinds: list[tuple[int, str, int, Shape, int]] = []
        for name in ("one", "two"):
            journey = history.journey(name, 2)
            for version in (1, 2):
                for content in CONTENTS:
                    full: dict[str, Any] = {"version": history.uid(name, version), "label": "", **content}
                    kinds.append((journey, name, version, Shape(**full), history.shape(journey, version, full)))
        manifest, shard = Manifest(data), ShardReader(data / "shard-0.db")
        writer = Writer(manifest, shard)
        self.rows: list[Row] = []
        for batch in range(48):
            for _ in range(10):
                journey, name, version, shape, number = draw.choice(kinds)
                near = draw.choice((0, HOUR - 1, draw.randrange(HOUR)))
                at = min(DAYS * DAY - 1, batch * 2 * HOUR + near)
                attempts = draw.randrange(1, 4) if shape.action else 0
                code = draw.choice((503, 404)) if shape.error else "merged" if shape.status == "exited" else None
                fetched = (1, draw.randrange(3), 5, 1, None, None) if draw.random() < 0.3 else None
                history.batch([(journey, version, f"p{draw.randrange(9)}", "", draw.randrange(1, 99),
                                [(number, 1, at, 1, attempts, code, fetched)])])  # fmt: skip
                told = None if code is None else str(code)
                self.rows.append(Row(at, name, version, shape, number, attempts, told,
                                     fetched[0] + fetched[1] if fetched else 0))  # fmt: skip
            if batch % 3 == 0 and batch < 42:
                writer.export(now=True)
            if batch == 30:
                upkeep = Upkeep(manifest, writer, shard, Readers(), 0)
                while upkeep.work(date(1970, 1, DAYS + 1)):
                    pass
        for each in (writer, manifest, shard, history.shard):
            each.close()
        self.lake = Lake(data)

    def ask(self, question: Question) -> list[tuple[Any, ...]]:
        ranges, records = looks(checked(question))
        with self.lake.numbers(SANDBOX, ranges, records=records) as db:
            return [tuple(row) for row in ask(db, question).rows]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("rolled"))
    yield made
    made.lake.close()


moments = st.one_of(
    st.none(), st.integers(-HOUR, DAYS * DAY + HOUR), st.integers(-1, DAYS * 24 + 1).map(lambda hour: hour * HOUR)
)
names = st.lists(st.sampled_from(sorted(DIMENSIONS)), max_size=2, unique=True)


def value(metric: str, rows: list[Row]) -> int:
    """A count by its one definition, step by step."""
    of = METRICS[metric]
    mine = [row for row in rows if MEASURES[of.of].counts(row.shape)]
    return len(mine) if of.amount == "steps" else sum(getattr(row, of.amount) for row in mine)


@settings(max_examples=40, deadline=None)
@given(moments, moments, names, st.dictionaries(st.sampled_from(sorted(DIMENSIONS)), st.integers(0, 9), max_size=2))
def test_counts(world: World, one: int | None, other: int | None, dimensions: list[str], kept: dict[str, int]) -> None:
    since, until = (one, other) if one is None or other is None or one < other else (other, one)
    if since is not None and since == until:
        return
    filters: dict[str, list[str | None]] = {}
    for name, pick in kept.items():
        values = sorted({DIMENSIONS[name](row) for row in world.rows}, key=str)
        filters[name] = [values[pick % len(values)]]
    rows = [
        row
        for row in world.rows
        if (since is None or row.at >= since)
        and (until is None or row.at < until)
        and all(DIMENSIONS[name](row) in values for name, values in filters.items())
    ]
    groups: dict[tuple[Any, ...], list[Row]] = {} if dimensions else {(): []}
    for row in rows:
        groups.setdefault(tuple(DIMENSIONS[name](row) for name in dimensions), []).append(row)
    expected = Counter((*key, *(value(name, mine) for name in COUNTS)) for key, mine in groups.items())
    question = Question(metrics=tuple(COUNTS), dimensions=tuple(dimensions), since=since, until=until, filters=filters)
    assert Counter(world.ask(question)) == expected


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 479), st.integers(0, 479), st.integers(-1, 1), st.sampled_from(("one", "two")))
def test_reports(world: World, one: int, other: int, beside: int, journey: str) -> None:
    """A report for a range is the fold over the steps of the range, and `current` that over all before.

    Ranges begin and end with steps, or just beside them.
    """
    uid = next(row[2] for row in world.lake.shard.rows("journeys") if row[3] == journey)
    since, until = sorted((world.rows[one].at + beside, world.rows[other].at))
    found = range_report(world.lake.shard, SANDBOX, uid, *world.lake.counts(SANDBOX, uid, since, until))

    def told(low: int, high: int) -> dict[str, Any]:
        mine = (row for row in world.rows if row.journey == journey and low <= row.at < high)
        return report((row.shape, 1, row.attempts) for row in mine).to_json()

    within, before = told(since, until), told(-(1 << 60), since)
    for name in ("entered", "completed", "failed", "exited", "errors", "errorsIn", "activities", "actions"):
        assert found[name] == within[name]
    assert found["currentBefore"] == before["current"]
