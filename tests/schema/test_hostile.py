"""Whatever stands in a document of the registry: it can be used, or an error says why it cannot [2.1]."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sojourn.errors import InputError
from sojourn.journey.compile import check_project
from sojourn.journey.project import Project
from sojourn.schema import public
from sojourn.schema.validate import Validator

WORDS = st.sampled_from([
    "type", "properties", "required", "items", "allOf", "anyOf", "oneOf", "not", "if", "then", "enum", "const",
    "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "multipleOf", "minLength", "maxLength",
    "minItems", "uniqueItems", "additionalProperties", "patternProperties", "propertyNames", "dependencies", "$ref",
    "$id", "definitions", "title", "meta:enum", "meta:xdmType", "meta:usageLabels", "minProperties", "contains",
    "a", "b", "", "_id", "a.b",
])  # fmt: skip
ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False),
    st.sampled_from(["string", "object", "array", "integer", "number", "null", "date", "email", "#", "#/properties/a",
                     "r", "identity-map", "(", "^a(?=b)", "[", "\\p{L}", "$", "x" * 300]),
)  # fmt: skip
JSON = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=14
)
MARKS = st.sampled_from([
    "$type", "$list", "$map", "$ref", "$required", "$title", "$labels", "$values", "$enum", "$pattern", "$format",
    "$minimum", "$exclusiveMinimum", "$multipleOf", "$minLength", "$minItems", "$uniqueItems", "$minProperties", "a",
    "b", "_id", "timestamp",
])  # fmt: skip
COMPACT = st.recursive(
    ATOMS | st.sampled_from(["decimal", "dateTime", "list<string>", "any", "boolean"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(MARKS, inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(WORDS, JSON, max_size=5) | st.none(), st.dictionaries(st.sampled_from(["a", "b"]), COMPACT))
def test_any_document(definition: Any, fields: Any) -> None:
    project = Project()
    found = project.add("schema", {"name": "s", "definition": definition, "fields": fields})
    found += check_project(project)
    for finding in found:
        assert finding.text("en") and finding.text("ko")
    if not found:
        tree = project.root("s")
        assert tree is not None and {"_id", "timestamp"} <= set(tree.fields)
        with contextlib.suppress(InputError):
            Validator(tree).check(b'{"_id": "1", "timestamp": "2026-03-01T10:00:00Z", "a": {"b": [1, null]}, "b": "x"}')


@given(JSON, st.booleans())
def test_any_public_schema(schema: Any, top: bool) -> None:
    """Names become plain in whatever it is."""
    public.plain_schema(schema, top=top)
