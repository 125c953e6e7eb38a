"""What administrators look after, in the browser: people and what they may, tokens, the audit log, quarantine."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sojourn.store.entry import Accepted, Codec

from ..faults.rows import append
from ..support import shop
from ..support.http import request
from ..support.server import RunningServer
from .axe import looks, serious
from .conftest import Visit

PAGES = (
    "/admin/sandboxes/prod",
    "/admin/users/admin",
    "/admin/product-profiles/Standard user",
    "/admin/tokens?new=true",
    "/admin/audit",
    "/admin/quarantine",
)


@pytest.fixture(scope="module")
def parts() -> dict[str, list[dict[str, Any]]]:
    return shop.PROJECT


@pytest.fixture(scope="module")
def running(server: RunningServer) -> RunningServer:
    """A journey is live, and records that cannot be read have come into the log."""
    server.publish(shop.PROJECT)
    server.wait_settled()
    server.kill()
    bad = [Accepted(round(time.time() * 1000), "prod", text) for text in (b'{"eventType": "order"}', b"[1, 2]")]
    append(server.data, Codec().pack(bad))
    server.start()
    server.wait_settled()
    return server


def details(page: Page) -> Locator:
    return page.locator("[data-details]")


def test_somebody_is_invited_and_sees_only_what_is_theirs(
    running: RunningServer, visit: Visit, browser: Browser
) -> None:
    page = visit("/admin/product-profiles?new=true", refused=True)
    page.get_by_role("textbox", name="Name").fill("Campaign team")
    page.get_by_label("Read reports in prod").check()
    page.get_by_label("Manage journeys in prod").check()
    expect(page.get_by_label("Read journeys in prod")).to_be_checked()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/Campaign%20team")

    page.goto(running.url + "/admin/users?new=true")
    page.get_by_role("textbox", name="Name").fill("Mina Kim")
    details(page).get_by_text("Campaign team").click()
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(details(page)).to_contain_text("cannot be a user's name")  # the server's words, at the field
    page.get_by_role("textbox", name="Name").fill("mina")
    page.get_by_role("button", name="Invite", exact=True).click()
    link = page.get_by_role("dialog").locator("pre").inner_text()

    theirs = browser.new_context().new_page()
    theirs.goto(link)
    theirs.wait_for_url(running.url + "/")
    menu = theirs.get_by_role("navigation", name="Main menu")
    expect(menu.get_by_role("link", name="Journeys")).to_be_visible()
    expect(menu.get_by_role("link", name="API tokens")).to_be_visible()
    for hidden in ("Users", "Profiles", "Segments", "Audit log"):
        expect(menu.get_by_role("link", name=hidden)).to_have_count(0)
    theirs.goto(running.url + "/admin/users")
    expect(theirs.get_by_role("alert")).to_contain_text("administrators")
    theirs.context.close()
    page.get_by_role("button", name="Done").click()

    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Disable").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(details(page)).to_contain_text("Disabled")


def test_a_token_is_shown_once_and_works_until_it_is_withdrawn(running: RunningServer, visit: Visit) -> None:
    page = visit("/admin/tokens")
    page.get_by_role("button", name="Create a token").click()
    page.get_by_role("textbox", name="Name").fill("nightly")
    details(page).get_by_role("button", name="Create a token").click()
    expect(details(page)).to_contain_text("Choose at least one permission.")
    details(page).get_by_text("Read reports").click()
    details(page).get_by_role("button", name="Create a token").click()
    token = details(page).locator("pre").first.inner_text()
    asked = {"Authorization": f"Bearer {token}"}
    assert request(running.port, "GET", f"/api/journeys/{shop.JOURNEY}/report", headers=asked).status == 200
    assert request(running.port, "GET", "/api/journeys", headers=asked).status == 403
    page.get_by_role("button", name="Done").click()
    page.locator("tbody a", has_text="nightly").click()
    expect(details(page)).to_contain_text("Read reports")
    assert token not in page.content()
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert request(running.port, "GET", "/api/access/me", headers=asked).status == 401

    page.goto(running.url + "/admin/audit")
    page.get_by_role("searchbox", name="Search").fill("NIGHT")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr").first).to_contain_text("API token: deleted")
    page.locator("tbody a").last.click()
    expect(details(page).locator("ins").first).to_be_visible()
    expect(details(page)).to_contain_text("read-reports")


def test_what_was_set_aside_is_tried_again_and_given_up(running: RunningServer, visit: Visit) -> None:
    page = visit("/admin/quarantine")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("searchbox", name="Search").fill("[1, 2]")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("searchbox", name="Search").fill("")
    page.get_by_role("link", name="Event 1").click()
    expect(details(page)).to_contain_text("KeyError: '_id'")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("dialog").get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(details(page)).to_have_count(0)
    expect(page.get_by_text("What fails again comes back to this list.")).to_be_visible()
    expect(page.get_by_role("link", name="Event 3")).to_be_visible(timeout=20_000)  # as bad as before, and back
    page.get_by_role("checkbox", name="Select all on this page").check()
    page.get_by_role("toolbar").get_by_role("button", name="Drop").click()
    page.get_by_role("dialog").get_by_role("button", name="Drop").click()
    expect(page.get_by_role("heading", name="Nothing is in quarantine")).to_be_visible()


def test_a_sandbox_shows_what_it_is_for(running: RunningServer, visit: Visit) -> None:
    page = visit("/admin/sandboxes?new=true")
    page.get_by_role("textbox", name="Name").fill("trial")
    details(page).get_by_text("Pink").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/trial")
    expect(page.locator("aside code")).to_have_text(re.compile(".*/collection/trial"))
    page.goto(running.url + "/admin/sandboxes?sandbox=trial")
    expect(page.get_by_role("button", name="Sandbox: Development trial")).to_be_visible()
    page.goto(running.url + "/admin/sandboxes/trial")
    details(page).get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_text(["Inlets: 1", "Tokens of inlets: 0"])
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url("**/admin/sandboxes")
    expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.parametrize(("language", "theme"), looks("ko", "dark"))
def test_pages_are_accessible(running: RunningServer, visit: Visit, language: str, theme: str) -> None:
    page = visit("/", language, theme)
    wrong = {}
    for path in PAGES:
        page.goto(running.url + path)
        expect(page.locator("table, [data-details], h2").first).to_be_visible()
        wrong[path] = serious(page)
    assert {path: found for path, found in wrong.items() if found} == {}
