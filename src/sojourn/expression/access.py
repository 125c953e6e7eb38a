"""Taking values out of JSON: what the steps of a path do at run time (rule 7.2).

What is missing, or is not what the schema promised, is null; nothing here raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sojourn.expression.types import Type
from sojourn.expression.values import reader

Get = Callable[[Mapping[str, Any]], object]

_AS_IT_IS: dict[str, type] = {"string": str, "boolean": bool, "decimal": float}
"""Types whose JSON value, when it is exactly of this Python type, needs no reading."""


def getter(path: tuple[str, ...], kind: Type) -> Get:
    """How to take the `kind` at `path` out of an object; an empty path is the object itself."""
    read = reader(kind)
    if not path:
        return read
    exact = _AS_IT_IS.get(kind.name)
    *parents, last = path

    def top(payload: Mapping[str, Any]) -> object:
        value = payload.get(last)
        return value if type(value) is exact else read(value)

    def get(payload: Mapping[str, Any]) -> object:
        here: Any = payload
        for name in parents:
            here = here.get(name)
            if type(here) is not dict:
                return None
        value = here.get(last)
        return value if type(value) is exact else read(value)

    return get if parents else top


def each(get: Callable[..., object]) -> Callable[..., list[object]]:
    """`get` of every object of a list; an element that is no object gives null, so that positions hold."""
    return lambda items, *args: [get(item, *args) if type(item) is dict else None for item in items]


def flat(lists: list[list[object] | None]) -> list[object]:
    """The elements of all the lists in a row; a missing list adds none."""
    return [item for items in lists if items is not None for item in items]


def at(items: list[object], index: int) -> object:
    """The element at a position from 0, null outside (surprise 13)."""
    return items[index] if 0 <= index < len(items) else None


def first(items: list[object]) -> object:
    """The first element, null of none."""
    return items[0] if items else None


def last(items: list[object]) -> object:
    """The last element, null of none."""
    return items[-1] if items else None


def entry(kind: Type) -> Callable[[Mapping[str, Any], str], object]:
    """A map's value at a key, read as `kind`."""
    read = reader(kind)
    return lambda entries, key: read(entries.get(key))


def keys(entries: Mapping[str, Any]) -> list[object]:
    """The keys in the payload's order."""
    return list(entries)


def first_key(entries: Mapping[str, Any]) -> object:
    """The first key in the payload's order, null of none."""
    return next(iter(entries), None)
