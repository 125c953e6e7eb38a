"""The studio in the browser: one page for all of its addresses, and the files that it loads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import Header
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse, Response

from sojourn.access.rules import STUDIO
from sojourn.api.routing import routes_at

router = routes_at("", include_in_schema=False)
FOLDER = Path(__file__).resolve().parents[1] / "studio"
"""What `scripts/studio` has built."""
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""No script but our files, nothing from another host, in nobody's frame."""
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


def page() -> Response:
    """The page that loads the studio; asked for anew each time, as it names the files of this build."""
    path = FOLDER / "index.html"
    if not path.is_file():
        return PlainTextResponse("The studio is not built: run scripts/studio.\n", 503)
    return FileResponse(path, media_type="text/html", headers={**SECURITY, "Cache-Control": "no-cache"})


for _path in ("/", *STUDIO):
    router.get(_path)(page)


@router.get("/assets/{name}")
def asset(name: str, accept_encoding: Annotated[str, Header()] = "") -> Response:
    """A file of the build; its name changes with its content."""
    path = FOLDER / "assets" / name
    if path.name != name or not path.is_file():
        raise HTTPException(404)
    zipped = path.with_name(name + ".gz")
    if "gzip" in accept_encoding and zipped.is_file():
        headers = {**_FOR_EVER, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return FileResponse(zipped, media_type=_media_type(name), headers=headers)
    return FileResponse(path, media_type=_media_type(name), headers=_FOR_EVER)


def _media_type(name: str) -> str:
    """The few kinds that there are, whatever the machine's own table says."""
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
    return kinds.get(Path(name).suffix, "application/octet-stream")
