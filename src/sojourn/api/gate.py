"""Who is asking, and whether they may: before any handler of the REST API and the pages [1.4].

The gate finds out who is asking (401 where that is needed and nobody is), and refuses what another site makes a
browser send. `permitted`, a dependency of every route, asks the table for what the handler needs (403).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.routing import iter_route_contexts
from starlette.responses import RedirectResponse

from sojourn.access import rules
from sojourn.access.credentials import Credentials
from sojourn.access.permission import Principal
from sojourn.actor import acting
from sojourn.api.problems import refusal
from sojourn.api.public.form import answer, is_public
from sojourn.authoring import DEFAULT_SANDBOX
from sojourn.errors import ForbiddenError, SojournError, UnauthorizedError

SANDBOX = b"x-sandbox-name"
_SAFE = ("GET", "HEAD", "OPTIONS")
_NOBODY = Principal("-", "user", {})


class Gate:
    """An ASGI application before another. `cookie` is the name of the session's cookie."""

    def __init__(self, app: Any, credentials: Credentials, cookie: str) -> None:
        self._app = app
        self._credentials = credentials
        self._cookie = cookie

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        _one_sandbox(scope)
        request = Request(scope)
        try:
            principal = self._who(request)
            if principal is None and not rules.open_to_anybody(scope["method"], scope["path"]):
                raise UnauthorizedError("ERR_SIGN_IN_NEEDED")
        except SojournError as error:
            if error.status == UnauthorizedError.status and wants_page(request):
                target = quote(scope["path"], safe="/")
                await RedirectResponse(f"/sign-in?next={target}", 303)(scope, receive, send)
            else:
                refuse = answer if is_public(scope["path"]) else refusal
                await refuse(request, error)(scope, receive, send)
            return
        scope["principal"] = principal or _NOBODY
        if principal is not None:
            acting.set(principal.actor)
        await self._app(scope, receive, send)

    def _who(self, request: Request) -> Principal | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self._credentials.bearer(token.strip())
        session = request.cookies.get(self._cookie)
        principal = self._credentials.session(session) if session else None
        if principal is not None and request.method not in _SAFE and not from_our_page(request):
            raise ForbiddenError("ERR_OTHER_SITE")
        return principal


def from_our_page(request: Request) -> bool:
    """Whether a browser says that the request comes from a page of this server: the guard against forged requests."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host", "-")


def wants_page(request: Request) -> bool:
    """Whether a browser asks for one of our pages, to be sent to the sign-in page rather than refused."""
    return (
        request.method == "GET"
        and not request.url.path.startswith(("/api/", "/authoring/", "/collection/"))
        and "text/html" in request.headers.get("accept", "")
    )


def principal_of(request: Request) -> Principal:
    """Who is asking."""
    found: Principal = request.scope["principal"]
    return found


def sandbox_named(request: Request) -> str:
    """The sandbox that the header names; `prod` without one [1.3]."""
    return request.headers.get(SANDBOX.decode(), DEFAULT_SANDBOX)


async def permitted(request: Request) -> None:
    """A dependency of every route. Raises ForbiddenError."""
    method = "GET" if request.method == "HEAD" else request.method
    need = request.app.state.needs.get((method, request.scope["endpoint"]))
    rules.check(need, principal_of(request), sandbox_named(request))


def declared(app: Any) -> dict[tuple[str, Any], rules.Need]:
    """What each handler of an application needs."""
    return rules.by_endpoint(
        (route.path, route.methods or (), route.endpoint) for route in iter_route_contexts(app.routes) if route.path
    )


def _one_sandbox(scope: Any) -> None:
    """Keeps the first of several headers that name a sandbox, so that all that follow read the same one."""
    headers = scope["headers"]
    places = [place for place, (name, _) in enumerate(headers) if name == SANDBOX]
    if len(places) > 1:
        scope["headers"] = [header for place, header in enumerate(headers) if place not in places[1:]]
