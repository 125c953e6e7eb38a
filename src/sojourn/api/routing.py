"""Routers, each with what all routes have: an address below the API's, and the question who may call it.

Those of the REST API take no query parameter but those that they declare.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError

from sojourn.api.gate import permitted
from sojourn.journey.finding import nearest

LANGUAGE = "lang"
"""The one parameter that every route of the REST API takes."""


def routes_at(prefix: str, **more: Any) -> APIRouter:
    """A router whose routes are complete.

    An application takes them as they are: `include_router` would build each of them a second time.
    """
    asked = (permitted, _known) if prefix.startswith("/api") else (permitted,)
    return APIRouter(prefix=prefix, dependencies=[Depends(each) for each in asked], **more)


async def _known(request: Request) -> None:
    """Refuses a query parameter that the route does not take: a misspelt one would be as none at all."""
    if request.query_params:
        taken = get_flat_params(request.scope["route"].dependant)  # of a model, too, which are then of no such class
        elsewhere = (params.Path, params.Header, params.Cookie)
        known = [*(each.alias for each in taken if not isinstance(each.field_info, elsewhere)), LANGUAGE]
        for name in request.query_params:
            if name not in known:
                unknown = {"type": "ERR_PARAMETER_UNKNOWN", "loc": ("query", name), "msg": "unknown"}
                raise RequestValidationError([unknown | {"ctx": {"known": nearest(known, name)}}])
