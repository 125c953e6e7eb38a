"""What the handlers ask of a request: the server, the sandbox that it is about, a document, and which was seen."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, Depends, Header, Request

from sojourn.api.server import Server
from sojourn.authoring import DEFAULT_SANDBOX
from sojourn.errors import InputError, NotFoundError


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


def named(body: dict[str, Any], name: str) -> dict[str, Any]:
    """The document that is sent to the address of `name`. Raises InputError where it has another name of its own."""
    if body.get("name", name) != name:
        raise InputError("ERR_OTHER_NAME", field="name", name=name, other=body["name"])
    return {**body, "name": name}


def seen_of(
    if_match: Annotated[str | None, Header(description="the ETag that it was read with")] = None,
) -> str | None:
    """The tag of the version that a change was made from; None where it does not say."""
    return if_match and if_match.strip('"')


ServerOf = Annotated[Server, Depends(server_of)]
Sandbox = Annotated[str, Depends(sandbox_of)]
Seen = Annotated[str | None, Depends(seen_of)]
Given = Annotated[dict[str, Any], Body()]
"""A document as it is written: checked by us, to give findings."""
