"""Every error over HTTP is an RFC 9457 problem document naming field and rule [12.1]."""

from __future__ import annotations

import re
import sys
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from sojourn import invalid
from sojourn.access.password import ThrottledError
from sojourn.authoring import FindingsError
from sojourn.errors import InputError, SojournError, UnauthorizedError
from sojourn.messages import Language
from sojourn.schema.spoken import spoken
from sojourn.schema.validate import decode_error

CONTENT_TYPE = "application/problem+json"


def problem(error: SojournError, language: Language = "en") -> dict[str, Any]:
    """The problem document of an error."""
    body: dict[str, Any] = {
        "type": f"urn:sojourn:problem:{error.code}",
        "title": error.text(language),
        "status": error.status,
        "code": error.code,
        "params": {name: str(value) for name, value in error.params.items()},
    }
    if hint := error.hint(language):
        body["detail"] = hint
    if error.field:
        body["field"] = error.field
    if isinstance(error, FindingsError):
        body["findings"] = [finding.to_json(language) for finding in error.findings]
    return body


def language_of(request: Request) -> Language:
    """Korean for those who ask for it first, by `?lang=ko` or Accept-Language; else English."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "ko" if re.match(r"\s*ko\b", asked, re.IGNORECASE) else "en"


def refusal(request: Request, error: SojournError) -> JSONResponse:
    """The answer that an error makes."""
    headers = {"WWW-Authenticate": 'Bearer realm="sojourn"'} if error.status == UnauthorizedError.status else None
    if isinstance(error, ThrottledError):
        headers = {"Retry-After": str(error.wait)}
    return JSONResponse(problem(error, language_of(request)), error.status, media_type=CONTENT_TYPE, headers=headers)


def _not_served(request: Request, error: HTTPException) -> SojournError:
    path, allowed = request.url.path, (error.headers or {}).get("Allow")
    if error.status_code == 405 and allowed:
        return SojournError("ERR_METHOD", method=request.method, allowed=", ".join(sorted(allowed.split(", "))))
    if error.status_code == 404:
        return SojournError("ERR_ROUTE_UNKNOWN", path=path)
    return SojournError("ERR_HTTP", detail=error.detail, path=path)


def install(app: FastAPI) -> None:
    """Makes `app` answer every error in this one shape."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, SojournError)
        return refusal(request, error)

    async def validation(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            detail = f"{first['ctx']['error']} (character {first['loc'][-1]})"
            return refusal(request, InputError("ERR_JSON_MALFORMED", field="body", detail=spoken(detail)))
        path = first["loc"][1:]
        field = ".".join(map(str, path)) or "body"
        made = SojournError("ERR_REQUEST_INVALID", field=field, rule=invalid.said(first, path, "body"))
        return JSONResponse(problem(made, language_of(request)) | {"status": 422}, 422, media_type=CONTENT_TYPE)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        if isinstance(error.__cause__, UnicodeDecodeError | RecursionError):  # what reading the body came upon
            return refusal(request, decode_error(error.__cause__, "body"))
        if isinstance(error.__cause__, ValueError):  # Python reads no number that is longer than this
            return refusal(request, InputError("ERR_JSON_NUMBER", field="body", digits=sys.get_int_max_str_digits()))
        made = _not_served(request, error)
        body = problem(made, language_of(request)) | {"status": error.status_code}
        return JSONResponse(body, error.status_code, media_type=CONTENT_TYPE, headers=error.headers)

    async def bug(request: Request, error: Exception) -> JSONResponse:
        made = SojournError("ERR_BUG", detail=type(error).__name__)
        return JSONResponse(problem(made, language_of(request)), 500, media_type=CONTENT_TYPE)

    app.add_exception_handler(SojournError, ours)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, bug)
