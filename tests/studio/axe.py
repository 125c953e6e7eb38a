"""What axe says of a page."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "studio" / "node_modules" / "axe-core" / "axe.min.js"
RUN = "() => axe.run({resultTypes: ['violations']}).then(found => found.violations)"


def looks(language: str, theme: str) -> list[tuple[str, str]]:
    """One language and theme to look at pages in; in the long form all of them."""
    every = [(each, other) for each in ("en", "ko") for other in ("light", "dark")]
    return every if os.environ.get("SOJOURN_LONG") else [(language, theme)]


def serious(page: Page) -> list[str]:
    """Each serious or critical finding, with where it is."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    return [
        f"{found['id']}: {node['target']} {node['any'][0]['message'] if node['any'] else found['help']}"
        for found in page.evaluate(RUN)
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]
