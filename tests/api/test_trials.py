"""What editors ask to see an expression at work: fields, recent values, a try, and how often it holds."""

from __future__ import annotations

from typing import Any

import pytest

from ..support import win_back
from ..support.endpoint import Endpoint
from .conftest import Sandbox
from .test_authoring import as_dict, refused, send

SIGHT = {"journey": "win-back", "activity": "is_big"}
VALUE = "@{Purchase._tenant.value}"


@pytest.fixture
def sandbox_with_events(sandbox: Sandbox, endpoint: Endpoint) -> Sandbox:
    """Win-back as a draft, and four purchases."""
    project = win_back.project(endpoint.port)
    fields = project["schemas"][0]["fields"]["_tenant"]
    fields |= {"city": "string", "mail": {"$type": "string", "$labels": ["C3"]}}
    sandbox.good("POST", "/api/apply", project)
    for number, value in enumerate((10, 10, 70, 90)):
        send(sandbox, f"c{number}", value=value)
    return sandbox


def told(sandbox: Sandbox, what: str, **body: Any) -> Any:
    return sandbox.good("POST", f"/api/expressions/{what}", SIGHT | body)


def test_fields_where_an_expression_stands(sandbox_with_events: Sandbox) -> None:
    found = {each["reference"]: each for each in told(sandbox_with_events, "fields")}
    assert found[VALUE] | {"values": []} == {
        "reference": VALUE, "root": "event", "path": ["Purchase", "_tenant", "value"], "title": "value",
        "type": "decimal", "values": [], "params": [],
    }  # fmt: skip
    assert "#{JourneyProperties.externalKey}" in found
    assert not any("Confirmation" in each for each in found)  # heard later


def test_samples(sandbox_with_events: Sandbox) -> None:
    """The most frequent values first; nothing of what is labelled or says who somebody is."""
    found = {
        each["field"]: each["values"]
        for each in sandbox_with_events.good("GET", "/api/events/Purchase/samples")  # type: ignore[attr-defined]
    }
    assert found["_tenant.value"][0] == 10 and set(found["_tenant.value"]) == {10, 70, 90}
    assert not any(field.startswith(("identityMap", "_id", "_tenant.mail")) for field in found)
    refused(sandbox_with_events.ask("GET", "/api/events/None/samples"), 404, "ERR_EVENT_UNKNOWN")


def test_a_try(sandbox_with_events: Sandbox) -> None:
    payload = {"Purchase": {"_tenant": {"value": 60, "city": "Seoul"}}}
    found = told(sandbox_with_events, "try", text=f"{VALUE} >= 50", payloads=payload)
    assert (found["type"], found["value"], found["error"]) == ("boolean", True, None)
    property_ = "#{JourneyProperties.externalKey}"
    found = told(
        sandbox_with_events, "try", text=f"concat({property_}, toString({VALUE}))", use="parameter", payloads=payload
    )
    assert found["empty"] == ["JourneyProperties.externalKey"]
    found = told(sandbox_with_events, "try", text="9223372036854775807 + 1", use="parameter")
    assert found["value"] is None and found["error"]
    asked = sandbox_with_events.ask("POST", "/api/expressions/try", SIGHT | {"text": "@{Purchase.none} == 1"})
    refused(asked, 400, "ERR_EXPR_UNKNOWN_FIELD")


def test_how_often_it_holds(sandbox_with_events: Sandbox) -> None:
    found = told(sandbox_with_events, "share", text=f"{VALUE} >= 50")
    assert (found["event"], found["events"], found["true"], found["why"]) == ("Purchase", 4, 2, None)
    row = {"field": VALUE, "operator": "greaterOrEqual", "values": [90]}
    found = told(sandbox_with_events, "share", simple={"join": "and", "items": [row]})
    assert as_dict(found)["true"] == 1
    assert told(sandbox_with_events, "share", text="1 == 1")["why"] == "none"
    assert told(sandbox_with_events, "share", text='#{JourneyProperties.externalKey} == "a"')["why"] == "other"
