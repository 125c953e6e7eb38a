"""Commands over recorded history: backtest and replay."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sojourn.cli.project import folder_argument, json_option, load_valid, print_report
from sojourn.errors import InputError, StoreError
from sojourn.journey.compile import compile_journey, errors
from sojourn.journey.finding import Finding
from sojourn.journey.override import override
from sojourn.journey.plan import Plan
from sojourn.journey.project import Project
from sojourn.runtime import history as history_file
from sojourn.runtime.backtest import backtest as run_backtest
from sojourn.runtime.collector import quiet_collector
from sojourn.runtime.fixtures import NOTHING_KNOWN, read_fixtures
from sojourn.runtime.inlet import InletRules
from sojourn.runtime.replay import Replay

Told = Callable[[int, int], None]


def moment(context: click.Context, parameter: click.Parameter, value: str) -> int:
    """An option's moment, as epoch ms."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"'{value}' is not a moment such as 1998-07-01T00:00:00Z") from None
    if found.tzinfo is None:
        raise click.BadParameter(f"'{value}' names no time zone; write it like 1998-07-01T00:00:00Z")
    return round(found.timestamp() * 1000)


def _arguments(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments that backtest and replay share."""
    for decorate in reversed(
        (
            folder_argument,
            click.option("--journey", required=True, help="the journey's name"),
            click.option("--events", required=True, type=click.Path(path_type=Path), help="JSON lines, .gz or plain"),
            click.option("--until", required=True, callback=moment, help="last moment to process (ISO 8601 with zone)"),
            click.option(
                "--set", "changes", multiple=True, metavar="ACTIVITY.FIELD=VALUE", help="change the journey first"
            ),
            click.option(
                "--answers",
                type=click.Path(path_type=Path),
                help="what data sources answer (JSON); left out, they know nothing",
            ),
            json_option,
        )
    ):
        command = decorate(command)
    return command


@click.command()
@_arguments
def backtest(
    folder: Path,
    journey: str,
    events: Path,
    until: int,
    changes: tuple[str, ...],
    answers: Path | None,
    as_json: bool,
) -> None:
    """Run a journey of FOLDER over recorded events, in memory; calls are counted, not made."""
    project, plan = prepare(folder, journey, changes)
    fixtures = read_fixtures(answers, project) if answers else NOTHING_KNOWN
    with quiet_collector(), progress_bar("backtest") as told:
        begun = time.perf_counter()
        found = history_file.read(events, InletRules(project), until)
        outcome = run_backtest(project, plan, found, until, progress=told, fixtures=fixtures)
        took = time.perf_counter() - begun
    _print(plan, outcome.events, outcome.people, outcome.calls, outcome.report.to_json(), took, as_json)


@click.command()
@_arguments
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
    _print(plan, len(found), people, durable.calls, report.to_json(), took, as_json)


def prepare(folder: Path, journey: str, changes: tuple[str, ...] = ()) -> tuple[Project, Plan]:
    """A folder's project and the plan of one journey, changed as `--set` says. Raises InputError."""
    files, project = load_valid(folder)
    if journey not in project.journeys:
        raise InputError("ERR_JOURNEY_UNKNOWN", name=journey, known=", ".join(project.journeys) or "-")
    if changes:
        data = next(data for kind, data in files.documents if kind == "journey" and data["name"] == journey)
        _refuse(project.add("journey", reduce(override, changes, data)))
    plan, found = compile_journey(project, journey)
    _refuse(errors(found))
    assert plan is not None
    return project, plan


def _refuse(found: list[Finding]) -> None:
    """The folder had no errors: these came with `--set`. Raises InputError."""
    if found:
        raise InputError("ERR_SET_INVALID", field="--set", count=len(found), first=str(found[0]))


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


@contextmanager
def progress_bar(label: str) -> Iterator[Told]:
    """A progress bar on stderr, when that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, all_: bar.update(task, completed=done, total=all_)


COMMANDS: tuple[click.Command, ...] = (backtest, replay)
