"""A journey is made, published and watched in the studio: with the mouse, and by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from ..support import win_back
from ..support.server import RunningServer
from .conftest import Visit

CUSTOMER = "#{JourneyProperties.externalKey}"


def button(page: Page | Locator, name: str, *, exact: bool = False) -> Locator:
    return page.get_by_role("button", name=name, exact=exact)


def put(page: Page, place: str, what: str) -> None:
    """Chooses what stands at a place, through the + there."""
    page.locator(f'[data-place="{place}"]').click()
    page.get_by_role("option", name=what, exact=True).click()


def write(page: Page, field: str, text: str) -> None:
    """Writes an expression as text."""
    button(page, field).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Expression", exact=True).fill(text)
    expect(dialog.get_by_text("Gives:")).to_be_visible()
    button(dialog, "Apply").click()
    expect(dialog).to_have_count(0)


def sent(server: RunningServer, first: int, count: int) -> None:
    for customer in range(first, first + count):
        server.send(win_back.events_of(customer)[:1])


def test_with_the_mouse(server: RunningServer, visit: Visit) -> None:
    page = visit("/journeys")
    button(page, "Create a journey").click()
    page.get_by_label("Name of the journey").fill("by mouse")
    button(page, "Which event begins it?").click()
    page.get_by_role("option", name="Purchase").click()
    button(page.get_by_role("dialog"), "Create a journey").click()
    put(page, "start/then", "Condition")
    button(page, "Set a condition").click()
    dialog = page.get_by_role("dialog")
    button(dialog, "Add a condition").click()
    for chosen, option in (("Choose a field", "Purchase › value"), ("Operator", "is at least")):
        button(dialog, chosen).click()
        page.get_by_role("option", name=option).click()
    dialog.get_by_role("textbox", name="Value").fill("50")
    expect(dialog.get_by_text("@{Purchase._tenant.value} >= 50")).to_be_visible()
    button(dialog, "Apply").click()
    expect(page.locator('[data-activity="condition"]')).to_contain_text("value is at least 50")
    palette = page.get_by_role("complementary", name="Palette")
    button(palette, "vip_thanks").drag_to(page.locator('[data-place="condition/Path1"]'))
    write(page, "customer", CUSTOMER)
    put(page, "condition/other", "Wait")
    page.get_by_label("days").fill("0")
    page.get_by_label("seconds").fill("1")
    put(page, "wait/then", "win_back")
    expect(button(page, "1 error, 0 warnings")).to_be_visible()
    write(page, "customer", CUSTOMER)
    expect(button(page, "No findings")).to_be_visible()
    button(page, "Undo").click()
    expect(button(page, "1 error, 0 warnings")).to_be_visible()
    button(page, "Redo").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    button(page, "Publish").click()
    button(page.get_by_role("dialog"), "Publish").click()
    expect(page.locator("h1 + p")).to_contain_text("Live")
    sent(server, 1, 9)  # three of nine buy big
    expect(page.locator(".react-flow")).to_contain_text("67%")
    page.goto(server.url + "/journeys/by mouse/report")
    expect(page.locator("dl > div").filter(has_text="Completed")).to_contain_text("100%", timeout=15_000)
    assert server.report("by%20mouse")["actions"]["vip_thanks"]["ok"] == 3


def tab_to(page: Page, name: str) -> None:
    """Goes on with Tab to the element of that name."""
    for _ in range(80):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "() => { const e = document.activeElement; const label = e.labels?.[0]?.textContent;"
            " return label || e.getAttribute('aria-label') || e.textContent; }"
        )
        if name in told:
            return
    raise AssertionError(f"no way to '{name}' with Tab")


def insert(page: Page, what: str, activity: str) -> None:
    """Adds an activity behind the one with the focus, and waits until it has it."""
    page.keyboard.press("a")
    expect(page.get_by_role("combobox", name="What comes next?")).to_be_focused()
    page.keyboard.type(what)
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-activity="{activity}"]')).to_be_focused()


def type_expression(page: Page, field: str, text: str) -> None:
    page.keyboard.press("Enter")  # into the pane
    tab_to(page, field)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    editor = dialog.get_by_label("Expression", exact=True)
    expect(dialog).to_be_visible()
    if not editor.is_visible():
        tab_to(page, "Advanced")
        page.keyboard.press("Enter")
    expect(editor).to_be_focused()
    page.keyboard.insert_text(text)
    expect(dialog.get_by_text("Gives:")).to_be_visible()
    tab_to(page, "Apply")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    page.keyboard.press("Escape")


def test_by_keyboard_alone(server: RunningServer, visit: Visit) -> None:
    page = visit("/journeys")
    expect(page.get_by_role("heading", name="Journeys")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_label("Name of the journey")).to_be_focused()
    page.keyboard.type("by keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("P")  # the event, by its first letter
    for _ in range(2):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator('[data-activity="start"]')).to_be_visible()
    insert(page, "Condition", "condition")
    type_expression(page, "Set a condition", "@{Purchase._tenant.value} >= 50")
    expect(page.locator('[data-activity="condition"]')).to_be_focused()
    insert(page, "vip", "vip_thanks")
    type_expression(page, "customer", CUSTOMER)
    expect(button(page, "No findings")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(button(page, "1 error, 0 warnings")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("Publish")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Publish")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1 + p")).to_contain_text("Live")
    sent(server, 100, 6)
    expect(page.locator(".react-flow")).to_contain_text("33%")


def test_keys_are_listed_and_never_fire_while_one_types(visit: Visit) -> None:
    page = visit("/journeys")
    page.get_by_label("Search").fill("c?a")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("heading", name="Journeys").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.get_by_text("Single-letter shortcuts").click()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.get_by_role("dialog")).to_have_count(0)
