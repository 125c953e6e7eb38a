"""The canvas makes room: whatever is chosen stays in sight beside what opens."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ..support.http import request
from ..support.server import RunningServer, wait
from .conftest import Visit


@pytest.fixture(scope="module")
def made(server: RunningServer, parts: dict[str, list[dict[str, Any]]]) -> RunningServer:
    """The journey is a draft."""
    server.post("/api/apply", parts)
    return server


@pytest.mark.parametrize("width", [1280, 1360])
def test_an_open_pane_leaves_the_activity_in_sight(made: RunningServer, visit: Visit, width: int) -> None:
    """Whatever is chosen, by mouse, by a link or by hand elsewhere on the canvas, stands whole beside the pane."""
    page = visit("/journeys/win-back?lens=design")
    page.set_viewport_size({"width": width, "height": 720})
    ids = list(made.get("/api/journeys/win-back")["document"]["activities"])
    for id_ in ids:
        page.goto(f"{made.url}/journeys/win-back?lens=design&activity={id_}")
        _beside(page, id_)
    page.locator(".react-flow").hover()
    page.mouse.wheel(6000, 6000)  # by hand, far away
    page.locator(f"[data-activity={ids[-2]}]").focus()
    page.keyboard.press("Enter")
    _beside(page, ids[-2])


def _beside(page: Page, id_: str) -> None:
    pane, canvas = page.locator("[data-pane]"), page.locator(".react-flow")
    expect(pane).to_be_visible()
    activity = page.locator(f"[data-activity={id_}]")

    def whole() -> bool:
        box, room = activity.bounding_box(), canvas.bounding_box()
        assert box and room
        across = room["x"] <= box["x"] and box["x"] + box["width"] <= room["x"] + room["width"]
        return across and room["y"] <= box["y"] and box["y"] + box["height"] <= room["y"] + room["height"]

    wait(whole, 5)


def test_findings_tell_activities_as_the_canvas_does(made: RunningServer, visit: Visit) -> None:
    """Without a label, two waits are told apart by a number; what an action lacks is told by its name."""
    document = {
        "name": "amiss",
        "namespace": "CRMID",
        "start": "purchase",
        "activities": {
            "purchase": {"type": "event", "event": "Purchase", "next": "first"},
            "first": {"type": "wait", "duration": "P1D", "next": "thanks"},
            "alone": {"type": "wait", "duration": "P1D"},
            "thanks": {"type": "action", "action": "vip_thanks"},
        },
    }
    request(made.port, "PUT", "/api/journeys/amiss", document)
    page = visit("/journeys/amiss?lens=design", "ko")
    page.get_by_role("button", name="오류 1건, 주의 1건").click()
    found = page.get_by_role("region", name="검사 결과")
    expect(found).to_contain_text("'대기 2' 활동으로 가는 경로가 없어 아무도 도달하지 못해요.")
    expect(found).to_contain_text("‘customer’ 값을 입력해 주세요.")
    expect(page.locator("[data-activity=alone]")).to_contain_text("대기 2")
