"""A person who is deleted while a history is recorded: a backtest of its log comes to what was live [1.6, 6.31]."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from sojourn.identifiers import event_key
from sojourn.journey.project import Kind
from sojourn.report.metrics import report
from sojourn.report.steps import shape_of
from sojourn.runtime import dryrun, recorded
from sojourn.store.entry import Accepted, Blank, Changed, Entry, Forgotten, Marked, Published, Recorded

from ..engine.world import action, compiled, event, wait
from . import runs
from .test_profiles import project

ANN = {"_t": {"who": "ann"}, "identityMap": {"Email": [{"id": "ann@example.org"}]}}
UNTIL = 3_600_000


class Silent:
    stage = ""

    def __call__(self, done: int, all_: int) -> None:
        """Nobody wants to know."""


def test_their_stays_end_as_they_did(tmp_path: Path) -> None:
    """Of a journey that looks at no profile, and by an id that the journey does not know them by."""
    made = project({"start": event("A", next="w"), "w": wait(600, "x"), "x": action()})
    plan = compiled(made)
    assert not plan.looks

    def accepted(*told: tuple[int, str]) -> list[Entry]:
        records = [runs.record(f"{who}{at}", at, "A", who, {}) for at, who in told]
        return [Accepted(each.at, "prod", each.record) for each in runs.checked(made, records)]

    entries: list[Entry] = [
        Recorded(0, "prod", "people", [json.dumps(ANN).encode()]),
        *accepted((1_000, "ann"), (2_000, "ben"), (3_000, "cid"), (700_000, "ann")),
        Forgotten(900_000, "prod", "token", [("Email", "ann@example.org")]),
        *accepted((901_000, "ann"), (1_000_000, "ben")),
    ]
    documents = runs.publication(made, plan)
    with closing(runs.Durable(tmp_path / "data")) as run:
        run.append([*documents, *entries, Marked(UNTIL)])
        run.work()
        rows = run.shard.rows("shapes")
        live = report((shape_of(body), steps, tries) for _, _, _, body, steps, tries in rows).to_json()
    assert (live["entered"], live["completed"], live["exited"]) == (6, 5, 1)
    order = dryrun.Order(
        tmp_path / "data",
        "prod",
        [(cast(Kind, each.kind), each.body) for each in documents if isinstance(each, Changed)],
        "j",
        plan.journey,
        [("live", 1, each.body) for each in documents if isinstance(each, Published)],
        0,
        UNTIL,
        {},
    )
    found = dryrun.run(order, cast(Any, Silent()))["live"]
    assert (found["report"], found["events"]) == (live, 6)


def test_an_event_of_theirs_does_not_come_back(tmp_path: Path) -> None:
    """[3.2] When the log is clean of it, too: its id is remembered."""
    made = project({"start": event("A")})
    records = [runs.record(id_, at, "A", "ann", {}) for id_, at in (("e1", 2_000), ("e2", 3_000))]
    with closing(runs.Durable(tmp_path / "data")) as run:
        run.append([Blank(1_000, [event_key("prod", "e1")])])
        run.append([Accepted(each.at, "prod", each.record) for each in runs.checked(made, records)])
    past = recorded.events(tmp_path / "data" / "journal.db", "prod", 0, UNTIL)
    assert past is not None and [each.id for each in past] == ["e2"]
