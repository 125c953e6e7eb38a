"""What a value has to keep besides its type: a few keywords of JSON Schema, and how two of them hold at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sojourn.errors import InputError

_TEXT, _NUMBER, _LIST = ("string",), ("integer", "decimal"), ("list",)
RULES: dict[str, tuple[str, ...]] = {
    "enum": ("string", "integer", "decimal", "boolean", "dateOnly", "dateTime", "any"),
    "pattern": _TEXT,
    "format": _TEXT,
    "minLength": _TEXT,
    "maxLength": _TEXT,
    "minimum": _NUMBER,
    "maximum": _NUMBER,
    "exclusiveMinimum": _NUMBER,
    "exclusiveMaximum": _NUMBER,
    "multipleOf": _NUMBER,
    "minItems": _LIST,
    "maxItems": _LIST,
    "uniqueItems": _LIST,
    "minProperties": ("object", "map"),
    "maxProperties": ("object", "map"),
    "additionalProperties": ("object",),
}
"""The keywords that a field may carry, and the kinds of fields that each is for."""
FORMATS = ("uri", "uri-reference", "email", "ipv4", "ipv6", "hostname", "uuid", "time", "regex", "json-pointer")
"""The formats of texts that are checked; others are remarks. `date` and `date-time` are types."""

_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_TIGHTER: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}


def check_rules(rules: Mapping[str, Any], kind: str, where: str, mark: str = "") -> None:
    """Raises InputError for a rule that its kind of field cannot have, or whose value is none.

    `mark` is what stands before a keyword in the document.
    """
    for name, value in rules.items():
        problem = None
        if kind not in RULES[name]:
            problem = f"a field of the type {kind} cannot have it"
        elif name == "enum":
            problem = None if isinstance(value, list) and value else "it takes a list of values"
        elif name in ("uniqueItems", "additionalProperties"):
            problem = None if isinstance(value, bool) else "it takes true or false"
        elif name in ("pattern", "format"):
            problem = _text_problem(name, value)
        elif isinstance(value, bool) or not isinstance(value, int | float):
            problem = "it takes a number"
        elif name in _COUNTS and (not isinstance(value, int) or value < 0):
            problem = "it takes a whole number from 0"
        elif name == "multipleOf" and value <= 0:
            problem = "it takes a number above 0"
        if problem:
            raise InputError("ERR_SCHEMA_RULE", field=f"{where}.{mark}{name}", name=name, rule=problem)


def _text_problem(name: str, value: object) -> str | None:
    if not isinstance(value, str):
        return "it takes a text"
    if name == "pattern":
        try:
            re.compile(value)
        except re.error as error:
            return f"it is no regular expression: {error}"
    return None


def both(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any] | None:
    """The rules under which a value keeps both sides' rules; None where keywords cannot say that."""
    found = dict(left)
    for name, value in right.items():
        if name not in found or found[name] == value:
            found[name] = value
        elif name in _TIGHTER:
            found[name] = _TIGHTER[name](found[name], value)
        elif name == "enum":
            found[name] = [each for each in found[name] if each in value]
        elif name == "uniqueItems":
            found[name] = True
        else:
            return None
    return found
