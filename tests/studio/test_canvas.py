"""The canvas makes room: whatever is chosen stays in sight beside what opens."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

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
