"""A small client of the REST API for the command line."""

from __future__ import annotations

import http.client
import json
import re
from typing import Any
from urllib.parse import quote, urlsplit

from sojourn.errors import InputError, SojournError

_CONNECTIONS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


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
    """Talks to one server about one sandbox. Raises ApiError, or SojournError when no Sojourn answers."""

    def __init__(self, url: str, sandbox: str = "prod") -> None:
        """Raises InputError for a URL or a name that can be none."""
        try:
            parts = urlsplit(url)
            self._host, self._kind = parts.netloc, _CONNECTIONS[parts.scheme]
            if not parts.hostname or parts.port == 0:
                raise ValueError(url)
        except (ValueError, KeyError):
            raise InputError("ERR_SERVER_URL", field="server", url=url) from None
        if not re.fullmatch("[a-z0-9-]+", sandbox):
            raise InputError("ERR_SANDBOX_NAME", field="sandbox", name=sandbox)
        self._url = url
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
                    self._connection = self._kind(self._host, timeout=120)
                self._connection.request(method, path, data, headers)
                answer = self._connection.getresponse()
                text = answer.read()
                break
            except (OSError, http.client.HTTPException) as error:
                self._connection = None  # a kept connection may have gone stale: try once more on a new one
                if attempt == 2:
                    raise SojournError("ERR_NO_SERVER", url=self._url, detail=str(error)) from error
        try:
            found = json.loads(text) if text else None
        except ValueError:
            found = None
        if answer.status >= 400 and isinstance(found, dict) and "code" in found:
            raise ApiError(answer.status, found)
        if answer.status >= 300 or (text and found is None):
            raise SojournError("ERR_NOT_SOJOURN", url=self._url, status=answer.status)
        return found

    def get(self, path: str) -> Any:
        return self.request("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self.request("POST", path, {} if body is None else body)


def segment(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe="")
