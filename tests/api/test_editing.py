"""Two people edit one journey: the second to save is told, and overwrites nothing."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import Any

from ..support.http import authorization
from .conftest import Sandbox


def ask(sandbox: Sandbox, method: str, body: dict[str, Any] | None = None, tag: str = "") -> tuple[int, str, Any]:
    """Status, ETag and body of an answer about the journey `j`."""
    port = sandbox.server.port
    headers = {"Content-Type": "application/json", "x-sandbox-name": sandbox.name, **authorization(port)}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, "/api/journeys/j", json.dumps(body), headers | ({"If-Match": tag} if tag else {}))
        answer = connection.getresponse()
        return answer.status, answer.headers.get("ETag", ""), json.loads(answer.read())


def journey(description: str) -> dict[str, Any]:
    return {"name": "j", "description": description, "start": "a", "activities": {"a": {"type": "end"}}}


def test_the_second_to_save_is_told(sandbox: Sandbox) -> None:
    assert ask(sandbox, "PUT", journey("first"))[0] == 200
    _, seen, _ = ask(sandbox, "GET")
    status, mine, _ = ask(sandbox, "PUT", journey("mine"), seen)
    assert status == 200 and mine != seen
    status, _, problem = ask(sandbox, "PUT", journey("theirs"), seen)
    assert (status, problem["code"]) == (412, "ERR_CHANGED_MEANWHILE")
    assert ask(sandbox, "GET")[1:] == (mine, ask(sandbox, "GET")[2])
    assert ask(sandbox, "GET")[2]["document"]["description"] == "mine"
    assert ask(sandbox, "PUT", journey("theirs"), mine)[0] == 200


def test_the_same_saved_again_is_no_change(sandbox: Sandbox) -> None:
    _, tag, _ = ask(sandbox, "PUT", journey("first"))
    assert ask(sandbox, "PUT", journey("first"), tag)[:2] == (200, tag)
    assert ask(sandbox, "PUT", journey("whoever asks for no check"))[0] == 200
