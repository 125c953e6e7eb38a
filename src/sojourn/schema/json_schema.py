"""JSON Schema, as XDM writes it (drafts 6 and 7), to trees of fields and back.

What types and rules can say becomes `Field`s that an editor can show and the inlet can check at C speed. A part that
uses more than that (`oneOf`, `patternProperties` ...) keeps itself, its references resolved, in `Field.whole`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urljoin

from sojourn.errors import InputError
from sojourn.schema.fields import MAX_DEPTH, Field, described, parse_labels
from sojourn.schema.rules import FORMATS, RULES, both, check_rules

Find = Callable[[str], Any]
"""The document with an `$id` or name, as JSON Schema or as a tree of fields; None where there is none."""

_KINDS = {"string": "string", "integer": "integer", "number": "decimal", "boolean": "boolean", "object": "object",
          "array": "list"}  # fmt: skip
_TYPES = {kind: type_ for type_, kind in _KINDS.items()} | {
    "dateTime": "string", "dateOnly": "string", "dateTimeOnly": "string", "duration": "string", "map": "object",
}  # fmt: skip
_DATES = {"date-time": "dateTime", "date": "dateOnly"}
_FORMATS = {kind: name for name, kind in _DATES.items()}
_BEYOND = (
    "oneOf", "anyOf", "not", "if", "then", "else", "contains", "propertyNames", "dependencies", "patternProperties",
    "additionalItems",
)  # fmt: skip
"""Keywords that only a whole check can say."""
_BRANCHES = ("oneOf", "anyOf")
_REMARKS = ("title", "description", "default", "examples", "$id", "$schema", "$comment", "definitions")


class JsonSchemas:
    """Compiles documents that refer to each other. `find` gives a document by its `$id`."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._known: dict[str, Field] = {}
        self._stack: list[str] = []

    def field(self, schema: object, base: str = "", where: str = "definition") -> Field:
        """The tree of fields of a JSON Schema. `base` is its `$id`: what references without a document stand in.

        Raises InputError naming the place: for a reference to nothing or in a circle, too many levels, a bad type.
        """
        try:
            found = self._field(schema, base, where, 0)
        except RecursionError:
            raise InputError("ERR_SCHEMA_DEPTH", field=where, limit=MAX_DEPTH) from None
        if found.depth() > MAX_DEPTH:
            raise InputError("ERR_SCHEMA_DEPTH", field=where, limit=MAX_DEPTH)
        return found

    def _field(self, schema: object, base: str, where: str, depth: int) -> Field:
        if depth > MAX_DEPTH:
            raise InputError("ERR_SCHEMA_DEPTH", field=where, limit=MAX_DEPTH)
        if schema is True:
            return Field("any")
        if schema is False:
            return Field("any", whole={"not": {}})
        if not isinstance(schema, Mapping):
            raise InputError("ERR_SCHEMA_NODE", field=where)
        parts = []
        if "$ref" in schema:
            parts.append(self._referred(schema["$ref"], base, f"{where}.$ref", depth))
        for number, part in enumerate(_list(schema.get("allOf", []), f"{where}.allOf")):
            parts.append(self._field(part, base, f"{where}.allOf.{number}", depth))
        parts.append(self._own(schema, base, where, depth))
        found = parts[0]
        for part in parts[1:]:
            found = compose(found, part)
        return found

    def _referred(self, reference: object, base: str, where: str, depth: int) -> Field:
        target, document, place = self._resolve(reference, base, where)
        if target in self._known:
            return self._known[target]
        if isinstance(place, Field):
            return place
        self._enter(target, where)
        try:
            # Counted anew: where it is used decides how deep it may go, and that is looked at in the end.
            found = self._field(place, document, where, 0)
        finally:
            self._stack.pop()
        self._known[target] = found
        return found

    def _enter(self, target: str, where: str) -> None:
        if target in self._stack:
            chain = [*self._stack[self._stack.index(target) :], target]
            raise InputError("ERR_SCHEMA_CYCLE", field=where, chain=" > ".join(chain))
        self._stack.append(target)

    def _resolve(self, reference: object, base: str, where: str) -> tuple[str, str, Any]:
        """A reference's full name, the document that it leads to, and what stands there."""
        if not isinstance(reference, str):
            raise InputError("ERR_SCHEMA_REF", field=where, reference=str(reference))
        named, _, fragment = reference.partition("#")
        document = base if not named else named if self._find(named) is not None else urljoin(base, named)
        place = self._find(document)
        if place is None:
            raise InputError("ERR_SCHEMA_REF", field=where, reference=reference)
        for step in [unquote(step).replace("~1", "/").replace("~0", "~") for step in fragment.split("/") if step]:
            if isinstance(place, list) and step.isdigit() and int(step) < len(place):
                place = place[int(step)]
            elif isinstance(place, Mapping) and step in place:
                place = place[step]
            else:
                raise InputError("ERR_SCHEMA_REF", field=where, reference=reference)
        return f"{document}#{fragment.strip('/')}", document, place

    def _own(self, schema: Mapping[str, Any], base: str, where: str, depth: int) -> Field:
        """What the keywords of a node say, besides what it refers to."""
        kind = _kind(schema, where)
        rules = {name: value for name, value in schema.items() if name in RULES and kind in RULES[name]}
        if rules.get("format") not in FORMATS:
            rules.pop("format", None)
        if "const" in schema and kind in RULES["enum"]:
            rules["enum"] = [schema["const"]]
        fields: dict[str, Field] = {}
        item = None
        more = schema.get("additionalProperties")
        if kind == "list":
            inner = schema.get("items", True)
            item = Field("any") if isinstance(inner, list) else self._field(inner, base, f"{where}.items", depth + 1)
        elif kind == "map":
            item = self._field(True if more is None else more, base, f"{where}.additionalProperties", depth + 1)
        elif kind == "object":
            fields = self._properties(schema, base, where, depth)
        if more is not False:
            rules.pop("additionalProperties", None)
        check_rules(rules, kind, where)
        title = schema.get("title", "")
        found = Field(
            kind,
            fields,
            item,
            title=title if isinstance(title, str) else "",
            description=str(schema.get("description", "")),
            labels=parse_labels(schema.get("meta:usageLabels", []), f"{where}.meta:usageLabels"),
            values=_values(schema),
            rules=rules,
        )
        if not _beyond(schema, kind):
            return found
        for name in _BRANCHES:
            for number, branch in enumerate(_list(schema.get(name, []), f"{where}.{name}")):
                variant = self._field(branch, base, f"{where}.{name}.{number}", depth)
                if variant.kind != "any":
                    found = _shown(found, _bare(variant))
        own = {name: value for name, value in schema.items() if name not in ("$ref", "allOf")}
        return replace(found, whole=self._whole(own, base, where))

    def _properties(self, schema: Mapping[str, Any], base: str, where: str, depth: int) -> dict[str, Field]:
        properties = schema.get("properties", {})
        if not isinstance(properties, Mapping):
            raise InputError("ERR_SCHEMA_NODE", field=f"{where}.properties")
        fields = {
            name: self._field(child, base, f"{where}.properties.{name}", depth + 1)
            for name, child in properties.items()
        }
        for number, name in enumerate(_list(schema.get("required", []), f"{where}.required")):
            if not isinstance(name, str):
                raise InputError("ERR_SCHEMA_NODE", field=f"{where}.required.{number}")
            fields[name] = replace(fields.get(name, Field("any")), required=True)
        return fields

    def _whole(self, schema: Any, base: str, where: str) -> Any:
        """The same schema with all its references resolved, and without remarks."""
        if isinstance(schema, list):
            return [self._whole(each, base, where) for each in schema]
        if not isinstance(schema, Mapping):
            return schema
        found: dict[str, Any] = {}
        for name, value in schema.items():
            if name in _REMARKS or name.startswith("meta:"):
                continue
            if name in ("properties", "patternProperties", "dependencies") and isinstance(value, Mapping):
                found[name] = {key: self._whole(each, base, where) for key, each in value.items()}
            elif name in ("enum", "const", "$ref"):
                found[name] = value
            else:
                found[name] = self._whole(value, base, where)
        if "$ref" not in found:
            return found
        target, document, place = self._resolve(found.pop("$ref"), base, where)
        if isinstance(place, Field):
            inner = json_schema(place)
            return {"allOf": [inner, found]} if found else inner
        self._enter(target, where)
        try:
            inner = self._whole(place, document, where)
        finally:
            self._stack.pop()
        return {"allOf": [inner, found]} if found else inner


