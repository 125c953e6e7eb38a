"""Throttling: `/authoring/throttlingConfigs`, one configuration for all sandboxes [5.5]."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from sojourn import identifiers
from sojourn.api.public import schemas
from sojourn.api.public.form import (
    FORMAT,
    Body,
    Sandbox,
    TextRoute,
    organisation_of,
    unexpected,
    written,
)  # fmt: skip
from sojourn.api.public.selection import selected
from sojourn.api.request import ServerOf
from sojourn.api.routing import routes_at
from sojourn.deployment import PRODUCTION, Limit
from sojourn.limits.errors import LimitError

router = routes_at("/authoring", route_class=TextRoute, tags=["throttling"])

PATH = "throttlingConfigs"


def _production(sandbox: Sandbox) -> str:
    """The production sandbox; there is no throttling in any other."""
    if sandbox != PRODUCTION:
        raise LimitError("ERR_THROTTLING_NON_PROD")
    return sandbox


Production = Annotated[str, Depends(_production)]


def _element(request: Request, limit: Limit, *, read: bool = True) -> dict[str, Any]:
    sandbox = identifiers.sandbox_id(limit.sandbox)
    found = {
        **limit.body,
        "orgId": organisation_of(request, limit),
        "sandboxId": sandbox,
        "sandboxName": limit.sandbox,
        "uid": limit.uid,
        "metadata": limit.metadata,
        "state": limit.state,
        "authoringFormatVersion": FORMAT,
    }
    if read:
        found |= {"_id": f"{limit.uid}_{sandbox}", "hasBeenDeployed": limit.running is not None}
    if limit.running is not None:
        found["version"] = FORMAT
    return found


CAN_DEPLOY = {"validationStatus": "ok"}
"""What could not be deployed is not saved."""


@router.post(f"/list/{PATH}", **schemas.listed("List throttling configurations", schemas.element(schemas.THROTTLING)))
def list_(request: Request, server: ServerOf, sandbox: Production, body: Body) -> dict[str, Any]:
    """The configuration, if there is one and the body selects it."""
    with unexpected("ERR_THROTTLING_GET"):
        found = [_element(request, limit) for limit in server.throttlings.all(sandbox)]
    return selected(found, body)


@router.post(f"/{PATH}", **schemas.write("Create a throttling configuration", schemas.THROTTLING, "createdElement"))
def create(request: Request, server: ServerOf, sandbox: Production, body: Body) -> dict[str, Any]:
    """Saves the configuration, if there is none yet."""
    with unexpected("ERR_THROTTLING_CREATE"):
        limit = server.throttlings.create(sandbox, body)
    return written(limit, _element(request, limit, read=False), CAN_DEPLOY, PATH)


@router.get(f"/{PATH}/{{uid}}", **schemas.read("Read a throttling configuration", schemas.element(schemas.THROTTLING)))
def read(request: Request, server: ServerOf, sandbox: Production, uid: str) -> dict[str, Any]:
    """The configuration as it is."""
    with unexpected("ERR_THROTTLING_GET"):
        return {"result": _element(request, server.throttlings.read(sandbox, uid))}


@router.put(
    f"/{PATH}/{{uid}}", **schemas.write("Update a throttling configuration", schemas.THROTTLING, "updatedElement")
)
def update(request: Request, server: ServerOf, sandbox: Production, uid: str, body: Body) -> dict[str, Any]:
    """Overwrites the configuration; a deployed one runs in its new form at once."""
    with unexpected("ERR_THROTTLING_UPDATE"):
        limit = server.throttlings.update(sandbox, uid, body)
    return written(limit, _element(request, limit), CAN_DEPLOY, PATH)


@router.delete(f"/{PATH}/{{uid}}", **schemas.done("Delete a throttling configuration"))
def delete(server: ServerOf, sandbox: Production, uid: str, forceDelete: str = "") -> dict[str, Any]:  # noqa: N803
    """Deletes the configuration; with `forceDelete=true` also if it is deployed."""
    with unexpected("ERR_THROTTLING_DELETE"):
        server.throttlings.delete(sandbox, uid, force=forceDelete.lower() == "true")
    return {}


@router.post(f"/{PATH}/{{uid}}/canDeploy", **schemas.verdict("Validate a throttling configuration"))
@router.get(f"/{PATH}/{{uid}}/canDeploy", **schemas.verdict("Validate a throttling configuration"))
def can_deploy(server: ServerOf, sandbox: Production, uid: str) -> dict[str, Any]:
    """Whether the configuration can be deployed."""
    with unexpected("ERR_THROTTLING_GET"):
        server.throttlings.read(sandbox, uid)
    return {"canDeploy": CAN_DEPLOY}


@router.post(f"/{PATH}/{{uid}}/deploy", **schemas.empty("Deploy a throttling configuration"))
def deploy(server: ServerOf, sandbox: Production, uid: str) -> None:
    """Puts the configuration in force."""
    with unexpected("ERR_THROTTLING_DEPLOY"):
        server.throttlings.deploy(sandbox, uid)


@router.post(f"/{PATH}/{{uid}}/undeploy", **schemas.empty("Undeploy a throttling configuration"))
def undeploy(server: ServerOf, sandbox: Production, uid: str) -> None:
    """Takes the configuration out of force; calls that wait go on waiting for their turn."""
    with unexpected("ERR_THROTTLING_UNDEPLOY"):
        server.throttlings.undeploy(sandbox, uid)
