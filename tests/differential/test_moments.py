"""Histories in which several things happen at one moment, run by the engine as by the rules [6.14, 6.31]."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sojourn.clock import ScaledClock
from sojourn.engine.effect import OK
from sojourn.runtime.engine import Engine
from sojourn.store.entry import Accepted

from ..engine.world import action, compiled, event, project, wait
from . import runs
from .runs import difference

UNTIL = 9_999_000
HOUR, DAY = "PT1H", "P1D"
WAIT_OR_A = {"start": event("A", next=["w", "e"]), "w": wait(10, "x"), "e": event("A"), "x": action("y"), "y": wait(1)}
CASES: dict[str, tuple[dict[str, Any], str, list[tuple[int, str]]]] = {
    # The wait goes first and leads to a call; the event of the same moment is held until its answer.
    "an event that a timer of its moment sends into a call": (WAIT_OR_A, HOUR, [(0, "A"), (10, "A"), (10, "A")]),
    "an event that a timer of its moment sends to where it is awaited": (
        {
            "start": event("A", next=["w", "e"]),
            "w": wait(10, "f"),
            "e": event("A"),
            "f": event("A", next="x"),
            "x": wait(1),
        },
        HOUR,
        [(0, "A"), (10, "A")],
    ),
    "an event that a timer of its moment lets out enters anew": (
        {"start": event("A", next=["w", "e"]), "w": wait(10), "e": event("A", next="y"), "y": wait(1)},
        HOUR,
        [(0, "A"), (10, "A"), (20, "A")],
    ),
    # The held A enters anew in the turn of the answer: step 2 of the second stay is a call as well.
    "the call of a new stay has the step number of the one just answered": (
        {"start": event("A", next="x"), "x": action()},
        HOUR,
        [(0, "A"), (0, "A"), (0, "A"), (5, "A")],
    ),
    "a held event moves the person into the next call": (
        {"start": event("A", next="x"), "x": action("e"), "e": event("B", next="y"), "y": action("f"), "f": event("B")},
        HOUR,
        [(0, "A"), (0, "B"), (0, "A"), (0, "B"), (0, "B")],
    ),
    # Virtual time stands still while the call is open [6.30]: its answer comes at this moment, before the timeout.
    "a call at the very moment of the global timeout": (
        {"start": event("A", next="w"), "w": wait(3600, "x"), "x": action("y"), "y": wait(1)},
        HOUR,
        [(0, "A"), (3600, "B"), (3700, "A")],
    ),
    "a call at the very end": (
        {"start": event("A", next="w"), "w": wait(UNTIL // 1000, "x"), "x": action("y"), "y": wait(1)},
        DAY,
        [(0, "A")],
    ),
}


@pytest.mark.parametrize("restart", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize(("activities", "limit", "heard"), CASES.values(), ids=list(CASES))
def test_one_moment(
    tmp_path: Path, activities: dict[str, Any], limit: str, heard: list[tuple[int, str]], restart: bool
) -> None:
    """[6.14, 6.16, 6.30, 6.31]"""
    made = project(activities, globalTimeout=limit)
    plan = compiled(made)
    records = [runs.record(f"{n}", at * 1000, name, "ann", {}) for n, (at, name) in enumerate(heard)]
    expected = runs.by_the_rules(plan, records, UNTIL, runs.always_ok)
    checked = runs.checked(made, records)
    assert difference(runs.in_memory(made, plan, checked, UNTIL), expected) == []
    assert difference(runs.replayed(tmp_path / "replay", made, plan, checked, UNTIL), expected) == []
    found = runs.durable(tmp_path / "engine", made, plan, checked, UNTIL, restart=restart)
    assert difference(found, expected) == []


def test_a_timer_before_a_held_event_on_the_real_clock(tmp_path: Path) -> None:
    """[6.14] A wait is over and leads to a call; the event behind it comes in the same turn and is held."""
    made = project({"start": event("A", next="w"), "w": wait(1, "x"), "x": action("e"), "e": event("B")})
    plan = compiled(made)
    with closing(runs.Durable(tmp_path / "data")) as run:
        now = round(time.time() * 1000)
        begun = now - 60_000
        records = [runs.record(f"{n}", n, name, "ann", {}) for n, name in enumerate("AB")]
        enters, awaited = runs.checked(made, records)
        engine = Engine(run.shard, run.reader, ScaledClock(1, begun), port=run.port)
        run.append(runs.publication(made, plan))
        run.append([Accepted(begun, "prod", enters.record)])
        while engine.turn():
            pass
        assert run.port.open == []
        late = Engine(run.shard, run.reader, ScaledClock(1, now), port=run.port)
        run.append([Accepted(now, "prod", awaited.record)])
        while late.turn():
            pass
        assert len(run.port.open) == 1
        late.answered(run.port.open[0][0], OK)
        while late.turn():
            pass
    steps = runs.left_behind(tmp_path / "data").steps
    assert sorted(row[3] for row in steps.elements()) == [1, 2, 3, 4]
