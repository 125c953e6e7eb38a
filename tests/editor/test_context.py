"""Values given as JSON: their types are inferred where nobody names them, and no JSON is too odd."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.editor.context import Trial, read_context
from sojourn.errors import InputError
from sojourn.expression import EvaluationError, to_json

from ..engine.generator import examples
from .test_complete import TEXTS

INFERRED: list[tuple[Any, str]] = [
    ("a", "string"),
    (1, "integer"),
    (1.0, "decimal"),
    (2**63, "decimal"),
    (True, "boolean"),
    ({}, "object"),
    (None, "any"),
    ([], "list<any>"),
    ([None, None], "list<any>"),
    ([1, None], "list<integer>"),
    ([1, 2.5], "list<decimal>"),
    ([1, True], "list<any>"),
    ([1, "a"], "list<any>"),
    ([{"a": 1}, None, {"b": 2}], "list<object>"),
    ([[1], [], [2.5]], "list<list<decimal>>"),
]


@pytest.mark.parametrize("value, kind", INFERRED)
def test_a_type_is_inferred(value: object, kind: str) -> None:
    assert typed({"x": value}, "@{E.x}") == kind


@pytest.mark.parametrize("given", [{"profile": {"name": {"first": "Ann"}}}, {"name": {"first": "Ann"}}])
@pytest.mark.parametrize("path", ["name.first", "profile.name.first"])
def test_profile_may_be_left_out(given: dict[str, Any], path: str) -> None:
    """[4.1] In the context as in the expression; what is said of types holds for both."""
    context = {"sources": {"ExperiencePlatform": {"G": given}}}
    trial = Trial(f"#{{ExperiencePlatform.G.{path}}}", read_context(context))
    assert (str(trial.expression.type), trial.evaluate()) == ("string", "Ann")
    for named in ("name.first", "profile.name.first"):
        typed = {**context, "types": {f"ExperiencePlatform.G.{named}": "dateOnly"}}
        assert str(Trial(f"#{{ExperiencePlatform.G.{path}}}", read_context(typed)).expression.type) == "dateOnly"


def test_experience_events_in_a_context() -> None:
    events = [{"n": 1, "sku": "a"}, {"n": 3, "sku": "b"}]
    context = {"sources": {"ExperiencePlatform": {"G": {"experienceevent": events}}}}
    source = "#{ExperiencePlatform.G.experienceevent.all(currentDataPackField.n > 1).sku}"
    assert Trial(source, read_context(context)).evaluate() == ["b"]


DEEP = {"a": [{"b": {"c": [1]}}, {"b": {"c": [2.5], "d": "x"}}], "m": {"k": [{"v": "2026-01-01"}], "l": []}}
GIVEN: list[tuple[dict[str, Any], str, str]] = [
    ({}, "@{E.a.b.c}", "list<decimal>"),
    ({}, "@{E.a.b.d}", "list<string>"),
    ({"a.b.d": "dateOnly"}, "@{E.a.b.d}", "list<dateOnly>"),
    ({"a[].b.d": "dateOnly"}, "@{E.a.b.d}", "list<dateOnly>"),
    ({"a[0].b.d": "dateOnly"}, "@{E.a.b.d}", "list<dateOnly>"),
    ({"a": {"b": {"d": "dateOnly"}}}, "@{E.a.b.d}", "list<dateOnly>"),
    ({"a.b.c": "integer"}, "@{E.a.b.c}", "list<integer>"),
    ({"a.b.c": "list<integer>"}, "@{E.a.b.c}", "list<integer>"),
    ({"a.b.c": "listInteger"}, "@{E.a.at(0).b.c}", "list<integer>"),
    ({"a.b.e": "duration"}, "@{E.a.at(0).b.e}", "duration"),
    ({"a": "listObject"}, "@{E.a.b.d}", "list<string>"),
    ({"a": "list"}, "@{E.a.b.d}", "list<string>"),
    ({"new.deep": "dateTime"}, "@{E.new.deep}", "dateTime"),
    ({"'a.b'.\"3h\"": "decimal"}, "@{E.'a.b'.'3h'}", "decimal"),
    ({"m.k.v": "dateOnly"}, "@{E.m.entry('k').v}", "list<dateOnly>"),
    ({"m.v": "dateOnly"}, "@{E.m.entry('k').first().v}", "dateOnly"),
    ({"m": "map<listObject>", "m.v": "dateOnly"}, "@{E.m.entry('k').first().v}", "dateOnly"),
    ({"m": "map", "m.v": "dateOnly"}, "@{E.m.entry('k').first().v}", "dateOnly"),
    ({}, "@{E.m.k.v}", "list<string>"),
    ({}, "@{E.m.keys()}", "list<string>"),
    ({}, "@{E.a.first(currentEventField.b.d is not null).b.c}", "list<decimal>"),
    ({}, "@{E.a.first(currentEventField.b.firstEntryKey() == 'c').b.keys()}", "list<string>"),
]


@pytest.mark.parametrize("types, source, kind", GIVEN)
def test_a_type_is_given(types: dict[str, Any], source: str, kind: str) -> None:
    assert typed(DEEP, source, types) == kind


def typed(payload: dict[str, Any], source: str, types: dict[str, Any] | None = None) -> str:
    context = read_context({"events": {"E": {"payload": payload, "types": types or {}}}})
    return str(Trial(source, context).expression.type)


NAMES = st.sampled_from("abc") | st.text(max_size=3)
KNOWN = [
    ({}, "@{SegmentQualification.lastQualificationTime}", "dateTime"),
    ({"qualification": {"lastQualificationTime": "2026-03-01T10:00:00Z"}},
     "@{SegmentQualification.lastQualificationTime}", "dateTime"),
    ({"qualification": {"status": 5}}, "@{SegmentQualification.status}", "integer"),
    ({"qualification": {"more": 1.5}}, "@{SegmentQualification.more}", "decimal"),
    ({"journey": {"journeyVersion": "2"}}, "#{JourneyProperties.journeyVersion}", "string"),
    ({"journey": {"journeyVersion": 2}}, "#{JourneyProperties.journeyVersion}", "integer"),
]  # fmt: skip


@pytest.mark.parametrize("context, source, kind", KNOWN)
def test_what_is_known_has_its_type(context: dict[str, Any], source: str, kind: str) -> None:
    """Unless a value is of another."""
    assert str(Trial(source, read_context(context)).expression.type) == kind


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("abc") | st.text(max_size=3), below, max_size=3)
    ),
    max_leaves=12,
)
TYPES = st.sampled_from(
    ["string", "decimal", "dateTime", "listInteger", "list<list<string>>", "map", "map<map<integer>>", "object", "list",
     "any", "nothing", "list<", "map<>", "listNothing"]
)  # fmt: skip
PATHS = st.sampled_from(["a", "a.b", "a.b.c", "b[0].c", "", ".", "'a", "a..b", "E.a", "S.g.a", "x y"])
EVENTS = st.fixed_dictionaries({"payload": st.dictionaries(NAMES, JSON), "types": st.dictionaries(PATHS, TYPES)})
CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "now": st.integers() | st.text(max_size=5) | st.just("2026-03-01T10:00:00Z"),
        "timezone": st.sampled_from(["UTC", "Asia/Seoul", "Mars", ""]),
        "events": st.fixed_dictionaries({"E": EVENTS}),
        "sources": st.fixed_dictionaries({"S": st.fixed_dictionaries({"g": JSON})}),
        "types": st.dictionaries(PATHS, TYPES | st.dictionaries(PATHS, TYPES, max_size=1), max_size=2),
        "segments": st.lists(st.text(max_size=3), max_size=2),
        "actions": st.fixed_dictionaries({"A": JSON}),
        "qualification": st.dictionaries(st.sampled_from(["status", "x"]), JSON),
        "journey": st.dictionaries(st.sampled_from(["instanceUID", "x"]), JSON),
        "odd": JSON,
    },
)
SOURCES = TEXTS | st.sampled_from(
    ["@{E.a}", "@{E.a.b}", "@{E.a.at(0)}", "@{E.a.entry('b')}", "@{E.a.keys()}", "count(@{E.b})", "#{S.g}", "#{S.g.a}",
     "@action{A}", "@action{A.a.all(currentActionField.b is null)}", "@{SegmentQualification.status}", "now()",
     "#{JourneyProperties.x}", "@{E.a} + 1", "'x' + @{E.a}", "@{E.a.all(currentEventField.entry('b') == 1).c}"]
)  # fmt: skip


def test_a_type_for_no_field() -> None:
    with pytest.raises(InputError) as caught:
        Trial("#{Shop}", read_context({"types": {"": "string"}}))
    assert (caught.value.code, caught.value.field) == ("ERR_CONTEXT_PATH", "context.types")


@examples(200)
@given(SOURCES, CONTEXTS | JSON)
def test_no_context_is_too_odd(source: str, data: object) -> None:
    """A value that is JSON, or an error of ours."""
    try:
        value = to_json(Trial(source, read_context(data)).evaluate())
    except (InputError, EvaluationError) as error:
        assert error.text()
    else:
        assert value is None or isinstance(value, str | bool | int | float | list | dict)
