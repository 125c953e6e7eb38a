"""A browser for the studio: the Chromium that is there, else Debian's, else Playwright's own, fetched if need be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Starts one, and ends it. Raises RuntimeError, saying what to do, where none is to be had."""
    with sync_playwright() as playwright:
        path = _found()
        # In a container there is no room for Chromium's own sandbox; what it shows is ours.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        try:
            browser = playwright.chromium.launch(executable_path=path, args=arguments)
        except PlaywrightError as error:
            if path is None:
                _fetch()
            try:
                browser = playwright.chromium.launch(executable_path=path, args=arguments)
            except PlaywrightError:
                said = str(error).splitlines()[0]
                todo = "apt-get install chromium" if shutil.which("apt-get") else "playwright install chromium"
                raise RuntimeError(f"no Chromium starts ({said}): {todo}") from None
        try:
            yield browser
        finally:
            browser.close()


def _found() -> str | None:
    """The path of the one that is installed, or that Debian installs; None for Playwright's own."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found
    subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True, timeout=120)
    subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, capture_output=True, timeout=300)
    return shutil.which("chromium")


def _fetch() -> None:
    """Lets Playwright fetch its own, where it can."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(command, check=False, capture_output=True, timeout=300)
