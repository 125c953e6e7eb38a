"""What each route needs: the one table. A route that is not in it is for administrators alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum
from typing import Any

from starlette.routing import compile_path

from sojourn.access.permission import Permission, Principal
from sojourn.errors import ForbiddenError
from sojourn.journey.project import FOLDERS


class Open(Enum):
    """Routes that no single permission stands before."""

    ANYBODY = "anybody, signed in or not"
    SIGNED_IN = "anybody who is signed in; the answer holds what they may see"


Need = Permission | Open | frozenset[Permission]
"""A permission in the sandbox of the request; of a set, any one: the handler asks for the one that it comes to."""


STUDIO = tuple(
    path
    for page in ("journeys", "segments", "profiles", "reports", "configuration", "admin")
    for path in (f"/{page}", f"/{page}/{{rest:path}}")
)
"""The addresses of the studio's pages besides `/`; what follows the first part is for the studio to read."""
_READS = frozenset({Permission.READ_JOURNEYS, Permission.READ_CONFIGURATION})


def _documents(plural: str) -> dict[str, Need]:
    """The routes that every kind of configuration document has."""
    one = f"/api/{plural}/{{name}}"
    return {
        f"GET /api/{plural}": Permission.READ_CONFIGURATION,
        f"GET {one}": Permission.READ_CONFIGURATION,
        f"PUT {one}": Permission.MANAGE_CONFIGURATION,
        f"DELETE {one}": Permission.MANAGE_CONFIGURATION,
        f"GET {one}/used-in": Permission.READ_CONFIGURATION,
        **({f"POST {one}/rename": Permission.MANAGE_CONFIGURATION} if plural != "namespaces" else {}),
    }


def _limits(path: str) -> dict[str, Need]:
    """The routes of one service of the public API."""
    one = f"/authoring/{path}/{{uid}}"
    return {
        f"POST /authoring/list/{path}": Permission.READ_CONFIGURATION,
        f"POST /authoring/{path}": Permission.MANAGE_CONFIGURATION,
        f"GET {one}": Permission.READ_CONFIGURATION,
        f"PUT {one}": Permission.MANAGE_CONFIGURATION,
        f"DELETE {one}": Permission.MANAGE_CONFIGURATION,
        f"GET {one}/canDeploy": Permission.READ_CONFIGURATION,
        f"POST {one}/canDeploy": Permission.READ_CONFIGURATION,
        f"POST {one}/deploy": Permission.MANAGE_CONFIGURATION,
        f"POST {one}/undeploy": Permission.MANAGE_CONFIGURATION,
    }


