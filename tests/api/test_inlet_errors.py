"""Whatever is wrong with what comes in, the sender is told field and rule, and nothing of it is accepted [3.1]."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any, NamedTuple

import pytest

from ..support.http import Answered, request
from ..support.server import RunningServer, wait
from .conftest import Sandbox

SCHEMA = {
    "name": "order",
    "fields": {
        "_tenant": {
            "value": {"$type": "decimal"},
            "count": {"$type": "integer"},
            "paid": {"$type": "boolean"},
            "day": {"$type": "dateOnly"},
            "tags": {"$list": "string"},
            "address": {"city": {"$type": "string", "$required": True}},
        }
    },
}
GOOD: dict[str, Any] = {
    "_id": "o-1",
    "eventType": "order",
    "timestamp": "2024-01-01T12:00:00Z",
    "identityMap": {"CRMID": [{"id": "anna", "primary": True}]},
    "_tenant": {"value": 1.5},
}


def entity(**changes: Any) -> dict[str, Any]:
    """A good record with members changed; None takes one away."""
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not None}


def message(**changes: Any) -> str:
    return json.dumps({"body": {"xdmEntity": entity(**changes)}})


def tenant(**fields: Any) -> str:
    return message(_tenant=fields)


class Bad(NamedTuple):
    """A request that has to be refused, and what has to be said about it."""

    body: str | bytes
    status: int
    code: str
    field: str | None = None


ENTITY = "body.xdmEntity"
BAD: dict[str, Bad] = {
    "empty": Bad("", 400, "ERR_JSON_MALFORMED"),
    "no json": Bad("hello", 400, "ERR_JSON_MALFORMED"),
    "cut short": Bad(message()[:-3], 400, "ERR_JSON_MALFORMED"),
    "two values": Bad(message() + message(), 400, "ERR_JSON_MALFORMED"),
    "trailing comma": Bad('{"body": {"xdmEntity": {},}}', 400, "ERR_JSON_MALFORMED"),
    "nan": Bad(message().replace("1.5", "NaN"), 400, "ERR_JSON_MALFORMED"),
    "a zero byte": Bad("\0", 400, "ERR_JSON_MALFORMED"),
    "invalid utf-8": Bad(message().replace("anna", "an\xff").encode("latin-1"), 400, "ERR_JSON_ENCODING"),
    "utf-16": Bad(message().encode("utf-16"), 400, "ERR_JSON_MALFORMED"),
    "an array": Bad("[]", 400, "ERR_RECORD_INVALID"),
    "a number": Bad("1", 400, "ERR_RECORD_INVALID"),
    "null": Bad("null", 400, "ERR_RECORD_INVALID"),
    "no body": Bad("{}", 400, "ERR_RECORD_MISSING", "body"),
    "no xdmEntity": Bad('{"body": {}}', 400, "ERR_RECORD_MISSING", ENTITY),
    "xdmEntity is a text": Bad('{"body": {"xdmEntity": "x"}}', 400, "ERR_RECORD_INVALID", ENTITY),
    "header is a text": Bad('{"header": "x", "body": {"xdmEntity": {}}}', 400, "ERR_RECORD_INVALID", "header"),
    "no _id": Bad(message(_id=None), 400, "ERR_RECORD_MISSING", f"{ENTITY}._id"),
    "empty _id": Bad(message(_id=""), 400, "ERR_RECORD_ID", f"{ENTITY}._id"),
    "_id is a number": Bad(message(_id=7), 400, "ERR_RECORD_INVALID", f"{ENTITY}._id"),
    "no timestamp": Bad(message(timestamp=None), 400, "ERR_RECORD_MISSING", f"{ENTITY}.timestamp"),
    "timestamp without zone": Bad(
        message(timestamp="2024-01-01T12:00:00"), 400, "ERR_RECORD_INVALID", f"{ENTITY}.timestamp"
    ),
    "timestamp is a day": Bad(message(timestamp="2024-01-01"), 400, "ERR_RECORD_INVALID", f"{ENTITY}.timestamp"),
    "no such day": Bad(message(timestamp="2024-02-30T12:00:00Z"), 400, "ERR_RECORD_INVALID", f"{ENTITY}.timestamp"),
    "timestamp is a number": Bad(message(timestamp=1704110400), 400, "ERR_RECORD_INVALID", f"{ENTITY}.timestamp"),
    "a moment outside the calendar": Bad(
        message(timestamp="9999-12-31T23:59:59-01:00"), 400, "ERR_RECORD_INVALID", f"{ENTITY}.timestamp"
    ),
    "a moment before the calendar": Bad(
        message(timestamp="0001-01-01T00:00:00+01:00"), 400, "ERR_RECORD_INVALID", f"{ENTITY}.timestamp"
    ),
    "eventType is a number": Bad(message(eventType=1), 400, "ERR_RECORD_INVALID", f"{ENTITY}.eventType"),
    "identityMap is a list": Bad(message(identityMap=[]), 400, "ERR_RECORD_INVALID", f"{ENTITY}.identityMap"),
    "identity is a text": Bad(
        message(identityMap={"CRMID": ["anna"]}), 400, "ERR_RECORD_INVALID", f"{ENTITY}.identityMap"
    ),
    "a text for a decimal": Bad(tenant(value="12"), 400, "ERR_RECORD_INVALID", f"{ENTITY}._tenant.value"),
    "a decimal for an integer": Bad(tenant(count=1.5), 400, "ERR_RECORD_INVALID", f"{ENTITY}._tenant.count"),
    "an integer beyond 64 bits": Bad(tenant(count=2**70), 400, "ERR_RECORD_INVALID", f"{ENTITY}._tenant.count"),
    "an integer of 5,000 digits": Bad(
        tenant(count=7).replace("7", "7" * 5_000), 400, "ERR_RECORD_INVALID", f"{ENTITY}._tenant.count"
    ),
    "a decimal beyond all decimals": Bad(
        tenant(value=7).replace("7", "7e999"), 400, "ERR_RECORD_INVALID", f"{ENTITY}._tenant.value"
    ),
    "infinity": Bad(tenant(value=7).replace("7", "Infinity"), 400, "ERR_JSON_MALFORMED"),
    "half a surrogate pair": Bad(message(_id="X").replace("X", "\\ud800"), 400, "ERR_JSON_MALFORMED"),
    "a raw zero byte in a text": Bad(message(_id="X").replace("X", "\0"), 400, "ERR_JSON_MALFORMED"),
    "a form": Bad("body=1&xdmEntity=2", 400, "ERR_JSON_MALFORMED"),
    "a text for a boolean": Bad(tenant(paid="true"), 400, "ERR_RECORD_INVALID", f"{ENTITY}._tenant.paid"),
    "a moment for a day": Bad(
        tenant(day="2024-01-01T00:00:00Z"), 400, "ERR_RECORD_INVALID", f"{ENTITY}._tenant.day"
    ),
    "a number in a list of texts": Bad(tenant(tags=["a", 1]), 400, "ERR_RECORD_INVALID", f"{ENTITY}._tenant.tags[1]"),
    "a required field deep down": Bad(
        json.dumps({"header": {"schemaRef": {"id": "order"}},
                    "body": {"xdmEntity": entity(_tenant={"address": {"street": "x"}})}}),
        400, "ERR_RECORD_MISSING", f"{ENTITY}._tenant.address.city",
    ),
    "an unknown schema": Bad(
        json.dumps({"header": {"schemaRef": {"id": "https://ns.adobe.com/tenant/schemas/nothing"}},
                    "body": {"xdmEntity": GOOD}}), 404, "ERR_SCHEMA_UNKNOWN", "header.schemaRef.id"
    ),
    "a wrong eventID": Bad(
        message(_experience={"campaign": {"orchestration": {"eventID": "nobody"}}}), 400, "ERR_EVENT_ID_UNKNOWN",
        f"{ENTITY}._experience.campaign.orchestration.eventID",
    ),
    "deep nesting": Bad(tenant(value=1.5).replace("1.5", "[" * 100_000 + "]" * 100_000), 400, "ERR_JSON_DEPTH"),
    "deep nesting where anything may stand": Bad(
        '{"body": {"xdmEntity": ' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}}", 400, "ERR_JSON_DEPTH"
    ),
    "deep nesting in the header": Bad(
        '{"header": {"more": ' + "[" * 100_000 + "]" * 100_000 + '}, "body": {"xdmEntity": {}}}', 400, "ERR_JSON_DEPTH"
    ),
    "a record of more than a megabyte": Bad(
        message(note="x" * 1_050_000), 400, "ERR_RECORD_SIZE", ENTITY
    ),
    "ten megabytes": Bad(message(note="x" * 10_000_000), 413, "ERR_BODY_SIZE"),
}  # fmt: skip


@pytest.fixture(scope="module")
def inlet(server: RunningServer) -> Iterator[Sandbox]:
    """A sandbox with one schema; in the end the server is well, and has accepted nothing of all this."""
    made = Sandbox(server, "refusals")
    made.good("POST", "/api/apply", {"schemas": [SCHEMA]})
    before = server.status()["log"]["last"]
    yield made
    assert server.health() == 200
    assert server.status()["log"]["last"] == before


def refused(answer: Answered, bad: Bad) -> None:
    """A problem document (RFC 9457) that says what is wrong, and where."""
    assert (answer.status, answer.body["code"]) == (bad.status, bad.code), answer
    assert answer.kind == "application/problem+json"
    assert answer.body["status"] == bad.status
    assert answer.body["type"] and len(answer.body["title"]) > 15
    if bad.field is not None:
        assert answer.body["field"].startswith(bad.field), answer.body
        assert "Error" not in answer.body["title"]
    assert answer.body.get("field") or bad.status == 405, answer


@pytest.mark.parametrize("bad", BAD.values(), ids=list(BAD))
def test_a_bad_message(inlet: Sandbox, bad: Bad) -> None:
    refused(request(inlet.server.port, "POST", f"/collection/{inlet.name}", raw=bad.body), bad)


@pytest.mark.parametrize("bad", [bad for bad in BAD.values() if bad.field], ids=[n for n, b in BAD.items() if b.field])
def test_a_bad_message_in_a_batch(inlet: Sandbox, bad: Bad) -> None:
    """Each message stands for itself: it gets the status and the problem that it would get alone."""
    assert isinstance(bad.body, str)
    answer = request(inlet.server.port, "POST", f"/collection/batch/{inlet.name}", raw=f'{{"messages": [{bad.body}]}}')
    assert answer.status == 207
    (response,) = answer.body["responses"]
    refused(Answered(response["status"], "application/problem+json", response["problem"]), bad)


BATCHES: dict[str, Bad] = {
    "no json": Bad("{", 400, "ERR_JSON_MALFORMED"),
    "no messages": Bad("{}", 400, "ERR_RECORD_MISSING", "messages"),
    "messages is an object": Bad('{"messages": {}}', 400, "ERR_RECORD_INVALID", "messages"),
    "too long": Bad('{"messages": ["' + "x" * 9_000_000 + '"]}', 413, "ERR_BODY_SIZE"),
}


@pytest.mark.parametrize("bad", BATCHES.values(), ids=list(BATCHES))
def test_a_bad_batch(inlet: Sandbox, bad: Bad) -> None:
    refused(request(inlet.server.port, "POST", f"/collection/batch/{inlet.name}", raw=bad.body), bad)


def test_it_is_said_in_two_languages(inlet: Sandbox) -> None:
    """By Accept-Language or `?lang=`, alone and in a batch; the code stays the same [12.1]."""
    for path, raw in ((inlet.name, "{}"), (f"batch/{inlet.name}", '{"messages": [{}]}')):
        said = {}
        for query, lang in (("", "en-GB,ko;q=0.5"), ("", "ko-KR"), ("?lang=ko", "en"), ("", "kok")):
            answer = request(
                inlet.server.port, "POST", f"/collection/{path}{query}", raw=raw, headers={"Accept-Language": lang}
            )
            problem = answer.body["responses"][0]["problem"] if "responses" in answer.body else answer.body
            assert problem["code"] == "ERR_RECORD_MISSING"
            said[query + lang] = problem["title"]
        assert said["en-GB,ko;q=0.5"] == said["kok"] == "The required field 'body' is missing."
        assert said["ko-KR"] == said["?lang=koen"]
        assert re.search("[가-힣]", said["ko-KR"])


def test_a_body_without_a_length(inlet: Sandbox) -> None:
    """Sent in chunks, it is cut off where it gets too long."""
    with closing(http.client.HTTPConnection("127.0.0.1", inlet.server.port, timeout=30)) as connection:
        with suppress(ConnectionError):  # the server need not read on
            connection.request(
                "POST", f"/collection/{inlet.name}", (b"x" * 100_000 for _ in range(30)), encode_chunked=True,
                headers={"Transfer-Encoding": "chunked"},
            )  # fmt: skip
        answer = connection.getresponse()
        body = json.loads(answer.read())
    assert (answer.status, body["code"]) == (413, "ERR_BODY_SIZE")


def test_a_sender_that_hangs_up(inlet: Sandbox) -> None:
    """What came of its request is not accepted, even if it happens to be whole."""
    body = message().encode()
    head = f"POST /collection/{inlet.name} HTTP/1.1\r\nHost: x\r\n"
    before = inlet.server.status()
    for request_ in (
        f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-1],
        f"{head}Content-Length: {len(body) + 1}\r\n\r\n".encode() + body,
        f"{head}Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n".encode() + body + b"\r\n",
    ):
        with socket.create_connection(("127.0.0.1", inlet.server.port)) as connection:
            connection.sendall(request_)
            time.sleep(0.1)  # the server has begun to read
    wait(lambda: int(inlet.server.status()["refused"]) == before["refused"] + 3, 5)
    assert inlet.server.status()["log"] == before["log"]


def test_an_unknown_inlet(inlet: Sandbox) -> None:
    answer = request(inlet.server.port, "POST", "/collection/nowhere", raw=message())
    refused(answer, Bad("", 404, "ERR_INLET_UNKNOWN", "inletId"))
    assert "/api/inlets" in answer.body["detail"]


@pytest.mark.parametrize("path", ["/collection/", "/collection/a/b", "/collection/batch/a/b"])
def test_an_unknown_path(inlet: Sandbox, path: str) -> None:
    answer = request(inlet.server.port, "POST", path, raw=message())
    assert answer.status == 404
    assert answer.kind == "application/problem+json"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method(inlet: Sandbox, method: str) -> None:
    answer = request(inlet.server.port, method, f"/collection/{inlet.name}")
    refused(answer, Bad("", 405, "ERR_METHOD"))


def test_the_sandbox_of_another(inlet: Sandbox) -> None:
    """A header that names another sandbox than the inlet's is a mistake worth telling [1.3]."""
    answer = request(
        inlet.server.port, "POST", f"/collection/{inlet.name}", raw=message(), headers={"x-sandbox-name": "prod"}
    )
    refused(answer, Bad("", 400, "ERR_SANDBOX_MISMATCH", "x-sandbox-name"))
