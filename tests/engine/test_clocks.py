"""Clocks on the wall: conditions and waits that go by time of day and date, in the journey's zone or the profile's."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from sojourn.engine.effect import Answer, Effect, Look

from .world import Person, compiled, event, project

NEW_YORK, SEOUL = "America/New_York", "Asia/Seoul"


def ms(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def left(activity: dict[str, Any], at: str, zone: str, theirs: object = None) -> tuple[str, str]:
    """By which arrow, and when, somebody who came to `activity` at a moment left it; `theirs` is their own zone."""
    rest: dict[str, Any] = {"start": event("A", next="x"), "x": activity}
    plan = compiled(project(rest, timeZone=zone, profileTimeZone=theirs is not None, globalTimeout="P91D"))

    def known(effect: Effect | Look) -> Answer | None:
        return Answer("ok", found={"timeZone": theirs}) if isinstance(effect, Look) else None

    person = Person(plan, known=known)
    assert person.hear("A", ms(at), {"_t": {"who": "ann", "when": at}})
    person.until(ms(at) + 90 * 24 * 3_600_000)
    _, _, step = person.taken[1]
    moment = datetime.fromtimestamp(step.at / 1000, datetime.fromisoformat(at).tzinfo)
    return (plan.shapes[step.shape].arrow or "").removeprefix("x/"), moment.isoformat()


@pytest.mark.parametrize(
    ("at", "path"),
    [
        ("2026-03-06T21:59:59.999-05:00", "other"), ("2026-03-06T22:00:00-05:00", "night"),  # a Friday
        ("2026-03-07T05:59:59-05:00", "night"), ("2026-03-07T06:00:00-05:00", "other"),
        ("2026-03-06T05:00:00-05:00", "other"),  # that night began on a Thursday
        ("2026-03-09T09:00:00-04:00", "office"), ("2026-03-09T17:00:00-04:00", "other"),
        ("2026-03-08T12:00:00-04:00", "sunday"),
    ],
)  # fmt: skip
def test_hours_and_days(at: str, path: str) -> None:
    """[6.20] `[from, to)`; hours that pass midnight belong to the day on which they begin."""
    paths = {
        "night": {"from": "22:00", "to": "06:00", "days": ["friday"]},
        "office": {"from": "09:00", "to": "17:00", "days": ["monday"]},
        "sunday": {"days": ["sunday"]},
    }
    activity = {"type": "timeCondition", "paths": paths, "next": {}}
    assert left(activity, at, NEW_YORK)[0] == path


@pytest.mark.parametrize(
    ("at", "path"),
    [
        ("2025-12-31T23:59:59+09:00", "before"), ("2026-01-01T00:00:00+09:00", "in"),
        ("2026-01-02T08:59:59+09:00", "in"), ("2026-01-02T09:00:00+09:00", "other"),
    ],
)  # fmt: skip
def test_dates(at: str, path: str) -> None:
    """[6.20] `[from, to)` on the clocks of the journey's zone."""
    paths = {"before": {"to": "2026-01-01"}, "in": {"from": "2026-01-01", "to": "2026-01-02T09:00"}}
    assert left({"type": "dateCondition", "paths": paths, "next": {}}, at, SEOUL)[0] == path


@pytest.mark.parametrize(
    ("wait", "at", "until"),
    [
        ({"time": "09:00"}, "2026-03-06T08:00:00-05:00", "2026-03-06T09:00:00-05:00"),
        ({"time": "09:00"}, "2026-03-06T09:00:00-05:00", "2026-03-06T09:00:00-05:00"),  # at once
        ({"time": "09:00"}, "2026-03-06T09:00:00.001-05:00", "2026-03-07T09:00:00-05:00"),
        ({"time": "09:00", "days": ["monday"]}, "2026-03-06T10:00:00-05:00", "2026-03-09T08:00:00-05:00"),
        ({"time": "09:00", "days": ["friday"]}, "2026-03-06T10:00:00-05:00", "2026-03-13T08:00:00-05:00"),
        # Clocks go from 02:00 to 03:00: as much later as they skip. In autumn 01:30 comes twice: the first counts.
        ({"time": "02:30"}, "2026-03-08T00:00:00-05:00", "2026-03-08T02:30:00-05:00"),
        ({"date": "2026-03-08T02:30"}, "2026-03-08T00:00:00-05:00", "2026-03-08T02:30:00-05:00"),
        ({"time": "01:30"}, "2026-11-01T00:00:00-04:00", "2026-11-01T01:30:00-04:00"),
        ({"time": "01:30"}, "2026-11-01T01:45:00-04:00", "2026-11-02T02:30:00-04:00"),
        ({"date": "2026-11-01T01:30"}, "2026-11-01T01:40:00-04:00", "2026-11-01T01:40:00-04:00"),  # it is past
        # A duration is a length of time, whatever clocks do meanwhile.
        ({"duration": "P1D"}, "2026-03-07T12:00:00-05:00", "2026-03-08T12:00:00-05:00"),
        ({"until": "toDateTimeOnly(@{A._t.when}) + toDuration('PT26H')"}, "2026-03-07T12:00:00-05:00",
         "2026-03-08T13:00:00-05:00"),  # a day and two hours on by the calendar: 14:00 there
        ({"date": "2026-01-01"}, "2026-03-07T12:00:00-05:00", "2026-03-07T12:00:00-05:00"),  # long past
    ],
)  # fmt: skip
def test_waits(wait: dict[str, Any], at: str, until: str) -> None:
    """[6.21, 6.28] Until a moment on the clocks of the journey's zone; one that is past passes at once."""
    assert left({"type": "wait", "next": None, **wait}, at, NEW_YORK) == ("then", until)


