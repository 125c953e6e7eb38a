"""A technical user sets everything up in the studio, from nothing, against a real endpoint; nothing written is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from aiohttp import web
from playwright.sync_api import Locator, Page, expect

from ..support.partner import Partner
from ..support.partner import running as running_partner
from ..support.server import RunningServer, wait
from .axe import serious
from .conftest import Visit

SECRET = "canary-9c2f"


async def token(request: web.Request) -> web.Response:
    good = SECRET in (await request.read()).decode()
    return web.json_response({"access_token": "a-token"} if good else {}, status=200 if good else 401)


async def weather(request: web.Request) -> web.Response:
    return web.json_response({"main": {"temp": 4.5}, "city": request.query["city"]})


@pytest.fixture(scope="module")
def partner() -> Iterator[Partner]:
    made = Partner(answers={"/token": token, "/weather": weather})
    with running_partner(made):
        yield made


def button(page: Page | Locator, name: str, *, exact: bool = True) -> Locator:
    return page.get_by_role("button", name=name, exact=exact)


def panel(page: Page) -> Locator:
    return page.locator("[data-details]")


def choose(page: Page, field: str, option: str) -> None:
    """Chooses from a list that opens."""
    panel(page).get_by_role("button", name=re.compile(re.escape(field))).click()
    page.get_by_role("option", name=option, exact=True).click()


def paste(page: Page, opening: str, example: object) -> None:
    button(panel(page), opening).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Paste an example")).to_have_value("")  # nothing stands in the way of what is pasted
    dialog.get_by_label("Paste an example").fill(json.dumps(example))
    button(dialog, "Take it").click()
    expect(dialog).to_have_count(0)


def saved(page: Page, name: str) -> None:
    button(panel(page), "Save").click()
    expect(page.get_by_text(f"‘{name}’ is saved.")).to_be_visible()
    expect(panel(page).get_by_role("heading", name=name, exact=True)).to_be_visible()


def at(page: Page, server: RunningServer, catalog: str, create: str) -> Locator:
    """Begins a new one, on the page of its kind, which has no serious finding by axe."""
    page.goto(f"{server.url}/configuration/{catalog}")
    button(page, create).click()
    expect(panel(page)).to_be_visible()
    assert serious(page) == []
    return panel(page)


def test_everything_from_nothing_with_the_mouse(server: RunningServer, visit: Visit, partner: Partner) -> None:
    page = visit("/configuration/schemas")
    page.get_by_role("link", name="Schemas").first.click()
    form = at(page, server, "schemas", "Create a schema")
    form.get_by_role("textbox", name="Name", exact=True).fill("order")
    button(form, "Add a field").click()
    form.get_by_role("textbox", name="Name of the field field").fill("_acme")
    choose(page, "Type of _acme", "Object")
    button(form, "Add a field in _acme").click()
    form.get_by_role("textbox", name="Name of the field field").fill("paid")
    choose(page, "Type of paid", "Number")
    button(form, "Details of paid").click()
    form.get_by_role("textbox", name="Title in English").last.fill("Amount paid")
    saved(page, "order")
    page.get_by_role("tab", name="All fields").click()
    button(form, "Open _acme").click()
    expect(form.get_by_text("Amount paid")).to_be_visible()
    assert serious(page) == []

    form = at(page, server, "events", "Create an event")
    form.get_by_role("textbox", name="Name", exact=True).fill("Ordered")
    form.get_by_role("combobox", name="Schema").fill("orde")
    page.get_by_role("option", name="order", exact=True).click()
    button(form, "Set an expression: Event ID condition", exact=False).click()
    dialog = page.get_by_role("dialog")
    button(dialog, "Advanced").click()
    dialog.get_by_label("Expression", exact=True).fill("@{Ordered._acme.paid} > 50")
    expect(dialog.get_by_text("Gives:")).to_be_visible()
    button(dialog, "Apply").click()
    expect(form.get_by_text("paid is more than 50")).to_be_visible()
    form.get_by_text("All fields of the schema").click()
    form.get_by_role("checkbox", name="_acme", exact=True).uncheck()
    form.get_by_role("checkbox", name="_acme", exact=True).check()
    choose(page, "Namespace", "CRMID")
    saved(page, "Ordered")
    page.get_by_role("tab", name="Payload").click()
    choose(page, "Format", "curl")
    expect(form.get_by_text("curl -X POST")).to_be_visible()
    page.get_by_role("tab", name="Send a test event").click()
    form.get_by_role("textbox", name="Customer (CRMID)").fill("kim")
    button(form, "Send").click()
    expect(form.get_by_text("It is this event, about kim.")).to_be_visible()
    expect(form.get_by_text("It is the event 'Ordered' of kim.")).to_be_visible()
    form.get_by_role("textbox", name="_acme.paid").fill("7")
    button(form, "Send").click()
    expect(form.get_by_text("It is not this event")).to_be_visible()
    assert serious(page) == []

    form = at(page, server, "sources", "Create a data source")
    form.get_by_role("textbox", name="Name", exact=True).fill("Weather")
    form.get_by_role("textbox", name="URL").fill(partner.url("/weather"))
    choose(page, "Type", "A token, fetched by a call of its own")
    form.get_by_role("textbox", name="Token endpoint").fill(partner.url("/token"))
    button(form, "Add a field").click()
    form.get_by_role("textbox", name="Name", exact=True).last.fill("password")
    form.get_by_role("textbox", name="password").fill(SECRET)
    button(form, "Add a field group").click()
    form.get_by_role("textbox", name="Name of the field group").fill("byCity")
    button(form, "Add a dynamic value").click()
    form.get_by_role("textbox", name="Name", exact=True).last.fill("city")
    paste(page, "Paste an example: Example answer", {"main": {"temp": 21}, "city": "Busan", "wind": 1})
    choose(page, "Type: main.temp", "Number")
    saved(page, "Weather")
    expect(form.get_by_text("Stored; it is never shown")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("tab", name="Test call").click()
    form.get_by_role("textbox", name="city").fill("Seoul")
    button(form, "Make the call").click()
    expect(form.get_by_text("Status 200")).to_be_visible()
    expect(form.get_by_text("Missing in the answer, or of another type than the example: wind.")).to_be_visible()
    expect(form.get_by_text("4.5")).to_be_visible()
    [asked] = partner.at("/weather")
    assert (asked.query, asked.headers["authorization"]) == ({"city": "Seoul"}, "Bearer a-token")
    page.get_by_role("tab", name="As JSON").click()
    expect(form.get_by_text("INSERT_SECRET_HERE")).to_be_visible()
    assert SECRET not in page.content()

    form = at(page, server, "actions", "Create an action")
    form.get_by_role("textbox", name="Name", exact=True).fill("notify")
    form.get_by_role("textbox", name="URL").fill(partner.url("/hooks/notify"))
    paste(page, "Paste an example", {"template": "spring", "to": {"address": "anna@example.com"}})
    choose(page, "Constant or variable: to.address", "Variable")
    form.get_by_label("Label of to.address").fill("Address")
    saved(page, "notify")
    page.get_by_role("tab", name="Test call").click()
    form.get_by_role("textbox", name="Address").fill("kim@example.com")
    button(form, "Make the call").click()
    expect(form.get_by_text("Status 200")).to_be_visible()
    assert json.loads(partner.at("/hooks/notify")[0].body) == {
        "template": "spring",
        "to": {"address": "kim@example.com"},
    }
    assert serious(page) == []

    form = at(page, server, "limits", "Create a limit")
    form.get_by_role("textbox", name="URL").fill(partner.url("/hooks/*"))
    form.get_by_role("textbox", name="Maximum calls").fill("60")
    choose(page, "Unit", "minutes")
    button(form, "Save and deploy").click()
    expect(form.get_by_text("It is in force as it is written here.")).to_be_visible()
    form.get_by_role("textbox", name="Maximum calls").fill("90")
    button(form, "Save").click()
    expect(form.get_by_text("An older form is in force.")).to_be_visible()
    button(form, "Undeploy").click()
    expect(form.get_by_text("It does nothing until it is deployed.")).to_be_visible()
    assert serious(page) == []


def test_messages_can_go_out(server: RunningServer, visit: Visit) -> None:
    """What is needed besides: ids of one's own, a dataset for profiles, a mail server, and rules for who gets what."""
    page = visit("/configuration/schemas", "ko", "dark", refused=True)
    page.get_by_role("link", name="네임스페이스").click()
    form = at(page, server, "namespaces", "네임스페이스 만들기")
    form.get_by_role("textbox", name="이름", exact=True).fill("Loyalty")
    button(form, "저장").click()
    expect(page.get_by_text("‘Loyalty’를 저장했어요.")).to_be_visible()

    form = at(page, server, "datasets", "데이터 세트 만들기")
    form.get_by_role("textbox", name="이름", exact=True).fill("purchases")
    form.get_by_role("combobox", name="스키마").fill("purch")
    page.get_by_role("option", name="purchase", exact=True).click()
    form.get_by_text("프로필에 사용").first.click()
    expect(form.get_by_text("‘purchase’ 스키마를 프로필에 사용하지 않아요.")).to_be_visible()
    form.get_by_text("프로필에 사용").first.click()
    button(form, "저장").click()
    expect(page.get_by_text("‘purchases’를 저장했어요.")).to_be_visible()

    form = at(page, server, "channels", "채널 만들기")
    form.get_by_role("textbox", name="이름", exact=True).fill("news")
    form.get_by_role("textbox", name="호스트").fill("smtp.example.com")
    form.get_by_role("textbox", name="사용자 이름").fill("mailer")
    form.get_by_role("textbox", name="비밀번호").fill(SECRET)
    form.get_by_role("textbox", name="주소", exact=True).fill("nobody")
    button(form, "저장").click()
    expect(form.get_by_role("textbox", name="주소", exact=True)).to_have_attribute("aria-invalid", "true")
    form.get_by_role("textbox", name="주소", exact=True).fill("news@example.com")
    button(form, "저장").click()
    expect(page.get_by_text("‘news’를 저장했어요.")).to_be_visible()
    expect(form.get_by_text("저장되어 있어요. 다시 볼 수는 없어요.")).to_be_visible()

    form = at(page, server, "rulesets", "규칙 모음 만들기")
    form.get_by_role("textbox", name="이름", exact=True).fill("calm")
    form.get_by_text("샌드박스의 모든 여정").click()
    button(form, "SMS").click()
    form.get_by_role("textbox", name="최대 메시지 수").fill("4")
    form.get_by_text("방해 금지 시간").last.click()
    form.get_by_role("textbox", name="끝").fill("09:30")
    button(form, "저장").click()
    expect(page.get_by_text("‘calm’을 저장했어요.")).to_be_visible()
    assert server.get("/api/channels/news")["email"] == {
        "host": "smtp.example.com",
        "username": "mailer",
        "password": "INSERT_SECRET_HERE",
        "from": {"address": "news@example.com"},
    }
    rules = {
        key: value for key, value in server.get("/api/rulesets/calm").items() if key not in ("name", "description")
    }
    assert rules == {
        "everywhere": True,
        "frequency": [{"channels": ["email", "push"], "limit": 4, "period": "P7D"}],
        "quietHours": {"from": "21:00", "to": "09:30"},
    }


