"""Commands about access: users, product profiles, API tokens, inlets, secrets, the audit log."""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import urlencode

import click

from sojourn.cli.client import Client, segment
from sojourn.cli.options import client_option, json_option, sandbox_client_option, show_list, told
from sojourn.errors import InputError

_USERS = "/api/access/users"
_PROFILES = "/api/access/product-profiles"
_TOKENS = "/api/access/tokens"


# --- users ---


@click.group()
def users() -> None:
    """Users and their product profiles."""


_profile_option = click.option("--profile", "profiles", multiple=True, help="a product profile (repeatable)")
_password_option = click.option(
    "--password", is_flag=True, help="ask for a password; from standard input where that is no terminal"
)


def _asked(ask: bool) -> str | None:
    """A password, which no command line should hold."""
    if not ask:
        return None
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


@users.command("list")
@client_option
@json_option
def users_list(client: Client, as_json: bool) -> None:
    """List all users."""
    found = client.get(_USERS)
    show_list(found, ("name", "profiles", "signedInAt"), as_json, "no users")


@users.command("add")
@click.argument("name")
@click.option("--email", help="who signs in with this verified address by single sign-on is this user")
@_profile_option
@_password_option
@client_option
def users_add(name: str, email: str | None, profiles: tuple[str, ...], password: bool, client: Client) -> None:
    """Make user NAME; without a password, print a one-time sign-in link."""
    secret = _asked(password)
    client.post(_USERS, {"name": name, "email": email, "profiles": profiles, "password": secret})
    click.echo(f"{name}: made")
    if secret is None:
        click.echo(client.post(f"{_USERS}/{segment(name)}/link")["url"])


@users.command("change")
@click.argument("name")
@click.option("--email", help="another e-mail address")
@_profile_option
@_password_option
@click.option("--disable/--enable", "disabled", default=None, help="end all sessions and let nobody in, or in again")
@client_option
def users_change(
    name: str, email: str | None, profiles: tuple[str, ...], password: bool, disabled: bool | None, client: Client
) -> None:
    """Change user NAME; what is not named stays. Product profiles are replaced by those named."""
    change: dict[str, Any] = {"disabled": disabled, "password": _asked(password)}
    change |= {"email": email} if email is not None else {}
    change |= {"profiles": profiles} if profiles else {}
    client.request("PATCH", f"{_USERS}/{segment(name)}", change)
    click.echo(f"{name}: changed")


@users.command("remove")
@click.argument("name")
@client_option
def users_remove(name: str, client: Client) -> None:
    """Delete user NAME with all sessions and tokens."""
    client.request("DELETE", f"{_USERS}/{segment(name)}")
    click.echo(f"{name}: deleted")


@users.command("link")
@click.argument("name")
@client_option
def users_link(name: str, client: Client) -> None:
    """Print a link that signs NAME in once, within a day."""
    click.echo(client.post(f"{_USERS}/{segment(name)}/link")["url"])


# --- product profiles ---


@click.group("product-profiles")
def product_profiles() -> None:
    """Bundles of permissions by sandbox, given to users."""


@product_profiles.command("list")
@client_option
@json_option
def profiles_list(client: Client, as_json: bool) -> None:
    """List all product profiles."""
    found = client.get(_PROFILES)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for profile in found:
        click.echo(f"{profile['name']}{' (built in)' if profile['builtIn'] else ''}: {profile['description']}")
        for sandbox, permissions in profile["grants"].items():
            click.echo(f"  {sandbox}: {', '.join(permissions) or '-'}")


@product_profiles.command("set")
@click.argument("name")
@click.option("--description", default="", help="what it is for")
@click.option(
    "--grant", "grants", multiple=True, metavar="SANDBOX=PERMISSION,...", help="permissions in a sandbox; * for all"
)
@client_option
def profiles_set(name: str, description: str, grants: tuple[str, ...], client: Client) -> None:
    """Write the custom product profile NAME."""
    given: dict[str, list[str]] = {}
    for grant in grants:
        sandbox, found, permissions = grant.partition("=")
        if not found:
            raise InputError("ERR_GRANT", field="grant", value=grant)
        given.setdefault(sandbox, []).extend(part.strip() for part in permissions.split(",") if part.strip())
    client.request("PUT", f"{_PROFILES}/{segment(name)}", {"description": description, "grants": given})
    click.echo(f"{name}: written")


@product_profiles.command("remove")
@click.argument("name")
@client_option
def profiles_remove(name: str, client: Client) -> None:
    """Delete the custom product profile NAME, that nobody has."""
    client.request("DELETE", f"{_PROFILES}/{segment(name)}")
    click.echo(f"{name}: deleted")


# --- API tokens ---


@click.group()
def tokens() -> None:
    """API tokens: what a program may do, where, and for how long."""


@tokens.command("list")
@client_option
@json_option
def tokens_list(client: Client, as_json: bool) -> None:
    """List the API tokens that one may see."""
    found = client.get(_TOKENS)
    columns = ("id", "user", "name", "permissions", "sandboxes", "expiresAt")
    show_list(found, columns, as_json, "no tokens")


@tokens.command("add")
@click.argument("name")
@click.option("--user", required=True, help="the user who the token is for; it may at most what they may")
@click.option("--permission", "permissions", multiple=True, required=True, help="what it may do (repeatable)")
@click.option("--in", "sandboxes", multiple=True, metavar="SANDBOX", help="where (repeatable; default: everywhere)")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="how long it holds")
@client_option
def tokens_add(
    name: str, user: str, permissions: tuple[str, ...], sandboxes: tuple[str, ...], days: int, client: Client
) -> None:
    """Make the API token NAME and print it, this once."""
    asked = {
        "name": name, "user": user, "permissions": permissions, "sandboxes": sandboxes or None, "expiresInDays": days,
    }  # fmt: skip
    click.echo(client.post(_TOKENS, asked)["token"])


