"""Requests to the REST API that cannot be served: a problem document each, never a 500 [12.1]."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any, NamedTuple

import pytest

from ..support import win_back
from ..support.http import authorization, request
from ..support.server import RunningServer
from .conftest import Sandbox

APPLY = "/api/apply"
HALF = "\\ud800"
KOREAN = {"Accept-Language": "ko"}


class Bad(NamedTuple):
    """A request that has to be refused, and how."""

    method: str
    path: str
    body: str | bytes
    status: int
    code: str
    field: str | None = None


def schema(**changes: Any) -> str:
    return json.dumps({"schemas": [{"name": "order", "fields": {}, **changes}]})


def nested(opening: str, closing: str, levels: int) -> str:
    return opening * levels + "1" + closing * levels


BAD: dict[str, Bad] = {
    "no json": Bad("POST", APPLY, "hello", 400, "ERR_JSON_MALFORMED"),
    "not utf-8": Bad("POST", APPLY, b'{"schemas": [{"name": "\xff"}]}', 400, "ERR_JSON_ENCODING"),
    "half a surrogate pair in a text": Bad(
        "POST", APPLY, schema(description="X").replace("X", HALF), 400, "ERR_JSON_ENCODING"
    ),
    "half a surrogate pair in a name": Bad(
        "POST", APPLY, schema(name="X").replace("X", HALF), 400, "ERR_JSON_ENCODING"
    ),
    "half a surrogate pair in a field": Bad(
        "PUT", "/api/schemas/order", '{"fields": {"X": "string"}}'.replace("X", HALF), 400, "ERR_JSON_ENCODING"
    ),
    "half a surrogate pair in a draft": Bad(
        "PUT", "/api/journeys/order", '{"X": 1}'.replace("X", HALF), 400, "ERR_JSON_ENCODING"
    ),
    "nested without end": Bad("POST", APPLY, nested("[", "]", 100_000), 400, "ERR_JSON_DEPTH"),
    "fields nested too deeply": Bad(
        "PUT", "/api/schemas/order", '{"fields": ' + nested('{"a": ', "}", 900) + "}", 422, "ERR_PROJECT_INVALID"
    ),
    "a kind that is none": Bad("POST", APPLY, '{"journey": []}', 422, "ERR_REQUEST_INVALID", "journey"),
    "documents that are none": Bad("POST", APPLY, '{"schemas": [7]}', 422, "ERR_REQUEST_INVALID", "schemas.0"),
    "no name": Bad("POST", APPLY, '{"schemas": [{"fields": {}}]}', 422, "ERR_PROJECT_INVALID"),
    "a name with a zero character": Bad("PUT", "/api/schemas/a%00b", "{}", 422, "ERR_PROJECT_INVALID"),
    "a name of markup": Bad("PUT", "/api/schemas/%3Cscript%3E", "{}", 422, "ERR_PROJECT_INVALID"),
    "a name that is too long": Bad("PUT", f"/api/schemas/{'x' * 101}", "{}", 422, "ERR_PROJECT_INVALID"),
    "an expression that is too long": Bad(
        "PUT", "/api/events/Order", json.dumps({"schema": "order", "condition": "not " * 5_000 + "true"}), 422,
        "ERR_PROJECT_INVALID",
    ),
    "ten megabytes": Bad("POST", APPLY, schema(description="x" * 10_000_000), 413, "ERR_BODY_SIZE"),
    "a number beyond 64 bits": Bad(
        "GET", "/api/journeys/win-back/steps?after=99999999999999999999", "", 422, "ERR_REQUEST_INVALID", "after"
    ),
    "a negative place": Bad("GET", "/api/journeys/win-back/steps?after=-1", "", 422, "ERR_REQUEST_INVALID", "after"),
    "too many at once": Bad("GET", "/api/journeys/win-back/steps?limit=201", "", 422, "ERR_REQUEST_INVALID", "limit"),
    "an item beyond 64 bits": Bad(
        "POST", "/api/quarantine/99999999999999999999/retry", "", 422, "ERR_REQUEST_INVALID", "item"
    ),
    "a number without end": Bad(
        "PUT", "/api/events/Order", '{"x": ' + "9" * 5_000 + "}", 400, "ERR_JSON_NUMBER", "body"
    ),
    "a share of no expression": Bad(
        "POST", "/api/expressions/share", '{"text": "nope", "events": ["Purchase"]}', 400, "ERR_EXPR_UNKNOWN_NAME",
        "text",
    ),
    "a proposal from no OpenAPI document": Bad(
        "POST", "/api/actions/propose", '{"document": {"openapi": 3}}', 400, "ERR_OPENAPI", "document"
    ),
    "a document that is not there": Bad("GET", "/api/events/Purchas", "", 404, "ERR_DOCUMENT_UNKNOWN", "name"),
    "a journey that is not there": Bad("GET", "/api/journeys/winback", "", 404, "ERR_JOURNEY_UNKNOWN", "name"),
    "a test that waits for months": Bad(
        "POST", "/api/journeys/win-back/test", '{"wait": "P90D"}', 422, "ERR_REQUEST_INVALID", "wait"
    ),
    "a stop of a draft": Bad("POST", "/api/journeys/win-back/stop", "", 409, "ERR_NOT_LIVE", "name"),
    "a shadow whose answers are none": Bad(
        "POST", "/api/journeys/win-back/shadow", '{"answers": {"win_back": {"*": {"$error": "nope"}}}}', 400,
        "ERR_ANSWERS", "answers",
    ),
    "a mail address that is none": Bad(
        "POST", "/api/suppressions", '{"channel": "email", "address": "nobody"}', 422, "ERR_REQUEST_INVALID", "address"
    ),
    "a token that is none": Bad(
        "POST", "/api/suppressions", '{"channel": "push", "address": "x"}', 422, "ERR_REQUEST_INVALID", "address"
    ),
    "a user that is not there": Bad("PATCH", "/api/access/users/nobody", "{}", 404, "ERR_USER_UNKNOWN", "name"),
    "an item that is not there": Bad("DELETE", "/api/quarantine/7", "", 404, "ERR_QUARANTINE_UNKNOWN"),
    "a sandbox with a bad name": Bad(
        "POST", "/api/sandboxes", '{"name": "My sandbox"}', 422, "ERR_REQUEST_INVALID", "name"
    ),
    "a sandbox with a line break": Bad(
        "POST", "/api/sandboxes", '{"name": "abc\\n"}', 422, "ERR_REQUEST_INVALID", "name"
    ),
    "a schema of another name": Bad("PUT", "/api/schemas/order", '{"name": "other"}', 400, "ERR_OTHER_NAME", "name"),
    "a draft of another name": Bad("PUT", "/api/journeys/j", '{"name": 7}', 400, "ERR_OTHER_NAME", "name"),
    "a parameter with another name": Bad(
        "GET", "/api/journeys/win-back/report?from=2020-01-01T00:00:00Z", "", 422, "ERR_REQUEST_INVALID", "from"
    ),
    "a parameter where there is none": Bad("GET", "/api/clock?now=1", "", 422, "ERR_REQUEST_INVALID", "now"),
    "a parameter in other letters": Bad("POST", f"{APPLY}?dryrun=true", "{}", 422, "ERR_REQUEST_INVALID", "dryrun"),
    "a kind of schema that is none": Bad("GET", "/api/json-schemas/nothing", "", 422, "ERR_REQUEST_INVALID", "kind"),
}  # fmt: skip


@pytest.fixture(scope="module")
def untouched(server: RunningServer) -> Iterator[Sandbox]:
    """A sandbox with a draft of win-back; in the end nothing was written, and the server is well."""
    made = Sandbox(server, "errors")
    made.good("POST", APPLY, win_back.project(1))
    before = server.status()["log"]["last"]
    yield made
    assert server.health() == 200
    assert server.status()["log"]["last"] == before
    journeys = made.good("GET", "/api/journeys")
    assert isinstance(journeys, list) and len(journeys) == 1


@pytest.mark.parametrize("bad", BAD.values(), ids=list(BAD))
def test_a_bad_request(untouched: Sandbox, bad: Bad) -> None:
    headers = {"x-sandbox-name": untouched.name}
    answer = request(untouched.server.port, bad.method, bad.path, raw=bad.body, headers=headers)
    assert (answer.status, answer.body["code"]) == (bad.status, bad.code), answer
    assert answer.kind == "application/problem+json"
    assert answer.body["status"] == bad.status
    assert len(answer.body["title"]) > 15
    if bad.field is not None:
        assert answer.body["field"] == bad.field
    assert answer.body.get("field") or all(each["field"] for each in answer.body["findings"]), answer
    korean = request(untouched.server.port, bad.method, bad.path, raw=bad.body, headers=headers | KOREAN)
    sentences = [korean.body["title"], *[each["message"] for each in korean.body.get("findings", ())]]
    assert all(re.search("[가-힣]", each) for each in sentences), korean


@pytest.mark.parametrize("path", [APPLY, "/collection/errors"])
def test_a_client_that_sends_all_before_it_listens(untouched: Sandbox, path: str) -> None:
    """The answer that a body is too long reaches whoever closes behind it, too."""
    port, headers = untouched.server.port, {"Connection": "close", "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("POST", path, b"x" * 30_000_000, {**authorization(port), **headers})
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["code"]) == (413, "ERR_BODY_SIZE")


def test_a_body_without_a_length(untouched: Sandbox) -> None:
    """Sent in chunks, it is cut off where it gets too long."""
    port = untouched.server.port
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        with suppress(ConnectionError):  # the server need not read on
            connection.request(
                "POST", APPLY, (b" " * 1_000_000 for _ in range(20)), encode_chunked=True,
                headers={"Transfer-Encoding": "chunked", "Content-Type": "application/json", **authorization(port)},
            )  # fmt: skip
        answer = connection.getresponse()
        assert json.loads(answer.read())["status"] == answer.status == 413


def test_what_is_no_request(server: RunningServer) -> None:
    """A problem document, though nothing of it could be read."""
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=30)) as sent:
        sent.sendall(b"GET /api/health HTTP/1.1\r\nx-sandbox-name: a\x7f\x01b\r\n\r\n")
        answer = http.client.HTTPResponse(sent)
        answer.begin()
        body = json.loads(answer.read())
    assert (answer.status, answer.headers.get_content_type()) == (400, "application/problem+json")
    assert (body["status"], body["code"]) == (400, "ERR_REQUEST_BROKEN")


@pytest.mark.parametrize("name", ["nobody", "\xe9", "prod,prod"])
def test_a_sandbox_that_is_not_there(server: RunningServer, name: str) -> None:
    answer = request(server.port, "GET", "/api/journeys", headers={"x-sandbox-name": name})
    assert (answer.status, answer.body["code"]) == (404, "ERR_SANDBOX_UNKNOWN")
    assert answer.body["field"] == "x-sandbox-name"


def test_every_refusal_in_korean(untouched: Sandbox) -> None:
    """Of our own errors: the sentence and the hint are Korean, code and parameters as they are."""
    for path in ("/api/journeys/nobody", "/api/schemas/nobody", "/api/nothing"):
        english, korean = (untouched.ask("GET", path, lang=lang).body for lang in ("en", "ko"))
        assert (english["code"], english["params"]) == (korean["code"], korean["params"])
        for part in ("title", "detail"):
            assert any("가" <= letter <= "힣" for letter in korean[part]), korean
            assert not any("가" <= letter <= "힣" for letter in english[part]), english
