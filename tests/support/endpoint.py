"""An endpoint in the test's own process that answers when the test says so, or never."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import suppress

_KEY = re.compile(rb"idempotency-key: *(\S+)", re.IGNORECASE)
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Endpoint:
    """Accepts calls and holds each until `open`; `calls` are (path, Idempotency-Key, epoch seconds)."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port: int = self._listener.getsockname()[1]
        self.calls: list[tuple[str, str, float]] = []
        self._gate = threading.Event()
        self._closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def open(self) -> None:
        """Answers everything held, and from now on at once."""
        self._gate.set()

    def close(self) -> None:
        self._closed = True
        self._gate.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def keys(self) -> list[str]:
        return [key for _, key, _ in self.calls]

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            buffer = b""
            while not self._closed:
                while (end := self._complete(buffer)) is None:
                    part = connection.recv(65_536)
                    if not part:
                        return
                    buffer += part
                head, buffer = buffer[:end], buffer[end:]
                key = _KEY.search(head)
                self.calls.append((head.split(b" ")[1].decode(), key[1].decode() if key else "", time.time()))
                self._gate.wait()
                if not self._closed:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    @staticmethod
    def _complete(buffer: bytes) -> int | None:
        """Where the first request ends, None while a part is missing."""
        head = buffer.find(b"\r\n\r\n")
        if head < 0:
            return None
        length = _LENGTH.search(buffer[:head])
        end = head + 4 + (int(length[1]) if length else 0)
        return end if len(buffer) >= end else None
