"""A data source in the test's own process: who is asked about says how it answers."""

from __future__ import annotations

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Source:
    """Answers `/PATH?who=NAME` and `{"who": NAME}` from `answers[NAME]`, the first line of which is used up each time.

    A line is (status, body as JSON or text), or a number: that many seconds without an answer. `asked` are
    (path, name, Idempotency-Key, headers).
    """

    def __init__(self) -> None:
        self.answers: dict[str, list[Any]] = {}
        self.asked: list[tuple[str, str, str, dict[str, str]]] = []
        self._closed = threading.Event()
        source = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                source.serve(self, parse_qs(urlsplit(self.path).query))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
                source.serve(self, {name: [value] for name, value in body.items()})

            def log_message(self, *_: object) -> None:
                """The test's own output is no place for it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, handler: BaseHTTPRequestHandler, given: dict[str, list[str]]) -> None:
        name = given.get("who", [""])[0]
        headers = dict(handler.headers.items())
        self.asked.append((urlsplit(handler.path).path, name, headers.get("Idempotency-Key", ""), headers))
        lines = self.answers.get(name, [(200, {})])
        line = lines.pop(0) if len(lines) > 1 else lines[0]
        if isinstance(line, int | float):
            self._closed.wait(line)
            line = (200, {})
        status, body = line
        text = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def times(self) -> Counter[str]:
        """How often each was asked about."""
        return Counter(name for _, name, _, _ in self.asked)

    def close(self) -> None:
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()
