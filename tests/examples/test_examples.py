"""The example journeys: valid, with histories from a seed, and what a backtest finds is what can be counted by hand."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner

from sojourn.cli.history import prepare
from sojourn.cli.main import cli
from sojourn.cli.project import load_valid
from sojourn.journey.activity import Activity
from sojourn.runtime import history
from sojourn.runtime.backtest import backtest
from sojourn.runtime.fixtures import NOTHING_KNOWN, read_fixtures
from sojourn.runtime.inlet import InletRules

from .counted import COUNTED, EXAMPLES, Past

NAMES = sorted(COUNTED)


def _command(name: str) -> list[str]:
    """The backtest that the README says."""
    text = (EXAMPLES / name / "README.md").read_text(encoding="utf-8").replace("\\\n", " ")
    (command,) = re.findall(r"^    sojourn (backtest .*)$", text, re.MULTILINE)
    return shlex.split(command)


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_of_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """expected.json is what `counted` says of the history without the product, and what the product says."""
    monkeypatch.chdir(EXAMPLES.parent)
    checked = CliRunner().invoke(cli, ["validate", f"examples/{name}"])
    assert checked.exit_code == 0 and "0 errors, 0 warnings" in checked.stderr, checked.output
    expected = json.loads((EXAMPLES / name / "expected.json").read_text(encoding="utf-8"))
    assert COUNTED[name](Past(name)) == expected
    command = _command(name)
    found = _report(command)
    assert {path: sum(_at(found, each) for each in path.split(" + ")) for path in expected} == expected
    done = CliRunner().invoke(cli, command)
    assert (
        done.exit_code == 0 and f": {expected['entered']:,} entered, {expected['completed']:,} completed" in done.stdout
    )


def _report(command: list[str]) -> dict[str, Any]:
    """The whole report of what a command runs."""
    folder, options = Path(command[1]), dict(zip(command[2::2], command[3::2], strict=True))
    project, plan = prepare(folder, options["--journey"])
    fixtures = read_fixtures(Path(options["--answers"]), project) if "--answers" in options else NOTHING_KNOWN
    until = round(datetime.fromisoformat(options["--until"]).timestamp() * 1000)
    past = history.read(Path(options["--events"]), InletRules(project), until)
    return backtest(project, plan, past, until, fixtures=fixtures).report.to_json()


def _at(report: dict[str, Any], path: str) -> int:
    found: Any = report
    for name in path.split("."):
        found = found.get(name, 0) if found else 0
    return int(found)


def test_histories_are_those_of_the_seed() -> None:
    """`python scripts/examples.py` writes what is there."""
    module = importlib.util.spec_from_file_location("examples", EXAMPLES.parent / "scripts" / "examples.py")
    assert module is not None and module.loader is not None
    script = importlib.util.module_from_spec(module)
    module.loader.exec_module(script)
    assert list(script.MAKERS) == list(COUNTED)
    for name in NAMES:
        assert (EXAMPLES / name / "history.jsonl").read_text(encoding="utf-8") == script.history(name)


def test_every_kind_of_activity_is_in_one() -> None:
    folders = [*NAMES, "winback"]
    used = {
        activity.type
        for name in folders
        for journey in load_valid(EXAMPLES / name)[1].journeys.values()
        for activity in journey.activities.values()
    }
    kinds = {get_args(kind.model_fields["type"].annotation)[0] for kind in get_args(get_args(Activity)[0])}
    assert used == kinds
