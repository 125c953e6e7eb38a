"""Schemas and events over REST: composed, in use, renamed, and a payload that the inlet takes [2.1-2.5, 3.2-3.8]."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.http import request
from .conftest import Sandbox
from .test_authoring import JOURNEY, as_dict, refused, report, send

DOCUMENTS: dict[str, list[dict[str, Any]]] = {
    "datatypes": [{"name": "point", "fields": {"x": "decimal", "y": "decimal"}}],
    "fieldgroups": [
        {"name": "visit", "fields": {"_acme": {"place": {"$ref": "point"}, "note": "string"}}},
        {"name": "crm", "definition": {
            "type": "object",
            "properties": {"_acme": {"type": "object", "required": ["memberId"], "properties": {
                "memberId": {"type": "integer", "minimum": 1000},
                "mail": {"type": "string", "format": "email"},
                "tier": {"type": "string", "enum": ["gold", "basic"]},
            }}},
        }},
    ],
    "schemas": [{
        "name": "visit",
        "fieldGroups": ["visit", "crm", "experienceevent-commerce", "orchestration-eventid"],
        "identities": {"_acme.memberId": {"namespace": "CRMID", "primary": True}},
    }],
    "events": [
        {"name": "Arrived", "schema": "visit", "type": "system",
         "fields": ["_acme.place", "commerce.order.priceTotal"]},
        {"name": "Paid", "schema": "visit",
         "condition": '@{Paid.eventType} == "pay" and @{Paid._acme.memberId} > 2000'},
        {"name": "Mailed", "schema": "visit", "namespace": "Email", "condition": 'contain(@{Mailed._acme.note}, "hi")'},
        {"name": "Any", "schema": "visit", "condition": "true", "key": "@{Any._acme.mail}"},
        {"name": "Launch", "schema": "visit", "condition": '@{Launch.eventType} == "launch"', "about": "business"},
    ],
}  # fmt: skip


@pytest.fixture
def visits(sandbox: Sandbox) -> Sandbox:
    """A sandbox with DOCUMENTS."""
    sandbox.good("POST", "/api/apply", DOCUMENTS)
    return sandbox


def journey(event: str) -> dict[str, Any]:
    activities = {"s": {"type": "event", "event": event}}
    return {"name": "j", "namespace": "CRMID", "start": "s", "activities": activities}


def payload(sandbox: Sandbox, name: str, form: str = "json") -> dict[str, Any]:
    return as_dict(sandbox.good("GET", f"/api/events/{name}/payload?format={form}"))


# --- schemas ---


def test_a_schema_as_one(visits: Sandbox) -> None:
    """[2.1] Class, library and own groups, data types: one JSON Schema, with titles."""
    whole = as_dict(visits.good("GET", "/api/schemas/visit/fields"))
    assert whole["required"] == ["_id", "timestamp"]
    acme = whole["properties"]["_acme"]["properties"]
    assert acme["place"]["properties"]["x"] == {"type": "number"}
    assert acme["memberId"] == {"type": "integer", "minimum": 1000}
    assert whole["properties"]["commerce"]["properties"]["order"]["properties"]["priceTotal"]["title"] == "Total"
    korean = visits.ask("GET", "/api/schemas/visit/fields", lang="ko").body["properties"]["commerce"]["title"]
    assert korean == "커머스"
    library = as_dict(visits.good("GET", "/api/library"))
    assert {"experienceevent", "profile", "record"} == {each["name"] for each in library["classes"]}


@pytest.mark.parametrize(
    ("entity", "field"),
    [
        ({"memberId": 999}, "_acme.memberId"),
        ({"memberId": 1000, "mail": "nobody"}, "_acme.mail"),
        ({"memberId": 1000, "tier": "silver"}, "_acme.tier"),
        ({"memberId": 1000, "place": {"x": "1"}}, "_acme.place.x"),
        ({}, "_acme.memberId"),
    ],
)
def test_the_inlet_checks_every_rule(visits: Sandbox, entity: dict[str, Any], field: str) -> None:
    """[3.1] Types, bounds, values, formats: each named with its field."""
    message = payload(visits, "Arrived")["request"]["body"]
    message["body"]["xdmEntity"]["_acme"] = entity
    problem = refused(visits.collect(message), 400, "ERR_RECORD_MISSING" if not entity else "ERR_RECORD_INVALID")
    assert problem["field"] == f"body.xdmEntity.{field}"


@pytest.mark.parametrize(
    ("path", "document", "field"),
    [
        ("fieldgroups/visit", {"fields": {"_acme": {"place": {"$ref": "point"}}}}, "fields._acme.note"),
        ("datatypes/point", {"fields": {"x": "string", "y": "decimal"}}, "fields.x"),
        ("fieldgroups/crm", {"definition": {"type": "object", "properties": {"_acme": {
            "type": "object", "properties": {"memberId": {"type": "integer", "minimum": 2000}}}}}},
         "fields._acme.memberId"),
        ("schemas/visit", {**DOCUMENTS["schemas"][0], "identities": {}, "profile": True}, "identities"),
    ],
)  # fmt: skip
def test_what_a_dataset_stands_on_only_grows(visits: Sandbox, path: str, document: Any, field: str) -> None:
    """[2.5] Compatible changes only once a schema is used; before, anything goes."""
    visits.good("PUT", "/api/datasets/visits", {"schema": "visit"})
    problem = refused(visits.ask("PUT", f"/api/{path}", document), 422, "ERR_PROJECT_INVALID")
    found = {each["field"]: each for each in problem["findings"] if each["code"] == "ERR_CHANGE_IN_USE"}
    assert "dataset visits" in found[field]["message"]
    grown = {"fields": {"_acme": {"place": {"$ref": "point"}, "note": "string", "more": "integer"}}}
    assert as_dict(visits.good("PUT", "/api/fieldgroups/visit", grown))["change"] == "updated"


def test_a_broken_part_breaks_nothing_that_stands_on_it(visits: Sandbox) -> None:
    """What would break a schema is refused with the finding, and nothing is written."""
    before = visits.good("GET", "/api/datatypes/point")
    circle = {"fields": {"x": "decimal", "again": {"$ref": "point"}}}
    problem = refused(visits.ask("PUT", "/api/datatypes/point", circle), 422, "ERR_PROJECT_INVALID")
    assert problem["findings"][0]["code"] == "ERR_SCHEMA_CYCLE"
    assert visits.good("GET", "/api/datatypes/point") == before


# --- used in ---


def test_used_in(visits: Sandbox) -> None:
    """[3.7] Whatever stands on a document is counted and listed, and keeps it from being deleted."""

    def uses(path: str) -> list[str]:
        found = as_dict(visits.good("GET", f"/api/{path}/used-in"))
        assert found["count"] == len(found["uses"])
        return [
            f"{use['kind']} {use['name']}" + (f" v{use['version']}" if use["version"] else "") for use in found["uses"]
        ]

    visits.good("POST", "/api/apply", {"journeys": [journey("Paid")]})
    assert uses("datatypes/point") == ["fieldgroup visit", "journey j v1"]
    assert uses("fieldgroups/visit") == ["schema visit", "journey j v1"]
    events = sorted(each["name"] for each in DOCUMENTS["events"])
    assert uses("schemas/visit") == [*(f"event {name}" for name in events), "journey j v1"]
    assert uses("events/Paid") == ["journey j v1"] and uses("events/Any") == []
    problem = refused(visits.ask("DELETE", "/api/datatypes/point"), 409, "ERR_IN_USE")
    assert problem["params"]["users"] == "fieldgroup visit, journey j v1"
    refused(visits.ask("GET", "/api/events/Nobody/used-in"), 404, "ERR_DOCUMENT_UNKNOWN")


def test_an_event_of_a_draft(visits: Sandbox) -> None:
    """[3.7] Name, description and added fields; nothing else, even while the journey is a draft."""
    journey = {
        "name": "j",
        "namespace": "CRMID",
        "start": "s",
        "activities": {"s": {"type": "event", "event": "Arrived"}},
    }
    visits.good("POST", "/api/apply", {"journeys": [journey]})
    event = DOCUMENTS["events"][0]
    more = {**event, "description": "new", "fields": [*event["fields"], "_acme.note"]}
    assert as_dict(visits.good("PUT", "/api/events/Arrived", more))["change"] == "updated"
    for change, field in (
        ({"fields": event["fields"]}, "fields._acme.note"),
        ({"key": "@{Arrived._acme.mail}"}, "key"),
        ({"eventID": "mine"}, "eventID"),
        ({"type": "rule", "condition": "true"}, "type"),
    ):
        problem = refused(visits.ask("PUT", "/api/events/Arrived", {**more, **change}), 422, "ERR_PROJECT_INVALID")
        assert ("ERR_CHANGE_IN_USE", field) in {(each["code"], each["field"]) for each in problem["findings"]}


# --- payloads ---


@pytest.mark.parametrize("name", ["Arrived", "Paid", "Mailed", "Any", "Launch"])
def test_a_payload_is_taken_as_it_is(visits: Sandbox, name: str) -> None:
    """[3.6] And is the event, with somebody to be about."""
    found = payload(visits, name)
    assert found["matches"] is True
    assert json.loads(found["text"]) == found["request"]["body"]
    sent = found["request"]
    assert sent["url"] == f"http://127.0.0.1:{visits.server.port}/collection/{visits.name}"
    path = f"/collection/{visits.name}"
    answer = request(visits.server.port, "POST", path, raw=found["text"], headers=sent["headers"])
    assert answer.status == 200, answer


def test_what_stands_in_a_payload(visits: Sandbox) -> None:
    """[3.3, 3.4] The selected fields, the key, the eventID; the key prefilled from the schema, else identityMap."""
    arrived = payload(visits, "Arrived")["request"]["body"]["body"]["xdmEntity"]
    event = as_dict(visits.good("GET", "/api/events/Arrived"))
    assert arrived["_experience"]["campaign"]["orchestration"]["eventID"] == event["eventID"]
    assert set(arrived) == {"_id", "timestamp", "_acme", "commerce", "_experience"}
    assert set(arrived["_acme"]) == {"place", "memberId"} and arrived["commerce"] == {"order": {"priceTotal": 0}}
    paid = payload(visits, "Paid")["request"]["body"]["body"]["xdmEntity"]
    assert (paid["eventType"], paid["_acme"]["memberId"]) == ("pay", 2001)
    mailed = payload(visits, "Mailed")["request"]["body"]["body"]["xdmEntity"]
    assert list(mailed["identityMap"]) == ["Email"]


def test_curl(visits: Sandbox) -> None:
    """What a shell makes of it is the request."""
    found = payload(visits, "Arrived", "curl")
    command, *arguments = shlex.split(found["text"])
    assert command == "curl" and arguments[:3] == ["-X", "POST", found["request"]["url"]]
    headers = dict(arguments[n + 1].split(": ", 1) for n, word in enumerate(arguments) if word == "-H")
    assert headers == found["request"]["headers"] and json.loads(arguments[-1]) == found["request"]["body"]


def test_python(visits: Sandbox) -> None:
    """The program runs as it is, and its event is accepted."""
    found = payload(visits, "Paid", "python")
    done = subprocess.run(
        [sys.executable, "-c", found["text"]], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout.startswith("200 ") and visits.name in done.stdout, done


def test_javascript(visits: Sandbox) -> None:
    """The message and the request stand in it as JSON."""
    found = payload(visits, "Any", "javascript")
    message = re.match(r"const message = (\{.*?^\});$", found["text"], re.DOTALL | re.MULTILINE)
    assert message is not None and json.loads(message[1]) == found["request"]["body"]
    assert f'fetch("{found["request"]["url"]}"' in found["text"]
    headers = re.search(r"headers: (\{.*?\}),\n  body", found["text"], re.DOTALL)
    assert headers is not None and json.loads(headers[1]) == found["request"]["headers"]


def test_no_payload(visits: Sandbox) -> None:
    refused(visits.ask("GET", "/api/events/Nobody/payload"), 404, "ERR_DOCUMENT_UNKNOWN")
    refused(visits.ask("GET", "/api/events/Any/payload?format=yaml"), 422, "ERR_REQUEST_INVALID")


# --- other names ---


def test_another_name_under_a_live_journey(new_sandbox: Callable[[], Sandbox], endpoint: Endpoint) -> None:
    """[3.7] All texts follow, those inside go on, and the event of the new name moves them."""
    sandbox = new_sandbox()
    sandbox.good("POST", "/api/apply", win_back.project(endpoint.port, wait="PT1H"))
    sandbox.good("POST", f"{JOURNEY}/publish")
    send(sandbox, "a", value=win_back.BIG)
    assert report(sandbox)["current"] == 1
    sandbox.good("POST", "/api/events/Confirmation/rename", {"name": "Yes"})
    sandbox.good("POST", "/api/events/Purchase/rename", {"name": "Buys"})
    sandbox.good("POST", "/api/actions/cross_sell/rename", {"name": "offer"})
    sandbox.good("POST", "/api/schemas/purchase/rename", {"name": "bought"})
    document = as_dict(sandbox.good("GET", JOURNEY))["document"]
    assert document["activities"]["is_big"]["paths"]["big"] == "@{Buys._tenant.value} >= 50"
    assert document["activities"]["confirmed"]["event"] == "Yes"
    assert (
        as_dict(sandbox.good("GET", "/api/events/Yes"))["condition"] == '@{Yes.eventType} == "commerce.confirmations"'
    )
    assert sandbox.ask("GET", "/api/events/Purchase").status == 404
    answer = sandbox.collect(win_back.message("a-yes", "a", "commerce.confirmations"))
    assert answer.status == 200
    send(sandbox, "b", value=win_back.BIG)
    found = report(sandbox)
    assert (found["completed"], found["current"]) == (1, 1), found
    assert found["actions"]["offer"]["called"] == 1


def test_whatever_names_it_follows(visits: Sandbox) -> None:
    """Also where nothing is heard or called: exit criteria, datasets that are written to."""
    visits.good("PUT", "/api/schemas/person", {"name": "person", "base": "profile", "fields": {"n": "integer"}})
    visits.good("PUT", "/api/datasets/people", {"name": "people", "schema": "person"})
    noted = {"type": "updateProfile", "dataset": "people", "field": "n", "value": "1"}
    draft = journey("Any") | {"exitCriteria": {"paid": {"event": "Paid"}}}
    draft["activities"]["noted"] = noted
    visits.good("PUT", "/api/journeys/j", draft)
    visits.good("POST", "/api/events/Paid/rename", {"name": "Settled"})
    visits.good("POST", "/api/datasets/people/rename", {"name": "members"})
    found = as_dict(visits.good("GET", "/api/journeys/j"))["document"]
    assert found["exitCriteria"]["paid"]["event"] == "Settled"
    assert found["activities"]["noted"]["dataset"] == "members"


def test_names_that_cannot_be(visits: Sandbox) -> None:
    refused(visits.ask("POST", "/api/events/Paid/rename", {"name": "Any"}), 409, "ERR_NAME_TAKEN")
    refused(visits.ask("POST", "/api/events/Paid/rename", {"name": "not a name"}), 422, "ERR_PROJECT_INVALID")
    refused(visits.ask("POST", "/api/events/Nobody/rename", {"name": "A"}), 404, "ERR_DOCUMENT_UNKNOWN")
    refused(visits.ask("POST", "/api/events/Paid/rename", {}), 422, "ERR_REQUEST_INVALID")


def test_the_event_id_stays(visits: Sandbox) -> None:
    """[3.3] Made on the first save, whatever the event is called later."""
    before = payload(visits, "Arrived")["request"]["body"]
    visits.good("POST", "/api/events/Arrived/rename", {"name": "Came"})
    assert visits.collect(before).status == 200
    event_id = before["body"]["xdmEntity"]["_experience"]["campaign"]["orchestration"]["eventID"]
    assert as_dict(visits.good("GET", "/api/events/Came"))["eventID"] == event_id


def test_parts_of_schemas_have_other_names(visits: Sandbox) -> None:
    visits.good("POST", "/api/datatypes/point/rename", {"name": "place"})
    visits.good("POST", "/api/fieldgroups/visit/rename", {"name": "seen"})
    assert as_dict(visits.good("GET", "/api/fieldgroups/seen"))["fields"]["_acme"]["place"] == {"$ref": "place"}
    assert as_dict(visits.good("GET", "/api/schemas/visit"))["fieldGroups"][0] == "seen"
    assert payload(visits, "Arrived")["matches"] is True
