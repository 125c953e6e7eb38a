"""JSON in and out (rule 7.1)."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.expression import Type, reader, to_json

from ..engine.generator import examples

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(datetime.isoformat),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
KINDS = (
    "string", "integer", "decimal", "boolean", "dateOnly", "dateTimeOnly", "dateTime", "duration", "object", "any",
    "null", "list<integer>", "list<list<dateTime>>",
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("string", "a", "a"),
        ("string", 1, None),
        ("integer", 5, 5),
        ("integer", 5.0, 5),
        ("integer", 5.5, None),
        ("integer", True, None),
        ("integer", "5", None),
        ("integer", 2**63, None),
        ("decimal", 5, 5.0),
        ("decimal", math.inf, None),
        ("decimal", 10**400, None),
        ("decimal", False, None),
        ("boolean", True, True),
        ("boolean", 1, None),
        ("dateOnly", "2026-03-01", date(2026, 3, 1)),
        ("dateOnly", "2026-02-30", None),
        ("dateOnly", "20260301", None),
        ("dateTimeOnly", "2026-03-01T10:00:00.25", datetime(2026, 3, 1, 10, 0, 0, 250000)),
        ("dateTimeOnly", "2026-03-01", datetime(2026, 3, 1)),
        ("dateTimeOnly", "2026-03-01T10:00:00Z", None),
        ("dateTime", "2026-03-01T10:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("dateTime", "2026-03-01T10:00:00+0900", datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=9)))),
        ("dateTime", "2026-03-01T10:00:00", None),
        ("dateTime", "2026-03-01T10:00:00+99:00", None),
        ("duration", "P21DT6H", timedelta(days=21, hours=6)),
        ("duration", "P" + "9" * 30 + "D", None),
        ("duration", 500, None),
        ("object", {"a": 1}, {"a": 1}),
        ("object", [1], None),
        ("list<integer>", [1, "x", 2.0], [1, None, 2]),
        ("list<integer>", 1, None),
        ("any", {"a": [1]}, {"a": [1]}),
        ("null", 1, None),
    ],
)
def test_reader(kind: str, value: object, expected: object) -> None:
    found = reader(Type.parse(kind))(value)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 3, 1, 10, tzinfo=UTC), "2026-03-01T10:00:00Z"),
        (datetime(2026, 3, 1, 10, 0, 0, 120000), "2026-03-01T10:00:00.120"),
        (
            datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-3))),
            "2026-03-01T10:00:00.123456-03:00",
        ),
        (date(2026, 3, 1), "2026-03-01"),
        (timedelta(hours=5), "PT5H"),
        (timedelta(0), "PT0S"),
        (timedelta(days=-1, milliseconds=-20), "-PT24H0.02S"),
        ([timedelta(seconds=1), None, True], ["PT1S", None, True]),
        ({"a": 1.5}, {"a": 1.5}),
    ],
)
def test_to_json(value: object, expected: object) -> None:
    assert to_json(value) == expected


@given(JSON, st.sampled_from(KINDS))
@examples(150)
def test_any_json_reads_as_any_type(value: object, kind: str) -> None:
    read = reader(Type.parse(kind))
    found = read(value)
    if kind != "any" and found is not None:
        assert read(to_json(found)) == found


@given(st.timedeltas(min_value=timedelta(days=-10000), max_value=timedelta(days=10000)))
@examples(80)
def test_durations_survive_to_the_millisecond(value: timedelta) -> None:
    value -= value % timedelta(milliseconds=1)
    assert reader(Type.parse("duration"))(to_json(value)) == value
