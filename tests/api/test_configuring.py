"""What the studio's configuration pages ask beside the documents: uses and history, proposals, test events."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import Any

from ..support import win_back
from ..support.http import authorization
from ..support.server import wait
from .conftest import Sandbox


def made(sandbox: Sandbox) -> None:
    sandbox.good("POST", "/api/apply", win_back.project(9))


def test_what_uses_each_document_and_who_made_it(sandbox: Sandbox) -> None:
    """The counts are those of `used-in`, for documents and journey versions alike."""
    made(sandbox)
    for kind, plural in (("schema", "schemas"), ("event", "events"), ("action", "actions")):
        states: Any = sandbox.good("GET", f"/api/document-states?kind={kind}")
        names: Any = sandbox.good("GET", f"/api/{plural}")
        assert {each["name"] for each in states} == {each["name"] for each in names}
        for state in states:
            uses: Any = sandbox.good("GET", f"/api/{plural}/{state['name']}/used-in")
            assert state["usedIn"] == uses["count"]
            assert state["usedIn"] > 0
            assert state["createdBy"] == state["changedBy"]
            assert 0 < state["createdAt"] <= state["changedAt"]
    assert sandbox.ask("GET", "/api/document-states?kind=journey").status == 422


def test_a_schema_is_proposed_from_a_sample(sandbox: Sandbox) -> None:
    samples = '{"_id": "1", "timestamp": "2026-03-01T10:00:00Z", "_acme": {"paid": 12}}\n{"_acme": {"paid": 9.5}}'
    found = sandbox.good("POST", "/api/schemas/infer", {"name": "visit", "samples": samples})
    assert found == {
        "name": "visit",
        "base": "record",
        "fields": {"_id": "string", "timestamp": "dateTime", "_acme": {"paid": "decimal"}},
    }
    refused = sandbox.ask("POST", "/api/schemas/infer", {"name": "visit", "samples": "{\nno"}, lang="ko")
    assert refused.status == 400
    assert isinstance(refused.body, dict)
    assert refused.body["field"] == "samples:1"
    assert "JSON이 아닌 줄" in refused.body["title"]


def test_a_test_event_is_heard(sandbox: Sandbox) -> None:
    """It goes through the inlet's checks, and what came of it can be asked for by its id."""
    made(sandbox)
    preview: Any = sandbox.good("GET", "/api/events/Purchase/payload")
    payload = preview["request"]["body"]["body"]["xdmEntity"]
    sent: Any = sandbox.good("POST", "/api/events/Purchase/send", {"payload": payload})
    assert (sent["matches"], sent["key"]) == (True, "customer-1")
    assert sent["id"] != payload["_id"]
    path = f"/api/events/{sent['id']}/explain"
    wait(lambda: sandbox.ask("GET", path).status == 200, 20)
    told: Any = sandbox.good("GET", path)
    assert [each["event"] for each in told["matches"] if each["matched"]] == ["Purchase"]
    other: Any = sandbox.good("POST", "/api/events/Purchase/send", {"payload": payload | {"eventType": "other"}})
    assert (other["matches"], other["key"]) == (False, None)
    refused = sandbox.ask("POST", "/api/events/Purchase/send", {"payload": payload | {"_tenant": {"value": "a lot"}}})
    assert refused.status == 400
    assert sandbox.ask("POST", "/api/events/Nothing/send", {"payload": payload}).status == 404


def ask(sandbox: Sandbox, method: str, body: dict[str, Any] | None = None, tag: str = "") -> tuple[int, str, Any]:
    port = sandbox.server.port
    headers = {"Content-Type": "application/json", "x-sandbox-name": sandbox.name, **authorization(port)}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        path = "/api/namespaces/Shop"
        connection.request(method, path, json.dumps(body), headers | ({"If-Match": tag} if tag else {}))
        answer = connection.getresponse()
        return answer.status, answer.headers.get("ETag", ""), json.loads(answer.read())


def test_of_two_who_change_a_document_the_second_is_told(sandbox: Sandbox) -> None:
    assert ask(sandbox, "PUT", {"description": "first"})[0] == 200
    seen = ask(sandbox, "GET")[1]
    status, mine, _ = ask(sandbox, "PUT", {"description": "mine"}, seen)
    assert (status, mine) == (200, ask(sandbox, "GET")[1])
    status, _, problem = ask(sandbox, "PUT", {"description": "theirs"}, seen)
    assert (status, problem["code"], problem["field"]) == (412, "ERR_CHANGED_MEANWHILE", "If-Match")
    assert ask(sandbox, "GET")[2]["description"] == "mine"
    assert ask(sandbox, "PUT", {"description": "theirs"}, mine)[0] == 200
    assert ask(sandbox, "PUT", {"description": "whatever is there"}, "*")[0] == 200


def test_a_change_of_whatever_is_there_makes_nothing(sandbox: Sandbox) -> None:
    """RFC 9110: `If-Match: *` is for something that exists."""
    assert ask(sandbox, "PUT", {"description": "first"}, "*")[0] == 404
    assert ask(sandbox, "GET")[0] == 404
