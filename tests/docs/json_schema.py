"""A small JSON Schema checker: just the keywords that our published schemas use, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
SAYS_NOTHING = {"$schema", "$defs", "title", "description", "default", "format", "then", "else", "x-activity"}


def wrong(schema: Any, value: Any, whole: Any = None, where: str = "$") -> Iterator[str]:
    """What is wrong with `value`. Raises KeyError for a keyword that is not known here."""
    whole = schema if whole is None else whole
    if isinstance(schema, bool):
        if not schema:
            yield f"{where}: nothing is allowed here"
        return
    for keyword, rule in schema.items():
        if keyword not in SAYS_NOTHING:
            yield from CHECKS[keyword](schema, rule, value, whole, where)


def fits(schema: Any, value: Any, whole: Any) -> bool:
    """Whether nothing is wrong with `value`."""
    return next(wrong(schema, value, whole), None) is None


def _plain(test: Any) -> Any:
    def check(schema: Any, rule: Any, value: Any, whole: Any, where: str) -> Iterator[str]:
        if not test(rule, value):
            yield f"{where}: {value!r} breaks {rule!r}"

    return check


def _required(schema: Any, rule: Any, value: Any, whole: Any, where: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{where}: {name} is missing" for name in rule if name not in value)


def _properties(schema: Any, rule: Any, value: Any, whole: Any, where: str) -> Iterator[str]:
    for name, inner in rule.items():
        if isinstance(value, dict) and name in value:
            yield from wrong(inner, value[name], whole, f"{where}.{name}")


def _pattern_properties(schema: Any, rule: Any, value: Any, whole: Any, where: str) -> Iterator[str]:
    for pattern, inner in rule.items():
        for name in value if isinstance(value, dict) else ():
            if re.search(pattern, name):
                yield from wrong(inner, value[name], whole, f"{where}.{name}")


def _additional(schema: Any, rule: Any, value: Any, whole: Any, where: str) -> Iterator[str]:
    for name in value if isinstance(value, dict) else ():
        if name not in schema.get("properties", {}) and not any(
            re.search(pattern, name) for pattern in schema.get("patternProperties", {})
        ):
            yield from wrong(rule, value[name], whole, f"{where}.{name}")


def _names(schema: Any, rule: Any, value: Any, whole: Any, where: str) -> Iterator[str]:
    for name in value if isinstance(value, dict) else ():
        yield from wrong(rule, name, whole, f"{where}.{name}")


def _items(schema: Any, rule: Any, value: Any, whole: Any, where: str) -> Iterator[str]:
    for number, item in enumerate(value if isinstance(value, list) else ()):
        yield from wrong(rule, item, whole, f"{where}.{number}")


def _of(least: int, most: float) -> Any:
    def check(schema: Any, rule: Any, value: Any, whole: Any, where: str) -> Iterator[str]:
        if not least <= sum(fits(each, value, whole) for each in rule) <= most:
            yield f"{where}: {value!r} is none of the allowed forms"

    return check


def _if(schema: Any, rule: Any, value: Any, whole: Any, where: str) -> Iterator[str]:
    yield from wrong(schema["then"] if fits(rule, value, whole) else schema["else"], value, whole, where)


def _ref(schema: Any, rule: Any, value: Any, whole: Any, where: str) -> Iterator[str]:
    yield from wrong(whole["$defs"][rule.removeprefix("#/$defs/")], value, whole, where)


CHECKS: dict[str, Any] = {
    "type": _plain(lambda rule, value: isinstance(value, TYPES[rule])),
    "const": _plain(lambda rule, value: value == rule),
    "enum": _plain(lambda rule, value: value in rule),
    "pattern": _plain(lambda rule, value: not isinstance(value, str) or re.search(rule, value)),
    "minLength": _plain(lambda rule, value: not isinstance(value, str) or len(value) >= rule),
    "maxLength": _plain(lambda rule, value: not isinstance(value, str) or len(value) <= rule),
    "minProperties": _plain(lambda rule, value: not isinstance(value, dict) or len(value) >= rule),
    "maxProperties": _plain(lambda rule, value: not isinstance(value, dict) or len(value) <= rule),
    "required": _required,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "items": _items,
    "anyOf": _of(1, float("inf")),
    "oneOf": _of(1, 1),
    "if": _if,
    "$ref": _ref,
}
