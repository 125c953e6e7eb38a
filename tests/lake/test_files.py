"""What the shard has is in the lake once: whenever it is killed, merged, aged or cleaned of somebody."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from sojourn.crash import POINTS
from sojourn.errors import StoreError
from sojourn.lake.link import LakeOptions, Link
from sojourn.lake.manifest import STEP, Manifest, Readers
from sojourn.lake.reading import Lake
from sojourn.lake.upkeep import MERGE_FROM, QUIET, Upkeep
from sojourn.lake.writing import Writer
from sojourn.report.facts import Discarded, Fact
from sojourn.runtime.forget import Target, anonymous
from sojourn.runtime.removal import Removing
from sojourn.store.shard import ShardReader

from .history import SANDBOX, History, expanded

DAY = 86_400_000
LAKE_POINTS = [point for point in POINTS if point.startswith("lake-")]


def step(history: History, journey: int, uid: str, node: str = "start", **more: Any) -> int:
    kind = {"start": "event", "size": "condition", "thanks": "action", "rest": "wait"}[node]
    content = {"version": uid, "node": node, "node_type": kind, "label": node, "status": "transitions", **more}
    return history.shape(journey, 1, content)


def some(history: History, people: int = 6, batches: int = 12, days: int = 3) -> int:
    """A history over some days; the journey's short number."""
    journey = history.journey("j")
    uid = history.uid("j")
    enters = step(history, journey, uid, entrance=True)
    rests = step(history, journey, uid, "rest", status="endStep", ended=True)
    for number in range(batches):
        at = number * days * DAY // batches
        history.batch(
            (
                journey,
                1,
                f"p{person}",
                "",
                number + 1,
                [(enters, 1, at, 0, 0, None, None), (rests, 2, at + 5, 5, 0, None, None)],
            )
            for person in range(people)
        )
        history.facts(
            "discard", [Discarded(at, SANDBOX, journey, "Bought", f"p{number % people}", "reentranceNotAllowed")]
        )
    history.at(days * DAY)
    return journey


