"""What each stimulus does to a person at each kind of place."""

from __future__ import annotations

from typing import Any

import pytest

from sojourn.engine.effect import Answer
from sojourn.engine.stay import AWAY, NOBODY, Stay, StayKey
from sojourn.engine.stimulus import STOPPED, TIMER_FIRED, Answered, EventHeard
from sojourn.engine.transition import due, transition

from .cases import CASES, ENTRIES, START, Case
from .world import Person, action, compiled, event, project, wait


def play(case: Case) -> list[str]:
    plan = compiled(project({"start": event("A", next=case.next), **case.rest}, **case.properties))
    return Person(plan).play(case.script)


@pytest.mark.parametrize("case", ENTRIES.values(), ids=list(ENTRIES))
def test_entry(case: Case) -> None:
    """[6.2, 6.10-6.13, 6.22]"""
    assert play(case) == case.expected


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_case(case: Case) -> None:
    """[6.10-6.27, 9.1]"""
    assert play(case) == [START.format(0), *case.expected]


def test_pairs_that_change_nothing() -> None:
    """A stimulus that has nothing to do with where the person rests leaves the very same stay."""
    plan = compiled(project({"start": event("A", next="x"), "x": action("y"), "y": wait(9)}))
    key = StayKey("ann")
    heard = EventHeard("A", {"_t": {"who": "ann"}})
    calling = transition(plan, key, NOBODY, heard, 0).stay
    waiting = transition(plan, key, calling, Answered(2, Answer("ok", 200)), 1).stay
    assert [type(plan.places[stay.place]).__name__ for stay in (calling, waiting)] == ["Action", "Group"]
    nothing: list[tuple[Stay, Any, int]] = [
        (NOBODY, TIMER_FIRED, 9), (NOBODY, STOPPED, 9), (NOBODY, Answered(1, Answer("ok")), 9),
        (calling, TIMER_FIRED, 9), (calling, Answered(1, Answer("ok")), 9), (calling, Answered(3, Answer("ok")), 9),
        (waiting, TIMER_FIRED, 9), (waiting, Answered(2, Answer("ok")), 9), (waiting, Answered(3, Answer("ok")), 9),
    ]  # fmt: skip
    for stay, stimulus, now in nothing:
        result = transition(plan, key, stay, stimulus, now)
        assert result.stay is stay and not (result.steps or result.effects or result.discard or result.held)
    assert due(plan, NOBODY) is None and due(plan, waiting) == 9_001


def test_versions() -> None:
    """[6.7] Who is inside stays on theirs, new entries go to the newest, re-entrance counts over all versions."""
    first = project({"start": event("A", next="x"), "x": wait(10, "y"), "y": wait(1)})
    second = project({"start": event("A", next="z"), "z": wait(1)})
    one, two = compiled(first, 1), compiled(second, 2)
    old, new = Person(one), Person(one, name="bob")
    old.play("0 A")
    for person in (old, new):
        person.versions.publish(two)
        assert person.versions.states == {1: "closed", 2: "live"}
    old.play("5 A, 11 tick, 12 A, 13 tick")
    assert old.log[1:] == [
        "! notAwaited",
        "10 x transitions >then",
        "11 y endStep >then ended",
        "12 start transitions >then entrance again",
        "13 z endStep >then ended",
    ]
    assert [plan.version for plan, _, _ in old.taken] == [1, 1, 1, 2, 2]
    assert [entry for _, entry, _ in old.taken] == [1, 1, 1, 2, 2]
    assert new.play("5 A, 6 tick") == [START.format(5), "6 z endStep >then ended"]
    assert {plan.version for plan, _, _ in new.taken} == {2}
    assert old.stay == Stay(entry=2, version=2, place=AWAY, since=13_000)


def test_a_stopped_version_lets_go_of_whoever_it_touches() -> None:
    """[6.5] Without anybody sweeping: the next event finds the version stopped."""
    plan = compiled(project({"start": event("A", next="x"), "x": event("B")}))
    person = Person(plan)
    person.play("0 A")
    person.versions.states[1] = "stopped"
    assert person.play("7 B")[1:] == ["7 x stopped ended", "! stopped"]


def test_no_version_at_all() -> None:
    """A journey that was never published takes nobody."""
    plan = compiled(project({"start": event("A")}))
    person = Person(plan)
    person.versions.states.clear()
    assert person.play("0 A") == ["! EVENT_WITH_NO_JOURNEY"]
