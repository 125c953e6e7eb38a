"""Metrics against what a person with a pencil counts [6.26, 9.6]."""

from __future__ import annotations

from collections import Counter

from hypothesis import given

from sojourn.journey.document import JourneyDocument
from sojourn.journey.node import Group
from sojourn.report.journey import standing
from sojourn.report.metrics import Report, report

from ..engine.generator import ENDINGS, SCRIPTS, examples, journeys
from ..engine.test_properties import play
from ..engine.world import Person, action, compiled, condition, documents, event, project, wait

ACTIVITIES = {
    "start": event("A", next="size"),
    "size": condition(
        {"big": "@{A._t.n} > 50", "broken": "@{A._t.n} * -2 > 0"}, {"big": "thanks", "other": ["again", "patience"]}
    ),
    "thanks": action({"then": ["again", "patience"], "error": "sorry"}),
    "sorry": action(None, "offer"),
    "again": event("B", next=None),
    "patience": wait(100, "offer"),
    "offer": action({"then": None, "error": None}, "offer"),
}
SCRIPTS_BY_NAME = {
    "buys again": "0 A 1, 5 B",
    "is won back": "0 A 1, 100 tick, 101 ok",
    "twice": "0 A 1, 5 B, 6 A 60, 7 ok x2, 8 B",
    "still there": "0 A 1",
    "still called": "0 A 60",
    "called back": "0 A 1, 100 tick",
    "no thanks, sorry": "0 A 60, 1 http 404, 2 ok",
    "no thanks, nothing": "0 A 60, 1 timeout, 2 http 500",
    "capped": "0 A 60, 1 capping, 2 error",
    "offer fails, which is dealt with": "0 A 1, 100 tick, 101 http 500",
    "broken": f"0 A {-(2**63)}",
    "too long": "0 A 60, 1 ok, 9999 tick",
    "never gets its answer": "0 A 60, 9999 tick",
    "stopped at a place": "0 A 1, 7 stop",
    "stopped in a call": "0 A 60, 7 stop",
    "never in": "0 B",
}


def counted() -> Report:
    """The report over all of them."""
    plan = compiled(project(ACTIVITIES, globalTimeout="PT1H"))
    steps: Counter[int] = Counter()
    attempts: Counter[int] = Counter()
    for name, script in SCRIPTS_BY_NAME.items():
        person = Person(plan, name=name)
        person.play(script)
        for _, _, step in person.taken:
            steps[step.shape] += 1
            attempts[step.shape] += step.attempts
    return report((plan.shapes[shape], count, attempts[shape]) for shape, count in steps.items())


def test_stays() -> None:
    """[6.26, 9.6] 15 people enter, one of them twice."""
    found = counted()
    completed = {"buys again": 1, "is won back": 1, "twice": 2, "no thanks, sorry": 1, "offer fails": 1}
    failed = {"no thanks, nothing": 1, "capped": 1, "broken": 1, "never gets its answer": 1}
    # "too long": the wait (100 s) comes before the hour is over, and then the offer is never answered.
    failed["too long"] = 1
    assert found.entered == 16
    assert found.completed == sum(completed.values())
    assert found.failed == sum(failed.values())
    assert (found.stopped, found.exited) == (2, 0)
    assert found.current == 3  # still there, still called, called back
    assert found.entered == found.completed + found.failed + found.exited + found.stopped + found.current


def test_errors() -> None:
    """Steps that failed, also where an alternative path dealt with it."""
    assert counted().errors == {
        # thanks 404; sorry 500; sorry without connection; offer 500; broken
        "error": 5,
        "timedOut": 1,
        "cappingError": 1,
        "instanceTimedOut": 2,
    }


