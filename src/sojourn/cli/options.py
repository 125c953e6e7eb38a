"""What commands share: options, the server that they talk to, and how they show lists."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from sojourn.cli.client import Address, Client

folder_argument = click.argument("folder", type=click.Path(path_type=Path))
sandbox_option = click.option("--sandbox", default="prod", show_default=True, help="the sandbox to work in")
json_option = click.option("--json", "as_json", is_flag=True, help="one JSON object instead of text")


def server_option(command: Callable[..., None]) -> Callable[..., None]:
    """`--server` and `--token`, given to the command as one `server`."""

    @wraps(command)
    def called(*args: Any, server: str, token: str, **kwargs: Any) -> None:
        command(*args, server=Address(server, token), **kwargs)

    for option in (
        click.option("--token", default="", envvar="SOJOURN_TOKEN", help="API token (default: the local token)"),
        click.option(
            "--server",
            default="http://127.0.0.1:8010",
            envvar="SOJOURN_SERVER",
            show_default=True,
            help="the server's address",
        ),
    ):
        called = option(called)
    return called


def client_option(command: Callable[..., None]) -> Callable[..., None]:
    """`--server` and `--token`, given to the command as a `client`."""

    @wraps(command)
    def called(*args: Any, server: Address, **kwargs: Any) -> None:
        with Client(server) as client:
            command(*args, client=client, **kwargs)

    return server_option(called)


def sandbox_client_option(command: Callable[..., None]) -> Callable[..., None]:
    """`--server`, `--token` and `--sandbox`, given to the command as a `client` that works there."""

    @wraps(command)
    def called(*args: Any, server: Address, sandbox: str, **kwargs: Any) -> None:
        with Client(server, sandbox) as client:
            command(*args, client=client, **kwargs)

    return server_option(sandbox_option(called))


def moment(context: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    """An option's moment, as epoch ms; None where it is not given."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"'{value}' is not a moment such as 1998-07-01T00:00:00Z") from None
    if found.tzinfo is None:
        raise click.BadParameter(f"'{value}' names no time zone; write it like 1998-07-01T00:00:00Z")
    return round(found.timestamp() * 1000)


def show_list(rows: list[dict[str, Any]], columns: tuple[str, ...], as_json: bool, nothing: str) -> None:
    """A list as JSON, or as a table; epoch milliseconds, under names that end in `At`, as moments."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    elif not rows:
        click.echo(nothing)
    else:
        cells = [[_cell(column, row[column]) for column in columns] for row in rows]
        widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
        for line in cells:
            click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _cell(column: str, value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return told(value, "minutes") if column.endswith("At") else str(value)


def told(moment_: int, precision: str = "seconds") -> str:
    """Epoch milliseconds as a moment in UTC."""
    return datetime.fromtimestamp(moment_ / 1000, UTC).isoformat(" ", precision).removesuffix("+00:00")
