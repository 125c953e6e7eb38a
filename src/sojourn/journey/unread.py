"""Documents that cannot be read: what is wrong with one, as findings that name its fields."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from sojourn import invalid
from sojourn.errors import InputError
from sojourn.journey.finding import Finding


def findings_of(kind: str, name: str, data: object, error: ValidationError) -> list[Finding]:
    """Pydantic's errors as findings, once for each field: of a union it has one for each form."""
    found: dict[tuple[str | int, ...], Finding] = {}
    for each in error.errors(include_url=False):
        finding = _finding(kind, name, data, each)
        found.setdefault(finding.path, finding)
    return list(found.values())


def _finding(kind: str, name: str, data: object, error: Any) -> Finding:
    """An error of pydantic as a finding, at the part of `data` that it is about."""
    what = error["type"]
    loc = error["loc"]
    if "next" in loc and any(isinstance(part, str) and part.startswith(_FORMS_OF_NEXT) for part in loc):
        what = "form_of_next"
    path = _path(data, loc[:-1] if what == "missing" else loc)
    if what == "missing":
        path.append(loc[-1])
    elif what.startswith("union_tag"):
        path.append("type")
    inner = error.get("ctx", {}).get("error")
    if isinstance(cause := getattr(inner, "__cause__", None), InputError) and cause.field:
        within = cause.field.split(".")  # from this part of the document on
        return Finding(cause.code, "error", kind, name, (*path, *within[path[-1:] == within[:1] :]), cause.params)
    said = invalid.said({**error, "type": what}, path, kind)
    return Finding(said.code, "error", kind, name, tuple(path), said.params)


def _path(data: Any, loc: tuple[str | int, ...]) -> list[str | int]:
    """A location without what is no part of the data: the tags that pydantic adds for unions and models."""
    path: list[str | int] = []
    for part in loc:
        if (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            path.append(part)
            data = data[part]  # type: ignore[index]
    return path


_FORMS_OF_NEXT = ("str", "list[", "dict[")
