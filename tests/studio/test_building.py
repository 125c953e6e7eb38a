"""Journeys listed, edited by two people at once, copied from one to another, and one built in Korean with the mouse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from ..support.http import request
from ..support.server import RunningServer
from .conftest import Visit

MANY = 300
SHOP = {"name": "shop", "email": {"host": "127.0.0.1", "security": "none", "from": {"address": "shop@example.org"}}}


@pytest.fixture(scope="module")
def shop(server: RunningServer, parts: dict[str, list[dict[str, Any]]]) -> RunningServer:
    """Three hundred drafts, one live journey, a segment and a channel."""
    [journey] = parts["journeys"]
    drafts = [
        journey | {"name": f"journey {number:03}", "tags": ["sales"] if number % 3 == 0 else ["retention"]}
        for number in range(MANY)
    ]
    server.publish(parts)
    server.post("/api/apply", {"journeys": drafts, "segments": [{"name": "regulars"}], "channels": [SHOP]})
    return server


def button(page: Page | Locator, name: str, *, exact: bool = False) -> Locator:
    return page.get_by_role("button", name=name, exact=exact)


def choose(page: Page, field: str, option: str) -> None:
    button(page, field).click()
    page.get_by_role("option", name=option, exact=True).click()


def put(page: Page, place: str, what: str) -> None:
    """Chooses what stands at a place, through the + there."""
    page.locator(f'[data-place="{place}"]').click()
    page.get_by_role("option", name=what, exact=True).click()


def test_the_list(shop: RunningServer, visit: Visit) -> None:
    """Filters, a view, a favourite and columns are kept; several journeys are deleted at once; a stop says for whom."""
    page = visit("/journeys")
    rows = page.locator("tbody tr[data-row]")
    expect(rows).to_have_count(50)
    expect(page.get_by_text("of 7 pages")).to_be_visible()
    button(page, "Filter", exact=True).click()
    page.get_by_label("sales").check()
    expect(page.get_by_text(f"{MANY // 3} of {MANY + 1}")).to_be_visible()
    page.get_by_label("Search").fill("journey 03")
    expect(rows).to_have_count(4)  # 030, 033, 036, 039
    button(page, "Favourite: journey 033").click()
    button(page, "Columns").click()
    page.get_by_role("menuitem", name="Created by").click()
    page.keyboard.press("Escape")
    button(page, "Saved views").click()
    page.get_by_role("menuitem", name="Save this view").click()
    page.get_by_label("Name of the view").fill("Sales")
    button(page.get_by_role("dialog"), "Save").click()
    button(page, "Clear filters").click()
    page.reload()
    expect(page.get_by_text(f"{MANY + 1}", exact=True)).to_be_visible()
    button(page, "Saved views").click()
    page.get_by_role("menuitem", name="Sales").click()
    expect(page.get_by_text(f"{MANY // 3} of {MANY + 1}")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Created by")).to_be_visible()
    button(page, "Favourites only").click()
    expect(rows).to_have_count(1)
    button(page, "Favourites only").click()
    for name in ("journey 000", "journey 003"):
        page.get_by_label("Search").fill(name)
        page.get_by_label(f"Select {name}").check()
    button(page.get_by_role("toolbar"), "Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text("journey 000, journey 003")
    button(page.get_by_role("dialog"), "Delete").click()
    expect(page.get_by_text("2 journeys are deleted.")).to_be_visible()
    page.get_by_label("Search").fill("")
    expect(page.get_by_text(f"{MANY // 3 - 2} of {MANY - 1}")).to_be_visible()
    button(page, "Clear filters").click()
    page.get_by_label("Search").fill("win-back")
    button(page, "More actions: win-back").click()
    page.get_by_role("menuitem", name="Stop").click()
    expect(page.get_by_role("dialog")).to_contain_text("0 customers on the way will leave at once")
    button(page.get_by_role("dialog"), "Cancel").click()


def test_two_people(shop: RunningServer, visit: Visit) -> None:
    """What the other saves shows at once; who changes the same thing at the same time is asked."""
    first, second = visit("/journeys/journey 100"), visit("/journeys/journey 100?activity=patience")
    first.locator('[data-activity="vip_thanks"]').click()
    first.get_by_label("Label").fill("Thanks from the first")
    expect(first.get_by_text("Saved", exact=True)).to_be_visible()
    expect(second.locator('[data-activity="vip_thanks"]')).to_contain_text("Thanks from the first")

    faster = [{"label": "theirs"}]

    def overtaken(route: Route) -> None:
        """Somebody saves the same thing just before."""
        if route.request.method == "PUT" and faster:
            document = shop.get("/api/journeys/journey%20100")["document"]
            document["activities"]["patience"] |= faster.pop()
            assert request(shop.port, "PUT", "/api/journeys/journey%20100", document).status == 200
        route.continue_()

    second.route("**/api/journeys/journey%20100", overtaken)
    second.get_by_label("Label").fill("mine")
    expect(second.get_by_role("dialog", name="Somebody else has changed this journey")).to_be_visible()
    button(second, "Keep mine").click()
    expect(second.get_by_text("Saved", exact=True)).to_be_visible()
    expect(second.locator('[data-activity="patience"]')).to_contain_text("mine")
    expect(first.locator('[data-activity="patience"]')).to_contain_text("mine")


def test_from_one_journey_to_another(shop: RunningServer, visit: Visit) -> None:
    """A box selects; copied as text, activities are pasted elsewhere with their ways, and undone as one."""
    page = visit("/journeys/journey 101")
    nodes = page.locator("[data-activity]")
    expect(nodes).to_have_count(9)
    one, other = (page.locator(f'[data-activity="{id_}"]').bounding_box() for id_ in ("patience", "win_back"))
    assert one is not None and other is not None
    page.mouse.move(one["x"] - 12, one["y"] - 12)
    page.mouse.down()
    page.mouse.move(other["x"] + 40, other["y"] + 40, steps=4)
    page.mouse.up()
    expect(page.get_by_role("toolbar", name="2 activities selected")).to_be_visible()
    page.keyboard.press("Control+c")
    expect(page.get_by_text("2 activities are on the clipboard.")).to_be_visible()
    page.goto(shop.url + "/journeys/journey 102?activity=invited")
    expect(nodes).to_have_count(9)
    page.keyboard.press("Control+v")
    expect(nodes).to_have_count(11)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    pasted = shop.get("/api/journeys/journey%20102")["document"]["activities"]
    assert pasted["patience_2"]["next"] == "win_back_2"
    page.keyboard.press("Control+z")
    expect(nodes).to_have_count(9)


def test_in_korean_with_the_mouse(shop: RunningServer, visit: Visit) -> None:
    """An audience read every week, an A/B split with a goal, two mails with personal texts; published."""
    page = visit("/journeys", "ko")
    button(page, "여정 만들기").click()
    page.get_by_label("여정 이름").fill("weekly news")
    choose(page, "고객이 어떻게 진입하나요?", "세그먼트 전체를 한꺼번에")
    choose(page, "고객 네임스페이스", "CRMID")
    button(page.get_by_role("dialog"), "여정 만들기").click()
    page.locator('[data-activity="start"]').click()
    choose(page, "실행 주기", "매주")
    page.get_by_label("시각", exact=True).fill("10:30")
    put(page, "start/then", "A/B 테스트")
    for path, name in (("A", "반가워요"), ("B", "오랜만이에요")):
        put(page, f"abSplit/{path}", "이메일")
        page.get_by_label("레이블").fill(f"메일 {path}")
        page.get_by_label("제목", exact=True).fill(f"{name} ")
        button(page, "개인화: 제목").click()
        page.get_by_role("combobox").fill("externalKey")
        page.get_by_role("option", name="여정 속성 › 고객 키").click()
        expect(page.get_by_label("제목", exact=True)).to_have_value(
            f"{name} {{{{ #{{JourneyProperties.externalKey}} }}}}"
        )
        page.get_by_label("본문", exact=True).fill("새 소식이 있어요.")
    button(page, "미리 보기").click()
    expect(page.get_by_role("dialog", name="미리 보기")).to_contain_text("오랜만이에요")
    page.keyboard.press("Escape")
    page.locator('[data-activity="abSplit"]').click()
    for number in (0, 1):
        button(page, "목표(도달할 활동)").nth(number).click()
        page.get_by_role("option", name=f"메일 {'AB'[number]}").click()
    expect(button(page, "오류 0건, 주의 1건")).to_be_visible()  # nobody is in the segment yet
    button(page, "게시", exact=True).click()
    button(page.get_by_role("dialog"), "게시").click()
    expect(page.locator("h1 + p")).to_contain_text("라이브")
    document = shop.get("/api/journeys/weekly%20news")["document"]
    assert document["activities"]["start"]["schedule"] == {"every": "week", "at": "10:30", "days": ["monday"]}
    assert json.dumps(document, ensure_ascii=False).count("새 소식이 있어요.") == 2


def test_out_and_in_again(shop: RunningServer, visit: Visit, tmp_path: Path) -> None:
    """A journey leaves as a file; what comes back under names that are taken gets others, which is said before."""
    page = visit("/journeys")
    page.get_by_label("Search").fill("win-back")
    button(page, "More actions: win-back").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Export").click()
    saved.value.save_as(tmp_path / "win-back.json")
    button(page, "Import").click()
    with page.expect_file_chooser() as chosen:
        button(page, "Choose a file").click()
    chosen.value.set_files(tmp_path / "win-back.json")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 names are taken here.")
    button(dialog, "Import").click()
    dialog.get_by_role("link", name="win-back_1").click()
    expect(page.locator("[data-activity]")).to_have_count(9)
    assert shop.get("/api/journeys/win-back_1")["document"]["activities"]["purchase"]["event"] == "Purchase_1"
