"""Every documented signature of every function, by the table in signatures.txt (rule 7.3)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.expression import (
    EvaluationError,
    Expression,
    Kind,
    Reference,
    Slot,
    Type,
    compile_expression,
    reader,
    to_json,
)
from sojourn.expression.functions import FUNCTIONS, Signature
from sojourn.expression.functions.language import LITERALS, OPERATORS, Operator
from sojourn.expression.parse import parse
from sojourn.expression.tree import Call
from sojourn.schema.fields import Field

from ..engine.generator import examples
from .world import Now, compiled, run


class Row(NamedTuple):
    """A documented signature in our notation, with its example."""

    name: str
    params: tuple[str, ...]
    returns: str
    origin: str
    example: str
    result: object

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.params)}) -> {self.returns}"


def ours(kind: str) -> str:
    """A type of the table as we name it."""
    if found := re.fullmatch(r"list(\w)(\w*)", kind):
        item = found[1].lower() + found[2]
        return f"list<{'object' if item == 'point' else item}>"
    return "dateOnly" if kind == "date" else kind


def row(line: str) -> Row:
    written, example, result = line.split(" | ")
    found = re.fullmatch(r"(\w+)\((.*)\) -> (\w+)(?: \((\w+)\))?", written)
    assert found, line
    params = tuple(ours(param) for param in found[2].split(", ")) if found[2] else ()
    return Row(found[1], params, ours(found[3]), found[4] or "", example, json.loads(result))


TABLE = Path(__file__).with_name("signatures.txt").read_text(encoding="utf-8").splitlines()
ROWS = [row(line) for line in TABLE if line and not line.startswith("#")]
IDS = [str(each) for each in ROWS]


def test_the_table_has_every_documented_signature() -> None:
    counts = {origin: sum(each.origin == origin for each in ROWS) for origin in ("", "successor", "ours")}
    assert counts == {"": 208, "successor": 9, "ours": 4}
    assert len({each.name for each in ROWS if not each.origin}) == 67


def test_the_functions_have_the_signatures_of_the_table_and_no_others() -> None:
    """But for raw JSON, which has no type in the table."""
    forms = {form for found in FUNCTIONS.values() for form in found.forms()}
    table = {str(each) for each in ROWS}
    assert table <= forms
    assert all(re.search(r"\bany\b", form) for form in forms - table)


def signature(each: Row) -> Signature:
    forms = FUNCTIONS[each.name].signatures
    return next(form for form in forms if tuple(map(str, form.params)) == each.params)


def arguments(each: Row) -> list[str]:
    """The texts of the example's arguments."""
    call = parse(each.example)
    assert isinstance(call, Call)
    assert call.name == each.name
    return [each.example[arg.start : arg.end] for arg in call.args]


@pytest.mark.parametrize("each", ROWS, ids=IDS)
def test_example(each: Row) -> None:
    assert to_json(run(each.example)) == each.result
    expression = compiled(each.example)
    assert str(expression.type) == each.returns
    kinds = [str(compiled(text).type) for text in arguments(each)]
    assert [re.sub(r"<any>$", "<decimal>", param.removesuffix(" constant")) for param in each.params] == kinds


class Given:
    """The fields `@{A.a0}`, `@{A.a1}`, ... of the given types."""

    def __init__(self, kinds: Sequence[Type]) -> None:
        self.fields = {f"a{n}": leaf(kind) for n, kind in enumerate(kinds)}

    def root(self, kind: Kind) -> Field:
        return Field("object", {"A": Field("object", self.fields)})

    def params(self, source: str, group: str) -> None:
        return None

    def resolve(self, reference: Reference, field: Field) -> Slot:
        return Slot([*self.fields].index(str(reference.path[1])))


def leaf(kind: Type) -> Field:
    return Field("list", item=leaf(kind.item)) if kind.item else Field(kind.name)


@cache
def compiled_on(source: str, kinds: tuple[Type, ...]) -> Expression:
    return compile_expression(source, Given(kinds))


