"""The REST API of documents: a project at once, and each kind by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict

from sojourn.access.permission import Permission
from sojourn.api.gate import principal_of
from sojourn.api.openapi import REFERENCE
from sojourn.api.problems import language_of
from sojourn.api.request import Given, Sandbox, Seen, ServerOf, named
from sojourn.api.routing import routes_at
from sojourn.authoring import FindingsError
from sojourn.errors import ConflictError
from sojourn.journey import published
from sojourn.journey.action import ActionDocument
from sojourn.journey.channel import ChannelDocument
from sojourn.journey.difference import to_json
from sojourn.journey.document import EventDocument, SegmentDocument
from sojourn.journey.events import event_id_of
from sojourn.journey.finding import errors
from sojourn.journey.payload import Form, is_event, message, written
from sojourn.journey.project import FOLDERS, Kind, said
from sojourn.journey.rename import RENAMED
from sojourn.journey.ruleset import RulesetDocument
from sojourn.journey.source import SourceDocument
from sojourn.schema import library
from sojourn.schema.dataset import DatasetDocument, NamespaceDocument
from sojourn.schema.document import ClassDocument, DataTypeDocument, FieldGroupDocument, Resource, SchemaDocument
from sojourn.schema.json_schema import json_schema as schema_of

router = routes_at("/api")
KINDS: dict[str, Kind] = {folder: kind for kind, folder in FOLDERS.items()}


class ProjectBody(BaseModel):
    """A whole project in one request."""

    model_config = ConfigDict(extra="forbid")

    namespaces: list[dict[str, Any]] = []
    datatypes: list[dict[str, Any]] = []
    fieldgroups: list[dict[str, Any]] = []
    classes: list[dict[str, Any]] = []
    schemas: list[dict[str, Any]] = []
    datasets: list[dict[str, Any]] = []
    segments: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    sources: list[dict[str, Any]] = []
    actions: list[dict[str, Any]] = []
    channels: list[dict[str, Any]] = []
    rulesets: list[dict[str, Any]] = []
    journeys: list[dict[str, Any]] = []


class NameBody(BaseModel):
    """Another name for a document."""

    model_config = ConfigDict(extra="forbid")

    name: str


@router.post("/apply", tags=["project"])
def apply(
    server: ServerOf,
    sandbox: Sandbox,
    body: ProjectBody,
    request: Request,
    dryRun: Annotated[bool, Query(description="write nothing, and tell what would happen")] = False,  # noqa: N803
    overwrite: Annotated[bool, Query(description="false: refuse to change what is there")] = True,
) -> dict[str, Any]:
    """Writes the documents of a project, all or none, matching by name [6.8].

    A dry run tells the same, errors among the findings, and the plans of journeys of which a version is live.
    """
    documents = [(KINDS[plural], data) for plural in KINDS for data in getattr(body, plural)]
    for kind, _ in documents:
        needed = Permission.MANAGE_JOURNEYS if kind == "journey" else Permission.MANAGE_CONFIGURATION
        principal_of(request).require(needed, sandbox)
    changes, found = server.authoring.apply(sandbox, documents, dry=dryRun, overwrite=overwrite)
    language = language_of(request)
    answer = {
        "changes": [each._asdict() for each in changes],
        "findings": [finding.to_json(language) for finding in found],
    }
    if not dryRun:
        server.documents_changed()
        return answer
    if errors(found):
        return answer | {"plans": []}
    new = {each.name for each in changes if each.kind == "journey" and each.change in ("updated", "new version")}
    plans = [server.plan(sandbox, data["name"], data) for data in body.journeys if data.get("name") in new]
    return answer | {"plans": [to_json(each) for each in plans]}


@router.get("/json-schemas/{kind}", tags=["project"])
def json_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of a kind of document, for editors."""
    return published.json_schema(kind)


