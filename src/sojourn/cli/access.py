"""Commands about access: users, product profiles, API tokens, inlets, secrets, the audit log."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import click

from sojourn.cli.client import Address, Client, segment
from sojourn.cli.project import json_option, sandbox_option, server_option
from sojourn.errors import InputError

_USERS = "/api/access/users"
_PROFILES = "/api/access/product-profiles"
_TOKENS = "/api/access/tokens"


def _show(rows: list[dict[str, Any]], columns: tuple[str, ...], as_json: bool, nothing: str) -> None:
    """A list as a table or as JSON."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    elif not rows:
        click.echo(nothing)
    else:
        cells = [[_cell(row[column]) for column in columns] for row in rows]
        widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
        for line in cells:
            click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return str(value)


def _moments(rows: list[dict[str, Any]], *columns: str) -> list[dict[str, Any]]:
    """Rows with some of their moments (epoch ms) as texts."""
    return [
        row | {name: row[name] and datetime.fromtimestamp(row[name] / 1000, UTC).isoformat(" ", "minutes")[:16]}
        for row in rows
        for name in columns
    ]


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
@server_option
@json_option
def users_list(server: Address, as_json: bool) -> None:
    """List all users."""
    with Client(server) as client:
        found = client.get(_USERS)
    _show(found if as_json else _moments(found, "signedInAt"), ("name", "profiles", "signedInAt"), as_json, "no users")


@users.command("add")
@click.argument("name")
@click.option("--email", help="who signs in with this verified address by single sign-on is this user")
@_profile_option
@_password_option
@server_option
def users_add(name: str, email: str | None, profiles: tuple[str, ...], password: bool, server: Address) -> None:
    """Make user NAME; without a password, print a one-time sign-in link."""
    secret = _asked(password)
    with Client(server) as client:
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
@server_option
def users_change(
    name: str, email: str | None, profiles: tuple[str, ...], password: bool, disabled: bool | None, server: Address
) -> None:
    """Change user NAME; what is not named stays. Product profiles are replaced by those named."""
    change: dict[str, Any] = {"disabled": disabled, "password": _asked(password)}
    change |= {"email": email} if email is not None else {}
    change |= {"profiles": profiles} if profiles else {}
    with Client(server) as client:
        client.request("PATCH", f"{_USERS}/{segment(name)}", change)
    click.echo(f"{name}: changed")


@users.command("remove")
@click.argument("name")
@server_option
def users_remove(name: str, server: Address) -> None:
    """Delete user NAME with all sessions and tokens."""
    with Client(server) as client:
        client.request("DELETE", f"{_USERS}/{segment(name)}")
    click.echo(f"{name}: deleted")


@users.command("link")
@click.argument("name")
@server_option
def users_link(name: str, server: Address) -> None:
    """Print a link that signs NAME in once, within a day."""
    with Client(server) as client:
        click.echo(client.post(f"{_USERS}/{segment(name)}/link")["url"])


# --- product profiles ---


@click.group("product-profiles")
def product_profiles() -> None:
    """Bundles of permissions by sandbox, given to users."""


@product_profiles.command("list")
@server_option
@json_option
def profiles_list(server: Address, as_json: bool) -> None:
    """List all product profiles."""
    with Client(server) as client:
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
@server_option
def profiles_set(name: str, description: str, grants: tuple[str, ...], server: Address) -> None:
    """Write the custom product profile NAME."""
    given: dict[str, list[str]] = {}
    for grant in grants:
        sandbox, found, permissions = grant.partition("=")
        if not found:
            raise InputError("ERR_GRANT", field="grant", value=grant)
        given.setdefault(sandbox, []).extend(part.strip() for part in permissions.split(",") if part.strip())
    with Client(server) as client:
        client.request("PUT", f"{_PROFILES}/{segment(name)}", {"description": description, "grants": given})
    click.echo(f"{name}: written")


@product_profiles.command("remove")
@click.argument("name")
@server_option
def profiles_remove(name: str, server: Address) -> None:
    """Delete the custom product profile NAME, that nobody has."""
    with Client(server) as client:
        client.request("DELETE", f"{_PROFILES}/{segment(name)}")
    click.echo(f"{name}: deleted")


# --- API tokens ---


@click.group()
def tokens() -> None:
    """API tokens: what a program may do, where, and for how long."""


@tokens.command("list")
@server_option
@json_option
def tokens_list(server: Address, as_json: bool) -> None:
    """List the API tokens that one may see."""
    with Client(server) as client:
        found = client.get(_TOKENS)
    columns = ("id", "user", "name", "permissions", "sandboxes", "expiresAt")
    _show(found if as_json else _moments(found, "expiresAt"), columns, as_json, "no tokens")


@tokens.command("add")
@click.argument("name")
@click.option("--user", required=True, help="the user who the token is for; it may at most what they may")
@click.option("--permission", "permissions", multiple=True, required=True, help="what it may do (repeatable)")
@click.option("--in", "sandboxes", multiple=True, metavar="SANDBOX", help="where (repeatable; default: everywhere)")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="how long it holds")
@server_option
def tokens_add(
    name: str, user: str, permissions: tuple[str, ...], sandboxes: tuple[str, ...], days: int, server: Address
) -> None:
    """Make the API token NAME and print it, this once."""
    asked = {
        "name": name, "user": user, "permissions": permissions, "sandboxes": sandboxes or None, "expiresInDays": days,
    }  # fmt: skip
    with Client(server) as client:
        click.echo(client.post(_TOKENS, asked)["token"])


