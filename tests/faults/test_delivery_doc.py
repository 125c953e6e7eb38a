"""docs/delivery.md names a test beside each promise: each of them exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "delivery.md"


def test_every_test_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", DOCUMENT.read_text())
    assert len(named) > 20
    for file, name in named:
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(), re.MULTILINE), f"{file}::{name}"


def test_every_promise_names_a_test() -> None:
    """Each item of a list states something; each ends with the test that shows it."""
    items = re.findall(r"^- .*(?:\n  .*)*", DOCUMENT.read_text(), re.MULTILINE)
    assert len(items) > 15
    assert [item for item in items if "`tests/" not in item] == []
