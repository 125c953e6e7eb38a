"""The OpenAPI side of the public API: what its bodies hold, in the words of its fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sojourn.api.public.selection import LARGEST_PAGE
from sojourn.limits.check import THROUGHPUT
from sojourn.limits.pattern import METHODS
from sojourn.report.progress import STATUSES

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 1}
_FROM_0: Schema = {"type": "integer", "minimum": 0}
_METHODS: Schema = {"type": "array", "items": {"type": "string", "enum": list(METHODS)}}
_WILDCARDS = "`*` stands for any characters of the path."


def _object(properties: Schema, *required: str, **more: Any) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), **more}


_SERVICE = _object(
    {
        "maxHttpConnections": _COUNT,
        "rating": _object({"maxCallsCount": _COUNT, "periodInMs": _COUNT}, "maxCallsCount", "periodInMs"),
    },
    "rating",
)
CAPPING = _object(
    {
        "url": {**_TEXT, "description": _WILDCARDS},
        "methods": _METHODS,
        "services": _object({"action": _SERVICE, "dataSource": _SERVICE}),
        "orgId": _TEXT,
        "name": _TEXT,
        "description": _TEXT,
    },
    "url",
    "methods",
    "services",
)
THROTTLING = _object(
    {
        "name": _TEXT,
        "description": _TEXT,
        "urlPattern": {**_TEXT, "description": _WILDCARDS},
        "methods": _METHODS,
        "maxThroughput": {"type": "integer", "minimum": THROUGHPUT[0], "maximum": THROUGHPUT[1]},
    },
    "urlPattern",
    "methods",
    "maxThroughput",
)
_METADATA: Schema = {"type": "object", "additionalProperties": _TEXT, "description": "Who and when, ISO 8601 UTC."}
JOURNEY_VERSION = _object(
    {
        "uid": _TEXT,
        "journeyUid": _TEXT,
        "name": _TEXT,
        "description": _TEXT,
        "version": {"type": "integer", "minimum": 1},
        "state": {"type": "string", "enum": list(STATUSES)},
        "isLatest": {"type": "boolean"},
        "tags": {"type": "array", "items": _TEXT},
        "orgId": _TEXT,
        "sandboxName": _TEXT,
        "authoringFormatVersion": _TEXT,
        "metadata": _METADATA,
    },
    "uid",
    "journeyUid",
    "name",
    "version",
    "state",
)
JOURNEY = _object(
    {
        **{name: JOURNEY_VERSION["properties"][name] for name in ("uid", "name", "description", "state")},
        **{name: JOURNEY_VERSION["properties"][name] for name in ("orgId", "sandboxName", "metadata")},
        "journeyVersions": {"type": "array", "items": JOURNEY_VERSION},
    },
    "uid",
    "name",
    "journeyVersions",
)
_SELECTION = {
    "type": "object",
    "properties": {
        "filter": {**_TEXT, "description": "RSQL: `state==deployed;metadata.createdBy!=kim`; `,` for alternatives."},
        "sort": {**_TEXT, "description": "Fields by importance, `-` for downwards: `name,-metadata.createdAt`."},
        "page": {"type": "integer", "minimum": 0, "description": "The first is 0."},
        "pageSize": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
        "latestOnly": {"type": "boolean", "description": "Of journeys the latest versions alone."},
    },
}
_FINDING = _object({"errorCode": _TEXT, "error": _TEXT})
_WARNING = _object({"warningCode": _TEXT, "warning": _TEXT, "scope": {"type": "object"}})
_VERDICT = _object(
    {
        "validationStatus": {"type": "string", "enum": ["ok", "error"]},
        "reason": _TEXT,
        "errors": {"type": "array", "items": _FINDING},
        "warnings": {"type": "array", "items": _WARNING},
    },
    "validationStatus",
)
_ERROR_FIELDS = _object(
    {
        "code": {"type": "integer"},
        "family": {"type": "string", "enum": ["INPUT_OUTPUT_ERROR", "INTERNAL_ERROR"]},
        "message": _TEXT,
        "service": _TEXT,
        "version": _TEXT,
        "context": _TEXT,
    }
)
ERROR = _object(
    {
        "status": {"type": "integer"},
        "error": {"oneOf": [_ERROR_FIELDS, {**_TEXT, "description": "The same as JSON text."}]},
        "requestId": _TEXT,
    },
    "status",
    "error",
    "requestId",
    description="An error of the public API.",
)


def element(config: Schema) -> Schema:
    """A configuration with what the server adds to it."""
    added = {
        "_id": _TEXT,
        "uid": _TEXT,
        "state": {"type": "string", "enum": ["created", "updated", "deployed"]},
        "metadata": {"type": "object", "additionalProperties": _TEXT},
        "authoringFormatVersion": _TEXT,
        "hasBeenDeployed": {"type": "boolean"},
        "deployedConfig": {"type": "object"},
    }
    return _object({**config["properties"], **added}, "uid", "state")


def _operation(summary: str, schema: Schema | None, status: int = 200, request: Schema | None = None) -> dict[str, Any]:
    """What a route says of itself beyond what its handler shows."""
    content = None if schema is None else {"application/json": {"schema": schema}}
    found: dict[str, Any] = {
        "summary": summary,
        "status_code": status,
        "response_model": None,
        "responses": {status: {"description": summary, **({"content": content} if content else {})}},
    }
    if request is not None:
        required = bool(request.get("required"))
        body = {"required": required, "content": {"application/json": {"schema": request}}}
        found["openapi_extra"] = {"requestBody": body}
    return found


def listed(summary: str, element: Schema) -> dict[str, Any]:
    answer = {"results": {"type": "array", "items": element}, "page": _FROM_0, "pageSize": _COUNT, "total": _FROM_0}
    return _operation(summary, _object(answer, "results"), request=_SELECTION)


def read(summary: str, element: Schema) -> dict[str, Any]:
    return _operation(summary, _object({"result": element}, "result"))


def _export(parts: Iterable[str]) -> Schema:
    documents = {"type": "array", "items": {"type": "object", "description": "A document, with its uid."}}
    version = _object({"uid": _TEXT, "version": _COUNT, "document": {"type": "object"}}, "document")
    return _object({"authoringFormatVersion": _TEXT, "journeyVersion": version, **dict.fromkeys(parts, documents)})


def exported(summary: str, parts: Iterable[str]) -> dict[str, Any]:
    return _operation(summary, _export(parts))


def imported(summary: str, parts: Iterable[str]) -> dict[str, Any]:
    made = _object({"type": _TEXT, "name": _TEXT, "from": _TEXT})
    answer = {
        "createdElement": JOURNEY_VERSION, "uid": _TEXT, "uri": _TEXT, "resStatus": _TEXT,
        "created": {"type": "array", "items": made},
    }  # fmt: skip
    return _operation(summary, _object(answer, *answer), request={**_export(parts), "required": ["journeyVersion"]})


def write(summary: str, config: Schema, part: str) -> dict[str, Any]:
    answer = {part: element(config), "uid": _TEXT, "uri": _TEXT, "resStatus": _TEXT, "canDeploy": _VERDICT}
    return _operation(summary, _object(answer, *answer), request=config)


def verdict(summary: str) -> dict[str, Any]:
    return _operation(summary, _object({"canDeploy": _VERDICT}, "canDeploy"))


def done(summary: str) -> dict[str, Any]:
    return _operation(summary, _object({}))


def empty(summary: str) -> dict[str, Any]:
    return _operation(summary, None, 204)