@pytest.mark.parametrize(
    ("theirs", "until"),
    [
        ("Asia/Seoul", "2026-07-02T00:00:00+00:00"), ("-03:00", "2026-07-01T12:00:00+00:00"),
        ("", "2026-07-01T13:00:00+00:00"), ("Mars/Olympus", "2026-07-01T13:00:00+00:00"),
        (7, "2026-07-01T13:00:00+00:00"),
    ],
)  # fmt: skip
def test_the_zone_of_the_profile(theirs: object, until: str) -> None:
    """[6.2, 6.28] Where the profile has none, or one that nobody knows, the journey's counts."""
    wait = {"type": "wait", "time": "09:00", "next": None}
    assert left(wait, "2026-07-01T01:00:00+00:00", NEW_YORK, theirs) == ("then", until)
    asks = {"type": "timeCondition", "paths": {"am": {"from": "06:00", "to": "12:00"}}, "next": {}}
    assert left(asks, until, NEW_YORK, theirs)[0] == "am"


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        (None, ["5 x error ended error code=ERR_WAIT_NULL", "! notAwaited"]),
        ({"error": "y"}, ["5 x error >error error code=ERR_WAIT_NULL", "6 y endStep >then ended"]),
    ],
)
def test_a_wait_whose_moment_is_null(ways: object, expected: list[str]) -> None:
    """[6.21, 6.24] An error of the activity: its path, or the end."""
    wait = {"type": "wait", "until": "toDateTimeOnly(@{A._t.text})", "next": ways}
    plan = compiled(project({"start": event("A", next="x"), "x": wait, "y": event("B")}))
    assert Person(plan).play("5 A, 6 B")[1:] == expected


def test_a_split_gives_each_path_its_share() -> None:
    """[6.20] By a hash of version, activity and key: the same for a person each time, another in another version."""
    split = {"type": "percentageSplit", "paths": {"a": 20, "b": 30.5}, "next": {"a": None, "b": None, "other": None}}
    made = project({"start": event("A", next="x"), "x": split})
    plan, second = compiled(made), compiled(made, 2)
    found: dict[str, list[str]] = {}
    for number in range(4_000):
        for version in (plan, plan, second):
            person = Person(version, name=f"p{number}")
            person.hear("A", number, {"_t": {"who": f"p{number}"}})
            found.setdefault(person.key.person, []).append(version.shapes[person.taken[1][2].shape].arrow or "")
    assert all(first == again for first, again, _ in found.values())
    shares = Counter(first for first, _, _ in found.values())
    assert abs(shares["x/a"] - 800) < 100 and abs(shares["x/b"] - 1_220) < 120
    assert 1_000 < sum(first != other for first, _, other in found.values()) < 3_000


@pytest.mark.parametrize("shares", [{"a": 0, "b": 100}, {"a": 0, "b": 99.999999, "c": 0.000001}])
def test_a_split_of_all_leaves_nobody(shares: dict[str, float]) -> None:
    split = {"type": "percentageSplit", "paths": shares, "next": dict.fromkeys(shares)}
    plan = compiled(project({"start": event("A", next="x"), "x": split}))
    for number in range(200):
        person = Person(plan, name=f"{number}")
        person.hear("A", number, {"_t": {"who": f"{number}"}})
        assert plan.shapes[person.taken[1][2].shape].arrow == "x/b"


def test_the_goal_of_a_branch() -> None:
    """[6.25] It counts who took the branch and came by its activity, not by its timeout, and nobody of the other."""
    split = {"type": "abSplit", "paths": {name: {"share": 50, "goal": "x"} for name in "ab"}}
    made: dict[str, Any] = {
        "start": event("A", next="s"),
        "s": {**split, "next": {"a": "w", "b": "x"}},
        "w": event("C", next="x"),
        "x": event("B", timeout="PT9S", next={"then": "y", "timeout": None}),
        "y": {"type": "end"},
    }
    plan = compiled(project(made))
    taken, reached = Counter[str](), Counter[str]()
    for number in range(60):
        person = Person(plan, name=f"{number}")
        person.play("0 A, 1 C, 2 B" if number % 2 else "0 A, 1 C, 20 tick")
        shapes = [plan.shapes[step.shape] for _, _, step in person.taken]
        (branch,) = [shape.arrow for shape in shapes if shape.node == "s"]
        taken[branch or ""] += 1
        assert [shape.goal for shape in shapes if shape.goal] == ([branch] if number % 2 else [])
        reached.update(shape.goal for shape in shapes if shape.goal)
    assert sum(reached.values()) == 30 and set(reached) == {"s/a", "s/b"} and min(taken.values()) > 15
