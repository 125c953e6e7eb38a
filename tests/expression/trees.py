"""Written trees of every form, as the parser could have made them, and how to compare them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from hypothesis import strategies as st

from sojourn.expression.tree import (
    Call,
    Conditional,
    Field,
    Listing,
    Param,
    Postfix,
    Prefix,
    Run,
    Step,
    Value,
    Written,
)
from sojourn.expression.types import BOOLEAN, DECIMAL, INTEGER, NULL, STRING

LAYOUT = frozenset(("start", "end", "depth", "name_end"))
NAMES = st.sampled_from(["length", "now", "date", "toDateTime", "in", "x_1"])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ['"', "'", "\\", "\\d", "a\nb", "\t\r\b\f\x00\x7f", "\\u0041", "\U0001f600", "한국어"]
)
PARTS = st.sampled_from(["a", "Purchase", "_id", "x-y", "3h", "-a", "and", "defaultValue", "", "all", "a.b"]) | TEXT
VALUES: st.SearchStrategy[Written] = (
    st.builds(lambda text: Value(0, 0, 0, text, STRING), TEXT)
    | st.builds(lambda number: Value(0, 0, 0, number, INTEGER), st.integers(-(2**63), 2**63 - 1))
    | st.builds(lambda number: Value(0, 0, 0, number, DECIMAL), st.floats(allow_nan=False))
    | st.builds(lambda truth: Value(0, 0, 0, truth, BOOLEAN), st.booleans())
    | st.just(Value(0, 0, 0, None, NULL))
)
NAMED = st.builds(lambda text: Step(0, 0, 0, text), PARTS)
KINDS = st.sampled_from(["event", "source", "action"])
PLAIN: st.SearchStrategy[Written] = st.builds(
    lambda kind, steps: Field(0, 0, 0, kind, tuple(steps)), KINDS, st.lists(NAMED, min_size=1, max_size=4)
)
POSTFIXES = ["is null", "is not null", "has null", "is numeric", "is integer", "is decimal"]
RUNS = [["and"], ["or"], ["+", "-"], ["*", "/", "%"]]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]


def _negative(operand: Written) -> Written:
    """What the parser makes of `-operand`: a number changes its sign."""
    if isinstance(operand, Value) and operand.type in (INTEGER, DECIMAL):
        return Value(0, 0, 0, -operand.value, operand.type)  # type: ignore[operator]
    return Prefix(0, 0, 0, "-", operand)


def _several(below: st.SearchStrategy[Written]) -> st.SearchStrategy[tuple[Written, ...]]:
    return st.lists(below, max_size=3).map(tuple)


def _above(below: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    selected = st.builds(
        lambda name, argument: Step(0, 0, 0, name, True, argument),
        st.sampled_from(["all", "first", "at", "entry", "keys", "x-y", "defaultValue"]),
        st.none() | below,
    )
    steps = st.lists(NAMED | selected, max_size=3)
    params = st.lists(st.builds(lambda name, value: Param(0, 0, 0, name, value), PARTS, below), max_size=2)
    return st.one_of(
        st.builds(
            lambda kind, first, rest, default, given: Field(0, 0, 0, kind, (first, *rest), default, tuple(given)),
            KINDS,
            NAMED,
            steps,
            st.none() | below,
            params,
        ),
        st.builds(
            lambda name, rest: Field(0, 0, 0, "loop", (Step(0, 0, 0, name), *rest)),
            st.sampled_from(["currentEventField", "date", "x_1"]),
            steps,
        ),
        st.builds(lambda name, args, bare: Call(0, 0, 0, name, args, 0, bare), NAMES, _several(below), st.booleans()),
        st.builds(lambda items: Listing(0, 0, 0, items), _several(below)),
        st.builds(lambda *parts: Conditional(0, 0, 0, *parts), below, below, below),
        st.builds(lambda operand: Prefix(0, 0, 0, "not", operand), below),
        st.builds(_negative, below),
        st.builds(lambda operator, operand: Postfix(0, 0, 0, operator, operand), st.sampled_from(POSTFIXES), below),
        st.builds(
            lambda first, symbol, other: Run(0, 0, 0, first, ((symbol, other),)),
            below,
            st.sampled_from(COMPARISONS),
            below,
        ),
        st.sampled_from(RUNS).flatmap(
            lambda symbols: st.builds(
                lambda first, rest: Run(0, 0, 0, first, tuple(rest)),
                below,
                st.lists(st.tuples(st.sampled_from(symbols), below), min_size=1, max_size=3),
            )
        ),
    )


WRITTEN: st.SearchStrategy[Written] = st.recursive(VALUES | PLAIN, _above, max_leaves=15)


def shape(node: Any) -> Any:
    """`node` without where it stands. Parentheses around a call count only where they mean something: as a default."""
    if isinstance(node, tuple):
        return tuple(map(shape, node))
    if not is_dataclass(node):
        return type(node).__name__, repr(node)
    kept = {each.name: shape(getattr(node, each.name)) for each in fields(node) if each.name not in LAYOUT}
    if isinstance(node, Call):
        del kept["bare"]
    if isinstance(node, Field) and isinstance(node.default, Call):
        kept["bare"] = node.default.bare
    return type(node).__name__, kept
