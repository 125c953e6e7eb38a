"""The operators as operations on typed operands (rule 7.3, "Rules that surprise" 1 to 3)."""

from __future__ import annotations

import math
from functools import cache, partial

from sojourn.expression.diagnostics import overflow
from sojourn.expression.functions.lists import attribute
from sojourn.expression.functions.patterns import read_pattern
from sojourn.expression.tree import Operation
from sojourn.expression.types import (
    ANY,
    BOOLEAN,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    NUMBERS,
    OBJECT,
    STRING,
    Type,
    is_list,
)
from sojourn.expression.values import MAX_INTEGER, reader, text_of


def same(left: object, right: object) -> bool:
    """Equality of raw JSON values, which unlike Python's keeps true and 1 apart at the top."""
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    try:
        return left == right
    except RecursionError:
        overflow()


def divide_integers(left: int, right: int) -> int:
    """Toward zero; by zero gives 0 (surprise 1). The one quotient beyond 64 bits is an overflow."""
    if right == 0:
        return 0
    quotient = abs(left) // abs(right)
    if (left < 0) != (right < 0):
        return -quotient
    return quotient if quotient <= MAX_INTEGER else overflow()


def divide_decimals(left: float, right: float) -> float:
    """By zero gives 0 (surprise 1)."""
    if right == 0:
        return 0.0
    quotient = left / right
    return quotient if math.isfinite(quotient) else overflow()


def remain_integers(left: int, right: int) -> int:
    """The remainder has the sign of `left`; by zero it is 0."""
    if right == 0:
        return 0
    remainder = abs(left) % abs(right)
    return -remainder if left < 0 else remainder


def remain_decimals(left: float, right: float) -> float:
    """The remainder has the sign of `left`; by zero it is 0."""
    return math.fmod(left, right) if right != 0 else 0.0


_INTEGERS = {
    "/": Operation(divide_integers, INTEGER),
    "%": Operation(remain_integers, INTEGER),
    "+": Operation("{0} + {1}", INTEGER, range_of="integer", family="integer+", joint="+"),
    "-": Operation("{0} - {1}", INTEGER, range_of="integer", family="integer+", joint="-"),
    "*": Operation("{0} * {1}", INTEGER, range_of="integer", family="integer*", joint="*"),
}
_DECIMALS = {
    "/": Operation(divide_decimals, DECIMAL),
    "%": Operation(remain_decimals, DECIMAL),
    "+": Operation("{0} + {1}", DECIMAL, range_of="decimal", family="decimal+", joint="+"),
    "-": Operation("{0} - {1}", DECIMAL, range_of="decimal", family="decimal+", joint="-"),
    "*": Operation("{0} * {1}", DECIMAL, range_of="decimal", family="decimal*", joint="*"),
}
JOIN = Operation("{0} + {1}", STRING, family="string+", joint="+")
"""Of two strings; other operands go through TEXT first."""
TEXT = Operation(text_of, STRING, nullable=True)
PATTERN = Operation(read_pattern, STRING, nullable=True)
"""The text of a regular expression as its compiled pattern."""
ATTRIBUTE = Operation(attribute, STRING)
"""The name of an attribute as the function that takes it out of an object, raw."""
FOLD = Operation("{0}.casefold()", STRING)
MOVE = {
    kind: Operation("{0} + {1}", kind, family=f"{kind}+", joint="+") for kind in (DATE_TIME, DATE_TIME_ONLY, DURATION)
}
NEGATE = {
    INTEGER: Operation("-{0}", INTEGER, range_of="integer"),
    DECIMAL: Operation("-{0}", DECIMAL),
}
WIDEN = Operation(float, DECIMAL)
"""Integer to decimal, where the manual promotes."""
COMPARE = {symbol: Operation(f"{{0}} {symbol} {{1}}", BOOLEAN) for symbol in ("==", "!=", "<", "<=", ">", ">=")}
SAME = {"==": Operation(same, BOOLEAN), "!=": Operation(lambda left, right: not same(left, right), BOOLEAN)}
HAS_NULL = Operation("None in {0}", BOOLEAN)
ALWAYS = {value: Operation(partial(lambda value, _: value, value), BOOLEAN) for value in (True, False)}
"""A type test that the static type already answers; of a missing value it is still null."""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


TEST = {
    "is numeric": Operation(_is_number, BOOLEAN),
    "is integer": Operation(lambda value: _is_number(value) and isinstance(value, int), BOOLEAN),
    "is decimal": Operation(lambda value: _is_number(value) and isinstance(value, float), BOOLEAN),
}
TESTED = {"is numeric": NUMBERS, "is integer": frozenset((INTEGER,)), "is decimal": frozenset((DECIMAL,))}


@cache
def cast(kind: Type) -> Operation:
    """A raw JSON value read as `kind`: null where it does not fit."""
    return Operation(reader(kind), kind, nullable=True)


def arithmetic(symbol: str, left: Type, right: Type) -> Operation | None:
    """The operation of `left symbol right`, None where the operands are forbidden. `any` is cast beforehand."""
    if left in NUMBERS and right in NUMBERS:
        if symbol == "*" and left != right:
            return None
        return (_INTEGERS if left == right == INTEGER else _DECIMALS)[symbol]
    if symbol != "+":
        return None
    if STRING in (left, right):
        return JOIN
    return MOVE.get(left) if right == DURATION else None


def comparison(symbol: str, left: Type, right: Type) -> Operation | None:
    """The operation of a comparison, None where the operands are forbidden (surprise 3)."""
    numbers = left in NUMBERS and right in NUMBERS
    if symbol in ("==", "!="):
        if left != right and not numbers:
            return None
        return SAME[symbol] if is_list(left) or left in (ANY, OBJECT) else COMPARE[symbol]
    ordered = numbers or (left == right and left in (DATE_TIME, DATE_TIME_ONLY))
    return COMPARE[symbol] if ordered else None