def test_what_is_in_use_says_why_it_stays(server: RunningServer, visit: Visit) -> None:
    page = visit("/configuration/schemas/purchase")
    button(panel(page), "More actions").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("It is in use and cannot be deleted.")).to_be_visible()
    dialog.get_by_role("link", name="Purchase", exact=True).click()
    expect(panel(page).get_by_role("heading", name="Purchase", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)
    expect(page.get_by_role("link", name="Purchase")).to_be_focused()
    page.go_back()
    expect(panel(page)).to_be_visible()


def test_nothing_written_is_lost(server: RunningServer, visit: Visit, partner: Partner) -> None:
    """By leaving, by a refusal, by a lost connection, by somebody else who saves the same."""
    server.post("/api/apply", {"actions": [{"name": "ours", "url": partner.url("/ours")}]})
    page = visit("/configuration/actions/ours", refused=True)
    form = panel(page)
    form.get_by_role("textbox", name="Description").fill("mine")
    page.get_by_role("link", name="Events").click()
    page.get_by_role("link", name="Actions").click()
    page.get_by_role("link", name="ours").click()
    expect(form.get_by_role("textbox", name="Description")).to_have_value("mine")
    form.get_by_role("textbox", name="URL").fill("nowhere")
    button(form, "Save").click()
    expect(form.get_by_text("This cannot be saved yet.")).to_be_visible()
    expect(form.get_by_role("textbox", name="URL")).to_have_attribute("aria-invalid", "true")
    form.get_by_role("textbox", name="URL").fill(partner.url("/ours"))
    page.context.set_offline(True)
    button(form, "Save").click()
    expect(form.get_by_text("saved when it is back")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("‘ours’ is saved.")).to_be_visible(timeout=15_000)
    form.get_by_role("textbox", name="Description").fill("mine again")
    server.post("/api/apply", {"actions": [{"name": "ours", "url": partner.url("/ours"), "description": "theirs"}]})
    button(form, "Save").click()
    expect(form.get_by_text("Somebody else has saved this meanwhile.")).to_be_visible()
    button(form, "Save mine over it").click()
    expect(form.get_by_text("Somebody else has saved this meanwhile.")).to_have_count(0)
    wait(lambda: server.get("/api/actions/ours")["description"] == "mine again", 15)


def tab_to(page: Page, name: str) -> None:
    """Goes on with Tab to the element of that name."""
    for _ in range(90):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "() => { const e = document.activeElement; const ids = e.getAttribute('aria-labelledby')?.split(' ') ?? [];"
            " return [e.labels?.[0], ...ids.map(id => document.getElementById(id))].map(l => l?.textContent).join(' ')"
            ".trim() || e.getAttribute('aria-label') || e.textContent; }"
        )
        if name in told:
            return
    raise AssertionError(f"no way to '{name}' with Tab")


