"""Pages to sign in and out, and the page of one's own account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs

from fastapi import Depends, Query, Request
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from sojourn import messages
from sojourn.access.credentials import SESSION_MS
from sojourn.access.permission import SEVEN
from sojourn.api.access import address_of, set_password
from sojourn.api.gate import from_our_page, principal_of
from sojourn.api.problems import language_of
from sojourn.api.request import server_of
from sojourn.api.routing import routes_at
from sojourn.api.studio import SECURITY
from sojourn.errors import ForbiddenError, InputError, NotFoundError, SojournError

if TYPE_CHECKING:
    from sojourn.access.oidc import Provider

router = routes_at("", include_in_schema=False)
_STATE = "sojourn_oidc"
_MAX_FORM = 20_000
_TEMPLATES = Path(__file__).parent / "templates"
_environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=select_autoescape(), trim_blocks=True)


def html(request: Request, template: str, *, code: int = 200, **values: Any) -> HTMLResponse:
    """A page in the language asked for; no other site may show it in a frame, and nobody keeps it."""
    language = language_of(request)

    def say(code: str, **params: object) -> str:
        return messages.text(code, params, language)

    text = _environment.get_template(template).render(say=say, language=language, **values)
    return HTMLResponse(text, code, headers={**SECURITY, "Cache-Control": "no-store"})


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form that one of our pages sent. Raises ForbiddenError for one of another site."""
    if not from_our_page(request):
        raise ForbiddenError("ERR_OTHER_SITE")
    body = await request.body()
    if len(body) > _MAX_FORM:
        raise InputError(
            "ERR_REQUEST_INVALID", field="body", rule=messages.Said("INFO_RULE_FORM_LONG", {"most": _MAX_FORM})
        )
    try:
        return {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    except ValueError as error:
        raise InputError("ERR_REQUEST_INVALID", field="body", rule=str(error)) from None


Form = Annotated[dict[str, str], Depends(form_of)]


def local(target: str) -> str:
    """A path of this server to go on to; `/` for anything that leads elsewhere."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if plain else "/"


# --- in ---


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002
    """Name and password, and single sign-on where it is set up."""
    return _page(request, next_=local(next))


@router.post("/sign-in")
async def sign_in(request: Request, form: Form) -> Response:
    """Begins a session, or shows the page again with the reason."""
    server = server_of(request)
    target = local(form.get("next", "/"))
    name = form.get("name", "").strip().lower()
    try:
        token = await run_in_threadpool(server.credentials.sign_in, name, form.get("password", ""), address_of(request))
    except SojournError as error:
        return _page(request, next_=target, name=name, error=error)
    return _begun(request, token, target)


@router.get("/sign-in/link")
def link_page(request: Request, token: str = "") -> Response:
    """Sends the token back by itself: a program that only looks at links does not use one up."""
    return _page(request, token=token)


@router.get("/sign-in/link.js")
def link_script() -> Response:
    """What sends the token back; a file, as pages hold no scripts."""
    return FileResponse(_TEMPLATES / "link.js", media_type="text/javascript", headers=SECURITY)


@router.post("/sign-in/link")
async def use_link(request: Request, form: Form) -> Response:
    """Begins a session by a one-time link."""
    try:
        token = await run_in_threadpool(server_of(request).credentials.use_link, form.get("token", ""))
    except SojournError as error:
        return _page(request, error=error)
    return _begun(request, token, "/")


@router.get("/sign-in/oidc")
async def single_sign_on(request: Request, next: str = "/") -> Response:  # noqa: A002
    """Sends the browser to the identity provider."""
    try:
        place, state = await _provider(request).begin(_base(request) + "/sign-in/oidc/callback", local(next))
    except SojournError as error:
        return _page(request, error=error)
    answer = RedirectResponse(place, 303)
    answer.set_cookie(_STATE, state, max_age=600, path="/sign-in/oidc", secure=_secure(request), httponly=True)
    return answer


@router.get("/sign-in/oidc/callback")
async def signed_on(
    request: Request, state: str = "", code: str = "", error: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Where the identity provider sends the browser back to."""
    server = server_of(request)
    try:
        if not state or request.cookies.get(_STATE) != state:
            raise InputError("ERR_OIDC_STATE")
        if error or not code:
            raise InputError("ERR_OIDC_REFUSED", detail=error or "-")
        identity, target = await _provider(request).finish(code, state)
        token = await run_in_threadpool(server.sign_on, identity)
    except SojournError as failure:
        return _page(request, error=failure)
    answer = _begun(request, token, target)
    answer.delete_cookie(_STATE, path="/sign-in/oidc")
    return answer


# --- inside, and out ---


@router.get("/account")
def account_page(request: Request) -> Response:
    """Who one is, what one may do, and one's password."""
    return _account(request)


@router.post("/account/password")
async def new_password(request: Request, form: Form) -> Response:
    """Sets one's own password, and signs in anew with it."""
    server, who = server_of(request), principal_of(request)

    def work() -> str:
        given = form.get("current", ""), form.get("password", "")
        set_password(server.accounts, server.credentials, who, *given, address_of(request))
        return server.credentials.start_session(server.accounts.user(who.name), "password")

    try:
        token = await run_in_threadpool(work)
    except SojournError as error:
        return _account(request, error)
    return _begun(request, token, "/account")


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Ends the session."""
    server = server_of(request)
    server.credentials.sign_out(principal_of(request))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(server.cookie)
    return answer


def _begun(request: Request, token: str, target: str) -> Response:
    answer = RedirectResponse(target, 303)
    answer.set_cookie(
        server_of(request).cookie, token, max_age=SESSION_MS // 1000, secure=_secure(request), httponly=True,
        samesite="lax",
    )  # fmt: skip
    return answer


def _base(request: Request) -> str:
    """The address that the browser reaches this server at."""
    return (server_of(request).settings.public_url or str(request.base_url)).rstrip("/")


def _secure(request: Request) -> bool:
    return _base(request).startswith("https://")


def _provider(request: Request) -> Provider:
    found = server_of(request).provider
    if found is None:
        raise NotFoundError("ERR_OIDC_OFF")
    return found


def _page(
    request: Request, *, next_: str = "/", name: str = "", token: str = "", error: SojournError | None = None
) -> HTMLResponse:
    single = server_of(request).provider is not None
    return html(
        request, "sign_in.html", code=error.status if error else 200, next=next_, name=name, token=token,
        error=_said(request, error), single=single,
    )  # fmt: skip


def _account(request: Request, error: SojournError | None = None) -> HTMLResponse:
    server, who = server_of(request), principal_of(request)
    language = language_of(request)
    permitted = {
        sandbox: [
            messages.text("INFO_PERMISSION_" + each.name, {}, language) for each in SEVEN if who.may(each, sandbox)
        ]
        for sandbox in server.authoring.sandboxes()
        if who.may_see(sandbox)
    }
    user = server.accounts.find("user_by_id", who.user)
    return html(
        request, "account.html", code=error.status if error else 200, who=who, permitted=permitted,
        has_password=bool(user and user.password), error=_said(request, error),
    )  # fmt: skip


def _said(request: Request, error: SojournError | None) -> str:
    if error is None:
        return ""
    language = language_of(request)
    return " ".join(part for part in (error.text(language), error.hint(language)) if part)
