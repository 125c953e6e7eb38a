"""How calls show who makes them, against real endpoints and token endpoints [4.2]."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import re
import time
from typing import Any

import pytest
from aiohttp import web
from pydantic import TypeAdapter

from sojourn.connect.access import Access
from sojourn.connect.client import Connector
from sojourn.connect.limits import Limits
from sojourn.connect.signature import sign
from sojourn.engine.effect import Call, Request
from sojourn.journey.authentication import Authentication
from sojourn.limits.rule import Capping, Rating, ServiceCap

from ..support.partner import ACTION, KEYS, Handler, Partner, run, sealed

CANARY = "canary-51ab"
SHAPE: TypeAdapter[Any] = TypeAdapter(Authentication)


def access(data: dict[str, Any]) -> Access:
    return Access(SHAPE.validate_python(data))


def tokens(*texts: str, **more: Any) -> Handler:
    """A token endpoint that gives one token after the other, and the last again and again."""
    left = list(texts)

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"access_token": left.pop(0) if len(left) > 1 else left[0], **more})

    return answer


def only(token: str) -> Handler:
    """An endpoint that takes this token alone."""

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({}, status=200 if request.headers.get("Authorization") == f"Bearer {token}" else 401)

    return answer


def custom(partner: Partner, **changes: Any) -> Access:
    return access(
        {
            "type": "customAuthorization", "authorizationType": "bearer", "endpoint": partner.url("/token"),
            "method": "POST", "tokenInResponse": "json://access_token",
            "headers": {"Authorization": sealed(f"Basic EncodeBase64(id:{CANARY})")},
            "body": {"bodyType": "form", "bodyParams": {"grant": sealed("x&y"), "n": 1}},
        } | changes
    )  # fmt: skip


def oauth(partner: Partner, **changes: Any) -> Access:
    secret = sealed(f"{CANARY}:/")
    given = {"type": "oauth2", "endpoint": partner.url("/token"), "clientId": "me", "clientSecret": secret}
    return access(given | changes)


# --- without a token ---


@pytest.mark.parametrize(
    ("given", "headers", "query"),
    [
        ({"type": "basic", "username": "anna", "password": sealed("pässwort")},
         {"authorization": "Basic " + base64.b64encode("anna:pässwort".encode()).decode()}, {}),
        ({"type": "apiKey", "name": "X-Key", "value": sealed(CANARY)}, {"x-key": CANARY}, {}),
        ({"type": "apiKey", "name": "key", "value": sealed("a b&c"), "location": "queryParam"}, {}, {"key": "a b&c"}),
    ],
    ids=["basic", "header", "query"],
)  # fmt: skip
def test_credentials(given: dict[str, Any], headers: dict[str, str], query: dict[str, str]) -> None:
    partner = Partner()
    ask = lambda partner: Request("POST", partner.url("/greet?own=1"), (("X-Mine", "yes"),), b"{}")  # noqa: E731
    (answer,) = run(partner, lambda partner: access(given), request=ask)
    (got,) = partner.received
    assert answer.outcome == "ok"
    assert headers.items() <= got.headers.items() and got.headers["x-mine"] == "yes"
    assert got.query == {"own": "1", **query}


def test_a_key_that_would_be_another_header() -> None:
    """It is not sent, and no request is made of it."""
    partner = Partner()
    given = {"type": "apiKey", "name": "X-Key", "value": sealed("a\r\nX-Admin: yes")}
    (answer,) = run(partner, lambda partner: access(given))
    assert (answer.outcome, answer.attempts, partner.received) == ("error", 0, [])


def test_a_secret_whose_key_is_gone() -> None:
    partner = Partner()
    given = {"type": "apiKey", "name": "X-Key", "value": "sojourn-sealed:1:00000000:AAAA"}
    (answer,) = run(partner, lambda partner: access(given))
    assert (answer.outcome, partner.received) == ("error", [])


# --- signatures ---


def test_the_signature_of_the_standard() -> None:
    """The example of RFC 9421, appendix B.2.5."""
    key = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
    covered = [
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"), ("@authority", "example.com"), ("content-type", "application/json")
    ]  # fmt: skip
    params = {"created": "1618884473", "keyid": '"test-shared-secret"'}
    described, signature = sign(covered, params, base64.b64decode(key))
    assert described == '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"'
    assert signature == "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="


@pytest.mark.parametrize("encoding", ["text", "base64"])
def test_a_signed_request_verifies(encoding: str) -> None:
    """As the receiver checks it, from nothing but what has arrived and the key."""
    key = b"key-" + CANARY.encode()
    partner = Partner()
    written = key.decode() if encoding == "text" else base64.b64encode(key).decode()
    given = {"type": "hmac", "keyId": 'my "key"', "key": sealed(written), "encoding": encoding}
    ask = lambda partner: Request("POST", partner.url("/a b/ü?q=1 2&r=%2F"), (), b'{"to":"anna"}')  # noqa: E731
    (answer,) = run(partner, lambda partner: access(given), request=ask)
    (got,) = partner.received
    assert answer.outcome == "ok"
    digest = base64.b64encode(hashlib.sha256(got.body).digest()).decode()
    assert got.headers["content-digest"] == f"sha-256=:{digest}:"
    described = got.headers["signature-input"].removeprefix("sig1=")
    names = re.findall(r'"([^"]*)"', described.partition(")")[0])
    assert names == ["@method", "@target-uri", "content-type", "content-digest", "idempotency-key"]
    derived = {"@method": got.method, "@target-uri": f"http://{got.headers['host']}{got.raw}"}
    lines = [f'"{name}": {derived.get(name) or got.headers[name]}' for name in names]
    base = "\n".join([*lines, f'"@signature-params": {described}'])
    expected = base64.b64encode(hmac.digest(key, base.encode(), "sha256")).decode()
    assert got.headers["signature"] == f"sig1=:{expected}:"
    assert r'keyid="my \"key\""' in described and 'alg="hmac-sha256"' in described
    created = re.search(r"created=(\d+)", described)
    assert created and abs(int(created[1]) - time.time()) < 60


# --- tokens ---


def test_a_token_call_as_it_arrives() -> None:
    partner = Partner(answers={"/token": tokens("t")})
    run(partner, custom)
    asked, called = partner.received
    assert (asked.method, asked.path, asked.body) == ("POST", "/token", b"grant=x%26y&n=1")
    assert asked.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(f"id:{CANARY}".encode()).decode()
    assert "idempotency-key" not in asked.headers
    assert called.headers["authorization"] == "Bearer t"


def test_a_token_call_with_json() -> None:
    partner = Partner(answers={"/token": tokens("t")})
    run(partner, lambda partner: custom(partner, body={"bodyType": "json", "bodyParams": {"a": {"b": sealed("c")}}}))
    assert json.loads(partner.at("/token")[0].body) == {"a": {"b": "c"}}
    assert partner.at("/token")[0].headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(
    ("changes", "headers", "query"),
    [
        ({"authorizationType": "header", "tokenTarget": "X-Token"}, {"x-token": "t"}, {}),
        ({"authorizationType": "queryParam", "tokenTarget": "token"}, {}, {"token": "t"}),
        ({"authorizationType": "bearer", "tokenTarget": {"type": "queryParam", "name": "k"}}, {}, {"k": "t"}),
    ],
    ids=["header", "query", "target"],
)
def test_where_the_token_goes(changes: dict[str, Any], headers: dict[str, str], query: dict[str, str]) -> None:
    partner = Partner(answers={"/token": tokens("t")})
    run(partner, lambda partner: custom(partner, **changes))
    (called,) = partner.at("/greet")
    assert headers.items() <= called.headers.items() and called.query == query
    assert "authorization" not in called.headers


def test_the_whole_answer_as_token() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="t-1\n")

    partner = Partner(answers={"/token": answer})
    run(partner, lambda partner: custom(partner, method="GET", body=None, tokenInResponse="response"))
    assert partner.at("/token")[0].method == "GET"
    assert partner.at("/greet")[0].headers["authorization"] == "Bearer t-1"


@pytest.mark.parametrize(
    ("where", "header"),
    [("basic", "Basic " + base64.b64encode(f"me:{CANARY}%3A%2F".encode()).decode()), ("body", None)],
)
def test_oauth_client_credentials(where: str, header: str | None) -> None:
    partner = Partner(answers={"/token": tokens("t", expires_in=3600)})
    run(partner, lambda partner: oauth(partner, clientAuthentication=where, scope="a b"), calls=3)
    (asked,) = partner.at("/token")
    assert asked.headers.get("authorization") == header
    assert b"grant_type=client_credentials&scope=a+b" in asked.body
    assert (CANARY.encode() in asked.body) == (where == "body")
    assert [got.headers["authorization"] for got in partner.at("/greet")] == ["Bearer t"] * 3


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, 1),
        ({"cacheDuration": {"duration": 1, "timeUnit": "days"}}, 1),
        ({"cacheDuration": {"duration": 1, "timeUnit": "milliseconds"}}, 3),
        ({"cacheDuration": {"expiryInResponse": "json://ttl", "timeUnit": "milliseconds"}}, 3),
        ({"cacheDuration": {"expiryInResponse": "json://nothing", "timeUnit": "milliseconds"}}, 1),
    ],
)
def test_how_long_a_token_is_used(changes: dict[str, Any], asked: int) -> None:
    """An hour, unless the document or the answer says something else."""
    partner = Partner(answers={"/token": tokens("t", ttl=1)})
    run(partner, lambda partner: custom(partner, **changes), calls=3, between=lambda: time.sleep(0.01))
    assert len(partner.at("/token")) == asked


def test_fifty_at_once_ask_for_one_token() -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.2)
        return web.json_response({"access_token": "t"})

    partner = Partner(answers={"/token": slow})
    answers = run(partner, custom, calls=50, together=True)
    assert {answer.outcome for answer in answers} == {"ok"}
    assert (len(partner.at("/token")), len(partner.at("/greet"))) == (1, 50)


def test_a_refused_token_is_replaced_once() -> None:
    """The second attempt counts as one; a third is not made [4.2]."""
    partner = Partner(answers={"/token": tokens("old", "new"), "/greet": only("new")})
    answers = run(partner, custom, calls=2)
    assert [(answer.outcome, answer.attempts) for answer in answers] == [("ok", 2), ("ok", 1)]
    assert len(partner.at("/token")) == 2
    assert len({got.headers["idempotency-key"] for got in partner.at("/greet")}) == 2

    partner = Partner(answers={"/token": tokens("old"), "/greet": only("new")})
    (answer,) = run(partner, custom)
    assert (answer.outcome, answer.code, answer.attempts) == ("http", 401, 2)
    assert len(partner.at("/token")) == 2


def test_many_refused_at_once_ask_for_one_new_token() -> None:
    partner = Partner(answers={"/token": tokens("old", "new"), "/greet": only("new")})
    answers = run(partner, custom, calls=20, together=True)
    assert {answer.outcome for answer in answers} == {"ok"}
    assert len(partner.at("/token")) == 2


def refuses(status: int, times: int = 1_000) -> Handler:
    """A token endpoint that fails so many times."""
    left = [times]

    async def answer(request: web.Request) -> web.Response:
        left[0] -= 1
        return web.json_response({"error": CANARY, "access_token": "t"}, status=status if left[0] >= 0 else 200)

    return answer


async def no_token(request: web.Request) -> web.Response:
    return web.json_response({"token": CANARY})


async def no_json(request: web.Request) -> web.Response:
    return web.Response(text=CANARY)


@pytest.mark.parametrize(
    ("endpoint", "code", "asked"),
    [(refuses(400), 400, 1), (refuses(503), 503, 4), (no_token, 200, 1), (no_json, 200, 1)],
    ids=["400", "503", "no token", "no JSON"],
)
def test_a_token_endpoint_that_fails(
    endpoint: Handler, code: int, asked: int, caplog: pytest.LogCaptureFixture
) -> None:
    """The call is an error, with the status of the token endpoint; it is not made, and nobody tells what was said."""
    caplog.set_level(logging.DEBUG)
    partner = Partner(answers={"/token": endpoint})
    (answer,) = run(partner, custom)
    assert (answer.outcome, answer.code, answer.attempts, answer.body) == ("error", code, 0, None)
    assert (len(partner.at("/token")), partner.at("/greet")) == (asked, [])
    assert "greet gets no token" in caplog.text and CANARY not in caplog.text


def test_a_token_endpoint_that_recovers() -> None:
    partner = Partner(answers={"/token": refuses(503, 2)})
    (answer,) = run(partner, custom)
    assert (answer.outcome, answer.attempts, len(partner.at("/token"))) == ("ok", 1, 3)


def test_a_token_endpoint_that_hangs() -> None:
    """The journey's timeout covers it; who comes later may still get the token."""

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.5)
        return web.json_response({"access_token": "t"})

    partner = Partner(answers={"/token": slow})
    answers = run(partner, custom, calls=2, timeout=300)
    assert [(answer.outcome, answer.attempts) for answer in answers] == [("timeout", 0), ("ok", 1)]
    assert len(partner.at("/token")) == 1


