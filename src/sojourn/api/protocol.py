"""HTTP/1.1 with a response's head and body in one packet: the server library writes them one by one.

A `send` to the kernel is what an acknowledged event costs most, and each one wakes the client. And a connection that
ends with a request not read to its end lingers: closed at once, the client would lose the answer.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sojourn.api.problems import CONTENT_TYPE, problem
from sojourn.errors import InputError

LINGER = 2.0
"""Seconds that a client has to send the rest of what is answered already."""


class Protocol(HttpToolsProtocol):
    """The library's protocol over a corked transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(_Corked(transport, self.loop, self))  # type: ignore[arg-type]

    def is_half_read(self) -> bool:
        """Whether the request that was answered last is still coming."""
        return self.cycle is not None and self.cycle.response_complete and self.cycle.more_body

    def send_400_response(self, msg: str) -> None:
        """Whatever is no HTTP request is told so as everything is told [12.1]."""
        body = msgspec.json.encode(problem(InputError("ERR_REQUEST_BROKEN")))
        head = f"content-type: {CONTENT_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + head.encode() + body)
        self.transport.close()


class _Corked:
    """A transport whose writes in one step of the event loop leave together, at the end of the step."""

    __slots__ = ("_held", "_loop", "_protocol", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, protocol: Protocol) -> None:
        self._transport = transport
        self._loop = loop
        self._protocol = protocol
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(data)

    def _flush(self) -> None:
        if self._held:
            data, self._held = b"".join(self._held), []
            self._transport.write(data)

    def close(self) -> None:
        self._flush()
        if self._protocol.is_half_read() and not self._transport.is_closing():
            self._transport.write_eof()
            self._transport.set_protocol(_Lingering(self._protocol))
            self._transport.resume_reading()
            self._loop.call_later(LINGER, self._transport.close)
        else:
            self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Lingering(asyncio.Protocol):
    """Reads what still comes, and forgets it, until the client closes."""

    def __init__(self, before: Protocol) -> None:
        self._before = before

    def connection_lost(self, exc: Exception | None) -> None:
        self._before.connection_lost(exc)