class World:
    """A lake that is written and kept in the test's own process."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.shard = ShardReader(data / "shard-0.db")
        self.manifest = Manifest(data)
        self.writer = Writer(self.manifest, self.shard)
        self.readers = Readers()

    def upkeep(self, days: int = 0) -> Upkeep:
        return Upkeep(self.manifest, self.writer, self.shard, self.readers, days)

    def tidy(self, upkeep: Upkeep, today: date = date(1970, 1, 4)) -> None:
        while upkeep.work(today):
            pass

    def rows(self, query: str = "SELECT _id FROM journey_step_events") -> list[tuple[Any, ...]]:
        lake = Lake(self.data)
        with duckdb.connect() as db, lake.laid_out(db, SANDBOX):
            found = db.execute(query).fetchall()
        lake.close()
        return found

    def rolled(self, query: str) -> list[tuple[Any, ...]]:
        lake = Lake(self.data)
        with lake.numbers(SANDBOX) as db:
            found = db.execute(query).fetchall()
        lake.close()
        return found

    def names(self, text: str) -> list[Path]:
        """The Parquet files in which a text stands as a value, or in one."""
        found = []
        for path in self.on_disk():
            if path.suffix == ".parquet":
                rows = duckdb.execute("SELECT f::VARCHAR FROM read_parquet($1) f", [str(path)]).fetchall()
                found += [path] if any(re.search(rf"\b{re.escape(text)}\b", row) for (row,) in rows) else []
        return found

    def on_disk(self) -> set[Path]:
        return {path for path in (self.data / "lake").rglob("*.*") if len(path.relative_to(self.data).parts) == 5}


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    made = History(tmp_path)
    yield made
    made.shard.close()


def ids(data: Path) -> Counter[str]:
    return Counter(record["_id"] for record in expanded(data))


@contextmanager
def armed(point: str) -> Iterator[None]:
    os.environ["SOJOURN_CRASH"] = point
    try:
        yield
    finally:
        del os.environ["SOJOURN_CRASH"]


def asked(link: Link, sql: str) -> list[list[Any]]:
    rows: list[list[Any]] = msgspec.json.decode(link.ask("query", SANDBOX, sql, 0, 10_000, 30.0, "json"))["rows"]
    return rows


@pytest.mark.parametrize("point", LAKE_POINTS)
def test_killed_at_each_point_nothing_is_lost_or_doubled(history: History, point: str) -> None:
    """[9.5] The process is killed in the second file that it writes; the next one goes on."""
    some(history)
    link = Link(LakeOptions(str(history.data), log_level="error"))
    with armed(point):
        with pytest.raises(StoreError):
            link.ask("written")
        link.close()
    link = Link(LakeOptions(str(history.data), log_level="error"))
    link.ask("written")
    is_step = "_experience.journeyOrchestration.serviceType IS NULL"
    found = Counter(id_ for (id_,) in asked(link, f"SELECT _id FROM journey_step_events WHERE {is_step}"))
    assert found == ids(history.data)
    discarded = f"SELECT count(DISTINCT _id), count(*) FROM journey_step_events WHERE NOT ({is_step})"
    assert asked(link, discarded) == [[12, 12]]
    link.close()
    world = World(history.data)
    assert world.writer.export(now=True) == 0
    files = world.manifest.files()
    assert {path for file in files for path in file.paths(world.manifest.folder)} == world.on_disk()
    assert sum(file.rows for file in files if file.dataset == STEP) == found.total()


def test_merging_keeps_every_row_and_every_count(history: History) -> None:
    """Small files of a day become one; those of a day that is over, whatever there are."""
    journey = some(history, batches=1, days=1)
    world = World(history.data)
    shapes = world.shard.rows("shapes")
    for number in range(MERGE_FROM + 1):
        history.batch([(journey, 1, f"m{number}", "", 1, [(shapes[0][0], 1, DAY + number, 0, 0, None, None)])])
        world.writer.export(now=True)
    before, counted = Counter(world.rows()), world.rolled("SELECT shape, sum(steps) FROM rollup GROUP BY 1 ORDER BY 1")
    files = [file for file in world.manifest.files() if file.dataset == "step"]
    assert len(files) > MERGE_FROM
    with world.readers.reading():
        world.tidy(world.upkeep())
        assert all(file.path(world.manifest.folder).exists() for file in files), "somebody reads them"
    world.tidy(world.upkeep())
    left = [file for file in world.manifest.files() if file.dataset == "step"]
    assert len(left) == 2 and not any(file.path(world.manifest.folder).exists() for file in files[1:])
    assert Counter(world.rows()) == before
    assert world.rolled("SELECT shape, sum(steps) FROM rollup GROUP BY 1 ORDER BY 1") == counted
    assert QUIET > MERGE_FROM


def test_what_is_not_beside_a_file_is_made(history: History) -> None:
    """A lake of a version that kept no moments answers as soon as it is started."""
    some(history)
    world = World(history.data)
    world.writer.export(now=True)
    kept = {path: path.read_bytes() for path in world.on_disk() if path.suffix == ".bin"}
    for path in kept:
        path.unlink()
    world.writer.complete()
    assert kept and all(path.read_bytes() == content for path, content in kept.items())


def test_old_days_go(history: History) -> None:
    """Steps and records are kept for as many days as was said; how many there were stays known for ever."""
    some(history)
    world, lake = World(history.data), Lake(history.data)
    while world.writer.export(now=True):
        pass
    uid = world.shard.rows("journeys")[0][2]
    counted = world.rolled("SELECT hour, shape, steps FROM rollup ORDER BY ALL")
    moments = (0, DAY // 2, DAY + 5, None)
    before = lake.counts(SANDBOX, uid, *moments)
    assert {file.day for file in world.manifest.files()} == {"1970-01-01", "1970-01-02", "1970-01-03"}
    for _ in range(2):
        world.tidy(world.upkeep(days=2))
        days = {(path.parent.parent.name, path.parent.name) for path in world.on_disk()}
        assert {day for kind, day in days if kind in ("step", "service")} == {"1970-01-02", "1970-01-03"}
        assert {day for kind, day in days if kind == "rollup"} == {"1970-01-01", "1970-01-02", "1970-01-03"}
        assert world.rolled("SELECT hour, shape, steps FROM rollup ORDER BY ALL") == counted
        assert lake.counts(SANDBOX, uid, *moments) == before
    lake.close()


def test_a_deleted_journey_takes_its_steps_along(history: History) -> None:
    """[6.6] From files and from what waits for them, in rows, roll-ups and reports; another's stay as they were."""
    some(history)
    other = history.journey("other")
    content = {"version": history.uid("other"), "node": "start", "node_type": "event", "label": "", "entrance": True}
    enters = history.shape(other, 1, {**content, "status": "transitions"})
    history.batch([(other, 1, "q1", "", 1, [(enters, 1, 7, 0, 0, None, None)])])
    world = World(history.data)
    while world.writer.export(now=True):
        pass
    history.batch([(other, 1, "q2", "", 1, [(enters, 1, DAY, 0, 0, None, None)])])
    lake = Lake(history.data)
    uids = {row[3]: row[2] for row in world.shard.rows("journeys")}
    kept = lake.counts(SANDBOX, uids["j"], None)
    assert kept != [[]] and lake.counts(SANDBOX, uids["other"], None) == [[(enters, 2, 0)]]
    removing = Removing(history.shard)
    history.shard.begin()
    removing.begin(other, [])
    while removing.work():
        pass
    history.shard.commit()
    world.tidy(world.upkeep())
    assert world.rows("SELECT DISTINCT _experience.journeyOrchestration.stepEvents.journeyVersionName v "
                      "FROM journey_step_events WHERE v IS NOT NULL") == [("j",)]  # fmt: skip
    assert world.rolled(f"SELECT count(*) FROM rollup WHERE shape = {enters}") == [(0,)]
    assert lake.counts(SANDBOX, uids["other"], None) == [[]] and lake.counts(SANDBOX, uids["j"], None) == kept
    assert not world.names("q1")
    lake.close()


