"""What data sources answer in a backtest and a replay [6.33]."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..cli.conftest import Sojourn, sojourn
from .test_live import CONDITION, message, project

__all__ = ["sojourn"]  # the fixture
ANSWERS: dict[str, Any] = {
    "Crm.of": {
        "who=hot": {"score": 11},
        "who=cold": {"score": 1},
        "who=gone": {"$error": "http", "$code": 404},
        "who=html": "<html>",
    },
    "Crm.sent": {'{"fixed": "y", "who": "x"}': {"score": 1}, "*": {"score": 0}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = project(9, CONDITION)
    for kind in ("schemas", "datasets", "events", "sources", "actions", "journeys"):
        (tmp_path / "project" / kind).mkdir(parents=True)
        for document in made[kind]:
            (tmp_path / "project" / kind / f"{document['name']}.yaml").write_text(yaml.safe_dump(document))
    return tmp_path / "project"


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonl"
    people = ("hot", "cold", "gone", "html", "other")
    path.write_text("".join(json.dumps(message("Enter", who)) + "\n" for who in people))
    return path


def run(sojourn: Sojourn, folder: Path, events: Path, command: str, *more: object) -> Any:
    fixed = ("--journey", "j", "--until", "2026-01-02T00:00:00Z", "--events", events, "--json")
    ran = sojourn(command, folder, *fixed, *more)
    return json.loads(ran.out) if ran.code == 0 else (ran.code, ran.err)


def test_answers_of_a_file(sojourn: Sojourn, folder: Path, events: Path, tmp_path: Path) -> None:
    """By what a request carries; both commands alike. Without a file every field is null."""
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(ANSWERS))
    found = run(sojourn, folder, events, "backtest", "--answers", answers)
    assert (found["actions"], found["entered"], found["completed"], found["failed"]) == ({"send": 1}, 5, 5, 0)
    replayed = run(sojourn, folder, events, "replay", "--answers", answers, "--data", tmp_path / "data")
    assert {**replayed, "events_per_second": 0} == {**found, "events_per_second": 0}
    assert run(sojourn, folder, events, "backtest")["actions"] == {"send": 0}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "ERR_ANSWERS_FILE"), ("{", "ERR_ANSWERS_FILE"), ('{"Crm.off": {}}', "ERR_ANSWERS_GROUP"),
        ('{"Crm.of": []}', "ERR_ANSWERS"), ('{"Crm.of": {"*": {"$error": "no"}}}', "ERR_ANSWERS"),
        ('{"Crm.of": {"*": {"$error": "http", "$code": "404"}}}', "ERR_ANSWERS"),
    ],
)  # fmt: skip
def test_a_bad_file(sojourn: Sojourn, folder: Path, events: Path, tmp_path: Path, text: str, code: str) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(text)
    exit_code, said = run(sojourn, folder, events, "backtest", "--answers", answers)
    assert exit_code == 2 and said.count("\n") == 1 and f"({code})" in said
