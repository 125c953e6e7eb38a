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


def mixed() -> tuple[list[dict[str, object]], ...]:
    """Objects with a `key` of every kind, as they come, sorted, and sorted the other way round."""
    values = [[1], 2, "b", None, True, 1, "a", 1.5]
    came = [{} if value is None else {"key": value} for value in values]
    return came, [came[n] for n in (4, 5, 7, 1, 6, 2, 0, 3)], [came[n] for n in (0, 2, 6, 1, 7, 5, 4, 3)]


ORDER = {
    "items": [{"sku": "b", "price": 30}, {"sku": "a", "price": 20}, {"price": 50}, {"price": 30, "sku": "b"}],
    "parts": [
        {"id": 1, "weight": 1.5, "gift": True, "sold": "2026-02-28T22:00:00Z"},
        {"id": 2, "made": "2026-02-01T09:30", "best": "2026-02-01", "age": "PT1H"},
    ],
    **dict(zip(("mixed", "sorted", "reversed"), mixed(), strict=True)),
    "places": [{"latitude": 37.57, "longitude": 126.98}, {"latitude": 48.86, "longitude": 2.35}],
}


class World:
    """Every field is `@{E.<name>}`, `#{S.g.<name>}` or `@action{A.<name>}`.

    `@{E.fixed}` is a constant 7, `@{Order.<name>}` the lists of ORDER.
    """

    def root(self, kind: Kind) -> Field:
        here = Field("object", {**FIELDS, "fixed": Field("integer")})
        if kind == "source":
            return Field("object", {"S": Field("object", {"g": here})})
        if kind == "action":
            return Field("object", {"A": here})
        order = Field("object", dict.fromkeys(ORDER, Field("list", item=Field("object"))))
        return Field("object", {"E": here, "Order": order})

    def params(self, source: str, group: str) -> Mapping[str, Type]:
        return {"city": Type.parse("string"), "most": Type.parse("decimal")}

    def resolve(self, reference: Reference, field: Field) -> Slot | Constant:
        if reference.path[0] == "Order":
            return Constant(ORDER[reference.path[1]])
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
