"""A small client of the REST API for the command line."""

from __future__ import annotations

import http.client
import ipaddress
import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
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


class Address(NamedTuple):
    """Where a server is, and the token to speak to it with; without one, its local token where that can be read."""

    url: str
    token: str = ""


class Client:
    """Talks to one server about one sandbox. Raises ApiError, or SojournError when no Sojourn answers.

    Without a token it uses the server's local one, from `token_file`, but on this machine only.
    """

    def __init__(self, server: str | Address, sandbox: str = "prod", token_file: Path | None = None) -> None:
        """Raises InputError for a URL or a name that can be none."""
        url, self._token = server if isinstance(server, Address) else Address(server)
        try:
            parts = urlsplit(url)
            self._host, self._kind = parts.netloc, _CONNECTIONS[parts.scheme]
            if not parts.hostname or parts.port == 0:
                raise ValueError(url)
        except (ValueError, KeyError):
            raise InputError("ERR_SERVER_URL", field="server", url=url) from None
        if not re.fullmatch("[a-z0-9-]+", sandbox):
            raise InputError("ERR_SANDBOX_NAME", field="sandbox", name=sandbox)
        self._token_file = token_file or Path(os.environ.get("SOJOURN_DATA", "data")) / "token"
        self._here = _is_here(parts.hostname)
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
        return self._decoded(*self._send(method, path, data))

    def _decoded(self, status: int, text: bytes) -> Any:
        try:
            found = json.loads(text) if text else None
        except ValueError:
            found = None
        if status >= 400 and isinstance(found, dict) and "code" in found:
            raise ApiError(status, found)
        if status >= 400 and isinstance(found, dict) and "requestId" in found:  # the public API's form of an error
            told = json.loads(found["error"]) if isinstance(found["error"], str) else found["error"]
            raise ApiError(status, {"title": told["message"], "code": told["code"]})
        if status >= 300 or (text and found is None):
            raise SojournError("ERR_NOT_SOJOURN", url=self._url, status=status)
        return found

    def download(self, path: str) -> bytes:
        """An answer as it is."""
        return self.fetch("GET", path)

    def fetch(self, method: str, path: str, body: Any = None) -> bytes:
        """The answer to a request as it is."""
        data = None if body is None else json.dumps(body, default=str).encode()
        status, text = self._send(method, path, data)
        if status >= 300:
            self._decoded(status, text)
        return text

    def _send(self, method: str, path: str, data: bytes | None) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "x-sandbox-name": self._sandbox, **self._authorization()}
        for attempt in (1, 2):
            try:
                if self._connection is None:
                    self._connection = self._kind(self._host, timeout=120)
                self._connection.request(method, path, data, headers)
                answer = self._connection.getresponse()
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException) as error:
                self._connection = None  # a kept connection may have gone stale: try once more on a new one
                if attempt == 2:
                    raise SojournError("ERR_NO_SERVER", url=self._url, detail=str(error)) from error
        raise AssertionError("the second attempt returns or raises")

    def _authorization(self) -> dict[str, str]:
        if not self._token and self._here:
            with suppress(OSError):  # no file, or not ours to read: the server says what is missing
                self._token = self._token_file.read_text().strip()
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def get(self, path: str) -> Any:
        return self.request("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self.request("POST", path, {} if body is None else body)


def _is_here(host: str) -> bool:
    """Whether a host is this machine: the local token goes nowhere else."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def segment(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe="")