def on_fields(each: Row) -> Expression:
    """The example with fields for its arguments, where these need not be constants."""
    texts = arguments(each)
    shown = [
        text if param.role in ("zone", "segment") else f"@{{A.a{n}}}"
        for n, (param, text) in enumerate(zip(signature(each).params, texts, strict=True))
    ]
    return compiled_on(f"{each.name}({', '.join(shown)})", tuple(compiled(text).type for text in texts))


def called(each: Row, nulls: frozenset[int] = frozenset()) -> object:
    """The value of the example on fields, with `nulls` among its arguments."""
    values = [None if n in nulls else run(text) for n, text in enumerate(arguments(each))]
    found = on_fields(each).evaluate(values, Now())
    if found is not None:
        assert reader(Type.parse(each.returns))(found) == found
    return found


@pytest.mark.parametrize("each", ROWS, ids=IDS)
def test_fields_give_what_constants_give(each: Row) -> None:
    assert to_json(called(each)) == each.result


TEXTS = ("", "true", "12", "1.5", "PT1H", "2026-03-01T00:00:00Z", "(a)|b*", "*", "$1", "months", "가", "sku")
JSON: Mapping[str, st.SearchStrategy[object]] = {
    "string": st.sampled_from(TEXTS) | st.text(max_size=4),
    "integer": st.integers(-2, 40) | st.integers(-(2**63), 2**63 - 1),
    "decimal": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "dateOnly": st.dates().map(str),
    "dateTimeOnly": st.datetimes().map(lambda moment: moment.isoformat()),
    "dateTime": st.datetimes().map(lambda moment: moment.isoformat() + "+14:00"),
    "duration": st.sampled_from(["PT1H", "-P999999999D", "P999999999D", "PT-0.001S"]),
    "object": st.dictionaries(st.sampled_from(["sku", "a"]), st.sampled_from([None, True, 1, 1.5, "x", [], {}])),
}


@st.composite
def values(draw: st.DrawFn, kind: Type) -> object:
    """A value of `kind` in JSON, now and then null."""
    item = kind.item
    return draw(st.none() | (st.lists(st.none() | JSON[item.name], max_size=4) if item else JSON[kind.name]))


@given(st.sampled_from(ROWS), st.data())
@examples(120)
def test_any_arguments_give_a_value_of_the_type_or_an_evaluation_error(each: Row, data: st.DataObject) -> None:
    kinds = [compiled(text).type for text in arguments(each)]
    given_values = [reader(kind)(data.draw(values(kind))) for kind in kinds]
    try:
        found = on_fields(each).evaluate(given_values, Now())
    except EvaluationError:
        return
    assert found is None or reader(Type.parse(each.returns))(found) == found


SKIP_NULLS = ("avg", "sum", "max", "min")
NOT_NULL: Mapping[str, object] = {"count": 0, "isEmpty": False, "intersect": []}
"""What the functions that do not pass a null on make of one."""


@pytest.mark.parametrize("each", [each for each in ROWS if each.params], ids=str)
def test_null_arguments(each: Row) -> None:
    """A null argument makes the result null, but for the functions named above."""
    params = signature(each).params
    free = [n for n, param in enumerate(params) if param.role not in ("zone", "segment")]
    for n in free:
        found = called(each, frozenset({n}))
        if each.name in SKIP_NULLS and len(params) == 2:
            assert found == run(arguments(each)[1 - n])
        else:
            assert found == NOT_NULL.get(each.name)
    if free:
        assert called(each, frozenset(free)) == NOT_NULL.get(each.name)


def test_the_words_say_which_functions_pass_nulls_on() -> None:
    for name, found in FUNCTIONS.items():
        own = name in NOT_NULL or name in SKIP_NULLS
        assert own == any(form.operation.own_nulls for form in found.signatures)
        if all(param.role in ("zone", "segment") for form in found.signatures for param in form.params):
            assert found.nulls.startswith("takes no arguments")
        elif name in NOT_NULL:
            assert re.search(f"{'empty list' if name == 'intersect' else json.dumps(NOT_NULL[name])} if", found.nulls)
        else:
            assert "null if" in found.nulls


