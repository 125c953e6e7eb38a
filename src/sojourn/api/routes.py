"""The REST API under /api. Handlers are plain functions: they block on the journal, in worker threads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, field_validator

from sojourn.access.permission import Permission
from sojourn.api.gate import DEFAULT_SANDBOX, principal_of
from sojourn.api.openapi import REFERENCE
from sojourn.api.problems import language_of
from sojourn.api.server import Server
from sojourn.authoring import FindingsError, Version
from sojourn.errors import ConflictError, NotFoundError
from sojourn.journey import published
from sojourn.journey.action import ActionDocument
from sojourn.journey.compile import errors
from sojourn.journey.document import EventDocument, JourneyDocument, SegmentDocument, epoch_ms
from sojourn.journey.events import event_id_of
from sojourn.journey.payload import Form, is_event, message, written
from sojourn.journey.project import FOLDERS, Kind
from sojourn.journey.rename import RENAMED
from sojourn.journey.source import SourceDocument
from sojourn.report.steps import JourneyName, expand, name_of, shape_of
from sojourn.schema import library
from sojourn.schema.dataset import DatasetDocument, NamespaceDocument
from sojourn.schema.document import ClassDocument, DataTypeDocument, FieldGroupDocument, Resource, SchemaDocument
from sojourn.schema.json_schema import json_schema as schema_of
from sojourn.store.shard import ShardReader

router = APIRouter()
KINDS: dict[str, Kind] = {folder: kind for kind, folder in FOLDERS.items()}


def server_of(request: Request) -> Server:
    """The server that serves this request."""
    found: Server = request.app.state.server
    return found


def sandbox_of(request: Request, x_sandbox_name: Annotated[str, Header()] = DEFAULT_SANDBOX) -> str:
    """The sandbox that the header names; `prod` without one [1.3]."""
    known = server_of(request).authoring.sandboxes()
    if x_sandbox_name not in known:
        raise NotFoundError("ERR_SANDBOX_UNKNOWN", field="x-sandbox-name", name=x_sandbox_name, known=", ".join(known))
    return x_sandbox_name


ServerOf = Annotated[Server, Depends(server_of)]
Sandbox = Annotated[str, Depends(sandbox_of)]
Item = Annotated[int, Path(ge=0, lt=2**63)]
_FAILING = {"description": "The same, where something fails", "content": {"application/json": {}}}


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
    journeys: list[dict[str, Any]] = []


class NameBody(BaseModel):
    """Another name for a document."""

    model_config = ConfigDict(extra="forbid")

    name: str


class ClockBody(BaseModel):
    """The moment to move virtual time on to."""

    now: AwareDatetime

    @field_validator("now")
    @classmethod
    def _in_utc(cls, value: datetime) -> datetime:
        """Near the ends of the calendar a moment may have no name in UTC."""
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise ValueError("in UTC it lies outside the years 1 to 9999") from None


class SandboxBody(BaseModel):
    """A sandbox to make."""

    name: Annotated[str, Query(pattern="^[a-z][a-z0-9-]{0,59}$")]


# --- operations ---


@router.get("/health", tags=["operations"], responses={503: _FAILING})
def health(server: ServerOf, response: Response) -> dict[str, Any]:
    """Whether the server takes events and the engine works on them. 503 where it does not."""
    status = server.status()
    begun = status["log"]["processed"] >= 0
    healthy = begun and status["engine"]["alive"] and not status["engine"]["error"]
    response.status_code = 200 if healthy else 503
    return {"status": "ok" if healthy else "failing", "engine": status["engine"]}


@router.get("/status", tags=["operations"])
def status(server: ServerOf) -> dict[str, Any]:
    """What was accepted, how far the engine is, and what the time is."""
    return server.status()


@router.get("/clock", tags=["operations"])
def clock(server: ServerOf) -> dict[str, Any]:
    """Journey time."""
    found: dict[str, Any] = server.status()["clock"]
    return found


@router.post("/clock", tags=["operations"], status_code=202)
def set_clock(server: ServerOf, body: ClockBody) -> dict[str, Any]:
    """Moves virtual time on: everything due until then, that moment included, happens."""
    server.set_clock(epoch_ms(body.now))
    return {"now": epoch_ms(body.now)}


@router.get("/sandboxes", tags=["operations"])
def sandboxes(server: ServerOf, request: Request) -> list[str]:
    """The sandboxes that one may see anything of."""
    return [name for name in server.authoring.sandboxes() if principal_of(request).may_see(name)]


@router.post("/sandboxes", tags=["operations"], status_code=201)
def add_sandbox(server: ServerOf, body: SandboxBody) -> dict[str, str]:
    """Makes a sandbox, with an inlet of the same id."""
    server.authoring.add_sandbox(body.name)
    server.inlets_changed()
    return {"name": body.name, "inletId": body.name}


@router.get("/quarantine", tags=["operations"])
def quarantine(server: ServerOf) -> list[dict[str, Any]]:
    """What could not be processed and was set aside."""
    return server.quarantine()


@router.post("/quarantine/{item}/retry", tags=["operations"], status_code=202)
def retry(server: ServerOf, item: Item) -> dict[str, int]:
    """Processes something set aside once more."""
    server.settle_quarantined(item, drop=False)
    return {"id": item}


@router.delete("/quarantine/{item}", tags=["operations"], status_code=202)
def drop(server: ServerOf, item: Item) -> dict[str, int]:
    """Gives something set aside up."""
    server.settle_quarantined(item, drop=True)
    return {"id": item}


# --- a project at once ---


@router.post("/apply", tags=["project"])
def apply(server: ServerOf, sandbox: Sandbox, body: ProjectBody, request: Request) -> dict[str, Any]:
    """Writes the documents of a project, all or none, matching by name [6.8]."""
    documents = [(KINDS[plural], data) for plural in KINDS for data in getattr(body, plural)]
    for kind, _ in documents:
        needed = Permission.MANAGE_JOURNEYS if kind == "journey" else Permission.MANAGE_CONFIGURATION
        principal_of(request).require(needed, sandbox)
    changes, found = server.authoring.apply(sandbox, documents)
    server.documents_changed()
    language = language_of(request)
    return {
        "changes": [{"kind": kind, "name": name, "change": change} for kind, name, change in changes],
        "findings": [finding.to_json(language) for finding in found],
    }


@router.get("/json-schemas/{kind}", tags=["project"])
def json_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of a kind of document, for editors."""
    return published.json_schema(kind)


