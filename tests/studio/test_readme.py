"""The demo as the README tells it: `make run`, the printed link, language and appearance, live counts, Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

from playwright.sync_api import Browser, expect

from ..demo.test_live import hear_interrupts
from ..support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


def test_make_run(browser: Browser, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = re.search(r"`(make run PORT=9000 DATA=/tmp/demo)`", readme)
    assert command is not None
    words = command[1].replace("9000", str(free_port())).replace("/tmp/demo", str(tmp_path / "demo")).split()
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}  # make test runs this
    log = tmp_path / "log"
    with log.open("wb") as out:
        running = subprocess.Popen(
            words, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True, preexec_fn=hear_interrupts
        )
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    try:
        page = context.new_page()
        page.set_default_timeout(15_000)
        for _ in range(600):
            printed = re.search(r"Sojourn is live: (\S+)", log.read_text(encoding="utf-8"))
            if printed or running.poll() is not None:
                break
            page.wait_for_timeout(100)
        assert printed is not None, log.read_text(encoding="utf-8")
        page.goto(printed[1])
        expect(page.get_by_role("heading", name="Running journeys")).to_be_visible()
        page.get_by_role("button", name="account and settings").click()
        page.get_by_role("menuitem", name="한국어").click()
        expect(page.get_by_role("heading", name="진행 중인 여정")).to_be_visible()
        page.get_by_role("button", name="계정과 설정").click()
        page.get_by_role("menuitem", name="어둡게").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.get_by_role("main").get_by_role("link", name="win-back", exact=True).click()
        entered = page.get_by_role("row", name="진입").get_by_role("cell")
        expect(entered).to_have_text(re.compile("[1-9]"), timeout=30_000)
        before = entered.inner_text()
        expect(entered).not_to_have_text(before, timeout=30_000)  # customers keep coming
        assert "win_back" in page.locator(".react-flow").inner_text()
    finally:
        context.close()
        os.killpg(running.pid, signal.SIGINT)
        try:
            assert running.wait(30) is not None
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
    assert "stopping ..." in log.read_text(encoding="utf-8")
