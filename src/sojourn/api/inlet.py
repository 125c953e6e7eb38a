"""The streaming inlet as a bare ASGI application: the hot path of the API process [3.1].

A record is checked, handed to the journal's writer and acknowledged when the writer says that it is on disk.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request

from sojourn.access.credentials import digest
from sojourn.api.problems import language_of, problem
from sojourn.errors import InputError, NotFoundError, SojournError, StoreError, UnauthorizedError
from sojourn.messages import Language
from sojourn.runtime.inlet import Checked, InletRules, split_batch
from sojourn.store.journal import Journal

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BATCH_BYTES = 8_000_000
MAX_MESSAGE_BYTES = 1_100_000
_JSON = (b"content-type", b"application/json")
_PROBLEM = (b"content-type", b"application/problem+json")


class TooLargeError(InputError):
    """The body is longer than the inlet takes."""

    status = 413


class Door(NamedTuple):
    """What stands before an inlet: the sandbox that it fixes, and the tokens that it takes (None: it asks for none).

    Tokens are known by their hash, with the moment (epoch ms) at which each expires, if it does.
    """

    sandbox: str
    tokens: dict[bytes, int | None] | None

    def check(self, scope: Scope) -> None:
        """Raises UnauthorizedError unless the request has a token that holds."""
        assert self.tokens is not None
        for name, value in scope["headers"]:
            if name == b"authorization" and value[:7].lower() == b"bearer ":
                expires = self.tokens.get(digest(value[7:].strip().decode("latin-1")), 0)
                if expires is None or expires > time.time_ns() // 1_000_000:
                    return
        raise UnauthorizedError("ERR_INLET_TOKEN")


class Inlet:
    """Serves `POST /collection/{inletId}` and `/collection/batch/{inletId}`.

    `rules` gives the checks of a sandbox as of now; `inlets` maps an inlet's id to its door.
    """

    def __init__(
        self, journal: Journal, inlets: Callable[[], dict[str, Door]], rules: Callable[[str], InletRules]
    ) -> None:
        self._journal = journal
        self._inlets = inlets
        self._rules = rules
        self._loop: asyncio.AbstractEventLoop | None = None
        self._count = itertools.count(1)
        self.accepted = 0
        self.refused = 0

    def settle(self, waiters: list[asyncio.Future[None]], error: StoreError | None) -> None:
        """Called on the journal's thread after each commit: wakes the requests it has made durable."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_wake, waiters, error)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = self._loop or asyncio.get_running_loop()
        try:
            if scope["method"] != "POST":
                raise _MethodError("ERR_METHOD", method=scope["method"], allowed="POST")
            parts = scope["path"].split("/")[2:]
            batch = len(parts) == 2 and parts[0] == "batch"
            if not (batch or len(parts) == 1):
                raise NotFoundError("ERR_ROUTE_UNKNOWN", path=scope["path"])
            inlet = parts[-1]
            door = self._inlets().get(inlet)
            if door is None:
                raise NotFoundError("ERR_INLET_UNKNOWN", field="inletId", inlet=inlet)
            if door.tokens is not None:
                door.check(scope)
            sandbox = door.sandbox
            for name, value in scope["headers"]:
                if name == b"x-sandbox-name" and value.decode("latin-1") != sandbox:
                    raise InputError(
                        "ERR_SANDBOX_MISMATCH", field="x-sandbox-name", expected=sandbox, found=value.decode("latin-1")
                    )
            body = await _read(scope, receive, MAX_BATCH_BYTES if batch else MAX_MESSAGE_BYTES)
            rules = self._rules(sandbox)
            if batch:
                await self._batch(inlet, sandbox, rules, body, scope, send)
            else:
                await self._accept(sandbox, [rules.message(body)])
                self.accepted += 1
                await _answer(send, 200, self._receipt(inlet))
        except SojournError as error:
            self.refused += 1
            await _answer(send, error.status, msgspec.json.encode(problem(error, _language(scope))), _PROBLEM)

    async def _batch(self, inlet: str, sandbox: str, rules: InletRules, body: bytes, scope: Scope, send: Send) -> None:
        """Each message stands for itself: good ones are accepted, bad ones get their own problem."""
        statuses: list[dict[str, Any]] = []
        good: list[Checked] = []
        for message in split_batch(body):
            try:
                good.append(rules.message(message))
                statuses.append({"status": 200})
            except InputError as error:
                self.refused += 1
                statuses.append({"status": error.status, "problem": problem(error, _language(scope))})
        if good:
            await self._accept(sandbox, good)
        self.accepted += len(good)
        receipt = msgspec.json.decode(self._receipt(inlet))
        await _answer(
            send, 207, msgspec.json.encode(receipt | {"batchId": receipt["xactionId"], "responses": statuses})
        )

    async def _accept(self, sandbox: str, records: list[Checked]) -> None:
        """Returns when all are on disk: in one transaction, in their order."""
        assert self._loop is not None
        waiter = self._loop.create_future()
        self._journal.accept(
            sandbox, [(each.record, each.at if each.event else None, each.dataset) for each in records], waiter
        )
        await waiter

    def _receipt(self, inlet: str) -> bytes:
        now = time.time_ns() // 1_000_000
        return b'{"inletId":"%b","xactionId":"%d:%d","receivedTimeMs":%d}' % (
            inlet.encode(), now, next(self._count), now,
        )  # fmt: skip


def _language(scope: Scope) -> Language:
    return language_of(Request(scope))


class _MethodError(InputError):
    status = 405


def _wake(waiters: list[asyncio.Future[None]], error: StoreError | None) -> None:
    for waiter in waiters:
        if not waiter.done():
            if error is None:
                waiter.set_result(None)
            else:
                waiter.set_exception(error)


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            raise TooLargeError("ERR_BODY_SIZE", field="body", size=int(value), limit=limit)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message.get("body", b"")
        return body
    parts: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":  # whatever has come so far was not meant to be all
            raise InputError("ERR_JSON_MALFORMED", detail="the connection was closed midway")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise TooLargeError("ERR_BODY_SIZE", field="body", size=size, limit=limit)
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()


async def _answer(send: Send, status: int, body: bytes, kind: tuple[bytes, bytes] = _JSON) -> None:
    headers = [kind, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
