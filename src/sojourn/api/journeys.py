"""The REST API of journeys: drafts, versions, lifecycle."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Request, Response

from sojourn.api.problems import language_of
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.server import Server
from sojourn.authoring import Version
from sojourn.journey.document import JourneyDocument
from sojourn.journey.types import epoch_ms

router = APIRouter(tags=["journeys"])


@router.get("/journeys")
def journeys(server: ServerOf, sandbox: Sandbox) -> list[dict[str, Any]]:
    """All journeys, with the status of their versions."""
    return [
        {"name": name, "uid": server.authoring.journey_id(sandbox, name), "versions": _versions(server, sandbox, name)}
        for name in server.authoring.project(sandbox).journeys
    ]


@router.get("/journeys/{name}")
def journey(server: ServerOf, sandbox: Sandbox, name: str, response: Response) -> dict[str, Any]:
    """A journey: its versions and the latest one's document. `ETag` is for `If-Match` of a change."""
    response.headers["ETag"] = f'"{server.authoring.tag(sandbox, name)}"'
    return {
        "name": name,
        "uid": server.authoring.journey_id(sandbox, name),
        "versions": _versions(server, sandbox, name),
        "document": server.authoring.document(sandbox, "journey", name),
    }


@router.put("/journeys/{name}", responses={412: {}})
def put_journey(
    server: ServerOf,
    sandbox: Sandbox,
    name: str,
    body: Annotated[dict[str, Any], Body()],
    request: Request,
    response: Response,
    if_match: Annotated[str | None, Header(description="the ETag that it was read with")] = None,
) -> dict[str, Any]:
    """Saves a journey as a draft, with whatever findings it has; a published latest version gets a new one."""
    found = server.authoring.save_draft(sandbox, {**body, "name": name}, if_match and if_match.strip('"'))
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


@router.post("/journeys/{name}/publish", status_code=202)
def publish(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, Any]:
    """Publishes the latest version; it is live when the engine has got to it."""
    return {"version": server.authoring.publish(sandbox, name)}


@router.post("/journeys/{name}/close", status_code=202)
def close(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, Any]:
    """No new entries; those inside finish [6.5]."""
    return {"versions": server.authoring.halt(sandbox, name, stop=False)}


@router.post("/journeys/{name}/stop", status_code=202)
def stop(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, Any]:
    """Everyone inside leaves at once; for ever [6.5]."""
    return {"versions": server.authoring.halt(sandbox, name, stop=True)}


@router.delete("/journeys/{name}", status_code=204)
def delete_journey(server: ServerOf, sandbox: Sandbox, name: str) -> None:
    """Deletes a journey that was never published [6.6]."""
    server.authoring.delete(sandbox, "journey", name)
    server.documents_changed()


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
