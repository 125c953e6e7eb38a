"""A server with the parts of the small win-back project, and a browser that is signed in to its studio."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from ..support import win_back
from ..support.browser import chromium
from ..support.endpoint import Endpoint
from ..support.server import RunningServer

Visit = Callable[..., Page]
expect.set_options(timeout=20_000)  # five seconds are little on a busy machine
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """The studio as its sources are; nothing to do where it is built."""
    done = subprocess.run(["sh", "scripts/studio"], cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # For a file, not for a worker: while Playwright is there, no other test of the worker can run an event loop.
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def parts() -> Iterator[dict[str, list[dict[str, Any]]]]:
    """The project's documents, with an endpoint that answers its actions."""
    endpoint = Endpoint()
    endpoint.open()
    yield win_back.project(endpoint.port)
    endpoint.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, parts: dict[str, list[dict[str, Any]]]) -> Iterator[RunningServer]:
    """Everything but the journey is applied."""
    running = RunningServer(tmp_path_factory.mktemp("studio"))
    try:
        running.start()
        running.post("/api/apply", {**parts, "journeys": []})
        yield running
    finally:
        running.kill()


@pytest.fixture(scope="module")
def cookies(server: RunningServer, browser: Browser) -> Callable[[str], list[Any]]:
    """What signing in by the printed link leaves, of each user."""

    @cache
    def of(user: str) -> list[Any]:
        context = browser.new_context()
        page = context.new_page()
        page.goto(server.post(f"/api/access/users/{user}/link")["url"])
        page.wait_for_url(server.url + "/")
        found = context.cookies()
        context.close()
        return list(found)

    return of


def _is_complaint(told: ConsoleMessage, refused: bool) -> bool:
    """That somebody else was faster is told by the server's refusal, which a browser reports, as any other."""
    expected = "Failed to load resource" if refused else "status of 412"
    return told.type == "error" and expected not in told.text


@pytest.fixture
def visit(server: RunningServer, browser: Browser, cookies: Callable[[str], list[Any]]) -> Iterator[Visit]:
    """Opens an address of the studio, in a language and a theme, as a user.

    What a page complains of, or asks another host for, fails the test. With `refused` the story has refusals or a lost
    connection in it, of which browsers complain by themselves.
    """
    contexts = []
    complaints: list[str] = []
    asked: list[str] = []

    def opened(
        path: str = "/", language: str = "en", theme: str = "light", *, user: str = "admin", refused: bool = False
    ) -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        contexts.append(context)
        context.add_cookies(cookies(user))
        chosen = f'{{"language": "{language}", "theme": "{theme}"}}'
        context.add_init_script(f"localStorage.setItem('sojourn.preferences', JSON.stringify({chosen}))")
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: complaints.append(told.text) if _is_complaint(told, refused) else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []
