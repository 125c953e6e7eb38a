"""docs/configure: somebody who follows its pages from the first to the last, in one folder, gets what they show."""

from __future__ import annotations

import re
from pathlib import Path

from aiohttp import web

from ..support.partner import Partner, running
from ..support.ports import free_port
from .shell import follow

FOLDER = Path(__file__).parents[2] / "docs" / "configure"
OVERVIEW = (FOLDER / "README.md").read_text(encoding="utf-8")
PAGES = {"README.md": OVERVIEW} | {
    name: (FOLDER / name).read_text(encoding="utf-8")
    for name in dict.fromkeys(re.findall(r"\]\(([a-z-]+\.md)\)", OVERVIEW))
}
"""In the order in which the overview names them."""


def test_every_page_is_named() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} == {*PAGES}


async def weather(request: web.Request) -> web.StreamResponse:
    return web.json_response({"main": {"temp": 4.5}, "day": "2026-03-01"})


async def token(request: web.Request) -> web.StreamResponse:
    return web.json_response({"access_token": "t-1"})


def test_a_reader_follows(tmp_path: Path) -> None:
    at = tmp_path / "home"
    at.mkdir()
    partner = Partner(answers={"/weather": weather, "/login/token": token})
    with running(partner):
        own = {
            "8020": str(free_port()),
            "https://api.example.com": partner.url(""),
            "https://login.example.com": partner.url("/login"),
            "/srv/shop": str(tmp_path / "srv"),
        }
        follow(at, PAGES, own, free_port())
