"""A small world for the tests: one event with a field of every type and with collections, and a fixed moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sojourn.expression import Constant, Expression, Kind, Reference, Slot, Type, compile_expression, reader
from sojourn.expression.scope import type_of
from sojourn.schema.fields import Field, parse_fields

TYPES = {
    "text": "string", "other": "string", "whole": "integer", "more": "integer", "real": "decimal", "flag": "boolean",
    "day": "dateOnly", "local": "dateTimeOnly", "moment": "dateTime", "span": "duration", "raw": "any",
    "thing": "object", "texts": "list<string>", "wholes": "list<integer>", "reals": "list<decimal>",
    "things": "list<object>", "odd name": "string", "3h": "decimal", "and": "boolean",
}  # fmt: skip
"""The fields of which only the type counts."""

COLLECTIONS = {
    "items": {"$list": {
        "sku": "string", "price": "decimal", "count": "integer", "at": "dateTime", "tags": "list<string>",
        "size": {"width": "integer"}, "parts": {"$list": {"name": "string", "weight": "decimal"}},
        "labels": {"$map": "string"}, "3h": "decimal",
    }},
    "people": {"$map": {"$list": {"id": "string", "primary": "boolean"}}},
    "limits": {"$map": "integer"},
    "opens": {"$list": {"x": "any"}},
    "matrix": {"$list": {"$list": {"value": "integer"}}},
    "raws": "list<any>",
}  # fmt: skip
"""The fields that an expression goes into, as a schema document writes them."""


def _leaf(kind: str) -> Field:
    return Field("list", item=_leaf(kind[5:-1])) if kind.startswith("list<") else Field(kind)


FIELDS = {name: _leaf(kind) for name, kind in TYPES.items()} | {
    name: parse_fields(spec) for name, spec in COLLECTIONS.items()
}
NAMES = tuple(FIELDS)


ITEMS = [{"sku": "b", "price": 30}, {"sku": "a", "price": 20}, {"price": 50}]


class World:
    """Every field is `@{E.<name>}`, `#{S.g.<name>}` or `@action{A.<name>}`.

    `@{E.fixed}` is a constant 7, `@{Order.items}` are ITEMS.
    """

    def root(self, kind: Kind) -> Field:
        here = Field("object", {**FIELDS, "fixed": Field("integer")})
        if kind == "source":
            return Field("object", {"S": Field("object", {"g": here})})
        if kind == "action":
            return Field("object", {"A": here})
        return Field("object", {"E": here, "Order": Field("object", {"items": Field("list", item=Field("object"))})})

    def params(self, source: str, group: str) -> Mapping[str, Type]:
        return {"city": Type.parse("string"), "most": Type.parse("decimal")}

    def resolve(self, reference: Reference, field: Field) -> Slot | Constant:
        if reference.path == ("Order", "items"):
            return Constant(ITEMS)
        name = next(iter(reference.path[1 if reference.kind != "source" else 2 :]), "")
        return Slot(NAMES.index(name)) if name in NAMES else Constant(7 if name == "fixed" else None)


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
    return [reader(type_of(field))(values.get(name)) for name, field in FIELDS.items()]


def compiled(source: str, expected: str | None = None) -> Expression:
    return compile_expression(source, World(), Type.parse(expected) if expected else None)


def run(source: str, values: Mapping[str, object] | None = None, expected: str | None = None) -> object:
    return compiled(source, expected).evaluate(slots(values or {}), Now())
