"""REST for users, product profiles and tokens."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sojourn.access.accounts import Accounts, in_order, profile_json
from sojourn.access.credentials import TOKEN_DAYS, Credentials
from sojourn.access.permission import SEVEN, Permission, Principal
from sojourn.api.gate import principal_of
from sojourn.api.request import ServerOf
from sojourn.api.routing import routes_at
from sojourn.errors import ForbiddenError, InputError, NotFoundError
from sojourn.secrets import Secret

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


class Form(BaseModel):
    """A body that has no fields but those named."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class UserBody(Form):
    """A user to make. Without a password they sign in by a link, or by single sign-on with this e-mail address."""

    name: str
    email: str | None = None
    password: Secret | None = None
    profiles: list[str] = []


class UserPatch(Form):
    """What is to change of a user."""

    email: str | None = None
    password: Secret | None = None
    profiles: list[str] | None = None
    disabled: bool | None = None


class PasswordBody(Form):
    """A new password for oneself."""

    current: Secret = Secret("")
    password: Secret


class ProfileBody(Form):
    """A custom product profile: permissions by sandbox; `*` stands for every sandbox."""

    description: Annotated[str, Field(max_length=1000)] = ""
    grants: dict[str, list[str]]


class ApiTokenBody(Form):
    """An API token to make: what it may do at most, where (null: everywhere), and for how long."""

    name: Text
    permissions: Annotated[list[Permission], Field(min_length=1)]
    sandboxes: Annotated[list[str], Field(min_length=1)] | None = None
    expires_in_days: Days = TOKEN_DAYS
    user: str | None = None


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
