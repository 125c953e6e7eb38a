"""REST for users, product profiles, tokens, secrets and the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Depends, Path, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sojourn.access.accounts import Accounts, in_order, profile_json
from sojourn.access.credentials import TOKEN_DAYS, Credentials
from sojourn.access.permission import SEVEN, Permission, Principal
from sojourn.api.gate import principal_of
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.errors import ForbiddenError, InputError, NotFoundError
from sojourn.journey.types import epoch_ms
from sojourn.secrets import Secret
from sojourn.store.audit import as_csv, as_lines

router = routes_at("/api")
Who = Annotated[Principal, Depends(principal_of)]
Id = Annotated[int, Path(ge=0, lt=2**63)]
Days = Annotated[int, Field(ge=1, le=3650)]
Text = Annotated[str, Field(min_length=1, max_length=100)]


def accounts_of(server: ServerOf) -> Accounts:
    return server.accounts


def credentials_of(server: ServerOf) -> Credentials:
    return server.credentials


AccountsOf = Annotated[Accounts, Depends(accounts_of)]
CredentialsOf = Annotated[Credentials, Depends(credentials_of)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class UserBody(_Body):
    """A user to make. Without a password they sign in by a link, or by single sign-on with this e-mail address."""

    name: str
    email: str | None = None
    password: Secret | None = None
    profiles: list[str] = []


class UserPatch(_Body):
    """What is to change of a user."""

    email: str | None = None
    password: Secret | None = None
    profiles: list[str] | None = None
    disabled: bool | None = None


class PasswordBody(_Body):
    """A new password for oneself."""

    current: Secret = Secret("")
    password: Secret


class ProfileBody(_Body):
    """A custom product profile: permissions by sandbox; `*` stands for every sandbox."""

    description: Annotated[str, Field(max_length=1000)] = ""
    grants: dict[str, list[str]]


class ApiTokenBody(_Body):
    """An API token to make: what it may do at most, where (null: everywhere), and for how long."""

    name: Text
    permissions: Annotated[list[Permission], Field(min_length=1)]
    sandboxes: Annotated[list[str], Field(min_length=1)] | None = None
    expires_in_days: Days = TOKEN_DAYS
    user: str | None = None


class InletBody(_Body):
    """An inlet to make, in the sandbox of the request."""

    inlet_id: Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,59}$")]
    name: Annotated[str, Field(max_length=100)] = ""
    authenticated: bool = False


class InletPatch(_Body):
    """Whether an inlet asks for a token."""

    authenticated: bool


class InletTokenBody(_Body):
    """A token that an inlet takes records with; without a number of days it does not expire."""

    name: Text
    expires_in_days: Days | None = None


# --- oneself ---


@router.get("/access/me", tags=["access"])
def me(server: ServerOf, who: Who) -> dict[str, Any]:
    """Who is asking, and what they may do in each sandbox."""
    return {
        "name": who.name,
        "kind": who.kind,
        "administrator": who.administrator,
        "permissions": {
            sandbox: in_order(frozenset(each for each in SEVEN if who.may(each, sandbox)))
            for sandbox in server.authoring.sandboxes()
            if who.may_see(sandbox)
        },
    }


@router.put("/access/me/password", tags=["access"], status_code=204, responses={429: {}})
def put_password(
    accounts: AccountsOf, credentials: CredentialsOf, who: Who, body: PasswordBody, request: Request
) -> None:
    """Sets one's own password; all sessions end."""
    set_password(accounts, credentials, who, body.current, body.password, address_of(request))


def set_password(
    accounts: Accounts, credentials: Credentials, who: Principal, current: str, password: str, address: str
) -> None:
    """Raises ForbiddenError for tokens and a wrong present password, InputError for a bad new one."""
    user = accounts.find("user_by_id", who.user) if who.session is not None else None
    if user is None:
        raise ForbiddenError("ERR_SESSION_NEEDED")
    credentials.check_password(user, current, address)
    accounts.set_password(user, password)


