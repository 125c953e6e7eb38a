"""The REST API of sandboxes: to make, to show and to delete them [1.3]. Handlers block, in worker threads."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field

from sojourn.api.gate import principal_of
from sojourn.api.request import ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.authoring import Colour, Sandbox, SandboxKind
from sojourn.authoring.sandboxes import DEFAULT_SANDBOX
from sojourn.errors import ConflictError

router = routes_at("/api", tags=["operations"])


class SandboxBody(BaseModel):
    """A sandbox to make."""

    name: Annotated[str, Query(pattern="^[a-z][a-z0-9-]{0,59}$")]
    kind: SandboxKind = "development"
    colour: Colour = ""


class SandboxPatch(BaseModel):
    """How a sandbox is to show itself; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    kind: SandboxKind | None = None
    colour: Colour | None = None


class Contents(BaseModel):
    """What is in a sandbox, counted."""

    journeys: int
    inside: int = Field(description="stays under way, as far as the engine has got")
    documents: int = Field(description="other documents: limits, alerts and mailings too")
    profiles: int
    inlets: int
    inlet_tokens: int = Field(serialization_alias="inletTokens")


@router.get("/sandboxes")
def sandboxes(server: ServerOf, request: Request) -> list[Sandbox]:
    """The sandboxes that one may see anything of."""
    return [each for each in server.authoring.all_sandboxes() if principal_of(request).may_see(each.name)]


@router.post("/sandboxes", status_code=201)
def add_sandbox(server: ServerOf, body: SandboxBody) -> dict[str, str]:
    """Makes a sandbox, with an inlet of the same id."""
    server.authoring.add_sandbox(body.name, body.kind, body.colour)
    server.inlets_changed()
    return {"name": body.name, "inletId": body.name}


@router.patch("/sandboxes/{name}")
def change_sandbox(server: ServerOf, name: str, body: SandboxPatch) -> Sandbox:
    """Sets what a sandbox is for, and its colour."""
    return server.authoring.set_sandbox(name, body.kind, body.colour)


@router.get("/sandboxes/{name}/contents", name="count sandbox contents")
def contents(server: ServerOf, name: str) -> Contents:
    """What is in a sandbox, counted: what has to go before it can be deleted, and what goes with it."""
    return _counted(server, name)


@router.delete("/sandboxes/{name}")
def delete_sandbox(server: ServerOf, name: str) -> Contents:
    """Deletes a sandbox in which nothing is left: no journeys, no documents, no profiles; with its inlets and their
    tokens. Answers what has gone; a refusal says what is left."""
    found = _counted(server, name)
    if found.profiles and name != DEFAULT_SANDBOX:
        counts = {"journeys": found.journeys, "documents": found.documents, "profiles": found.profiles}
        raise ConflictError("ERR_SANDBOX_PEOPLE", field="name", name=name, **counts)
    gone = {inlet.id for inlet in server.authoring.inlets() if inlet.sandbox == name}
    server.authoring.delete_sandbox(name)
    for token in server.credentials.inlet_tokens():
        if token.inlet in gone:
            server.credentials.delete_inlet_token(token.inlet, token.id)
    server.inlets_changed()
    return found


def _counted(server: Server, name: str) -> Contents:
    journeys, documents = server.authoring.held(name)
    shard = server.shard
    inlets = {inlet.id for inlet in server.authoring.inlets() if inlet.sandbox == name}
    return Contents(
        journeys=journeys,
        inside=server.progress.inside(name),
        documents=documents,
        profiles=0 if shard is None else shard.rows("sandbox_people", name)[0][0],
        inlets=len(inlets),
        inlet_tokens=sum(token.inlet in inlets for token in server.credentials.inlet_tokens()),
    )
