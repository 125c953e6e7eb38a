"""A small client of the REST API for the command line."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import quote, urlsplit

from sojourn.errors import SojournError


class ApiError(SojournError):
    """The server refused; its own words are the message."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.body = body
        self.exit_code = 2 if status < 500 else 1
        field = f"{body['field']}: " if body.get("field") else ""
        hint = f" {body['detail']}" if body.get("detail") else ""
        super().__init__("ERR_API", text=f"{field}{body.get('title', status)}{hint} ({body.get('code', status)})")

    def __str__(self) -> str:
        return str(self.params["text"])


class Client:
    """Talks to one server about one sandbox. Raises ApiError, or SojournError when nothing answers."""

    def __init__(self, url: str, sandbox: str = "prod") -> None:
        parts = urlsplit(url)
        self._url = url
        self._host = parts.netloc
        self._sandbox = sandbox
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def request(self, method: str, path: str, body: Any = None, raw: bytes | None = None) -> Any:
        """One request; the decoded answer."""
        data = raw if raw is not None else None if body is None else json.dumps(body, default=str).encode()
        headers = {"Content-Type": "application/json", "x-sandbox-name": self._sandbox}
        for attempt in (1, 2):
            try:
                if self._connection is None:
                    self._connection = http.client.HTTPConnection(self._host, timeout=120)
                self._connection.request(method, path, data, headers)
                answer = self._connection.getresponse()
                text = answer.read()
                break
            except (OSError, http.client.HTTPException) as error:
                self._connection = None  # a kept connection may have gone stale: try once more on a new one
                if attempt == 2:
                    raise SojournError("ERR_NO_SERVER", url=self._url, detail=str(error)) from error
        found = json.loads(text) if text else None
        if answer.status >= 400:
            raise ApiError(
                answer.status, found if isinstance(found, dict) else {"title": text.decode(errors="replace")}
            )
        return found

    def get(self, path: str) -> Any:
        return self.request("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self.request("POST", path, {} if body is None else body)


def segment(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe="")
