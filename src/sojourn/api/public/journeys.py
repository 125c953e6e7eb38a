"""Journeys of the public API: lists, the latest version, export and import [6.8]."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from sojourn.access.permission import Permission
from sojourn.api.gate import principal_of
from sojourn.api.public import schemas
from sojourn.api.public.form import FORMAT, Body, PublicRoute, Sandbox
from sojourn.api.public.selection import selected
from sojourn.api.request import ServerOf
from sojourn.api.routing import routes_at
from sojourn.authoring import FindingsError, Row
from sojourn.authoring.transfer import PARTS
from sojourn.errors import NotFoundError
from sojourn.limits.errors import LimitError
from sojourn.report.progress import Status

router = routes_at("/authoring", route_class=PublicRoute, tags=["export and import"])
VERSIONS = "journeyVersions"


def _version(request: Request, row: Row, status: Status) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "journeyUid": row.journey,
        "name": row.name,
        "description": row.description,
        "version": row.number,
        "state": status,
        "isLatest": row.latest,
        "tags": list(row.tags),
        "orgId": request.headers.get("x-gw-ims-org-id", ""),
        "sandboxName": row.sandbox,
        "authoringFormatVersion": FORMAT,
        "metadata": {name: value for name, value in row.metadata.items() if not name.startswith("lastHalted")},
    }


@router.post("/list/journeys", **schemas.listed("List journeys", schemas.JOURNEY))
def list_(request: Request, server: ServerOf, sandbox: Sandbox, body: Body) -> dict[str, Any]:
    """Journeys and their versions: `latestOnly` the latest alone; `filter`, `sort`, `page`, `pageSize` as they say."""
    statuses = server.statuses(sandbox)
    latest = isinstance(body, dict) and body.get("latestOnly") is True
    found: dict[str, dict[str, Any]] = {}
    for row in server.authoring.catalogue(sandbox):
        version = _version(request, row, statuses(row))
        journey = found.setdefault(row.journey, {"uid": row.journey, "name": row.name, "journeyVersions": []})
        journey |= {name: version[name] for name in ("description", "state", "orgId", "sandboxName", "metadata")}
        journey["journeyVersions"].append(version)
    for journey in found.values():
        if latest:
            del journey["journeyVersions"][:-1]
    return selected(list(found.values()), body)


@router.get("/journeys/{uid}/latest", **schemas.read("Get the latest version of a journey", schemas.JOURNEY_VERSION))
def latest(request: Request, server: ServerOf, sandbox: Sandbox, uid: str) -> dict[str, Any]:
    """The latest version of a journey, by the journey's uid."""
    for row in server.authoring.catalogue(sandbox):
        if row.journey == uid and row.latest:
            return {"result": _version(request, row, server.statuses(sandbox, uid)(row))}
    raise NotFoundError("ERR_JOURNEY_UID_UNKNOWN", uid=uid)


@router.get(f"/{VERSIONS}/{{uid}}/export", **schemas.exported("Export a journey version", PARTS))
def export(request: Request, server: ServerOf, sandbox: Sandbox, uid: str) -> dict[str, Any]:
    """A version with all that it uses; secrets are placeholders."""
    principal_of(request).require(Permission.READ_CONFIGURATION, sandbox)
    try:
        return server.authoring.export(sandbox, uid)
    except FindingsError as error:
        raise LimitError("ERR_EXPORT_INVALID", status=500, **error.params) from None  # type: ignore[arg-type]


@router.post(f"/{VERSIONS}/import", **schemas.imported("Import a journey version", PARTS))
def import_(request: Request, server: ServerOf, sandbox: Sandbox, body: Body) -> dict[str, Any]:
    """Makes a draft and all that it uses of an export, with new names and uids each time."""
    principal_of(request).require(Permission.MANAGE_CONFIGURATION, sandbox)
    try:
        version, made = server.authoring.import_(sandbox, body)
    except FindingsError as error:
        raise LimitError("ERR_IMPORT_INVALID", status=400, **error.params) from None  # type: ignore[arg-type]
    server.documents_changed()
    row = next(row for row in server.authoring.catalogue(sandbox) if row.uid == version.uid)
    return {
        "createdElement": _version(request, row, "draft"),
        "uid": version.uid,
        "uri": f"/voyager/apis/{VERSIONS}/{version.uid}",
        "resStatus": "created",
        "created": [{"type": each.kind, "name": each.name, "from": each.source} for each in made],
    }
