"""Commands about profiles: import of files, test profiles, and what privacy asks for."""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from sojourn.cli.client import Address, Client, segment
from sojourn.cli.options import json_option, moment, sandbox_client_option, sandbox_option, server_option
from sojourn.cli.progress import progress_bar
from sojourn.cli.table import Chunk, Table, Target
from sojourn.errors import InputError
from sojourn.messages import text

IN_FLIGHT = 3
"""Chunks on their way at once: one is read, one checked by the server, one worked on by the engine."""
SHOWN = 20


def _whom(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments that say who is meant."""
    return click.argument("namespace")(click.argument("id_", metavar="ID")(command))


@click.group()
def profiles() -> None:
    """Profiles and lookup records."""


@profiles.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dataset", required=True, help="the dataset that the records go to")
@click.option("--map", "renamed", multiple=True, metavar="COLUMN=PATH", help="which field a column is (repeatable)")
@click.option("--skip", multiple=True, metavar="COLUMN", help="leave a column out (repeatable)")
@click.option(
    "--as-of",
    callback=moment,
    help="how new the records are (ISO 8601 with zone), where they do not say; without it, as new as the file",
)
@server_option
@sandbox_option
@json_option
def import_(
    files: tuple[Path, ...],
    dataset: str,
    renamed: tuple[str, ...],
    skip: tuple[str, ...],
    as_of: int | None,
    server: Address,
    sandbox: str,
    as_json: bool,
) -> None:
    """Take the records in FILES (.csv, .parquet, .jsonl) into the profile store.

    A column is a field, by its dotted path, or identityMap.NAMESPACE. Bad rows are told with line and field, exit 2;
    the good ones are in. The same file again changes nothing.
    """
    names = dict(_pair(each) for each in renamed)
    with Client(server, sandbox) as client:
        about = client.get(f"/api/datasets/{segment(dataset)}/fields")
        target = Target(dataset, about["kind"], about["key"], about["fields"])
        accepted, refused = 0, 0
        found: list[dict[str, Any]] = []
        for path in files:
            if not path.is_file():
                raise InputError("ERR_RECORDS_FILE", file=str(path), detail="there is no such file")
            table = Table(path, target, names, skip)
            newness = round(path.stat().st_mtime * 1000) if as_of is None else as_of
            try:
                for count, problems in _send(table, server, sandbox, f"{_records(dataset)}?moment={newness}"):
                    accepted += count
                    refused += len(problems)
                    found += problems[: max(0, 1_000 - len(found))]
            finally:
                table.close()
    if as_json:
        click.echo(json.dumps({"accepted": accepted, "refused": refused, "problems": found}, ensure_ascii=False))
    else:
        for each in found[:SHOWN]:
            click.echo(
                f"{each['file']}:{each['line']}: {each['field'] + ': ' if each['field'] else ''}{each['text']}",
                err=True,
            )
        if refused > SHOWN:
            click.echo(f"... and {refused - SHOWN} more; --json gives up to 1000", err=True)
        click.echo(f"{accepted} records taken, {refused} refused")
    if refused:
        sys.exit(2)


@profiles.command()
@_whom
@sandbox_client_option
def show(namespace: str, id_: str, client: Client) -> None:
    """Print the profile of whoever is known by ID in NAMESPACE, as JSON."""
    click.echo(json.dumps(client.get(f"/api/profiles?{_query(namespace, id_)}"), ensure_ascii=False, indent=2))


@profiles.command("test-profile")
@_whom
@click.option("--dataset", required=True, help="a dataset of profile records, enabled for profile")
@click.option(
    "--set", "fields", multiple=True, metavar="PATH=VALUE", help="an attribute; VALUE as JSON, else as a text"
)
@sandbox_client_option
def test_profile(namespace: str, id_: str, dataset: str, fields: tuple[str, ...], client: Client) -> None:
    """Make or change a test profile: the one that is known by ID in NAMESPACE."""
    record: dict[str, Any] = {"identityMap": {namespace: [{"id": id_, "primary": True}]}, "testProfile": True}
    for said in fields:
        path, equals, value = said.partition("=")
        if not (path and equals):
            raise InputError("ERR_RECORDS_SET", field="set", text=said)
        here = record
        *parents, last = path.split(".")
        for name in parents:
            here = here.setdefault(name, {})
        try:
            here[last] = json.loads(value)
        except ValueError:
            here[last] = value
    answer = client.request("POST", _records(dataset), raw=json.dumps(record).encode())
    for each in answer["refused"]:
        raise InputError("ERR_RECORDS_REFUSED", field=each["problem"].get("field"), problem=each["problem"]["title"])
    click.echo(f"test profile {namespace} {id_}")


@profiles.command()
@_whom
@sandbox_client_option
def export(namespace: str, id_: str, client: Client) -> None:
    """Print everything held on a person, as one JSON archive."""
    click.echo(json.dumps(client.get(f"/api/privacy/access?{_query(namespace, id_)}"), ensure_ascii=False, indent=2))


@profiles.command()
@_whom
@sandbox_client_option
def delete(namespace: str, id_: str, client: Client) -> None:
    """Delete a person everywhere, log included, and wait until it is done."""
    token = client.post("/api/privacy/delete", {"namespace": namespace, "id": id_})["token"]
    while not client.get(f"/api/privacy/deletes/{token}")["done"]:
        time.sleep(0.2)
    click.echo(f"deleted ({token})")


def _query(namespace: str, id_: str) -> str:
    return urlencode({"namespace": namespace, "id": id_})


def _records(dataset: str) -> str:
    return f"/api/datasets/{segment(dataset)}/records"


def _send(table: Table, server: Address, sandbox: str, address: str) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Sends a file: for each chunk (accepted, problems), in order; a few chunks are on their way at once."""
    with ExitStack() as stack:
        clients = [stack.enter_context(Client(server, sandbox)) for _ in range(IN_FLIGHT)]
        pool = stack.enter_context(ThreadPoolExecutor(IN_FLIGHT))
        told = stack.enter_context(progress_bar(table.path.name))
        waiting: deque[tuple[Chunk, Future[Any]]] = deque()
        done = 0

        def next_one() -> tuple[int, list[dict[str, Any]]]:
            nonlocal done
            chunk, future = waiting.popleft()
            answer = future.result()
            done += len(chunk.lines)
            told(done, max(done, table.count or 0))
            return answer["accepted"], list(_problems(table, chunk, answer["refused"]))

        for number, chunk in enumerate(table.chunks()):
            if len(waiting) == IN_FLIGHT:
                yield next_one()
            client = clients[number % IN_FLIGHT]
            waiting.append((chunk, pool.submit(client.request, "POST", address, raw=chunk.body)))
        while waiting:
            yield next_one()
        damaged = [
            {
                "file": str(table.path),
                "line": each.line,
                "field": "",
                "code": "ERR_RECORDS_LINE",
                "text": text("ERR_RECORDS_LINE", {"detail": each.detail}),
            }
            for each in table.damaged
        ]
        if damaged:
            yield 0, damaged


def _problems(table: Table, chunk: Chunk, refused: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in refused:
        problem = each["problem"]
        yield {
            "file": str(table.path),
            "line": chunk.lines[each["line"] - 1],
            "field": problem.get("field", ""),
            "code": problem["code"],
            "text": problem["title"],
        }


def _pair(said: str) -> tuple[str, str]:
    column, equals, path = said.rpartition("=")
    if not (equals and column and path):
        raise InputError("ERR_RECORDS_MAP", field="map", text=said)
    return column, path


COMMANDS = [profiles]
