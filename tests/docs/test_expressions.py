"""The examples of docs/expressions.md do what they say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from sojourn.cli.main import cli
from sojourn.editor.context import ContextScope, Trial, read_context
from sojourn.editor.simple import Group, to_simple, to_text
from sojourn.expression import EvaluationError, ExpressionError, to_json
from sojourn.expression.parse import parse

PAGE = (Path(__file__).parents[2] / "docs" / "expressions.md").read_text(encoding="utf-8")
GIVEN, VIEW = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
BLOCKS = re.findall(r"^```expressions\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = [re.split(r"\s+-> ", line) for block in BLOCKS for line in block.splitlines()]
CONTEXT = read_context(json.loads(GIVEN))


@pytest.mark.parametrize("source, result", EXAMPLES)
def test_an_example(source: str, result: str) -> None:
    try:
        found = json.dumps(to_json(Trial(source, CONTEXT).evaluate()), ensure_ascii=False)
    except (ExpressionError, EvaluationError) as error:
        found = error.code
    assert found == result


def test_the_command_and_its_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("order.json").write_text(GIVEN, encoding="utf-8")
    (command, answer) = re.findall(r"^    sojourn eval (.+)$|^prints `(.+?)`", PAGE, re.MULTILINE)[:2]
    source = command[0].split("'")[1]
    ran = CliRunner().invoke(cli, ["eval", source, "--context", "order.json"])
    assert ran.output.strip() == answer[1]
    shown = re.findall(r"^    \$ sojourn eval '(.+)' --context order.json\n((?:    .*\n)+)", PAGE, re.MULTILINE)
    ((source, said),) = shown
    ran = CliRunner().invoke(cli, ["eval", source, "--context", "order.json"])
    assert (ran.exit_code, ran.output) == (2, re.sub("^    ", "", said, flags=re.MULTILINE))


def test_the_simple_view() -> None:
    text = re.findall(r"^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[0].strip()
    scope = ContextScope(CONTEXT, parse(text))
    view = Group.model_validate_json(VIEW)
    assert to_simple(text, scope) == view
    assert to_text(view, scope) == text
