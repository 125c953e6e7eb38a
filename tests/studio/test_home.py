"""Home: a newcomer is led to a published journey and its first customer, in Korean; then it shows what runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from ..support.server import RunningServer
from .axe import serious
from .conftest import Visit


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Nothing is configured."""
    running = RunningServer(tmp_path_factory.mktemp("home"))
    try:
        running.start()
        yield running
    finally:
        running.kill()


def test_a_newcomer_gets_to_the_first_customer(server: RunningServer, visit: Visit) -> None:
    page = visit("/", "ko", "dark")
    now = page.locator("[aria-current=step]")
    expect(now).to_contain_text("이벤트 설정")
    assert serious(page) == []
    now.get_by_role("button", name="예시로 시작: 구매").click()
    expect(now).to_contain_text("여정 만들기")
    now.get_by_role("button", name="여정 만들기").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("여정 이름").fill("첫 구매 감사")
    dialog.get_by_role("button", name="여정 만들기").click()
    page.locator('[data-place="start/then"]').click()
    page.get_by_role("option", name="대기", exact=True).click()
    expect(page.get_by_text("저장됨", exact=True)).to_be_visible()
    page.get_by_role("link", name="홈").click()
    now.get_by_role("link", name="초안 열기").click()
    page.get_by_role("button", name="게시", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="게시").click()
    expect(page.locator("h1 + p")).to_contain_text("라이브")
    page.get_by_role("link", name="홈").click()
    expect(now).to_contain_text("여정이 라이브예요.")
    now.get_by_role("textbox", name="value").fill("60")
    now.get_by_role("button", name="‘Purchase’ 이벤트 보내기").click()
    expect(page.get_by_text("‘첫 구매 감사’ 여정에 첫 고객이 진입했어요.")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("link", name="라이브로 보기").click()
    page.get_by_role("button", name="지금 고객 1명이 여기 있어요").click()
    page.locator("[data-side]").get_by_role("button", name="customer-1").click()
    expect(page.locator("[data-side]")).to_contain_text("customer-1 님이 진입했어요.")
    page.goto(server.url + "/")
    expect(page.get_by_role("heading", name="진행 중인 여정")).to_be_visible()
    expect(page.get_by_text("모두 잘 돌아가고 있어요.")).to_be_visible()
    assert serious(page) == []
