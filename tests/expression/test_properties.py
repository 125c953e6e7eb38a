"""No text crashes the compiler, and no values crash what it makes."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.expression import EvaluationError, Expression, ExpressionError, Type
from sojourn.expression.functions import FUNCTIONS
from sojourn.expression.parse import MAX_DEPTH, MAX_LENGTH
from sojourn.expression.types import ANY
from sojourn.expression.values import reader

from ..engine.generator import examples
from .test_paths import data
from .test_security import assert_closed
from .world import FIELDS, TYPES, Now, compiled, slots

WORDS = " ".join(
    (
        "and or not is null has true false if then else numeric integer ( ) [ ] , . : @{ #{ @event{ } == != < >= + - *",
        "/ % 1 2.5 'a' \"b\" E text whole real flag defaultValue now length sum date toDuration",
        "@{E.whole} @{E.text} @{E.raw} \\ ' @action{ S g items .all( .first( .at( .entry( .keys() params: {",
        "currentEventField currentDataPackField.sku @{E.items.all( @{E.items.first(currentEventField.price > 1).sku}",
    )
).split()
TEXTS = st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
SCALARS = ("string", "integer", "decimal", "boolean", "dateOnly", "dateTimeOnly", "dateTime", "duration")
MAX = 2**63 - 1

LEAVES: dict[str, tuple[str, ...]] = {
    "string": ("'abc'", "''", "'true'", "'2026-03-01T10:00:00Z'", "'PT1H'", "'12'"),
    "integer": ("0", "1", "-7", str(MAX), f"-{MAX + 1}"),
    "decimal": ("0.0", "2.5", "-1.0e308", "1.0e308"),
    "boolean": ("true", "false"),
    "dateOnly": ("date('2024-02-29')", "date('9999-12-31')"),
    "dateTimeOnly": ("date('2024-02-29T23:59:59')", "date('0001-01-01T00:00:00')"),
    "dateTime": ("date('2026-02-28T10:00:00+14:00')", "date('0001-01-01T00:00:00+14:00')", "now()"),
    "duration": ("toDuration('PT1H')", "toDuration('P999999999D')", "toDuration(-1)"),
}


OPENINGS = {"@{E.": "currentEventField", "#{S.g.": "currentDataPackField", "@action{A.": "currentActionField"}
PATHS: dict[str, dict[str, tuple[str, ...]]] = {
    "": {
        "string": (
            "items.first(<items>).sku", "items.at(<integer>).labels.entry(<string>)", "people.firstEntryKey()",
            "items.last(<items>).parts.first(<parts>).name", "people.entry(<string>).last().id", "texts.last(<text>)",
        ),
        "integer": ("items.last(<items>).count", "limits.entry(<string>)", "matrix.value.at(<integer>)"),
        "decimal": ("items.first(<items>).parts.last(<parts>).weight", "items.at(<integer>).'3h'"),
        "boolean": ("people.entry(<string>).first().primary",),
        "dateTime": ("items.first(<items>).at",),
        "list<string>": ("items.tags", "items.all(<items>).parts.all(<parts>).name", "people.keys()"),
        "list<integer>": ("items.all(<items>).count", "wholes.all(<number>)"),
    },
    "items": {
        "string": ("sku", "labels.entry(<string>)", "parts.first(<parts>).name"),
        "integer": ("count", "size.width"),
        "decimal": ("price", "parts.at(<integer>).weight"),
        "dateTime": ("at",),
        "list<string>": ("tags", "parts.all(<parts>).name"),
    },
    "parts": {"string": ("name",), "decimal": ("weight",)},
    "text": {"string": ("",)},
    "number": {"integer": ("",)},
}  # fmt: skip
"""What is of which type, in the event and in an element; `<x>` is an expression of type x or over an element x."""
Loops = tuple[tuple[str, str], ...]


def leaf(kind: Type, loops: Loops = ()) -> st.SearchStrategy[str]:
    fields = [f"@{{E.'{name}'}}" for name, its in TYPES.items() if its == str(kind)]
    fields += [
        f"{name}.{path}".rstrip(".")
        for name, element in dict(loops).items()
        for path in PATHS[element].get(str(kind), ())
        if "<" not in path
    ]
    if kind.item:
        # never a list of nulls only: its type is open, and takes the first signature
        return st.sampled_from([*fields, f"[{LEAVES.get(kind.item.name, ('@{E.thing}',))[0]}, null]"])
    return st.sampled_from([*LEAVES.get(kind.name, ("@{E.raw}",)), *fields])


@st.composite
def tree(draw: st.DrawFn, kind: Type, depth: int, loops: Loops = ()) -> str:
    """The text of an expression of type `kind`; `loops` are the elements that it sees, by name."""

    def sub(name: str | Type, more: Loops = ()) -> str:
        return draw(tree(name if isinstance(name, Type) else Type.parse(name), depth - 1, loops + more))

    def path() -> str:
        """A path of this type, from an event, a source, an answer or an element."""
        begins = [(opening, name, "", "}") for opening, name in OPENINGS.items()]
        begins += [(f"{name}.", name, element, "") for name, element in dict(loops).items()]
        opening, loop, element, closing = draw(st.sampled_from(begins))
        found = PATHS[element].get(str(kind))
        if not found:
            return draw(leaf(kind, loops))

        def fill(mark: re.Match[str]) -> str:
            if mark[1] not in PATHS:
                return sub(mark[1])
            inside = ((loop, mark[1]),)
            if draw(st.booleans()):
                return sub("boolean", inside)
            kind = draw(st.sampled_from([each for each in PATHS[mark[1]] if "list" not in each]))
            name = next(path for path in PATHS[mark[1]][kind] if "<" not in path)
            return f"({f'{loop}.{name}'.rstrip('.')}) == ({sub(kind, inside)})"

        text = re.sub(r"<(\w+)>", fill, draw(st.sampled_from(found)))
        return (opening + text).rstrip(".") + closing

    if depth == 0:
        return draw(leaf(kind, loops))
    choices = ["leaf", "if", "default"] + ["call"] * 2
    if kind.item:
        choices = ["leaf", "list", "if"]
    elif kind.name == "boolean":
        choices += ["compare", "logic", "null", "test", "in"]
    elif kind.name in ("integer", "decimal", "string"):
        choices += ["arithmetic"] * 2
    elif kind.name in ("dateTime", "dateTimeOnly", "duration"):
        choices += ["move"]
    choices += ["path"] * 2 * (str(kind) in PATHS[""])
    match draw(st.sampled_from(choices)):
        case "path":
            return path()
        case "list":
            return f"[{sub(kind.item or kind)}, null, {sub(kind.item or kind)}]"
        case "if":
            return f"if ({sub('boolean')}) then ({sub(kind)}) else ({sub(kind)})"
        case "default":
            fields = [name for name, its in TYPES.items() if its == str(kind)]
            return f"@{{E.'{draw(st.sampled_from(fields))}', defaultValue: ({sub(kind)})}}" if fields else sub(kind)
        case "call" if kind != ANY:
            forms = [(f.name, s) for f in FUNCTIONS.values() for s in f.signatures if s.operation.returns == kind]
            if not forms:
                return sub(kind)
            name, form = draw(st.sampled_from(forms))
            given_constants = {"zone": "'Europe/Paris'", "unit": "'months'", "segment": "'VIP'"}
            args = [given_constants.get(param.role) or sub(_concrete(param.type)) for param in form.params]
            return f"{name}({', '.join(args)})"
        case "compare":
            operator = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
            operand = draw(st.sampled_from(["integer", "decimal", "dateTime", "dateTimeOnly"]))
            return f"({sub(operand)}) {operator} ({sub(operand)})"
        case "logic":
            operator = draw(st.sampled_from(["and", "or"]))
            return f"not ({sub('boolean')}) {operator} ({sub('boolean')})"
        case "null":
            return (
                f"({sub(draw(st.sampled_from(SCALARS)))}) is {draw(st.sampled_from(['null', 'not null', 'numeric']))}"
            )
        case "test":
            return f"({sub('list<integer>')}) has null"
        case "in":
            return f"in(({sub('string')}), ({sub('list<string>')}))"
        case "arithmetic" if kind.name == "string":
            return f"({sub('string')}) + ({sub(draw(st.sampled_from(SCALARS)))}) + ({sub('string')})"
        case "arithmetic":
            operators = st.sampled_from(["+", "-", "*", "/", "%"])
            return f"({sub(kind)}) {draw(operators)} ({sub(kind)}) {draw(operators)} ({sub(kind)})"
        case "move":
            return f"({sub(kind)}) + ({sub('duration')})"
    return draw(leaf(kind, loops))


def _concrete(kind: Type) -> Type:
    return Type.parse("list<integer>") if kind == Type.parse("list<any>") else kind


VALUES = {
    "string": st.text(max_size=5) | st.sampled_from(["true", "12", "PT1H", "2026-03-01T00:00:00Z"]),
    "integer": st.integers(-MAX - 1, MAX),
    "decimal": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "dateOnly": st.dates().map(str),
    "dateTimeOnly": st.datetimes().map(lambda moment: moment.isoformat()),
    "dateTime": st.datetimes().map(lambda moment: moment.isoformat() + "-12:00"),
    "duration": st.sampled_from(["PT1H", "-P999999999D", "P999999999D", "PT0.001S"]),
    "object": st.just({"a": [1, {"b": None}]}),
}
VALUES["any"] = st.one_of(*VALUES.values(), st.lists(st.integers(), max_size=2))


def value(kind: str) -> st.SearchStrategy[object]:
    if kind.startswith("list<"):
        return st.none() | st.lists(st.none() | VALUES[kind[5:-1]], max_size=3)
    return st.none() | VALUES[kind]


PAYLOADS = st.fixed_dictionaries({name: value(kind) for name, kind in TYPES.items()} | {
    name: data(FIELDS[name]) for name in ("items", "people", "limits", "matrix")
})  # fmt: skip


def check(expression: Expression, payload: dict[str, object]) -> None:
    try:
        found = expression.evaluate(slots(payload), Now())
    except EvaluationError:
        return
    if expression.type.name not in ("any", "null"):
        assert found is None or reader(expression.type)(found) == found


@given(TEXTS, PAYLOADS)
@examples(200)
def test_any_text(source: str, payload: dict[str, object]) -> None:
    try:
        expression = compiled(source)
    except ExpressionError as error:
        for found in error.diagnostics:
            assert 0 <= found.start <= found.end <= len(source) and found.line >= 1 and found.column >= 1
            assert found.text("en") and found.text("ko")
        return
    check(expression, payload)


@given(st.data(), st.sampled_from([*SCALARS, "list<integer>", "list<string>"]), PAYLOADS)
@examples(150)
def test_any_typed_tree(data: st.DataObject, kind: str, payload: dict[str, object]) -> None:
    source = data.draw(tree(Type.parse(kind), 3))
    expression = compiled(source)
    assert str(expression.type) == kind
    assert_closed(expression)
    check(expression, payload)
    if kind == "boolean":
        condition = compiled(source, "boolean")
        try:
            value = expression.evaluate(slots(payload), Now())
            assert condition.evaluate(slots(payload), Now()) is (value is True)
        except EvaluationError:
            pass


@given(st.data(), PAYLOADS)
@examples(30)
def test_folding_changes_nothing(data: st.DataObject, payload: dict[str, object]) -> None:
    """A constant and a field that holds the same value give the same."""
    a, b = data.draw(st.integers(-9, 9)), data.draw(st.integers(-9, 9))
    for operator in ("+", "-", "*", "/", "%", "==", "<", ">="):
        values = slots({"whole": a, "more": b})
        field = compiled(f"@{{E.whole}} {operator} @{{E.more}}").evaluate(values, Now())
        assert compiled(f"({a}) {operator} ({b})").evaluate(values, Now()) == field


WRAPS = [
    ("-", "@{E.whole}", ""),
    ("not ", "@{E.flag}", ""),
    ("(if (", "@{E.flag}", ") then (@{E.flag}) else (@{E.flag}) == true)"),
    ("@{E.whole}-(", "@{E.whole}", ")"),
    ("max(", "@{E.whole}", ",@{E.whole})"),
    ("toInteger(toString(1+", "@{E.whole}", "))"),
    ("@{E.whole, defaultValue: (1+", "@{E.whole}", ")}"),
    ("(@{E.flag} and (", "@{E.flag}", ") or @{E.flag})"),
    ("[", "1", "]"),
    ("", "@{E.flag}", " == @{E.flag}"),
    ("", "@{E.whole}", " / @{E.whole}"),
    ("(", "1", ")"),
    ("(", "", ""),
    ("[", "", ""),
    ("@{E.whole, defaultValue: ", "", ""),
    ("@{E.items.all(count(", "@{E.items}", ") > 0)}"),
    ("@{E.items.first(currentEventField.sku == ", "@{E.text}", ").sku}"),
    ("#{S.g.flag, params: {city: 'a' + ", "@{E.text}", "}}"),
    ("@{E.raw", ".first()", "}"),
    ("@{E.raw.first()", ".first().x", ""),
    (".all(", "", ")"),
    ("currentEventField.", "x", ""),
    ("1 + ", "1", ""),
    ("true or ", "true", ""),
    ("1, ", "1", ""),
]


@pytest.mark.parametrize(("left", "middle", "right"), WRAPS)
def test_nesting_and_length_are_bounded(left: str, middle: str, right: str) -> None:
    longest = (MAX_LENGTH - len(middle)) // (len(left) + len(right))
    for levels in {*range(1, MAX_DEPTH + 2), longest}:
        start = time.process_time()  # of this process: other work on the machine does not count
        try:
            check(compiled(left * levels + middle + right * levels), {"whole": 1, "flag": True})
        except ExpressionError as error:
            assert error.code.removeprefix("ERR_EXPR_") in (
                "TOO_DEEP", "RUN", "UNFINISHED", "SYNTAX", "END", "VALUE", "LOOP"
            )  # fmt: skip
        assert time.process_time() - start < 1


def test_a_hundred_terms_compile_fast() -> None:
    source = " and ".join(f"@{{E.whole}} >= {n} and contain(@{{E.text}}, 'x{n}')" for n in range(50))
    compiled(source)
    times = []
    for _ in range(5):
        start = time.process_time()
        compiled(source)
        times.append(time.process_time() - start)
    assert min(times) < 0.2  # about 0.01 s; the bound is loose for busy machines