@tokens.command("remove")
@click.argument("id", type=int)
@client_option
def tokens_remove(id: int, client: Client) -> None:  # noqa: A002
    """Withdraw the API token with the number ID."""
    client.request("DELETE", f"{_TOKENS}/{id}")
    click.echo(f"{id}: withdrawn")


# --- inlets ---


@click.group()
def inlets() -> None:
    """Streaming inlets and their tokens."""


@inlets.command("list")
@client_option
@json_option
def inlets_list(client: Client, as_json: bool) -> None:
    """List the inlets."""
    found = client.get("/api/inlets")
    shown = [row | {"authenticated": "asks for a token" if row["authenticated"] else "open"} for row in found]
    show_list(found if as_json else shown, ("inletId", "sandbox", "authenticated", "url"), as_json, "no inlets")


_authenticated_option = click.option("--authenticated/--open", default=False, help="ask for a token, or take all")


@inlets.command("add")
@click.argument("inlet")
@_authenticated_option
@sandbox_client_option
def inlets_add(inlet: str, authenticated: bool, client: Client) -> None:
    """Make INLET in a sandbox."""
    client.post("/api/inlets", {"inletId": inlet, "authenticated": authenticated})
    click.echo(f"{inlet}: made")


@inlets.command("change")
@click.argument("inlet")
@_authenticated_option
@sandbox_client_option
def inlets_change(inlet: str, authenticated: bool, client: Client) -> None:
    """Set whether INLET asks for a token."""
    client.request("PATCH", f"/api/inlets/{segment(inlet)}", {"authenticated": authenticated})
    click.echo(f"{inlet}: {'asks for a token' if authenticated else 'open'}")


@inlets.command("tokens")
@click.argument("inlet")
@sandbox_client_option
@json_option
def inlets_tokens(inlet: str, client: Client, as_json: bool) -> None:
    """List the tokens of INLET."""
    found = client.get(f"/api/inlets/{segment(inlet)}/tokens")
    show_list(found, ("id", "name", "expiresAt"), as_json, "no tokens")


@inlets.command("token")
@click.argument("inlet")
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 3650), help="how long it holds (default: until withdrawn)")
@sandbox_client_option
def inlets_token(inlet: str, name: str, days: int | None, client: Client) -> None:
    """Make the token NAME of INLET and print it, this once."""
    answer = client.post(f"/api/inlets/{segment(inlet)}/tokens", {"name": name, "expiresInDays": days})
    click.echo(answer["token"])


@inlets.command("withdraw")
@click.argument("inlet")
@click.argument("id", type=int)
@sandbox_client_option
def inlets_withdraw(inlet: str, id: int, client: Client) -> None:  # noqa: A002
    """Withdraw the token of INLET with the number ID."""
    client.request("DELETE", f"/api/inlets/{segment(inlet)}/tokens/{id}")
    click.echo(f"{id}: withdrawn")


# --- secrets ---


@click.group()
def secrets() -> None:
    """The keys that seal the secrets of documents."""


@secrets.command("status")
@client_option
@json_option
def secrets_status(client: Client, as_json: bool) -> None:
    """Show which keys there are and which are needed."""
    found = client.get("/api/secrets")
    if as_json:
        click.echo(json.dumps(found))
        return
    for key in found["keys"]:
        marks = [("seals", key == found["current"]), ("in use", key in found["used"])]
        click.echo(f"{key}  {', '.join(mark for mark, holds in marks if holds) or 'not needed'}")


@secrets.command("rotate")
@client_option
def secrets_rotate(client: Client) -> None:
    """Make a new key and seal every secret with it; old keys still open."""
    answer = client.post("/api/secrets/rotate")
    click.echo(f"{answer['current']} seals now; {answer['resealed']} documents were sealed anew")


@secrets.command("prune")
@client_option
def secrets_prune(client: Client) -> None:
    """Forget the keys that nothing is sealed with any more."""
    answer = client.post("/api/secrets/prune")
    click.echo(", ".join(answer["dropped"]) + " forgotten" if answer["dropped"] else "every key is needed")


# --- audit ---


@click.command()
@click.option("--actor", help="who did it")
@click.option("--action", help="what was done: journey.publish, or journey for all of a kind")
@click.option("--in", "sandbox", metavar="SANDBOX", help="where")
@click.option("--name", help="the name of the thing")
@click.option("--since", help="from this moment on (ISO 8601 with zone)")
@click.option("--until", help="before this moment")
@click.option("--format", "form", type=click.Choice(["text", "jsonl", "csv"]), default="text", show_default=True)
@client_option
def audit(
    actor: str | None, action: str | None, sandbox: str | None, name: str | None, since: str | None,
    until: str | None, form: str, client: Client,
) -> None:  # fmt: skip
    """Show who changed what, when; as JSON lines or CSV with what it was and what it became."""
    asked = {
        "actor": actor, "action": action, "sandbox": sandbox, "name": name, "since": since, "until": until,
        "format": "jsonl" if form == "text" else form,
    }  # fmt: skip
    text = client.download("/api/audit/export?" + urlencode({k: v for k, v in asked.items() if v is not None}))
    if form != "text":
        click.echo(text, nl=False)
        return
    for entry in map(json.loads, text.splitlines()):
        click.echo(
            f"{told(entry['at'])}  {entry['actor']}  {entry['action']}  {entry['sandbox'] or '-'}  {entry['name']}"
        )


COMMANDS: tuple[click.Command, ...] = (users, product_profiles, tokens, inlets, secrets, audit)
