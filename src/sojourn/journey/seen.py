"""The values that a decision saw, short enough to stand with its step event: so it can be explained later [6.34].

Numbers, truth values and dates are kept as they are, which is what most conditions look at and costs next to nothing.
Of a long text and of many elements only the first are kept, and how many there were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

from sojourn.expression import Reference, Type
from sojourn.expression.printer import name
from sojourn.journey.node import Values

LONGEST_TEXT, MOST_ELEMENTS, DEEPEST = 200, 20, 4
MORE = "$more"
"""Under this name stands how many elements, fields or characters were left out."""
_SMALL = frozenset(map(Type, ("integer", "decimal", "boolean", "dateOnly", "dateTimeOnly", "dateTime", "duration")))


def named(reference: Reference) -> str:
    """A reference as it stands in an expression."""
    sign = {"event": "@", "source": "#", "action": "@action"}[reference.kind]
    params = ", ".join(f"{param}: {source}" for param, source in reference.params)
    return f"{sign}{{{'.'.join(map(name, reference.path))}{f', params: {{{params}}}' if params else ''}}}"


def seeing(places: Sequence[tuple[int, Type]]) -> Callable[[Values], object]:
    """From a stay's values to those at `places`: the one, or all as a tuple."""
    if not places:
        return lambda values: None
    indexes = [index for index, _ in places]
    if all(kind in _SMALL for _, kind in places):
        return itemgetter(*indexes)
    if len(indexes) == 1:
        only = indexes[0]
        return lambda values: short(values[only])
    return lambda values: tuple([short(values[index]) for index in indexes])


def short(value: object, depth: int = 0) -> object:
    """A value without what makes it long."""
    if type(value) is str:
        left = len(value) - LONGEST_TEXT
        return value if left <= 0 else {"$text": value[:LONGEST_TEXT], MORE: left}
    if isinstance(value, list | tuple):
        if depth == DEEPEST:
            return [{MORE: len(value)}] if value else []
        found = [short(each, depth + 1) for each in value[:MOST_ELEMENTS]]
        return found if len(value) <= MOST_ELEMENTS else [*found, {MORE: len(value) - MOST_ELEMENTS}]
    if isinstance(value, dict):
        if depth == DEEPEST:
            return {MORE: len(value)} if value else {}
        first = list(value.items())[:MOST_ELEMENTS]
        kept = {str(key): short(each, depth + 1) for key, each in first}
        return kept if len(value) <= MOST_ELEMENTS else kept | {MORE: len(value) - MOST_ELEMENTS}
    return value
