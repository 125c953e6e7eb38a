"""An action proposed from an OpenAPI document: what varies is variable, and the proposal is an action [5.1]."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.errors import InputError
from sojourn.journey.compile import check_project
from sojourn.journey.finding import errors
from sojourn.journey.openapi import propose
from sojourn.journey.project import Project

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://{region}.example.com/v2/", "variables": {"region": {"default": "eu"}}}],
    "security": [{"oauth": ["send", "read"]}],
    "paths": {
        "/people/{id}/messages": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "post": {
                "operationId": "sendMessage",
                "summary": "Send a message\n to somebody",
                "parameters": [
                    {"name": "dry", "in": "query", "schema": {"type": "boolean"}, "description": "Only try"},
                    {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string"}},
                    {"name": "Accept", "in": "header", "schema": {"type": "string"}},
                    {"$ref": "#/components/parameters/Since"},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Message"}}}},
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}},
                },
            },
            "get": {"security": [{"key": []}], "responses": {"200": {"content": {"application/json": {
                "example": [{"text": "hi", "a.b": 1}]}}}}},
        },
    },
    "components": {
        "parameters": {"Since": {"name": "since", "in": "query", "schema": {"type": "string", "format": "date"}}},
        "schemas": {
            "Message": {
                "allOf": [{"$ref": "#/components/schemas/Base"}],
                "required": ["text"],
                "properties": {
                    "text": {"type": "string", "title": "What to say"},
                    "when": {"type": ["null", "string"], "format": "date-time"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
                    "dotted.name": {"type": "string"},
                },
            },
            "Base": {"required": ["channel"], "properties": {
                "channel": {"const": "push"}, "to": {"type": "object", "properties": {"n": {"type": "integer"}}}}},
            "Item": {"properties": {"sku": {"type": "string"}, "price": {"type": "number"},
                                    "parts": {"type": "array", "items": {"properties": {"no": {"type": "integer"}}}},
                                    "self": {"$ref": "#/components/schemas/Item"}}},
            "Receipt": {"properties": {"id": {"type": "string"}, "at": {"type": "string", "format": "date-time"},
                                       "cost": {"type": "number"}, "lines": {"type": "array", "items": {
                                           "properties": {"n": {"type": "integer"}}}}}},
        },
        "securitySchemes": {
            "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://login.example.com/t"}}},
            "key": {"type": "apiKey", "in": "query", "name": "k"},
        },
    },
}  # fmt: skip


def test_a_proposal() -> None:
    found = propose(DOCUMENT, "sendMessage")
    items = found["body"].pop("items")
    assert found == {
        "name": "sendMessage",
        "description": "Send a message to somebody",
        "url": "https://eu.example.com/v2/people/",
        "path": {"$variable": "string", "$label": "{id}/messages"},
        "method": "POST",
        "headers": {"X-Trace": {"$variable": "string", "$mandatory": True}},
        "query": {"dry": {"$variable": "boolean", "$label": "Only try"}, "since": {"$variable": "dateOnly"}},
        "body": {
            "channel": "push",
            "to": {"n": {"$variable": "integer", "$label": "n"}},
            "text": {"$variable": "string", "$label": "What to say", "$mandatory": True},
            "when": {"$variable": "dateTime", "$label": "when"},
            "tags": {"$variable": "list<string>", "$label": "tags"},
        },
        "authentication": {
            "type": "oauth2", "endpoint": "https://login.example.com/t", "clientId": "CLIENT_ID",
            "clientSecret": "INSERT_SECRET_HERE", "scope": "send read",
        },
        "response": {"id": "text", "at": "2026-01-31T09:00:00Z", "cost": 1.5, "lines": [{"n": 1}]},
    }  # fmt: skip
    assert items["$variable"] == "list<object>"
    assert items["$fields"]["price"] == "decimal"
    assert items["$fields"]["parts"] == {"$variable": "list<object>", "$fields": {"no": "integer"}}


def test_a_proposal_is_an_action() -> None:
    """With its fields as the answer promises; only what gives access is left to fill in."""
    project = Project()
    assert project.add("action", propose(DOCUMENT, "sendMessage")) == []
    assert errors(check_project(project)) == []
    answer = project.actions["sendMessage"].answer
    assert answer is not None
    assert {name: field.kind for name, field in answer.fields.items()} == {
        "id": "string", "at": "dateTime", "cost": "decimal", "lines": "list"
    }  # fmt: skip


def test_by_method_and_path() -> None:
    found = propose(DOCUMENT, "GET /people/{id}/messages")
    assert (found["name"], found["method"]) == ("get_people_id_messages", "GET")
    assert found["authentication"]["location"] == "queryParam"
    assert found["response"] == [{"text": "hi"}]
    assert Project().add("action", found) == []


@pytest.mark.parametrize("wanted", [None, "nothing", "get /people"])
def test_which_operations_there_are(wanted: str | None) -> None:
    with pytest.raises(InputError, match=r"There are: sendMessage, GET /people/\{id\}/messages"):
        propose(DOCUMENT, wanted)


def test_one_alone_needs_no_name() -> None:
    found = propose({"paths": {"/a": {"post": {"responses": {}}}}})
    assert found == {"name": "posta", "url": "https://example.com/a", "method": "POST"} | found
    assert found["url"] == "https://example.com/a"


@pytest.mark.parametrize(
    "document",
    [
        None, [], {}, {"paths": []}, {"paths": {"/a": {"get": {"parameters": [{}]}}}},
        {"paths": {"/a": {"get": {"parameters": [{"$ref": "#/nothing"}]}}}},
        {"servers": [5], "paths": {"/a": {"get": {}}}},
    ],
)  # fmt: skip
def test_documents_that_are_none(document: Any) -> None:
    with pytest.raises(InputError, match="ERR_OPENAPI"):
        propose(document)


def test_references_that_explode_end() -> None:
    """Each schema names the next one ten times over."""
    schemas: dict[str, Any] = {
        f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 10} for n in range(14)
    } | {"S14": {"properties": {"a": {"type": "string"}}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}}
    document = {"paths": {"/a": {"post": {"requestBody": body}}}, "components": {"schemas": schemas}}
    with pytest.raises(InputError, match="ERR_OPENAPI"):
        propose(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["#/paths", "string", "object"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["$ref", "type", "properties", "items", "allOf", "schema", "content", "a", "required", "in"]),
        inner, max_size=3),
    max_leaves=15,
)  # fmt: skip


@given(body=JSON, parameters=JSON, responses=JSON)
def test_any_document_gives_an_action_or_an_error(body: Any, parameters: Any, responses: Any) -> None:
    operation = {
        "requestBody": {"content": {"application/json": {"schema": body}}}, "parameters": parameters,
        "responses": {"200": {"content": {"application/json": {"schema": responses}}}},
    }  # fmt: skip
    try:
        found = propose({"paths": {"/a": {"post": operation}}})
    except InputError:
        return
    json.dumps(found)
