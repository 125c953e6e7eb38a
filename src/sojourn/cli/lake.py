"""Commands about what happened: SQL over the lake, and metrics."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from sojourn.cli.client import Client
from sojourn.cli.options import sandbox_client_option
from sojourn.errors import InputError

FORMATS = ("table", "csv", "json", "xlsx", "parquet")
format_option = click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="table by default, or what the name of OUT ends in"
)
out_option = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write to this file")


@click.command()
@click.argument("sql")
@format_option
@out_option
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=10_000, show_default=True, help="rows at most")
@click.option("--timeout", type=click.FloatRange(0, 60, min_open=True), default=30.0, show_default=True, help="seconds")
@sandbox_client_option
def query(sql: str, format_: str | None, out: Path | None, limit: int, timeout: float, client: Client) -> None:
    """Run a SELECT over the datasets of the lake; SQL of - reads it from standard input."""
    text = sys.stdin.read() if sql == "-" else sql
    form = form_of(format_, out)
    body = {"sql": text, "format": "json" if form == "table" else form, "limit": limit, "timeout": timeout}
    show(client.fetch("POST", "/api/query", body), form, out)


@click.command()
@click.argument("names")
@click.option("--by", "dimensions", default="", help="dimensions, with commas between them")
@click.option("--since", help="beginning of the range (ISO 8601 with zone)")
@click.option("--until", help="its end, not included")
@click.option("--grain", type=click.Choice(["all", "hour", "day", "week", "month"]), default="all", show_default=True)
@click.option("--zone", default="UTC", show_default=True, help="where days, weeks and months begin")
@click.option("--filter", "filters", multiple=True, metavar="DIMENSION=VALUE", help="keep these (repeatable)")
@click.option("--order", default="", help="a metric, a dimension or time; - before it for the largest first")
@click.option("--limit", type=click.IntRange(1, 100_000), default=10_000, show_default=True, help="rows at most")
@format_option
@out_option
@sandbox_client_option
def metrics(
    names: str, dimensions: str, filters: tuple[str, ...], format_: str | None, out: Path | None, client: Client,
    **given: Any,
) -> None:  # fmt: skip
    """Show metrics (NAMES, with commas between them) by dimensions; docs/metrics.md has them all."""
    form = form_of(format_, out)
    kept: dict[str, list[str]] = {}
    for each in filters:
        name, _, value = each.partition("=")
        kept.setdefault(name, []).append(value)
    body = {
        "metrics": [name for name in names.split(",") if name],
        "dimensions": [name for name in dimensions.split(",") if name],
        "filters": kept,
        "format": "json" if form == "table" else form,
        **{name: value for name, value in given.items() if value is not None},
    }
    show(client.fetch("POST", "/api/metrics", body), form, out)


def form_of(format_: str | None, out: Path | None) -> str:
    """The form that is asked for. Raises InputError for one that no terminal shows."""
    form = format_ or (out.suffix[1:] if out is not None and out.suffix[1:] in FORMATS else "table")
    if out is None and form in ("xlsx", "parquet"):
        raise InputError("ERR_FORMAT_NEEDS_FILE", field="out", format=form)
    return form


def show(content: bytes, form: str, out: Path | None) -> None:
    """An answer, on the terminal or in a file."""
    if form == "table":
        found = json.loads(content)
        console = Console(file=None if out is None else out.open("w"), width=None if sys.stdout.isatty() else 240)
        console.print(_table(found))
        if found["truncated"]:
            click.echo(f"(more than {len(found['rows'])} rows)", err=True)
    elif out is not None:
        out.write_bytes(content)
    else:
        click.echo(content.decode("utf-8-sig").rstrip("\r\n"))  # the mark is for spreadsheets


def _table(found: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in found["columns"]:
        numeric = column["type"].split("(")[0] in ("BIGINT", "INTEGER", "HUGEINT", "DOUBLE", "DECIMAL")
        table.add_column(column["name"], justify="right" if numeric else "left", overflow="fold")
    for row in found["rows"]:
        table.add_row(*(_cell(value) for value in row))
    return table


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


COMMANDS = [query, metrics]
