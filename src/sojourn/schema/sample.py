"""An example record of a schema: every field with a value that its type and rules allow."""

from __future__ import annotations

from typing import Any

import msgspec

from sojourn.errors import InputError
from sojourn.schema.fields import Field
from sojourn.schema.matching import matching
from sojourn.schema.validate import Validator

_TEXTS = (
    "text", "name@example.com", "https://example.com/page", "KR", "KRW", "Asia/Seoul", "12-31", "2026-03-01",
    "10:00:00Z", "192.0.2.1", "2001:db8::1", "example.com", "123e4567-e89b-42d3-a456-426614174000", "a", "A", "1",
    "12345", "aB3", "",
)  # fmt: skip
"""Texts, one of which keeps most patterns and formats."""
_CONSTANTS: dict[str, tuple[Any, ...]] = {
    "boolean": (True, False),
    "dateOnly": ("2026-03-01",),
    "dateTimeOnly": ("2026-03-01T10:00:00",),
    "dateTime": ("2026-03-01T10:00:00Z",),
    "duration": ("PT1H",),
    "any": ("text", 1, True, {}, []),
}


def sample(field: Field) -> Any:
    """A value that keeps the field's rules; None where none is known. What cannot be filled is left out."""
    return next((value for value in _candidates(field) if _keeps(field, value)), None)


def _candidates(field: Field) -> list[Any]:
    rules = field.rules
    if "enum" in rules:
        return list(rules["enum"])
    match field.kind:
        case "object":
            members = {name: sample(child) for name, child in field.fields.items()}
            full = {name: value for name, value in members.items() if value is not None}
            needed = {name: value for name, value in full.items() if field.fields[name].required}
            return [full, needed, *({name: value} for name, value in full.items())]
        case "list":
            item = sample(field.item) if field.item is not None else "text"
            return [[] if item is None else [item] * max(1, rules.get("minItems", 1)), []]
        case "map":
            item = sample(field.item) if field.item is not None else "text"
            return [{} if item is None else {"name": item}, {}]
        case "string":
            length = rules.get("minLength", 0)
            matched = matching(rules["pattern"]) if "pattern" in rules else None
            return [*field.values, *_TEXTS, "x" * length, "1" * length, *([] if matched is None else [matched])]
        case "integer" | "decimal":
            low = rules.get("minimum", rules.get("exclusiveMinimum", 0))
            high = rules.get("maximum", rules.get("exclusiveMaximum", low))
            step = rules.get("multipleOf", 1)
            near = [low, low + 1, high, high - 1, step, -(-low // step) * step, (low + high) / 2, 1, 0]
            return [int(value) if field.kind == "integer" else value for value in near]
    return list(_CONSTANTS[field.kind])


def _keeps(field: Field, value: Any) -> bool:
    try:
        Validator(Field("object", {"value": field})).check(msgspec.json.encode({"value": value}))
    except InputError:
        return False
    return True
