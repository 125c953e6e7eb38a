"""Commands about projects: validate, apply, report, quarantine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from sojourn.cli.client import ApiError, Client, segment
from sojourn.cli.limits import apply_limits, check_limits
from sojourn.cli.options import client_option, folder_argument, json_option, sandbox_client_option
from sojourn.connect.guard import target
from sojourn.connect.sql import check_target, is_database, is_mail_server
from sojourn.errors import InputError
from sojourn.journey import published
from sojourn.journey.compile import check_project
from sojourn.journey.files import LIMITS, ProjectFiles
from sojourn.journey.finding import Finding, errors
from sojourn.journey.project import FOLDERS, MODELS, Kind, Project


def load(folder: Path, allow: tuple[str, ...] | None = None) -> tuple[ProjectFiles, Project, list[Finding]]:
    """A folder's documents, as a project, and all findings in the order of the files.

    URLs are looked at as such; whether they may be called only where `allow` says what the server allows.
    """
    files = ProjectFiles(folder)
    project = files.project()

    def rule(url: str) -> None:
        if allow is not None:
            check_target(url, allow)
        elif not (is_database(url) or is_mail_server(url)):
            target(url)

    found = files.findings + [files.locate(finding) for finding in check_project(project, rule)]
    return files, project, found + check_limits(files)


def load_valid(folder: Path) -> tuple[ProjectFiles, Project]:
    """A folder without errors. Raises InputError with the first of them."""
    files, project, found = load(folder)
    if wrong := errors(found):
        raise InputError("ERR_PROJECT_INVALID", count=len(wrong), first=wrong[0])
    return files, project


@click.command()
@folder_argument
@click.option("--allow", multiple=True, help="check too that URLs may be called, with these private targets allowed")
@json_option
def validate(folder: Path, allow: tuple[str, ...], as_json: bool) -> None:
    """Check the documents in FOLDER; exit 2 if one is in error."""
    files, project, found = load(folder, allow or None)
    if as_json:
        click.echo(json.dumps({"findings": [finding.to_json() for finding in found]}, ensure_ascii=False))
    else:
        for finding in found:
            click.echo(str(finding))
        counted = {plural: len(project.of(kind)) for kind, plural in FOLDERS.items()} | {LIMITS: len(files.limits)}
        counts = ", ".join(f"{count} {plural}" for plural, count in counted.items() if count) or "no documents"
        wrong = len(errors(found))
        click.echo(f"{counts}: {wrong} errors, {len(found) - wrong} warnings", err=True)
    if errors(found):
        sys.exit(2)


def apply_body(files: ProjectFiles) -> dict[str, list[Any]]:
    """The documents of a folder as one request."""
    body: dict[str, list[Any]] = {plural: [] for plural in FOLDERS.values()}
    for kind, data in files.documents:
        body[FOLDERS[kind]].append(data)
    return body


@click.command()
@folder_argument
@click.option("--dry-run", is_flag=True, help="write nothing, and tell what would happen (see also `sojourn plan`)")
@click.option("--no-overwrite", is_flag=True, help="refuse to change documents that are there")
@sandbox_client_option
def apply(folder: Path, dry_run: bool, no_overwrite: bool, client: Client) -> None:
    """Write the documents in FOLDER to a server, all or none, matching by name; then deploy its limits on calls."""
    files, _ = load_valid(folder)
    query = f"dryRun={str(dry_run).lower()}&overwrite={str(not no_overwrite).lower()}"
    try:
        answer = client.post(f"/api/apply?{query}", apply_body(files))
    except ApiError as error:
        for finding in error.body.get("findings", ()):
            about = Finding(
                finding["code"], finding["severity"], finding["kind"], finding["name"],
                tuple(finding["field"].split(".")) if finding["field"] else (), detail=finding["message"],
            )  # fmt: skip
            click.echo(str(files.locate(about)), err=True)
        raise
    for change in answer["changes"]:
        fields = f": {', '.join(change['fields'])}" if dry_run and change["fields"] else ""
        click.echo(f"{change['kind']} {change['name']}: {change['change']}{fields}")
    for finding in answer["findings"]:
        click.echo(f"{finding['severity']}: {finding['kind']} {finding['name']}: {finding['message']}")
    if dry_run:
        return
    for limit, happened in apply_limits(client, files):
        click.echo(f"limit {limit}: {happened}")


@click.command()
@click.argument("name")
@sandbox_client_option
@json_option
@click.option("--since", default="", help="beginning of a range (ISO 8601 with zone)")
@click.option("--until", default="", help="its end, not included")
def report(name: str, client: Client, as_json: bool, since: str, until: str) -> None:
    """Show the numbers of journey NAME, of all time or of a range."""
    given = urlencode({key: value for key, value in (("since", since), ("until", until)) if value})
    found = client.get(f"/api/journeys/{segment(name)}/report{'?' if given else ''}{given}")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        print_report(found)


def print_report(found: dict[str, Any]) -> None:
    """A report as text."""
    names = ("entered", "completed", "failed", "exited", "stopped", "current")
    click.echo(f"{found['journey']}: " + ", ".join(f"{found[name]:,} {name}" for name in names))
    for name, action in found["actions"].items():
        failed = ", ".join(f"{kind} {count:,}" for kind, count in action["failed"].items()) or "none"
        counts = f"called {action['called']:>8,}  ok {action['ok']:>8,}  attempts {action['attempts']:>8,}"
        click.echo(f"  {name:<24} {counts}  failed {failed}")
    for name, count in found.get("queued", {}).items():
        click.echo(f"  queued: {name} {count:,}")
    for reason, count in found.get("discarded", {}).items():
        click.echo(f"  discarded: {reason} {count:,}")
    if found.get("quarantined"):
        click.echo(f"  quarantined: {found['quarantined']:,} (see `sojourn quarantine list`)")


@click.group()
def quarantine() -> None:
    """What could not be processed and was set aside."""


@quarantine.command("list")
@client_option
@json_option
def quarantine_list(client: Client, as_json: bool) -> None:
    """List what was set aside, with the reason."""
    items = client.get("/api/quarantine")
    while items and (more := client.get(f"/api/quarantine?after={items[-1]['id']}")):
        items += more
    if as_json:
        click.echo(json.dumps(items, ensure_ascii=False))
        return
    for item in items:
        click.echo(
            f"{item['id']:>6}  {item['kind']:<7} {item['journey'] or '-'}  {item['person'] or '-'}  {item['reason']}"
        )
    if not items:
        click.echo("nothing is in quarantine")


@quarantine.command("retry")
@click.argument("item", type=int)
@client_option
def quarantine_retry(item: int, client: Client) -> None:
    """Process ITEM once more."""
    client.post(f"/api/quarantine/{item}/retry")
    click.echo(f"{item}: is tried again")


@quarantine.command("drop")
@click.argument("item", type=int)
@client_option
def quarantine_drop(item: int, client: Client) -> None:
    """Give ITEM up."""
    client.request("DELETE", f"/api/quarantine/{item}")
    click.echo(f"{item}: dropped")


@click.command("json-schema")
@click.argument("kind", type=click.Choice(list(MODELS)))
def json_schema(kind: Kind) -> None:
    """Print the JSON Schema of a KIND of document, for editors."""
    click.echo(json.dumps(published.json_schema(kind), indent=2, ensure_ascii=False))


COMMANDS: tuple[click.Command, ...] = (validate, apply, report, quarantine, json_schema)
