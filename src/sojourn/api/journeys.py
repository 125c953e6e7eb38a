"""The REST API of journeys: drafts, versions, lifecycle."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from sojourn.api.problems import language_of
from sojourn.api.request import Given, Sandbox, Seen, ServerOf, named
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.authoring import Row
from sojourn.authoring.search import moment, who
from sojourn.journey.difference import to_json
from sojourn.report.progress import Status

router = routes_at("/api", tags=["journeys"])

Number = Annotated[int, Query(ge=1, lt=2**31, description="one version; without it, all that it can be")]


class NewName(BaseModel):
    """A name for a journey."""

    model_config = ConfigDict(extra="forbid")

    name: str


class Version(BaseModel):
    """A version of a journey. Moments are epoch ms of real time."""

    version: int
    uid: str
    status: Status
    created_at: int | None = Field(serialization_alias="createdAt")
    created_by: str | None = Field(serialization_alias="createdBy")
    changed_at: int | None = Field(serialization_alias="changedAt")
    changed_by: str | None = Field(serialization_alias="changedBy")
    published_at: int | None = Field(serialization_alias="publishedAt")
    published_by: str | None = Field(serialization_alias="publishedBy")
    halted_at: int | None = Field(serialization_alias="haltedAt", description="when it was closed or stopped")
    halted_by: str | None = Field(serialization_alias="haltedBy")


class Journey(BaseModel):
    """A journey with its versions, the oldest first."""

    name: str
    uid: str
    versions: list[Version]


class JourneyDetail(Journey):
    """A journey with the document of its latest version."""

    document: dict[str, Any]


@router.get("/journeys")
def journeys(server: ServerOf, sandbox: Sandbox) -> list[Journey]:
    """All journeys, with the status of their versions; `GET /api/journey-versions` searches them."""
    statuses = server.statuses(sandbox)
    found: dict[str, Journey] = {}
    for row in server.authoring.catalogue(sandbox):
        journey = found.setdefault(row.journey, Journey(name=row.name, uid=row.journey, versions=[]))
        journey.versions.append(version_of(row, statuses(row)))
    return list(found.values())


@router.get("/journeys/{name}")
def journey(server: ServerOf, sandbox: Sandbox, name: str, response: Response) -> JourneyDetail:
    """A journey: its versions and the latest one's document. `ETag` is for `If-Match` of a change."""
    response.headers["ETag"] = f'"{server.authoring.tag(sandbox, name)}"'
    return JourneyDetail(
        name=name,
        uid=server.authoring.journey_id(sandbox, name),
        versions=_versions(server, sandbox, name),
        document=server.authoring.document(sandbox, "journey", name),
    )


@router.get("/journeys/{name}/versions/{version}")
def version(server: ServerOf, sandbox: Sandbox, name: str, version: int) -> dict[str, Any]:
    """The document of one version."""
    found: dict[str, Any] = json.loads(server.authoring.version(sandbox, name, version).body)
    return found


@router.put("/journeys/{name}", responses={412: {}})
def put_journey(
    server: ServerOf, sandbox: Sandbox, name: str, body: Given, request: Request, response: Response, seen: Seen
) -> dict[str, Any]:
    """Saves a journey as a draft, with whatever findings it has; a published latest version gets a new one.

    Where only labels, the description and tags differ from the latest version, that version takes them, live or not.
    """
    found = server.authoring.save_draft(sandbox, named(body, name), seen)
    server.documents_changed()
    response.headers["ETag"] = f'"{server.authoring.tag(sandbox, name)}"'
    language = language_of(request)
    return {
        "versions": _versions(server, sandbox, name),
        "findings": [finding.to_json(language) for finding in found],
    }


@router.get("/journeys/{name}/findings")
def findings(server: ServerOf, sandbox: Sandbox, name: str, request: Request) -> list[dict[str, Any]]:
    """What is to say about the latest version and what it uses [6.35]."""
    server.authoring.journey_id(sandbox, name)
    language = language_of(request)
    return [finding.to_json(language) for finding in server.authoring.findings(sandbox, name)]


@router.get("/journeys/{name}/plan", responses={409: {}})
def plan(server: ServerOf, sandbox: Sandbox, name: str, request: Request) -> dict[str, Any]:
    """What publishing the latest version would change against the live one, and who waits where meanwhile [6.9]."""
    found = server.plan(sandbox, name)
    language = language_of(request)
    return to_json(found) | {"findings": [finding.to_json(language) for finding in found.findings]}


@router.post("/journeys/{name}/publish", status_code=202)
def publish(server: ServerOf, sandbox: Sandbox, name: str, request: Request) -> dict[str, Any]:
    """Publishes the latest version; it is live when the engine has got to it."""
    number, found = server.authoring.publish(sandbox, name)
    language = language_of(request)
    return {"version": number, "findings": [finding.to_json(language) for finding in found]}


@router.post("/journeys/{name}/close", status_code=202)
def close(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, Any]:
    """No new entries; those inside finish [6.5]."""
    return {"versions": server.authoring.halt(sandbox, name, stop=False)}


@router.post("/journeys/{name}/stop", status_code=202)
def stop(server: ServerOf, sandbox: Sandbox, name: str, version: Number | None = None) -> dict[str, Any]:
    """Everyone inside leaves at once; for ever [6.5]."""
    return {"versions": server.authoring.halt(sandbox, name, stop=True, number=version)}


@router.post("/journeys/{name}/duplicate", status_code=201)
def duplicate(server: ServerOf, sandbox: Sandbox, name: str, body: NewName, version: Number | None = None) -> Journey:
    """A draft of another journey with the same document [6.8]: the latest version's, or that of `version`."""
    server.authoring.duplicate(sandbox, name, body.name, version)
    server.documents_changed()
    uid = server.authoring.journey_id(sandbox, body.name)
    return Journey(name=body.name, uid=uid, versions=_versions(server, sandbox, body.name))


@router.post("/journeys/{name}/rename")
def rename(server: ServerOf, sandbox: Sandbox, name: str, body: NewName) -> dict[str, str]:
    """Gives a journey another name, all versions of it, live or not; what names it follows [6.4]."""
    server.authoring.rename_journey(sandbox, name, body.name)
    server.documents_changed()
    return {"name": body.name}


@router.delete("/journeys/{name}", status_code=204)
def delete_journey(server: ServerOf, sandbox: Sandbox, name: str, version: Number | None = None) -> None:
    """Deletes a journey, or one version of it, with its reports: a draft, finished or stopped [6.6]."""
    server.authoring.delete_version(sandbox, name, version)
    server.documents_changed()


def version_of(row: Row, status: Status) -> Version:
    """A version as the API gives it."""
    return Version(
        version=row.number, uid=row.uid, status=status,
        created_at=moment(row, "created"), created_by=who(row, "created"),
        changed_at=moment(row, "lastModified"), changed_by=who(row, "lastModified"),
        published_at=moment(row, "lastDeployed"), published_by=who(row, "lastDeployed"),
        halted_at=moment(row, "lastHalted"), halted_by=who(row, "lastHalted"),
    )  # fmt: skip


def _versions(server: Server, sandbox: str, name: str) -> list[Version]:
    statuses = server.statuses(sandbox, server.authoring.journey_id(sandbox, name))
    return [version_of(row, statuses(row)) for row in server.authoring.catalogue(sandbox) if row.name == name]
