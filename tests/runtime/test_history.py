"""Reading recorded events: forms of files, order, repeats, and what is said of a bad line [6.31]."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.errors import InputError
from sojourn.journey.project import Project
from sojourn.runtime.history import read
from sojourn.runtime.inlet import Checked, InletRules

from ..engine.world import event, project

FOREVER = 10**15
RULES = InletRules(project({"start": event("A")}))


def record(id_: str, second: int = 0, **more: object) -> dict[str, Any]:
    return {"_id": id_, "timestamp": f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z", **more}


def envelope(entity: dict[str, Any]) -> dict[str, Any]:
    return {"header": {"schemaRef": {"id": "https://ns.example.com/schemas/record"}}, "body": {"xdmEntity": entity}}


def written(path: Path, *lines: object, end: str = "\n") -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + end
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def found(path: Path, until: int = FOREVER, rules: InletRules = RULES) -> list[str]:
    """The ids, in order."""
    return [each.id for each in read(path, rules, until) if isinstance(each, Checked)]


@pytest.mark.parametrize("name", ["events.jsonl", "events.jsonl.gz", "events.json"])
def test_forms_of_files(tmp_path: Path, name: str) -> None:
    """Plain or gzip by name; empty lines, CRLF and a missing last newline are no matter."""
    path = written(tmp_path / name, record("a"), "", "  \r", record("b", 1), end="")
    assert found(path) == ["a", "b"]
    assert [each.at for each in read(path, RULES, FOREVER)] == [1704067200000, 1704067201000]


def test_an_envelope_and_a_bare_record_are_the_same(tmp_path: Path) -> None:
    """[3.1] What counts is the xdmEntity."""
    entity = record("a", n=1)
    (inside,) = read(written(tmp_path / "envelope.jsonl", envelope(entity)), RULES, FOREVER)
    (bare,) = read(written(tmp_path / "bare.jsonl", entity), RULES, FOREVER)
    assert isinstance(inside, Checked) and isinstance(bare, Checked)
    assert json.loads(inside.record) == json.loads(bare.record) == entity
    assert (inside.id, inside.at) == (bare.id, bare.at)


@pytest.mark.parametrize("where", ["key", "value"])
def test_a_bare_record_may_say_xdm_entity(tmp_path: Path, where: str) -> None:
    """A word in a record does not make an envelope of it."""
    entity = record("a", **({"xdmEntity": 1} if where == "key" else {"note": "xdmEntity"}))
    assert found(written(tmp_path / "events.jsonl", entity)) == ["a"]


def test_order_of_lines_does_not_matter(tmp_path: Path) -> None:
    """[6.31] By (timestamp, _id), and moments count, not their text."""
    records = [record(f"{number:02}", number // 3) for number in range(30)]
    records.append({"_id": "zone", "timestamp": "2024-01-01T01:00:05.500+01:00"})
    expected = [f"{number:02}" for number in range(18)] + ["zone"] + [f"{number:02}" for number in range(18, 30)]
    for seed in range(5):
        random.Random(seed).shuffle(records)
        assert found(written(tmp_path / "events.jsonl", *records)) == expected


def test_the_first_line_of_an_id_counts(tmp_path: Path) -> None:
    """[3.2, 6.31] Whatever else the later ones hold, and even if the first is behind `until`."""
    lines = [record("a", 5, n=1), record("b", 1), record("a", 0, n=2), record("b", 1), record("c", 9)]
    path = written(tmp_path / "events.jsonl", *lines)
    assert found(path) == ["b", "a", "c"]
    second = read(path, RULES, FOREVER)[1]
    assert isinstance(second, Checked) and b'"n": 1' in second.record
    begin = 1704067200000
    assert found(path, begin + 5_000) == ["b", "a"]  # that moment included
    assert found(path, begin + 4_999) == ["b"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "not JSON"),
        ("[1]", "expected object"),
        ('{"_id": "c"}', "'timestamp' is missing"),
        ('{"_id": "c", "timestamp": "2024-01-01"}', "timestamp"),
        ('{"_id": "", "timestamp": "2024-01-01T00:00:00Z"}', "_id"),
        ('{"body": {"xdmEntity": {"_id": "c"}}}', "body.xdmEntity.timestamp"),
        ('{"body": {"xdmEntity": 5}}', "body.xdmEntity"),
        ('{"_id": "c", "timestamp": "2024-01-01T00:00:00Z", "_t": {"n": "x"}}', "_t.n"),
    ],
)
@pytest.mark.parametrize("name", ["events.jsonl", "events.jsonl.gz"])
def test_a_bad_line_gives_its_number(tmp_path: Path, name: str, line: str, says: str) -> None:
    """Counted in the file, empty lines and repeats included."""
    path = written(tmp_path / name, record("a"), "", record("a"), line, record("b"))
    with pytest.raises(InputError) as caught:
        read(path, RULES, FOREVER)
    assert caught.value.code == "ERR_HISTORY_LINE"
    assert (caught.value.params["line"], caught.value.params["file"]) == (4, str(path))
    assert says in str(caught.value)


@pytest.mark.parametrize("what", ["missing", "folder", "no gzip", "cut off", "damaged"])
def test_a_file_that_cannot_be_read(tmp_path: Path, what: str) -> None:
    """One readable sentence with the file's name [12.1]."""
    path = tmp_path / "events.jsonl.gz"
    if what == "folder":
        path.mkdir()
    elif what == "no gzip":
        path.write_text(json.dumps(record("a")))
    elif what != "missing":
        written(path, *[record(f"{number}", number % 60, x=random.Random(number).random()) for number in range(500)])
        body = bytearray(path.read_bytes())
        if what == "cut off":
            del body[len(body) // 2 :]
        else:
            body[100:140] = b"\xff" * 40
        path.write_bytes(body)
    with pytest.raises(InputError) as caught:
        read(path, RULES, FOREVER)
    assert caught.value.code == "ERR_HISTORY_FILE" and str(path) in str(caught.value)


def test_an_empty_file(tmp_path: Path) -> None:
    assert found(written(tmp_path / "events.jsonl", end="")) == []
    assert found(written(tmp_path / "events.jsonl.gz", end=""), rules=InletRules(Project())) == []


LINES = st.lists(
    st.sampled_from(
        [
            '{"_id":"%d","timestamp":"2026-01-01T00:00:00Z","eventType":"commerce.purchases"}',
            '{"_id":"%d","timestamp":"0001-01-01T00:00:00+01:00"}',
            '{"_id":"","timestamp":"2026-01-01T00:00:%02dZ"}',
            '{"_id":"%d"}',
            '{"_id":"%d","timestamp":"2026-01-01T00:00:00Z"} {}',
            '{"_id":"%d","timestamp":"2026-01-01T00:00:00Z"},',
            '{"body":{"xdmEntity":{"_id":"%d","timestamp":"2026-01-02T00:00:00Z"}}}',
            "[%d]",
        ]
    ),
    min_size=1,
    max_size=5,
)


@given(LINES)
def test_many_lines_at_once_are_what_each_is(shapes: list[str]) -> None:
    """A file is read some lines at a time: what is taken in, and the first fault, are those of line after line."""
    rules = RULES
    lines = [(shape % number if "%" in shape else shape).encode() for number, shape in enumerate(shapes)]

    def told(read: Callable[[], list[Checked]]) -> list[Checked] | str:
        try:
            return read()
        except InputError as error:
            return str(error)

    assert told(lambda: rules.lines(lines)) == told(lambda: [rules.line(line) for line in lines])
