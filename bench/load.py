"""Load generators on loopback: raw keep-alive connections, cheap enough that the server is what is measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

_HEAD = "POST /collection/%s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


def request(message: bytes, inlet: str = "prod") -> bytes:
    """A whole HTTP request as bytes."""
    return (_HEAD % (inlet, len(message))).encode() + message


class _Sender(asyncio.Protocol):
    """One connection that always has one request under way; `todo` is shared by all."""

    def __init__(self, todo: Iterator[bytes], done: asyncio.Future[None], failures: list[bytes]) -> None:
        self._todo = todo
        self._done = done
        self._failures = failures
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(body) < length:
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self._failures.append(self._buffer)
        self._buffer = b""
        self._next()

    def _next(self) -> None:
        for message in self._todo:
            self._transport.write(message)  # type: ignore[attr-defined]
            return
        if not self._done.done():
            self._done.set_result(None)
        self._transport.close()


async def saturate(port: int, requests: list[bytes], connections: int) -> float:
    """Sends all requests as fast as they are acknowledged; acknowledged per second."""
    loop = asyncio.get_running_loop()
    todo = iter(requests)
    failures: list[bytes] = []
    waits = []
    begun = time.perf_counter()
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        waits.append(done)
        await loop.create_connection(lambda done=done: _Sender(todo, done, failures), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*waits)
    took = time.perf_counter() - begun
    if failures:
        raise RuntimeError(f"{len(failures)} requests were not accepted, the first: {failures[0][:300]!r}")
    return len(requests) / took


class _Paced(asyncio.Protocol):
    """A connection of the open-loop sender; answers are only counted."""

    def __init__(self) -> None:
        self.answers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.answers += data.count(b"HTTP/1.1 200")


async def pace(port: int, requests: list[bytes], rate: float, connections: int = 8) -> list[float]:
    """Sends on a fixed schedule whatever the answers do (open loop); the intended moments (epoch s)."""
    loop = asyncio.get_running_loop()
    senders = []
    for _ in range(connections):
        _, sender = await loop.create_connection(_Paced, "127.0.0.1", port)
        senders.append(sender)
    start = time.time() + 0.05
    intended = []
    for number, message in enumerate(requests):
        moment = start + number / rate
        if (delay := moment - time.time()) > 0:
            await asyncio.sleep(delay)
        intended.append(moment)
        senders[number % connections].transport.write(message)  # type: ignore[attr-defined]
    end = time.time() + 10
    while sum(sender.answers for sender in senders) < len(requests) and time.time() < end:
        await asyncio.sleep(0.02)
    for sender in senders:
        sender.transport.close()
    return intended
