"""Test calls of data sources and actions, and proposals of actions, under /api."""

from __future__ import annotations

import json
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.authoring import refuse_broken_text
from sojourn.authoring.reading import no_such
from sojourn.connect.access import access_of
from sojourn.connect.limits import Caller
from sojourn.connect.trial import Trial
from sojourn.engine.effect import Request
from sojourn.errors import InputError
from sojourn.journey.action import Key, request_with, test_value
from sojourn.journey.fetch import render
from sojourn.journey.finding import nearest
from sojourn.journey.openapi import propose
from sojourn.journey.source import FieldGroup, HttpGroup, PlatformGroup

router = routes_at("/api")
Values = dict[str, Any]


class SourceTestBody(BaseModel):
    """A test call of a data source."""

    model_config = ConfigDict(extra="forbid")

    group: Annotated[
        str | None, Field(alias="fieldGroup", description="Left out, a token alone is asked for, where there is one.")
    ] = None
    parameters: Values = {}


class ActionTestBody(BaseModel):
    """A test call of an action: values in the place of what a journey gives."""

    model_config = ConfigDict(extra="forbid")

    path: Any = None
    headers: Values = {}
    query: Values = {}
    parameters: Annotated[Values, Field(description="The variables of the body, by their paths.")] = {}
    mapping: dict[str, str] = {}


class TrialRequest(BaseModel):
    """What was sent, without what shows who calls."""

    method: str
    url: str
    headers: dict[str, str]
    body: Annotated[Any, Field(description="The JSON, or null.")]


class TrialAnswer(BaseModel):
    """What a test call came to."""

    request: Annotated[TrialRequest | None, Field(description="Null for a database, and for a token alone.")]

    ok: Annotated[bool, Field(description="Whether a journey would go on.")]
    status: Annotated[int | None, Field(description="The HTTP status; null for a database, and for a token alone.")]
    took: Annotated[int, Field(description="Milliseconds, a token included.")]
    answer: Annotated[Any, Field(description="The JSON that came back, or a text; without credentials.")]
    missing: Annotated[list[str], Field(description="Fields that the answer lacks, or has in another type.")]


class OpenApiBody(BaseModel):
    """An OpenAPI document, and one of its operations."""

    model_config = ConfigDict(extra="forbid")

    document: Annotated[dict[str, Any] | str, Field(description="As JSON, or as a text that holds JSON or YAML.")]
    operation: Annotated[str | None, Field(description="Its operationId, or as `POST /path`.")] = None


@router.post("/sources/{name}/test", tags=["sources"], responses={502: {}})
def test_source(server: ServerOf, sandbox: Sandbox, name: str, body: SourceTestBody) -> TrialAnswer:
    """Calls a data source once, and shows what it answers."""
    refuse_broken_text(body.model_dump())
    source = server.project(sandbox).sources.get(name)
    if source is None:
        raise no_such("source", name, server.project(sandbox).sources)
    caller, access = Caller(sandbox, "dataSource", name), access_of(source)
    if body.group is None and source.authentication is not None:
        return _answer(server.trials.token(caller, access))
    group = source.field_groups.get(body.group or "")
    if group is None or isinstance(group, PlatformGroup):
        known = nearest(source.field_groups, body.group or "")
        raise InputError("ERR_FIELD_GROUP", field="fieldGroup", name=body.group or "-", source=name, known=known)
    request = render(source, group, _typed(group, body.parameters))
    if isinstance(group, HttpGroup):
        return _answer(server.trials.call(caller, access, request, group.root), request)
    return _answer(server.trials.ask(access, body.group or "", request, group.root))


def _typed(group: FieldGroup, given: Values) -> dict[str, object]:
    """The parameters as typed values. Raises InputError."""
    types = group.parameter_types
    for name in given:
        if name not in types:
            known = nearest(types, name)
            raise InputError("ERR_TEST_PARAMETER", field=f"parameters.{name}", name=name, known=known)
    return {name: test_value(kind, given.get(name), f"parameters.{name}") for name, kind in types.items()}


@router.post("/actions/{name}/test", tags=["actions"], responses={502: {}})
def test_action(server: ServerOf, sandbox: Sandbox, name: str, body: ActionTestBody) -> TrialAnswer:
    """Makes an action's call once, for real, and shows what it answers."""
    refuse_broken_text(body.model_dump())
    action = server.project(sandbox).actions.get(name)
    if action is None:
        raise no_such("action", name, server.project(sandbox).actions)
    values: dict[Key, Any] = {("path",): body.path} if body.path is not None else {}
    for section in ("headers", "query", "parameters"):
        values |= {(section, key): value for key, value in getattr(body, section).items()}
    request = request_with(action, values, body.mapping)
    trial = server.trials.call(Caller(sandbox, "action", name), access_of(action), request, action.answer)
    return _answer(trial, request)


def _answer(trial: Trial, request: Request | None = None) -> TrialAnswer:
    sent = None
    if request is not None:
        body = json.loads(request.body) if request.body else None
        sent = TrialRequest(method=request.method, url=request.url, headers=dict(request.headers), body=body)
    return TrialAnswer(
        request=sent, ok=trial.ok, status=trial.status, took=trial.took, answer=trial.answer, missing=trial.missing
    )  # fmt: skip


@router.post("/actions/propose", tags=["actions"])
def propose_action(body: OpenApiBody) -> dict[str, Any]:
    """An action's document for one operation of an OpenAPI document; nothing is saved."""
    refuse_broken_text(body.model_dump())
    document: Any = body.document
    if isinstance(document, str):
        document = read_document(document)
    return propose(document, body.operation)


def read_document(text: str) -> Any:
    """What a text of JSON or YAML holds. Raises InputError."""
    try:
        return json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        raise InputError("ERR_OPENAPI", field="document") from None
