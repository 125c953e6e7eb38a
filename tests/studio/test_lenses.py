"""The one canvas, looked through: a draft is tested, run over history with other settings, and watched live."""

from __future__ import annotations

import gzip
import re
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Locator, Page, expect

from ..support import win_back
from ..support.http import request
from ..support.server import RunningServer, wait
from .axe import serious
from .conftest import Visit


@pytest.fixture(scope="module")
def running(server: RunningServer, parts: dict[str, list[dict[str, Any]]]) -> RunningServer:
    """Nine customers are in the live journey; a second one is a draft."""
    [journey] = parts["journeys"]
    server.publish(parts)
    server.post("/api/apply", {"journeys": [{**journey, "name": "second"}]})
    server.send([win_back.events_of(number)[0] for number in range(1, 10)])
    server.wait_settled()
    return server


def button(page: Page | Locator, name: str, *, exact: bool = False) -> Locator:
    return page.get_by_role("button", name=name, exact=exact)


def test_a_number_opens_the_people_and_each_the_way(running: RunningServer, visit: Visit) -> None:
    page = visit("/journeys/win-back")
    expect(page.locator(".react-flow")).to_contain_text("67%")
    button(page, "3 customers went this way: big").click()
    side = page.locator("[data-side]")
    expect(side.locator("li")).to_have_count(3)
    button(side, "c9").click()
    expect(side).to_contain_text("c9 entered as the event 'Purchase' came.")
    side.get_by_text("What was decided on").click()
    expect(side).to_contain_text("value is at least 50")
    expect(side.locator("dd code").first).to_have_text("100")
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(side).to_have_count(0)
    figures = page.get_by_role("complementary", name="Live")
    figures.get_by_text("Last 24 h").click()
    expect(figures.get_by_role("radio", name="Last 24 h")).to_be_checked()
    expect(figures.get_by_role("row", name="Entered")).to_contain_text("9")
    button(page, "3 customers are here now").click()
    expect(page.locator("[data-side] li")).to_have_count(3)


def test_a_draft_is_tested(running: RunningServer, visit: Visit) -> None:
    page = visit("/journeys/second?lens=test")
    button(page, "Activate test mode").click()
    button(page, "Trigger an event").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Id of the new test profile").fill("tess")
    button(dialog, "Make the test profile").click()
    expect(button(dialog, "Test profile (CRMID)")).to_contain_text("tess")
    button(dialog, "Fill with a sample").click()
    dialog.get_by_role("textbox", name="value").fill("60")
    dialog.get_by_text("Payload", exact=True).click()
    expect(dialog.get_by_role("textbox", name="Payload")).to_have_value(re.compile('"value": 60'))
    dialog.get_by_text("Form", exact=True).click()
    assert serious(page) == []
    button(dialog, "Send").click()
    expect(page.locator("[data-walker=tess]")).to_have_attribute("data-at", "confirmed")
    page.keyboard.press("l")
    log = page.get_by_role("complementary", name="Log")
    expect(log).to_contain_text("the path 'big' was taken, as this held: value is at least 50")
    log.get_by_text("Payload of ‘Purchase’").click()
    expect(log.locator("pre").first).to_contain_text('"value": 60')
    assert serious(page) == []
    button(page, "Deactivate test mode").click()
    expect(page.get_by_role("dialog")).to_contain_text("All that the test has made is deleted: 1 customer and the log")
    button(page.get_by_role("dialog"), "Deactivate test mode").click()
    expect(button(page, "Activate test mode", exact=True)).to_be_enabled()
    expect(page.locator("h1 + p")).to_contain_text("Draft")
    expect(page.locator("[data-walker]")).to_have_count(0)


def test_what_if_over_an_uploaded_history(running: RunningServer, visit: Visit, tmp_path: Path) -> None:
    """With every purchase a big one, all go up; the live version beside it has a third there."""
    events = b"\n".join(msgspec.json.encode(win_back.events_of(number)[0]) for number in range(101, 110))
    history = tmp_path / "history.jsonl.gz"
    history.write_bytes(gzip.compress(events))
    page = visit("/journeys/win-back?lens=backtest", "ko", "dark")
    page.locator("[data-activity=is_big]").click()
    button(page, "표현식 편집: 조건").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("표현식", exact=True).or_(dialog.get_by_role("textbox", name="값")).first.fill("5")
    button(dialog, "적용").click()
    panel = page.get_by_role("complementary", name="백테스트")
    expect(panel).to_contain_text("value: 5 이상")
    panel.get_by_text("파일", exact=True).click()
    panel.locator("input[type=file]").set_input_files(history)
    button(panel, "실행", exact=True).click()
    expect(panel).to_contain_text("이벤트 9건, 고객 9명이에요.", timeout=40_000)
    expect(page.locator(".react-flow")).to_contain_text("big9 100%33%")
    row = panel.get_by_role("row", name="vip_thanks")
    expect(row.get_by_role("cell")).to_have_text(["9", "3"])
    assert serious(page) == []


