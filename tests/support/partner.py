"""Another system on loopback: an endpoint and a token endpoint that do what a test says, over HTTP or TLS."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import web

from sojourn.connect.access import Access
from sojourn.connect.client import Connector
from sojourn.connect.limits import Caller, Limits, caller_of
from sojourn.engine.effect import Answer, Call, Effect, Request
from sojourn.secrets import Keyring, Secret

KEYS = Keyring(Path("/nowhere"), environment=base64.b64encode(b"k" * 32).decode())
ACTION = Caller("prod", "action", "greet")


def sealed(text: str) -> Secret:
    """A secret as a stored document has it."""
    return Secret(KEYS.seal(text))


class Received(NamedTuple):
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    raw: str
    """Path and query as they came over the wire."""


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Partner:
    """What it got, by path, and how it answers; a path without an answer of its own gets `{}`."""

    tls: ssl.SSLContext | None = None
    answers: dict[str, Handler] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    port: int = 0

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def at(self, path: str) -> list[Received]:
        return [each for each in self.received if each.path == path]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(
            Received(request.method, request.path, dict(request.query), headers, await request.read(), request.raw_path)
        )
        answer = self.answers.get(request.path)
        return await answer(request) if answer else web.json_response({})

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Partner]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self.tls)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()


@contextmanager
def running(*partners: Partner) -> Iterator[None]:
    """Partners that serve in a thread of their own, for a server in another process."""
    loop = asyncio.new_event_loop()
    up, stop = threading.Event(), asyncio.Event()

    async def main() -> None:
        async with AsyncExitStack() as stack:
            for each in partners:
                await stack.enter_async_context(each.serving())
            up.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(main()))
    thread.start()
    try:
        assert up.wait(10)
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def run(
    partner: Partner,
    access: Callable[[Partner], Access],
    *,
    calls: int = 1,
    together: bool = False,
    request: Callable[[Partner], Request] | None = None,
    effect: Callable[[Partner], Effect] | None = None,
    limits: Limits | None = None,
    timeout: int = 5_000,
    between: Callable[[], None] = lambda: None,
    others: Sequence[Partner] = (),
    **options: Any,
) -> list[Answer]:
    """What calls of one action come to, one after the other or all together."""

    async def main() -> list[Answer]:
        async with AsyncExitStack() as stack:
            for each in (partner, *others):
                await stack.enter_async_context(each.serving())
            connector = Connector(limits or Limits(), KEYS, **{"allow": ["127.0.0.1:*"], "retry_base": 0.01, **options})
            ask = request(partner) if request else Request("POST", partner.url("/greet"), (), b'{"to":"anna"}')
            made = effect(partner) if effect else Call("greet", ask, timeout)
            connector.connect({caller_of("prod", made): access(partner)})
            try:
                if together:
                    return list(await asyncio.gather(*(connector.execute(f"key-{n}", made) for n in range(calls))))
                found = []
                for number in range(calls):
                    if number:
                        between()
                    found.append(await connector.execute(f"key-{number}", made))
                return found
            finally:
                await connector.close()

    return asyncio.run(main())