@tokens.command("remove")
@click.argument("id", type=int)
@server_option
def tokens_remove(id: int, server: Address) -> None:  # noqa: A002
    """Withdraw the API token with the number ID."""
    with Client(server) as client:
        client.request("DELETE", f"{_TOKENS}/{id}")
    click.echo(f"{id}: withdrawn")


# --- inlets ---


@click.group()
def inlets() -> None:
    """Streaming inlets and their tokens."""


@inlets.command("list")
@server_option
@json_option
def inlets_list(server: Address, as_json: bool) -> None:
    """List the inlets."""
    with Client(server) as client:
        found = client.get("/api/inlets")
    shown = [row | {"authenticated": "asks for a token" if row["authenticated"] else "open"} for row in found]
    _show(found if as_json else shown, ("inletId", "sandbox", "authenticated", "url"), as_json, "no inlets")


_authenticated_option = click.option("--authenticated/--open", default=False, help="ask for a token, or take all")


@inlets.command("add")
@click.argument("inlet")
@_authenticated_option
@server_option
@sandbox_option
def inlets_add(inlet: str, authenticated: bool, server: Address, sandbox: str) -> None:
    """Make INLET in a sandbox."""
    with Client(server, sandbox) as client:
        client.post("/api/inlets", {"inletId": inlet, "authenticated": authenticated})
    click.echo(f"{inlet}: made")


@inlets.command("change")
@click.argument("inlet")
@_authenticated_option
@server_option
@sandbox_option
def inlets_change(inlet: str, authenticated: bool, server: Address, sandbox: str) -> None:
    """Set whether INLET asks for a token."""
    with Client(server, sandbox) as client:
        client.request("PATCH", f"/api/inlets/{segment(inlet)}", {"authenticated": authenticated})
    click.echo(f"{inlet}: {'asks for a token' if authenticated else 'open'}")


@inlets.command("tokens")
@click.argument("inlet")
@server_option
@sandbox_option
@json_option
def inlets_tokens(inlet: str, server: Address, sandbox: str, as_json: bool) -> None:
    """List the tokens of INLET."""
    with Client(server, sandbox) as client:
        found = client.get(f"/api/inlets/{segment(inlet)}/tokens")
    _show(found if as_json else _moments(found, "expiresAt"), ("id", "name", "expiresAt"), as_json, "no tokens")


@inlets.command("token")
@click.argument("inlet")
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 3650), help="how long it holds (default: until withdrawn)")
@server_option
@sandbox_option
def inlets_token(inlet: str, name: str, days: int | None, server: Address, sandbox: str) -> None:
    """Make the token NAME of INLET and print it, this once."""
    with Client(server, sandbox) as client:
        answer = client.post(f"/api/inlets/{segment(inlet)}/tokens", {"name": name, "expiresInDays": days})
    click.echo(answer["token"])


@inlets.command("withdraw")
@click.argument("inlet")
@click.argument("id", type=int)
@server_option
@sandbox_option
def inlets_withdraw(inlet: str, id: int, server: Address, sandbox: str) -> None:  # noqa: A002
    """Withdraw the token of INLET with the number ID."""
    with Client(server, sandbox) as client:
        client.request("DELETE", f"/api/inlets/{segment(inlet)}/tokens/{id}")
    click.echo(f"{id}: withdrawn")


# --- secrets ---


@click.group()
def secrets() -> None:
    """The keys that seal the secrets of documents."""


@secrets.command("status")
@server_option
@json_option
def secrets_status(server: Address, as_json: bool) -> None:
    """Show which keys there are and which are needed."""
    with Client(server) as client:
        found = client.get("/api/secrets")
    if as_json:
        click.echo(json.dumps(found))
        return
    for key in found["keys"]:
        marks = [("seals", key == found["current"]), ("in use", key in found["used"])]
        click.echo(f"{key}  {', '.join(mark for mark, holds in marks if holds) or 'not needed'}")


@secrets.command("rotate")
@server_option
def secrets_rotate(server: Address) -> None:
    """Make a new key and seal every secret with it; old keys still open."""
    with Client(server) as client:
        answer = client.post("/api/secrets/rotate")
    click.echo(f"{answer['current']} seals now; {answer['resealed']} documents were sealed anew")


@secrets.command("prune")
@server_option
def secrets_prune(server: Address) -> None:
    """Forget the keys that nothing is sealed with any more."""
    with Client(server) as client:
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
@server_option
def audit(
    actor: str | None, action: str | None, sandbox: str | None, name: str | None, since: str | None,
    until: str | None, form: str, server: Address,
) -> None:  # fmt: skip
    """Show who changed what, when; as JSON lines or CSV with what it was and what it became."""
    asked = {
        "actor": actor, "action": action, "sandbox": sandbox, "name": name, "since": since, "until": until,
        "format": "jsonl" if form == "text" else form,
    }  # fmt: skip
    with Client(server) as client:
        text = client.download("/api/audit/export?" + urlencode({k: v for k, v in asked.items() if v is not None}))
    if form != "text":
        click.echo(text, nl=False)
        return
    for entry in map(json.loads, text.splitlines()):
        at = datetime.fromtimestamp(entry["at"] / 1000, UTC).isoformat(" ", "seconds")[:19]
        click.echo(f"{at}  {entry['actor']}  {entry['action']}  {entry['sandbox'] or '-'}  {entry['name']}")


COMMANDS: tuple[click.Command, ...] = (users, product_profiles, tokens, inlets, secrets, audit)
