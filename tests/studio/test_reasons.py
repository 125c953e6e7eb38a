"""What cannot be done now can be come to, by keyboard too, and says why."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from .axe import serious
from .conftest import Visit

STUDIO = Path(__file__).parents[2] / "studio/src"


def reason(page: Page, command: Locator) -> Locator:
    """What is said once somebody has come to a command by keyboard."""
    page.keyboard.press("End")  # from here on, focus is shown
    command.focus()
    tooltip = page.get_by_role("tooltip")
    expect(tooltip).to_be_visible()
    expect(command).to_have_accessible_description(tooltip.inner_text())
    return tooltip


def test_a_form_says_what_it_lacks(visit: Visit) -> None:
    page = visit("/admin/users?new=true")
    invite = page.get_by_role("button", name="Invite", exact=True)
    expect(invite).to_be_disabled()
    expect(reason(page, invite)).to_have_text("Give it a name first.")
    assert serious(page) == []
    page.get_by_role("textbox", name="Name").press("Enter")
    page.get_by_role("textbox", name="Name").fill("somebody")
    expect(invite).to_be_enabled()
    page = visit("/reports/alerts?new=true", "ko")
    save = page.get_by_role("button", name="저장", exact=True)
    expect(reason(page, save)).to_have_text("먼저 이름을 입력해 주세요.")


def test_the_designer_says_what_undo_lacks(visit: Visit) -> None:
    page = visit("/journeys?new=true", "ko")
    page.get_by_role("button", name="여정 만들기").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("여정 이름").fill("이유")
    dialog.get_by_role("button", name="여정 만들기").click()
    undo = page.get_by_role("button", name="실행 취소")
    expect(reason(page, undo)).to_have_text("실행 취소: 되돌릴 변경이 없어요.")
    page.get_by_role("button", name="더 보기").click()
    stop = page.get_by_role("menuitem", name=re.compile("^중지"))
    expect(stop).to_be_disabled()
    expect(stop).to_contain_text("실행 중이 아니에요.")


def test_no_button_is_plainly_disabled() -> None:
    """Only what is to read is: a form says so once, above its fields."""
    plain = re.compile(
        r"<(?:button|input|Button|IconButton)\b[^>]*?\s(?:isDisabled|disabled)=\{(?!isReadOnly\}|readOnly\})", re.DOTALL
    )
    found = [path.name for path in STUDIO.rglob("*.tsx") if plain.search(path.read_text("utf-8"))]
    assert found == []
