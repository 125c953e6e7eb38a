"""A client that asks a server one thing on a connection of its own."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any, NamedTuple


class Answered(NamedTuple):
    """Status, media type and decoded body of an answer."""

    status: int
    kind: str
    body: Any


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
    """One request; `body` is sent as JSON, `raw` as it is. Raises OSError or HTTPException when nothing answers."""
    data = raw if raw is not None else None if body is None else json.dumps(body)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as connection:
        connection.request(method, path, data, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        text = answer.read()
    kind = answer.headers.get_content_type()
    return Answered(answer.status, kind, json.loads(text) if kind.endswith("json") and text else text.decode())
