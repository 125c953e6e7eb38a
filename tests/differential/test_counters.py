"""What people share: who comes first is the same however a journey is run [6.20, 6.31]."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.engine.stimulus import TIMER_FIRED
from sojourn.engine.transition import due
from sojourn.journey.activity.conditions import CAP_PERIOD
from sojourn.journey.plan import Plan
from sojourn.report.agreement import Row
from sojourn.store.shard import Shard

from ..engine.generator import examples
from ..engine.world import Person, compiled, event, project, wait
from . import runs
from .runs import Found, difference
from .test_agreement import HISTORIES, NO_WONDER, UNTIL, history


class Caps:
    """Counts, by the rules alone."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, int]] = {}

    def __call__(self, plan: Plan, name: str, at: int, limit: int, period: int) -> int:
        since, used = self._counts.get(name, (at, 0))
        if at >= since + period:
            since, used = at, 0
        self._counts[name] = since, used + (used < limit)
        return used


def by_the_rules(plan: Plan, records: Sequence[dict[str, Any]], until: int) -> Found:
    """All people together, from moment to moment."""
    caps, people = Caps(), dict[str, Person]()

    def pass_time(before: int) -> None:
        while moments := sorted(
            (moment, name)
            for name, person in people.items()
            if (moment := due(plan, person.stay)) is not None and moment < before
        ):
            moment, name = moments[0]
            people[name].stimulate(TIMER_FIRED, moment)

    for each in records:
        name, at = each["_t"]["who"], runs._ms(each["timestamp"])
        pass_time(at)
        if each["eventType"] in plan.listens:
            people.setdefault(name, Person(plan, name=name, count=caps)).hear(each["eventType"], at, each)
    pass_time(until + 1)
    shapes = [msgspec.json.encode(shape.content()) for shape in plan.shapes]
    steps: Counter[Row] = Counter()
    discards: Counter[str] = Counter()
    for name, person in people.items():
        steps.update((name, "", entry, s.n, s.at, s.code, shapes[s.shape]) for _, entry, s in person.taken)
        discards.update(line[2:] for line in person.log if line.startswith("! "))
    return Found(steps, discards)


@st.composite
def journeys(draw: st.DrawFn) -> dict[str, Any]:
    """A wait or a listener before a cap, and another cap behind it."""
    limits = st.integers(1, 3)
    cap = {
        "type": "profileCap",
        "limit": draw(limits),
        "next": {"then": draw(st.sampled_from(["w", "d"])), "other": "l"},
    }
    return {
        "start": event("A", next=draw(st.sampled_from(["w", "l", "c"]))),
        "w": wait(draw(st.integers(1, 3)), draw(st.sampled_from(["d", None]))),
        "l": event("B", timeout="PT2S", next="d"),
        "c": cap,
        "d": {"type": "profileCap", "limit": draw(limits), "next": "e"},
        "e": wait(1),
    }


@given(journeys(), HISTORIES)
@settings(examples(8, 100), suppress_health_check=NO_WONDER)
def test_all_runs_agree(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any], heard: list[Any]) -> None:
    data = tmp_path_factory.mktemp("data")
    made = project(document)
    plan = compiled(made)
    records = history(heard)
    checked = runs.checked(made, records)
    expected = by_the_rules(plan, records, UNTIL)
    assert difference(runs.in_memory(made, compiled(made), checked, UNTIL), expected) == []
    for batch in (1, 7, len(checked)):
        assert difference(runs.durable(data / f"{batch}", made, plan, checked, UNTIL, batch=batch), expected) == []
    assert difference(runs.durable(data / "again", made, plan, checked, UNTIL, restart=True), expected) == []


def test_a_cap_begins_anew(tmp_path: Path) -> None:
    """[6.20] 180 days after its first; each version and each activity has a count of its own."""
    shard = Shard(tmp_path / "shard.db")
    shard.begin()

    def take(at: int, version: int = 1, name: str = "cap") -> int | None:
        """How many there were; None where that is all that there is room for."""
        rows = shard.rows("count", 1, version, name, at, 2, CAP_PERIOD)
        return int(rows[0][0]) if rows else None

    assert [take(5), take(6), take(7), take(4)] == [0, 1, None, None]
    assert [take(8, 2), take(8, 1, "other")] == [0, 0]
    assert [take(CAP_PERIOD + 4), take(CAP_PERIOD + 5)] == [None, 0]
    assert [take(CAP_PERIOD + 9), take(2 * CAP_PERIOD), take(2 * CAP_PERIOD + 5)] == [1, None, 0]
    shard.rollback()
    shard.close()
