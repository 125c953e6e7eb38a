"""Commands about sandboxes [1.3]."""

from __future__ import annotations

from typing import Any

import click

from sojourn.cli.client import Client, segment
from sojourn.cli.options import client_option, json_option, show_list

_COUNTS = {
    "journeys": "journeys",
    "inside": "stays under way",
    "documents": "other documents",
    "profiles": "profiles",
    "inlets": "inlets",
    "inletTokens": "tokens of inlets",
}


@click.group()
def sandboxes() -> None:
    """Sandboxes: worlds of their own."""


@sandboxes.command("list")
@client_option
@json_option
def sandboxes_list(client: Client, as_json: bool) -> None:
    """List the sandboxes."""
    show_list(client.get("/api/sandboxes"), ("name", "kind", "colour"), as_json, "no sandboxes")


@sandboxes.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice(["production", "development"]), default="development", help="what it is for")
@client_option
def sandboxes_add(name: str, kind: str, client: Client) -> None:
    """Make the sandbox NAME, with an inlet of the same id."""
    client.post("/api/sandboxes", {"name": name, "kind": kind})
    click.echo(f"{name}: made")


@sandboxes.command("contents")
@click.argument("name")
@client_option
@json_option
def sandboxes_contents(name: str, client: Client, as_json: bool) -> None:
    """Count what the sandbox NAME holds."""
    found = client.get(f"/api/sandboxes/{segment(name)}/contents")
    rows = [{"what": what, "count": found[key]} for key, what in _COUNTS.items()]
    show_list(found if as_json else rows, ("what", "count"), as_json, "nothing")


@sandboxes.command("delete")
@click.argument("name")
@client_option
def sandboxes_delete(name: str, client: Client) -> None:
    """Delete the sandbox NAME, in which nothing may be left; with its inlets and their tokens."""
    gone: dict[str, Any] = client.request("DELETE", f"/api/sandboxes/{segment(name)}")
    told = ", ".join(f"{gone[key]} {_COUNTS[key]}" for key in ("inlets", "inletTokens"))
    click.echo(f"{name}: deleted, with {told}")


COMMANDS: tuple[click.Command, ...] = (sandboxes,)
