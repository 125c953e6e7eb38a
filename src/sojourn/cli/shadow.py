"""`sojourn shadow`: a draft beside the live version on live events, calling nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from sojourn.cli.client import Client, segment
from sojourn.cli.history import read_answers
from sojourn.cli.options import json_option, sandbox_client_option
from sojourn.cli.project import print_report


@click.group()
def shadow() -> None:
    """A draft on live events beside the live version; its calls are answered and never made."""


@shadow.command()
@click.argument("name")
@click.option("--answers", type=click.Path(path_type=Path), help="what sources and actions answer (JSON)")
@sandbox_client_option
def start(name: str, answers: Path | None, client: Client) -> None:
    """Start a shadow of the draft of journey NAME."""
    body: dict[str, Any] = {"answers": read_answers(answers)} if answers is not None else {}
    found = client.post(f"/api/journeys/{segment(name)}/shadow", body)
    click.echo(f"{name}: version {found['version']} runs as a shadow")


@shadow.command()
@click.argument("name")
@sandbox_client_option
@json_option
def report(name: str, client: Client, as_json: bool) -> None:
    """Show what the shadow of journey NAME has come to, and the live versions since it began."""
    found = client.get(f"/api/journeys/{segment(name)}/shadow")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    elif found["shadow"] is None:
        click.echo(f"{name}: no shadow runs")
    else:
        print_report({"journey": f"{name} v{found['version']} (shadow)", **found["shadow"]})
        print_report({"journey": f"{name} (live, since then)", **found["live"]})


@shadow.command()
@click.argument("name")
@sandbox_client_option
def stop(name: str, client: Client) -> None:
    """Stop the shadow of journey NAME; its report goes with it."""
    client.request("DELETE", f"/api/journeys/{segment(name)}/shadow")
    click.echo(f"{name}: the shadow ends")


COMMANDS: tuple[click.Command, ...] = (shadow,)