# --- journeys ---


@router.get("/journeys", tags=["journeys"])
def journeys(server: ServerOf, sandbox: Sandbox) -> list[dict[str, Any]]:
    """All journeys, with the status of their versions."""
    return [
        {"name": name, "uid": server.authoring.journey_id(sandbox, name), "versions": _versions(server, sandbox, name)}
        for name in server.authoring.project(sandbox).journeys
    ]


@router.get("/journeys/{name}", tags=["journeys"])
def journey(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, Any]:
    """A journey: its versions and the latest one's document."""
    return {
        "name": name,
        "uid": server.authoring.journey_id(sandbox, name),
        "versions": _versions(server, sandbox, name),
        "document": server.authoring.document(sandbox, "journey", name),
    }


@router.put("/journeys/{name}", tags=["journeys"])
def put_journey(
    server: ServerOf, sandbox: Sandbox, name: str, body: Annotated[dict[str, Any], Body()], request: Request
) -> dict[str, Any]:
    """Saves a journey as a draft, with whatever findings it has; a published latest version gets a new one."""
    found = server.authoring.save_draft(sandbox, {**body, "name": name})
    server.documents_changed()
    language = language_of(request)
    return {
        "versions": _versions(server, sandbox, name),
        "findings": [finding.to_json(language) for finding in found],
    }


@router.get("/journeys/{name}/findings", tags=["journeys"])
def findings(server: ServerOf, sandbox: Sandbox, name: str, request: Request) -> list[dict[str, Any]]:
    """What is to say about the latest version and what it uses [6.35]."""
    server.authoring.journey_id(sandbox, name)
    language = language_of(request)
    return [finding.to_json(language) for finding in server.authoring.findings(sandbox, name)]


@router.post("/journeys/{name}/publish", tags=["journeys"], status_code=202)
def publish(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, Any]:
    """Publishes the latest version; it is live when the engine has got to it."""
    return {"version": server.authoring.publish(sandbox, name)}


@router.post("/journeys/{name}/close", tags=["journeys"], status_code=202)
def close(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, Any]:
    """No new entries; those inside finish [6.5]."""
    return {"versions": server.authoring.halt(sandbox, name, stop=False)}


@router.post("/journeys/{name}/stop", tags=["journeys"], status_code=202)
def stop(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, Any]:
    """Everyone inside leaves at once; for ever [6.5]."""
    return {"versions": server.authoring.halt(sandbox, name, stop=True)}


@router.get("/journeys/{name}/report", tags=["reports"])
def report(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, Any]:
    """Entered, completed, failed, exited, stopped, current; by activity, action and version [6.26]."""
    return server.report(sandbox, name)


@router.get("/journeys/{name}/steps", tags=["reports"])
def steps(
    server: ServerOf,
    sandbox: Sandbox,
    name: str,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    person: str | None = None,
) -> dict[str, Any]:
    """Step events as they were written, `limit` batches behind batch `after`; `next` goes on from there [9.1]."""
    uid = server.authoring.journey_id(sandbox, name)
    shard = server.require_shard()
    found, next_ = read_steps(shard, sandbox, uid, after, limit, person)
    return {"steps": found, "next": next_}


