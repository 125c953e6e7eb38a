"""Commands about segments: how large they are, who is in them, evaluating them, uploading an audience."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from sojourn.cli.client import Address, Client, segment
from sojourn.cli.options import json_option, sandbox_client_option, sandbox_option, server_option
from sojourn.cli.progress import progress_bar
from sojourn.errors import InputError

CHUNK = 5_000
"""Ids in a request."""


@click.group()
def segments() -> None:
    """Segments and uploaded audiences."""


@segments.command("list")
@sandbox_client_option
@json_option
def list_(client: Client, as_json: bool) -> None:
    """List the segments: how each is evaluated, how large it is, and how far an evaluation is."""
    found = client.get("/api/segment-states")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each['name']}: {each['size']} members, {each['evaluation']}, {_when(each)}")


def _when(state: dict[str, Any]) -> str:
    if state["progress"] is not None:
        return f"evaluating {state['progress']['done']} of {state['progress']['of']}"
    if state["evaluation"] == "uploaded":
        return "by upload"
    at = state["evaluatedAt"]
    return "not evaluated yet" if at is None else f"evaluated {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M}Z"


@segments.command()
@click.argument("name")
@sandbox_client_option
def evaluate(name: str, client: Client) -> None:
    """Evaluate a segment for everybody, now; `list` shows how far that is."""
    client.post(f"/api/segments/{segment(name)}/evaluate")
    click.echo(f"{name}: evaluation begun")


@segments.command()
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--namespace", required=True, help="the namespace of the ids")
@click.option("--column", help="the column with the ids, by its name in the first line; without it, the first one")
@click.option("--add", "mode", flag_value="add", help="the ids join those who are in it")
@click.option("--remove", "mode", flag_value="remove", help="the ids leave")
@click.option("--replace", "mode", flag_value="replace", default=True, help="the ids are the whole audience (default)")
@server_option
@sandbox_option
def upload(name: str, file: Path, namespace: str, column: str | None, mode: str, server: Address, sandbox: str) -> None:
    """Upload the audience of a segment without a definition: ids from a CSV FILE whose first line names the columns."""
    address = f"/api/segments/{segment(name)}/members"
    sent = 0
    with Client(server, sandbox) as client, progress_bar(file.name) as told:

        def send(ids: list[str], how: str) -> None:
            nonlocal sent
            query = urlencode({"namespace": namespace, "mode": how})
            sent += client.request("POST", f"{address}?{query}", raw="\n".join(ids).encode())["accepted"]
            told(sent, sent)

        how = "begin" if mode == "replace" else mode
        for ids in _chunks(_ids(file, column)):
            send(ids, how)
            how = "add" if mode == "replace" else mode
        if mode == "replace":
            if how == "begin":  # nobody at all
                send([], "begin")
            send([], "end")
    click.echo(f"{name}: {sent} ids taken")


def _chunks(ids: Iterator[str]) -> Iterator[list[str]]:
    while some := list(itertools.islice(ids, CHUNK)):
        yield some


def _ids(file: Path, column: str | None) -> Iterator[str]:
    """The ids of a file. Raises InputError for one that cannot be read, or that has no such column."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.reader(lines)
            names = next(rows, [])
            if column is not None and column not in names:
                raise InputError("ERR_SEGMENT_COLUMN", field="column", column=column, known=", ".join(names) or "-")
            place = names.index(column) if column is not None else 0
            for row in rows:
                if len(row) > place and row[place]:
                    yield row[place]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("ERR_SEGMENT_FILE", field="file", file=str(file), detail=str(error)) from error


COMMANDS = [segments]
