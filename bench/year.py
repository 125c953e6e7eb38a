"""A scripted year of step events, written as files of a lake with the lake's own layout, day by day.

Fifty journeys, the first of them with far more people than the last, each of six activities: somebody enters, is
decided about, gets a call, waits between an hour and three days, and gets another call, of which 2 % fail. All of it
follows from the number of the stay, so any year of so many rows is the same one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sojourn.lake.manifest import Manifest
from sojourn.lake.steps import COLUMNS
from sojourn.lake.writing import Writer
from sojourn.store.shard import ShardReader
from tests.lake.history import History

JOURNEYS = 50
DAYS = 365
DAY = 86_400_000
FIRST = date(2025, 1, 1)
START = 1_735_689_600_000
"""The first day's beginning, epoch ms."""
STEPS_A_STAY = 5
_WAITS = 72
"""Hours that a stay waits at most."""
_NODES: tuple[dict[str, Any], ...] = (
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


def shapes_of(history: History, journey: int, uid: str) -> list[int]:
    """The shapes of a journey's activities, and of the last one's failure."""
    common = {"version": uid, "label": "an activity", "status": "transitions"}
    return [history.shape(journey, 1, common | node) for node in _NODES]


def written(data: Path, rows: int) -> None:
    """Writes a shard that knows the journeys, and the year as the files of its lake."""
    history = History(data)
    for number in range(JOURNEYS):
        name = f"journey {number}"
        shapes_of(history, history.journey(name), history.uid(name))
    history.at(START + (DAYS + 4) * DAY)
    history.shard.close()
    manifest, shard = Manifest(data), ShardReader(data / "shard-0.db")
    writer = Writer(manifest, shard)
    stays = max(1, rows // STEPS_A_STAY // DAYS)
    for day in range(DAYS + 4):
        writer.db.execute(f"CREATE OR REPLACE TEMP TABLE fresh AS {_rows(day, stays)}")
        if writer.db.execute("SELECT count(*) FROM fresh").fetchall()[0][0]:
            manifest.commit([writer.write_steps("prod", (FIRST + timedelta(days=day)).isoformat(), "fresh")])
    for each in (writer, manifest, shard):
        each.close()
    assert datetime.fromtimestamp(START / 1000, UTC).date() == FIRST


def _rows(day: int, stays: int) -> str:
    """The steps of a day as SQL, of stays that began then and of those that began in the days before."""
    shapes = len(_NODES)
    drawn = {
        name: f"hash(stay, {seed})" for seed, name in enumerate(("journey", "person", "time", "took", "wait", "fail"))
    }
    share = "(({}) % 1000003) / 1000003.0".format
    began = f"SELECT i AS stay FROM range({max(0, day - 4) * stays}, {min(day + 1, DAYS) * stays}) r(i)"
    stay = f"""SELECT stay,
        least({JOURNEYS - 1}, floor(-ln(1 - {share(drawn["journey"])}) / 0.08))::UINTEGER AS journey,
        format('customer-{{:08d}}', {drawn["person"]} % {max(10, stays * DAYS // 4)}) AS person,
        {START} + (stay // {stays}) * {DAY} + ({drawn["time"]} % {DAY})::BIGINT AS came,
        (40 + 800 * pow({share(drawn["took"])}, 4))::BIGINT AS took,
        3600000 * (1 + {drawn["wait"]} % {_WAITS})::BIGINT AS waited,
        {drawn["fail"]} % 50 = 0 AS fails
        FROM ({began})"""
    # (n, shape behind the journey's first one, moment, took, attempts)
    steps = """unnest([
        {n: 1, shape: 1, moment: came, took: 0, attempts: 0},
        {n: 2, shape: 2, moment: came, took: 0, attempts: 0},
        {n: 3, shape: 3, moment: came + took, took: took, attempts: 1},
        {n: 4, shape: 4, moment: came + took + waited, took: waited, attempts: 0},
        {n: 5, shape: CASE WHEN fails THEN 6 ELSE 5 END, moment: came + 2 * took + waited, took: took,
         attempts: CASE WHEN fails THEN 4 ELSE 1 END}]) AS s"""
    row = {
        "_id": "xor(md5_number(stay::VARCHAR), s.n::UHUGEINT)::UUID",
        "timestamp": "epoch_ms(s.moment)",
        "shape": f"(journey * {shapes} + s.shape)::UINTEGER",
        "n": "s.n::UINTEGER",
        "person": "person",
        "took": "s.took::BIGINT",
        "attempts": "s.attempts::UINTEGER",
        "code": "CASE WHEN s.attempts = 4 THEN '503' END",
    }
    columns = ", ".join(f"{row.get(name, f'NULL::{type_}')} AS {name}" for name, type_ in COLUMNS.items())
    begin = START + day * DAY
    return (
        f"SELECT {columns}, journey AS v FROM (SELECT *, {steps} FROM ({stay})) "
        f"WHERE s.moment >= {begin} AND s.moment < {begin + DAY}"
    )
