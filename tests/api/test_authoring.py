"""Documents and the lifecycle of journeys over REST [6.4-6.8, 12.1]."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from sojourn.api.app import Application
from sojourn.settings import Settings

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
    assert as_dict(sandbox.good("POST", "/api/apply", project))["changes"][-1]["change"] == "updated"
    project["journeys"][0]["globalTimeout"] = "P20D"
    assert as_dict(sandbox.good("POST", "/api/apply", project))["changes"][-1]["change"] == "new version"
    wait_for(sandbox, "live", "draft")


def test_apply_is_all_or_nothing(sandbox: Sandbox) -> None:
    """One document in error, and none is written; the findings say which and where."""
    project = win_back.project(1)
    project["journeys"][0]["activities"]["is_big"]["paths"]["big"] = "@{Purchase._tenant.valeu} >= 50"
    problem = refused(sandbox.ask("POST", "/api/apply", project), 422, "ERR_PROJECT_INVALID")
    (finding,) = [each for each in problem["findings"] if each["severity"] == "error"]
    assert finding["activity"] == "is_big" and finding["field"] == "activities.is_big.paths.big"
    assert "value" in finding["hint"]  # the nearest name
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
    "an unknown type": ("schemas", {"fields": {"a": "strnig"}}, "fields.a"),
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


PURCHASE = win_back.project(1)["events"][0]
VIP_THANKS = win_back.project(1)["actions"][0]
VALUE = {"value": {"$type": "decimal"}}
CHANGES: dict[str, tuple[str, dict[str, Any], str]] = {
    "a field less": ("schemas/purchase", {"fields": {}}, "fields._tenant"),
    "another type": ("schemas/purchase", {"fields": {"_tenant": {"value": "string"}}}, "fields._tenant.value"),
    "a field that was there is required": (
        "schemas/purchase", {"fields": {"_tenant": {"value": {"$type": "decimal", "$required": True}}}},
        "fields._tenant.value",
    ),
    "a required field more": (
        "schemas/purchase", {"fields": {"_tenant": {**VALUE, "shop": {"$type": "string", "$required": True}}}},
        "fields._tenant.shop",
    ),
    "another condition": ("events/Purchase", {**PURCHASE, "condition": "true"}, "condition"),
    "another namespace": ("events/Purchase", {**PURCHASE, "namespace": "Email"}, "namespace"),
    "another method": ("actions/vip_thanks", {**VIP_THANKS, "method": "PUT"}, "method"),
    "no variable any more": ("actions/vip_thanks", {**VIP_THANKS, "body": {}}, "body"),
}  # fmt: skip


@pytest.mark.parametrize("path, document, field", CHANGES.values(), ids=list(CHANGES))
def test_a_change_under_a_live_journey(applied: Sandbox, path: str, document: dict[str, Any], field: str) -> None:
    """What a live journey uses keeps its meaning [2.5, 3.7, 5.2]; before and after, it may change."""
    applied.good("POST", f"{JOURNEY}/publish")
    before = applied.good("GET", f"/api/{path}")
    problem = refused(applied.ask("PUT", f"/api/{path}", document), 422, "ERR_PROJECT_INVALID")
    (finding,) = problem["findings"]
    assert (finding["code"], finding["field"]) == ("ERR_CHANGE_IN_USE", field)
    assert "win-back v1" in finding["message"]
    assert applied.good("GET", f"/api/{path}") == before
    send(applied, "a")
    assert report(applied)["current"] == 1
    applied.good("POST", f"{JOURNEY}/stop")
    assert as_dict(applied.good("PUT", f"/api/{path}", document))["change"] == "updated"


def test_a_change_under_people_in_a_closed_journey(sandbox: Sandbox, endpoint: Endpoint) -> None:
    """They finish as they began; once the last one has left, it may change."""
    sandbox.good("POST", "/api/apply", win_back.project(endpoint.port, wait="PT2S"))
    sandbox.good("POST", f"{JOURNEY}/publish")
    send(sandbox, "a")
    assert report(sandbox)["current"] == 1
    sandbox.good("POST", f"{JOURNEY}/close")
    refused(sandbox.ask("PUT", "/api/schemas/purchase", {"fields": {}}), 422, "ERR_PROJECT_INVALID")
    wait_for(sandbox, "finished")
    assert report(sandbox)["completed"] == 1
    sandbox.good("PUT", "/api/schemas/purchase", {"fields": {}})


def test_what_may_change_under_a_live_journey(applied: Sandbox, endpoint: Endpoint) -> None:
    """Descriptions, addresses, fields added; who is inside goes on."""
    applied.good("POST", f"{JOURNEY}/publish")
    send(applied, "a")
    more = {"fields": {"_tenant": {**VALUE, "shop": {"name": "string"}}}, "title": "Purchase"}
    event, action = {**PURCHASE, "description": "x"}, {**VIP_THANKS, "url": f"http://127.0.0.1:{endpoint.port}/other"}
    for path, document in (("schemas/purchase", more), ("events/Purchase", event), ("actions/vip_thanks", action)):
        assert as_dict(applied.good("PUT", f"/api/{path}", document))["change"] == "updated"
    send(applied, "b", value=99)
    found = report(applied)
    assert (found["entered"], found["current"], found["actions"]["vip_thanks"]["ok"]) == (2, 2, 1)


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


def test_closed_is_finished_when_the_last_one_has_left(sandbox: Sandbox, endpoint: Endpoint) -> None:
    """The list of versions and the report say the same [6.5]."""
    sandbox.good("POST", "/api/apply", win_back.project(endpoint.port, wait="PT2S"))
    sandbox.good("POST", f"{JOURNEY}/publish")
    send(sandbox, "a")
    assert report(sandbox)["current"] == 1
    sandbox.good("POST", f"{JOURNEY}/close")
    wait_for(sandbox, "closed")
    wait_for(sandbox, "finished")
    found = report(sandbox)
    assert (found["completed"], found["versions"][0]["status"]) == (1, "finished")
    refused(sandbox.ask("POST", f"{JOURNEY}/close"), 409, "ERR_NOT_LIVE")


def test_dates(sandbox: Sandbox, endpoint: Endpoint) -> None:
    """Before its start date a journey is live and nobody enters; from its end date on it is over [6.5]."""
    for name, dates, status, reason in (
        ("early", {"startDate": "2100-01-01T00:00:00Z"}, "live", "notStarted"),
        ("late", {"endDate": "2020-01-01T00:00:00Z"}, "finished", "ended"),
    ):
        project = win_back.project(endpoint.port, wait="PT1H")
        project["journeys"][0] |= {"name": name, **dates}
        sandbox.good("POST", "/api/apply", project)
        sandbox.good("POST", f"/api/journeys/{name}/publish")
        send(sandbox, name)
        sandbox.server.wait_settled()
        found = as_dict(sandbox.good("GET", f"/api/journeys/{name}/report"))
        assert (found["entered"], found["discarded"]) == (0, {reason: 1})
        assert as_dict(sandbox.good("GET", f"/api/journeys/{name}"))["versions"][0]["status"] == status


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


# --- several people at once ---


def at_once(sandbox: Sandbox, *requests: tuple[str, str, Any]) -> list[tuple[int, Any]]:
    """Status and code of requests that are sent at the same moment."""
    start = threading.Barrier(len(requests))

    def ask(one: tuple[str, str, Any]) -> tuple[int, Any]:
        start.wait()
        answer = sandbox.ask(*one)
        return answer.status, answer.body.get("code") if answer.body else None

    with ThreadPoolExecutor(len(requests)) as threads:
        return sorted(threads.map(ask, requests), key=lambda each: each[0])


def test_the_same_at_once(applied: Sandbox) -> None:
    """One does it, all others are told that it is done; nothing is done twice."""
    for number in range(3):
        name = {"name": f"{applied.name}-{number}"}
        done, *others = at_once(applied, *[("POST", "/api/sandboxes", name)] * 8)
        assert (done, set(others)) == ((201, None), {(409, "ERR_SANDBOX_EXISTS")})
    done, *others = at_once(applied, *[("POST", f"{JOURNEY}/publish", None)] * 8)
    assert (done, set(others)) == ((202, None), {(409, "ERR_NOT_DRAFT")})
    at_once(applied, *[("PUT", JOURNEY, journey(globalTimeout=f"P{20 + number}D")) for number in range(8)])
    wait_for(applied, "live", "draft")
    done, *others = at_once(applied, *[("POST", f"{JOURNEY}/stop", None)] * 8)
    assert (done, set(others)) == ((202, None), {(409, "ERR_NOT_LIVE")})


def test_used_and_deleted_at_once(applied: Sandbox) -> None:
    """Whichever comes first: no journey is left without its event."""
    lone = {
        "name": "lone", "namespace": "CRMID", "start": "a", "activities": {"a": {"type": "event", "event": "Lone"}}
    }  # fmt: skip
    for _ in range(6):
        applied.good("PUT", "/api/events/Lone", {**PURCHASE, "name": "Lone", "condition": "false"})
        answers = at_once(applied, ("POST", "/api/apply", {"journeys": [lone]}), ("DELETE", "/api/events/Lone", None))
        assert answers in (
            [(200, None), (409, "ERR_IN_USE")],
            [(204, None), (422, "ERR_PROJECT_INVALID")],
        )
        if answers[0][0] == 200:
            assert applied.ask("DELETE", "/api/journeys/lone").status == 204


# --- what the API says of itself ---


def test_openapi_lists_what_is_there(server: RunningServer, tmp_path: Path) -> None:
    """OpenAPI 3.1: every route is documented and every documented operation is served."""
    document = server.get("/api/openapi.json")
    assert document["openapi"].startswith("3.1")
    operations = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    application = Application(Settings(data=tmp_path))
    application.server.close()
    routes = {
        (method, route.path.replace(":path}", "}"))
        for route in iter_route_contexts(application.rest.routes)
        if route.path and route.path.startswith(("/api/", "/authoring/"))
        for method in route.methods or ()
        if (method, route.path) not in NOT_OPERATIONS and "{path:path}" not in route.path
    }
    assert operations == routes | {("POST", "/collection/{inletId}"), ("POST", "/collection/batch/{inletId}")}
    for method, path in operations:
        filled = path.replace("{item}", "0").replace("{id}", "0").replace("{kind}", "journey")
        answer = request(server.port, method, re.sub(r"\{\w+\}", "nobody", filled), raw="[")
        assert answer.status != 405, (method, path)
        if answer.status == 404 and not path.startswith("/authoring/"):
            assert answer.body["code"] != "ERR_ROUTE_UNKNOWN", (method, path)


NOT_OPERATIONS = {(method, path) for method in ("GET", "HEAD") for path in ("/api/docs", "/api/openapi.json")}


def test_openapi_means_what_it_says(server: RunningServer) -> None:
    """Every reference leads somewhere, every operation has a name of its own, and errors are as described."""
    document = server.get("/api/openapi.json")
    operations = {path: [*item.values()] for path, item in document["paths"].items()}
    names = [operation["operationId"] for found in operations.values() for operation in found]
    assert len({*names}) == len(names)
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)))
    assert len(references) > 4
    for reference in references:
        here = document
        for part in reference.removeprefix("#/").split("/"):
            here = here[part]
    problem = request(server.port, "GET", "/api/journeys/nobody").body
    described = document["components"]["schemas"]["ProblemDetails"]
    assert set(described["required"]) <= set(problem) <= set(described["properties"])
    for path, found in operations.items():
        for operation in found:
            if path.startswith("/authoring/"):
                assert [*operation["responses"]["default"]["content"]] == ["application/json"]
            else:
                assert "default" not in operation["responses"]
                for status, answer in operation["responses"].items():
                    if status >= "4" and path != "/api/health":
                        assert answer == {"$ref": f"#/components/responses/Problem{status}"}


@pytest.mark.parametrize("method, path", [("GET", "/api/nothing"), ("GET", "/nothing"), ("PATCH", "/api/journeys")])
def test_what_is_not_served(server: RunningServer, method: str, path: str) -> None:
    answer = request(server.port, method, path)
    assert answer.status in (404, 405)
    code = "ERR_METHOD" if answer.status == 405 else "ERR_ROUTE_UNKNOWN"
    assert answer.kind == "application/problem+json" and answer.body["code"] == code


@pytest.mark.parametrize("raw", ["", "{", "[]", '"text"', "\xff"])
def test_a_body_that_is_none(server: RunningServer, raw: str) -> None:
    answer = request(server.port, "POST", "/api/apply", raw=raw.encode("latin-1"))
    assert answer.status in (400, 422), answer
    assert answer.kind == "application/problem+json"
