"""`sojourn explain`: why a stay went as it did, and what an event did."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import click

from sojourn.cli.client import Client, segment
from sojourn.cli.options import json_option, sandbox_client_option
from sojourn.errors import NotFoundError
from sojourn.report.explain import when

language_option = click.option(
    "--lang", type=click.Choice(["en", "ko"]), default="en", show_default=True, help="the language of the sentences"
)


@click.group()
def explain() -> None:
    """Why somebody went the way they went in a journey, or is not in it."""


@explain.command()
@click.argument("id_", metavar="ID")
@language_option
@sandbox_client_option
@json_option
def stay(id_: str, lang: str, client: Client, as_json: bool) -> None:
    """Explain the stay with this ID (the instanceID of its step events)."""
    _print(client.get(f"/api/stays/{segment(id_)}/explain?{urlencode({'lang': lang})}"), as_json)


@explain.command()
@click.argument("id_", metavar="ID")
@click.option("--namespace", help="the namespace of the id, where it is not the journeys' own")
@click.option("--journey", help="only stays in this journey")
@language_option
@sandbox_client_option
@json_option
def person(id_: str, namespace: str | None, journey: str | None, lang: str, client: Client, as_json: bool) -> None:
    """Explain all stays of the person with this ID."""
    given = {"person": id_, "namespace": namespace, "journey": journey}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    found = client.get(f"/api/stays?{query}")
    if not found:
        raise NotFoundError("ERR_NO_STAYS", field="id", id=id_)
    for each in found:
        query = urlencode({"person": each["person"], "lang": lang})
        told = client.get(f"/api/stays/{segment(each['id'])}/explain?{query}")
        if not as_json:
            click.echo(f"{told['journey']} v{told['version']} ({told['kind']}): {told['id']}")
        _print(told, as_json)


@explain.command()
@click.argument("id_", metavar="ID")
@language_option
@sandbox_client_option
@json_option
def event(id_: str, lang: str, client: Client, as_json: bool) -> None:
    """Explain what the event with this ID (its _id) did, and why it did not do more."""
    found = client.get(f"/api/events/{segment(id_)}/explain?{urlencode({'lang': lang})}")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for line in found["lines"]:
            click.echo(line)


def _print(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for line in found["lines"]:
        click.echo(f"  {when(line['at'])}  {line['text']}")


COMMANDS: tuple[click.Command, ...] = (explain,)
