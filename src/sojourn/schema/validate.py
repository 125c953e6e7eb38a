"""Does a record fit its schema? Compiled once per schema, so that the inlet checks at C speed.

A schema becomes a msgspec type, which says types and most rules while it reads. What it cannot say (formats, `oneOf`,
`uniqueItems` ...) is read as it is and checked by jsonschema-rs, field by field; a schema without such fields has no
second step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

import jsonschema_rs
import msgspec

from sojourn.errors import InputError
from sojourn.schema.fields import Field
from sojourn.schema.json_schema import json_schema
from sojourn.schema.spoken import spoken

_SCALAR_TYPES: dict[str, Any] = {
    "string": str,
    "integer": Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)],
    "decimal": float,
    "boolean": bool,
    "dateOnly": date,
    "dateTimeOnly": Annotated[datetime, msgspec.Meta(tz=False)],
    "dateTime": Annotated[datetime, msgspec.Meta(tz=True)],
    "duration": timedelta,
    "any": Any,
}
_WHERE = re.compile(r"^(?P<rule>.*?)(?: - at `(?P<path>.*)`)?$", re.DOTALL)


class Validator:
    """Checks JSON text against a field tree.

    Fields that the schema does not name pass (the log keeps the whole record); null counts as missing.
    """

    def __init__(self, root: Field) -> None:
        """Raises InputError where a rule cannot be checked, such as a pattern that only other engines know."""
        self._checks: list[_Check] = []
        try:
            record: Any = _Types(self._checks).record(root)
            self._decode = msgspec.json.Decoder(record).decode
            self._decode_many = msgspec.json.Decoder(list[record]).decode
            self._whole = _Check((), (), root) if _unsaid(root) else None
        except (ValueError, TypeError, OverflowError) as error:
            raise InputError("ERR_SCHEMA_CHECK", field="fields", detail=str(error).partition("\n")[0][:200]) from None
        self._rest = _run(self._checks) if self._checks else None

    def check(self, record: bytes | msgspec.Raw, where: str = "") -> Any:
        """The record, decoded. Raises InputError naming the field and the rule."""
        try:
            found = self._decode(record)
            if self._whole is not None:
                self._whole.require(msgspec.json.decode(record), where)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise decode_error(error, where) from None
        if self._rest is not None and (failed := self._rest(found)) is not None:
            check, value = failed
            check.require(value, where)
        return found

    def check_many(self, records: Sequence[bytes]) -> list[Any] | None:
        """The records, decoded in one go, which costs less; None if one of them may not be as it should."""
        if self._whole is not None:
            return None
        try:
            found = self._decode_many(b"[" + b",".join(records) + b"]")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        if len(found) != len(records) or (self._rest is not None and any(self._rest(each) for each in found)):
            return None
        return found


def decode_error(error: Exception, where: str = "") -> InputError:
    """What msgspec said, as an error that names the field (`where` is the path the record stands at)."""
    if isinstance(error, RecursionError):
        return InputError("ERR_JSON_DEPTH", field=where or None)
    if isinstance(error, UnicodeDecodeError):
        return InputError("ERR_JSON_ENCODING", field=where or None)
    if not isinstance(error, msgspec.ValidationError):
        return InputError("ERR_JSON_MALFORMED", field=where or None, detail=spoken(str(error)))
    match = _WHERE.match(str(error))
    rule = match["rule"] if match else str(error)
    path = ((match["path"] if match else None) or "$").removeprefix("$").removeprefix(".")
    if missing := re.search(r"missing required field `(.+)`", rule):
        path = f"{path}.{missing[1]}" if path else missing[1]
        return InputError("ERR_RECORD_MISSING", field=_join(where, path), name=missing[1])
    return InputError("ERR_RECORD_INVALID", field=_join(where, path), rule=spoken(rule))


def _join(where: str, path: str) -> str:
    return f"{where}.{path}" if where and path else where or path


# --- what a type can say -------------------------------------------------------------------------------------------

_META = {
    "minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt", "multipleOf": "multiple_of",
    "minLength": "min_length", "maxLength": "max_length", "pattern": "pattern",
    "minItems": "min_length", "maxItems": "max_length", "minProperties": "min_length", "maxProperties": "max_length",
}  # fmt: skip
_INTEGER = {"minimum": -(2**63), "maximum": 2**63 - 1}


def _unsaid(field: Field) -> bool:
    """Whether a type cannot say all of this field; of an object, all but its fields."""
    if field.whole is not None:
        return True
    rules = field.rules
    if field.kind in ("list", "map"):
        return "uniqueItems" in rules or (field.item is not None and _unsaid_within(field.item))
    if "enum" in rules:
        wanted = {"string": str, "integer": int}.get(field.kind)
        return len(rules) > 1 or any(type(value) is not wanted for value in rules["enum"])
    if field.kind == "object":
        return bool(rules.keys() - {"additionalProperties"})
    if {"minimum", "exclusiveMinimum"} <= rules.keys() or {"maximum", "exclusiveMaximum"} <= rules.keys():
        return True  # a type takes only one of the two
    if field.kind == "integer":
        return any(not float(value).is_integer() for value in rules.values())
    return "format" in rules or (field.kind == "decimal" and "multipleOf" in rules)


def _unsaid_within(field: Field) -> bool:
    return _unsaid(field) or any(_unsaid_within(child) for child in field.fields.values())


class _Types:
    """Makes msgspec types; what they cannot say is read as it is and noted in `checks`."""

    def __init__(self, checks: list[_Check]) -> None:
        self._checks = checks

    def record(self, field: Field) -> Any:
        if _unsaid(field):  # all of it is checked as it is; only what events are known by is read by type
            known = {name: field.fields[name] for name in ("_id", "timestamp") if name in field.fields}
            field = Field("object", known)
        return self._object(field, "Record", (), ())

    def _type(self, field: Field, name: str, places: tuple[str, ...], path: tuple[str, ...]) -> Any:
        if _unsaid(field):
            self._checks.append(_Check(places, path, field))
            return Any
        return self._object(field, name, places, path) if field.kind == "object" else _said(field, name)

    def _object(self, field: Field, name: str, places: tuple[str, ...], path: tuple[str, ...]) -> Any:
        members: list[Any] = []
        rename: dict[str, str] = {}
        # Required members first: msgspec, like a signature, wants defaults last.
        for number, (key, child) in enumerate(sorted(field.fields.items(), key=lambda item: not item[1].required)):
            attribute = f"f{number}"
            rename[attribute] = key
            inner = self._type(child, f"{name}_{number}", (*places, attribute), (*path, key))
            members.append((attribute, inner) if child.required else (attribute, inner | None, None))
        closed = field.rules.get("additionalProperties") is False
        return msgspec.defstruct(name, members, rename=rename, gc=False, forbid_unknown_fields=closed)


def _said(field: Field, name: str) -> Any:
    """The type of a field that a type can say all of."""
    rules: Mapping[str, Any] = field.rules
    if "enum" in rules:
        return _generic(Literal, tuple(rules["enum"]))
    if field.kind == "object":
        return _Types([])._object(field, name, (), ())
    if field.kind == "list":
        found = _generic(list, _said(field.item, name) | None) if field.item else list[Any]
    elif field.kind == "map":
        found = _generic(dict, (str, _said(field.item, name) | None)) if field.item else dict[str, Any]
    elif field.kind == "integer":
        found = int
        bounds = {rule: value for rule, value in _INTEGER.items() if f"exclusive{rule.capitalize()}" not in rules}
        rules = {rule: min(max(int(value), -(2**63)), 2**63 - 1) for rule, value in {**bounds, **rules}.items()}
    else:
        found = _SCALAR_TYPES[field.kind]
    if not rules:
        return found
    if field.kind == "decimal":
        rules = {rule: float(value) for rule, value in rules.items()}
    return _generic(Annotated, (found, msgspec.Meta(**{_META[rule]: value for rule, value in rules.items()})))


def _generic(outer: Any, inner: Any) -> Any:
    """`outer[inner]` for types that are only known here."""
    return outer[inner]


# --- what is checked afterwards ------------------------------------------------------------------------------------


class _Check:
    """A field that is read as it is: where it stands in the record, and what it has to keep."""

    def __init__(self, places: tuple[str, ...], path: tuple[str, ...], field: Field) -> None:
        self.places = places
        self._path = path
        self._validator = jsonschema_rs.Draft7Validator(json_schema(field), validate_formats=True)
        self._deep = field.kind in ("object", "list", "map", "any")

    def holds(self, value: Any) -> bool:
        return self._validator.is_valid(_without_nulls(value) if self._deep else value)

    def require(self, value: Any, where: str) -> None:
        """Raises InputError if the value does not hold."""
        for error in self._validator.iter_errors(_without_nulls(value)):
            path = ".".join(self._path) + "".join(
                f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path
            )
            rule = spoken(error.message if len(error.message) <= 200 else error.message[:199] + "…")
            raise InputError("ERR_RECORD_INVALID", field=_join(where, path.removeprefix(".")) or None, rule=rule)


def _without_nulls(value: Any) -> Any:
    """The value without members that are null: null counts as missing."""
    if type(value) is dict:
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    if type(value) is list:
        return [_without_nulls(each) for each in value]
    return value


def _run(checks: list[_Check]) -> Callable[[Any], tuple[_Check, Any] | None]:
    """A function of a record that gives the first check that fails, with its value.

    Written as Python, one test for each object on the way, whatever the number of fields in it that are checked.
    """
    names: dict[str, Any] = {"__builtins__": {}}
    lines = ["def run(record):"]

    def write(here: list[_Check], depth: int, variable: str) -> None:
        members: dict[str, list[_Check]] = {}
        for check in here:
            members.setdefault(check.places[depth], []).append(check)
        for place, inner in members.items():
            indent, value = "  " * (depth + 1), f"v{len(lines)}"
            lines.append(f"{indent}{value} = {variable}.{place}")
            lines.append(f"{indent}if {value} is not None:")
            if len(inner) == 1 and len(inner[0].places) == depth + 1:
                number = len(names)
                names.update({f"c{number}": inner[0], f"h{number}": inner[0].holds})
                lines.append(f"{indent}  if not h{number}({value}): return c{number}, {value}")
            else:
                write(inner, depth + 1, value)

    write(checks, 0, "record")
    exec("\n".join(lines), names)  # noqa: S102 - names of ours only: f0, v1, c2
    return names["run"]  # type: ignore[no-any-return]