def address_of(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client else "-"


# --- users ---


@router.get("/access/users", tags=["access"])
def users(accounts: AccountsOf) -> list[dict[str, Any]]:
    """All users with their product profiles."""
    return [accounts.to_json(user) for user in accounts.users()]


@router.post("/access/users", tags=["access"], status_code=201)
def add_user(accounts: AccountsOf, body: UserBody) -> dict[str, Any]:
    """Makes a user."""
    user = accounts.add(body.name, email=body.email, password=body.password, profiles=body.profiles)
    return accounts.to_json(user)


@router.get("/access/users/{name}", tags=["access"])
def user(accounts: AccountsOf, name: str) -> dict[str, Any]:
    """A user."""
    return accounts.to_json(accounts.user(name))


@router.patch("/access/users/{name}", tags=["access"])
def change_user(accounts: AccountsOf, name: str, body: UserPatch) -> dict[str, Any]:
    """Changes a user: what is not named stays."""
    found = accounts.user(name)
    changed = accounts.change(
        name,
        email=body.email if "email" in body.model_fields_set else found.email,
        disabled=found.disabled if body.disabled is None else body.disabled,
        profiles=accounts.profiles_of(found) if body.profiles is None else body.profiles,
        password=body.password,
    )
    return accounts.to_json(changed)


@router.delete("/access/users/{name}", tags=["access"], status_code=204)
def delete_user(accounts: AccountsOf, name: str) -> None:
    """Deletes a user with all sessions and tokens."""
    accounts.delete(name)


@router.post("/access/users/{name}/link", tags=["access"], status_code=201)
def link(server: ServerOf, accounts: AccountsOf, name: str, request: Request) -> dict[str, str]:
    """Makes a one-time sign-in link, shown this once; it holds a day."""
    base = server.settings.public_url or str(request.base_url)
    return {"url": server.link(accounts.user(name), base)}


# --- product profiles ---


@router.get("/access/product-profiles", tags=["access"])
def profiles(accounts: AccountsOf) -> list[dict[str, Any]]:
    """All product profiles, the built-in ones first."""
    return [profile_json(profile) for profile in accounts.profiles()]


@router.put("/access/product-profiles/{name}", tags=["access"])
def put_profile(server: ServerOf, accounts: AccountsOf, name: str, body: ProfileBody) -> dict[str, Any]:
    """Writes a custom product profile."""
    return profile_json(accounts.put_profile(name, body.description, body.grants))


@router.delete("/access/product-profiles/{name}", tags=["access"], status_code=204)
def delete_profile(accounts: AccountsOf, name: str) -> None:
    """Deletes a custom product profile that nobody has."""
    accounts.delete_profile(name)


# --- API tokens ---


@router.get("/access/tokens", tags=["access"])
def tokens(accounts: AccountsOf, credentials: CredentialsOf, who: Who) -> list[dict[str, Any]]:
    """One's own API tokens; administrators see all. What they are is not shown again."""
    return [each for each in credentials.tokens() if who.administrator or _owns(accounts, who, each)]


@router.post("/access/tokens", tags=["access"], status_code=201, responses={404: {}})
def add_token(accounts: AccountsOf, credentials: CredentialsOf, who: Who, body: ApiTokenBody) -> dict[str, Any]:
    """Makes an API token; `token` is shown this once. It may do what is named as far as its user may."""
    own = None if who.user is None else accounts.find("user_by_id", who.user)
    owner = own if body.user is None else accounts.user(body.user) if who.administrator else None
    if body.user is None and own is None:
        raise InputError("ERR_TOKEN_USER", field="user")
    if owner is None or not (who.administrator or (who.session is not None and owner.id == who.user)):
        raise ForbiddenError("ERR_SESSION_NEEDED" if body.user is None else "ERR_ADMINISTRATORS")
    made, text = credentials.add_token(owner, body.name, body.permissions, body.sandboxes, body.expires_in_days)
    return {**made, "token": text}


@router.delete("/access/tokens/{id}", tags=["access"], status_code=204)
def delete_token(accounts: AccountsOf, credentials: CredentialsOf, who: Who, id: Id) -> None:  # noqa: A002
    """Withdraws an API token."""
    if not who.administrator and not _owns(accounts, who, credentials.token(id)):
        raise NotFoundError("ERR_CREDENTIAL_UNKNOWN", id=id)
    credentials.delete_token(id)


def _owns(accounts: Accounts, who: Principal, token: dict[str, Any]) -> bool:
    return who.user is not None and accounts.user(token["user"]).id == who.user


# --- inlets ---


@router.get("/inlets", tags=["inlets"])
def inlets(server: ServerOf, who: Who) -> list[dict[str, Any]]:
    """The streaming inlets of the sandboxes that one may see, and whether each asks for a token."""
    return [
        {
            "inletId": inlet.id,
            "sandbox": inlet.sandbox,
            "name": inlet.name,
            "authenticated": inlet.authenticated,
            "url": f"/collection/{inlet.id}",
        }
        for inlet in server.authoring.inlets()
        if who.may_see(inlet.sandbox)
    ]


@router.post("/inlets", tags=["inlets"], status_code=201)
def add_inlet(server: ServerOf, sandbox: Sandbox, body: InletBody) -> dict[str, Any]:
    """Makes an inlet in this sandbox."""
    server.authoring.add_inlet(body.inlet_id, sandbox, body.name, authenticated=body.authenticated)
    server.inlets_changed()
    return {"inletId": body.inlet_id, "sandbox": sandbox, "name": body.name, "authenticated": body.authenticated}


@router.patch("/inlets/{inlet}", tags=["inlets"])
def change_inlet(server: ServerOf, sandbox: Sandbox, inlet: str, body: InletPatch) -> dict[str, Any]:
    """Sets whether an inlet asks for a token."""
    _inlet_here(server, sandbox, inlet)
    server.authoring.set_inlet(inlet, authenticated=body.authenticated)
    server.inlets_changed()
    return {"inletId": inlet, "authenticated": body.authenticated}


@router.get("/inlets/{inlet}/tokens", tags=["inlets"])
def inlet_tokens(server: ServerOf, sandbox: Sandbox, inlet: str) -> list[dict[str, Any]]:
    """The tokens of an inlet. What they are is not shown again."""
    _inlet_here(server, sandbox, inlet)
    return [each.to_json() for each in server.credentials.inlet_tokens() if each.inlet == inlet]


@router.post("/inlets/{inlet}/tokens", tags=["inlets"], status_code=201)
def add_inlet_token(server: ServerOf, sandbox: Sandbox, inlet: str, body: InletTokenBody) -> dict[str, Any]:
    """Makes a token that an inlet takes records with; `token` is shown this once."""
    _inlet_here(server, sandbox, inlet)
    made, text = server.credentials.add_inlet_token(inlet, body.name, body.expires_in_days)
    server.inlets_changed()
    return {**made.to_json(), "token": text}


@router.delete("/inlets/{inlet}/tokens/{id}", tags=["inlets"], status_code=204)
def delete_inlet_token(server: ServerOf, sandbox: Sandbox, inlet: str, id: Id) -> None:  # noqa: A002
    """Withdraws a token of an inlet."""
    _inlet_here(server, sandbox, inlet)
    server.credentials.delete_inlet_token(inlet, id)
    server.inlets_changed()


def _inlet_here(server: Server, sandbox: str, inlet: str) -> None:
    """What was permitted in one sandbox holds for its own inlets only. Raises NotFoundError."""
    if not any((each.id, each.sandbox) == (inlet, sandbox) for each in server.authoring.inlets()):
        raise NotFoundError("ERR_INLET_UNKNOWN", field="inlet", inlet=inlet)


# --- secrets ---


@router.get("/secrets", tags=["secrets"])
def secrets(server: ServerOf) -> dict[str, Any]:
    """The ids of the keys that seal secrets, and those that stored secrets are sealed with."""
    keys = server.keys
    used = server.keys_in_use()
    return {"current": keys.current, "keys": keys.ids(), "used": sorted(used), "fixed": keys.from_environment}


@router.post("/secrets/rotate", tags=["secrets"])
def rotate(server: ServerOf) -> dict[str, Any]:
    """Makes a new key, unless the environment gives it, and seals all secrets with it. Old keys still open."""
    return {"resealed": server.rotate_keys(), "current": server.keys.current}


@router.post("/secrets/prune", tags=["secrets"])
def prune(server: ServerOf) -> dict[str, Any]:
    """Forgets the keys that nothing is sealed with any more. 409 while the engine has not taken the change up."""
    return {"dropped": server.prune_keys()}


# --- audit ---


class Filters(BaseModel):
    """Which changes to show: all conditions hold together, several values of one are alternatives."""

    actor: Annotated[list[str], Field(description="`jin`, with all tokens of theirs, or `jin/nightly`")] = []
    action: Annotated[list[str], Field(description="`journey.publish`, or `journey` for all of a kind")] = []
    sandbox: list[str] = []
    name: str | None = None
    text: Annotated[str | None, Field(max_length=200, description="a part of the name, whatever its case")] = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    def given(self) -> dict[str, Any]:
        """As the store takes them."""
        return {
            "actors": self.actor, "actions": self.action, "sandboxes": self.sandbox, "name": self.name,
            "text": self.text, "since": self.since and epoch_ms(self.since),
            "until": self.until and epoch_ms(self.until),
        }  # fmt: skip


class Page(Filters):
    """A page of them."""

    after: Annotated[str, Field(description="the `next` of the page before")] = ""
    order: Literal["oldest", "newest"] = "oldest"
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class Export(Filters):
    """All of them."""

    format: Literal["jsonl", "csv"] = "jsonl"


@router.get("/audit", tags=["audit"])
def audit(server: ServerOf, page: Annotated[Page, Query()]) -> dict[str, Any]:
    """Who changed what, from what to what, when; `next` goes on from there [10.2]."""
    found = server.audit.read(after=page.after, limit=page.limit, newest=page.order == "newest", **page.given())
    entries = [msgspec.to_builtins(each) for each in found]
    return {"entries": entries, "next": found[-1].id if len(found) == page.limit else None}


@router.get("/audit/export", tags=["audit"], response_class=StreamingResponse)
def export(server: ServerOf, asked: Annotated[Export, Query()]) -> StreamingResponse:
    """All changes as JSON lines or CSV."""
    found = server.audit.every(**asked.given())
    lines: Iterator[bytes] = as_csv(found) if asked.format == "csv" else as_lines(found)
    kind = "text/csv; charset=utf-8" if asked.format == "csv" else "application/jsonl"
    return StreamingResponse(
        lines, media_type=kind, headers={"Content-Disposition": f'attachment; filename="audit.{asked.format}"'}
    )
