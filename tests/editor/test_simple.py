"""The simple view: every view has a text, a text of that shape has its view, and both mean the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sojourn import messages
from sojourn.editor.operators import OPERATORS, Operator, operators_of
from sojourn.editor.simple import Advanced, Group, Row, to_simple, to_text
from sojourn.errors import InputError
from sojourn.expression import EvaluationError, ExpressionError, Type
from sojourn.expression.functions import FUNCTIONS
from sojourn.expression.types import SCALARS
from sojourn.expression.values import reader, to_json

from ..expression.world import TYPES, Now, World, compiled, run, slots

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
JSON: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "integer": st.integers(-(2**63), 2**63 - 1),
    "decimal": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "dateOnly": st.dates().map(str),
    "dateTimeOnly": st.datetimes().map(lambda found: found.isoformat()),
    "dateTime": st.datetimes().map(lambda found: found.isoformat() + "+09:00"),
    "duration": st.timedeltas().map(to_json),
}
WORDS = re.compile(r"\w+(?=\()")
READY = [found for found in OPERATORS if {*WORDS.findall(found.form)} <= {*FUNCTIONS}]
FIELDS = sorted(name for name in TYPES if operators_of(TYPES[name]))


def json_value(kind: str) -> st.SearchStrategy[Any]:
    """A value as a row keeps it: read and written once."""
    return JSON[kind].map(lambda value: to_json(reader(Type.parse(kind))(value)))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    name = draw(st.sampled_from(FIELDS))
    operator = draw(st.sampled_from([found for found in operators_of(TYPES[name]) if found in READY]))
    types = operator.value_types(TYPES[name])
    if types and types[0].startswith("list<"):
        types = (types[0][5:-1],) * draw(st.integers(1, 3))
    values = tuple(draw(json_value(kind)) for kind in types)
    sensitive = not operator.folded or draw(st.booleans())
    quoted = name if name.replace(" ", "-") == name and not name[0].isdigit() else f'"{name}"'
    return Row(field=f"@{{E.{quoted}}}", operator=operator.name, values=values, case_sensitive=sensitive)


def _is_between(group: Group) -> bool:
    """Whether the two rows of a group are what the operator `between` writes."""
    pairs = [("greaterOrEqual", "lessOrEqual"), ("afterOrAt", "beforeOrAt")]
    named = tuple(item.operator if isinstance(item, Row) else "" for item in group.items)
    return group.join == "and" and named in pairs


GROUPS: st.SearchStrategy[Group] = st.deferred(
    lambda: st.builds(
        lambda join, items: Group(join=join, items=tuple(items)),
        st.sampled_from(["and", "or"]),
        st.lists(rows() | GROUPS, min_size=2, max_size=3),
    )
)
VIEWS = (rows().map(lambda row: Group(items=(row,))) | GROUPS).filter(
    lambda view: len(str(view)) < 6000 and not any(map(_is_between, groups(view)))
)


def groups(view: Group) -> list[Group]:
    return [view, *(below for item in view.items if isinstance(item, Group) for below in groups(item))]


@given(VIEWS)
@settings(deadline=None)
def test_a_view_comes_back_from_its_text(view: Group) -> None:
    text = to_text(view, World())
    assert to_simple(text, World()) == view
    assert Group.model_validate_json(view.model_dump_json(by_alias=True)) == view


VALUES = st.fixed_dictionaries({}, optional={name: JSON[kind] for name, kind in TYPES.items() if kind in JSON})


@given(VIEWS, VALUES)
@settings(deadline=None)
def test_the_text_of_a_view_of_a_text_means_the_same(view: Group, values: dict[str, Any]) -> None:
    """From the same text in another spelling: `also` forms, toDateTime for date."""
    text = respelt(view)
    found = to_simple(text, World())
    assert isinstance(found, Group)
    given_slots = slots(values)
    results = []
    for source in (text, to_text(found, World())):
        try:
            results.append(compiled(source, "boolean").evaluate(given_slots, Now()))
        except EvaluationError as error:
            results.append(error.code)
    assert results[0] == results[1]


def respelt(view: Group) -> str:
    """A text of `view` by other forms of its operators."""
    parts = []
    for item in view.items:
        if isinstance(item, Group):
            parts.append(f"({respelt(item)})")
            continue
        text = to_text(Group(items=(item,)), World())
        kind = str(compiled(item.field).type)
        operator = next(each for each in operators_of(kind) if each.name == item.operator)
        if operator.also and item.case_sensitive:
            value = text.removeprefix(item.field).lstrip("=!<> ")
            text = operator.also[0].replace("@{F}", item.field).replace("@{V}", value)
        parts.append(f"( {text} )")
    return f"\n{view.join} ".join(parts)


CASES = [(operator, kind) for operator in READY for kind in operator.types if kind in TYPES.values()]


@pytest.mark.parametrize(("operator", "kind"), CASES, ids=[f"{operator.name}-{kind}" for operator, kind in CASES])
def test_every_operator_is_a_condition(operator: Operator, kind: str) -> None:
    name = next(name for name, its in TYPES.items() if its == kind)
    samples = {
        "string": "a", "integer": 3, "decimal": 2.5, "boolean": True, "dateOnly": "2026-01-01",
        "dateTimeOnly": "2026-01-01T00:00:00", "dateTime": "2026-01-01T00:00:00Z", "duration": "PT1H",
    }  # fmt: skip
    values = tuple(samples[each.removeprefix("list<").removesuffix(">")] for each in operator.value_types(kind))
    for sensitive in (True, False) if operator.folded else (True,):
        row = Row(field=f"@{{E.{name}}}", operator=operator.name, values=values, case_sensitive=sensitive)
        text = to_text(Group(items=(row,)), World())
        assert to_simple(text, World()) == Group(items=(row,))
        assert run(text, {}, "boolean") is (
            operator.name in ("isNull", "listNotContains") or operator.form.startswith("not ")
        )


def test_every_type_has_operators_with_labels() -> None:
    for kind in (*SCALARS, "list<string>", "list<object>", "object", "any", "segment"):
        found = operators_of(kind)
        assert found, kind
        names = [operator.name for operator in found]
        assert len(set(names)) == len(names), kind
        for language in messages.LANGUAGES:
            labels = [operator.label(language) for operator in found]
            assert len(set(labels)) == len(labels), (kind, labels)


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([("text", "equals", ["a"])], '@{E.text} == "a"'),
        ([("real", "equals", [5])], "@{E.real} == 5.0"),
        ([("whole", "less", [2.5])], "@{E.whole} < 2.5"),
        ([("moment", "after", ["2026-01-01T00:00:00+00:00"])], '@{E.moment} > date("2026-01-01T00:00:00Z")'),
        ([("span", "equals", ["PT0.5S"])], '@{E.span} == toDuration("PT0.5S")'),
        ([("whole", "between", [1, 9])], "@{E.whole} >= 1 and @{E.whole} <= 9"),
        ([("text", "isEmpty", []), ("whole", "in", [1, 2])], "isEmpty(@{E.text}) and in(@{E.whole}, [1, 2])"),
        (
            [("text", "isNull", []), ("whole", "between", [1, 9])],
            "@{E.text} is null and (@{E.whole} >= 1 and @{E.whole} <= 9)",
        ),
    ],
)
def test_text_of_a_view(items: list[tuple[str, str, list[Any]]], text: str) -> None:
    made = [Row(field=f"@{{E.{name}}}", operator=op, values=tuple(values)) for name, op, values in items]
    assert to_text(Group(items=tuple(made)), World()) == text


def test_groups_of_one_have_no_brackets() -> None:
    row = Row(field="@{E.flag}", operator="isTrue")
    nested = Group(join="or", items=(Group(items=(Group(items=(row,)),)),))
    assert to_text(nested, World()) == "@{E.flag} == true"
    assert to_simple("((@{E.flag}))", World()) == Group(items=(row,))


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ({"field": "@{E.txt}", "operator": "equals", "values": ["a"]}, "items.0.field", "ERR_EXPR_UNKNOWN_FIELD"),
        ({"field": "@{E.text", "operator": "equals", "values": ["a"]}, "items.0.field", "ERR_EXPR_UNFINISHED"),
        ({"field": "upper(@{E.text})", "operator": "equals"}, "items.0.field", "ERR_SIMPLE_FIELD"),
        ({"field": "@{E.text, defaultValue: 'a'}", "operator": "isNull"}, "items.0.field", "ERR_SIMPLE_FIELD"),
        ({"field": "@{E.text}", "operator": "before", "values": ["a"]}, "items.0.operator", "ERR_SIMPLE_OPERATOR"),
        ({"field": "@{E.text}", "operator": "equals"}, "items.0.values", "ERR_SIMPLE_COUNT"),
        ({"field": "@{E.text}", "operator": "in"}, "items.0.values", "ERR_SIMPLE_COUNT"),
        ({"field": "@{E.text}", "operator": "isNull", "values": [1]}, "items.0.values", "ERR_SIMPLE_COUNT"),
        ({"field": "@{E.text}", "operator": "in", "values": ["a", 1]}, "items.0.values.1", "ERR_SIMPLE_VALUE"),
        ({"field": "@{E.whole}", "operator": "in", "values": [1.5]}, "items.0.values.0", "ERR_SIMPLE_VALUE"),
        ({"field": "@{E.whole}", "operator": "less", "values": [2**63]}, "items.0.values.0", "ERR_SIMPLE_VALUE"),
        ({"field": "@{E.real}", "operator": "less", "values": [2**53 + 1]}, "items.0.values.0", "ERR_SIMPLE_VALUE"),
        ({"field": "@{E.moment}", "operator": "on", "values": ["soon"]}, "items.0.values.0", "ERR_SIMPLE_VALUE"),
        (
            {"field": "@{E.text}", "operator": "in", "values": ["a"], "caseSensitive": False},
            "items.0.caseSensitive",
            "ERR_SIMPLE_CASE",
        ),
    ],
)
def test_a_wrong_row_is_named(row: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        to_text(Group.model_validate({"items": [row]}), World())
    assert (caught.value.field, caught.value.code) == (field, code)
    assert caught.value.text("ko") != caught.value.text("en")
    assert str(caught.value)


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("@{E.whole} == @{E.more}", "@{E.whole} == @{E.more}"),
        ("@{E.flag} and not @{E.flag}", "not @{E.flag}"),
        ("@{E.flag} and not (not @{E.flag})", "not (not @{E.flag}"),
        ("@{E.text, defaultValue: 'a'} == 'b'", "@{E.text, defaultValue: 'a'} == 'b'"),
        ("length(@{E.text}) > 3 or @{E.flag}", "length(@{E.text}) > 3"),
        ("@{E.whole} > 1 + 1", "@{E.whole} > 1 + 1"),
        ("in(@{E.text}, ['a', null])", "in(@{E.text}, ['a', null])"),
        ("@{E.real} == 9007199254740993", "@{E.real} == 9007199254740993"),
        ("@{E.moment} > toDateTime('soon')", "@{E.moment} > toDateTime('soon')"),
        ("true", "true"),
    ],
)
def test_beyond_the_simple_view(source: str, part: str) -> None:
    found = to_simple(source, World())
    assert isinstance(found, Advanced)
    assert source[found.reason.start : found.reason.end] == part
    assert found.reason.text("ko") != found.reason.text("en")


def test_what_a_source_is_asked_with() -> None:
    source = "#{S.g.text, params: {city: @{E.text}, most: 1.5}} == 'a'"
    found = to_simple(source, World())
    params = {"city": "@{E.text}", "most": "1.5"}
    assert found == Group(items=(Row(field="#{S.g.text}", params=params, operator="equals", values=("a",)),))
    assert isinstance(found, Group)
    assert to_simple(to_text(found, World()), World()) == found
    with pytest.raises(ExpressionError) as caught:
        to_text(Group(items=(found.items[0].model_copy(update={"params": {"city": "("}}),)), World())
    assert caught.value.field == "items.0.params.city"


def test_wrong_texts_are_no_views() -> None:
    for source in ("@{E.whole}", "@{E.text} == 1", "", "@{E.nothing} == 1"):
        with pytest.raises(ExpressionError):
            to_simple(source, World())


def test_too_deep_or_too_long_a_view_is_an_error_not_a_crash() -> None:
    row = {"field": "@{E.flag}", "operator": "isTrue"}
    view: dict[str, Any] = {"items": [row]}
    for _ in range(60):
        view = {"join": "or", "items": [row, view]}
    with pytest.raises(InputError) as caught:
        to_text(Group.model_validate(view), World())
    assert caught.value.code == "ERR_EXPR_TOO_DEEP"
    long = Row(field="@{E.text}", operator="equals", values=("x" * 10_001,))
    with pytest.raises(InputError) as caught:
        to_text(Group(items=(long,)), World())
    assert caught.value.code == "ERR_EXPR_TOO_LONG"


def test_what_is_no_view_is_refused() -> None:
    data: Any
    for data in ({"items": []}, {"join": "xor", "items": [{}]}, {"items": [{"field": "a"}]}, {"rows": []}):
        with pytest.raises(ValidationError):
            Group.model_validate(data)
