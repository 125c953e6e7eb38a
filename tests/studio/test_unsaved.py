"""Esc, a click outside, another row: what somebody wrote and has not saved is lost only if they say so."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ..support.server import RunningServer
from .axe import serious
from .conftest import Visit


@pytest.fixture(scope="module")
def made(server: RunningServer, parts: dict[str, list[dict[str, Any]]]) -> RunningServer:
    """The journey is a draft."""
    server.post("/api/apply", parts)
    return server


def question(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Discard what is not saved?")


def test_an_expression_is_not_dropped_by_esc(made: RunningServer, visit: Visit) -> None:
    page = visit("/journeys/win-back?lens=design&activity=is_big")
    page.get_by_role("button", name="Edit the expression").click()
    editor = page.get_by_role("dialog", name="Expression")
    value = editor.get_by_role("textbox", name="Value")
    expect(value).to_be_visible()
    page.keyboard.press("Escape")
    expect(editor).to_have_count(0)  # nothing was written

    page.get_by_role("button", name="Edit the expression").click()
    value.fill("75")
    page.keyboard.press("Escape")
    expect(question(page)).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(question(page)).to_have_count(0)
    expect(value).to_have_value("75")
    editor.get_by_role("button", name="Advanced").click()
    page.mouse.click(5, 5)
    question(page).get_by_role("button", name="Discard").click()
    expect(editor).to_have_count(0)
    assert ">= 50" in made.get("/api/journeys/win-back")["document"]["activities"]["is_big"]["paths"]["big"]


def test_a_form_beside_a_list_asks_before_it_goes(visit: Visit) -> None:
    page = visit("/admin/users?new=true")
    name = page.get_by_role("textbox", name="Name")
    name.fill("somebody")
    page.keyboard.press("Escape")
    question(page).get_by_role("button", name="Keep it open").click()
    page.get_by_role("link", name="admin", exact=True).click()
    question(page).get_by_role("button", name="Keep it open").click()
    expect(name).to_have_value("somebody")
    page.get_by_role("button", name="Invite", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Close").first.click()
    expect(page.get_by_role("complementary", name="User: somebody")).to_be_visible()  # what is saved asks nothing
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/admin/users$"))


def test_a_dialog_asks_too(visit: Visit) -> None:
    page = visit("/journeys", "ko")
    page.get_by_role("button", name="여정 만들기").first.click()
    dialog = page.get_by_role("dialog", name="여정 만들기")
    dialog.get_by_label("여정 이름").fill("새 여정")
    page.keyboard.press("Escape")
    asked = page.get_by_role("dialog", name="저장하지 않은 변경 사항을 버릴까요?")
    expect(asked).to_contain_text("되돌릴 수 없어요.")
    asked.get_by_role("button", name="계속 편집").click()
    expect(dialog.get_by_label("여정 이름")).to_have_value("새 여정")
    dialog.get_by_role("button", name="취소").click()
    expect(dialog).to_have_count(0)
