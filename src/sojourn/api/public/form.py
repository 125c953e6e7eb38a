"""What the operations of the public API share: their errors, their sandbox, their bodies."""

from __future__ import annotations

import json
import logging
import re
import secrets
import traceback
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, ClassVar

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from sojourn import __version__
from sojourn.api.problems import language_of
from sojourn.api.request import server_of
from sojourn.deployment import Limit
from sojourn.errors import InputError
from sojourn.limits.errors import LimitError

log = logging.getLogger(__name__)

SERVICE = "vyg-authoring-api"
FORMAT = "1.0"
MEDIA_TYPE = "application/json;charset=utf-8"


class PublicRoute(APIRoute):
    """A route whose errors have the form of the public API, whatever raised them."""

    error_as_text: ClassVar[bool] = False
    """Whether `error` is JSON text instead of an object: both are what clients know."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                return answer(request, error, as_text=self.error_as_text)

        return handler


class TextRoute(PublicRoute):
    """A route of the throttling service."""

    error_as_text = True


def answer(request: Request, error: Exception, *, as_text: bool = False) -> Response:
    """An error as the public API tells it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    if isinstance(error, HTTPException):
        error = LimitError("ERR_HTTP", status=error.status_code, detail=error.detail, path=request.url.path)
    elif not isinstance(error, InputError):
        log.error("%s", error, exc_info=error, extra={"action": "public_api_failed"})
        error = LimitError("ERR_PUBLIC_INTERNAL")
    told = {
        "code": getattr(error, "number", error.status),
        "family": getattr(error, "family", "INPUT_OUTPUT_ERROR"),
        "message": message(error.code, error.text(language_of(request))),
        "service": SERVICE,
        "version": __version__,
        "context": f"{frame.name}:{frame.lineno}",
    }
    body = {
        "status": error.status,
        "error": json.dumps(told, ensure_ascii=False) if as_text else told,
        "requestId": secrets.token_urlsafe(24),
    }
    return Response(json.dumps(body, ensure_ascii=False), error.status, media_type=MEDIA_TYPE)


def message(code: str, text: str) -> str:
    """A sentence, behind the code if that is one of the public API's own."""
    return f"{code}: {text}" if code.rpartition("_")[2].isdecimal() else text


@contextmanager
def unexpected(code: str) -> Iterator[None]:
    """Tells what fails for a reason of ours as the error that the API has for that operation."""
    try:
        yield
    except LimitError:
        raise
    except Exception as error:
        log.error("%s", error, exc_info=error, extra={"action": "public_api_failed"})
        raise LimitError(code) from error


def collapsed(scope: Any) -> Any:
    """A request for the public API without the double slashes that its clients make of host and base path."""
    path = re.sub("/{2,}", "/", scope["path"])
    return {**scope, "path": path, "raw_path": path.encode()} if is_public(path) else scope


def is_public(path: str) -> bool:
    """Whether a path is one of the public API."""
    return path.startswith("/authoring/")


# --- what operations are given ---------------------------------------------------------------------------------------


def sandbox_of(request: Request) -> str:
    """The sandbox that the header names; of several values the first counts, and `prod` without one [1.3]."""
    name = request.headers.get("x-sandbox-name", "prod").partition(",")[0].strip()
    if name not in server_of(request).authoring.sandboxes():
        raise LimitError("ERR_PUBLIC_INTERNAL")
    return name


async def body_of(request: Request) -> Any:
    """The body as JSON; None where it is no JSON."""
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


Sandbox = Annotated[str, Depends(sandbox_of)]
Body = Annotated[Any, Depends(body_of)]


def organisation_of(request: Request, limit: Limit) -> str:
    """The organisation that the configuration names, else the one of the request."""
    return str(limit.body.get("orgId") or request.headers.get("x-gw-ims-org-id", ""))


# --- answers ---------------------------------------------------------------------------------------------------------


def written(limit: Limit, element: dict[str, Any], can_deploy: dict[str, Any], path: str) -> dict[str, Any]:
    """The answer to a write: `createdElement` or `updatedElement`, whether it can be deployed, and where it is."""
    return {
        f"{limit.state}Element": element,
        "uid": limit.uid,
        "uri": f"/voyager/apis/{path}/{limit.uid}",
        "resStatus": limit.state,
        "canDeploy": can_deploy,
    }
