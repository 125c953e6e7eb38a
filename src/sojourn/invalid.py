"""What pydantic finds wrong with documents and requests, in our own words [12.1]."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sojourn.errors import rule_of
from sojourn.messages import Said


def said(error: Any, path: Sequence[str | int], whole: str) -> Said:
    """An error of pydantic's as a message about the field that a path leads to; without one, about `whole`."""
    what = error["type"]
    if what == "string_pattern_mismatch" and error.get("input") == "":
        what = "string_too_short"  # no form of it would tell anybody more
    context = error.get("ctx", {})
    params: dict[str, object] = {
        key: int(value) if isinstance(value, float) and value.is_integer() else value
        for key, value in context.items()
        if isinstance(value, str | int | float)
    }
    start = max((place for place, part in enumerate(path) if not isinstance(part, int)), default=0)
    params["name"] = ".".join(map(str, path[start:])) or whole  # `tags.0` rather than `0`
    inner = context.get("error")
    params["rule"] = rule_of(inner) if isinstance(inner, Exception) else error["msg"].removeprefix("Value error, ")
    params["choices"] = ", ".join(re.findall("'([^']*)'", context.get("expected_tags", context.get("expected", ""))))
    return Said(what if what.startswith("ERR_") else _CODES.get(what, "ERR_FIELD_INVALID"), params)


_CODES = {
    "missing": "ERR_FIELD_MISSING",
    "union_tag_not_found": "ERR_FIELD_MISSING",
    "extra_forbidden": "ERR_FIELD_UNKNOWN",
    "form_of_next": "ERR_FIELD_NEXT",
    "union_tag_invalid": "ERR_FIELD_CHOICE",
    "literal_error": "ERR_FIELD_CHOICE",
    "model_type": "ERR_FIELD_MAPPING",
    "model_attributes_type": "ERR_FIELD_MAPPING",
    "dict_type": "ERR_FIELD_MAPPING",
    "list_type": "ERR_FIELD_LIST",
    "string_type": "ERR_FIELD_TEXT",
    "bool_type": "ERR_FIELD_BOOLEAN",
    "bool_parsing": "ERR_FIELD_BOOLEAN",
    "string_pattern_mismatch": "ERR_FIELD_PATTERN",
    "string_too_long": "ERR_FIELD_LONG",
    "string_too_short": "ERR_FIELD_EMPTY",
    "greater_than_equal": "ERR_FIELD_LEAST",
    "less_than_equal": "ERR_FIELD_MOST",
    "int_type": "ERR_FIELD_NUMBER",
    "int_parsing": "ERR_FIELD_NUMBER",
    "int_from_float": "ERR_FIELD_NUMBER",
    "float_type": "ERR_FIELD_NUMBER",
    "float_parsing": "ERR_FIELD_NUMBER",
    "too_short": "ERR_FIELD_EMPTY",
    "timezone_aware": "ERR_FIELD_MOMENT",
    "datetime_type": "ERR_FIELD_MOMENT",
    "datetime_parsing": "ERR_FIELD_MOMENT",
    "datetime_from_date_parsing": "ERR_FIELD_MOMENT",
    "tuple_type": "ERR_FIELD_LIST",
    "set_type": "ERR_FIELD_LIST",
    "string_unicode": "ERR_FIELD_TEXT",
    "enum": "ERR_FIELD_CHOICE",
    "int_parsing_size": "ERR_FIELD_NUMBER",
    "finite_number": "ERR_FIELD_NUMBER",
    "greater_than": "ERR_FIELD_ABOVE",
    "less_than": "ERR_FIELD_BELOW",
    "too_long": "ERR_FIELD_MANY",
    "timezone_naive": "ERR_FIELD_MOMENT",
    "datetime_object_invalid": "ERR_FIELD_MOMENT",
}
"""The code for each type of error that pydantic has for our documents; the rest is said in its own words."""
