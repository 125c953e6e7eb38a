"""REST for inlets, where records come in, and their tokens; `inlet` is what takes the records."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sojourn.api.access import Days, Form, Id, Text, Who
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.errors import NotFoundError

router = routes_at("/api", tags=["inlets"])


class InletBody(Form):
    """An inlet to make, in the sandbox of the request."""

    inlet_id: Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,59}$")]
    name: Annotated[str, Field(max_length=100)] = ""
    authenticated: bool = False


class InletPatch(Form):
    """Whether an inlet asks for a token."""

    authenticated: bool


class InletTokenBody(Form):
    """A token that an inlet takes records with; without a number of days it does not expire."""

    name: Text
    expires_in_days: Days | None = None


@router.get("/inlets")
def inlets(server: ServerOf, who: Who) -> list[dict[str, Any]]:
    """The streaming inlets of the sandboxes that one may see, and whether each asks for a token."""
    return [
        {
            "inletId": inlet.id,
            "sandbox": inlet.sandbox,
            "name": inlet.name,
            "authenticated": inlet.authenticated,
            "url": f"/collection/{inlet.id}",
        }
        for inlet in server.authoring.inlets()
        if who.may_see(inlet.sandbox)
    ]


@router.post("/inlets", status_code=201)
def add_inlet(server: ServerOf, sandbox: Sandbox, body: InletBody) -> dict[str, Any]:
    """Makes an inlet in this sandbox."""
    server.authoring.add_inlet(body.inlet_id, sandbox, body.name, authenticated=body.authenticated)
    server.inlets_changed()
    return {"inletId": body.inlet_id, "sandbox": sandbox, "name": body.name, "authenticated": body.authenticated}


@router.patch("/inlets/{inlet}")
def change_inlet(server: ServerOf, sandbox: Sandbox, inlet: str, body: InletPatch) -> dict[str, Any]:
    """Sets whether an inlet asks for a token."""
    _inlet_here(server, sandbox, inlet)
    server.authoring.set_inlet(inlet, authenticated=body.authenticated)
    server.inlets_changed()
    return {"inletId": inlet, "authenticated": body.authenticated}


@router.get("/inlets/{inlet}/tokens")
def inlet_tokens(server: ServerOf, sandbox: Sandbox, inlet: str) -> list[dict[str, Any]]:
    """The tokens of an inlet. What they are is not shown again."""
    _inlet_here(server, sandbox, inlet)
    return [each.to_json() for each in server.credentials.inlet_tokens() if each.inlet == inlet]


@router.post("/inlets/{inlet}/tokens", status_code=201)
def add_inlet_token(server: ServerOf, sandbox: Sandbox, inlet: str, body: InletTokenBody) -> dict[str, Any]:
    """Makes a token that an inlet takes records with; `token` is shown this once."""
    _inlet_here(server, sandbox, inlet)
    made, text = server.credentials.add_inlet_token(inlet, body.name, body.expires_in_days)
    server.inlets_changed()
    return {**made.to_json(), "token": text}


@router.delete("/inlets/{inlet}/tokens/{id}", status_code=204)
def delete_inlet_token(server: ServerOf, sandbox: Sandbox, inlet: str, id: Id) -> None:  # noqa: A002
    """Withdraws a token of an inlet."""
    _inlet_here(server, sandbox, inlet)
    server.credentials.delete_inlet_token(inlet, id)
    server.inlets_changed()


def _inlet_here(server: Server, sandbox: str, inlet: str) -> None:
    """What was permitted in one sandbox holds for its own inlets only. Raises NotFoundError."""
    if not any((each.id, each.sandbox) == (inlet, sandbox) for each in server.authoring.inlets()):
        raise NotFoundError("ERR_INLET_UNKNOWN", field="inlet", inlet=inlet)
