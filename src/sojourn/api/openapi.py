"""The OpenAPI document: what FastAPI knows, the inlet, and the one shape of every error [3.1, 12.1]."""

from __future__ import annotations

from typing import Any

from sojourn.api.public import schemas as schemas_of_public
from sojourn.journey.project import MODELS

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
_ERROR = {
    "description": "A problem",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
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
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for model in MODELS.values():
        schemas |= model.model_json_schema(by_alias=True, ref_template=REFERENCE).get("$defs", {})
    schemas |= {"Problem": _PROBLEM, "PublicError": schemas_of_public.ERROR, "Message": _MESSAGE, "Receipt": _RECEIPT}
    for name, path in document["paths"].items():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _PUBLIC_ERROR if name.startswith("/authoring/") else _ERROR
            for body in operation.get("requestBody", {}).get("content", {}).values():
                schemas |= body["schema"].pop("$defs", {})
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
    return document


def _inlet(summary: str, body: dict[str, Any], status: str, answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "post": {
            "tags": ["inlet"],
            "summary": summary,
            "operationId": summary.lower().partition(",")[0].replace(" ", "_"),
            "parameters": [{"name": "inletId", "in": "path", "required": True, "schema": _TEXT}],
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": {
                status: {"description": "Durable", "content": {"application/json": {"schema": answer}}},
                "default": _ERROR,
            },
        }
    }
