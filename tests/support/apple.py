"""Apple's push service as a real HTTP/2 server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from .ports import free_port


class AppleService:
    """`answers` are (status, reason) by device; the others are taken. `received`: (HTTP version, headers, body)."""

    def __init__(self, certificate: Path) -> None:
        self.port = free_port()
        self.answers: dict[str, list[tuple[int, str]]] = {}
        self.received: list[tuple[str, dict[str, str], bytes]] = []
        self._certificate = certificate

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.received.append((scope["http_version"], headers | {":path": scope["path"]}, body))
        planned = self.answers.get(scope["path"].rpartition("/")[2])
        status, reason = planned.pop(0) if planned else (200, "")
        content = b"" if status == 200 else b'{"reason":"%b"}' % reason.encode()
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": content})

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[AppleService]:
        config = Config()
        config.bind = [f"127.0.0.1:{self.port}"]
        config.certfile = config.keyfile = str(self._certificate)
        config.errorlog = None
        stop = asyncio.Event()
        task = asyncio.create_task(serve(self, config, shutdown_trigger=stop.wait))
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                break
            except OSError:
                await asyncio.sleep(0.01)
        try:
            yield self
        finally:
            stop.set()
            await task
