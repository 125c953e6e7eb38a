"""Every finding there is: what it takes to get it, how bad it is, and the line that it names [6.35]."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sojourn
from sojourn.cli.project import load
from sojourn.journey.finding import Finding
from sojourn.messages import catalogue

from .table import CASES, GOOD, Case

SOURCES = Path(sojourn.__file__).parent
NOT_OF_DOCUMENTS = {
    "ERR_FILE_FOLDER", "ERR_SET_PATH", "ERR_ACTION_PATH", "ERR_SQL_EXTRA", "ERR_VALUE_TYPE", "ERR_OPENAPI",
    "ERR_OPENAPI_OPERATION", "ERR_MESSAGE_LONG", "ERR_UPDATE_VALUE", "ERR_JUMP_NOT_LIVE", "ERR_FIELD_ABOVE",
    "ERR_FIELD_BELOW",
}  # fmt: skip
"""Codes that are raised, not found, or found where a server runs: tests of files, overrides, actions, test calls,
proposals and entries have them."""
OF_VERSIONS = {"ERR_VERSION_REENTRANCE", "ERR_VERSION_NAMESPACE", "ERR_VERSION_START", "ERR_VERSION_SEGMENT"}
"""Codes about a document and the one before it."""


def written(folder: Path, case: Case | None = None) -> Path:
    """The good project with the case's files in it."""
    files = GOOD if case is None else {**GOOD, **case.extra, case.file: case.text}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def findings(folder: Path) -> list[Finding]:
    """As `sojourn validate` finds them."""
    return load(folder, ())[2]


def test_the_good_project_has_none(tmp_path: Path) -> None:
    assert findings(written(tmp_path)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code} {case.title}".strip())
def test_finding(tmp_path: Path, case: Case) -> None:
    """Its code and severity, once, at the file and line that are marked; and a sentence in both languages."""
    marked = [number for number, line in enumerate(case.text.splitlines(), 1) if "# <-" in line]
    (line,) = marked
    found = findings(written(tmp_path, case))
    here = str(tmp_path / case.file)
    assert [(each.code, each.severity, each.file, each.line) for each in found if each.file == here] == [
        (case.code, case.severity, here, line)
    ], [str(each) for each in found]
    # What stands on a broken document is in error too, and says where.
    assert all(each.file and each.line for each in found)
    for finding in found:
        told = finding.to_json("ko")
        assert (told["message"] and told["message"] != finding.text()) or finding.detail
        rule = told["message"].rpartition(": ")[2] if finding.code == "ERR_FIELD_INVALID" else told["message"]
        assert finding.detail or any("가" <= letter <= "힣" for letter in rule), rule
        assert str(finding).startswith(f"{finding.file}:{finding.line}: {finding.severity}: ")


def literals(*places: str) -> set[str]:
    """The codes that stand in these sources."""
    files = [path for place in places for path in sorted(SOURCES.glob(place))]
    return {code for path in files for code in re.findall(r'"((?:ERR|WARN)_[A-Z0-9_]+)"', path.read_text())}


def test_no_finding_is_untested() -> None:
    """Every code that the compiler and the loader can give is in the table; those of expressions and of fields have
    tests of their own (tests/expression, tests/schema), as the rules on what may be called come from `connect`."""
    given = literals("journey/**/*.py", "invalid.py", "connect/guard.py", "connect/sql.py")
    tested = {case.code for case in CASES if not case.code.startswith("ERR_EXPR_")}
    assert tested - (literals("schema/*.py") - given) | NOT_OF_DOCUMENTS | OF_VERSIONS == given
    severity = {"ERR": "error", "WARN": "warning"}
    assert all(case.severity == severity[case.code.partition("_")[0]] for case in CASES)


def test_no_code_of_the_catalogue_is_unused() -> None:
    """Codes are written out in the sources; those of expressions are put together there."""
    used = literals("**/*.py", "**/*.html") | {code for code in catalogue() if code.startswith("ERR_EXPR_")}
    assert {code for code in catalogue() if not code.startswith("INFO_")} - used == set()


def test_a_finding_names_its_activity_and_field(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.code == "ERR_PARAM_UNKNOWN")
    (finding,) = findings(written(tmp_path, case))
    told = finding.to_json()
    assert (told["kind"], told["name"], told["activity"]) == ("journey", "j", "x")
    assert told["field"] == "activities.x.parameters.m"
    assert told["params"] == {"action": "send", "name": "m", "known": "n"}
    assert "'send'" in told["message"] and "'m'" in told["message"] and told["hint"].endswith(" n.")


def test_ways_that_are_wrong_hide_nothing_else(tmp_path: Path) -> None:
    """A loop, a way to nowhere, a start that is none: what else is wrong is found with them."""
    text = """start: gone
activities:
  s: {type: event, event: Nobody, next: [w, x]}
  w: {type: wait, duration: PT5S, next: nowhere}
  x: {type: event, event: B, next: c}
  c: {type: condition, paths: {p: '@{B.nix} == 1'}, next: {p: d}}
  d: {type: action, action: letter, next: c}
"""
    folder = written(tmp_path, Case("", "journeys/j.yaml", f"name: j\nnamespace: CRMID\n{text}"))
    assert {each.code for each in findings(folder)} == {
        "ERR_START_UNKNOWN", "ERR_EVENT_UNKNOWN", "ERR_EXPR_UNKNOWN_FIELD", "ERR_ACTION_UNKNOWN",
    }  # fmt: skip
    folder = written(tmp_path, Case("", "journeys/j.yaml", f"name: j\nnamespace: CRMID\n{text.replace('gone', 's')}"))
    assert {each.code for each in findings(folder)} == {
        "ERR_TARGET_UNKNOWN", "ERR_EVENT_UNKNOWN", "ERR_EXPR_UNKNOWN_FIELD", "ERR_ACTION_UNKNOWN",
    }  # fmt: skip


def test_a_wait_as_long_as_the_global_timeout_is_no_finding(tmp_path: Path) -> None:
    """[6.21] Its timer goes first; also, waits on other ways and in parallel do not add up."""
    text = """name: j
namespace: CRMID
start: s
activities:
  s: {type: event, event: A, next: [x, y]}
  x: {type: wait, duration: P20D, next: z}
  y: {type: wait, duration: P15D, next: z}
  z: {type: wait, duration: P10D}
"""
    assert findings(written(tmp_path, Case("", "journeys/j.yaml", text))) == []


@pytest.mark.parametrize(
    ("file", "text", "field"),
    [
        ("journeys/j.yaml", "name: j\nstart: s\nactivities:\n  s:\n    type: event\n", "activities.s.event"),
        ("journeys/j.yaml", "name: j\nstart: s\nactivities: {s: {type: action}}", "activities.s.action"),
        ("journeys/j.yaml", "name: j\nstart: s\nactivities: {end: {type: condition}}", "activities.end.paths"),
        (
            "journeys/j.yaml",
            "name: j\nstart: s\nactivities: {s: {type: condition, paths: {wait: 5}}}",
            "activities.s.paths.wait",
        ),
        ("events/A.yaml", "name: A\nschema: record\ncondition: 5", "condition"),
    ],
)
def test_a_field_is_named_whatever_it_is_called(tmp_path: Path, file: str, text: str, field: str) -> None:
    """Fields and names may be called like kinds of activities."""
    kind = file.partition("s/")[0]
    (finding,) = [each for each in findings(written(tmp_path, Case("", file, text))) if each.kind == kind]
    assert finding.field == field
    assert f"'{field.rpartition('.')[2]}'" in finding.text()
