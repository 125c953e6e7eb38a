"""What hands do that no plan foresees: a press that ends a text, one arrow of several, a field with questions."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ..support.server import RunningServer, wait
from .conftest import Visit

WEATHER = {
    "name": "Weather",
    "url": "https://example.com/weather",
    "fieldGroups": {"now": {"response": {"temp": 21.5}, "parameters": {"city": "string"}}},
}
COUPON = {
    "name": "coupon",
    "url": "https://example.com/coupon",
    "method": "POST",
    "path": {"$variable": "string", "$label": "Coupon code"},
    "body": {"temp": {"$variable": "decimal", "$label": "Temperature"}},
}


@pytest.fixture(scope="module")
def shop(server: RunningServer, parts: dict[str, list[dict[str, Any]]]) -> RunningServer:
    [journey] = parts["journeys"]
    asking = {
        "name": "asking",
        "namespace": "CRMID",
        "start": "s",
        "activities": {
            "s": {"type": "event", "event": "Purchase", "next": "coupon"},
            "coupon": {"type": "action", "action": "coupon", "path": '"WINTER"'},
        },
    }
    server.post("/api/apply", {"sources": [WEATHER], "actions": [COUPON], "journeys": [journey, asking]})
    return server


def button(page: Page | Locator, name: str, *, exact: bool = False) -> Locator:
    return page.get_by_role("button", name=name, exact=exact)


def next_of(shop: RunningServer) -> Any:
    return shop.get("/api/journeys/win-back")["document"]["activities"]["is_big"]["next"]


def test_branches(shop: RunningServer, visit: Visit) -> None:
    """The press that ends the renaming of a path arrives; of parallel arrows each can be cut, and is called by name."""
    page = visit("/journeys/win-back?activity=is_big")
    page.get_by_label("Name of the path").fill("large")
    button(page, "Edit the expression: Condition").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    button(dialog, "Cancel").click()
    expect(page.locator(".react-flow")).to_contain_text("large")
    page.locator('[data-place="is_big/other"]').click()
    button(page, "Side by side").click()
    page.get_by_role("option", name="Wait", exact=True).click()
    expect(page.locator("[data-activity]")).to_have_count(10)
    wait(lambda: next_of(shop) == {"large": "vip_thanks", "other": ["patience", "wait"]}, 10)
    button(page.locator(".react-flow"), "Delete the path to ‘Wait 2’").click()
    wait(lambda: next_of(shop) == {"large": "vip_thanks", "other": "patience"}, 10)


def test_what_an_action_and_a_source_ask_for(shop: RunningServer, visit: Visit) -> None:
    """A dynamic path goes by its label; a field comes with what its source has to be asked with."""
    page = visit("/journeys/asking?activity=coupon")
    button(page, "Edit the expression: Coupon code").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Expression", exact=True).fill('"SPRING"')
    button(dialog, "Apply").click()
    expect(dialog).to_have_count(0)
    button(page, "Set: Temperature").click()
    button(dialog, "now › temp").dblclick()
    page.keyboard.insert_text('"Seoul"')
    expect(dialog.get_by_text("Gives:")).to_be_visible()
    button(dialog, "Apply").click()
    expect(button(page, "temp (city: Seoul)")).to_be_visible()
    expect(button(page, "No findings")).to_be_visible()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    given = shop.get("/api/journeys/asking")["document"]["activities"]["coupon"]
    assert given["path"] == '"SPRING"'
    assert given["parameters"] == {"temp": '#{Weather.now.temp, params: {city: "Seoul"}}'}


def test_a_choice_that_was_not_made_is_told_in_words(visit: Visit) -> None:
    page = visit("/configuration/events?new=true", refused=True)
    page.get_by_label("Name", exact=True).fill("Visited")
    button(page, "Save", exact=True).click()
    expect(page.get_by_text("Fill this in.").last).to_be_visible()
    expect(page.locator("[data-details]").get_by_role("alert")).to_contain_text("Schema Fill this in.")
    expect(page.locator("[data-details]")).not_to_contain_text("A-Za-z")


def test_who_publishes_a_tested_draft_sees_who_comes(shop: RunningServer, visit: Visit) -> None:
    page = visit("/journeys/asking?lens=test")
    expect(button(page, "Activate test mode")).to_be_visible()
    button(page, "Publish", exact=True).click()
    button(page.get_by_role("dialog"), "Publish", exact=True).click()
    expect(page.locator("h1 + p")).to_contain_text("Live")
    expect(button(page, "Activate test mode")).to_have_count(0)
    assert shop.get("/api/journeys/asking")["versions"][-1]["status"] == "live"


def test_who_duplicates_from_the_designer_goes_on_in_the_copy(shop: RunningServer, visit: Visit) -> None:
    page = visit("/journeys/win-back?activity=is_big")
    button(page, "More").last.click()
    page.get_by_role("menuitem", name="Duplicate").click()
    expect(page.get_by_role("heading", name="win-back copy")).to_be_visible()
    expect(page.locator("h1 + p")).to_contain_text("Draft")
