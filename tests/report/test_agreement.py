"""Comparing two runs: what counts as the same, and what is told where they differ [6.31]."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest

from sojourn.engine.stay import StayKey, Step
from sojourn.report.agreement import Collector, Row, compare

from ..engine.world import Person, action, compiled, event, project

PLAN = compiled(project({"start": event("A", next="x"), "x": action()}))
STEP = Step(PLAN.shapes[0].number, 1, 5_000, 7, 2, 404)


def collected(*steps: Step, key: StayKey = StayKey("ann"), entry: int = 1) -> Counter[Row]:  # noqa: B008
    collector = Collector(PLAN)
    collector.keep(PLAN, key, entry, steps)
    return collector.rows


def test_the_same() -> None:
    """Durations and attempts do not count, and the order does not."""
    other = msgspec.structs.replace(STEP, n=2)
    left = collected(STEP, other)
    right = collected(msgspec.structs.replace(other, took=0), msgspec.structs.replace(STEP, attempts=1))
    found = compare(left, right)
    assert found.agree and (found.left, found.right) == (2, 2)


@pytest.mark.parametrize(
    "change", [{"n": 2}, {"at": 5_001}, {"code": 500}, {"code": None}, {"shape": PLAN.shapes[1].number}], ids=str
)
def test_another_step(change: dict[str, Any]) -> None:
    left, right = collected(STEP), collected(msgspec.structs.replace(STEP, **change))
    found = compare(left, right)
    assert not found.agree
    assert found.only_left == list(left) and found.only_right == list(right)


def test_another_stay() -> None:
    for right in (
        collected(STEP, key=StayKey("bob")),
        collected(STEP, key=StayKey("ann", "order-1")),
        collected(STEP, entry=2),
    ):
        assert not compare(collected(STEP), right).agree


def test_how_often_counts() -> None:
    """A step event that is there twice on one side is a difference, and one that is missing as well."""
    found = compare(collected(STEP), collected(STEP, STEP))
    assert not found.agree and found.only_left == [] and len(found.only_right) == 1
    assert not compare(collected(), collected(STEP)).agree


def test_a_few_of_many() -> None:
    found = compare(collected(*[msgspec.structs.replace(STEP, n=n) for n in range(50)]), Counter())
    assert (found.left, found.right, len(found.only_left)) == (50, 0, 10)


def test_shapes_are_compared_by_what_they_say() -> None:
    """Their numbers may differ from run to run; a label may not."""
    person = Person(PLAN)
    person.play("0 A, 1 ok")
    steps = [step for _, _, step in person.taken]
    for label, same in (("", True), ("another", False)):
        start = event("A", next="x", **({"label": label} if label else {}))
        other = compiled(project({"start": start, "x": action()}))
        for shape in other.shapes:
            shape.number += 1_000
        collector = Collector(other)
        renumbered = [msgspec.structs.replace(step, shape=step.shape + 1_000) for step in steps]
        collector.keep(other, StayKey("ann"), 1, renumbered)
        assert compare(collected(*steps), collector.rows).agree is same
