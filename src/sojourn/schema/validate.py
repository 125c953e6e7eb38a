"""Does a record fit its schema? Compiled once per schema to a msgspec type, so that the inlet checks at C speed."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import msgspec

from sojourn.errors import InputError
from sojourn.schema.fields import Field

_SCALAR_TYPES: dict[str, Any] = {
    "string": str,
    "integer": Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)],
    "decimal": float,
    "boolean": bool,
    "dateOnly": date,
    "dateTimeOnly": Annotated[datetime, msgspec.Meta(tz=False)],
    "dateTime": Annotated[datetime, msgspec.Meta(tz=True)],
    "duration": timedelta,
    "time": time,
    "any": Any,
}
_WHERE = re.compile(r"^(?P<rule>.*?)(?: - at `(?P<path>.*)`)?$", re.DOTALL)


class Validator:
    """Checks JSON text against a field tree.

    Fields that the schema does not name pass (the log keeps the whole record); null counts as missing.
    """

    def __init__(self, root: Field) -> None:
        self._decode = msgspec.json.Decoder(_compile(root, "Record")).decode

    def check(self, record: bytes | msgspec.Raw, where: str = "") -> Any:
        """The record, decoded. Raises InputError naming the field and the rule."""
        try:
            return self._decode(record)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise decode_error(error, where) from None


def decode_error(error: Exception, where: str = "") -> InputError:
    """What msgspec said, as an error that names the field (`where` is the path the record stands at)."""
    if isinstance(error, RecursionError):
        return InputError("ERR_JSON_DEPTH", field=where or None)
    if isinstance(error, UnicodeDecodeError):
        return InputError("ERR_JSON_ENCODING", field=where or None)
    if not isinstance(error, msgspec.ValidationError):
        return InputError("ERR_JSON_MALFORMED", field=where or None, detail=str(error))
    match = _WHERE.match(str(error))
    rule = match["rule"] if match else str(error)
    path = ((match["path"] if match else None) or "$").removeprefix("$").removeprefix(".")
    if missing := re.search(r"missing required field `(.+)`", rule):
        path = f"{path}.{missing[1]}" if path else missing[1]
        return InputError("ERR_RECORD_MISSING", field=_join(where, path), name=missing[1])
    return InputError("ERR_RECORD_INVALID", field=_join(where, path), rule=rule)


def _join(where: str, path: str) -> str:
    return f"{where}.{path}" if where and path else where or path


def _compile(field: Field, name: str) -> Any:
    if field.kind == "object":
        members: list[Any] = []
        rename: dict[str, str] = {}
        # Required members first: msgspec, like a signature, wants defaults last.
        for number, (key, child) in enumerate(sorted(field.fields.items(), key=lambda item: not item[1].required)):
            attribute = f"f{number}"
            rename[attribute] = key
            inner = _compile(child, f"{name}_{number}")
            members.append((attribute, inner) if child.required else (attribute, inner | None, None))
        return msgspec.defstruct(name, members, rename=rename, gc=False)
    if field.kind == "list":
        return _generic(list, _compile(field.item, name) | None) if field.item else list[Any]
    if field.kind == "map":
        return _generic(dict, (str, _compile(field.item, name) | None)) if field.item else dict[str, Any]
    return _SCALAR_TYPES[field.kind]


def _generic(kind: Any, of: Any) -> Any:
    return kind[of]
