"""Documents and the lifecycle of journeys over REST [6.4-6.8, 12.1]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.http import Answered, request
from ..support.server import RunningServer, wait
from .conftest import Sandbox

JOURNEY = f"/api/journeys/{win_back.JOURNEY}"


def as_dict(found: object) -> dict[str, Any]:
    assert isinstance(found, dict)
    return found


@pytest.fixture
def applied(sandbox: Sandbox, endpoint: Endpoint) -> Sandbox:
    """A sandbox with the small win-back project, not published."""
    sandbox.good("POST", "/api/apply", win_back.project(endpoint.port, wait="PT1H"))
    return sandbox


def journey(**changes: Any) -> dict[str, Any]:
    return {**win_back.project(1, wait="PT1H")["journeys"][0], **changes}


def statuses(sandbox: Sandbox) -> list[str]:
    return [version["status"] for version in as_dict(sandbox.good("GET", JOURNEY))["versions"]]


def wait_for(sandbox: Sandbox, *expected: str) -> None:
    wait(lambda: statuses(sandbox) == list(expected), 10, lambda: f"{statuses(sandbox)}, not {list(expected)}")


def refused(answer: Answered, status: int, code: str) -> dict[str, Any]:
    assert (answer.status, answer.body["code"]) == (status, code), answer
    assert answer.kind == "application/problem+json"
    return as_dict(answer.body)


def send(sandbox: Sandbox, *customers: str, value: float = 10) -> None:
    for customer in customers:
        answer = sandbox.collect(win_back.message(f"{customer}-{value}", customer, value=value))
        assert answer.status == 200, answer


def report(sandbox: Sandbox) -> dict[str, Any]:
    sandbox.server.wait_settled()
    found = as_dict(sandbox.good("GET", f"{JOURNEY}/report"))
    assert win_back.balanced(found)
    return found


# --- documents ---


def test_apply_says_what_happened(sandbox: Sandbox, endpoint: Endpoint) -> None:
    """Created, unchanged, updated; a changed published journey becomes a new version [6.8]."""
    project = win_back.project(endpoint.port, wait="PT1H")
    first = as_dict(sandbox.good("POST", "/api/apply", project))
    assert {change["change"] for change in first["changes"]} == {"created"}
    again = as_dict(sandbox.good("POST", "/api/apply", project))
    assert {change["change"] for change in again["changes"]} == {"unchanged"}
    project["actions"][0]["description"] = "other words"
    project["journeys"][0]["description"] = "other words"
    changed = as_dict(sandbox.good("POST", "/api/apply", project))
    assert [change["change"] for change in changed["changes"]].count("updated") == 2
    sandbox.good("POST", f"{JOURNEY}/publish")
    project["journeys"][0]["description"] = "and others still"
    assert as_dict(sandbox.good("POST", "/api/apply", project))["changes"][-1]["change"] == "new version"
    wait_for(sandbox, "live", "draft")


def test_apply_is_all_or_nothing(sandbox: Sandbox) -> None:
    """One document in error, and none is written; the findings say which and where."""
    project = win_back.project(1)
    project["journeys"][0]["activities"]["is_big"]["paths"]["big"] = "@{Purchase._tenant.valeu} >= 50"
    problem = refused(sandbox.ask("POST", "/api/apply", project), 422, "ERR_PROJECT_INVALID")
    (finding,) = [each for each in problem["findings"] if each["severity"] == "error"]
    assert finding["activity"] == "is_big" and finding["field"] == "activities.is_big.paths.big"
    assert "value" in finding["message"]  # the nearest name
    assert sandbox.good("GET", "/api/schemas") == sandbox.good("GET", "/api/journeys") == []


@pytest.mark.parametrize(
    "kind, name, document",
    [
        ("schemas", "order", {"fields": {"_tenant": {"total": "decimal"}}}),
        ("events", "Order", {"schema": "order", "type": "rule", "condition": "true", "namespace": "CRMID"}),
        ("actions", "greet", {"url": "https://example.com/greet", "body": {"to": {"$variable": "string"}}}),
    ],
)
def test_a_document_is_written_read_and_deleted(sandbox: Sandbox, kind: str, name: str, document: Any) -> None:
    if kind == "events":
        sandbox.good("PUT", "/api/schemas/order", {"fields": {}})
    assert as_dict(sandbox.good("PUT", f"/api/{kind}/{name}", document))["change"] == "created"
    assert sandbox.good("GET", f"/api/{kind}/{name}") == {**document, "name": name}
    assert sandbox.good("GET", f"/api/{kind}") == [{**document, "name": name}]
    assert as_dict(sandbox.good("PUT", f"/api/{kind}/{name}", document))["change"] == "unchanged"
    assert sandbox.ask("DELETE", f"/api/{kind}/{name}").status == 204
    refused(sandbox.ask("GET", f"/api/{kind}/{name}"), 404, "ERR_DOCUMENT_UNKNOWN")


BAD_DOCUMENTS = {
    "an unknown key": ("schemas", {"feilds": {}}, "feilds"),
    "an unknown type": ("schemas", {"fields": {"a": "strnig"}}, "fields"),
    "no condition": ("events", {"schema": "purchase", "namespace": "CRMID"}, ""),
    "a private address": ("actions", {"url": "http://10.0.0.1/x"}, "url"),
    "a scheme": ("actions", {"url": "ftp://example.com/x"}, "url"),
    "another port": ("actions", {"url": "https://example.com:8443/x"}, "url"),
    "a header of ours": ("actions", {"url": "https://example.com/", "headers": {"Host": "x"}}, "headers.Host"),
}


@pytest.mark.parametrize("kind, document, field", BAD_DOCUMENTS.values(), ids=list(BAD_DOCUMENTS))
def test_a_bad_document(sandbox: Sandbox, kind: str, document: Any, field: str) -> None:
    """A finding that names the field; nothing is written."""
    sandbox.good("PUT", "/api/schemas/purchase", {"fields": {}})
    problem = refused(sandbox.ask("PUT", f"/api/{kind}/bad", document), 422, "ERR_PROJECT_INVALID")
    assert field in [finding["field"] for finding in problem["findings"]], problem["findings"]
    assert sandbox.ask("GET", f"/api/{kind}/bad").status == 404


def test_what_is_in_use_is_not_deleted(applied: Sandbox) -> None:
    """And is told who uses it [3.7]."""
    for path, user in (
        ("schemas/purchase", "event Purchase"),
        ("events/Purchase", "journey"),
        ("actions/win_back", ""),
    ):
        problem = refused(applied.ask("DELETE", f"/api/{path}"), 409, "ERR_IN_USE")
        assert user in problem["title"]
    assert applied.ask("DELETE", JOURNEY).status == 204
    assert applied.ask("DELETE", "/api/events/Purchase").status == 204


def test_a_change_that_breaks_a_journey(applied: Sandbox) -> None:
    """A document that journeys use is not changed into something that they cannot use."""
    answer = applied.ask("PUT", "/api/schemas/purchase", {"fields": {}})
    assert answer.status in (200, 422)
    if answer.status == 200:
        refused(applied.ask("POST", f"{JOURNEY}/publish"), 422, "ERR_PROJECT_INVALID")


def test_findings_in_korean(applied: Sandbox) -> None:
    """A code is the same in every language, its words are not [12.1]."""
    draft = journey()
    draft["activities"]["vip_thanks"]["action"] = "nobody"
    applied.good("PUT", JOURNEY, draft)
    said = {}
    for lang in ("en", "ko"):
        found = applied.ask("GET", f"{JOURNEY}/findings", lang=lang).body
        (said[lang],) = [finding for finding in found if finding["code"] == "ERR_ACTION_UNKNOWN"]
    assert said["en"]["message"] != said["ko"]["message"]
    assert any("가" <= letter <= "힣" for letter in said["ko"]["message"])


# --- the lifecycle ---


def test_from_draft_to_stopped(applied: Sandbox) -> None:
    """Draft, live, closed, finished when the last one has left; stopped lets go of everyone [6.4, 6.5]."""
    assert statuses(applied) == ["draft"]
    refused(applied.ask("POST", f"{JOURNEY}/close"), 409, "ERR_NOT_LIVE")
    applied.good("POST", f"{JOURNEY}/publish")
    wait_for(applied, "live")
    refused(applied.ask("POST", f"{JOURNEY}/publish"), 409, "ERR_NOT_DRAFT")
    refused(applied.ask("DELETE", JOURNEY), 409, "ERR_JOURNEY_RUNS")
    send(applied, "a", "b")
    assert report(applied)["current"] == 2
    applied.good("POST", f"{JOURNEY}/close")
    wait_for(applied, "closed")
    send(applied, "c")
    closed = report(applied)
    assert (closed["entered"], closed["current"]) == (2, 2)
    assert closed["discarded"] == {"closed": 1}
    applied.good("POST", f"{JOURNEY}/stop")
    wait_for(applied, "stopped")
    assert (report(applied)["stopped"], report(applied)["current"]) == (2, 0)
    send(applied, "d")
    assert report(applied)["entered"] == 2


def test_a_new_version(applied: Sandbox) -> None:
    """Who is inside stays in the version they entered; who comes later enters the new one [6.7]."""
    applied.good("POST", f"{JOURNEY}/publish")
    send(applied, "a", "b")
    assert report(applied)["current"] == 2
    changed = journey()
    changed["activities"]["is_big"]["paths"]["big"] = "@{Purchase._tenant.value} >= 5000"
    applied.good("PUT", JOURNEY, changed)
    assert statuses(applied) == ["live", "draft"]
    applied.good("POST", f"{JOURNEY}/publish")
    wait_for(applied, "closed", "live")
    send(applied, "c", value=60)
    versions = report(applied)["versions"]
    assert [version["current"] for version in versions] == [2, 1]
    assert versions[1]["activities"]["patience"]["current"] == 1
    send(applied, "a", value=61)
    assert report(applied)["entered"] == 3  # still inside the first version, which awaits nothing here


def test_a_version_keeps_its_re_entrance(applied: Sandbox) -> None:
    applied.good("POST", f"{JOURNEY}/publish")
    applied.good("PUT", JOURNEY, journey(reentrance=True))
    problem = refused(applied.ask("POST", f"{JOURNEY}/publish"), 422, "ERR_PROJECT_INVALID")
    assert [finding["code"] for finding in problem["findings"]] == ["ERR_VERSION_REENTRANCE"]


def test_a_draft_may_be_unfinished_but_is_not_published(applied: Sandbox) -> None:
    """A draft is saved with its findings; publishing needs it free of errors [6.35]."""
    draft = journey()
    draft["activities"]["patience"]["next"] = "nowhere"
    saved = as_dict(applied.good("PUT", JOURNEY, draft))
    assert [finding["activity"] for finding in saved["findings"] if finding["severity"] == "error"] == ["patience"]
    refused(applied.ask("POST", f"{JOURNEY}/publish"), 422, "ERR_PROJECT_INVALID")
    assert statuses(applied) == ["draft"]


def test_an_unknown_journey(sandbox: Sandbox) -> None:
    for method, path in (("GET", ""), ("POST", "/publish"), ("POST", "/stop"), ("GET", "/report"), ("GET", "/steps")):
        refused(sandbox.ask(method, f"/api/journeys/nobody{path}"), 404, "ERR_JOURNEY_UNKNOWN")


def test_sandboxes_do_not_see_each_other(applied: Sandbox, new_sandbox: Callable[[], Sandbox]) -> None:
    other = new_sandbox()
    assert other.good("GET", "/api/journeys") == []
    refused(other.ask("GET", JOURNEY), 404, "ERR_JOURNEY_UNKNOWN")
    refused(other.ask("GET", "/api/journeys", sandbox="nobody"), 404, "ERR_SANDBOX_UNKNOWN")
    refused(other.ask("POST", "/api/sandboxes", {"name": other.name}), 409, "ERR_SANDBOX_EXISTS")


# --- what the API says of itself ---


def test_openapi_lists_what_is_there(server: RunningServer) -> None:
    """OpenAPI 3.1; every documented operation is served."""
    document = server.get("/api/openapi.json")
    assert document["openapi"].startswith("3.1")
    operations = [(method.upper(), path) for path, item in document["paths"].items() for method in item]
    assert len(operations) > 25
    for method, path in operations:
        filled = path.replace("{name}", "nobody").replace("{item}", "0").replace("{kind}", "journey")
        answer = request(server.port, method, filled, raw="[")
        assert answer.status != 405, (method, path)
        if answer.status == 404:
            assert answer.body["code"] != "ERR_HTTP", (method, path)


@pytest.mark.parametrize("method, path", [("GET", "/api/nothing"), ("GET", "/nothing"), ("PATCH", "/api/journeys")])
def test_what_is_not_served(server: RunningServer, method: str, path: str) -> None:
    answer = request(server.port, method, path)
    assert answer.status in (404, 405)
    assert answer.kind == "application/problem+json" and answer.body["code"] == "ERR_HTTP"


@pytest.mark.parametrize("raw", ["", "{", "[]", '"text"', "\xff"])
def test_a_body_that_is_none(server: RunningServer, raw: str) -> None:
    answer = request(server.port, "POST", "/api/apply", raw=raw.encode("latin-1"))
    assert answer.status in (400, 422), answer
    assert answer.kind == "application/problem+json"
