"""A proposal of a schema from sample records: what their fields are, of which types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from sojourn.errors import InputError
from sojourn.schema import library
from sojourn.schema.document import SchemaDocument
from sojourn.schema.fields import MAX_DEPTH, Field, parse_fields
from sojourn.schema.registry import Registry
from sojourn.schema.validate import Validator

MANY = 30
"""An object with more names than this, all of one type, is rather a map."""
_TEXTS: dict[str, Any] = {
    "dateTime": Annotated[datetime, msgspec.Meta(tz=True)],
    "dateTimeOnly": Annotated[datetime, msgspec.Meta(tz=False)],
    "dateOnly": date,
}
Shape = str | dict[str, Any]
"""A type's name, an object's members (`{"object": {...}}`), or a list's items (`{"list": ...}`); "" for null alone."""


def read_samples(path: Path) -> list[Any]:
    """The records of a file. Raises InputError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("ERR_IMPORT_FILE", field=str(path), detail=str(error)) from None
    return samples_in(text, str(path))


def samples_in(text: str, where: str) -> list[Any]:
    """The records of a text: JSON (one record, or a list of them) or JSON lines; of ingestion messages the entities.

    Raises InputError naming `where` it stands.
    """
    try:
        whole = json.loads(text)
        records = whole if isinstance(whole, list) else [whole]
    except (ValueError, RecursionError):
        records = _lines(text, where)
    found: list[Any] = []
    for record in records:
        batch = record.get("messages") if isinstance(record, dict) and list(record) == ["messages"] else None
        found += [_entity(message) for message in (batch if isinstance(batch, list) else [record])]
    if not found or not all(isinstance(record, dict) for record in found):
        raise InputError("ERR_INFER_NOTHING", field=where)
    return found


def _lines(text: str, where: str) -> list[Any]:
    records = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                records.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise InputError("ERR_INFER_LINE", field=f"{where}:{number}", detail=str(error)) from None
    return records


def _entity(record: Any) -> Any:
    body = record.get("body") if isinstance(record, dict) else None
    return body["xdmEntity"] if isinstance(body, dict) and "xdmEntity" in body else record


def infer(records: list[Any], name: str) -> dict[str, Any]:
    """The document of a schema that all the records keep. Raises InputError for names that no field can have."""
    shape: Shape = ""
    for record in records:
        shape = _both(shape, _shape(record, "fields", 0))
    members: dict[str, Shape] = shape["object"] if isinstance(shape, dict) else {}
    bases = ["record"]
    if members.keys() >= {"_id", "timestamp"}:
        bases.insert(0, "experienceevent")
    elif members.keys() & {"identityMap", "testProfile", "person", "personalEmail", "consents"}:
        bases.insert(0, "profile")
    for base in bases:
        known = library.classes()[base].fields
        own = {field: _written(below) for field, below in members.items() if field not in known}
        document = {"name": name, "base": base, **({"fields": own} if own else {})}
        if base == bases[-1] or _keeps(document, records):
            break
    return document


def sample(value: Any, where: str) -> Any:
    """The type, or the fields, of one value, as a schema's fields have them. Raises InputError."""
    return _written(_shape(value, where, 0))


def fields_of(example: Any, types: Mapping[str, Any] | None = None) -> Field:
    """The fields of an example answer, of other types where `types` says so by path. Raises InputError.

    A path leads as a field path does: lists and maps take no step of their own.
    """
    found = parse_fields(sample(example, "response"), "response")
    for path, spec in (types or {}).items():
        wanted = parse_fields(spec, f"types.{path}")
        changed = found.changed(tuple(path.split(".")), lambda _, wanted=wanted: wanted)  # type: ignore[misc]
        if changed is None:
            raise InputError("ERR_INFER_PATH", field=f"types.{path}", path=path)
        found = changed
    return found


def _keeps(document: dict[str, Any], records: list[Any]) -> bool:
    """Whether all records keep the proposal: a field of the class may have another type there."""
    validator = Validator(Registry({}, {}, {}).schema(SchemaDocument.model_validate(document)))
    try:
        for record in records:
            validator.check(msgspec.json.encode(record))
    except InputError:
        return False
    return True


def _shape(value: Any, where: str, depth: int) -> Shape:
    if depth > MAX_DEPTH:
        raise InputError("ERR_SCHEMA_DEPTH", field=where, limit=MAX_DEPTH)
    match value:
        case None:
            return ""
        case bool():
            return "boolean"
        case int():
            return "integer" if -(2**63) <= value < 2**63 else "decimal"
        case float():
            return "decimal"
        case str():
            return next((kind for kind, type_ in _TEXTS.items() if _fits(value, type_)), "string")
        case list():
            items: Shape = ""
            for item in value:
                items = _both(items, _shape(item, where, depth + 1))
            return {"list": items}
    for key in value:
        if not key or "." in key or key.startswith("$"):
            raise InputError("ERR_SCHEMA_NAME", field=f"{where}.{key}", name=key)
    return {"object": {key: _shape(each, f"{where}.{key}", depth + 1) for key, each in value.items()}}


def _fits(text: str, type_: Any) -> bool:
    try:
        msgspec.convert(text, type_)
    except msgspec.ValidationError:
        return False
    return True


def _both(left: Shape, right: Shape) -> Shape:
    """The shape that values of both have."""
    if left == right or not right:
        return left
    if not left:
        return right
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        if "list" in left:
            return {"list": _both(left["list"], right["list"])}
        names = {**left["object"], **right["object"]}
        return {"object": {n: _both(left["object"].get(n, ""), right["object"].get(n, "")) for n in names}}
    if isinstance(left, str) and isinstance(right, str):
        if {left, right} == {"integer", "decimal"}:
            return "decimal"
        if {left, right} <= {"string", *_TEXTS}:
            return "string"
    return "any"


def _written(shape: Shape) -> Any:
    """The shape as a document's fields have it."""
    if isinstance(shape, str):
        return shape or "any"
    if "list" in shape:
        item = _written(shape["list"])
        return f"list<{item}>" if isinstance(item, str) else {"$list": item}
    members = {name: _written(each) for name, each in shape["object"].items()}
    if len(members) > MANY and len({json.dumps(each, sort_keys=True) for each in members.values()}) == 1:
        return {"$map": next(iter(members.values()))}
    return members or "any"
