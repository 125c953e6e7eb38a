"""The fields of a schema as a typed tree.

A schema document writes fields compactly: a type name, a nested mapping, or a mapping with `$` keys (field names
never start with `$`, so the two cannot be confused)::

    fields:
      _tenant:
        value: decimal
        tags: list<string>
        items: {$list: {sku: string, price: decimal}}
        consents: {$map: boolean}
        plan: {$type: string, $title: {en: Plan, ko: 요금제}, $required: true, $enum: [basic, gold]}
        home: {$ref: postal-address, $labels: [C3]}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sojourn.errors import InputError
from sojourn.schema.rules import RULES, both, check_rules

SCALARS = ("string", "integer", "decimal", "boolean", "dateOnly", "dateTimeOnly", "dateTime", "duration")
MAX_DEPTH = 15
"""Levels of fields below a record, lists and maps counted: deeper than any public schema."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: a scalar (`kind` names its type), an `object`, a `list` or a `map` of `item`, or `any`."""

    kind: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    item: Field | None = None
    required: bool = False
    title: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    """The title in other languages."""
    description: str = ""
    labels: frozenset[str] = frozenset()
    """Data-usage labels [2.5]; they hold for everything below."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Values to propose, with their display names; others are allowed unless a rule says no."""
    rules: Mapping[str, Any] = field(default_factory=dict)
    """What a value has to keep besides its type, as keywords of JSON Schema."""
    whole: Mapping[str, Any] | None = None
    """Where type and rules cannot say it (`oneOf` ...): a JSON Schema without references for all of this field."""

    def lookup(self, path: tuple[str, ...]) -> Field | None:
        """The field at `path` below this one, None where there is none. Lists and maps are not entered."""
        here: Field | None = self
        for name in path:
            if here is None or here.kind != "object":
                return None
            here = here.fields.get(name)
        return here

    def labels_at(self, path: tuple[str, ...]) -> frozenset[str]:
        """The data-usage labels of the field at `path`: its own, and those of what it stands in and what it holds.

        Lists and maps are entered without a step of the path.
        """
        found = self.labels
        here: Field | None = self
        for name in path:
            while here is not None and here.item is not None:
                here = here.item
                found |= here.labels
            here = here.fields.get(name) if here is not None else None
            if here is None:
                return found
            found |= here.labels
        return found | here.labels_below() if here is not None else found

    def labels_below(self) -> frozenset[str]:
        """The data-usage labels of all that a value of this field can hold."""
        inner = [*self.fields.values(), *([self.item] if self.item is not None else [])]
        return self.labels.union(*(child.labels_below() for child in inner))

    def type_name(self) -> str:
        """The expression language's name of this field's type."""
        if self.kind == "list" and self.item is not None:
            return f"list<{self.item.type_name()}>"
        return "object" if self.kind == "map" else self.kind

    def optional(self) -> Field:
        """The same field, with nothing in it required; what is checked as a whole is not checked at all."""
        if self.whole is not None and self.kind != "object":
            return replace(self, kind="any", item=None, required=False, rules={}, whole=None)
        fields = {name: child.optional() for name, child in self.fields.items()}
        return replace(self, fields=fields, item=self.item and self.item.optional(), required=False, whole=None)

    def leaves(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Field]]:
        """Every path below this field that is not itself an object, with its field."""
        if self.kind != "object":
            yield path, self
            return
        for name, child in self.fields.items():
            yield from child.leaves((*path, name))

    def depth(self) -> int:
        """How many levels of fields there are below this one."""
        inner = [*self.fields.values(), *([self.item] if self.item is not None else [])]
        return 1 + max(child.depth() for child in inner) if inner else 0

    def only(self, paths: list[tuple[str, ...]]) -> Field:
        """The same field with nothing in it but what is at `paths`, whole, and what leads there."""
        if () in paths or self.kind != "object":
            return self
        chosen: dict[str, list[tuple[str, ...]]] = {}
        for name, *rest in paths:
            chosen.setdefault(name, []).append(tuple(rest))
        return replace(
            self, fields={name: child.only(chosen[name]) for name, child in self.fields.items() if name in chosen}
        )

    def changed(self, path: tuple[str, ...], change: Callable[[Field], Field]) -> Field | None:
        """The same tree with the field at `path` changed, None where there is none. Lists and maps are entered."""
        if not path:
            return change(self)
        if self.item is not None:
            item = self.item.changed(path, change)
            return replace(self, item=item) if item is not None else None
        child = self.fields[path[0]].changed(path[1:], change) if path[0] in self.fields else None
        return replace(self, fields={**self.fields, path[0]: child}) if child is not None else None


def scalar(kind: str, *, required: bool = False) -> Field:
    """A field of a scalar type."""
    return Field(kind, required=required)


Types = Callable[[str, str], Field]
"""The data type that a name or an id refers to; given the place that refers to it. Raises InputError."""


def _any_type(name: str, where: str) -> Field:
    return Field("any")


_MARKS = ("$type", "$list", "$map", "$ref", "$required", "$title", "$description", "$labels", "$values")


