"""Test calls over REST: what an endpoint answers, past the guard, with credentials that nobody sees [4.3, 5.1]."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ..support.partner import Partner, running
from ..support.server import RunningServer, wait
from .conftest import Sandbox

CANARY = "canary-4b7e"


async def echo(request: web.Request) -> web.Response:
    """Tells everything that it was sent, credentials too."""
    text = (await request.read()).decode()
    return web.json_response(
        {
            "method": request.method, "path": request.path, "query": dict(request.query),
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": json.loads(text) if text else None, "temp": 21.5, "on": "2026-03-01",
        }
    )  # fmt: skip


async def token(request: web.Request) -> web.Response:
    good = CANARY in (await request.read()).decode()
    return web.json_response({"access_token": f"token-{CANARY}"} if good else {}, status=200 if good else 401)


@pytest.fixture
def partner() -> Iterator[Partner]:
    made = Partner(answers={"/echo": echo, "/token": token})
    with running(made):
        yield made


def source(partner: Partner, **more: Any) -> dict[str, Any]:
    response = {"temp": 1.5, "on": "2026-01-01"}
    groups = {
        "byCity": {"parameters": {"city": "string", "days": "integer"}, "response": response},
        "byId": {"method": "POST", "parameters": ["id"], "body": {"who": {"param": "id"}}, "response": {"gone": True}},
    }
    return {"url": partner.url("/echo"), "fieldGroups": groups, **more}


def custom(partner: Partner, secret: str = CANARY) -> dict[str, Any]:
    return {
        "type": "customAuthorization", "authorizationType": "bearer", "endpoint": partner.url("/token"),
        "method": "POST", "body": {"bodyType": "form", "bodyParams": {"password": secret}},
        "tokenInResponse": "json://access_token",
    }  # fmt: skip


def test_a_source_with_a_token(sandbox: Sandbox, partner: Partner) -> None:
    sandbox.good("PUT", "/api/sources/Weather", source(partner, authentication=custom(partner)))
    found: Any = sandbox.good(
        "POST", "/api/sources/Weather/test", {"fieldGroup": "byCity", "parameters": {"city": "Seoul", "days": 2}}
    )
    assert (found["ok"], found["status"], found["missing"]) == (True, 200, [])
    assert found["answer"]["query"] == {"city": "Seoul", "days": "2"}
    assert found["answer"]["headers"]["authorization"] == "Bearer INSERT_SECRET_HERE"
    asked = found["request"]
    assert (asked["method"], asked["body"]) == ("GET", None)
    assert asked["url"].startswith(partner.url("/echo") + "?city=Seoul")
    assert CANARY not in json.dumps(asked)  # what shows who calls is added later
    assert partner.at("/echo")[0].headers["authorization"] == f"Bearer token-{CANARY}"
    assert 0 <= found["took"] < 30_000


def test_a_post_and_what_the_answer_lacks(sandbox: Sandbox, partner: Partner) -> None:
    sandbox.good("PUT", "/api/sources/Weather", source(partner))
    found: Any = sandbox.good("POST", "/api/sources/Weather/test", {"fieldGroup": "byId", "parameters": {"id": 7}})
    assert found["answer"]["body"] == {"who": 7}
    assert found["missing"] == ["gone"]


def test_a_token_alone(sandbox: Sandbox, partner: Partner) -> None:
    sandbox.good("PUT", "/api/sources/Weather", source(partner, authentication=custom(partner)))
    found: Any = sandbox.good("POST", "/api/sources/Weather/test", {})
    assert (found["ok"], found["answer"]) == (True, None)
    sandbox.good("PUT", "/api/sources/Weather", source(partner, authentication=custom(partner, "wrong")))
    answer = sandbox.ask("POST", "/api/sources/Weather/test", {}, lang="ko")
    assert (answer.status, answer.body["code"], answer.body["params"]) == (502, "ERR_CALL_TOKEN_STATUS",
                                                                          {"status": "401"})  # fmt: skip
    assert partner.at("/echo") == []


ACTION = {
    "method": "PUT", "path": {"$variable": "string"}, "headers": {"X-Id": {"$variable": "string"}},
    "query": {"n": {"$variable": "integer"}}, "response": {"method": "x", "points": 1},
    "body": {"who": {"$variable": "string", "$mandatory": True}, "campaign": "spring",
             "items": {"$variable": "list<object>", "$fields": {"sku": "string"}}},
}  # fmt: skip


def test_an_action(sandbox: Sandbox, partner: Partner) -> None:
    authentication = {"type": "apiKey", "name": "X-Key", "value": CANARY}
    body = ACTION | {"url": partner.url("/"), "authentication": authentication}
    sandbox.good("PUT", "/api/actions/greet", body)
    given = {
        "path": "echo", "headers": {"X-Id": "a1"}, "query": {"n": 5},
        "parameters": {"who": "anna", "items": [{"number": "A"}]}, "mapping": {"items.sku": "number"},
    }  # fmt: skip
    found: Any = sandbox.good("POST", "/api/actions/greet/test", given)
    answer = found["answer"]
    assert (answer["method"], answer["path"], answer["query"]) == ("PUT", "/echo", {"n": "5"})
    assert answer["body"] == {"who": "anna", "campaign": "spring", "items": [{"sku": "A"}]}
    assert (answer["headers"]["x-id"], answer["headers"]["x-key"]) == ("a1", "INSERT_SECRET_HERE")
    assert answer["headers"]["idempotency-key"].startswith("test-")
    assert found["missing"] == ["points"]
    assert CANARY not in json.dumps(found)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"path": "x", "parameters": {}}, "ERR_PARAM_MANDATORY", "parameters"),
        ({"parameters": {"who": "a"}}, "ERR_PARAM_MANDATORY", "path"),
        ({"path": "../x", "parameters": {"who": "a"}}, "ERR_ACTION_PATH", "path"),
        ({"path": "x", "parameters": {"who": ["a"]}}, "ERR_VALUE_TYPE", "parameters.who"),
        ({"path": "x", "parameters": {"who": "a", "why": "b"}}, "ERR_PARAM_UNKNOWN", "parameters.why"),
        ({"path": "x", "headers": {"X-No": "b"}}, "ERR_PARAM_UNKNOWN", "headers.X-No"),
        ({"path": "x", "parameters": {"who": "\ud800"}}, "ERR_JSON_ENCODING", "body"),
        ({"parametres": {}}, "ERR_REQUEST", "parametres"),
    ],
)
def test_bad_values_for_an_action(
    sandbox: Sandbox, partner: Partner, given: dict[str, Any], code: str, field: str | None
) -> None:
    sandbox.good("PUT", "/api/actions/greet", ACTION | {"url": partner.url("/")})
    answer = sandbox.ask("POST", "/api/actions/greet/test", given)
    assert answer.status in (400, 422)
    assert code == "ERR_REQUEST" or (answer.body["code"], answer.body.get("field")) == (code, field)
    assert partner.received == []


def test_bad_values_for_a_source(sandbox: Sandbox, partner: Partner) -> None:
    sandbox.good("PUT", "/api/sources/Weather", source(partner))
    for body, code in (
        ({}, "ERR_FIELD_GROUP"),
        ({"fieldGroup": "byTown"}, "ERR_FIELD_GROUP"),
        ({"fieldGroup": "byCity", "parameters": {"town": "x"}}, "ERR_TEST_PARAMETER"),
        ({"fieldGroup": "byCity", "parameters": {"days": "two"}}, "ERR_VALUE_TYPE"),
    ):
        answer = sandbox.ask("POST", "/api/sources/Weather/test", body)
        assert (answer.status, answer.body["code"]) == (400, code)
    assert sandbox.ask("POST", "/api/sources/Nothing/test", {}).status == 404
    assert sandbox.ask("POST", "/api/actions/nothing/test", {}).status == 404


def test_what_cannot_be_reached(sandbox: Sandbox, partner: Partner) -> None:
    """The reason is told; what is secret in the address is not."""
    authentication = {"type": "apiKey", "name": "key", "value": CANARY, "location": "queryParam"}
    body = source(partner, authentication=authentication) | {"url": "http://127.0.0.1:1/x"}
    sandbox.good("PUT", "/api/sources/Weather", body)
    answer = sandbox.ask("POST", "/api/sources/Weather/test", {"fieldGroup": "byCity"})
    assert (answer.status, answer.body["code"]) == (502, "ERR_CALL_BROKEN")
    assert "127.0.0.1" in answer.body["title"] and CANARY not in json.dumps(answer.body)


def test_a_redirect_into_the_network(sandbox: Sandbox, partner: Partner) -> None:
    async def away(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "http://169.254.169.254/latest"})

    partner.answers["/echo"] = away
    sandbox.good("PUT", "/api/sources/Weather", source(partner))
    answer = sandbox.ask("POST", "/api/sources/Weather/test", {"fieldGroup": "byCity"})
    assert (answer.status, answer.body["code"]) == (400, "ERR_URL_PRIVATE")


def test_a_failure_is_shown(sandbox: Sandbox, partner: Partner) -> None:
    """With what the endpoint says about it; no retries here."""

    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=503, text="come back later")

    partner.answers["/echo"] = refuse
    sandbox.good("PUT", "/api/sources/Weather", source(partner))
    found: Any = sandbox.good("POST", "/api/sources/Weather/test", {"fieldGroup": "byCity"})
    assert (found["ok"], found["status"], found["answer"], found["missing"]) == (False, 503, "come back later", [])
    assert len(partner.received) == 1


def test_a_database(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders AS SELECT 1 AS id, 'ann' AS who")
    connection.close()
    server = RunningServer(tmp_path / "server", "--allow", f"sqlite:{tmp_path}/*")
    try:
        sandbox = Sandbox(server.start(), "shop")
        group = {
            "statement": "SELECT id FROM orders WHERE who = :who", "parameters": {"who": "string"},
            "fields": {"id": "integer"},
        }  # fmt: skip
        sandbox.good("PUT", "/api/sources/Shop", {"database": f"sqlite:///{path}", "fieldGroups": {"orders": group}})
        found: Any = sandbox.good(
            "POST", "/api/sources/Shop/test", {"fieldGroup": "orders", "parameters": {"who": "ann"}}
        )
        assert (found["ok"], found["status"], found["answer"]) == (True, None, {"rows": [{"id": 1}]})
        answer = sandbox.ask("PUT", "/api/sources/Other", {"database": "sqlite:////etc/x.db"})
        assert answer.body["findings"][0]["code"] == "ERR_DATABASE_PRIVATE"
    finally:
        server.kill()


def test_a_journey_calls_with_a_token(sandbox: Sandbox, partner: Partner) -> None:
    """From the event to the endpoint; the secret is in no answer, and in no file of the server's. A second person gets
    what the source has answered for the first."""
    fields = {"_t": {"id": "string"}}
    sandbox.good("PUT", "/api/schemas/visit", {"fields": fields, "fieldGroups": []})
    event = {"schema": "visit", "condition": "true", "namespace": "CRMID", "key": "@{Visit._t.id}"}
    sandbox.good("PUT", "/api/events/Visit", event)
    weather = source(partner, authentication=custom(partner))
    weather["fieldGroups"]["byCity"]["cacheDuration"] = "PT1H"
    sandbox.good("PUT", "/api/sources/Weather", weather)
    action = {
        "url": partner.url("/greet"),
        "authentication": custom(partner),
        "body": {"temp": {"$variable": "decimal"}},
    }
    sandbox.good("PUT", "/api/actions/greet", action)
    temp = "#{Weather.byCity.temp, params: {city: 'Seoul', days: 1}}"
    activities = {
        "s": {"type": "event", "event": "Visit", "next": "x"},
        "x": {"type": "action", "action": "greet", "parameters": {"temp": temp}},
    }
    sandbox.good("PUT", "/api/journeys/j", {"namespace": "CRMID", "start": "s", "activities": activities})
    sandbox.good("POST", "/api/journeys/j/publish")

    def visit(person: str) -> None:
        entity = {"_id": person, "timestamp": "2026-03-01T10:00:00Z", "_t": {"id": person}}
        message = {"header": {"schemaRef": {"id": "visit"}}, "body": {"xdmEntity": entity}}
        assert sandbox.collect(message).status < 300

    visit("ann")
    wait(lambda: len(partner.at("/greet")) == 1, 20)
    (called,) = partner.at("/greet")
    assert called.headers["authorization"] == f"Bearer token-{CANARY}"
    assert json.loads(called.body) == {"temp": 21.5}
    assert partner.at("/echo")[0].query == {"city": "Seoul", "days": "1"}
    visit("bob")
    wait(lambda: len(partner.at("/greet")) == 2, 20)
    assert (len(partner.at("/echo")), len(partner.at("/token"))) == (1, 2)
    wait(lambda: sandbox.good("GET", "/api/journeys/j/report")["completed"] == 2, 20)  # type: ignore[index]
    told = json.dumps([sandbox.good("GET", f"/api/{each}") for each in ("sources", "actions", "journeys/j/steps")])
    assert CANARY not in told and "INSERT_SECRET_HERE" in told
    for path in sandbox.server.data.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    assert CANARY not in sandbox.server.log.read_text()


def test_a_source_in_use(sandbox: Sandbox, partner: Partner) -> None:
    """A draft holds the fields and parameters of the groups that it uses, and no others [3.7, 4.3]."""
    sandbox.good("PUT", "/api/schemas/visit", {"fields": {"_t": {"id": "string"}}, "fieldGroups": []})
    event = {"schema": "visit", "condition": "true", "namespace": "CRMID", "key": "@{Visit._t.id}"}
    sandbox.good("PUT", "/api/events/Visit", event)
    weather = source(partner)
    sandbox.good("PUT", "/api/sources/Weather", weather)
    hot = "#{Weather.byCity.temp, params: {city: 'Seoul', days: 1}} > 30"
    activities = {
        "s": {"type": "event", "event": "Visit", "next": "c"},
        "c": {"type": "condition", "paths": {"hot": hot}},
    }
    sandbox.good("PUT", "/api/journeys/j", {"namespace": "CRMID", "start": "s", "activities": activities})
    used: Any = sandbox.good("GET", "/api/sources/Weather/used-in")
    assert used["uses"] == [
        {"kind": "journey", "name": "j", "version": 1, "status": "draft", "fieldGroups": ["byCity"]}
    ]
    groups = weather["fieldGroups"]
    more = {"byCity": groups["byCity"] | {"response": {"temp": 1.5, "on": "2026-01-01", "wind": 3}}}
    sandbox.good("PUT", "/api/sources/Weather", weather | {"url": partner.url("/other"), "fieldGroups": more})
    for group, field in (
        ({"response": {"on": "2026-01-01", "wind": 3}}, "fieldGroups.byCity.temp"),
        ({"parameters": {"city": "string"}}, "fieldGroups.byCity.parameters"),
    ):
        answer = sandbox.ask(
            "PUT", "/api/sources/Weather", weather | {"fieldGroups": {"byCity": more["byCity"] | group}}
        )
        assert answer.status == 422
        assert ("ERR_CHANGE_IN_USE", field) in {(each["code"], each["field"]) for each in answer.body["findings"]}
    assert sandbox.ask("DELETE", "/api/sources/Weather").body["code"] == "ERR_IN_USE"
