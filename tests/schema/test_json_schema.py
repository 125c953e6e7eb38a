"""JSON Schemas as XDM writes them: the fields they give, and agreement with a reference validator [2.1, 2.4]."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from sojourn.errors import InputError
from sojourn.schema.fields import MAX_DEPTH, Field
from sojourn.schema.json_schema import JsonSchemas, json_schema
from sojourn.schema.validate import Validator

MONEY = {
    "$id": "https://example.com/money",
    "definitions": {
        "money": {
            "properties": {"amount": {"type": "number", "minimum": 0}, "currency": {"$ref": "#/definitions/code"}}
        },
        "code": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
    "type": "object",
    "allOf": [{"$ref": "#/definitions/money"}],
}  # fmt: skip
LOOP = {
    "$id": "https://example.com/loop",
    "type": "object",
    "properties": {"again": {"$ref": "https://example.com/loop"}},
}
LEFT = {"$id": "left", "type": "object", "properties": {"right": {"$ref": "right"}}}
RIGHT = {"$id": "right", "type": "object", "properties": {"left": {"type": "array", "items": {"$ref": "left"}}}}
DOCUMENTS = {each["$id"]: each for each in (MONEY, LOOP, LEFT, RIGHT)}


def field(schema: Any) -> Field:
    return JsonSchemas(DOCUMENTS.get).field(schema)


def accepts(schema: Any, record: Any) -> bool:
    try:
        Validator(field(schema)).check(json.dumps(record).encode())
    except InputError as error:
        assert error.code in ("ERR_RECORD_INVALID", "ERR_RECORD_MISSING")
        return False
    return True


def test_what_editors_see() -> None:
    """Types, titles, values, maps and lists, through references and allOf; of branches, all that may be there."""
    found = field({
        "type": "object",
        "allOf": [
            {"$ref": "https://example.com/money", "title": "ignored"},
            {"properties": {"amount": {"title": "Amount"}, "at": {"type": "string", "format": "date-time"}}},
        ],
        "properties": {
            "day": {"type": "string", "format": "date"},
            "plan": {"type": "string", "enum": ["a", "b"], "meta:enum": {"a": "Plan A"}, "meta:usageLabels": ["C2"]},
            "counts": {"type": "object", "meta:xdmType": "map", "additionalProperties": {"type": "integer"}},
            "tags": {"type": "array", "items": {"type": "string"}},
            "either": {"oneOf": [{"type": "object", "properties": {"x": {"type": "string"}}}, {"type": "object"}]},
        },
        "required": ["day"],
    })  # fmt: skip
    kinds = {name: child.type_name() for name, child in found.fields.items()}
    assert kinds == {
        "amount": "decimal", "currency": "string", "at": "dateTime", "day": "dateOnly", "plan": "string",
        "counts": "object", "tags": "list<string>", "either": "object",
    }  # fmt: skip
    assert found.fields["amount"].title == "Amount" and found.fields["amount"].rules == {"minimum": 0}
    assert found.fields["plan"].values == {"a": "Plan A"} and found.labels_at(("plan",)) == {"C2"}
    assert found.fields["day"].required and not found.fields["at"].required
    assert found.lookup(("either", "x")) is not None


@pytest.mark.parametrize(
    ("schema", "code", "field_"),
    [
        ({"properties": {"a": {"$ref": "https://example.com/loop"}}}, "ERR_SCHEMA_CYCLE",
         "definition.properties.a.$ref.properties.again.$ref"),
        ({"allOf": [{"$ref": "left"}]}, "ERR_SCHEMA_CYCLE",
         "definition.allOf.0.$ref.properties.right.$ref.properties.left.items.$ref"),
        ({"anyOf": [{"$ref": "left"}]}, "ERR_SCHEMA_CYCLE",
         "definition.anyOf.0.$ref.properties.right.$ref.properties.left.items.$ref"),
        ({"properties": {"a": {"$ref": "https://example.com/none"}}}, "ERR_SCHEMA_REF", "definition.properties.a.$ref"),
        ({"items": {"$ref": "https://example.com/money#/definitions/mony"}, "type": "array"}, "ERR_SCHEMA_REF",
         "definition.items.$ref"),
        ({"properties": {"a": {"$ref": 5}}}, "ERR_SCHEMA_REF", "definition.properties.a.$ref"),
        ({"properties": {"a": {"type": "text"}}}, "ERR_SCHEMA_TYPE", "definition.properties.a.type"),
        ({"properties": {"a": {"type": ["string", "text"]}}}, "ERR_SCHEMA_TYPE", "definition.properties.a.type"),
        ({"properties": {"a": "string"}}, "ERR_SCHEMA_NODE", "definition.properties.a"),
        ({"properties": []}, "ERR_SCHEMA_NODE", "definition.properties"),
        ({"allOf": {}}, "ERR_SCHEMA_NODE", "definition.allOf"),
        ({"required": "a"}, "ERR_SCHEMA_NODE", "definition.required"),
        ({"properties": {"a": {"type": "string", "pattern": "("}}}, "ERR_SCHEMA_RULE",
         "definition.properties.a.pattern"),
        ({"properties": {"a": {"type": "integer", "minimum": "1"}}}, "ERR_SCHEMA_RULE",
         "definition.properties.a.minimum"),
    ],
)  # fmt: skip
def test_what_is_no_schema(schema: Any, code: str, field_: str) -> None:
    with pytest.raises(InputError) as caught:
        field(schema)
    assert (caught.value.code, caught.value.field) == (code, field_)


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 20, 400])
def test_levels_are_bounded(levels: int) -> None:
    schema: Any = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    with pytest.raises(InputError) as caught:
        field(schema)
    assert caught.value.code == "ERR_SCHEMA_DEPTH"


# --- agreement with the reference ---

TEXTS = st.sampled_from(["a", "ab", "abc", "A1", "", "2024-01-01", "2024-01-01T10:00:00Z", "a@example.com"])
NUMBERS = st.integers(-5, 12) | st.sampled_from([0.5, 2.5, -1.25])


def _rules(*pairs: tuple[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict(pairs))


SMALL = st.integers(0, 4)
LEAVES = st.one_of(
    _rules(("pattern", st.sampled_from(["^a", "b$", "^[A-Z]"])), ("minLength", SMALL), ("maxLength", SMALL),
           ("enum", st.lists(TEXTS, min_size=1, max_size=3, unique=True))).map(
        lambda rules: {"type": "string", **rules}),
    st.sampled_from([{"type": "boolean"}, {"type": "string", "const": "a"}, {"type": "string", "format": "email"}, {}]),
    _rules(("minimum", SMALL), ("maximum", st.integers(3, 9)), ("exclusiveMinimum", SMALL),
           ("exclusiveMaximum", st.integers(3, 9)), ("multipleOf", st.integers(1, 3))).flatmap(
        lambda rules: st.sampled_from([{"type": "integer", **rules}, {"type": "number", **rules}])),
)  # fmt: skip
NAMES = ("p", "q", "r")


def _nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)},
        optional={"required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True), "minProperties": SMALL,
                  "additionalProperties": st.just(False) | inner},
    )  # fmt: skip
    lists = st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={"minItems": SMALL, "maxItems": SMALL, "uniqueItems": st.booleans()},
    )
    maps = inner.map(lambda item: {"type": "object", "additionalProperties": item})
    patterns = inner.map(lambda item: {"type": "object", "patternProperties": {"^p": item}})
    branches = st.tuples(st.sampled_from(["allOf", "anyOf", "oneOf"]), st.lists(inner, min_size=1, max_size=3))
    return st.one_of(objects, lists, maps, patterns, branches.map(lambda each: {each[0]: each[1]}))


SCHEMAS = st.recursive(LEAVES, _nodes, max_leaves=8)
VALUES = st.recursive(
    TEXTS | NUMBERS | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NAMES, "s"]), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(NAMES), SCHEMAS, min_size=1), st.lists(VALUES, min_size=1, max_size=6))
def test_acceptance_is_that_of_the_reference(properties: dict[str, Any], values: list[Any]) -> None:
    """[2.4] But for null, which counts as missing here."""
    schema = {"type": "object", "properties": properties}
    reference = Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)
    for value in values:
        for name in properties:
            record = {name: value}
            assert accepts(schema, record) == reference.is_valid(record), (schema, record)


@given(st.dictionaries(st.sampled_from(NAMES), SCHEMAS, min_size=1), VALUES)
def test_there_and_back(properties: dict[str, Any], value: Any) -> None:
    """The JSON Schema of a tree accepts what the tree's validator accepts."""
    tree = field({"type": "object", "properties": properties})
    back = Draft7Validator(json_schema(tree), format_checker=Draft7Validator.FORMAT_CHECKER)
    for name in properties:
        record = {name: value}
        assert accepts({"type": "object", "properties": properties}, record) == back.is_valid(record)


def test_the_field_is_named() -> None:
    """Also where the check is one of a whole: with its path, and the rule."""
    schema = {
        "type": "object",
        "properties": {
            "home": {
                "type": "object",
                "properties": {"mails": {"type": "array", "items": {"type": "string", "format": "email"}}},
            },
            "codes": {"type": "array", "uniqueItems": True, "items": {"type": "string"}},
        },
    }  # fmt: skip
    for record, where in (
        ({"home": {"mails": ["a@example.com", "b"]}}, "body.home.mails[1]"),
        ({"codes": ["a", "a"]}, "body.codes"),
    ):
        with pytest.raises(InputError) as caught:
            Validator(field(schema)).check(json.dumps(record).encode(), "body")
        assert (caught.value.code, caught.value.field) == ("ERR_RECORD_INVALID", where)
    Validator(field(schema)).check(json.dumps({"home": {"mails": None}, "codes": None}).encode())