def test_reports_by_range_and_as_a_file(running: RunningServer, visit: Visit) -> None:
    page = visit("/reports")
    page.get_by_role("link", name="win-back", exact=True).click()
    entered = page.locator("dl > div").filter(has_text=re.compile("^Entered"))
    expect(entered).to_contain_text("10")  # nine, and who was in the test: an event of a test is a real one
    button(page, "Time range").click()
    page.get_by_role("option", name="Last 24 hours").click()
    expect(page).to_have_url(re.compile("range=24h"))
    expect(entered).to_contain_text("10")
    expect(page.get_by_role("img", name="Over time")).to_contain_text("Entered 10")
    expect(page.get_by_role("row", name="big 4 40%")).to_be_visible()
    assert serious(page) == []
    button(page, "Export").click()
    with page.expect_download() as kept:
        page.get_by_role("menuitem", name="CSV").click()
    assert kept.value.suggested_filename == "win-back-report.csv"
    rows = Path(kept.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("time,entered,completed")
    assert rows[-1].split(",")[1] == "10"
    button(page, "Export").click()
    with page.expect_download() as sheet:
        page.get_by_role("menuitem", name="Excel").click()
    assert sheet.value.suggested_filename == "win-back-report.xlsx"
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(sheet.value.path()).namelist()
    page.goto(running.url + "/reports/query")
    button(page, "Run").click()
    expect(page.get_by_role("row", name="event - purchase 10")).to_be_visible()
    assert serious(page) == []
    page.goto(running.url + "/reports/alerts")
    button(page, "Create an alert").click()
    page.get_by_label("Name", exact=True).fill("nobody enters")
    button(page, "Save").click()
    expect(page.get_by_role("complementary", name="Alert: nobody enters")).to_contain_text("It has not changed yet.")
    assert [each["alert"]["below"] for each in running.get("/api/alerts")] == [1]
    page.get_by_label("Value", exact=True).fill("7")
    button(page, "Save", exact=True).click()
    expect(button(page, "Save", exact=True)).to_be_disabled()
    assert [each["alert"]["below"] for each in running.get("/api/alerts")] == [7]
    assert serious(page) == []


def test_a_draft_beside_the_live_version(running: RunningServer, visit: Visit, tmp_path: Path) -> None:
    """A long run is given up, what was tried is taken over into the draft, and that runs as a shadow."""
    journey = running.get("/api/journeys/win-back")["document"]
    journey["activities"]["is_big"]["paths"] = {"big": "@{Purchase._tenant.value} >= 51"}
    request(running.port, "PUT", "/api/journeys/win-back", journey)
    purchase = msgspec.json.encode(win_back.events_of(1)[0])
    lines = b"\n".join(purchase.replace(b"c1", b"c%d" % number) for number in range(60_000))
    history = tmp_path / "history.jsonl.gz"
    history.write_bytes(gzip.compress(lines, 1))
    page = visit("/journeys/win-back?lens=backtest")
    panel = page.get_by_role("complementary", name="Backtest")
    panel.get_by_text("File", exact=True).click()
    panel.locator("input[type=file]").set_input_files(history)
    button(panel, "Run", exact=True).click()
    button(panel, "Cancel", exact=True).click()
    expect(panel).to_contain_text("The run was cancelled.")

    page.locator("[data-activity=is_big]").click()
    button(page, "Edit the expression: Condition").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Value").first.fill("5")
    button(dialog, "Apply").click()
    button(panel, "Take over into the draft").click()
    expect(page.get_by_text("The draft has these settings now.")).to_be_visible()
    expect(panel).to_contain_text("the draft stays as it is")
    wait(lambda: "5" in paths(running)["big"] and "51" not in paths(running)["big"], 15)

    page.get_by_role("link", name="Shadow").or_(page.get_by_role("radio", name="Shadow")).first.click()
    side = page.get_by_role("complementary", name="Shadow")
    button(side, "Start the shadow").click()
    expect(button(side, "Stop the shadow")).to_be_visible()
    running.send([win_back.events_of(number)[0] for number in range(201, 204)])
    entered = side.get_by_role("row", name="Entered").get_by_role("cell")
    expect(entered).to_have_text(["3", "3"])
    expect(page.locator(".react-flow")).to_contain_text("big3 100%33%")  # of the draft, beside the live version
    assert serious(page) == []
    button(side, "Stop the shadow").click()
    button(page.get_by_role("dialog"), "Stop the shadow").click()
    expect(button(side, "Start the shadow")).to_be_visible()


def paths(running: RunningServer) -> dict[str, str]:
    """The conditions of the latest version."""
    found: dict[str, str] = running.get("/api/journeys/win-back")["document"]["activities"]["is_big"]["paths"]
    return found