def _beyond(schema: Mapping[str, Any], kind: str) -> bool:
    """Whether a node says more than types and rules can."""
    types = schema.get("type")
    return (
        any(name in schema for name in _BEYOND)
        or isinstance(schema.get("items"), list)
        or (kind == "object" and isinstance(schema.get("additionalProperties"), Mapping))
        or (kind == "any" and types is not None)
        or (kind not in RULES["enum"] and ("enum" in schema or "const" in schema))
    )


def _kind(schema: Mapping[str, Any], where: str) -> str:
    type_ = schema.get("type")
    if isinstance(type_, list):
        known = (*_KINDS, "null")
        if unknown := [each for each in type_ if each not in known]:
            raise InputError("ERR_SCHEMA_TYPE", field=f"{where}.type", type=str(unknown[0]), types=", ".join(_KINDS))
        real = [each for each in type_ if each != "null"]
        type_ = real[0] if len(real) == 1 else "null"
    if type_ is None:
        type_ = _implied(schema)
    if type_ in (None, "null"):
        return "any"
    kind = _KINDS.get(type_) if isinstance(type_, str) else None
    if kind is None:
        raise InputError("ERR_SCHEMA_TYPE", field=f"{where}.type", type=str(type_), types=", ".join(_KINDS))
    if kind == "string":
        return _DATES.get(str(schema.get("format")), "string")
    is_map = "properties" not in schema and (
        isinstance(schema.get("additionalProperties"), Mapping) or schema.get("meta:xdmType") == "map"
    )
    return "map" if kind == "object" and is_map else kind


