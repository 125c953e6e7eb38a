"""What a body of `/authoring/list/...` selects: `filter`, `sort`, `page`, `pageSize`, `latestOnly`.

A filter is a subset of RSQL: `FIELD==VALUE`, `!=`, and of times and numbers `>=`, `<`; `;` joins conditions that must
all hold, `,` alternative values. `*` stands for any characters. Fields are those of the results, by dotted path. The
first page is 0.
"""

from __future__ import annotations

import re
from typing import Any

from sojourn.limits.errors import LimitError
from sojourn.messages import Said

PAGE_SIZE, LARGEST_PAGE = 100, 1_000
_FIELD = re.compile(r"[A-Za-z_][\w.]*")
_CONDITION = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(==|!=|>=|<)\s*(.+?)\s*")


def selected(results: list[dict[str, Any]], body: Any) -> dict[str, Any]:
    """The answer to a list. Raises LimitError (400) for a selection that is none."""
    wanted = {} if body is None else body
    if not isinstance(wanted, dict):
        raise _refused("body")
    for field, kind in (("filter", str), ("sort", str), ("page", int), ("pageSize", int), ("latestOnly", bool)):
        value = wanted.get(field)
        if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise _refused(field)
    found = _filtered(results, wanted.get("filter") or "")
    found = _sorted(found, wanted.get("sort") or "")
    page, size = wanted.get("page") or 0, PAGE_SIZE if wanted.get("pageSize") is None else wanted["pageSize"]
    if page < 0 or not 1 <= size <= LARGEST_PAGE:
        raise _refused("page" if page < 0 else "pageSize")
    if "page" not in wanted and "pageSize" not in wanted:
        return {"results": found}
    return {"results": found[page * size : (page + 1) * size], "page": page, "pageSize": size, "total": len(found)}


def _refused(field: str) -> LimitError:
    rule = Said("INFO_SELECTION_" + re.sub("(?=[A-Z])", "_", field).upper(), {"most": LARGEST_PAGE})
    return LimitError("ERR_PUBLIC_SELECTION", status=400, field=field, name=field, rule=rule)


def _filtered(results: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    for part in text.split(";") if text.strip() else ():
        condition = _CONDITION.fullmatch(part)
        if condition is None:
            raise _refused("filter")
        path, operator, values = condition[1].split("."), condition[2], condition[3].split(",")
        results = [each for each in results if _holds(_values(each, path), operator, values)]
    return results


def _holds(found: list[str], operator: str, values: list[str]) -> bool:
    if operator == ">=":
        return any(each >= values[0].strip() for each in found)
    if operator == "<":
        return any(each < values[0].strip() for each in found)
    patterns = [".*".join(map(re.escape, value.strip().strip("'\"").split("*"))) for value in values]
    equal = any(re.fullmatch(pattern, each, re.DOTALL) for pattern in patterns for each in found)
    return equal == (operator == "==")


def _sorted(results: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Ordered by fields by importance: `name,-metadata.createdAt`; what has no such field comes last."""
    for part in reversed([part.strip() for part in text.split(",") if part.strip()]):
        if not _FIELD.fullmatch(part.removeprefix("-")):
            raise _refused("sort")
        path = part.removeprefix("-").split(".")
        known = [each for each in results if _values(each, path)]
        known.sort(key=lambda each: _values(each, path)[0], reverse=part.startswith("-"))
        results = known + [each for each in results if not _values(each, path)]
    return results


def _values(found: Any, path: list[str]) -> list[str]:
    """The values at a path as texts; of a list those of its elements."""
    if isinstance(found, list):
        return [value for each in found for value in _values(each, path)]
    if path:
        return _values(found[path[0]], path[1:]) if isinstance(found, dict) and path[0] in found else []
    if found is None or isinstance(found, dict):
        return []
    return [str(found).lower() if isinstance(found, bool) else str(found)]