def test_an_event_in_korean_by_keyboard_alone(server: RunningServer, visit: Visit) -> None:
    page = visit("/", "ko", "dark")
    expect(page.get_by_role("link", name="이벤트")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("이벤트")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_label("이름", exact=True)).to_be_focused()
    page.keyboard.type("Refunded")
    tab_to(page, "스키마")
    page.keyboard.type("purch")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, "이벤트 ID 조건")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    tab_to(page, "고급 모드")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("표현식", exact=True)).to_be_focused()
    page.keyboard.insert_text('@{Refunded.eventType} == "commerce.refunds"')
    expect(dialog.get_by_text("결과:")).to_be_visible()
    tab_to(page, "적용")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    tab_to(page, "네임스페이스")
    page.keyboard.press("Enter")
    page.keyboard.type("CRM")
    page.keyboard.press("Enter")
    tab_to(page, "저장")
    page.keyboard.press("Enter")
    expect(page.get_by_text("‘Refunded’를 저장했어요.")).to_be_visible()
    assert server.get("/api/events/Refunded")["namespace"] == "CRMID"
    assert serious(page) == []


def test_who_may_only_look_changes_nothing(server: RunningServer, visit: Visit) -> None:
    server.post("/api/access/users", {"name": "lee", "profiles": ["Standard user"]})
    page = visit("/configuration/actions/vip_thanks", user="lee")
    expect(panel(page).get_by_text("You may look at this, not change it.")).to_be_visible()
    expect(panel(page).get_by_role("textbox", name="URL")).not_to_be_editable()
    expect(button(page, "Create an action")).to_have_count(0)
    expect(button(page, "Save")).to_have_count(0)
    expect(page.get_by_role("tab", name="Test call")).to_have_count(0)
