"""Pages that promise something name the tests that show it: each of them exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("docs/delivery.md", "docs/configure/promises.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_test_named_exists(page: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / page).read_text(encoding="utf-8"))
    assert len(named) > 20
    for file, name in named:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^def {name}\(", text, re.MULTILINE), f"{file}::{name}"


@pytest.mark.parametrize("page", PAGES)
def test_every_promise_names_a_test(page: str) -> None:
    """Each item of a list states something; each ends with the test that shows it."""
    items = re.findall(r"^- .*(?:\n  .*)*", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(items) > 15
    assert [item for item in items if "`tests/" not in item] == []


def test_every_rule_of_configuration_is_promised() -> None:
    """Sections 1 to 5 and 8, and how a server begins."""
    last = {1: 6, 2: 5, 3: 9, 4: 6, 5: 7, 8: 3}
    rules = {f"{section}.{number}" for section, count in last.items() for number in range(1, count + 1)} | {"10.1"}
    text = (ROOT / "docs/configure/promises.md").read_text(encoding="utf-8")
    named = {rule for rules in re.findall(r"^- ([\d., ]+)", text, re.MULTILINE) for rule in rules.strip().split(", ")}
    assert named == rules
