"""Two people edit one journey: the second to save is told, and overwrites nothing."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import Any

import pytest

from sojourn.journey.draft import KINDS

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
    assert ask(sandbox, "PUT", journey("whatever is there"), "*")[0] == 200


def test_the_same_saved_again_is_no_change(sandbox: Sandbox) -> None:
    _, tag, _ = ask(sandbox, "PUT", journey("first"))
    assert ask(sandbox, "PUT", journey("first"), tag)[:2] == (200, tag)
    assert ask(sandbox, "PUT", journey("whoever asks for no check"))[0] == 200


def test_nothing_is_configured_yet(sandbox: Sandbox) -> None:
    """A draft is saved while its activities are mere places; what they lack are findings that block publishing."""
    kinds = sorted(KINDS)
    activities: dict[str, Any] = {f"x{n}": {"type": kind} for n, kind in enumerate(kinds)}
    for n, each in enumerate(activities.values()):
        if each["type"] in ("event", "wait", "action", "email"):
            each["next"] = f"x{n + 1}"
    draft = {"name": "j", "activities": activities, "timeZone": "Mars", "exitCriteria": {"gone": {}}}
    status, _, saved = ask(sandbox, "PUT", draft)
    assert status == 200
    found = {(each["activity"], each["field"]): each["code"] for each in saved["findings"]}
    lacking = [f"x{n}" for n, kind in enumerate(kinds) if kind not in ("end", "profileCap")]
    assert {activity for activity, _ in found if activity} >= set(lacking)
    assert found[None, "start"] == "ERR_FIELD_MISSING"
    assert found[None, "timeZone"] == "ERR_FIELD_ZONE"
    assert found[None, "exitCriteria.gone"] == "ERR_FIELD_INVALID"
    assert ask(sandbox, "GET")[2]["document"] == draft
    assert sandbox.ask("POST", "/api/journeys/j/publish").status == 422
    assert sandbox.ask("POST", "/api/journeys/j/test").status == 422
    assert sandbox.ask("GET", "/api/journeys/j/plan").status == 200
    assert [each["name"] for each in sandbox.ask("GET", "/api/journeys").body] == ["j"]
    sandbox.good("POST", "/api/journeys/j/duplicate", {"name": "k"})
    sandbox.good("POST", "/api/journeys/k/rename", {"name": "l"})
    assert sandbox.ask("GET", "/api/journeys/l").body["document"] == {**draft, "name": "l"}
    assert ask(sandbox, "PUT", {"name": "j", "start": "x0", "activities": {}})[0] == 200


def test_the_rest_is_checked_too(sandbox: Sandbox) -> None:
    """What is not configured hides nothing else, and makes nothing else wrong that is right."""
    activities = {
        "bought": {"type": "event", "next": "written"},
        "written": {"type": "email", "next": ["seen", "later"]},
        "seen": {"type": "reaction", "message": "written", "what": "opened", "timeout": "PT1M", "next": "who"},
        "later": {"type": "wait"},
        "who": {"type": "condition", "paths": {"a": "@{Gone.x} == 1", "b": ""}, "next": {"a": "bye", "b": "bye"}},
        "bye": {"type": "end"},
        "told": {"type": "wait", "duration": "PT1M", "next": "nobody"},
    }
    found = ask(sandbox, "PUT", {"name": "j", "start": "bought", "activities": activities})[2]["findings"]
    assert [each["field"] for each in found] == [
        "activities.bought.event",
        "activities.written.channel",
        "activities.written.subject",
        "activities.later",
        "activities.who.paths.b",
        "activities.told.next",
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "activities"),
        ({"activities": []}, "activities"),
        ({"activities": {"x": 5}}, "activities.x"),
        ({"activities": {"x": {}}}, "activities.x.type"),
        ({"activities": {"x": {"type": "letter"}}}, "activities.x.type"),
        ({"activities": {"x": {"type": "event", "next": 5}}}, "activities.x.next"),
        ({"activities": {"1": {"type": "event"}}}, "activities.1"),
    ],
)
def test_what_is_no_journey_at_all(sandbox: Sandbox, body: dict[str, Any], field: str) -> None:
    status, _, problem = ask(sandbox, "PUT", body)
    assert status == 422 and field in [each["field"] for each in problem["findings"]]