ITEMS = [
    {"sku": "b", "price": 2, "at": "2026-01-01T00:00:00Z"},
    {"sku": "a", "price": 10.0, "at": "2026-01-01T00:30:00+01:00"},
    {"sku": "c", "price": "dear", "at": "2026-01-01T01:00:00+01:00"},
]


@pytest.mark.parametrize(
    ("source", "skus"),
    [
        ("sort(@{E.items}, 'at', true)", "abc"),  # moments, not texts
        ("sort(@{E.items}, @{E.text}, true)", "bac"),  # of a name that is known at run time only, texts
        ("sort(@{E.items}, 'price', false)", "abc"),  # what is not of the schema's type is null
        ("distinct(@{E.items}, 'at')", "ba"),
        ("distinct(sort(@{E.items}, 'sku', true), 'at')", "ab"),
        ("filter(@{E.items}, 'price', [2, 10])", "ba"),
        ("filter(@{E.items}, 'at', [date('2025-12-31T23:30:00Z')])", "a"),
    ],
)
def test_a_key_is_read_as_the_schema_says(source: str, skus: str) -> None:
    found = run(source, {"items": ITEMS, "text": "at"})
    assert isinstance(found, list)
    assert "".join(item["sku"] for item in found) == skus


RAW = [3, "b", True, None, 2.5, {"a": 1}, 3.0, {"a": True}, "a", {"a": 1}]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("sum(@{E.raws})", 8.5),
        ("max(@{E.raws})", 3.0),
        ("count(@{E.raws})", 9),
        ("distinct(@{E.raws})", [3, "b", True, 2.5, {"a": 1}, {"a": True}, "a"]),
        ("distinctCountWithNull(@{E.raws})", 8),
        ("intersect(@{E.raws}, @{E.raws})", [3, "b", True, 2.5, {"a": 1}, {"a": True}, "a"]),
        ("sort(@{E.raws}, true)", [True, 2.5, 3, 3.0, "a", "b", {"a": 1}, {"a": True}, {"a": 1}, None]),
        ("getListItem(@{E.raws}, 1)", "b"),
        ("limit(@{E.raws}, 2)", [3, "b"]),
        ("listSize(@{E.raws})", 10),
        ("serializeList(limit(@{E.raws}, 6), ' ', false)", '3 b true 2.5 {"a":1}'),
        ("in(3, @{E.raws})", True),
        ("in('b', @{E.raws})", True),
    ],
)
def test_raw_lists_are_taken_as_they_are(source: str, expected: object) -> None:
    assert run(source, {"raws": RAW}) == expected


def test_values_nested_without_end_are_an_evaluation_error() -> None:
    deep: object = []
    for _ in range(5000):
        deep = [deep]
    for source in ("distinct(@{E.raws})", "intersect(@{E.raws}, @{E.raws})", "distinctCount(@{E.raws})"):
        with pytest.raises(EvaluationError):
            run(source, {"raws": [deep]})
    assert run("serializeList(@{E.raws}, ',', true)", {"raws": [deep, 1]}) == '"1"'


@pytest.mark.parametrize("each", OPERATORS, ids=[each.form for each in OPERATORS])
def test_operator_example(each: Operator) -> None:
    source, expected = each.example
    assert to_json(run(source)) == json.loads(expected)
    assert type(to_json(run(source))) is type(json.loads(expected))


@pytest.mark.parametrize(("kind", "form"), [(kind, form) for kind, form, _ in LITERALS])
def test_literals_have_their_type(kind: str, form: str) -> None:
    found = re.findall(r"""[\w.-]+\([^)]*\)|\[.*\]|"[^"]*"|'[^']*'|\S+""", form)
    assert found
    for source in found:
        assert str(compiled(source).type).startswith(kind)
