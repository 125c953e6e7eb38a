"""`studio_*`: what somebody waits for in the studio, with 2,000 journeys, a warm server and a cold browser.

The list and a designer of fifty activities are interactive when what one came for is drawn and the next frame has been;
the drag takes an activity of the palette across that canvas and back.
"""

from __future__ import annotations

import gzip
import re
import statistics
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from bench.serving import serving

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "src" / "sojourn" / "studio"
JOURNEYS = 2_000
ACTIVITIES = 50
SIZE = {"width": 1440, "height": 900}
DRAWN = "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
WATCH = """() => {
    window.frames_ = []; window.tasks_ = [];
    new PerformanceObserver(list => tasks_.push(...list.getEntries().map(each => each.duration)))
        .observe({entryTypes: ['longtask']});
    let last = performance.now();
    const frame = now => { frames_.push(now - last); last = now; window.watch_ = requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
}"""


def long_journey(name: str) -> dict[str, Any]:
    """A purchase, then waits, with a condition for every fifth."""
    activities: dict[str, Any] = {"start": {"type": "event", "event": "Purchase", "next": "a1"}}
    for number in range(1, ACTIVITIES):
        following = f"a{number + 1}" if number < ACTIVITIES - 1 else None
        if number % 5 == 0:
            paths = {"big": "@{Purchase._tenant.value} >= 50"}
            activities[f"a{number}"] = {"type": "condition", "paths": paths, "next": {"big": following}}
        else:
            activities[f"a{number}"] = {"type": "wait", "duration": "P1D", "next": following}
    return {"name": name, "namespace": "CRMID", "start": "start", "activities": activities}


def studio(quick: bool) -> dict[str, float]:
    """Seconds until list and designer can be used, milliseconds of a drag, kilobytes of the first JavaScript."""
    from tests.support.browser import chromium  # the browser of the tests

    subprocess.run(["sh", "scripts/studio"], cwd=ROOT, check=True, capture_output=True)
    rounds = 3 if quick else 5
    with serving() as processes, chromium() as browser:
        short = long_journey("short")["activities"]["start"] | {"next": None}
        made = [
            {"name": f"journey {number}", "namespace": "CRMID", "start": "start", "activities": {"start": short}}
            for number in range(JOURNEYS - 2)
        ]
        for first in range(0, len(made), 200):
            processes.client.post("/api/apply", {"journeys": made[first : first + 200]})
        processes.client.post("/api/apply", {"journeys": [long_journey("long")]})
        url, cookies = signed_in(browser, processes.link())
        found = {
            "studio_list_s": [opened(browser, cookies, f"{url}/journeys", "tbody tr") for _ in range(rounds + 1)],
            "studio_designer_s": [
                opened(browser, cookies, f"{url}/journeys/long", "[data-activity=a1]") for _ in range(rounds + 1)
            ],
        }
        longest, frame = dragged(browser, cookies, f"{url}/journeys/long")
    return {
        **{name: statistics.median(times[1:]) for name, times in found.items()},  # the first warms the server
        "studio_drag_longest_task_ms": longest,
        "studio_drag_frame_p95_ms": frame,
        "studio_initial_js_kb": initial_js(),
    }


def signed_in(browser: Browser, link: str) -> tuple[str, Any]:
    """The server's address, and what signing in leaves."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.wait_for_url("**/")
    found = page.url.rstrip("/"), context.cookies()
    context.close()
    return found


def fresh(browser: Browser, cookies: Any) -> Page:
    """A page of a browser that has nothing in its cache."""
    context = browser.new_context(viewport=SIZE)  # type: ignore[arg-type]
    context.add_cookies(cookies)
    return context.new_page()


def opened(browser: Browser, cookies: Any, url: str, sign: str) -> float:
    """Seconds from the beginning of the navigation to the frame behind the one in which `sign` is there."""
    page = fresh(browser, cookies)
    page.goto(url, wait_until="commit")
    page.locator(sign).first.wait_for()
    taken: float = page.evaluate(DRAWN)
    page.context.close()
    return taken / 1_000


def dragged(browser: Browser, cookies: Any, url: str) -> tuple[float, float]:
    """The longest task (0: none above 50 ms) and the 95th of a hundred frames, ms, of a drag over the canvas."""
    page = fresh(browser, cookies)
    page.goto(url)
    page.locator("[data-activity=a1]").first.wait_for()
    page.wait_for_timeout(1_000)
    offer = page.locator("aside [draggable=true]").last
    offer.hover()
    page.evaluate(WATCH)
    page.mouse.down()
    for step in range(120):
        across = step if step < 60 else 120 - step
        page.mouse.move(400 + 14 * across, 300 + 4 * (across % 20))
    page.mouse.move(20, 880)
    page.mouse.up()
    frames, tasks = page.evaluate("() => { cancelAnimationFrame(watch_); return [frames_.slice(1), tasks_]; }")
    page.context.close()
    return max(tasks, default=0.0), statistics.quantiles(frames, n=20)[-1]


def initial_js() -> float:
    """What the first page loads before it shows anything: the script of the page and what it is made of."""
    index = (BUILT / "index.html").read_text(encoding="utf-8")
    names = set(re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', index))
    return sum(len(gzip.compress((BUILT / name).read_bytes(), 6)) for name in names) / 1_000
