"""The fields of a schema as a typed tree.

A schema document writes fields compactly: a type name, a nested mapping, or a mapping with `$` keys (field names
never start with `$`, so the two cannot be confused)::

    fields:
      _tenant:
        value: decimal
        tags: list<string>
        items: {$list: {sku: string, price: decimal}}
        consents: {$map: boolean}
        plan: {$type: string, $title: Plan, $required: true}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sojourn.errors import InputError

SCALARS = ("string", "integer", "decimal", "boolean", "dateOnly", "dateTimeOnly", "dateTime", "duration")
MAX_DEPTH = 30


@dataclass(frozen=True, slots=True)
class Field:
    """One field: a scalar (`kind` names its type), an `object`, a `list` or a `map` of `item`, or `any`."""

    kind: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    item: Field | None = None
    required: bool = False
    title: str = ""

    def lookup(self, path: tuple[str, ...]) -> Field | None:
        """The field at `path` below this one, None where there is none. Lists and maps are not entered."""
        here: Field | None = self
        for name in path:
            if here is None or here.kind != "object":
                return None
            here = here.fields.get(name)
        return here

    def type_name(self) -> str:
        """The expression language's name of this field's type."""
        if self.kind == "list" and self.item is not None:
            return f"list<{self.item.type_name()}>"
        return "object" if self.kind == "map" else self.kind

    def optional(self) -> Field:
        """The same field, with nothing in it required."""
        fields = {name: child.optional() for name, child in self.fields.items()}
        return replace(self, fields=fields, item=self.item and self.item.optional(), required=False)

    def leaves(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Field]]:
        """Every path below this field that is not itself an object, with its field."""
        if self.kind != "object":
            yield path, self
            return
        for name, child in self.fields.items():
            yield from child.leaves((*path, name))


def scalar(kind: str, *, required: bool = False) -> Field:
    """A field of a scalar type."""
    return Field(kind, required=required)


IDENTITY_MAP = Field(
    "map",
    item=Field(
        "list",
        item=Field(
            "object",
            {"id": scalar("string"), "primary": scalar("boolean"), "authenticatedState": scalar("string")},
        ),
    ),
)

EXPERIENCE_EVENT = Field(
    "object",
    {
        "_id": scalar("string", required=True),
        "timestamp": scalar("dateTime", required=True),
        "eventType": scalar("string"),
        "identityMap": IDENTITY_MAP,
        "_experience": Field(
            "object",
            {"campaign": Field("object", {"orchestration": Field("object", {"eventID": scalar("string")})})},
        ),
    },
)
"""What every experience event has [2.1], the orchestration eventID [2.3] included."""


def parse_fields(spec: object, where: str = "fields", depth: int = 0) -> Field:
    """The field tree that a document's `fields` describes. Raises InputError naming the place."""
    if depth > MAX_DEPTH:
        raise InputError("ERR_SCHEMA_DEPTH", field=where, limit=MAX_DEPTH)
    if isinstance(spec, str):
        if spec.startswith("list<") and spec.endswith(">"):
            return Field("list", item=parse_fields(spec[5:-1], where, depth + 1))
        if spec in SCALARS or spec == "any":
            return Field(spec)
        raise InputError("ERR_SCHEMA_TYPE", field=where, type=spec, types=", ".join(SCALARS))
    if not isinstance(spec, dict) or not spec:
        raise InputError("ERR_SCHEMA_FIELD", field=where)
    marks = {name: spec[name] for name in spec if isinstance(name, str) and name.startswith("$")}
    names = [name for name in spec if name not in marks]
    if unknown := [mark for mark in marks if mark not in ("$type", "$list", "$map", "$required", "$title")]:
        raise InputError("ERR_SCHEMA_MARK", field=f"{where}.{unknown[0]}", mark=unknown[0])
    if "$list" in marks:
        found = Field("list", item=parse_fields(marks["$list"], f"{where}.$list", depth + 1))
    elif "$map" in marks:
        found = Field("map", item=parse_fields(marks["$map"], f"{where}.$map", depth + 1))
    elif "$type" in marks:
        found = parse_fields(marks["$type"], where, depth + 1)
    else:
        children = {}
        for name in names:
            if not isinstance(name, str) or "." in name or not name:
                raise InputError("ERR_SCHEMA_NAME", field=f"{where}.{name}", name=name)
            children[name] = parse_fields(spec[name], f"{where}.{name}", depth + 1)
        found = Field("object", children)
    return replace(found, required=marks.get("$required") is True, title=str(marks.get("$title", "")))


def merge(left: Field, right: Field) -> Field:
    """Both trees in one: the composition of a class with its field groups. Where they disagree: `any`."""
    if left.kind == right.kind == "object":
        names = {**left.fields, **right.fields}
        return replace(
            left,
            fields={
                name: merge(left.fields[name], right.fields[name])
                if name in left.fields and name in right.fields
                else child
                for name, child in names.items()
            },
            required=left.required or right.required,
        )
    required = left.required or right.required
    return replace(left, required=required) if left.kind == right.kind and left.item == right.item else Field("any")