def read_steps(
    shard: ShardReader, sandbox: str, uid: str, after: int, limit: int, person: str | None = None
) -> tuple[list[dict[str, Any]], int | None]:
    """Public step events of a journey, and where to go on (None at the end)."""
    rows = [row for row in shard.rows("journeys") if row[1] == sandbox and row[2] == uid]
    if not rows:
        return [], None
    id_, _, _, name = rows[0]
    shapes = {row[0]: shape_of(row[3]) for row in shard.rows("shapes") if row[1] == id_}
    names: dict[int, JourneyName] = {}
    for journey_no, number, _, _, body, *_ in shard.rows("versions"):
        if journey_no == id_:
            names[number] = name_of(sandbox, uid, name, body)
    batches = shard.step_batches(after, limit)
    found: list[dict[str, Any]] = []
    for _, batch in batches:
        for journey_no, version, who, supplemental, entry, steps_ in batch:
            if journey_no == id_ and entry and person in (None, who):  # no entry: they were deleted
                joined = ((shapes[step[0]], step) for step in steps_)
                found += expand(names[version], version, who, supplemental, entry, joined)
    return found, batches[-1][0] if len(batches) == limit else None


def _versions(server: Server, sandbox: str, name: str) -> list[dict[str, Any]]:
    """Each version with the status people see: what was asked for, and how far the engine is with it [6.4]."""
    versions = server.authoring.versions(sandbox, name)
    reached = server.report(sandbox, name)["versions"] if server.shard is not None else []
    engine = {version["version"]: version for version in reached}
    test = server.rehearsal_state(sandbox, name, "test")
    return [
        {
            "version": version.number,
            "uid": version.uid,
            "status": _status(server, version, engine.get(version.number), test),
            "changedAt": version.changed_at,
        }
        for version in versions
    ]


def _status(server: Server, version: Version, engine: dict[str, Any] | None, test: str) -> str:
    """`engine` is the version's report, None while the engine has not got to its publication."""
    if version.status == "draft":
        return (
            "draft" if test == "off" else {"on": "test", "activating": "activatingTest"}.get(test, "deactivatingTest")
        )
    if engine is None:
        return "publishing"
    if version.status == "stopped":
        return "stopped" if engine["status"] == "stopped" else "stopping"
    if engine["status"] == "live" and version.status == "published":
        end = JourneyDocument.model_validate_json(version.body).end_date
        if end is None or server.now() < epoch_ms(end):
            return "live"
        return "closed" if engine["current"] else "finished"
    return "finished" if engine["status"] == "finished" else "closed"


# --- schemas, events, sources, actions ---


def _document_routes(plural: str, kind: Kind, model: type[Any]) -> None:
    """The same four routes for each kind of configuration document."""

    @router.get(f"/{plural}", tags=[plural], name=f"list {plural}")
    def list_(server: ServerOf, sandbox: Sandbox) -> list[dict[str, Any]]:
        return [server.authoring.document(sandbox, kind, name) for name in server.authoring.project(sandbox).of(kind)]

    @router.get(f"/{plural}/{{name}}", tags=[plural], name=f"read {kind}")
    def read(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, Any]:
        found = server.authoring.document(sandbox, kind, name)
        if kind == "event" and found.get("type") == "system":
            found["eventID"] = event_id_of(sandbox, EventDocument.model_validate(found))
        return found

    @router.put(f"/{plural}/{{name}}", tags=[plural], name=f"write {kind}", openapi_extra=_body_of(model))
    def put(
        server: ServerOf, sandbox: Sandbox, name: str, body: Annotated[dict[str, Any], Body()], request: Request
    ) -> dict[str, Any]:
        changes, found = server.authoring.apply(sandbox, [(kind, {**body, "name": name})])
        if errors(found):
            raise FindingsError(found)
        server.documents_changed()
        language = language_of(request)
        return {"change": changes[0][2], "findings": [finding.to_json(language) for finding in found]}

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
    schema = model.model_json_schema(by_alias=True, ref_template=REFERENCE)
    schema.pop("$defs", None)  # among the document's components
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
        raise ConflictError("ERR_BROKEN", kind="schema", name=name)
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


@router.delete("/journeys/{name}", tags=["journeys"], status_code=204)
def delete_journey(server: ServerOf, sandbox: Sandbox, name: str) -> None:
    """Deletes a journey that was never published [6.6]."""
    server.authoring.delete(sandbox, "journey", name)
    server.documents_changed()
