"""`sojourn source test`, `sojourn action test` and `sojourn action propose`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import yaml

from sojourn.cli.client import Client, segment
from sojourn.cli.options import json_option, sandbox_client_option
from sojourn.errors import InputError
from sojourn.journey.openapi import propose


@click.group()
def source() -> None:
    """Data sources: try them out."""


@click.group()
def action() -> None:
    """Custom actions: try them out, or have one proposed."""


@source.command("test")
@click.argument("name")
@click.argument("group", required=False)
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE", help="a parameter; VALUE is JSON, or a text")
@sandbox_client_option
@json_option
def test_source(name: str, group: str | None, given: tuple[str, ...], client: Client, as_json: bool) -> None:
    """Call the data source NAME once for the field group GROUP, and show the answer.

    Without GROUP only its token is fetched. Exit 1 if the answer is an error.
    """
    body = {"fieldGroup": group, "parameters": dict(_pair(each) for each in given)}
    _show(client.post(f"/api/sources/{segment(name)}/test", body), as_json)


@action.command("test")
@click.argument("name")
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE",
              help="a variable of the body by its path; VALUE is JSON, or a text")  # fmt: skip
@click.option("--header", multiple=True, metavar="NAME=VALUE", help="a variable header")
@click.option("--query", multiple=True, metavar="NAME=VALUE", help="a variable query parameter")
@click.option("--path", help="the dynamic path")
@sandbox_client_option
@json_option
def test_action(
    name: str,
    given: tuple[str, ...],
    header: tuple[str, ...],
    query: tuple[str, ...],
    path: str | None,
    client: Client,
    as_json: bool,
) -> None:
    """Make the call of the action NAME once, for real, and show the answer. Exit 1 if it is an error."""
    body: dict[str, Any] = {"path": path}
    for section, pairs in (("parameters", given), ("headers", header), ("query", query)):
        body[section] = dict(_pair(each) for each in pairs)
    _show(client.post(f"/api/actions/{segment(name)}/test", body), as_json)


@action.command("propose")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--operation", help="its operationId, or as 'POST /path'; not needed where there is one only")
@json_option
def propose_action(file: Path, operation: str | None, as_json: bool) -> None:
    """Propose an action for an operation of the OpenAPI document FILE (JSON or YAML), as YAML."""
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))  # JSON is YAML
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("ERR_IMPORT_FILE", field=str(file), detail=str(error)) from None
    except (yaml.YAMLError, RecursionError):
        raise InputError("ERR_OPENAPI", field=str(file)) from None
    found = propose(document, operation)
    click.echo(
        json.dumps(found, ensure_ascii=False) if as_json
        else yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=110).rstrip()
    )  # fmt: skip


def _pair(text: str) -> tuple[str, Any]:
    """A name and its value: JSON where it is some, else the text itself."""
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"'{text}' is no NAME=VALUE.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        status = "ok" if found["status"] is None else found["status"]
        click.echo(f"{status} in {found['took']} ms")
        if found["answer"] is not None:
            click.echo(json.dumps(found["answer"], ensure_ascii=False, indent=2))
        if found["missing"]:
            click.echo(f"missing or of another type: {', '.join(found['missing'])}")
    if not found["ok"]:
        sys.exit(1)


COMMANDS = (source, action)
