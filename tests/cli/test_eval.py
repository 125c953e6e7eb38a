"""`sojourn eval`: one expression or a batch, tried on a context [7.4, 12.1]."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import Sojourn

PAYLOAD: dict[str, Any] = {
    "city": "Seoul", "total": 120.5, "count": 3, "at": "2026-02-27T18:30:00+09:00", "big": 2**63 - 1, "unset": None,
    "mixed": [1, 2.5], "none": [], "nulls": [None], "odd name": {"3h": 1}, "spans": ["PT5H", None],
    "items": [{"sku": "pen", "price": 1, "at": "2026-01-01"}, {"sku": "ink", "price": 2.5, "tags": ["a"]}],
    "identityMap": {"Email": [{"id": "a@x.com"}], "Phone": [{"id": "+82", "primary": True}]},
}  # fmt: skip
TYPES = {"at": "dateTime", "spans": "duration", "items.at": "dateOnly", "late": "listDateTime", "born": "dateOnly"}
CONTEXT: dict[str, Any] = {
    "now": "2026-03-01T10:00:00Z",
    "events": {"E": {"payload": PAYLOAD, "types": TYPES}},
    "sources": {"S": {"g": {"since": "2020-01-01", "rows": [{"n": 1}, {"n": 2}], "map": {"a": 1, "b": 2}}}},
    "types": {"S.g.since": "dateOnly", "E.unset": "string", "Score.spent": "list<duration>"},
    "segments": ["VIP"],
    "actions": {"Score": {"points": 7, "rows": [{"ok": True}]}, "Two words": {"x": "y"}},
    "qualification": {"status": "realized"},
    "journey": {"journeyVersionName": "welcome", "lastDataFetchElapsedTime": 12},
}

VALUES = [
    # inferred types
    ("@{E.city}", "string", "Seoul"),
    ("@{E.total}", "decimal", 120.5),
    ("@{E.count}", "integer", 3),
    ("@{E.mixed}", "list<decimal>", [1.0, 2.5]),
    ("@{E.none}", "list<any>", []),
    ("@{E.items.price}", "list<decimal>", [1.0, 2.5]),
    ("count(@{E.items.tags})", "integer", 1),
    ("@{E.'odd name'.'3h'}", "integer", 1),
    # types given
    ("@{E.at}", "dateTime", "2026-02-27T18:30:00+09:00"),
    ("@{E.spans}", "list<duration>", ["PT5H", None]),
    ("@{E.items.at}", "list<dateOnly>", ["2026-01-01", None]),
    ("@{E.late} is null", "boolean", True),
    ("@{E.born, defaultValue: date('2000-01-01')}", "dateOnly", "2000-01-01"),
    ("@{E.unset}", "string", None),
    ("#{S.g.since}", "dateOnly", "2020-01-01"),
    ("@action{Score.spent}", "list<duration>", None),
    # dates and durations as text
    ("now()", "dateTime", "2026-03-01T10:00:00Z"),
    ("now('Asia/Seoul')", "dateTime", "2026-03-01T19:00:00+09:00"),
    ("date('2026-03-01T10:00:00')", "dateTimeOnly", "2026-03-01T10:00:00"),
    ("toDuration(18000000)", "duration", "PT5H"),
    # collections, maps, loop variables
    ("@{E.items.all(currentEventField.price > 1).sku}", "list<string>", ["ink"]),
    ("@{E.items.first(in('a', currentEventField.tags)).sku}", "string", "ink"),
    ("@{E.items.at(0)}", "object", PAYLOAD["items"][0]),
    ("@{E.identityMap.entry('Email').first().id}", "string", "a@x.com"),
    ("@{E.identityMap.keys()}", "list<string>", ["Email", "Phone"]),
    ("@{E.identityMap.Phone.at(0).primary}", "boolean", True),
    ("#{S.g.map.entry('b')}", "integer", 2),
    ("#{S.g.map.firstEntryKey()}", "string", "a"),
    ("#{S.g.rows.last(currentDataPackField.n < 2).n}", "integer", 1),
    ("@action{Score.rows.first(currentActionField.ok).ok}", "boolean", True),
    # the rest of what there is
    ("@event{E.city}", "string", "Seoul"),
    ("@action{'Two words'.x}", "string", "y"),
    ("inSegment('VIP') and not inAudience('Other')", "boolean", True),
    ("@{SegmentQualification.status}", "string", "realized"),
    ("@{SegmentQualification.lastQualificationTime}", "dateTime", None),
    ("#{JourneyProperties.journeyVersionName}", "string", "welcome"),
    ("#{JourneyProperties.lastDataFetchElapsedTime} > 10", "boolean", True),
    ("#{JourneyProperties.instanceUID}", "string", None),
    ("-1 - 2", "integer", -3),
    ("null", "null", None),
    ("'한글'", "string", "한글"),
]
STATIC = [
    ("@{E.cty}", "ERR_EXPR_UNKNOWN_FIELD"),
    ("@{F.city}", "ERR_EXPR_UNKNOWN_EVENT"),
    ("lenght('a')", "ERR_EXPR_UNKNOWN_FUNCTION"),
    ("1 == '1'", "ERR_EXPR_OPERANDS"),
    ("1 +", "ERR_EXPR_UNFINISHED"),
    ("", "ERR_EXPR_EMPTY"),
]
RUNTIME = "@{E.big} + @{E.count}"


@pytest.fixture
def context(tmp_path: Path) -> Path:
    path = tmp_path / "context.json"
    path.write_text(json.dumps(CONTEXT), encoding="utf-8")
    return path


def batch(sojourn: Sojourn, folder: Path, lines: list[Any]) -> list[Any]:
    """The answers to `lines`, each JSON or text as it is; the exit status is 0 whatever they are."""
    path = folder / "batch.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    ran = sojourn("eval", "--batch", path)
    assert (ran.code, ran.err) == (0, "")
    return [json.loads(line) for line in ran.out.splitlines()]


# --- one ---


def test_the_real_command(context: Path) -> None:
    """In a process of its own: JSON on stdout, nothing on stderr."""
    command = [sys.executable, "-m", "sojourn", "eval", "@{E.total} >= 50", "--context", str(context)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, '{"type": "boolean", "value": true}\n', "")


def test_without_a_context(sojourn: Sojourn) -> None:
    assert sojourn("eval", "-1 + 3") == (0, '{"type": "integer", "value": 2}\n', "")


DIAGNOSTICS = [
    ("lenght('a') == 1", "1:1: There is no function 'lenght'. Did you mean 'length'?", "lenght", 0),
    ("true and\n  1 == '1'", "2:3: The operator '=='", "1 == '1'", 2),
    ("'한글' == @{E.cty}", "1:13: 'E.cty' is not a field", "cty", 14),
    ("1 +", "1:4: The expression ends too early.", "", 3),
    ("\t(", "1:3: The expression ends too early.", "", 2),
]


@pytest.mark.parametrize("source, words, marked, column", DIAGNOSTICS)
def test_a_static_error_shows_its_place(
    sojourn: Sojourn, context: Path, source: str, words: str, marked: str, column: int
) -> None:
    """A caret stands under each character of the place, on a terminal where Korean letters are two wide."""
    ran = sojourn("eval", source, "--context", context)
    assert (ran.code, ran.out) == (2, "")
    said, line, carets = ran.err.splitlines()
    assert said.startswith(f"sojourn: {words}") and said.endswith(")")
    assert line.strip() in source
    assert carets == "    " + " " * column + "^" * max(1, len(marked))


def test_a_long_line_is_shown_around_the_place(sojourn: Sojourn) -> None:
    ran = sojourn("eval", "1 + " * 100 + "lenght('a')" + " + 1" * 60)
    _, line, carets = ran.err.splitlines()
    assert len(line) < 120 and line[len(carets) - 6 : len(carets)] == "lenght"


def test_several_errors_are_counted(sojourn: Sojourn) -> None:
    ran = sojourn("eval", "lenght('a') + uper('b')")
    assert ran.code == 2 and len(ran.err.splitlines()) == 3 and "(and 1 more)" in ran.err


def test_what_cannot_be_computed(sojourn: Sojourn, context: Path) -> None:
    ran = sojourn("eval", RUNTIME, "--context", context)
    assert (ran.code, ran.out) == (3, "")
    assert len(ran.err.splitlines()) == 1 and "ERR_EXPR_OVERFLOW" in ran.err


WRONG_CONTEXTS = [
    ('{"events": 1}', "context.events"),
    ('{"events": {"E": {"payload": [1]}}}', "context.events"),
    ('{"evnts": {}}', "evnts"),
    ('{"now": "yesterday"}', "context.now"),
    ('{"now": 99999999999999999}', "context.now"),
    ('{"timezone": "Mars/Base"}', "context.timezone"),
    ('{"events": {"E": {"types": {"a.b": "text"}}}}', "context.events.E.types.a.b"),
    ('{"types": {"S.g.x": 1}}', "context.types.S.g.x"),
    ("[1]", "context"),
    ("{", "not JSON"),
    ("[" * 100_000, "nested too deeply"),
]


@pytest.mark.parametrize("text, named", WRONG_CONTEXTS)
def test_a_wrong_context_is_named(sojourn: Sojourn, tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "context.json"
    path.write_text(text)
    ran = sojourn("eval", "1", "--context", path)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1 and named in ran.err


@pytest.mark.parametrize(
    "arguments",
    [(), ("1", "2"), ("1", "--batch", "x"), ("--batch", "x", "--context", "x"), ("1", "--context", "/nowhere")],
)
def test_a_wrong_call(sojourn: Sojourn, arguments: tuple[str, ...]) -> None:
    ran = sojourn("eval", *arguments)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)


def test_epoch_milliseconds_and_the_zone_of_a_local_now(sojourn: Sojourn, tmp_path: Path) -> None:
    contexts = [{"now": 1772359200000}, {"now": "2026-03-01T19:00:00", "timezone": "Asia/Seoul"}]
    found = batch(sojourn, tmp_path, [{"expr": "now()", "context": context} for context in contexts])
    assert [answer["value"] for answer in found] == ["2026-03-01T10:00:00Z"] * 2


# --- many ---


def test_values_of_a_batch(sojourn: Sojourn, tmp_path: Path) -> None:
    lines = [{"id": number, "expr": source, "context": CONTEXT} for number, (source, _, _) in enumerate(VALUES)]
    wanted = [{"id": number, "type": kind, "value": value} for number, (_, kind, value) in enumerate(VALUES)]
    assert batch(sojourn, tmp_path, lines) == wanted


def test_errors_of_a_batch(sojourn: Sojourn, tmp_path: Path) -> None:
    lines = [{"id": code, "expr": source, "context": CONTEXT} for source, code in STATIC]
    for answer in batch(sojourn, tmp_path, lines):
        assert (answer["error"]["stage"], answer["error"]["code"]) == ("static", answer["id"])
        assert answer["error"]["message"] and set(answer) == {"id", "error"}
    (answer,) = batch(sojourn, tmp_path, [{"id": "x", "expr": RUNTIME, "context": CONTEXT}])
    assert (answer["error"]["stage"], answer["error"]["code"]) == ("runtime", "ERR_EXPR_OVERFLOW")


BAD_LINES: list[tuple[Any, Any]] = [
    ("{", None),
    ('{"id": "broken", "expr": "1', "broken"),
    ("[1]", None),
    ("null", None),
    ({"id": 3}, 3),
    ({"id": {"a": 1}, "expr": 1}, {"a": 1}),
    ({"id": "c", "expr": "1", "context": {"events": []}}, "c"),
    ({"id": "t", "expr": "1", "context": 5}, "t"),
    ({"id": "l", "expr": "1", "context": []}, "l"),
    ('{"id": "half", "expr": "\'\\ud800\'"}', "half"),
    ("[" * 100_000, None),
]


def test_a_bad_line_stops_nothing(sojourn: Sojourn, tmp_path: Path) -> None:
    lines = [line for line, _ in BAD_LINES]
    found = batch(sojourn, tmp_path, ["", *lines, {"id": "last", "expr": "1"}])
    assert [answer["id"] for answer in found] == [*(id_ for _, id_ in BAD_LINES), "last"]
    assert all(answer["error"]["stage"] == "static" for answer in found[:-1])
    assert found[-1] == {"id": "last", "type": "integer", "value": 1}


def test_a_batch_is_answered_as_it_comes() -> None:
    """From standard input, each line before the next is there; a reader that leaves early is no error of ours."""
    command = [sys.executable, "-m", "sojourn", "eval", "--batch", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdin and running.stdout and running.stderr
        for number in range(3):
            running.stdin.write(json.dumps({"id": number, "expr": f"{number} + 1"}).encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline()) == {"id": number, "type": "integer", "value": number + 1}
        running.stdout.close()
        running.stdin.write(b'{"expr": "1"}\n' * 3)
        running.stdin.close()
        assert b"Traceback" not in running.stderr.read()
        assert running.wait(30) == 1


def test_a_bug_costs_one_line(sojourn: Sojourn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sojourn.cli.evaluate.to_json", lambda value: value if value == 1 else 1 // 0)
    found = batch(sojourn, tmp_path, [{"id": "bug", "expr": "2"}, {"id": "last", "expr": "1"}])
    assert found[0]["error"]["code"] == "ERR_BUG" and "ZeroDivisionError" in found[0]["error"]["message"]
    assert found[1] == {"id": "last", "type": "integer", "value": 1}
