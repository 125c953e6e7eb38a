"""One text for each tree, and the same tree from that text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.expression import ExpressionError, Type
from sojourn.expression.functions import FUNCTIONS
from sojourn.expression.parse import parse
from sojourn.expression.printer import canonical, printed
from sojourn.expression.tree import Written

from .test_properties import tree
from .trees import WRITTEN, shape
from .world import TYPES


@given(WRITTEN)
def test_what_is_printed_parses_to_the_same_tree(written: Written) -> None:
    text = printed(written)
    again = parse(text)
    assert shape(again) == shape(written)
    assert printed(again) == text


@given(st.sampled_from(sorted({*TYPES.values()})).flatmap(lambda kind: tree(Type.parse(kind), 3)))
def test_texts_become_canonical_in_one_step(text: str) -> None:
    try:
        first = canonical(text)
    except ExpressionError:
        return
    assert canonical(first) == first
    assert shape(parse(first)) == shape(parse(text))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_examples_of_the_reference_survive(name: str) -> None:
    source = FUNCTIONS[name].example[0]
    assert shape(parse(canonical(source))) == shape(parse(source))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("true and false or null", "(true and false) or null"),
        ("(true or false) and (null)", "(true or false) and null"),
        ("true and (false and true)", "true and (false and true)"),
        ("(not (1 == 2))", "not 1 == 2"),
        ("(not true) == false", "(not true) == false"),
        ("not (true and false)", "not (true and false)"),
        ("(not true) and (not false)", "not true and not false"),
        ("((1 + 2)) - (3 - (4))", "(1 + 2) - (3 - 4)"),
        ("1 + (2 * 3) - 4", "1 + 2 * 3 - 4"),
        ("(1 + 2) * 3", "(1 + 2) * 3"),
        ("1 - -1", "1 - -1"),
        ("- - 1", "1"),
        ("- (- @{E.a})", "--@{E.a}"),
        ("-(1+2)", "-(1 + 2)"),
        ("(1 == 2) is null", "1 == 2 is null"),
        ("1 == (2 is null)", "1 == (2 is null)"),
        ("'it''s'", None),
        ("'say \"hi\"'", r'"say \"hi\""'),
        (r"'\d\\d'", r'"\\d\\d"'),
        ("'\u0007\n'", r'"\u0007\n"'),
        ("@event{ E . 'a' . \"b c\" }", '@{E.a."b c"}'),
        ("#{S.'3h'.'x-y'.'-z'.and}", '#{S."3h".x-y."-z".and}'),
        ("@{E.a,defaultValue:(now())}", "@{E.a, defaultValue: (now())}"),
        ("@{E.a,defaultValue:date('2026-01-01')}", '@{E.a, defaultValue: date("2026-01-01")}'),
        ("if(true)then(1)else((2))", "if (true) then (1) else (2)"),
        ("[ ]", "[]"),
        ("100000000000000000000.0", "1.0e+20"),
        ("1.0e-9", "1.0e-09"),
        ("007", "7"),
    ],
)
def test_canonical_text(source: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(ExpressionError):
            canonical(source)
    else:
        assert canonical(source) == text
