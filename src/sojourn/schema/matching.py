"""A text that a pattern matches: the shortest one, with the first letter of each choice."""

from __future__ import annotations

import re
from re import _constants as operators
from re import _parser as parser
from typing import Any

_CLASSES = {operators.CATEGORY_DIGIT: "1", operators.CATEGORY_SPACE: " ", operators.CATEGORY_WORD: "a1_"}
"""Letters of each class of letters."""
_MOST = 1_000
"""Times that something is repeated at most; what asks for more has no example."""


def matching(pattern: str) -> str | None:
    """None where none is found, such as for patterns with conditions on what stands around them."""
    try:
        return "".join(_text(each) for each in parser.parse(pattern))
    except (re.error, _Unknown, RecursionError):
        return None


class _Unknown(Exception):
    """A part that no text is known for."""


def _text(part: tuple[Any, Any]) -> str:
    operator, given = part
    if operator is operators.LITERAL:
        return chr(given)
    if operator is operators.ANY:
        return "a"
    if operator is operators.AT:
        return ""
    if operator is operators.IN:
        return _one_of(given)
    if operator is operators.NOT_LITERAL:
        return "a" if given != ord("a") else "b"
    if operator is operators.SUBPATTERN:
        return "".join(_text(each) for each in given[-1])
    if operator is operators.BRANCH:
        return "".join(_text(each) for each in given[1][0])
    if operator in (operators.MAX_REPEAT, operators.MIN_REPEAT) and given[0] <= _MOST:
        return str("".join(_text(each) for each in given[2]) * given[0])
    raise _Unknown(operator)


def _one_of(members: list[tuple[Any, Any]]) -> str:
    """A letter of a set, or none of it where it begins with a negation."""
    if members[0][0] is operators.NEGATE:
        for letter in "a1 -_A@":
            if not any(_among(member, letter) for member in members[1:]):
                return letter
        raise _Unknown(members)
    operator, given = members[0]
    if operator is operators.CATEGORY and given in _CLASSES:
        return str(_CLASSES[given][0])
    if operator in (operators.LITERAL, operators.RANGE):
        return chr(given if operator is operators.LITERAL else given[0])
    raise _Unknown(operator)


def _among(member: tuple[Any, Any], letter: str) -> bool:
    operator, given = member
    if operator is operators.RANGE:
        return bool(given[0] <= ord(letter) <= given[1])
    if operator is operators.CATEGORY:
        return letter in _CLASSES.get(given, letter)
    return bool(given == ord(letter))
