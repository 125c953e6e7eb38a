"""The win-back report over the CDNOW purchases, against numbers worked out from the purchases alone [9.4]."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sojourn.demo.history import END, PROJECT, Purchase, purchases
from sojourn.journey.compile import compile_journey
from sojourn.journey.files import ProjectFiles
from sojourn.lake.manifest import Manifest
from sojourn.lake.measure import ask
from sojourn.lake.question import Question
from sojourn.lake.reading import Lake
from sojourn.lake.writing import Writer
from sojourn.report.flow import range_report
from sojourn.runtime.inlet import InletRules
from sojourn.runtime.replay import Replay
from sojourn.store.shard import ShardReader

CUSTOMERS = 100_000 if os.environ.get("SOJOURN_LONG") else 250
PATIENCE = timedelta(days=21, hours=6)


def by_hand(bought: list[Purchase]) -> dict[str, Any]:
    """Who went where: from the purchases, by the words of the journey and nothing else."""
    people: dict[str, list[Purchase]] = {}
    for each in bought:
        people.setdefault(each.customer, []).append(each)
    found: Counter[str] = Counter()
    monthly: Counter[str] = Counter()
    entered_by: set[str] = set()
    for customer, mine in people.items():
        since: datetime | None = None
        for each in sorted(mine, key=lambda one: (one.at, one.id)):
            if since is not None and each.at < since + PATIENCE:
                found["cross_sell"] += 1
                since = None
                continue
            if since is not None:
                found["win_back"] += 1
            since = each.at
            found["entered"] += 1
            found["vip_thanks"] += each.value >= 50
            monthly[each.at.strftime("%Y-%m")] += 1
            entered_by.add(customer)
        if since is not None:
            found["win_back" if since + PATIENCE <= END else "current"] += 1
    return {**found, "monthly": dict(monthly), "people": len(entered_by)}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Purchase]]:
    data: Path = tmp_path_factory.mktemp("cdnow") / "data"
    project = ProjectFiles(PROJECT).project()
    plan, _ = compile_journey(project, "win-back", number=1)
    assert plan is not None
    chosen = {each.customer for each in purchases()}
    chosen = set(sorted(chosen)[:CUSTOMERS])
    bought = [each for each in purchases() if each.customer in chosen]
    rules = InletRules(project)
    history = [rules.record(msgspec.json.encode(each.entity())) for each in bought]
    history.sort(key=lambda each: (each.at, each.id))
    with closing(Replay(data, project, plan)) as replay:
        replay.run(history, round(END.timestamp() * 1000))
    return data, bought


def test_every_number(run: tuple[Path, list[Purchase]]) -> None:
    data, bought = run
    expected = by_hand(bought)
    manifest, shard = Manifest(data), ShardReader(data / "shard-0.db")
    writer = Writer(manifest, shard)
    while writer.export(now=True):
        pass
    for each in (writer, manifest):
        each.close()
    lake = Lake(data)
    completed = expected["win_back"] + expected["cross_sell"]
    with lake.numbers("prod") as db:
        names = (
            "entered",
            "completed",
            "failed",
            "exited",
            "stopped",
            "current",
            "people",
            "completionRate",
            "executedAction",
        )
        (row,) = ask(db, Question(metrics=names)).rows
        calls = completed + expected["vip_thanks"]
        current, people = expected["current"], expected["people"]
        assert list(row) == [
            expected["entered"],
            completed,
            0,
            0,
            0,
            current,
            people,
            completed / expected["entered"],
            calls,
        ]
        by_action = ask(
            db, Question(metrics=("succeededAction",), dimensions=("action",), filters={"activityType": ["action"]})
        )
        assert {row[0]: row[1] for row in by_action.rows} == {
            name: expected[name] for name in ("vip_thanks", "cross_sell", "win_back")
        }
        months = ask(db, Question(metrics=("entered",), grain="month")).rows
        assert {f"{at:%Y-%m}": count for at, count in months if count} == expected["monthly"]
    uid = shard.rows("journeys")[0][2]
    found = range_report(shard, "prod", uid, *lake.counts("prod", uid, 0, None))
    (version,) = found["versions"]
    assert version["flow"]["activities"]["is_big"]["came"] == expected["entered"]
    shares = {
        path["to"][0]: path["conversion"] for path in version["flow"]["paths"].values() if path["from"] == "is_big"
    }
    assert shares["vip_thanks"] == pytest.approx(expected["vip_thanks"] / expected["entered"])
    lake.close()
    shard.close()
    assert datetime(1998, 7, 1, tzinfo=UTC) == END
