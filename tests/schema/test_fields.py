"""Schema documents: what their compact form means, and what is wrong with a bad one [2.1]."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from sojourn.errors import InputError
from sojourn.schema.document import SchemaDocument
from sojourn.schema.fields import MAX_DEPTH, SCALARS, Field, merge, parse_fields
from sojourn.schema.validate import Validator

from .trees import tree


def parsed(spec: object) -> Field:
    return parse_fields(spec)


def test_every_form() -> None:
    assert [parsed(name) for name in (*SCALARS, "any")] == [Field(name) for name in (*SCALARS, "any")]
    assert parsed("list<list<integer>>").type_name() == "list<list<integer>>"
    assert parsed({"$type": "string", "$title": "Plan", "$required": True}) == Field(
        "string", required=True, title="Plan"
    )
    nested = parsed({"a": {"b": "string"}, "c": {"$list": {"d": "decimal"}}, "e": {"$map": "boolean"}})
    assert [".".join(path) + ": " + leaf.type_name() for path, leaf in nested.leaves()] == [
        "a.b: string",
        "c: list<object>",
        "e: object",
    ]
    assert nested.lookup(("a", "b")) == Field("string")
    assert nested.lookup(()) is nested
    for path in (("a", "x"), ("a", "b", "c"), ("c", "d"), ("e", "d")):
        assert nested.lookup(path) is None  # lists and maps are not entered


@pytest.mark.parametrize(
    ("spec", "code", "field"),
    [
        ({"a": "text"}, "ERR_SCHEMA_TYPE", "fields.a"),
        ({"a": "list<text>"}, "ERR_SCHEMA_TYPE", "fields.a"),
        ({"a": {"b": 5}}, "ERR_SCHEMA_FIELD", "fields.a.b"),
        ({"a": {}}, "ERR_SCHEMA_FIELD", "fields.a"),
        ({"a": None}, "ERR_SCHEMA_FIELD", "fields.a"),
        ({"a": {"$list": {"b": "text"}}}, "ERR_SCHEMA_TYPE", "fields.a.$list.b"),
        ({"a": {"$map": {"b": "text"}}}, "ERR_SCHEMA_TYPE", "fields.a.$map.b"),
        ({"a": {"$type": "string", "$requierd": True}}, "ERR_SCHEMA_MARK", "fields.a.$requierd"),
        ({"a.b": "string"}, "ERR_SCHEMA_NAME", "fields.a.b"),
        ({"": "string"}, "ERR_SCHEMA_NAME", "fields."),
        ({5: "string"}, "ERR_SCHEMA_NAME", "fields.5"),
    ],
)
def test_bad_fields(spec: object, code: str, field: str) -> None:
    with pytest.raises(InputError) as caught:
        parsed(spec)
    assert (caught.value.code, caught.value.field) == (code, field)
    if isinstance(spec, dict) and all(isinstance(name, str) for name in spec):
        with pytest.raises(ValidationError, match=code):
            SchemaDocument(name="r", fields=spec)


def test_depth_is_bounded() -> None:
    def nest(levels: int) -> Any:
        return {"a": nest(levels - 1)} if levels else "string"

    assert parsed(nest(MAX_DEPTH)).kind == "object"
    for spec in (nest(MAX_DEPTH + 1), nest(500), "list<" * 500 + "string" + ">" * 500):
        with pytest.raises(InputError) as caught:
            parsed(spec)
        assert caught.value.code == "ERR_SCHEMA_DEPTH"


def test_the_class_and_the_own_fields_together() -> None:
    """[2.1] A schema is the class with the document's fields, also inside of what the class has."""
    root = tree({"_experience": {"campaign": {"name": "string"}}, "mine": "integer"})
    assert set(root.fields) == {*tree({}).fields, "mine"}
    assert root.lookup(("_experience", "campaign", "name")) == Field("string")
    event_id = root.lookup(("_experience", "campaign", "orchestration", "eventID"))
    assert event_id is not None and event_id.kind == "string"


def test_where_schemas_disagree_anything_goes() -> None:
    left, right = parsed({"a": "string", "b": "integer"}), parsed({"a": "integer", "c": "list<string>"})
    both = merge(left, right)
    assert {name: field.type_name() for name, field in both.fields.items()} == {
        "a": "any",
        "b": "integer",
        "c": "list<string>",
    }


def test_a_field_of_the_class_can_be_made_required() -> None:
    """[2.1] `$required` of a document counts for what the class has too."""
    root = tree({"eventType": {"$type": "string", "$required": True}})
    record = {"_id": "1", "timestamp": "2024-01-01T00:00:00Z"}
    with pytest.raises(InputError) as caught:
        Validator(root).check(json.dumps(record).encode())
    assert caught.value.field == "eventType"


@pytest.mark.parametrize(
    "fields", [{"_id": "integer"}, {"timestamp": "string"}, {"identityMap": "string"}, {"_experience": "string"}]
)
def test_the_class_fields_keep_their_types(fields: dict[str, Any]) -> None:
    """[2.1] A document cannot make something else of a field of the class: every record has an id and a time."""
    with pytest.raises(InputError) as caught:
        tree(fields)
    assert caught.value.code == "ERR_SCHEMA_CONFLICT"
    assert caught.value.params["other"] in ("experienceevent", "orchestration-eventid")
