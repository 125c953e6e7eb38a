"""A real endpoint for demo, tests and bench: its own process, and not always well.

    python -m sojourn.demo.receiver --port 8011 --errors 50 --slow 100

One Idempotency-Key in `errors` gets a 503 first, one in `slow` waits. Both are a matter of the key alone, so runs can
be compared. `GET /stats` counts effects (distinct keys answered 2xx); `GET /keys` lists them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO, cast

from sojourn.errors import SojournError
from sojourn.messages import text

_ANSWER = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
_STATUS = {200: b"200 OK", 404: b"404 Not Found", 503: b"503 Service Unavailable"}


class Receiver:
    """What was received. `journal` gets a line for each effect, flushed, for tests that kill."""

    def __init__(self, errors: int, slow: int, slow_ms: int, journal: TextIO | None = None) -> None:
        self.errors, self.slow, self.slow_ms = errors, slow, slow_ms
        self.journal = journal
        self.requests = 0
        self.repeats = 0
        self.effects: dict[str, set[str]] = {}
        self.failed: set[str] = set()
        self.first_at: dict[str, float] = {}

    def receive(self, path: str, key: str) -> tuple[int, float]:
        """Takes a call; its status and how long to wait before answering (s)."""
        self.requests += 1
        number = zlib.crc32(key.encode())
        if self.errors and number % self.errors == 0 and key not in self.failed:
            self.failed.add(key)
            return 503, 0.0
        keys = self.effects.setdefault(path, set())
        if key in keys:
            self.repeats += 1
        else:
            keys.add(key)
            self.first_at[key] = time.time()
            if self.journal is not None:
                self.journal.write(f"{path} {key}\n")
                self.journal.flush()
        return 200, self.slow_ms / 1000 if self.slow and number % self.slow == 1 else 0.0

    def stats(self) -> dict[str, Any]:
        """The counts so far."""
        effects = {path: len(keys) for path, keys in sorted(self.effects.items())}
        return {"requests": self.requests, "repeats": self.repeats, "effects": effects}


class _Connection(asyncio.Protocol):
    """Just enough HTTP/1.1, with keep-alive and little CPU: the receiver shares the machine with what it measures."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transports do not subclass it

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            length = int(headers.get("content-length", 0))
            if len(rest) < length:
                return
            self._buffer = rest[length:]
            method, path, _ = lines[0].split(" ", 2)
            self._handle(method, path, headers)

    def _handle(self, method: str, path: str, headers: dict[str, str]) -> None:
        if method == "GET":
            self._inspect(path)
            return
        status, wait = self._receiver.receive(path, headers.get("idempotency-key", ""))
        if wait:
            asyncio.get_running_loop().call_later(wait, self._answer, status, b"{}")
        else:
            self._answer(status, b"{}")

    def _inspect(self, path: str) -> None:
        receiver = self._receiver
        if path == "/stats":
            self._answer(200, json.dumps(receiver.stats()).encode())
        elif path == "/keys":
            lines = (f"{p} {key}" for p, keys in receiver.effects.items() for key in keys)
            self._answer(200, "\n".join(lines).encode())
        elif path == "/times":
            self._answer(200, json.dumps(receiver.first_at).encode())
        else:
            self._answer(404, b"{}")

    def _answer(self, status: int, body: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(_ANSWER % (_STATUS[status], len(body), body))


async def serve(receiver: Receiver, port: int) -> None:
    """Listens on 127.0.0.1 until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, done.set)
    try:
        server = await loop.create_server(lambda: _Connection(receiver), "127.0.0.1", port)
    except OSError as error:
        raise SojournError("ERR_LISTEN", host="127.0.0.1", port=port, detail=str(error)) from error
    port = server.sockets[0].getsockname()[1]
    print(text("INFO_RECEIVER", {"port": port}), flush=True)
    await done.wait()
    server.close()


def main() -> None:
    """The receiver's process."""
    parser = argparse.ArgumentParser(description="A real endpoint for demo, tests and bench.")
    parser.add_argument("--port", type=int, default=8011, help="0 takes a free one and prints it")
    parser.add_argument("--errors", type=int, default=0, help="one key in so many gets a 503 first")
    parser.add_argument("--slow", type=int, default=0, help="one key in so many is answered slowly")
    parser.add_argument("--slow-ms", type=int, default=400)
    parser.add_argument("--journal", type=Path, help="append each effect to this file")
    options = parser.parse_args()
    journal = options.journal.open("a") if options.journal else None
    receiver = Receiver(options.errors, options.slow, options.slow_ms, journal)
    if journal is not None and options.journal.stat().st_size:
        for line in options.journal.read_text().splitlines():
            path, _, key = line.partition(" ")
            receiver.effects.setdefault(path, set()).add(key)
    try:
        import uvloop

        run: Callable[..., object] = uvloop.run
    except ImportError:
        run = asyncio.run
    try:
        run(serve(receiver, options.port))
    except SojournError as error:
        sys.exit(f"receiver: {error}")


if __name__ == "__main__":
    main()
