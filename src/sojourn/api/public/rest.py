"""The addresses of the public API at which nothing is."""

from __future__ import annotations

from sojourn.api.public.form import PublicRoute
from sojourn.api.routing import routes_at
from sojourn.limits.errors import LimitError

router = routes_at("/authoring", route_class=PublicRoute)


@router.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
def nothing_here(path: str) -> None:
    """Every other path: its error has this API's form too."""
    raise LimitError("ERR_PUBLIC_PATH", path=path)
