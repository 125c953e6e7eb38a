"""One effect over a real network: attempts, their key, and what each way of failing becomes [5.4]."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import re
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from sojourn.connect.client import MAX_ANSWER_BYTES, Connector
from sojourn.connect.limits import Limits, Throttle
from sojourn.engine.effect import Answer, Call, Effect, Fetch, Request
from sojourn.limits.rule import Capping, Rating, ServiceCap, Throttling
from sojourn.secrets import Keyring

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
Respond = Callable[[asyncio.StreamWriter], Awaitable[None]]


def status(code: int, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {code} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Received(NamedTuple):
    """One request as it arrived, and when (monotonic seconds)."""

    line: str
    headers: dict[str, str]
    body: bytes
    at: float


class Drop(bytes):
    """An answer after which the connection is closed."""


class Drip(bytes):
    """An answer that comes a byte at a time."""


class Script:
    """An endpoint that answers the n-th request with the n-th answer, and those after with the last.

    An answer is bytes to send; None hangs up without a word; a number waits so many seconds first.
    """

    def __init__(self, *answers: bytes | float | None) -> None:
        self.answers = list(answers)
        self.received: list[Received] = []
        self.open = self.most_open = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *lines = head.decode().strip().split("\r\n")
                headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.received.append(Received(line, headers, body, time.monotonic()))
                self.open += 1
                self.most_open = max(self.open, self.most_open)
                try:
                    answer = self.answers[min(len(self.received), len(self.answers)) - 1]
                    if isinstance(answer, float):
                        await asyncio.sleep(answer)
                        answer = OK
                finally:
                    self.open -= 1
                if answer is None:
                    return
                if isinstance(answer, Drip):
                    for byte in answer:
                        writer.write(bytes([byte]))
                        await asyncio.sleep(0.05)
                else:
                    writer.write(answer)
                await writer.drain()
                if isinstance(answer, Drop):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def call(url: str, timeout: float = 5.0) -> Call:
    request = Request("POST", url, (("X-Mine", "yes"),), b'{"to":"anna"}')
    return Call("greet", request, round(timeout * 1000))


def execute(
    script: Script, make: Callable[[str], Effect] = call, path: str = "/greet", *, cap: int = 1_000, throughput: int = 0
) -> Answer:
    """One effect against a scripted endpoint, over which there is a cap in each hour, or throttling."""

    async def run() -> Answer:
        server = await asyncio.start_server(script, "127.0.0.1", 0, limit=1 << 22)
        port = server.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}{path}"
        limits = Limits()
        limits.deploy({("prod", "c"): Capping(url, ("POST",), {"action": ServiceCap(Rating(cap, 3_600_000))})})
        throttle = Throttle(Throttling(url, ("POST",), throughput, 0), limits.now) if throughput else None
        if throttle is not None:
            await asyncio.sleep(-time.time() % 1 if time.time() % 1 > 0.7 else 0)  # not across the end of a second
            assert throttle.take(limits.now())
        keys = Keyring(Path("/nowhere"), environment=base64.b64encode(b"k" * 32).decode())
        connector = Connector(limits, keys, allow=["127.0.0.1:*"], retry_base=0.02)
        try:
            return await connector.execute("the-key", make(url), "prod", throttle)
        finally:
            await connector.close()
            server.close()

    return asyncio.run(run())


def test_a_call_as_it_arrives() -> None:
    script = Script(OK)
    answer = execute(script)
    (request,) = script.received
    assert (answer.outcome, answer.code, answer.attempts, answer.body) == ("ok", 200, 1, None)
    assert request.line == "POST /greet HTTP/1.1"
    assert json.loads(request.body) == {"to": "anna"}
    assert request.headers["idempotency-key"] == "the-key"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-mine"] == "yes"
    assert re.fullmatch(r"Sojourn/[\d.]+\S*", request.headers["user-agent"])


TROUBLE: dict[str, bytes | None] = {
    "500": status(500),
    "503": status(503),
    "429": status(429),
    "429, Retry-After in the past": status(429, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"),
    "503, Retry-After that is none": status(503, "Retry-After: soon"),
    "503, a negative Retry-After": status(503, "Retry-After: -5"),
    "hung up": None,
    "no HTTP": b"nonsense\r\n\r\n",
    "no number for a status": b"HTTP/1.1 abc OK\r\n\r\n",
    "no number for a length": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
    "an endless header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000,
}


@pytest.mark.parametrize("first", TROUBLE.values(), ids=list(TROUBLE))
def test_tried_again_under_the_same_key(first: bytes | None) -> None:
    """After 5xx, 429 and trouble below HTTP, up to three times more, every attempt with the same key."""
    script = Script(first, first, OK)
    answer = execute(script)
    assert (answer.outcome, answer.attempts) == ("ok", 3)
    assert {request.headers["idempotency-key"] for request in script.received} == {"the-key"}
    assert len({request.body for request in script.received}) == 1


def test_given_up_after_four() -> None:
    script = Script(status(503))
    answer = execute(script)
    assert (answer.outcome, answer.code, answer.attempts, len(script.received)) == ("http", 503, 4, 4)
    pauses = [after.at - before.at for before, after in zip(script.received, script.received[1:], strict=False)]
    assert all(pause >= 0.5 * 0.02 * 2**n for n, pause in enumerate(pauses))


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 422, 300, 304, 305])
def test_not_tried_again(code: int) -> None:
    """A 4xx other than 429 will not get better, nor will a 3xx that leads nowhere."""
    script = Script(status(code, "Location: /elsewhere"), OK)
    answer = execute(script)
    assert (answer.outcome, answer.code, answer.attempts, len(script.received)) == ("http", code, 1, 1)


def test_retry_after_is_honoured() -> None:
    script = Script(status(429, "Retry-After: 1"), OK)
    answer = execute(script)
    assert answer.outcome == "ok"
    assert script.received[1].at - script.received[0].at >= 1.0


def test_retry_after_beyond_the_timeout() -> None:
    """Waiting longer than the timeout allows is of no use: the error at hand stands."""
    script = Script(status(503, "Retry-After: 60"), OK)
    answer = execute(script)
    assert (answer.outcome, answer.code, answer.attempts) == ("http", 503, 1)


def test_every_attempt_takes_a_slot() -> None:
    """The fourth has none left: the call is capped, and says what came before."""
    script = Script(status(503))
    answer = execute(script, cap=3)
    assert (answer.outcome, answer.attempts, answer.origin, answer.origin_code) == ("capping", 3, "http", 503)
    assert len(script.received) == 3


def test_every_attempt_waits_for_its_turn_at_a_throttled_endpoint() -> None:
    """One a second here; the time it takes is not that of the timeout."""
    script = Script(status(503), OK)
    answer = execute(script, lambda url: call(url, 0.3), throughput=1)
    assert (answer.outcome, answer.attempts) == ("ok", 2)
    first, second = (int(time.time() - time.monotonic() + each.at) for each in script.received)
    assert first < second


def test_a_timeout_covers_everything() -> None:
    """Attempts and pauses together; the error before it is told too."""
    script = Script(status(500), 5.0)
    answer = execute(script, lambda url: call(url, 0.5))
    assert (answer.outcome, answer.attempts, answer.origin, answer.origin_code) == ("timeout", 2, "http", 500)
    assert 450 <= answer.took <= 1_500


def test_a_timeout_covers_an_answer_that_drips() -> None:
    """Bytes that keep coming are no reason to wait longer."""
    answer = execute(Script(Drip(OK * 10)), lambda url: call(url, 0.4))
    assert (answer.outcome, answer.attempts) == ("timeout", 1)
    assert 350 <= answer.took <= 1_500


def test_nobody_listens() -> None:
    answer = execute(Script(OK), lambda url: call("http://127.0.0.1:1/greet"))
    assert (answer.outcome, answer.code, answer.attempts) == ("error", None, 4)


def test_a_target_that_is_not_allowed() -> None:
    """Refused without an attempt to connect, whatever the document said when it was validated."""
    script = Script(OK)
    answer = execute(script, lambda url: call(url.replace("127.0.0.1", "localhost")))
    assert (answer.outcome, script.received) == ("error", [])


def test_an_answer_that_is_cut_off() -> None:
    """A 2xx whose body breaks off: the call is made again, the receiver knows the key."""
    script = Script(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", None, OK)
    script.answers[0] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    assert execute(script).outcome == "ok"


def test_a_huge_answer_to_a_call() -> None:
    """Nobody reads it: the call was made."""
    script = Script(status(200, body=b"x" * (3 * MAX_ANSWER_BYTES)))
    assert execute(script).outcome == "ok"


def fetch(url: str) -> Fetch:
    return Fetch("Weather", "now", Request("GET", url), 5_000)


def test_a_fetch_keeps_the_answer() -> None:
    """The engine knows it although no activity asks for one yet [4.4]."""
    answer = execute(Script(status(200, body=b'{"sun": true}')), fetch)
    assert (answer.outcome, answer.body) == ("ok", b'{"sun": true}')


@pytest.mark.parametrize(
    "broken",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        status(200, "Content-Encoding: gzip", body=b"not gzip"),
        status(200, "Content-Encoding: gzip", body=gzip.compress(b'{"sun": true}')[:-9]),
    ],
    ids=["length", "chunked", "no gzip", "half a gzip"],
)
def test_a_fetch_that_drops_midway(broken: bytes) -> None:
    """Half an answer is no answer: it is asked for again."""
    script = Script(Drop(broken), status(200, body=b'{"sun": true}'))
    answer = execute(script, fetch)
    assert (answer.outcome, answer.attempts, answer.body) == ("ok", 2, b'{"sun": true}')


PACKED = "Content-Encoding: gzip"


@pytest.mark.parametrize(
    "answer",
    [
        status(200, body=b"x" * (MAX_ANSWER_BYTES + 1)),
        status(200, PACKED, body=gzip.compress(b"x" * (MAX_ANSWER_BYTES + 1))),
        status(200, PACKED, body=gzip.compress(bytes(1 << 28), 1)),
    ],
    ids=["plain", "packed", "a bomb"],
)
def test_a_fetch_of_too_much(answer: bytes) -> None:
    """An answer is no longer unpacked than it is read: of 256 MB of nothing we see one."""
    tracemalloc.start()
    found = execute(Script(answer), fetch)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found.outcome, found.body, found.attempts) == ("error", None, 1)
    assert most < 16 << 20


def test_a_packed_answer() -> None:
    answer = execute(Script(status(200, PACKED, body=gzip.compress(b'{"sun": true}'))), fetch)
    assert (answer.outcome, answer.body) == ("ok", b'{"sun": true}')
