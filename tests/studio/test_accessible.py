"""Every page of the studio by axe: no serious finding, in both languages and both themes."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ..support import win_back
from ..support.server import RunningServer
from .axe import serious
from .conftest import Visit

PAGES = {
    "/": "h1",
    "/journeys": "table",
    "/journeys/win-back": ".react-flow [data-activity]",
    "/journeys/win-back?activity=is_big": "[data-pane]",
    "/journeys/win-back/report": ".react-flow [data-activity]",
    "/configuration/events": "table",
    "/configuration/events/Purchase": "[data-details]",
    "/sign-in": "form",
}
ROUTER = Path(__file__).resolve().parents[2] / "studio" / "src" / "router.tsx"
LISTS = re.findall(r'catalog\("([^"]+)"', ROUTER.read_text(encoding="utf-8"))
"""Lists with something open beside each: the addresses of the rest of the router are written out above and below."""
OTHERS = {
    "/journeys/win-back?lens=test": ".react-flow [data-activity]",
    "/journeys/win-back?lens=backtest": ".react-flow [data-activity]",
    "/reports": "h1",
    "/reports/query": ".cm-content",
    "/profiles": "h1",
    "/profiles/CRMID/customer-1": "h1",
    **dict.fromkeys(LISTS, "h1"),
    **{f"{path}?new=true": "[data-details]" for path in LISTS if path not in ("/admin/audit", "/admin/quarantine")},
}
ALL = PAGES | OTHERS if os.environ.get("SOJOURN_LONG") else PAGES


@pytest.fixture(scope="module")
def running(server: RunningServer, parts: dict[str, list[dict[str, Any]]]) -> RunningServer:
    """The journey is live, people are in it, and there is a draft with findings."""
    [journey] = parts["journeys"]
    broken = {**journey, "name": "unfinished", "activities": {**journey["activities"], "alone": {"type": "end"}}}
    server.publish(parts)
    server.post("/api/apply", {"journeys": [broken]})
    server.send([win_back.events_of(number)[0] for number in range(1, 10)])
    return server


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_serious_finding(running: RunningServer, visit: Visit, language: str) -> None:
    page = visit("/", language, refused=ALL is not PAGES)  # nobody has a profile here
    wrong: dict[tuple[str, str], list[str]] = {}
    for path, sign in ALL.items():
        page.goto(running.url + path + (f"?lang={language}" if path == "/sign-in" else ""))
        expect(page.locator(sign).first).to_be_visible()
        assert page.locator("html").get_attribute("lang") == language
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
            if found := serious(page):
                wrong[path, theme] = found
    assert wrong == {}


def test_no_page_is_left_out() -> None:
    """In the long form every address of the router is looked at."""
    known = [re.sub(r"\?.*", "", path) for path in PAGES | OTHERS]
    routes = re.findall(r' path: "(/[^"]*)"', ROUTER.read_text(encoding="utf-8"))
    assert len(routes) > 5
    assert len(LISTS) > 15
    for route in routes:
        pattern = re.sub(r"\\\$\w+", "[^/]+", re.escape(route))
        assert any(re.fullmatch(pattern, path) for path in known), route


def test_dialogs_too(running: RunningServer, visit: Visit) -> None:
    """The palette of commands, the list of shortcuts, a confirmation, the editor of expressions."""
    page = visit("/journeys/unfinished?activity=is_big")
    expect(page.locator("[data-pane]")).to_be_visible()
    wrong = {}
    for opening in ("Control+k", "?", "Edit the expression: Condition", "Publish"):
        if opening[0].isupper() and "+" not in opening:
            page.get_by_role("button", name=opening).last.click()
        else:
            page.locator("body").press(opening)
        expect(page.get_by_role("dialog")).to_be_visible()
        wrong[opening] = serious(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    assert {opening: found for opening, found in wrong.items() if found} == {}
