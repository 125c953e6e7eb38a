"""Nothing reaches out of an expression: its code sees what the compiler names for it, and no text becomes code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import CodeType
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sojourn.expression import Expression, ExpressionError, Kind, Reference, Slot, Type, compile_expression
from sojourn.expression.functions import FUNCTIONS
from sojourn.expression.printer import quoted
from sojourn.expression.scope import NOTHING
from sojourn.schema.fields import Field, scalar

from ..engine.generator import examples
from .world import Now, compiled, slots


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os')",
        "eval('1')",
        "open('/etc/passwd')",
        "getattr(1, 'a')",
        "'a'.__class__",
        "(1).__class__",
        "@{E.text}.__class__",
        "@{E.text.__class__.__mro__}",
        "@{__builtins__.eval}",
        "#{S.g.__globals__}",
        "lambda: 1",
        "m.now",
        "s[0]",
        "[x for x in [1]]",
        "k0",
        "v1 := 1",
        "overflow()",
        "f'{1}'",
        "1; 2",
        "1 # 2",
        "now(__name__)",
        "_f(1)",
        "e1",
        "v1.x",
        "__builtins__.x",
        "currentEventField.__class__",
        "@{E.items.__class__}",
        "@{E.items.first().__dict__.x}",
        "@{E.items.__getitem__(0)}",
        "@{E.items.all(currentEventField.__class__ is null)}",
        "@{E.items.all(e1.sku == 'a')}",
        "@{E.items.first(x := 1)}",
        "@{E.items.at(__import__('os'))}",
        "@{E.items.sort(lambda: 1)}",
        "@{E.text, defaultValue: __import__('os')}",
        "@{E.text, __class__: 1}",
        "#{S.g.text, params: {__class__: 'a'}}",
        "#{S.g.text, params: {city: m.now}}",
        "@action{A.items.pop()}",
        "@{E.'text'.'__class__'}",
        "@{E.\"text'] or __import__('os') or s['\"}",
    ],
)
def test_nothing_reaches_python(source: str) -> None:
    with pytest.raises(ExpressionError):
        compiled(source)


@given(st.text(max_size=30))
@examples(60)
def test_texts_stay_data(text: str) -> None:
    """A string constant comes back as it went in, whatever Python would make of it, and braces are no template."""
    assert compiled(quoted(text)).evaluate([], Now()) == text
    expression = compiled(f"@{{E.text, defaultValue: {quoted(text)}}} + {quoted(text)} + '{{0}}__import__'")
    assert expression.evaluate(slots({}), Now()) == text + text + "{0}__import__"


def codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


TEMPLATES = [
    compile(form.operation.code.format("a", "b", "c"), "", "eval")
    for function in FUNCTIONS.values()
    for form in function.signatures
    if isinstance(form.operation.code, str)
]
METHODS = {name for code in TEMPLATES for name in code.co_names}
"""What the functions' own templates name: methods of texts and numbers, and what there is of the moment."""
CONSTANTS = {constant for code in TEMPLATES for constant in code.co_consts if isinstance(constant, str)}
PLACES = ("_f.<locals>.<listcomp>", "_f.<locals>.<genexpr>")


def assert_closed(expression: Expression) -> None:
    """It has no builtins; what it names and what texts it holds are the compiler's, and nobody else's."""
    function: Any = expression.evaluate
    assert function.__globals__["__builtins__"] == {} and function.__closure__ is None
    given = {"__builtins__", "overflow", "OverflowError"}
    assert all(name in given or re.fullmatch(r"k\d+", name) for name in function.__globals__)
    for code in codes(function.__code__):
        assert set(code.co_names) <= set(function.__globals__) | METHODS
        assert all(re.fullmatch(r"[ev]\d+|s|m|\.0", name) for name in (*code.co_varnames, *code.co_freevars))
        assert all(text in CONSTANTS or text in PLACES for text in code.co_consts if isinstance(text, str))


def test_templates_name_no_attribute_of_pythons_own() -> None:
    assert METHODS and not any(name.startswith("_") for name in METHODS)


class _Names:
    """An event, a source and an action with one field of any name, and with a map."""

    def __init__(self, name: str) -> None:
        item = Field("object", {name: scalar("string"), "map": Field("map", item=scalar("string"))})
        self.fields = Field("object", {name: Field("object", {name: Field("list", item=item)})})

    def root(self, kind: Kind) -> Field:
        return self.fields if kind != "source" else NOTHING

    def params(self, source: str, group: str) -> dict[str, Type]:
        return {}

    def resolve(self, reference: Reference, field: Field) -> Slot:
        return Slot(0)


ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "__class__",
        "{0}",
        "{0.__class__}",
        "'",
        '"',
        "\\",
        "\n",
        "];import os#",
        "k0",
        "e1",
        "s",
        "m",
        "%s",
        "\x00",
        "None",
    ]
)


@given(ODD, ODD)
@examples(80)
def test_names_and_keys_stay_data(name: str, key: str) -> None:
    """Fields and keys of any name are read from the payload, by that name."""
    assume(name != "map")  # which is there already
    part, text = quoted(name), quoted(key)
    source = (
        f"@{{{part}.{part}.first(currentEventField.{part} == {text}).map.entry({text})}}"
        f" + @action{{{part}.{part}.last(currentActionField.map.firstEntryKey() == {text}).{part}}}"
    )
    expression = compile_expression(source, _Names(name))
    found = [{name: key + "?", "map": {}}, {name: key, "map": {key: "found"}}]
    assert expression.evaluate([found], Now()) == f"found{key}"
    assert_closed(expression)


def test_a_name_is_no_attribute() -> None:
    """Objects are gone into by their keys alone."""
    for name in ("__class__", "keys", "items", "get", "__init__"):
        expression = compiled(f"@{{E.raw.{name}}}")
        assert expression.evaluate(slots({"raw": {"a": 1}}), Now()) is None
        assert expression.evaluate(slots({"raw": {name: 5}}), Now()) == 5
