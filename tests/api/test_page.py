"""The page at `/`: what it shows, in both languages, whatever names people give [12.1]."""

from __future__ import annotations

import re
from typing import get_args

from sojourn import messages
from sojourn.engine.transition import Discard

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.http import request
from .conftest import Sandbox

HOSTILE = "<script>alert('x')</script>"


def page(sandbox: Sandbox, query: str = "", lang: str = "") -> str:
    headers = {"Accept-Language": lang} if lang else {}
    answer = request(sandbox.server.port, "GET", f"/{query}", headers=headers)
    assert (answer.status, answer.kind) == (200, "text/html")
    return str(answer.body)


def test_it_shows_the_numbers_of_every_journey(sandbox: Sandbox, endpoint: Endpoint) -> None:
    sandbox.good("POST", "/api/apply", win_back.project(endpoint.port, wait="PT1H"))
    sandbox.good("POST", "/api/journeys/win-back/publish")
    for number in range(1, 8):
        for message in win_back.events_of(number):
            assert sandbox.collect(message).status == 200
    sandbox.server.wait_settled()
    found = sandbox.good("GET", "/api/journeys/win-back/report")
    assert isinstance(found, dict)
    assert (found["entered"], found["completed"], found["current"]) == (7, 2, 5)
    card = page(sandbox).split(sandbox.name)[1]
    numbers = dict(re.findall(r"<dt>(\w+)</dt><dd>([\d,]+)</dd>", card)[:6])
    assert numbers == {"Entered": "7", "Completed": "2", "Current": "5", "Failed": "0", "Exited": "0", "Stopped": "0"}
    assert "vip_thanks" in card


def test_two_languages(sandbox: Sandbox) -> None:
    """By `?lang=`, or by what the browser asks for; each links to the other."""
    english, korean = page(sandbox), page(sandbox, "?lang=ko")
    assert 'lang="en"' in english and 'lang="ko"' in korean
    assert page(sandbox, lang="ko-KR,ko;q=0.9")[:300] == korean[:300]
    hangul = re.compile("[가-힣]")
    assert len(hangul.findall(korean)) > 20
    assert hangul.findall(english.replace("한국어", "")) == []


def test_names_are_text(sandbox: Sandbox, endpoint: Endpoint) -> None:
    """Labels are shown as they are written, and run nothing."""
    project = win_back.project(endpoint.port, wait="PT1H")
    project["journeys"][0]["activities"]["is_big"]["label"] = HOSTILE
    sandbox.good("POST", "/api/apply", project)
    sandbox.good("POST", "/api/journeys/win-back/publish")
    sandbox.server.wait_settled()
    assert HOSTILE not in page(sandbox)
    assert "&lt;script&gt;alert" in page(sandbox)


def test_it_needs_nothing_from_elsewhere(sandbox: Sandbox) -> None:
    """No address of another host: it works without a network."""
    assert re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", page(sandbox)) == []


def test_it_says_why_events_had_no_effect_and_where_people_wait(sandbox: Sandbox, endpoint: Endpoint) -> None:
    """In words, whatever the reason; those who wait at two activities at once are counted at the upper one."""
    project = win_back.project(endpoint.port, wait="PT1H")
    project["journeys"][0] |= {"startDate": "2100-01-01T00:00:00Z", "description": "Wins customers back."}
    project["journeys"][0]["activities"]["is_big"]["next"]["other"] = ["confirmed", "patience"]
    sandbox.good("POST", "/api/apply", project)
    sandbox.good("POST", "/api/journeys/win-back/publish")
    assert sandbox.collect(win_back.events_of(1)[0]).status == 200
    sandbox.server.wait_settled()
    card = page(sandbox).split(sandbox.name)[1]
    assert "before the start date: 1" in card
    assert "counted at confirmed" in card and "Wins customers back." in card
    for reason in get_args(Discard):
        messages.text(f"INFO_DISCARDED_{reason.upper()}", {})
