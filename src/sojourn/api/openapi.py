"""The OpenAPI document: what FastAPI knows, the inlet, and the one shape of every error [3.1, 12.1].

Which errors an operation can answer with follows from what it takes and who may call it (`_errors`); a route declares
only what it has beyond that, as `responses={429: {}}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sojourn.access.rules import open_to_anybody
from sojourn.api.public import schemas as schemas_of_public
from sojourn.journey.documented import describe
from sojourn.journey.project import MODELS

_EXAMPLES = Path(__file__).with_name("examples.yaml")
REFERENCE = "#/components/schemas/{model}"
_TEXT = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "description": "What is wrong, as RFC 9457 has it.",
    "required": ["type", "title", "status", "code", "params"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT | {"description": "The sentence for people, in English or Korean."},
        "status": {"type": "integer"},
        "detail": _TEXT | {"description": "What to do next."},
        "code": _TEXT | {"description": "Stable, the same in every language."},
        "params": {"type": "object", "additionalProperties": _TEXT},
        "field": _TEXT | {"description": "The field that is wrong, as a dotted path."},
        "findings": {"type": "array", "items": {"type": "object"}},
    },
}
_ERRORS = {
    "400": "What was sent cannot be taken",
    "401": "Nobody is signed in, or the token does not hold",
    "403": "A permission is missing",
    "404": "What the request names is not there",
    "409": "The present state forbids it",
    "412": "It has been changed since it was read (`If-Match`)",
    "413": "The body is too long",
    "422": "What was sent does not keep the rules; `findings` names all that is wrong with documents",
    "429": "Too many attempts; Retry-After says how long to wait",
    "502": "Another system did not answer as it should",
    "503": "The data folder cannot be used just now, or the engine does not run",
}
_PUBLIC_ERROR = {
    "description": "An error",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PublicError"}}},
}
_MESSAGE = {
    "type": "object",
    "required": ["body"],
    "properties": {
        "header": {"type": "object", "properties": {"schemaRef": {"type": "object", "properties": {"id": _TEXT}}}},
        "body": {
            "type": "object",
            "required": ["xdmEntity"],
            "properties": {
                "xdmEntity": {
                    "type": "object",
                    "required": ["_id", "timestamp"],
                    "properties": {"_id": _TEXT, "timestamp": _TEXT | {"format": "date-time"}},
                }
            },
        },
    },
}
_RECEIPT = {
    "type": "object",
    "properties": {"inletId": _TEXT, "xactionId": _TEXT, "receivedTimeMs": {"type": "integer"}},
}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """FastAPI's document with what it cannot know: errors are problems, and the inlet is an application of its own."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for model in MODELS.values():
        described = model.model_json_schema(by_alias=True, ref_template=REFERENCE)
        describe(described, model)
        _add(schemas, described.pop("$defs", {}) | {model.__name__: described})
    ours = {
        "ProblemDetails": _PROBLEM, "PublicError": schemas_of_public.ERROR, "Message": _MESSAGE, "Receipt": _RECEIPT
    }  # fmt: skip
    _add(schemas, ours)
    components["responses"] = {f"Problem{status}": _problem(told) for status, told in _ERRORS.items()}
    message, receipt = ({"$ref": f"#/components/schemas/{name}"} for name in ("Message", "Receipt"))
    batch = {
        "type": "object",
        "required": ["messages"],
        "properties": {"messages": {"type": "array", "items": message}},
    }
    document["paths"] |= {
        "/collection/{inletId}": _inlet("Send one event", message, "200", receipt),
        "/collection/batch/{inletId}": _inlet("Send events, with a status for each", batch, "207", receipt),
    }
    examples = yaml.safe_load(_EXAMPLES.read_text(encoding="utf-8"))
    for path, item in document["paths"].items():
        for method, operation in item.items():
            answers = operation["responses"]
            answers.pop("422", None)  # FastAPI's own
            if path.startswith("/authoring/"):
                answers["default"] = _PUBLIC_ERROR
            else:
                own = {status for status, answer in answers.items() if status >= "4" and "content" not in answer}
                for status in sorted(own | {*_errors(method, path, operation)} - answers.keys()):
                    answers[status] = {"$ref": f"#/components/responses/Problem{status}"}
            for body in operation.get("requestBody", {}).get("content", {}).values():
                _add(schemas, body["schema"].pop("$defs", {}))
                if (named := body["schema"].get("$ref")) is not None:
                    body["schema"] = {"$ref": named}  # without what FastAPI takes it to be
                body["example"] = examples[f"{method.upper()} {path}"]
    return document


def _add(schemas: dict[str, Any], more: dict[str, Any]) -> None:
    """Each name means one thing, whichever model it comes from; what is described better goes before."""
    for name, schema in more.items():
        assert _form(schemas.get(name, schema)) == _form(schema), name
    schemas |= more


def _form(schema: Any) -> Any:
    """A schema without what FastAPI leaves out, and what is for people alone."""
    if isinstance(schema, dict):
        left = {"description", "default"}
        return {name: _form(each) for name, each in schema.items() if name not in left or isinstance(each, dict)}
    return [_form(child) for child in schema] if isinstance(schema, list) else schema


def _problem(told: str) -> dict[str, Any]:
    return {
        "description": told,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
    }


def _errors(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    """The errors that an operation can answer with by its nature."""
    parameters = operation.get("parameters", [])
    body = "requestBody" in operation
    yield "422"  # no operation takes a query parameter that it does not declare
    if body or parameters:
        yield "400"
    yield "401"  # a token that does not hold is refused even where none is needed
    if not open_to_anybody(method.upper(), path):
        yield "403"
    if any(each["in"] == "path" or each["name"] == "x-sandbox-name" for each in parameters):
        yield "404"
    if method != "get":
        yield "409"
    if body:
        yield "413"
    yield "503"


def _inlet(summary: str, body: dict[str, Any], status: str, answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "post": {
            "tags": ["inlet"],
            "summary": summary,
            "operationId": summary.lower().partition(",")[0].replace(" ", "_"),
            "parameters": [{"name": "inletId", "in": "path", "required": True, "schema": _TEXT}],
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": {status: {"description": "Durable", "content": {"application/json": {"schema": answer}}}},
        }
    }