def _implied(schema: Mapping[str, Any]) -> str | None:
    """The type that a node without one means."""
    if any(name in schema for name in ("properties", "required", "additionalProperties", "patternProperties")):
        return "object"
    if "items" in schema:
        return "array"
    constants = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if isinstance(constants, list) and constants and all(isinstance(each, str) for each in constants):
        return "string"
    return None


def _values(schema: Mapping[str, Any]) -> dict[str, str]:
    found = schema.get("meta:enum")
    return {str(key): str(text) for key, text in found.items()} if isinstance(found, Mapping) else {}


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise InputError("ERR_SCHEMA_NODE", field=where)
    return value


_NARROWER = {("string", "dateTime"), ("string", "dateOnly"), ("decimal", "integer"), ("object", "map")}


def compose(left: Field, right: Field) -> Field:
    """A field that keeps what both say (`allOf`): parts of a schema in one."""
    facts = described(left, right)
    if left == right:
        return left
    if _says_nothing(right):
        return replace(left, **facts)
    if _says_nothing(left):
        return replace(right, **facts)
    rules = both(left.rules, right.rules)
    left_wins = left.kind == right.kind or (right.kind, left.kind) in _NARROWER
    found = left if left_wins else right
    alike = left_wins or (left.kind, right.kind) in _NARROWER
    closed = "additionalProperties" in {*left.rules, *right.rules}
    if left.kind == right.kind == "object":
        alike = not closed
        fields = {
            name: compose(left.fields[name], right.fields[name])
            if name in left.fields and name in right.fields
            else child
            for name, child in {**left.fields, **right.fields}.items()
        }
        found = replace(left, fields=fields)
    elif left.kind == right.kind and left.item is not None and right.item is not None:
        found = replace(left, item=compose(left.item, right.item))
    elif "map" in (left.kind, right.kind) and (closed or left.fields or right.fields):
        alike = False
    if alike and rules is not None and left.whole is None and right.whole is None:
        return replace(found, rules=rules, **facts)
    return replace(found, rules={}, whole={"allOf": [json_schema(left), json_schema(right)]}, **facts)


def _says_nothing(field: Field) -> bool:
    return field.kind == "any" and not field.rules and field.whole is None


def _shown(field: Field, variant: Field) -> Field:
    """The field with what one of several branches could have, for editors; the check is in `whole`."""
    found = variant if field.kind == "any" else compose(replace(field, rules={}, whole=None), variant)
    return replace(found, whole=None, required=field.required, title=field.title, description=field.description)


def _bare(field: Field) -> Field:
    """The same tree without anything to check."""
    return replace(
        field,
        fields={name: _bare(child) for name, child in field.fields.items()},
        item=_bare(field.item) if field.item is not None else None,
        required=False,
        rules={},
        whole=None,
    )


def json_schema(field: Field, *, remarks: str | None = None) -> dict[str, Any]:
    """The JSON Schema (draft 7) that says the same; with `remarks` (a language) also titles, labels and values."""
    found: dict[str, Any] = dict(field.whole) if field.whole is not None else {}
    if field.whole is None:
        if field.kind in _TYPES:
            found["type"] = _TYPES[field.kind]
        if field.kind in _FORMATS:
            found["format"] = _FORMATS[field.kind]
        if field.kind == "object" and field.fields:
            found["properties"] = {name: json_schema(child, remarks=remarks) for name, child in field.fields.items()}
            if required := [name for name, child in field.fields.items() if child.required]:
                found["required"] = required
        if field.kind == "list" and field.item is not None:
            found["items"] = json_schema(field.item, remarks=remarks)
        if field.kind == "map" and field.item is not None:
            found["additionalProperties"] = json_schema(field.item, remarks=remarks)
        found |= field.rules
    if remarks:
        said = {
            "title": field.titles.get(remarks, field.title),
            "description": field.description,
            "meta:enum": dict(field.values),
            "meta:usageLabels": sorted(field.labels),
        }
        found |= {name: value for name, value in said.items() if value}
    return found
