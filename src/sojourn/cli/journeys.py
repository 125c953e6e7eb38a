"""Commands about journeys: plan, publish, close, stop, and what is done with versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from sojourn.cli.client import Client, segment
from sojourn.cli.options import json_option, sandbox_client_option
from sojourn.cli.project import apply_body, load_valid

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
version_option = click.option("--version", type=int, help="one version alone")


@click.command()
@click.argument("what", metavar="DIR|NAME")
@sandbox_client_option
@json_option
def plan(what: str, client: Client, as_json: bool) -> None:
    """Show what publishing journey NAME would change, or what applying the documents in DIR would.

    Against the live version, activity by activity, with how many people wait where: they stay on theirs.
    """
    folder = Path(what)
    if not folder.is_dir():
        found = client.get(f"/api/journeys/{segment(what)}/plan")
        click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(_plan(found)))
        return
    files, _ = load_valid(folder)
    found = client.post("/api/apply?dryRun=true", apply_body(files))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for change in found["changes"]:
        if change["change"] != "unchanged":
            fields = f": {', '.join(change['fields'])}" if change["fields"] else ""
            click.echo(f"{change['kind']} {change['name']}: {change['change']}{fields}")
    if all(change["change"] == "unchanged" for change in found["changes"]):
        click.echo("nothing changes")
    for each in found["plans"]:
        click.echo("\n".join(_plan(each)))
    _print_findings(found["findings"])


def _plan(found: dict[str, Any]) -> list[str]:
    """A plan as text."""
    against = found["against"]
    says = "no version is live" if against is None else f"against version {against}, which is live"
    lines = [f"{found['journey']} version {found['version']}, {says}"]
    lines += [f"  {_difference(each)}" for each in found["properties"]]
    unchanged = 0
    for activity in found["activities"]:
        waiting = f"  ({activity['waiting']:,} wait here)" if activity["waiting"] else ""
        if activity["change"] == "unchanged":
            unchanged += 1
            if not waiting:
                continue
        name = activity["id"] if activity["label"] == activity["id"] else f"{activity['id']} '{activity['label']}'"
        lines.append(f"  {_SIGNS.get(activity['change'], ' ')} {activity['type']} {name}{waiting}")
        lines += [f"      {_difference(each)}" for each in activity["fields"]]
    if unchanged:
        lines.append(f"  {unchanged} activities unchanged")
    if (calls := found["calls"]) is not None:
        lines.append(f"  one person costs {calls['least']} to {calls['most']} calls")
    if against is not None:
        lines.append(f"  {found['waiting']:,} people are inside version {against}; they stay on it")
    return lines + [f"  {each['severity']}: {each['message']}" for each in found.get("findings", ())]


def _difference(difference: dict[str, Any]) -> str:
    before, after = (_value(difference[side]) for side in ("before", "after"))
    return f"{difference['field']}: {before} -> {after}"


def _value(value: Any) -> str:
    if value is None:
        return "(not set)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _print_findings(findings: list[dict[str, Any]]) -> None:
    for finding in findings:
        click.echo(f"{finding['severity']}: {finding['kind']} {finding['name']}: {finding['message']}")


@click.command()
@click.argument("name")
@sandbox_client_option
def publish(name: str, client: Client) -> None:
    """Publish the latest version of journey NAME."""
    answer = client.post(f"/api/journeys/{segment(name)}/publish")
    click.echo(f"{name}: version {answer['version']} is going live")
    _print_findings([each for each in answer["findings"] if each["code"] == "WARN_LIVE_LIMIT"])


@click.command()
@click.argument("name")
@sandbox_client_option
def close(name: str, client: Client) -> None:
    """Close journey NAME to new entries; who is inside finishes."""
    client.post(f"/api/journeys/{segment(name)}/close")
    click.echo(f"{name}: closed to new entries")


@click.command()
@click.argument("name")
@version_option
@sandbox_client_option
def stop(name: str, version: int | None, client: Client) -> None:
    """Stop journey NAME: everyone inside leaves at once, and it can never be started again."""
    client.post(f"/api/journeys/{segment(name)}/stop{_of(version)}")
    click.echo(f"{name}: stopped" if version is None else f"{name}: version {version} stopped")


@click.group()
def journeys() -> None:
    """Lists of journeys, and what is done with versions."""


@journeys.command("list")
@click.argument("text", default="")
@click.option("--status", multiple=True, help="a status to show (repeatable)")
@click.option("--tag", multiple=True, help="a tag to show (repeatable)")
@click.option("--uses", multiple=True, help="a document that it has to use, such as event:Purchase (repeatable)")
@click.option("--latest", is_flag=True, help="the latest version of each journey alone")
@click.option("--sort", default="name,version", show_default=True, help="fields by importance, - for downwards")
@sandbox_client_option
@json_option
def list_(
    text: str,
    status: tuple[str, ...],
    tag: tuple[str, ...],
    uses: tuple[str, ...],
    latest: bool,
    sort: str,
    client: Client,
    as_json: bool,
) -> None:
    """List journey versions; TEXT is looked for in names, descriptions and tags."""
    version = "latest" if latest else "all"
    wanted = {"text": text, "status": status, "tag": tag, "uses": uses, "version": version, "sort": sort}
    found = client.get(f"/api/journey-versions?{urlencode(wanted, doseq=True)}&size=1000")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found["items"]:
        click.echo(f"{each['name']:<32} {each['version']:>4}  {each['status']:<10} {', '.join(each['tags'])}".rstrip())
    click.echo(f"{len(found['items'])} of {found['total']} versions", err=True)


@journeys.command("duplicate")
@click.argument("name")
@click.argument("new")
@version_option
@sandbox_client_option
def duplicate(name: str, new: str, version: int | None, client: Client) -> None:
    """Make a draft NEW with the document of journey NAME."""
    client.post(f"/api/journeys/{segment(name)}/duplicate{_of(version)}", {"name": new})
    click.echo(f"{new}: created")


@journeys.command("rename")
@click.argument("name")
@click.argument("new")
@sandbox_client_option
def rename(name: str, new: str, client: Client) -> None:
    """Give journey NAME, all versions of it, the name NEW."""
    client.post(f"/api/journeys/{segment(name)}/rename", {"name": new})
    click.echo(f"{name}: is {new} now")


@journeys.command("delete")
@click.argument("name")
@version_option
@sandbox_client_option
def delete(name: str, version: int | None, client: Client) -> None:
    """Delete journey NAME with its reports: drafts, finished and stopped versions can go."""
    client.request("DELETE", f"/api/journeys/{segment(name)}{_of(version)}")
    click.echo(f"{name}: deleted" if version is None else f"{name}: version {version} deleted")


def _of(version: int | None) -> str:
    return "" if version is None else f"?version={version}"


COMMANDS: tuple[click.Command, ...] = (plan, publish, close, stop, journeys)