def parse_fields(spec: object, where: str = "fields", depth: int = 0, types: Types = _any_type) -> Field:
    """The field tree that a document's `fields` describes. Raises InputError naming the place.

    Without `types`, a reference to a data type is a field that takes anything.
    """
    if depth > MAX_DEPTH:
        raise InputError("ERR_SCHEMA_DEPTH", field=where, limit=MAX_DEPTH)
    if isinstance(spec, str):
        if spec.startswith("list<") and spec.endswith(">"):
            return Field("list", item=parse_fields(spec[5:-1], where, depth + 1, types))
        if spec in SCALARS or spec == "any":
            return Field(spec)
        raise InputError("ERR_SCHEMA_TYPE", field=where, type=spec, types=", ".join(SCALARS))
    if not isinstance(spec, dict) or not spec:
        raise InputError("ERR_SCHEMA_FIELD", field=where)
    marks = {name: spec[name] for name in spec if isinstance(name, str) and name.startswith("$")}
    names = [name for name in spec if name not in marks]
    if unknown := [mark for mark in marks if mark not in _MARKS and mark[1:] not in RULES]:
        raise InputError("ERR_SCHEMA_MARK", field=f"{where}.{unknown[0]}", mark=unknown[0])
    if "$list" in marks:
        found = Field("list", item=parse_fields(marks["$list"], f"{where}.$list", depth + 1, types))
    elif "$map" in marks:
        found = Field("map", item=parse_fields(marks["$map"], f"{where}.$map", depth + 1, types))
    elif "$type" in marks:
        found = parse_fields(marks["$type"], where, depth + 1, types)
    elif "$ref" in marks:
        found = types(str(marks["$ref"]), f"{where}.$ref")
        if depth + found.depth() > MAX_DEPTH:
            raise InputError("ERR_SCHEMA_DEPTH", field=where, limit=MAX_DEPTH)
    else:
        children = {}
        for name in names:
            if not isinstance(name, str) or "." in name or not name:
                raise InputError("ERR_SCHEMA_NAME", field=f"{where}.{name}", name=name)
            children[name] = parse_fields(spec[name], f"{where}.{name}", depth + 1, types)
        found = Field("object", children)
    rules = {mark[1:]: value for mark, value in marks.items() if mark[1:] in RULES}
    check_rules(rules, found.kind, where, "$")
    title, titles = texts(marks.get("$title", ""), f"{where}.$title")
    return replace(
        found,
        required=marks.get("$required") is True,
        title=title or found.title,
        titles=titles or found.titles,
        description=str(marks.get("$description", "")) or found.description,
        labels=found.labels | parse_labels(marks.get("$labels", []), f"{where}.$labels"),
        values=_values(marks.get("$values", {}), f"{where}.$values") or found.values,
        rules=both(found.rules, rules) or {},
    )


def texts(value: object, where: str) -> tuple[str, dict[str, str]]:
    """A title: a text, or a text for each language."""
    if isinstance(value, dict):
        if not value or not all(isinstance(key, str) and isinstance(text, str) for key, text in value.items()):
            raise InputError("ERR_SCHEMA_TITLE", field=where)
        texts = dict(value)
        return texts.pop("en", next(iter(value.values()))), texts
    return str(value), {}


def _values(value: object, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise InputError("ERR_SCHEMA_VALUES", field=where)
    return {str(key): str(text) for key, text in value.items()}


def parse_labels(value: object, where: str) -> frozenset[str]:
    """Data-usage labels: `C1` to `C12`, or names of one's own. Raises InputError."""
    if not isinstance(value, list) or not all(isinstance(each, str) and each and " " not in each for each in value):
        raise InputError("ERR_SCHEMA_LABELS", field=where)
    return frozenset(value)


def described(left: Field, right: Field) -> dict[str, Any]:
    """What two descriptions of one field say together, its kind apart; where both do, the right one counts."""
    return {
        "required": left.required or right.required,
        "title": right.title or left.title,
        "titles": {**left.titles, **right.titles},
        "description": right.description or left.description,
        "labels": left.labels | right.labels,
        "values": {**left.values, **right.values},
    }


def merge(left: Field, right: Field) -> Field:
    """Both trees in one: the composition of a class with its field groups. Where they disagree: `any`."""
    if left == right:
        return left
    facts = described(left, right)
    rules = both(left.rules, right.rules)
    if left.kind == right.kind == "object" and rules is not None and left.whole == right.whole:
        fields = {
            name: merge(left.fields[name], right.fields[name])
            if name in left.fields and name in right.fields
            else child
            for name, child in {**left.fields, **right.fields}.items()
        }
        return replace(left, fields=fields, rules=rules, **facts)
    if left.kind in ("list", "map") and left.kind == right.kind and left.item and right.item and rules is not None:
        return replace(left, item=merge(left.item, right.item), rules=rules, **facts)
    if left.kind == right.kind and left.item == right.item and left.whole == right.whole and rules is not None:
        return replace(left, rules=rules, **facts)
    return Field("any", **facts)
