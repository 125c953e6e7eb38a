"""Commands over recorded history: backtest and replay."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import Any

import click

from sojourn.cli.client import Address, ApiError, Client, segment
from sojourn.cli.options import json_option, moment, sandbox_option, server_option
from sojourn.cli.progress import progress_bar
from sojourn.cli.project import load_valid, print_report
from sojourn.errors import InputError, StoreError
from sojourn.journey.compile import compile_journey
from sojourn.journey.files import ProjectFiles
from sojourn.journey.finding import Finding, errors
from sojourn.journey.override import override
from sojourn.journey.plan import Plan
from sojourn.journey.project import Project
from sojourn.runtime import history as history_file
from sojourn.runtime.backtest import backtest as run_backtest
from sojourn.runtime.collector import quiet_collector
from sojourn.runtime.fixtures import NOTHING_KNOWN, read_fixtures
from sojourn.runtime.inlet import InletRules
from sojourn.runtime.replay import Replay, count

EVERY = 0.3
"""Seconds between two looks at a backtest on a server."""
CHUNK_BYTES = 4_000_000


def _arguments(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The arguments that backtest and replay share; a backtest on a server does not need all of them."""

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        for decorate in reversed(
            (
                click.argument("folder", type=click.Path(path_type=Path), required=required),
                click.option("--journey", required=True, help="the journey's name"),
                click.option(
                    "--events", required=required, type=click.Path(path_type=Path), help="JSON lines, .gz or plain"
                ),
                click.option(
                    "--until", required=required, callback=moment, help="last moment to process (ISO 8601 with zone)"
                ),
                click.option(
                    "--set", "changes", multiple=True, metavar="ACTIVITY.FIELD=VALUE", help="change the journey first"
                ),
                click.option(
                    "--answers",
                    type=click.Path(path_type=Path),
                    help="what data sources and actions answer (JSON); left out, they know nothing and succeed",
                ),
                json_option,
            )
        ):
            command = decorate(command)
        return command

    return decorated


@click.command()
@_arguments(required=False)
@click.option(
    "--from-server",
    is_flag=True,
    help="run it on a server: over what that has taken in, or over --events; the journey of FOLDER, or without FOLDER "
    "the server's latest version, and beside it the live one",
)
@click.option("--from", "since", callback=moment, help="with --from-server: the first moment (ISO 8601 with zone)")
@server_option
@sandbox_option
def backtest(
    folder: Path | None,
    journey: str,
    events: Path | None,
    until: int | None,
    changes: tuple[str, ...],
    answers: Path | None,
    as_json: bool,
    from_server: bool,
    since: int | None,
    server: Address,
    sandbox: str,
) -> None:
    """Run a journey of FOLDER over recorded events, in memory; calls are counted, not made."""
    if from_server:
        body = {
            "from": _iso(since),
            "until": _iso(until),
            "document": None if folder is None else _changed(folder, journey, changes),
            "answers": {} if answers is None else read_answers(answers),
        }
        _on_server(journey, {name: value for name, value in body.items() if value}, events, server, sandbox, as_json)
        return
    if folder is None or events is None or until is None:
        missing = "FOLDER" if folder is None else "--events" if events is None else "--until"
        raise click.UsageError(f"Missing {missing}; with --from-server it may be left out.")
    project, plan = prepare(folder, journey, changes)
    fixtures = read_fixtures(answers, project) if answers else NOTHING_KNOWN
    with quiet_collector(), progress_bar("backtest") as told:
        begun = time.perf_counter()
        found = history_file.read(events, InletRules(project), until)
        outcome = run_backtest(project, plan, found, until, progress=told, fixtures=fixtures)
        took = time.perf_counter() - begun
    _print(plan, outcome.events, outcome.people, outcome.calls, outcome.report.to_json(), took, as_json)


def _on_server(
    journey: str, body: dict[str, Any], events: Path | None, server: Address, sandbox: str, as_json: bool
) -> None:
    with Client(server, sandbox) as client:
        if events is not None:
            body["history"] = _upload(client, events)
        run = client.post(f"/api/journeys/{segment(journey)}/backtest", body)
        address = f"/api/backtests/{run['id']}"
        try:
            with progress_bar("backtest") as told:
                while run["state"] == "running":
                    time.sleep(EVERY)
                    run = client.get(address)
                    told(run["done"], run["of"])
        except KeyboardInterrupt:
            client.request("DELETE", address)
            raise
    if run["state"] != "done":
        raise ApiError(run["problem"]["status"] if run["problem"] else 409, run["problem"] or {"title": run["state"]})
    if as_json:
        click.echo(json.dumps(run, ensure_ascii=False))
        return
    for label in ("draft", "live"):
        if (found := run[label]) is not None:
            click.echo(f"{found['events']:,} events of {found['people']:,} people")
            print_report({"journey": f"{journey} v{found['version']} ({label})", **found["report"]})


