"""Customers and segments as people work with them: found, looked at, explained; made, and seen to grow."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ..support import shop
from ..support.http import request
from ..support.server import RunningServer
from .axe import looks, serious
from .conftest import Visit

PAGES = {
    "/segments": "table",
    "/segments/Loyal": "[data-details]",
    "/segments/Invited": "[data-details]",
    "/profiles": "table",
    "/profiles/CRMID/c0003": "[role=tabpanel]",
}


@pytest.fixture(scope="module")
def parts() -> dict[str, list[dict[str, Any]]]:
    return shop.PROJECT


@pytest.fixture(scope="module")
def running(server: RunningServer) -> RunningServer:
    """The journey is live; sixty customers, of whom one has ordered twice."""
    server.publish(shop.PROJECT)
    records = "\n".join(json.dumps(shop.customer(number)) for number in range(60))
    assert request(server.port, "POST", "/api/datasets/customers/records", raw=records).body["refused"] == []
    server.send([shop.order(3, 75), shop.order(3, 20, id_="again", at="2026-11-21T10:00:00Z"), shop.order(4, 5)])
    server.wait_settled()
    return server


def open_person(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Search").or_(page.get_by_role("searchbox", name="Search")).first.fill(text)
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a").first.click()


def test_a_customer_is_found_and_explained(running: RunningServer, visit: Visit) -> None:
    """By a part of an address to the values that a decision saw, and why a second order had no effect."""
    page = visit("/profiles")
    open_person(page, "ADA.3@")
    expect(page.get_by_role("heading", name="c0003", level=1)).to_be_visible()
    panel = page.get_by_role("tabpanel")
    expect(panel).to_contain_text("ada.3@example.org")
    expect(panel).to_contain_text("Lyon")

    page.get_by_role("tab", name="Events").click()
    expect(panel.locator("summary")).to_have_count(2)
    panel.locator("summary").first.click()
    expect(panel).to_contain_text('"_id": "again"')
    expect(panel).to_contain_text("thank-you: it had no effect: not awaited where the person was.")

    page.get_by_role("tab", name="Segments").click()
    expect(panel.get_by_role("link", name="Lately active")).to_be_visible()

    page.get_by_role("tab", name="Journeys").click()
    stay = panel.get_by_role("article", name="thank-you")
    expect(stay).to_contain_text("On the way")
    stay.get_by_role("button", name="What happened, and why").click()
    expect(stay.locator("ol")).to_contain_text("A big order?")
    stay.locator("summary").first.click()
    expect(stay).to_contain_text("75")

    page.get_by_role("combobox", name="Journey").fill("thank-you")
    page.keyboard.press("Escape")
    expect(panel.locator("ol").last).to_contain_text("not awaited where the person was")


def test_why_nobody_writes_to_an_address_is_told_in_words(running: RunningServer, visit: Visit) -> None:
    running.post("/api/suppressions", {"channel": "email", "address": "mina.9@example.org", "reason": "hardBounce"})
    page = visit("/profiles/CRMID/c0009", "ko")
    page.get_by_role("tab", name="동의와 메시지").click()
    panel = page.get_by_role("tabpanel")
    expect(panel).to_contain_text("영구 반송")
    panel.get_by_role("button", name="차단 해제").click()
    page.get_by_role("dialog").get_by_role("button", name="차단 해제").click()
    panel.get_by_role("button", name="이 주소 차단").click()
    page.get_by_role("dialog").get_by_role("button", name="이 주소 차단").click()
    expect(panel).to_contain_text("직접 차단")


def test_attributes_are_edited_and_a_customer_is_deleted(running: RunningServer, visit: Visit) -> None:
    page = visit("/profiles/CRMID/c0007")
    page.get_by_role("button", name="Edit attributes").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("_shop.points").fill("many")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("_shop.points: many")
    dialog.get_by_label("_shop.points").fill("500")
    dialog.get_by_text("Test profile").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("tabpanel")).to_contain_text("500")
    expect(page.get_by_text("Test profile", exact=True)).to_be_visible()
    expect(page.get_by_role("tabpanel")).to_contain_text("Lyon")  # what was not changed stays

    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete everywhere").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("0 events, 0 stays")
    dialog.get_by_role("button", name="Delete").click()
    page.wait_for_url(running.url + "/profiles")
    assert request(running.port, "GET", "/api/profiles?namespace=CRMID&id=c0007").status == 404


def test_a_segment_is_made_and_seen(running: RunningServer, visit: Visit) -> None:
    """Its size is told while its condition is written; then its members, each leading to their profile."""
    page = visit("/segments")
    expect(page.locator("table")).to_be_visible()
    page.keyboard.press("c")
    page.get_by_role("textbox", name="Name").fill("From Seoul")
    page.get_by_role("button", name="Set an expression: Condition").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Advanced").click()
    dialog.get_by_role("textbox", name="Expression").fill('#{ExperiencePlatform.profile._shop.city} == "Seoul"')
    expect(dialog).to_contain_text("15 of")
    dialog.get_by_role("button", name="Apply").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/segments/From%20Seoul")
    details = page.locator("[data-details]")
    expect(details.locator("dl")).to_contain_text("Members15")
    page.get_by_role("tab", name="Members").click()
    details.get_by_role("link", name="c0004").click()
    expect(page.get_by_role("heading", name="c0004", level=1)).to_be_visible()


def test_an_audience_is_uploaded(running: RunningServer, visit: Visit) -> None:
    """Rows without an id are told with their lines, the others arrive."""
    page = visit("/segments/Invited")
    page.get_by_role("tab", name="Upload").click()
    rows = b"note,id\nx,c0001\ny,\nz,c0002\nz,c0001\n"
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files({"name": "list.csv", "mimeType": "text/csv", "buffer": rows})
    page.get_by_role("button", name="Column with the ids").click()
    page.get_by_role("option", name="id").click()
    page.get_by_role("button", name="Namespace of the ids").click()
    page.get_by_role("option", name="CRMID").click()
    details = page.locator("[data-details]")
    expect(details).to_contain_text("2 ids in ‘list.csv’")
    assert details.locator("tbody tr").all_text_contents() == ["3No id", "5Repeatedc0001"]
    page.get_by_role("button", name="Upload").click()
    expect(details).to_contain_text("2 ids are taken.")
    page.get_by_role("tab", name="Members").click()
    expect(details.get_by_role("link", name="c0002")).to_be_visible()


@pytest.mark.parametrize(("language", "theme"), looks("en", "light"))
def test_pages_are_accessible(running: RunningServer, visit: Visit, language: str, theme: str) -> None:
    page = visit("/profiles", language, theme)
    wrong = {}
    for path, sign in PAGES.items():
        page.goto(running.url + path)
        expect(page.locator(sign).first).to_be_visible()
        wrong[path] = serious(page)
    for tab in page.get_by_role("tab").all():
        tab.click()
        wrong[tab.inner_text()] = serious(page)
    assert {path: found for path, found in wrong.items() if found} == {}