ROUTES: dict[str, Need] = {
    # An inlet fixes its sandbox, and asks for a token of its own where it is an authenticated one [1.3, 3.1].
    "POST /collection/{inletId}": Open.ANYBODY,
    "POST /collection/batch/{inletId}": Open.ANYBODY,
    # pages
    **{f"GET {path}": Open.SIGNED_IN for path in ("/", *STUDIO)},
    "GET /assets/{name}": Open.ANYBODY,  # the same for everybody, and nothing of anybody in it
    "GET /account": Open.SIGNED_IN,
    "POST /account/password": Open.SIGNED_IN,
    "GET /sign-in": Open.ANYBODY,
    "POST /sign-in": Open.ANYBODY,
    "GET /sign-in/link": Open.ANYBODY,
    "GET /sign-in/link.js": Open.ANYBODY,
    "POST /sign-in/link": Open.ANYBODY,
    "GET /sign-in/oidc": Open.ANYBODY,
    "GET /sign-in/oidc/callback": Open.ANYBODY,
    "POST /sign-out": Open.SIGNED_IN,
    # what readers of messages call: their addresses are signed
    "GET /t/o/{token}": Open.ANYBODY,
    "GET /t/c/{token}": Open.ANYBODY,
    "GET /t/u/{token}": Open.ANYBODY,
    "POST /t/u/{token}": Open.ANYBODY,
    "POST /t/f/{token}": Open.ANYBODY,
    # what the product is, for whoever asks
    "GET /api/health": Open.ANYBODY,
    "GET /api/docs": Open.ANYBODY,
    "GET /docs/oauth2-redirect": Open.ANYBODY,
    "GET /api/openapi.json": Open.ANYBODY,
    "GET /api/json-schemas/{kind}": Open.ANYBODY,
    # operations
    "GET /api/status": Open.SIGNED_IN,
    "GET /api/clock": Open.SIGNED_IN,
    "POST /api/clock": Permission.ADMINISTER,
    "GET /api/sandboxes": Open.SIGNED_IN,
    "POST /api/sandboxes": Permission.ADMINISTER,
    "PATCH /api/sandboxes/{name}": Permission.ADMINISTER,
    "DELETE /api/sandboxes/{name}": Permission.ADMINISTER,
    "GET /api/sandboxes/{name}/contents": Permission.ADMINISTER,
    "GET /api/inlets": Open.SIGNED_IN,
    "POST /api/inlets": Permission.MANAGE_CONFIGURATION,
    "PATCH /api/inlets/{inlet}": Permission.MANAGE_CONFIGURATION,
    "GET /api/inlets/{inlet}/tokens": Permission.READ_CONFIGURATION,
    "POST /api/inlets/{inlet}/tokens": Permission.MANAGE_CONFIGURATION,
    "DELETE /api/inlets/{inlet}/tokens/{id}": Permission.MANAGE_CONFIGURATION,
    "GET /api/quarantine": Permission.ADMINISTER,
    "POST /api/quarantine/retry": Permission.ADMINISTER,
    "POST /api/quarantine/drop": Permission.ADMINISTER,
    "POST /api/quarantine/{item}/retry": Permission.ADMINISTER,
    "DELETE /api/quarantine/{item}": Permission.ADMINISTER,
    "GET /api/secrets": Permission.ADMINISTER,
    "POST /api/secrets/rotate": Permission.ADMINISTER,
    "POST /api/secrets/prune": Permission.ADMINISTER,
    # access
    "GET /api/access/me": Open.SIGNED_IN,
    "PUT /api/access/me/password": Open.SIGNED_IN,
    "GET /api/access/users": Permission.ADMINISTER,
    "POST /api/access/users": Permission.ADMINISTER,
    "GET /api/access/users/{name}": Permission.ADMINISTER,
    "PATCH /api/access/users/{name}": Permission.ADMINISTER,
    "DELETE /api/access/users/{name}": Permission.ADMINISTER,
    "POST /api/access/users/{name}/link": Permission.ADMINISTER,
    "GET /api/access/product-profiles": Permission.ADMINISTER,
    "PUT /api/access/product-profiles/{name}": Permission.ADMINISTER,
    "DELETE /api/access/product-profiles/{name}": Permission.ADMINISTER,
    "GET /api/access/tokens": Open.SIGNED_IN,
    "POST /api/access/tokens": Open.SIGNED_IN,
    "DELETE /api/access/tokens/{id}": Open.SIGNED_IN,
    "GET /api/audit": Permission.ADMINISTER,
    "GET /api/audit/export": Permission.ADMINISTER,
    # for editors
    "POST /api/expressions/analyse": _READS,
    "POST /api/expressions/fields": _READS,
    "POST /api/expressions/try": _READS,
    "POST /api/expressions/share": _READS,
    "GET /api/expressions/operators": Open.SIGNED_IN,
    # a project at once: what its documents need
    "POST /api/apply": frozenset({Permission.MANAGE_CONFIGURATION, Permission.MANAGE_JOURNEYS}),
    # people: what is known of one is for those who set up what is to be known
    "GET /api/profiles": Permission.MANAGE_CONFIGURATION,
    "GET /api/profiles/events": Permission.MANAGE_CONFIGURATION,
    "GET /api/profiles/search": Permission.MANAGE_CONFIGURATION,
    "POST /api/privacy/delete": Permission.ADMINISTER,
    "GET /api/privacy/deletes/{token}": Permission.ADMINISTER,
    "GET /api/privacy/access": Permission.ADMINISTER,
    "GET /api/identity-namespaces": Permission.READ_CONFIGURATION,
    "GET /api/schemas/{name}/records/{key}": Permission.READ_CONFIGURATION,
    "GET /api/datasets/{name}/fields": Permission.READ_CONFIGURATION,
    "POST /api/datasets/{name}/records": Permission.MANAGE_CONFIGURATION,
    # messages: whom they went to is for those who see profiles
    "GET /api/suppressions": Permission.MANAGE_CONFIGURATION,
    "POST /api/suppressions": Permission.MANAGE_CONFIGURATION,
    "DELETE /api/suppressions": Permission.MANAGE_CONFIGURATION,
    "POST /api/feedback": Permission.MANAGE_CONFIGURATION,
    "POST /api/feedback/mail": Permission.MANAGE_CONFIGURATION,
    "GET /api/journeys/{name}/messages": Permission.MANAGE_CONFIGURATION,
    # segments: how large they are is for whoever reads their definitions, who is in them for those who see profiles
    "GET /api/segment-states": _READS,
    "GET /api/segments/{name}/state": _READS,
    "POST /api/segments/estimate": Permission.MANAGE_CONFIGURATION,
    "POST /api/segments/{name}/evaluate": Permission.MANAGE_CONFIGURATION,
    "DELETE /api/segments/{name}/evaluate": Permission.MANAGE_CONFIGURATION,
    "GET /api/segments/{name}/members": Permission.MANAGE_CONFIGURATION,
    "POST /api/segments/{name}/members": Permission.MANAGE_CONFIGURATION,
    "GET /api/segments/{name}/qualifications": Permission.MANAGE_CONFIGURATION,
    # journeys
    "GET /api/journeys": Permission.READ_JOURNEYS,
    "GET /api/journeys/{name}": Permission.READ_JOURNEYS,
    "PUT /api/journeys/{name}": Permission.MANAGE_JOURNEYS,
    "DELETE /api/journeys/{name}": Permission.MANAGE_JOURNEYS,
    "GET /api/journeys/{name}/findings": Permission.READ_JOURNEYS,
    "GET /api/journeys/{name}/plan": Permission.READ_JOURNEYS,
    "GET /api/journeys/{name}/audience-runs": Permission.READ_REPORTS,
    "GET /api/journeys/{name}/versions/{version}": Permission.READ_JOURNEYS,
    "POST /api/journeys/{name}/duplicate": Permission.MANAGE_JOURNEYS,
    "POST /api/journeys/{name}/rename": Permission.MANAGE_JOURNEYS,
    "GET /api/journey-versions": Permission.READ_JOURNEYS,
    "POST /api/journeys/{name}/publish": Permission.PUBLISH_JOURNEYS,
    "POST /api/journeys/{name}/close": Permission.PUBLISH_JOURNEYS,
    "POST /api/journeys/{name}/stop": Permission.PUBLISH_JOURNEYS,
    "GET /api/journeys/{name}/test": Permission.READ_JOURNEYS,
    "POST /api/journeys/{name}/test": Permission.MANAGE_JOURNEYS,
    "DELETE /api/journeys/{name}/test": Permission.MANAGE_JOURNEYS,
    "POST /api/journeys/{name}/test/events": Permission.MANAGE_JOURNEYS,
    "GET /api/journeys/{name}/test/profiles": Permission.READ_JOURNEYS,
    "GET /api/journeys/{name}/test/log": Permission.READ_JOURNEYS,
    "GET /api/journeys/{name}/test/steps": Permission.READ_JOURNEYS,
    "GET /api/journeys/{name}/test/flow": Permission.READ_JOURNEYS,
    "GET /api/journeys/{name}/test/stream": Permission.READ_JOURNEYS,
    "GET /api/journeys/{name}/shadow": Permission.READ_REPORTS,
    "POST /api/journeys/{name}/shadow": Permission.MANAGE_JOURNEYS,
    "DELETE /api/journeys/{name}/shadow": Permission.MANAGE_JOURNEYS,
    "POST /api/journeys/{name}/backtest": Permission.READ_REPORTS,
    "GET /api/backtests": Permission.READ_REPORTS,
    "GET /api/backtests/{id}": Permission.READ_REPORTS,
    "DELETE /api/backtests/{id}": Permission.READ_REPORTS,
    "GET /api/backtests/{id}/stream": Permission.READ_REPORTS,
    "POST /api/histories": Permission.READ_REPORTS,
    "GET /api/journeys/{name}/stays": Permission.READ_REPORTS,
    "GET /api/journeys/{name}/people": Permission.READ_REPORTS,
    "GET /api/stays": Permission.READ_REPORTS,
    "GET /api/stays/{id}/explain": Permission.READ_REPORTS,
    "GET /api/events/{id:path}/explain": Permission.READ_REPORTS,
    "GET /api/journeys/{name}/report": Permission.READ_REPORTS,
    "GET /api/journeys/{name}/steps": Permission.READ_REPORTS,
    "GET /api/journeys/{name}/comparison": Permission.READ_REPORTS,
    # the lake
    "POST /api/query": Permission.READ_REPORTS,
    "GET /api/query/datasets": Permission.READ_REPORTS,
    "POST /api/metrics": Permission.READ_REPORTS,
    "GET /api/metrics": Permission.READ_REPORTS,
    "GET /api/alerts": Permission.READ_REPORTS,
    "PUT /api/alerts/{name}": Permission.MANAGE_REPORTS,
    "DELETE /api/alerts/{name}": Permission.MANAGE_REPORTS,
    "GET /api/alerts/{name}/history": Permission.READ_REPORTS,
    "GET /api/mailings": Permission.READ_REPORTS,
    "PUT /api/mailings/{name}": Permission.MANAGE_REPORTS,
    "DELETE /api/mailings/{name}": Permission.MANAGE_REPORTS,
    "GET /api/mailings/{name}/history": Permission.READ_REPORTS,
    # events, data sources, actions and what they are made of
    **{
        route: need for folder in FOLDERS.values() if folder != "journeys" for route, need in _documents(folder).items()
    },
    "GET /api/events/{name}/payload": Permission.READ_CONFIGURATION,
    "GET /api/events/{name}/samples": Permission.READ_CONFIGURATION,
    "GET /api/schemas/{name}/fields": Permission.READ_CONFIGURATION,
    "GET /api/library": Permission.READ_CONFIGURATION,
    "GET /api/document-states": Permission.READ_CONFIGURATION,
    "POST /api/schemas/infer": Permission.MANAGE_CONFIGURATION,
    "POST /api/events/{name}/send": Permission.MANAGE_CONFIGURATION,
    "POST /api/sources/{name}/test": Permission.MANAGE_CONFIGURATION,
    "POST /api/actions/{name}/test": Permission.MANAGE_CONFIGURATION,
    "POST /api/actions/propose": Permission.MANAGE_CONFIGURATION,
    # limits on calls, and what is no path of their API
    **_limits("endpointConfigs"),
    **_limits("throttlingConfigs"),
    # export and import; what journeys use asks for its own permission
    "POST /authoring/list/journeys": Permission.READ_JOURNEYS,
    "GET /authoring/journeys/{uid}/latest": Permission.READ_JOURNEYS,
    "GET /authoring/journeyVersions/{uid}/export": Permission.READ_JOURNEYS,
    "POST /authoring/journeyVersions/import": Permission.MANAGE_JOURNEYS,
    **{f"{method} /authoring/{{path:path}}": Open.SIGNED_IN for method in ("GET", "POST", "PUT", "PATCH", "DELETE")},
}

