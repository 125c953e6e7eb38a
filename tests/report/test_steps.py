"""Step events as the manual has them [9.1 to 9.4]."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import pytest

from sojourn import identifiers
from sojourn.journey.plan import Plan
from sojourn.report.steps import JourneyName, expand, shape_of, shape_to_json

from ..engine.world import Person, action, compiled, condition, event, project, wait

NAME = JourneyName("prod", "journey-uid", "j", "CRMID", "about")
ACTIVITIES = {
    "start": event("A", label="Buys", next="size"),
    "size": condition({"big": "@{A._t.n} > 50"}, {"big": "thanks", "other": "rest"}),
    "thanks": action("rest"),
    "rest": wait(9),
}


def public(plan: Plan, person: Person, journey: JourneyName = NAME) -> list[dict[str, Any]]:
    """All step events of somebody."""
    found: list[dict[str, Any]] = []
    for _, entry, step in person.taken:
        row = (step.shape, step.n, step.at, step.took, step.attempts, step.code)
        found += expand(journey, plan.version, person.key.person, "", entry, [(plan.shapes[step.shape], row)])
    return found


def played(script: str) -> tuple[Plan, list[dict[str, Any]]]:
    plan = compiled(project(ACTIVITIES))
    person = Person(plan)
    person.play(script)
    return plan, public(plan, person)


def of(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = record["_experience"]["journeyOrchestration"]["stepEvents"]
    return found


def test_a_whole_step_event() -> None:
    """[9.2] Every field of one, of an action that failed."""
    plan, records = played("1000 A 60, 1001.5 http 404")
    stay = identifiers.stay_id("prod", plan.uid, "ann", "", 1)
    assert records[2] == {
        "_id": identifiers.step_id(stay, 3),
        "timestamp": "1970-01-01T00:16:41.500Z",
        "identityMap": {"CRMID": [{"id": "ann", "primary": True}]},
        "_experience": {
            "journeyOrchestration": {
                "stepEvents": {
                    "stepID": identifiers.step_id(stay, 3),
                    "parentStepID": identifiers.step_id(stay, 2),
                    "stepName": "thanks",
                    "stepType": "Action",
                    "stepStatus": "error",
                    "nodeID": "thanks",
                    "nodeName": "action - thanks",
                    "nodeType": "action",
                    "journeyNodeProcessed": True,
                    "journeyID": "journey-uid",
                    "journeyVersionID": plan.uid,
                    "journeyVersionName": "j",
                    "journeyVersion": "1.0",
                    "instanceID": stay,
                    "instanceType": "unitary",
                    "instanceEnded": True,
                    "externalKey": "ann",
                    "profileID": "ann",
                    "profileNamespace": "CRMID",
                    "processingTime": 1500,
                    "inTest": False,
                    "actionID": "send",
                    "actionName": "send",
                    "actionType": "customHttpAction",
                    "actionExecutionTime": 1500,
                    "actionExecutionError": "http",
                    "actionExecutionErrorCode": "404",
                    "attempts": 1,
                },
                "journey": {
                    "ID": "journey-uid",
                    "versionID": plan.uid,
                    "journeyID": "journey-uid",
                    "journeyVersionID": plan.uid,
                    "name": "j",
                    "description": "about",
                    "version": "1.0",
                },
                "profile": {"ID": "ann", "namespace": "CRMID"},
            }
        },
    }


def test_entrance_and_end() -> None:
    """[9.1] Only the first row says `entrance`, only the last `instanceEnded`; the first has no parent."""
    _, records = played("0 A 60, 1 ok x2, 10 tick, 20 A 1, 29 tick")
    rows = [of(record) for record in records]
    keys = ("nodeID", "stepStatus", "transitionID", "entrance", "reentrance", "instanceEnded", "attempts")
    assert [tuple(row.get(key) for key in keys) for row in rows] == [
        ("start", "transitions", "start/then", True, None, None, None),
        ("size", "transitions", "size/big", None, None, None, None),
        ("thanks", "transitions", "thanks/then", None, None, None, 2),
        ("rest", "endStep", "rest/then", None, None, True, None),
        ("start", "transitions", "start/then", True, True, None, None),
        ("size", "transitions", "size/other", None, None, None, None),
        ("rest", "endStep", "rest/then", None, None, True, None),
    ]
    assert [row["stepType"] for row in rows[:4]] == ["Scheduler", "Condition", "Action", "Timer"]
    assert rows[0]["nodeName"] == "event - Buys"  # name - label
    assert [row["nodeType"] for row in rows[:4]] == ["start", "condition", "action", "wait"]
    assert ["parentStepID" in row for row in rows] == [False, True, True, True, False, True, True]
    assert all(row["parentStepID"] == before["stepID"] for before, row in pairwise(rows[:4]))


def test_ids() -> None:
    """[6.29] One instanceID a stay, one stepID a step event, and the same again in another run."""
    script = "0 A 60, 1 ok, 10 tick, 20 A 1, 29 tick"
    _, records = played(script)
    rows = [of(record) for record in records]
    assert len({row["instanceID"] for row in rows[:4]}) == len({row["instanceID"] for row in rows[4:]}) == 1
    assert rows[0]["instanceID"] != rows[4]["instanceID"]
    assert len({row["stepID"] for row in rows}) == len(rows)
    assert [record["_id"] for record in records] == [row["stepID"] for row in rows]
    assert played(script)[1] == records


@pytest.mark.parametrize(
    ("script", "status", "error", "code"),
    [
        ("0 A 60, 1 timeout", "timedOut", "timeout", None),
        ("0 A 60, 1 capping", "cappingError", "capping", None),
        ("0 A 60, 1 error", "error", "error", None),
        ("0 A 60, 1 http 500", "error", "http", "500"),
        ("0 A 60, 2592000 tick", "instanceTimedOut", None, None),
        ("0 A 60, 1 stop", "stopped", None, None),
    ],
)
def test_how_an_action_ends(script: str, status: str, error: str | None, code: str | None) -> None:
    """[9.1, 6.24]"""
    row = of(played(script)[1][-1])
    assert row["stepStatus"] == status and row["instanceEnded"] is True
    assert (row.get("actionExecutionError"), row.get("actionExecutionErrorCode")) == (error, code)
    assert "transitionID" not in row


def test_without_a_namespace() -> None:
    """[6.1] Nobody is identified then, but by the key."""
    plan = compiled(project(ACTIVITIES))
    person = Person(plan)
    person.play("0 A 1")
    for record in public(plan, person, NAME._replace(namespace=None)):
        assert record["identityMap"] == {} and "profileNamespace" not in of(record)
        assert of(record)["externalKey"] == "ann"


def test_shapes_are_found_again() -> None:
    """What is stored of a shape is all of it but its number."""
    plan, _ = played("0 A 1")
    for shape in plan.shapes:
        again = shape_of(msgspec.json.encode(shape.content()))
        assert again.content() == shape.content() and again.number == -1
        shown = shape_to_json(shape)
        assert shown.items() <= shape.content().items() and None not in shown.values() and False not in shown.values()
