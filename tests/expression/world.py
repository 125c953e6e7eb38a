"""A small world for the tests: one event with a field of every type, and a fixed moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sojourn.expression import Constant, Expression, Reference, Slot, Type, Unknown, compile_expression, reader

TYPES = {
    "text": "string", "other": "string", "whole": "integer", "more": "integer", "real": "decimal", "flag": "boolean",
    "day": "dateOnly", "local": "dateTimeOnly", "moment": "dateTime", "span": "duration", "raw": "any",
    "thing": "object", "texts": "list<string>", "wholes": "list<integer>", "reals": "list<decimal>",
    "things": "list<object>", "odd name": "string", "3h": "decimal", "and": "boolean",
}  # fmt: skip
NAMES = tuple(TYPES)


ITEMS = [{"sku": "b", "price": 30}, {"sku": "a", "price": 20}, {"price": 50}]


class World:
    """Every field is `@{E.<name>}`, or `#{S.g.<name>}`; `@{E.fixed}` is a constant 7, `@{Order.items}` are ITEMS."""

    def resolve(self, reference: Reference) -> Slot | Constant | Unknown:
        name = reference.path[-1]
        if name == "fixed":
            return Constant(7, Type.parse("integer"))
        if reference.path == ("Order", "items"):
            return Constant(ITEMS, Type.parse("list<object>"))
        start = ("E",) if reference.kind == "event" else ("S", "g")
        if reference.path[:-1] != start or name not in TYPES:
            return Unknown("event E", (*NAMES, "fixed"))
        return Slot(NAMES.index(name), Type.parse(TYPES[name]))


class Now:
    """2026-03-01T10:00:00Z, draws that never change, and one segment."""

    now = datetime(2026, 3, 1, 10, tzinfo=UTC)

    def random(self) -> float:
        return 0.25

    def uuid(self) -> str:
        return "8e3f9f6e-0d1c-4f0a-9a53-0f3d7e5f8a11"

    def in_segment(self, name: str) -> bool:
        return name == "VIP"


def slots(values: Mapping[str, object]) -> list[object]:
    """Slots with `values` (JSON) read as their types, all else null."""
    return [reader(Type.parse(TYPES[name]))(values.get(name)) for name in NAMES]


def compiled(source: str, expected: str | None = None) -> Expression:
    return compile_expression(source, World(), Type.parse(expected) if expected else None)


def run(source: str, values: Mapping[str, object] | None = None, expected: str | None = None) -> object:
    return compiled(source, expected).evaluate(slots(values or {}), Now())
