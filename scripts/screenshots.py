"""Pictures of the studio into docs/img: `.venv/bin/python scripts/screenshots.py [NAME...]`, then look at each.

Before they are committed, bring them to 256 colours, with `pngquant --ext .png --force docs/img/*.png` or another such
tool: they take less than half the place.

The server runs on a virtual clock with the first purchases of the demo: pictures differ only where the studio does.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from sojourn.access.credentials import LOCAL_FILE
from sojourn.cli.client import Client
from sojourn.demo.history import in_order
from sojourn.demo.processes import Processes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support import shop  # noqa: E402
from tests.support.browser import chromium  # noqa: E402
from tests.support.ports import free_port  # noqa: E402

OUT = ROOT / "docs" / "img"
PURCHASES = 6_000
SIZE = {"width": 1360, "height": 850}
NEW_VERSION = {"en": "Create a new version", "ko": "새 버전 만들기"}
RUN = {"en": "Run", "ko": "실행"}
TRY = {"en": "Activate test mode", "ko": "테스트 모드 켜기"}
EDIT = {"en": "Edit the expression: Condition", "ko": "표현식 편집: 조건"}


def home(page: Page, language: str) -> None:
    page.locator("dl").first.wait_for()


def journeys(page: Page, language: str) -> None:
    page.locator("tbody tr").first.wait_for()


def report(page: Page, language: str) -> None:
    page.locator("[data-activity]").first.wait_for()


def live(page: Page, language: str) -> None:
    page.get_by_text("%").first.wait_for()


def designer(page: Page, language: str) -> None:
    page.get_by_role("button", name=NEW_VERSION[language]).click()
    page.get_by_role("complementary").get_by_role("searchbox").wait_for()
    page.locator("[data-activity=is_big]").click()
    page.locator("[data-pane]").wait_for()


def insert(page: Page, language: str) -> None:
    page.get_by_role("button", name=NEW_VERSION[language]).click()
    page.locator('[data-place="purchase/then"]').click()
    page.get_by_role("listbox").wait_for()


def expression(page: Page, language: str) -> None:
    designer(page, language)
    page.get_by_role("button", name=EDIT[language]).click()
    page.get_by_role("dialog").locator("code").wait_for()


def shortcuts(page: Page, language: str) -> None:
    page.locator("tbody tr").first.wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()


def opened(page: Page, language: str) -> None:
    page.locator("[data-details] [role=tabpanel]").wait_for()


def limit(page: Page, language: str) -> None:
    page.locator("[data-details] input").first.wait_for()


def tab(number: int) -> Callable[[Page, str], None]:
    """The details that are open, at another of their tabs."""

    def ready(page: Page, language: str) -> None:
        opened(page, language)
        page.locator("[data-details] [role=tab]").nth(number).click()
        page.wait_for_load_state("networkidle")

    return ready


def people(page: Page, language: str) -> None:
    live(page, language)
    page.locator("button[title*='big']").first.click()
    page.locator("[data-side] li button").first.click()
    page.locator("[data-side] time").first.wait_for()
    page.locator("[data-side] summary").first.click()


def what_if(page: Page, language: str) -> None:
    page.locator("[data-activity=patience]").click()
    page.locator("[data-pane] input[inputmode=numeric]").first.fill("10")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=RUN[language], exact=True).click()
    page.get_by_role("progressbar").wait_for()
    page.get_by_role("progressbar").wait_for(state="detached", timeout=60_000)


def test(page: Page, language: str) -> None:
    page.get_by_role("button", name=TRY[language]).wait_for()


def reports(page: Page, language: str) -> None:
    page.locator("tbody tr").first.wait_for()
    page.locator("figure svg").wait_for()


def query(page: Page, language: str) -> None:
    page.locator(".cm-content").wait_for()
    page.get_by_role("button", name=RUN[language], exact=True).click()
    page.locator("tbody tr").first.wait_for()


def alerts(page: Page, language: str) -> None:
    page.locator("[data-details]").wait_for()


def details(page: Page, language: str) -> None:
    page.locator("[data-details] dl, [data-details] table").first.wait_for()


def person(page: Page, language: str) -> None:
    """The way of somebody, with what a decision saw."""
    page.get_by_role("tab").nth(3).click()
    page.locator("article button").first.click()
    page.locator("article summary").first.click()


def change(page: Page, language: str) -> None:
    page.locator("tbody a").nth(6).click()
    details(page, language)


SHOTS = {
    "home": ("/", home),
    "journeys": ("/journeys", journeys),
    "report": ("/journeys/win-back/report", report),
    "live": ("/journeys/win-back", live),
    "people": ("/journeys/win-back", people),
    "test": ("/journeys/win-back-draft?lens=test", test),
    "backtest": ("/journeys/win-back?lens=backtest", what_if),
    "reports": ("/reports", reports),
    "query": ("/reports/query", query),
    "alert": ("/reports/alerts?new=true", alerts),
    "designer": ("/journeys/win-back", designer),
    "insert": ("/journeys/win-back", insert),
    "expression": ("/journeys/win-back", expression),
    "shortcuts": ("/journeys", shortcuts),
    "schema": ("/configuration/schemas/purchase", tab(1)),
    "events": ("/configuration/events", journeys),
    "event": ("/configuration/events/Purchase", opened),
    "payload": ("/configuration/events/Purchase", tab(1)),
    "new-source": ("/configuration/sources?new=true", opened),
    "action": ("/configuration/actions/win_back", opened),
    "new-limit": ("/configuration/limits?new=true", limit),
    "segment": ("/segments/Loyal?sandbox=shop", details),
    "profiles": ("/profiles?sandbox=shop", journeys),
    "person": ("/profiles/CRMID/c0045?sandbox=shop", person),
    "product-profile": ("/admin/product-profiles/Campaign team", details),
    "audit": ("/admin/audit", change),
}
LOOKS = (("en", "light"), ("en", "dark"), ("ko", "light"))


def customers(processes: Processes) -> None:
    """A sandbox with customers, segments and a journey that some of them are in; and somebody to look after them."""
    grants = {"shop": ["manage-journeys", "read-configuration"], "prod": ["read-journeys", "read-reports"]}
    description = "Builds journeys for the shop"
    processes.client.post("/api/sandboxes", {"name": "shop", "colour": "teal"})
    made = {"description": description, "grants": grants}
    processes.client.request("PUT", "/api/access/product-profiles/Campaign%20team", made)
    processes.client.post("/api/access/users", {"name": "mina", "profiles": ["Campaign team"]})
    with Client(f"http://127.0.0.1:{processes.port}", "shop", token_file=processes.data / LOCAL_FILE) as client:
        client.post("/api/apply", shop.PROJECT)
        client.post(f"/api/journeys/{shop.JOURNEY}/publish")
        records = "\n".join(json.dumps(shop.customer(number)) for number in range(200))
        client.request("POST", "/api/datasets/customers/records", raw=records.encode())
        for number in range(60):
            client.post("/collection/shop", shop.order(number, 20.0 + number, at="1997-01-23T12:00:00Z"))


def main() -> None:
    """Takes all pictures, or those that are named."""
    OUT.mkdir(exist_ok=True)
    options = ["--clock", "virtual", "--start-at", "1997-01-01T00:00:00Z"]
    with (
        tempfile.TemporaryDirectory() as folder,
        Processes(Path(folder), free_port(), [], options) as processes,
        chromium() as browser,
    ):
        processes.publish()
        draft = processes.client.get("/api/journeys/win-back")["document"]
        processes.client.post("/api/apply", {"journeys": [{**draft, "name": "win-back-draft"}]})
        messages = [purchase.message() for purchase in in_order()[:PURCHASES]]
        for first in range(0, PURCHASES, 500):
            processes.post(messages[first : first + 500])
        customers(processes)
        url = f"http://127.0.0.1:{processes.port}"
        context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
        page = context.new_page()
        page.goto(processes.link())
        page.wait_for_url(url + "/")
        for language, theme in LOOKS:
            kept = f'{{"language": "{language}", "theme": "{theme}"}}'
            for name in sys.argv[1:] or SHOTS:
                path, ready = SHOTS[name]
                page.evaluate("kept => localStorage.setItem('sojourn.preferences', kept)", kept)
                page.goto(url + path)
                ready(page, language)
                page.wait_for_timeout(400)
                target = OUT / f"{name}-{language}{'-dark' if theme == 'dark' else ''}.png"
                page.screenshot(path=target)
                print(target.relative_to(ROOT))
        context.close()


if __name__ == "__main__":
    main()
