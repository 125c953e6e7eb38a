"""Records against schemas: what fits, and what is said where something does not [2.1, 3.1]."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sojourn.errors import InputError
from sojourn.schema.validate import Validator

from .trees import tree

FIELDS: dict[str, Any] = {
    "_t": {
        "text": "string",
        "whole": "integer",
        "number": "decimal",
        "flag": "boolean",
        "day": "dateOnly",
        "local": "dateTimeOnly",
        "moment": "dateTime",
        "span": "duration",
        "thing": "any",
        "tags": "list<string>",
        "table": "list<list<integer>>",
        "items": {"$list": {"sku": {"$type": "string", "$required": True}, "price": "decimal"}},
        "consents": {"$map": "boolean"},
        "plan": {"$title": "Plan", "name": {"$type": "string", "$required": True}, "since": "dateTime"},
    },
    "needed": {"$type": "integer", "$required": True},
}
BASE = {"_id": "1", "timestamp": "2024-01-01T00:00:00Z", "needed": 1}
VALIDATOR = Validator(tree(FIELDS))
MAX = 2**63 - 1


def refused(record: object, where: str = "") -> InputError:
    text = record if isinstance(record, bytes) else json.dumps(record).encode()
    with pytest.raises(InputError) as caught:
        VALIDATOR.check(text, where)
    return caught.value


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("text", ["", "a", "한국어 🎉", "1"]),
        ("whole", [0, -1, MAX, -MAX - 1]),
        ("number", [0, 1, 2.5, -1e308]),
        ("flag", [True, False]),
        ("day", ["2024-02-29"]),
        ("local", ["2024-02-29T10:00:00", "2024-02-29T10:00:00.123"]),
        ("moment", ["2024-02-29T10:00:00Z", "2024-02-29T10:00:00+14:00", "2024-02-29T10:00:00.5-01:30"]),
        ("span", ["PT1H", "P1DT2H", "-PT5S"]),
        ("thing", [1, "a", None, [1, {"b": []}], {"c": {}}]),
        ("tags", [[], ["a", None, "b"]]),
        ("table", [[[1, 2], [], None]]),
        ("items", [[], [{"sku": "a", "price": 1}, {"sku": "b"}], [{"sku": "a", "price": None, "more": 1}]]),
        ("consents", [{}, {"email": True, "sms": None}]),
        ("plan", [{"name": "gold"}, {"name": "gold", "since": "2024-02-29T10:00:00Z", "unknown": {"a": 1}}]),
    ],
)
def test_what_fits(field: str, values: list[object]) -> None:
    """Null is missing, and a field that the schema does not name passes."""
    for value in [*values, None]:
        VALIDATOR.check(json.dumps({**BASE, "_t": {field: value}, "unknown": [1]}).encode())


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("text", [1, True, ["a"], {}]),
        ("whole", ["1", 1.5, True, MAX + 1, -MAX - 2]),
        ("number", ["1", True, []]),
        ("flag", [0, "true"]),
        ("day", ["2024-02-30", "2024-02-29T10:00:00", "29.02.2024", 5]),
        ("local", ["2024-02-29T10:00:00Z", "10:00", 1]),
        ("moment", ["2024-02-29T10:00:00", "2024-02-29T25:00:00Z", "2024-13-01T00:00:00Z", "now", 1709200000]),
        ("span", ["1 hour", 5, "P"]),
        ("tags", ["a", {"0": "a"}]),
        ("items", [{"sku": "a"}]),
        ("consents", [[True]]),
        ("plan", ["gold", []]),
    ],
)
def test_what_does_not_fit(field: str, bad: list[object]) -> None:
    """[3.1] The field is named with its path, and the rule with it."""
    for value in bad:
        error = refused({**BASE, "_t": {field: value}})
        assert (error.code, error.field) == ("ERR_RECORD_INVALID", f"_t.{field}"), value
        assert error.params["rule"] and error.status == 400


@pytest.mark.parametrize(
    ("record", "code", "field"),
    [
        ({**BASE, "_t": {"tags": ["a", 1]}}, "ERR_RECORD_INVALID", "_t.tags[1]"),
        ({**BASE, "_t": {"table": [[1], [2, "3"]]}}, "ERR_RECORD_INVALID", "_t.table[1][1]"),
        ({**BASE, "_t": {"items": [{"sku": "a"}, {"sku": "b", "price": "1"}]}}, "ERR_RECORD_INVALID",
         "_t.items[1].price"),
        ({**BASE, "_t": {"items": [{"price": 1}]}}, "ERR_RECORD_MISSING", "_t.items[0].sku"),
        ({**BASE, "_t": {"plan": {}}}, "ERR_RECORD_MISSING", "_t.plan.name"),
        ({**BASE, "_t": {"consents": {"email": "yes"}}}, "ERR_RECORD_INVALID", "_t.consents[...]"),
        ({**BASE, "identityMap": {"Email": [{"id": 5}]}}, "ERR_RECORD_INVALID", "identityMap[...][0].id"),
        ({**BASE, "identityMap": {"Email": {"id": "a"}}}, "ERR_RECORD_INVALID", "identityMap[...]"),
        ({**BASE, "identityMap": [{"id": "a"}]}, "ERR_RECORD_INVALID", "identityMap"),
        ({**BASE, "_t": 5}, "ERR_RECORD_INVALID", "_t"),
        ({**BASE, "needed": None}, "ERR_RECORD_INVALID", "needed"),
        ({"_id": "1", "timestamp": "2024-01-01T00:00:00Z"}, "ERR_RECORD_MISSING", "needed"),
        ({"timestamp": "2024-01-01T00:00:00Z", "needed": 1}, "ERR_RECORD_MISSING", "_id"),
        ({"_id": "1", "needed": 1}, "ERR_RECORD_MISSING", "timestamp"),
        ({**BASE, "timestamp": "2024-01-01T00:00:00"}, "ERR_RECORD_INVALID", "timestamp"),
        ({**BASE, "_id": 5}, "ERR_RECORD_INVALID", "_id"),
        ([], "ERR_RECORD_INVALID", ""),
        (b"{", "ERR_JSON_MALFORMED", ""),
        (b"", "ERR_JSON_MALFORMED", ""),
        (b'{"_id": "\xff"}', "ERR_JSON_ENCODING", ""),
        (b'{"thing": ' + b"[" * 100_000, "ERR_JSON_DEPTH", ""),
    ],
)  # fmt: skip
def test_where_it_does_not_fit(record: object, code: str, field: str) -> None:
    """[3.1] Also inside of lists, maps and objects; below `where`, if the record itself stands somewhere."""
    error = refused(record)
    assert (error.code, error.field or "") == (code, field)
    below = refused(record, "body.xdmEntity")
    assert (below.code, below.field) == (code, f"body.xdmEntity.{field}".removesuffix("."))
    assert str(below).startswith("body.xdmEntity")


def test_the_identity_map() -> None:
    """[1.1] Several namespaces, each with several identities."""
    identities = {
        "Email": [{"id": "a@example.com", "primary": True, "authenticatedState": "ambiguous"}, {"id": "b"}],
        "CRMID": [],
        "ECID": None,
        "Phone": [None, {"id": None, "xid": "unknown"}],
    }
    VALIDATOR.check(json.dumps({**BASE, "identityMap": identities}).encode())
