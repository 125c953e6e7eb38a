"""Every rule about actions and journeys is shown by a story or a named test, and stories fail when a rule is broken."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest

import sojourn

from ..engine.generator import LONG
from .scenario import HERE, Scenario, names, read

ROOT = HERE.parent.parent
NUMBERS = [*(f"5.{n}" for n in range(1, 8)), *(f"6.{n}" for n in range(1, 36))]
RULES: dict[str, dict[str, Any]] = read((HERE / "rules.yaml").read_text(encoding="utf-8"))
MUTATIONS: list[dict[str, Any]] = read((HERE / "mutations.yaml").read_text(encoding="utf-8"))


def shown() -> dict[str, list[str]]:
    """The stories that show each rule."""
    found: dict[str, list[str]] = {}
    for name in names():
        for rule in Scenario(name).shows:
            found.setdefault(rule, []).append(name)
    return found


def test_every_rule_is_shown() -> None:
    """By a story, or by a test that is named."""
    assert list(RULES) == NUMBERS
    stories = shown()
    assert [rule for rule in NUMBERS if rule not in stories and not RULES[rule].get("tests")] == []
    assert [rule for rule in stories if rule.startswith(("5.", "6.")) and rule not in RULES] == []


def test_tests_that_are_named_are_there() -> None:
    named = [each for rule in RULES.values() for each in rule.get("tests", ())]
    lost = []
    for each in named:
        path, _, function = each.partition("::")
        if not (ROOT / path).is_file() or (function and function not in _functions(path)):
            lost.append(each)
    assert lost == []


@cache
def _functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_what_is_broken_is_there() -> None:
    """All of the table, also what is tried in the long form alone: code moves."""
    root = Path(str(sojourn.__file__)).parent
    lost = [each for each in MUTATIONS if each["code"] not in (root / each["file"]).read_text(encoding="utf-8")]
    assert lost == [], "the code is another one now: mend the table"


def _id(mutation: dict[str, Any]) -> str:
    return f"{mutation['story']}: {mutation['broken']}"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product's code, to be broken."""
    folder = tmp_path_factory.mktemp("broken")
    assert sojourn.__file__ is not None
    copytree(Path(sojourn.__file__).parent, folder / "sojourn", ignore=ignore_patterns("studio"))
    return folder


@pytest.mark.parametrize("mutation", [each for each in MUTATIONS if LONG or each.get("short")], ids=_id)
def test_a_broken_rule_breaks_its_story(copied: Path, mutation: dict[str, Any]) -> None:
    path = copied / "sojourn" / mutation["file"]
    whole = path.read_text(encoding="utf-8")
    if LONG:
        assert _told(copied, mutation["story"])
    try:
        path.write_text(whole.replace(mutation["code"], mutation["broken"], 1), encoding="utf-8")
        os.utime(path, (1, 1))  # so that no compiled file is taken for it
        assert not _told(copied, mutation["story"])
    finally:
        path.write_text(whole, encoding="utf-8")


def _told(copied: Path, story: str) -> bool:
    """Whether it comes out as told by the code in a folder."""
    code = (
        "import sys, tempfile; from pathlib import Path; import sojourn\n"
        "from tests.scenarios.scenario import Scenario\n"
        f"assert Path(sojourn.__file__).is_relative_to({str(copied)!r})\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        f"    sys.exit(3 if Scenario({story!r}).differences(Path(folder)) else 0)"
    )
    environment = {**os.environ, "PYTHONPATH": f"{copied}{os.pathsep}{ROOT}"}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
    assert run.returncode in (0, 3), run.stderr
    return run.returncode == 0
