"""What those who set up documents ask besides the documents themselves, under /api."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.authoring import refuse_broken_text
from sojourn.authoring.reading import no_such
from sojourn.errors import ConflictError, InputError
from sojourn.journey.events import compile_event
from sojourn.journey.payload import message
from sojourn.journey.project import Project, said
from sojourn.schema.document import Name
from sojourn.schema.infer import infer, samples_in

router = routes_at("/api")
Configured = Literal[
    "namespace", "datatype", "fieldgroup", "class", "schema", "dataset", "segment", "event", "source", "action",
    "channel", "ruleset",
]  # fmt: skip


class DocumentState(BaseModel):
    """What a list of documents tells beside the documents. Moments are epoch ms; null: before the audit log."""

    name: str
    used_in: int = Field(serialization_alias="usedIn", description="how many documents and journey versions use it")
    created_at: int | None = Field(serialization_alias="createdAt")
    created_by: str | None = Field(serialization_alias="createdBy")
    changed_at: int = Field(serialization_alias="changedAt")
    changed_by: str | None = Field(serialization_alias="changedBy")


@router.get("/document-states", tags=["project"])
def document_states(server: ServerOf, sandbox: Sandbox, kind: Configured) -> list[DocumentState]:
    """Of all documents of a kind: how much uses each, and who made and changed it last."""
    counts = server.authoring.use_counts(sandbox, kind)
    history = server.audit.history(sandbox, kind)
    found = []
    for name, changed_at in server.authoring.changes(sandbox, kind).items():
        known = history.get(name)
        found.append(
            DocumentState(
                name=name,
                used_in=counts[name],
                created_at=known.created_at if known else None,
                created_by=known.created_by if known else None,
                changed_at=changed_at,
                changed_by=known.changed_by if known else None,
            )
        )
    return found


class SamplesBody(BaseModel):
    """Records to propose a schema from."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    samples: Annotated[
        str, Field(max_length=8_000_000, description="JSON, a list of it, JSON lines, or ingestion messages.")
    ]


@router.post("/schemas/infer", tags=["schemas"])
def infer_schema(body: SamplesBody) -> dict[str, Any]:
    """Proposes the document of a schema that all the records keep; nothing is saved."""
    refuse_broken_text(body.model_dump())
    document = infer(samples_in(body.samples, "samples"), body.name)
    if wrong := Project().add("schema", document):
        raise InputError("ERR_FIELD_INVALID", field=wrong[0].field, name=body.name, rule=wrong[0].text())
    return document


class SendBody(BaseModel):
    """A test event."""

    model_config = ConfigDict(extra="forbid")

    payload: Annotated[dict[str, Any], Field(description="The xdmEntity; its `_id` and `timestamp` are made anew.")]


class Sent(BaseModel):
    """What was sent."""

    id: str = Field(description="the event's _id: GET /api/events/{id}/explain tells what it did")
    matches: bool = Field(description="whether it is this event")
    key: str | None = Field(description="whom it is about; null also for an event that has no key")


@router.post("/events/{name}/send", tags=["events"], status_code=202)
def send_event(server: ServerOf, sandbox: Sandbox, name: str, body: SendBody) -> Sent:
    """Sends an event as the inlet takes it, now and with an id of its own. It is a real one: live journeys hear it."""
    refuse_broken_text(body.model_dump())
    project = server.project(sandbox)
    event = project.events.get(name)
    if event is None:
        raise no_such("event", name, project.events)
    plan, _ = compile_event(project, event)
    if plan is None:
        raise ConflictError("ERR_BROKEN", kind=said("event"), name=name)
    now = datetime.fromtimestamp(server.now() / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    entity = body.payload | {"_id": str(uuid.uuid4()), "timestamp": now}
    dataset = next((each.name for each in project.datasets.values() if each.schema_ == event.schema_), None)
    made = message(project, event, dataset)
    made["body"]["xdmEntity"] = entity
    checked = server.rules(sandbox).message(msgspec.json.encode(made))
    matches = plan.test(entity) is True
    server.accept(sandbox, checked)
    return Sent(id=entity["_id"], matches=matches, key=plan.key(entity) if matches else None)
