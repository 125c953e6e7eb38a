"""Export and import of journey versions, and lists, over the public API [6.8]."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ..support import win_back
from ..support.http import Answered, request
from .conftest import Sandbox
from .test_authoring import JOURNEY, as_dict, journey

SECRET = {"type": "basic", "username": "u", "password": "open sesame"}


@pytest.fixture
def drafted(sandbox: Sandbox) -> Sandbox:
    """A sandbox with win-back as a draft; one of its actions has a secret, and a segment is asked for."""
    project = win_back.project(9)
    project["actions"][0]["authentication"] = SECRET
    project["segments"] = [{"name": "vip", "definition": "true"}]
    project["journeys"][0]["activities"]["is_big"]["paths"]["big"] = (
        '@{Purchase._tenant.value} >= 50 and inSegment("vip")'
    )
    sandbox.good("POST", "/api/apply", project)
    return sandbox


def public(sandbox: Sandbox, method: str, path: str, body: Any = None) -> Answered:
    headers = {"x-sandbox-name": sandbox.name, "x-gw-ims-org-id": "an-org"}
    return request(sandbox.server.port, method, f"/authoring/{path}", body, headers=headers)


def good(sandbox: Sandbox, method: str, path: str, body: Any = None) -> dict[str, Any]:
    answer = public(sandbox, method, path, body)
    assert answer.status == 200 and answer.kind == "application/json", answer
    return as_dict(answer.body)


def error(answer: Answered, status: int) -> dict[str, Any]:
    assert (answer.status, answer.body["status"], answer.body["error"]["code"]) == (status, status, status), answer
    assert answer.body["requestId"] and answer.body["error"]["service"] == "vyg-authoring-api"
    return as_dict(answer.body["error"])


def test_there_and_back(drafted: Sandbox) -> None:
    """An export is imported any number of times, each time under new names and ids, and each can be published."""
    (listed,) = good(drafted, "POST", "list/journeys")["results"]
    (version,) = listed["journeyVersions"]
    assert (listed["name"], version["version"], version["state"]) == ("win-back", 1, "draft")
    assert (version["orgId"], version["metadata"]["createdBy"]) == ("an-org", "local")
    assert good(drafted, "GET", f"journeys/{listed['uid']}/latest")["result"] == version
    export = good(drafted, "GET", f"journeyVersions/{version['uid']}/export")
    assert {part: [each["name"] for each in export[part]] for part in ("events", "actions", "segments")} == {
        "events": ["Confirmation", "Purchase"],
        "actions": ["cross_sell", "vip_thanks", "win_back"],
        "segments": ["vip"],
    }
    assert "open sesame" not in json.dumps(export)
    refused = error(public(drafted, "POST", "journeyVersions/import", export), 400)
    assert "actions.1.authentication.password" in refused["message"]
    export["actions"][1]["authentication"] = SECRET
    export["dataProviders"] = [{"name": "acsDataProvider", "authentication": {"password": "INSERT_SECRET_HERE"}}]
    uids = set()
    for number in (1, 2):
        done = good(drafted, "POST", "journeyVersions/import", export)
        uids.add(done["uid"])
        assert {(each["type"], each["name"]) for each in done["created"]} == {
            ("event", f"Purchase_{number}"), ("event", f"Confirmation_{number}"), ("segment", f"vip_{number}"),
            ("action", f"vip_thanks_{number}"), ("action", f"cross_sell_{number}"), ("action", f"win_back_{number}"),
            ("journey", f"win-back_{number}"),
        }  # fmt: skip
        found = as_dict(drafted.good("GET", f"/api/journeys/win-back_{number}"))["document"]
        assert found["activities"]["is_big"]["paths"]["big"] == (
            f'@{{Purchase_{number}._tenant.value}} >= 50 and inSegment("vip_{number}")'
        )
        event = as_dict(drafted.good("GET", f"/api/events/Purchase_{number}"))
        assert event["condition"] == f'@{{Purchase_{number}.eventType}} == "commerce.purchases"'
        assert drafted.ask("POST", f"/api/journeys/win-back_{number}/publish").status == 202
    assert len(uids) == 2
    # An import of an import has names of its own, too.
    again = good(drafted, "GET", f"journeyVersions/{uids.pop()}/export")
    again["actions"][1]["authentication"] = SECRET
    assert good(drafted, "POST", "journeyVersions/import", again)["createdElement"]["name"] == "win-back_3"


def test_what_is_wrong_with_references_shows_later(drafted: Sandbox) -> None:
    """A schema that is not there is no error of the import, but of the publication."""
    uid = good(drafted, "POST", "list/journeys")["results"][0]["journeyVersions"][0]["uid"]
    export = good(drafted, "GET", f"journeyVersions/{uid}/export")
    export["actions"][1]["authentication"] = SECRET
    export["events"][1]["schema"] = "elsewhere"
    made = good(drafted, "POST", "journeyVersions/import", export)["createdElement"]["name"]
    problem = drafted.ask("POST", f"/api/journeys/{made}/publish")
    assert problem.status == 422 and "ERR_SCHEMA_UNKNOWN" in {each["code"] for each in problem.body["findings"]}
    uid = as_dict(drafted.good("GET", f"/api/journeys/{made}"))["versions"][0]["uid"]
    error(public(drafted, "GET", f"journeyVersions/{uid}/export"), 500)


def test_what_is_wrong_is_said_in_the_language_of_the_reader(sandbox: Sandbox) -> None:
    headers = {"x-sandbox-name": sandbox.name, "Accept-Language": "ko"}

    def message(raw: bytes) -> str:
        answer = request(sandbox.server.port, "POST", "/authoring/journeyVersions/import", raw=raw, headers=headers)
        return str(error(answer, 400)["message"])

    assert "JSON 객체가 아니에요" in message(b"no JSON") and "JSON 객체가 아니에요" in message(b"[]")
    broken = {"journeyVersion": {"document": {"name": "x", "activities": {}}}, "events": [{"name": "y"}]}
    assert "오류: schema: 'schema' 필드가 빠졌어요." in message(json.dumps(broken).encode())
    title = sandbox.ask("POST", "/api/apply", {"events": [{"name": "y"}]}, lang="ko").body["title"]
    assert "오류: schema: 'schema' 필드가 빠졌어요." in title


@pytest.mark.parametrize(
    "payload",
    [
        {"insert the payload here": ""}, [], None, {"journeyVersion": {"document": {"name": 5}}},
        {"journeyVersion": {"document": {"name": "x"}}}, {"journeyVersion": {"document": {"name": "x"}}, "events": [1]},
        {"journeyVersion": {"document": {"name": "x"}}, "events": {}},
        {"journeyVersion": {"document": {"name": "x"}}, "actions": [{"name": "a", "url": "INSERT_SECRET_HERE"}]},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_export(sandbox: Sandbox, payload: Any) -> None:
    error(public(sandbox, "POST", "journeyVersions/import", payload), 400)
    assert good(sandbox, "POST", "list/journeys")["results"] == []


def test_lists_are_selected(drafted: Sandbox) -> None:
    drafted.good("POST", f"{JOURNEY}/publish")
    drafted.good("PUT", JOURNEY, journey(globalTimeout="P9D"))
    drafted.good("PUT", "/api/journeys/other", journey(name="other", description="x"))

    def names(**body: Any) -> list[str]:
        return [each["name"] for each in good(drafted, "POST", "list/journeys", body)["results"]]

    assert names() == ["other", "win-back"]
    assert names(filter="name==win*") == names(filter="journeyVersions.version==2") == ["win-back"]
    assert names(filter="state==draft;name!=other") == ["win-back"]
    assert names(filter="journeyVersions.metadata.lastDeployedAt>=2020-01-01") == ["win-back"]
    assert names(filter="name==other,nobody") == ["other"]
    assert names(sort="-name") == ["win-back", "other"]
    assert names(sort="name", page=1, pageSize=1) == ["win-back"]
    latest = good(drafted, "POST", "list/journeys", {"latestOnly": True, "filter": "name==win-back"})["results"]
    assert [each["version"] for each in latest[0]["journeyVersions"]] == [2]
    for body, rule in (
        ({"filter": "name"}, "FIELD==VALUE"), ({"sort": 5}, "names fields"), ({"sort": "name:down"}, "names fields"),
        ({"page": -1}, "from 0 on"), ({"pageSize": True}, "1 to 1000"), ({"pageSize": 10**6}, "1 to 1000"),
        ({"pageSize": 0}, "1 to 1000"), ({"latestOnly": "yes"}, "true or false"), ([1], "a JSON object"),
    ):  # fmt: skip
        assert rule in error(public(drafted, "POST", "list/journeys", body), 400)["message"]
    error(public(drafted, "GET", "journeys/nobody/latest"), 404)
    error(public(drafted, "GET", "journeyVersions/nobody/export"), 404)
