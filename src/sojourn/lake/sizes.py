"""How large the values are that a query asks for in so many words: a single call can fill the memory, and DuckDB can
neither bound it nor break it off. What only the data would tell is bounded by the process."""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.optimizer.simplify import simplify

MOST = 1_000_000
"""Characters of a text, elements of a list."""
_PRINTF, _FORMAT = re.compile(r"%[-+ 0#]*(\d{1,20})"), re.compile(r"\{[^{}]*:[^{}]*?(\d{1,20})[^{}]*\}")
_LISTS = {"list_resize": 1, "array_resize": 1, "array_repeat": 1}
"""Which argument says how many elements."""


def made_by(call: exp.Func) -> float:
    """The characters or elements that a call makes at least, as far as constants say so."""
    match call:
        case exp.Pad():
            return _number(call.expression)
        case exp.Space():
            return _number(call.this)
        case exp.Repeat():
            return _number(call.args.get("times")) * _length(call.this)
        case exp.GenerateSeries() | exp.ExplodingGenerateSeries():
            return _span(call.args.get("start"), call.args.get("end"), call.args.get("step"))
        case exp.Format():
            return _widest(_FORMAT, call.this) or _widest(_PRINTF, call.this)  # the latter by Spark's name
        case exp.Anonymous():
            return _anonymous(call.name.lower(), call.expressions)
    return 0


def _anonymous(name: str, given: list[exp.Expression]) -> float:
    if name in ("range", "generate_series", "sequence") and given:
        start, end, step = [None, given[0], None] if len(given) == 1 else [*given[:3], None][:3]
        return _span(start, end, step)
    if name == "printf" and given:
        return _widest(_PRINTF, given[0])
    return _number(given[_LISTS[name]]) if len(given) > _LISTS.get(name, len(given)) else 0


def _length(text: exp.Expression | None) -> float:
    """At least one where it is not known: of a text that is empty, none is made."""
    if isinstance(text, exp.Literal) and text.is_string:
        return len(text.name)
    return max(made_by(text), 1) if isinstance(text, exp.Func) else 1


def _span(start: exp.Expression | None, end: exp.Expression | None, step: exp.Expression | None) -> float:
    by = 1 if step is None else _number(step)
    return abs(_number(end) - _number(start)) / abs(by) if by else 0


def _widest(pattern: re.Pattern[str], text: exp.Expression | None) -> float:
    known = text.name if isinstance(text, exp.Literal) else ""
    return max((float(width) for width in pattern.findall(known)), default=0)


def _number(node: exp.Expression | None) -> float:
    """What a constant comes to, 0 for what is none."""
    if node is None:
        return 0
    found = simplify(node.copy())
    sign = 1
    while isinstance(found, exp.Neg | exp.Paren | exp.Cast):
        sign *= -1 if isinstance(found, exp.Neg) else 1
        found = found.this
    try:
        return sign * float(found.name) if isinstance(found, exp.Literal) else 0
    except ValueError:
        return 0
