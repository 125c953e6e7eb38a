"""Routers, each with what all routes have: an address below the API's, and the question who may call it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from sojourn.api.gate import permitted


def routes_at(prefix: str, **more: Any) -> APIRouter:
    """A router whose routes are complete.

    An application takes them as they are: `include_router` would build each of them a second time.
    """
    return APIRouter(prefix=prefix, dependencies=[Depends(permitted)], **more)
