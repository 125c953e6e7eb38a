"""A bound on request bodies of the REST API; the inlet has its own."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request

from sojourn.api.inlet import TooLargeError
from sojourn.api.problems import CONTENT_TYPE, language_of, problem

MAX_BYTES = 8_000_000


async def limited(app: Any, scope: Any, receive: Any, send: Any) -> None:
    """Serves a request, unless its body is longer than `MAX_BYTES`, as announced or as it comes."""
    if scope["type"] != "http":
        await app(scope, receive, send)
        return
    request = Request(scope)
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > MAX_BYTES:
        error = TooLargeError("ERR_BODY_SIZE", field="body", size=announced, limit=MAX_BYTES)
        answer = JSONResponse(problem(error, language_of(request)), error.status, media_type=CONTENT_TYPE)
        await answer(scope, receive, send)
        return
    size = 0

    async def counted() -> Any:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_BYTES:
            raise HTTPException(TooLargeError.status, "Content Too Large")
        return message

    await app(scope, counted, send)