def test_a_token_endpoint_that_may_not_be_called() -> None:
    partner = Partner(answers={"/token": tokens("t")})
    (answer,) = run(partner, lambda partner: custom(partner, endpoint=partner.url("/token", "localhost")))
    assert (answer.outcome, partner.received) == ("error", [])


def test_token_calls_take_slots() -> None:
    """Of the cap over the token endpoint [4.5]."""
    partner = Partner(answers={"/token": tokens("t")})
    limits = Limits()

    def capped(partner: Partner) -> Access:
        cap = Capping(partner.url("/token"), ("POST",), {"action": ServiceCap(Rating(1, 3_600_000))})
        limits.deploy({("prod", "c"): cap})
        return custom(partner, cacheDuration={"duration": 1, "timeUnit": "milliseconds"})

    answers = run(partner, capped, calls=2, limits=limits, between=lambda: time.sleep(0.01))
    assert [answer.outcome for answer in answers] == ["ok", "capping"]
    assert (len(partner.at("/token")), len(partner.at("/greet"))) == (1, 1)


def test_what_has_not_changed_keeps_its_token() -> None:
    """Documents are told anew with every change of any of them."""
    partner = Partner(answers={"/token": tokens("t")})
    sealed_once = sealed("x")

    async def main() -> None:
        async with partner.serving():
            connector = Connector(Limits(), KEYS, allow=["127.0.0.1:*"])
            call = Call("greet", Request("POST", partner.url("/greet"), (), b"{}"), 5_000)
            for scope in ("a", "a", "b"):
                connector.connect({ACTION: oauth(partner, scope=scope, clientSecret=sealed_once)})
                assert (await connector.execute("k", call)).outcome == "ok"
            await connector.close()

    asyncio.run(main())
    assert len(partner.at("/token")) == 2