_ANYBODY = [
    (method, compile_path(path)[0])
    for method, _, path in (route.partition(" ") for route, need in ROUTES.items() if need is Open.ANYBODY)
]


def open_to_anybody(method: str, path: str) -> bool:
    """Whether a request needs nobody to be signed in."""
    method = "GET" if method == "HEAD" else method
    return any(method == each and pattern.match(path) for each, pattern in _ANYBODY)


def by_endpoint(routes: Iterator[tuple[str, Collection[str], Any]]) -> dict[tuple[str, Any], Need]:
    """What each handler needs, by method; from (path, methods, handler) of every route that there is."""
    return {
        (method, endpoint): ROUTES[f"{method} {path}"]
        for path, methods, endpoint in routes
        for method in methods
        if f"{method} {path}" in ROUTES
    }


def check(need: Need | None, principal: Principal, sandbox: str) -> None:
    """Raises ForbiddenError naming what is missing. A handler without a declared need is for administrators."""
    if need is None:
        principal.require(Permission.ADMINISTER, sandbox)
    elif isinstance(need, Permission):
        principal.require(need, sandbox)
    elif isinstance(need, frozenset) and not any(principal.may(each, sandbox) for each in need):
        raise ForbiddenError("ERR_PERMISSION", permission=" / ".join(sorted(need)), sandbox=sandbox)