def _document_routes(plural: str, kind: Kind, model: type[Any]) -> None:
    """The same four routes for each kind of configuration document."""

    @router.get(f"/{plural}", tags=[plural], name=f"list {plural}")
    def list_(server: ServerOf, sandbox: Sandbox) -> list[dict[str, Any]]:
        return [server.authoring.document(sandbox, kind, name) for name in server.authoring.project(sandbox).of(kind)]

    @router.get(f"/{plural}/{{name}}", tags=[plural], name=f"read {kind}")
    def read(server: ServerOf, sandbox: Sandbox, name: str, response: Response) -> dict[str, Any]:
        """The document. `ETag` is for `If-Match` of a change."""
        response.headers["ETag"] = f'"{server.authoring.document_tag(sandbox, kind, name)}"'
        found = server.authoring.document(sandbox, kind, name)
        if kind == "event" and found.get("type") == "system":
            found["eventID"] = event_id_of(sandbox, EventDocument.model_validate(found))
        return found

    @router.put(
        f"/{plural}/{{name}}", tags=[plural], name=f"write {kind}", openapi_extra=_body_of(model), responses={412: {}}
    )
    def put(
        server: ServerOf, sandbox: Sandbox, name: str, body: Given, request: Request, response: Response, seen: Seen
    ) -> dict[str, Any]:
        changes, found = server.authoring.apply(sandbox, [(kind, named(body, name))], seen=seen)
        if errors(found):
            raise FindingsError(found)
        server.documents_changed()
        response.headers["ETag"] = f'"{server.authoring.document_tag(sandbox, kind, name)}"'
        language = language_of(request)
        return {"change": changes[0].change, "findings": [finding.to_json(language) for finding in found]}

    @router.get(f"/{plural}/{{name}}/used-in", tags=[plural], name=f"uses of {kind}")
    def used_in(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, Any]:
        """How many documents and journey versions stand on it, and which [3.7]."""
        found = server.authoring.used_in(sandbox, kind, name)
        return {
            "count": len(found),
            "uses": [
                {"kind": use.kind, "name": use.name, "version": use.version, "status": use.status}
                | ({"fieldGroups": sorted(use.field_groups)} if use.field_groups else {})
                for use in found
            ],
        }

    if kind in RENAMED:

        @router.post(f"/{plural}/{{name}}/rename", tags=[plural], name=f"rename {kind}")
        def rename(server: ServerOf, sandbox: Sandbox, name: str, body: NameBody) -> dict[str, str]:
            """Gives it another name, in use or not; all texts that name it follow [3.7]."""
            server.authoring.rename(sandbox, kind, name, body.name)
            server.documents_changed()
            return {"name": body.name}

    @router.delete(f"/{plural}/{{name}}", tags=[plural], name=f"delete {kind}", status_code=204)
    def delete(server: ServerOf, sandbox: Sandbox, name: str) -> None:
        server.authoring.delete(sandbox, kind, name)
        server.documents_changed()


def _body_of(model: type[Any]) -> dict[str, Any]:
    """The request body's schema: checked by us, to give findings, so FastAPI is told rather than asked."""
    schema = {"$ref": REFERENCE.format(model=model.__name__)}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}, "required": True}}


_document_routes("datatypes", "datatype", DataTypeDocument)
_document_routes("fieldgroups", "fieldgroup", FieldGroupDocument)
_document_routes("classes", "class", ClassDocument)
_document_routes("namespaces", "namespace", NamespaceDocument)
_document_routes("schemas", "schema", SchemaDocument)
_document_routes("datasets", "dataset", DatasetDocument)
_document_routes("segments", "segment", SegmentDocument)
_document_routes("events", "event", EventDocument)
_document_routes("sources", "source", SourceDocument)
_document_routes("actions", "action", ActionDocument)
_document_routes("channels", "channel", ChannelDocument)
_document_routes("rulesets", "ruleset", RulesetDocument)


@router.get("/events/{name}/payload", tags=["events"])
def payload(
    server: ServerOf,
    sandbox: Sandbox,
    name: str,
    request: Request,
    form: Annotated[Form, Query(alias="format")] = "json",
) -> dict[str, Any]:
    """What to send: the request, and as text to paste: JSON, curl, Python or JavaScript [3.6]."""
    server.authoring.document(sandbox, "event", name)
    project = server.authoring.project(sandbox)
    event = project.events[name]
    inlet = next(each for each in server.authoring.inlets() if each.sandbox == sandbox)
    dataset = next((each.name for each in project.datasets.values() if each.schema_ == event.schema_), None)
    body = message(project, event, dataset)
    base = (server.settings.public_url or str(request.base_url)).rstrip("/")
    headers = {"Content-Type": "application/json", "x-sandbox-name": sandbox}
    if inlet.authenticated:
        headers["Authorization"] = "Bearer INLET_TOKEN"
    sent = {"method": "POST", "url": f"{base}/collection/{inlet.id}", "headers": headers, "body": body}
    matches = is_event(project, event, body["body"]["xdmEntity"])
    return {"format": form, "text": written(sent, form), "request": sent, "matches": matches}


@router.get("/schemas/{name}/fields", tags=["schemas"])
def schema_fields(server: ServerOf, sandbox: Sandbox, name: str, request: Request) -> dict[str, Any]:
    """A schema as one JSON Schema: class, field groups and own fields, with titles in the reader's language [2.1]."""
    server.authoring.document(sandbox, "schema", name)
    root = server.authoring.project(sandbox).root(name)
    if root is None:
        raise ConflictError("ERR_BROKEN", kind=said("schema"), name=name)
    return schema_of(root, remarks=language_of(request))


@router.get("/library", tags=["schemas"])
def common() -> dict[str, list[dict[str, Any]]]:
    """The common classes, field groups and data types, which every sandbox has [2.1]."""
    parts: dict[str, Mapping[str, Resource]] = {
        "classes": library.classes(), "fieldgroups": library.field_groups(), "datatypes": library.data_types()
    }  # fmt: skip
    return {
        name: [each.model_dump(by_alias=True, exclude_unset=True, mode="json") for each in found.values()]
        for name, found in parts.items()
    }