def test_a_deleted_person_is_in_no_file(history: History) -> None:
    """[1.6] Their steps stay and count, as nobody's; records that name them go."""
    journey = some(history)
    history.facts("record", [Fact(5, SANDBOX, "feedback", ("p1", "p1@x.org"), b'{"eventType": "message.feedback"}')])
    world = World(history.data)
    while world.writer.export(now=True):
        pass
    counted = world.rolled("SELECT hour, shape, steps FROM rollup ORDER BY ALL")
    assert world.names("p1") and world.names("p1@x.org")
    target = Target(SANDBOX, [("CRMID", "p1"), ("Email", "p1@x.org")], [(journey, "p1")])
    history.shard.begin()
    history.shard.rows("put_forgotten", "token", msgspec.msgpack.encode(target))
    history.shard.commit()
    upkeep = world.upkeep()
    world.tidy(upkeep)
    assert world.manifest.erased() == set(), "the shard is not through yet"
    history.shard.begin()
    for number, batch in world.shard.step_batches():
        kept = [anonymous(row[0], row[1], row[5]) if row[2] == "p1" else row for row in batch]
        history.shard.rows("rewrite_steps", history.shard._compressor.compress(msgspec.msgpack.encode(kept)), number)
    history.shard.rows("forgotten_step", 1 << 30, "token")
    history.shard.rows("forgotten_fact", 1 << 30, "token")
    history.shard.connection.execute("update forgotten set last_step = step, last_fact = fact")
    history.shard.commit()
    world.tidy(upkeep)
    assert world.manifest.erased() == {"token"}
    assert world.names("p2") and not world.names("p1")
    assert world.rolled("SELECT hour, shape, steps FROM rollup ORDER BY ALL") == counted
    people = world.rows(
        "SELECT DISTINCT _experience.journeyOrchestration.profile.ID FROM journey_step_events ORDER BY 1"
    )
    assert people == [("p0",), ("p2",), ("p3",), ("p4",), ("p5",)]
    assert world.rows("SELECT count(*) FROM feedback") == [(0,)]
    history.shard.begin()
    history.shard.rows("drop_forgotten", "token")
    history.shard.commit()
    world.tidy(upkeep)
    assert world.manifest.erased() == set()