def test_activities() -> None:
    """How many left each one, by which arrow, and for how many it was the end."""
    found = {
        id_: (each.left, each.ended, {arrow.partition("/")[2]: count for arrow, count in each.arrows.items()})
        for id_, each in counted().activities.items()
    }
    assert found == {
        "start": (16, 0, {"then": 16}),
        "size": (16, 1, {"big": 8, "other": 7}),
        # instanceTimedOut and stopped leave without an arrow
        "thanks": (7, 2, {"then": 2, "error": 3}),
        "sorry": (3, 3, {"then": 1}),
        "again": (4, 4, {"then": 3}),  # the stopped one ends at the top of its group
        "patience": (4, 0, {"then": 4}),
        "offer": (3, 3, {"then": 1, "error": 1}),
    }


def test_actions() -> None:
    """Steps that called, how they ended, and the requests sent."""
    found = {name: (each.called, each.ok, each.failed, each.attempts) for name, each in counted().actions.items()}
    assert found == {
        # ok x2, ok x1; 404 x1, timeout x4, capped without a request, unanswered
        "send": (6, 2, {"http": 1, "timeout": 1, "capping": 1, "instanceTimedOut": 1}, 8),
        # ok, ok; 500 and 500; no connection, unanswered
        "offer": (6, 2, {"http": 2, "error": 1, "instanceTimedOut": 1}, 4),
    }


def test_standing() -> None:
    """[9.1] Where people are follows from the arrows taken and the steps written."""
    document = JourneyDocument.model_validate(documents(ACTIVITIES, globalTimeout="PT1H")["journey"][0])
    assert standing(document, counted()) == {"thanks": 1, "again": 1, "offer": 1, "sorry": 0}


def test_to_json_says_the_same() -> None:
    found = counted()
    told = found.to_json()
    for name in ("entered", "completed", "failed", "exited", "stopped", "current", "errors"):
        assert told[name] == getattr(found, name)
    assert list(told["activities"]) == sorted(found.activities) and list(told["actions"]) == sorted(found.actions)
    assert told["actions"]["send"]["attempts"] == 8 and told["activities"]["size"]["arrows"]["size/big"] == 8


@given(journeys(), SCRIPTS, ENDINGS)
@examples(150)
def test_people_are_where_the_report_says(document: dict[str, object], script: list[object], ending: str) -> None:
    """[6.26, 9.1] In whatever journey: entered is the sum of the ends and of those inside, who stand where they are."""
    plan = compiled(project(**document))  # type: ignore[arg-type]
    person = play(plan, script, ending)
    counts = Counter(step.shape for _, _, step in person.taken)
    found = report((plan.shapes[shape], count, 0) for shape, count in counts.items())
    assert found.current == (person.stay.place >= 0)
    body = JourneyDocument.model_validate(documents(**document)["journey"][0])  # type: ignore[arg-type]
    here = {id_: count for id_, count in standing(body, found).items() if count}
    assert sum(here.values()) == found.current and min(here.values(), default=1) == 1
    if person.stay.place >= 0:
        place = plan.places[person.stay.place]
        top = place.top.id if isinstance(place, Group) else place.id
        groups = {targets for each in body.activities.values() for targets in each.ways().values() if targets}
        near = [set(group) for group in groups if any({*group} & {*other} for other in groups if top in other)]
        if len(near) == 1:  # of groups that share an activity nobody can tell who left which
            assert list(here) == [top]


def test_groups_that_share_an_activity() -> None:
    """Two people at `b`, come by different ways: together they are two, and no count is negative."""
    activities = {
        "start": event("A", next="which"),
        "which": condition({"one": "@{A._t.n} == 1"}, {"one": ["a", "b"], "other": ["b", "c"]}),
        "a": wait(100),
        "b": event("B"),
        "c": wait(50),
    }
    plan = compiled(project(activities))
    counts: Counter[int] = Counter()
    for name, script in {"ann": "0 A 1", "bob": "0 A 2", "cid": "0 A 2, 1 B", "dan": "0 A 1, 1 B"}.items():
        person = Person(plan, name=name)
        person.play(script)
        counts.update(step.shape for _, _, step in person.taken)
    found = report((plan.shapes[shape], count, 0) for shape, count in counts.items())
    document = JourneyDocument.model_validate(documents(activities)["journey"][0])
    assert standing(document, found) == {"a": 2}
