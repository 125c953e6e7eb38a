"""The golden step events of win-back [9.4]: the pure function driven directly, stimulus by stimulus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sojourn.engine.effect import Answer, Call
from sojourn.engine.stay import AWAY, NOBODY, StayKey
from sojourn.engine.stimulus import TIMER_FIRED, Answered, EventHeard, Stimulus
from sojourn.engine.transition import due, transition
from sojourn.journey.compile import compile_journey
from sojourn.journey.files import ProjectFiles
from sojourn.journey.node import Action
from sojourn.journey.plan import Plan

DAY = 86_400_000
PATIENCE = 21 * DAY + 6 * 3_600_000
START = 883_612_800_000
WHO = StayKey("customer-7")


@pytest.fixture(scope="module")
def plan() -> Plan:
    project = ProjectFiles(Path(__file__).parents[2] / "examples" / "winback").project()
    plan, found = compile_journey(project, "win-back")
    assert plan is not None and found == []
    return plan


def buys(value: float) -> EventHeard:
    return EventHeard("Purchase", {"_tenant": {"value": value}})


def ok(n: int, attempts: int = 1) -> Answered:
    return Answered(n, Answer("ok", 200, attempts))


Row = tuple[Any, ...]
THROUGH = (None, None)
CASES: dict[str, tuple[list[tuple[int, Stimulus]], list[Row]]] = {
    "60, buys again": (
        [(0, buys(60)), (2, ok(3)), (5 * DAY, buys(9)), (5 * DAY + 3, ok(5))],
        [
            (1, "purchase", "transitions", "purchase/then", True, False, 0, 0, 0, *THROUGH),
            (2, "is_big", "transitions", "is_big/big", False, False, 0, 0, 0, *THROUGH),
            (3, "vip_thanks", "transitions", "vip_thanks/then", False, False, 2, 2, 1, *THROUGH),
            (4, "buys_again", "transitions", "buys_again/then", False, False, 5 * DAY, 5 * DAY - 2, 0, *THROUGH),
            (5, "cross_sell", "endStep", "cross_sell/then", False, True, 5 * DAY + 3, 3, 1, *THROUGH),
        ],
    ),
    "10, never again": (
        [(0, buys(10)), (PATIENCE, TIMER_FIRED), (PATIENCE + 40, ok(4))],
        [
            (1, "purchase", "transitions", "purchase/then", True, False, 0, 0, 0, *THROUGH),
            (2, "is_big", "transitions", "is_big/other", False, False, 0, 0, 0, *THROUGH),
            (3, "patience", "transitions", "patience/then", False, False, PATIENCE, PATIENCE, 0, *THROUGH),
            (4, "win_back", "endStep", "win_back/then", False, True, PATIENCE + 40, 40, 1, *THROUGH),
        ],
    ),
    "60, 503 then 200": (
        [(0, buys(60)), (900, ok(3, 2)), (DAY, buys(9)), (DAY, ok(5))],
        [
            (1, "purchase", "transitions", "purchase/then", True, False, 0, 0, 0, *THROUGH),
            (2, "is_big", "transitions", "is_big/big", False, False, 0, 0, 0, *THROUGH),
            (3, "vip_thanks", "transitions", "vip_thanks/then", False, False, 900, 900, 2, *THROUGH),
            (4, "buys_again", "transitions", "buys_again/then", False, False, DAY, DAY - 900, 0, *THROUGH),
            (5, "cross_sell", "endStep", "cross_sell/then", False, True, DAY, 0, 1, *THROUGH),
        ],
    ),
    "60, 404": (
        [(0, buys(60)), (7, Answered(3, Answer("http", 404)))],
        [
            (1, "purchase", "transitions", "purchase/then", True, False, 0, 0, 0, *THROUGH),
            (2, "is_big", "transitions", "is_big/big", False, False, 0, 0, 0, *THROUGH),
            (3, "vip_thanks", "error", None, False, True, 7, 7, 1, "http", 404),
        ],
    ),
}


@pytest.mark.parametrize(("stimuli", "expected"), CASES.values(), ids=list(CASES))
def test_golden_rows(plan: Plan, stimuli: list[tuple[int, Stimulus]], expected: list[Row]) -> None:
    """[9.4] (n, activity, status, arrow, entrance, ended, at, took, attempts, error, code) of every row."""
    stay, rows, calls = NOBODY, [], []
    for after, stimulus in stimuli:
        result = transition(plan, WHO, stay, stimulus, START + after)
        assert result.discard is None and not result.held and not result.again
        stay = result.stay
        calls += [(n, effect) for n, effect in result.effects]
        for step in result.steps:
            shape = plan.shapes[step.shape]
            here = (step.n, shape.node, shape.status, shape.arrow, shape.entrance, shape.ended)
            rows.append((*here, step.at - START, step.took, step.attempts, shape.error, step.code))
    assert rows == expected
    assert stay.place == AWAY and due(plan, stay) is None
    actions = [(row[0], row[1]) for row in expected if plan_action(plan, row[1])]
    assert [(n, call.action) for n, call in calls if isinstance(call, Call)] == actions


def plan_action(plan: Plan, node: str) -> bool:
    return any(isinstance(place, Action) and place.id == node for place in plan.places)


def test_a_call_is_complete(plan: Plan) -> None:
    """[5.1, 5.4] The call of vip_thanks: rendered with what the stay knows, and the journey's timeout."""
    result = transition(plan, WHO, NOBODY, buys(60), START)
    ((n, call),) = result.effects
    assert n == 3 and isinstance(call, Call)
    assert (call.action, call.timeout, call.not_before) == ("vip_thanks", 30_000, None)
    assert (call.request.method, call.request.url) == ("POST", "http://127.0.0.1:8011/vip_thanks")
    assert call.request.body == b'{"campaign":"win-back","customer":"customer-7","paid":60.0}'


def test_second_stay_is_a_reentrance(plan: Plan) -> None:
    """[9.1] From the second stay on the first row says `reentrance` too, and its ids count from 1 again."""
    stay = NOBODY
    for after, stimulus in CASES["60, 404"][0]:
        stay = transition(plan, WHO, stay, stimulus, START + after).stay
    result = transition(plan, WHO, stay, buys(10), START + DAY)
    shapes = [plan.shapes[step.shape] for step in result.steps]
    assert [(shape.entrance, shape.reentrance) for shape in shapes] == [(True, True), (False, False)]
    assert [step.n for step in result.steps] == [1, 2] and result.stay.entry == 2
