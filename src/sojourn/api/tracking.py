"""The addresses in messages, for whoever reads them: the open pixel, tracked links, unsubscribing [5.3, 5.7].

Anybody may call them, so nothing is taken from them but what this server has signed. Each is written to the log before
it is answered.
"""

from __future__ import annotations

import base64
from typing import Annotated, Any
from urllib.parse import parse_qs

import msgspec
from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from sojourn.api.request import ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.api.sign_in import html
from sojourn.errors import InputError, NotFoundError
from sojourn.message.report import bounce_of, status_in
from sojourn.message.tracking import Use
from sojourn.store.entry import Feedback, FeedbackKind

router = routes_at("", include_in_schema=False)
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_FRESH = {"Cache-Control": "no-store, private", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_MAX_CALLBACK = 20_000
_REASON = 500
Target = Annotated[str, Query(alias="to", max_length=8_000)]


def tell(
    server: Server, message: str, kind: FeedbackKind, code: str = "", detail: str = "", *, once: bool = False
) -> None:
    """Writes feedback to a message down in the log. Raises NotFoundError for a message that there is not."""
    found = server.require_shard().rows("message", message)
    if not found:
        raise NotFoundError("ERR_MESSAGE_UNKNOWN", field="message", message=message)
    sandbox = found[0][6]
    server.journal.run(
        lambda job: job.append(Feedback(job.at, sandbox, message, kind, code, detail[:_REASON], once))
    ).result()


def _known(server: Server, use: Use, token: str, target: str = "") -> str:
    return server.tracking.read(use, token, target)


@router.get("/t/o/{token}")
def opened(server: ServerOf, token: str) -> Response:
    """A reader's mail program has loaded the pixel, or an app says that its message was opened."""
    tell(server, _known(server, "open", token), "opened")
    return Response(_PIXEL, media_type="image/gif", headers=_FRESH)


@router.get("/t/c/{token}")
def clicked(server: ServerOf, token: str, target: Target) -> Response:
    """A reader follows a link: on to where it was made for, and nowhere else."""
    message = _known(server, "click", token, target)
    tell(server, message, "clicked", detail=target)
    return RedirectResponse(target, 302, headers=_FRESH)


@router.get("/t/u/{token}")
def unsubscribe_page(server: ServerOf, request: Request, token: str) -> Response:
    """Asks first: mail scanners follow links too."""
    _known(server, "unsubscribe", token)
    return html(request, "unsubscribe.html", done=False)


@router.post("/t/u/{token}")
def unsubscribe(server: ServerOf, request: Request, token: str) -> Response:
    """The reader's button, or that of a mail program (RFC 8058): no more messages of this kind."""
    tell(server, _known(server, "unsubscribe", token), "unsubscribed", once=True)
    return html(request, "unsubscribe.html", done=True)


@router.post("/t/f/{token}")
async def callback(server: ServerOf, request: Request, token: str) -> Response:
    """A provider reports what became of a short message: `status`, perhaps `code` and `reason`, as JSON or a form."""
    body = await request.body()
    if len(body) > _MAX_CALLBACK:
        raise InputError("ERR_BODY_SIZE", field="body", size=len(body), limit=_MAX_CALLBACK)
    return await run_in_threadpool(_called_back, server, token, body)


def _called_back(server: Server, token: str, body: bytes) -> Response:
    message = _known(server, "callback", token)
    said = {name.lower(): str(value) for name, value in _fields(body).items()}
    status = next((said[name] for name in _STATUS if name in said), "")
    code = next((said[name] for name in _CODE if name in said), "")
    kind = _KINDS.get(status.strip().lower())
    if kind is None:
        raise InputError("ERR_CALLBACK_STATUS", field="status", status=status or "-", known=", ".join(_KINDS))
    if kind == "failed" and status_in(code):
        kind = bounce_of(code)
    tell(server, message, kind, code, next((said[name] for name in _WHY if name in said), ""), once=True)
    return Response(status_code=204)


_STATUS = ("status", "messagestatus", "smsstatus", "event", "state")
_CODE = ("code", "errorcode", "error_code", "err")
_WHY = ("reason", "error", "description", "errormessage")
_KINDS: dict[str, FeedbackKind] = {
    "delivered": "delivered", "delivrd": "delivered", "sent": "delivered", "accepted": "delivered",
    "queued": "delayed", "buffered": "delayed", "enroute": "delayed", "undelivered": "failed", "undeliv": "failed",
    "failed": "failed", "rejected": "failed", "rejectd": "failed", "expired": "failed", "invalid": "hardBounce",
    "unsubscribed": "unsubscribed", "stop": "unsubscribed",
}  # fmt: skip
"""What providers call it, as far as they agree."""


def _fields(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        pairs = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100)
        return {name: values[0] for name, values in pairs.items()}
    return found if isinstance(found, dict) else {}
