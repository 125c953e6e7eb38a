"""Capping: `/authoring/endpointConfigs`, for one sandbox [5.5]."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from sojourn.api.problems import language_of
from sojourn.api.public import schemas
from sojourn.api.public.form import (
    FORMAT,
    Body,
    PublicRoute,
    Sandbox,
    organisation_of,
    written,
)  # fmt: skip
from sojourn.api.public.selection import selected
from sojourn.api.request import ServerOf
from sojourn.api.routing import routes_at
from sojourn.deployment import Limit
from sojourn.limits import check
from sojourn.messages import Language, text

router = routes_at("/authoring", route_class=PublicRoute, tags=["capping"])

PATH = "endpointConfigs"


def _element(request: Request, limit: Limit) -> dict[str, Any]:
    return {
        **limit.body,
        "metadata": limit.metadata,
        "state": limit.state,
        "orgId": organisation_of(request, limit),
        "tenantId": limit.sandbox,
        "uid": limit.uid,
        "authoringFormatVersion": FORMAT,
        "hasBeenDeployed": limit.running is not None,
    }


def _result(request: Request, limit: Limit) -> dict[str, Any]:
    """A configuration as it is read: with what runs of it, if anything does."""
    found = {"_id": limit.uid, **_element(request, limit)}
    if limit.running is not None:
        found["deployedConfig"] = {
            "_id": limit.uid,
            "id": limit.uid,
            "methods": limit.running["methods"],
            "tenantId": limit.sandbox,
            "services": limit.running["services"],
            "url": limit.running["url"],
            "orgId": organisation_of(request, limit),
        }
    return found


def _can_deploy(limit: Limit, language: Language) -> dict[str, Any]:
    errors, warnings = check.capping_errors(limit.body), check.capping_warnings(limit.body)
    found: dict[str, Any] = {"validationStatus": "error" if errors else "ok"}
    if errors:
        found["reason"] = text("INFO_LIMIT_BLOCKED", {"count": len(errors)}, language)
        found["errors"] = [
            {"errorCode": each.code, "error": text(each.code, dict(each.params), language)} for each in errors
        ]
    if warnings:
        found["warnings"] = [
            {"warningCode": each.code, "warning": text(each.code, {}, language), "scope": each.scope}
            for each in warnings
        ]
    return found


def _written(request: Request, limit: Limit) -> dict[str, Any]:
    return written(limit, _element(request, limit), _can_deploy(limit, language_of(request)), PATH)


@router.post(f"/list/{PATH}", **schemas.listed("List capping configurations", schemas.element(schemas.CAPPING)))
def list_(request: Request, server: ServerOf, sandbox: Sandbox, body: Body) -> dict[str, Any]:
    """The configurations of the sandbox, all of them or those that the body selects."""
    return selected([_result(request, limit) for limit in server.cappings.all(sandbox)], body)


@router.post(f"/{PATH}", **schemas.write("Create a capping configuration", schemas.CAPPING, "createdElement"))
def create(request: Request, server: ServerOf, sandbox: Sandbox, body: Body) -> dict[str, Any]:
    """Saves a configuration, and says whether it could be deployed."""
    return _written(request, server.cappings.create(sandbox, body))


@router.get(f"/{PATH}/{{uid}}", **schemas.read("Read a capping configuration", schemas.element(schemas.CAPPING)))
def read(request: Request, server: ServerOf, sandbox: Sandbox, uid: str) -> dict[str, Any]:
    """A configuration as it was written last, and as it runs."""
    return {"result": _result(request, server.cappings.read(sandbox, uid))}


@router.put(f"/{PATH}/{{uid}}", **schemas.write("Update a capping configuration", schemas.CAPPING, "updatedElement"))
def update(request: Request, server: ServerOf, sandbox: Sandbox, uid: str, body: Body) -> dict[str, Any]:
    """Overwrites a configuration; what is deployed runs on as it is until the next deployment."""
    return _written(request, server.cappings.update(sandbox, uid, body))


@router.delete(f"/{PATH}/{{uid}}", **schemas.done("Delete a capping configuration"))
def delete(server: ServerOf, sandbox: Sandbox, uid: str, forceDelete: str = "") -> dict[str, Any]:  # noqa: N803
    """Deletes a configuration; with `forceDelete=true` one that is deployed, too."""
    server.cappings.delete(sandbox, uid, force=forceDelete.lower() == "true")
    return {}


@router.get(f"/{PATH}/{{uid}}/canDeploy", **schemas.verdict("Validate a capping configuration"))
@router.post(f"/{PATH}/{{uid}}/canDeploy", **schemas.verdict("Validate a capping configuration"))
def can_deploy(request: Request, server: ServerOf, sandbox: Sandbox, uid: str) -> dict[str, Any]:
    """What keeps a configuration from being deployed, and what may surprise."""
    return {"canDeploy": _can_deploy(server.cappings.read(sandbox, uid), language_of(request))}


@router.post(f"/{PATH}/{{uid}}/deploy", **schemas.empty("Deploy a capping configuration"))
def deploy(server: ServerOf, sandbox: Sandbox, uid: str) -> None:
    """Puts a configuration in force as it is now."""
    server.cappings.deploy(sandbox, uid)


@router.post(f"/{PATH}/{{uid}}/undeploy", **schemas.empty("Undeploy a capping configuration"))
def undeploy(server: ServerOf, sandbox: Sandbox, uid: str) -> None:
    """Takes a configuration out of force, if it is."""
    server.cappings.undeploy(sandbox, uid)