def _upload(client: Client, events: Path) -> str:
    """Sends a history to the server; its id there. Raises InputError."""
    id_ = ""
    try:
        with gzip.open(events, "rb") if events.suffix == ".gz" else events.open("rb") as file:
            while lines := file.readlines(CHUNK_BYTES):
                query = f"?id={id_}" if id_ else ""
                id_ = client.request("POST", f"/api/histories{query}", raw=b"".join(lines))["id"]
    except (OSError, EOFError, zlib.error) as error:
        raise InputError("ERR_HISTORY_FILE", file=str(events), detail=str(error)) from error
    return id_ or str(client.request("POST", "/api/histories", raw=b"")["id"])


def read_answers(path: Path) -> dict[str, Any]:
    """The answers in a file, as a server takes them. Raises InputError."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise InputError("ERR_ANSWERS_FILE", field="--answers", file=str(path), detail=str(error)) from None
    if not isinstance(found, dict):
        raise InputError("ERR_ANSWERS_FILE", field="--answers", file=str(path), detail="a JSON object is expected")
    return found


def _iso(ms: int | None) -> str | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC).isoformat()


@click.command()
@_arguments(required=True)
@click.option("--data", required=True, type=click.Path(path_type=Path), help="a new folder for the durable state")
def replay(
    folder: Path,
    journey: str,
    events: Path,
    until: int,
    changes: tuple[str, ...],
    answers: Path | None,
    as_json: bool,
    data: Path,
) -> None:
    """Run a journey of FOLDER over recorded events through the durable runtime; calls are counted, not made."""
    project, plan = prepare(folder, journey, changes)
    fixtures = read_fixtures(answers, project) if answers else NOTHING_KNOWN
    with quiet_collector(), progress_bar("replay") as told:
        begun = time.perf_counter()
        found = history_file.read(events, InletRules(project), until)
        try:
            durable = Replay(data, project, plan, fixtures)
        except OSError as error:
            raise StoreError("ERR_STORE_IO", path=str(data), detail=str(error)) from error
        try:
            report = durable.run(found, until, told)
            took = time.perf_counter() - begun
            people = durable.people()
        finally:
            durable.close()
    _print(plan, count(found), people, durable.calls, report.to_json(), took, as_json)


def prepare(folder: Path, journey: str, changes: tuple[str, ...] = ()) -> tuple[Project, Plan]:
    """A folder's project and the plan of one journey, changed as `--set` says. Raises InputError."""
    files, project = load_valid(folder)
    if journey not in project.journeys:
        raise InputError("ERR_JOURNEY_UNKNOWN", name=journey, known=", ".join(project.journeys) or "-")
    if changes:
        _refuse(project.add("journey", reduce(override, changes, _document(files, journey))))
    plan, found = compile_journey(project, journey)
    _refuse(errors(found))
    assert plan is not None
    return project, plan


def _document(files: ProjectFiles, journey: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        data for kind, data in files.documents if kind == "journey" and data["name"] == journey
    )
    return found


def _changed(folder: Path, journey: str, changes: tuple[str, ...]) -> dict[str, Any]:
    """A folder's journey as a document, changed as `--set` says. Raises InputError."""
    prepare(folder, journey, changes)
    return reduce(override, changes, _document(load_valid(folder)[0], journey))


def _refuse(found: list[Finding]) -> None:
    """The folder had no errors: these came with `--set`. Raises InputError."""
    if found:
        raise InputError("ERR_SET_INVALID", field="--set", count=len(found), first=found[0])


def _print(
    plan: Plan, events: int, people: int, calls: dict[str, int], report: dict[str, Any], took: float, as_json: bool
) -> None:
    rate = round(events / took) if took else 0
    if not as_json:
        click.echo(f"{events:,} events of {people:,} people in {took:.2f} s ({rate:,} events/s)")
        print_report({"journey": plan.name, **report})
        return
    actions = sorted({place.action for place in plan.places if hasattr(place, "action")})
    found = {
        "journey": plan.name, "events": events, "people": people, "entered": report["entered"],
        "completed": report["completed"], "current": report["current"], "failed": report["failed"],
        "actions": {name: calls.get(name, 0) for name in actions}, "events_per_second": rate,
    }  # fmt: skip
    click.echo(json.dumps(found))


COMMANDS: tuple[click.Command, ...] = (backtest, replay)
