"""A client that asks a server one thing on a connection of its own."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple


class Answered(NamedTuple):
    """Status, media type and decoded body of an answer."""

    status: int
    kind: str
    body: Any


TOKEN_FILES: dict[int, Path] = {}
"""The local token of the servers that the tests have started, by port."""


def authorization(port: int) -> dict[str, str]:
    """What shows a server that it is the owner of its data folder who asks."""
    with suppress(KeyError, OSError):  # no server of ours, or one that has not made its token yet
        return {"Authorization": f"Bearer {TOKEN_FILES[port].read_text().strip()}"}
    return {}


def request(
    port: int,
    method: str,
    path: str,
    body: Any = None,
    *,
    raw: bytes | str | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> Answered:
    """One request; `body` is sent as JSON, `raw` as it is. Raises OSError or HTTPException when nothing answers.

    It is made as the local administrator, unless `headers` say otherwise (`Authorization: ""` for nobody).
    """
    data = raw if raw is not None else None if body is None else json.dumps(body)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as connection:
        sent = {"Content-Type": "application/json", **authorization(port), **(headers or {})}
        connection.request(method, path, data, {name: value for name, value in sent.items() if value})
        answer = connection.getresponse()
        text = answer.read()
    kind = answer.headers.get_content_type()
    return Answered(answer.status, kind, json.loads(text) if kind.endswith("json") and text else text.decode())
