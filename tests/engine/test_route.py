"""From a record to the events it is, and to the person whose they are [3.3 to 3.5]."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sojourn.engine.route import Routes
from sojourn.journey.events import compile_event
from sojourn.journey.project import Project
from sojourn.schema.lens import lens

FIELDS = {"_t": {"who": "string", "n": "integer", "items": {"$list": {"sku": "string", "n": "integer"}}}}
BIG = 2**63 - 1


def routes(*events: dict[str, Any]) -> Routes:
    project = Project()
    assert project.add("schema", {"name": "record", "fields": FIELDS}) == []
    for event in events:
        assert project.add("event", {"schema": "record", "namespace": "N", **event}) == []
    plans = [compile_event(project, event)[0] for event in project.events.values()]
    return Routes([plan for plan in plans if plan is not None])


def identities(*items: object) -> dict[str, Any]:
    return {"identityMap": {"Other": [{"id": "x", "primary": True}], "N": list(items)}}


@pytest.mark.parametrize(
    ("payload", "person"),
    [
        (identities({"id": "a"}), "a"),
        (identities({"id": "a"}, {"id": "b", "primary": True}), "b"),
        (identities({"id": "a", "primary": False}, {"id": "b"}), "a"),
        (identities({"id": ""}, {"id": "b"}), "b"),
        (identities(None, 5, {"id": 5}, {"id": "b"}), "b"),
        (identities(), None),
        ({}, None),
        ({"identityMap": None}, None),
        ({"identityMap": {"N": {"id": "a"}}}, None),
    ],
)
def test_the_identity_of_the_namespace(payload: dict[str, Any], person: str | None) -> None:
    """[3.4] Without a key of its own an event takes the primary identity of its namespace, else the first."""
    found = routes({"name": "E", "condition": "true"}).match(payload)
    assert found == [("E", person, None if person else "keyMissing")]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"_t": {"who": "ann"}}, ("E", "ann", None)),
        ({"_t": {"who": None}}, ("E", None, "keyMissing")),
        ({"_t": {}}, ("E", None, "keyMissing")),
        ({"_t": {"who": 5}}, ("E", None, "keyMissing")),
        ({"_t": {"who": ""}}, ("E", None, "keyMissing")),
    ],
)
def test_a_key_of_its_own(payload: dict[str, Any], expected: tuple[str, str | None, str | None]) -> None:
    """[3.4] An expression; where it gives nothing the event is discarded, and nobody is called nothing."""
    assert routes({"name": "E", "condition": "true", "key": "@{E._t.who}"}).match(payload) == [expected]


def test_a_key_by_collections_and_maps() -> None:
    """[3.4, 7.2] Of the record only what the event looks at is read."""
    event = {
        "name": "E",
        "condition": "count(@{E._t.items.all(currentEventField.n > 1).sku}) > 0",
        "key": "@{E.identityMap.entry('Email').first(currentEventField.primary).id}",
    }
    email = [{"id": "b@example.com"}, {"id": "a@example.com", "primary": True}]
    payload: dict[str, Any] = {
        "_t": {"items": [{"sku": "x", "n": 2}], "n": 1},
        "identityMap": {"Email": email},
        "eventType": "E",
    }
    made = routes(event)
    assert made.match(payload) == [("E", "a@example.com", None)]
    assert made.match({**payload, "identityMap": {"Email": email[:1]}}) == [("E", None, "keyMissing")]
    assert made.match({**payload, "_t": {"items": [{"n": 2}, {"sku": "y", "n": 1}]}}) == []
    read = lens([("_t", "items"), ("identityMap",)])(json.dumps(payload).encode())
    assert read == {"_t": {"items": payload["_t"]["items"]}, "identityMap": payload["identityMap"]}
    assert lens([("a", "b"), ()])(b'{"a": {"b": 1, "c": 2}}') == {"a": {"b": 1, "c": 2}}


def test_a_key_that_fails() -> None:
    """[3.4, 7.4]"""
    event = {"name": "E", "condition": "true", "key": "toString(@{E._t.n} * 2)"}
    assert routes(event).match({"_t": {"n": BIG}}) == [("E", None, "keyFailed")]
    assert routes(event).match({"_t": {"n": 2}}) == [("E", "4", None)]


def test_a_condition_that_fails() -> None:
    """[3.4, 7.4] Told apart from a key that fails, and from a condition that does not hold."""
    event = {"name": "E", "condition": "@{E._t.n} * 2 > 10", "key": "@{E._t.who}"}
    assert routes(event).match({"_t": {"n": BIG, "who": "ann"}}) == [("E", None, "conditionFailed")]
    assert routes(event).match({"_t": {"n": 2, "who": "ann"}}) == []


def test_one_record_may_be_several_events() -> None:
    """[3.5] All that match, in the order of their definitions; a system-generated one by its eventID [3.3]."""
    events: list[dict[str, Any]] = [
        {"name": "Small", "condition": "@{Small._t.n} < 10", "key": "@{Small._t.who}"},
        {"name": "Named", "condition": "@{Named._t.who} is not null", "key": "@{Named._t.who}"},
        {"name": "System", "type": "system", "eventID": "e-1", "key": "'all'"},
    ]
    carried = {"_experience": {"campaign": {"orchestration": {"eventID": "e-1"}}}}
    for payload, names in (
        ({"_t": {"who": "ann", "n": 5}, **carried}, ["Small", "Named", "System"]),
        ({"_t": {"who": "ann", "n": 15}}, ["Named"]),
        ({"_t": 5, "_experience": 5}, []),
        ({"_experience": {"campaign": {"orchestration": {"eventID": "e-2"}}}}, []),
    ):
        assert [match[0] for match in routes(*events).match(payload)] == names
