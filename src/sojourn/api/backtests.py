"""The REST API of backtests on a server: a draft over what the server has taken in, or over an uploaded file [6.33]."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from sojourn.api.problems import language_of, problem
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.api.stream import END, Event, described, stream
from sojourn.authoring import FindingsError
from sojourn.errors import NotFoundError
from sojourn.journey.compile import compile_journey
from sojourn.journey.finding import errors
from sojourn.journey.project import MODELS
from sojourn.journey.types import epoch_ms
from sojourn.messages import Language
from sojourn.runtime.dryrun import DryRun, Order
from sojourn.runtime.dryrun import State as RunState
from sojourn.runtime.fixtures import Fixtures

router = routes_at("/api", tags=["backtests"])
LINES = {
    "requestBody": {
        "required": True,
        "content": {"application/x-ndjson": {"schema": {"type": "string", "description": "events as JSON lines"}}},
    }
}
STALE = 3_600
"""Seconds after which an uploaded history that nobody has run is deleted."""
_BEYOND = 253_402_300_799_999
"""The end of the year 9999, epoch ms."""


class BacktestBody(BaseModel):
    """What to run over which history."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    since: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: AwareDatetime | None = Field(None, description="the last moment to process; now, unless given")
    document: dict[str, Any] | None = Field(None, description="a journey that is not saved; else the latest version")
    compare: bool = Field(True, description="whether the live version runs over the same history")
    answers: dict[str, Any] = Field({}, description="what sources and actions answer, in the form of --answers")
    history: str | None = Field(None, description="an uploaded history (POST /api/histories) instead of the log")


class Ran(BaseModel):
    """What a version came to."""

    version: int
    events: int = Field(description="distinct events in the history")
    people: int = Field(description="how many people entered")
    calls: dict[str, int] = Field(description="calls that would have been made, by action and field group")
    discards: dict[str, int] = Field(description="events without effect, by reason")
    report: dict[str, Any]


class Backtest(BaseModel):
    """A backtest, as far as it is; results are kept for an hour."""

    id: str
    journey: str
    state: RunState
    stage: Literal["reading", "draft", "live"]
    done: int
    of: int
    started_at: int = Field(serialization_alias="startedAt", description="epoch ms, real time")
    since: int = Field(serialization_alias="from", description="epoch ms, journey time")
    until: int = Field(description="epoch ms, journey time")
    draft: Ran | None = None
    live: Ran | None = None
    problem: dict[str, Any] | None = Field(None, description="why it failed")


class Uploaded(BaseModel):
    """A history to run over."""

    id: str
    bytes: int


@router.post("/journeys/{name}/backtest", name="start backtest", status_code=202)
def start(server: ServerOf, sandbox: Sandbox, name: str, body: BacktestBody, request: Request) -> Backtest:
    """Runs the latest version over history, in virtual time, and beside it the live one. Nothing is called."""
    versions = server.authoring.versions(sandbox, name)
    uid = server.authoring.journey_id(sandbox, name)
    project = server.authoring.project(sandbox)
    document = body.document or json.loads(versions[-1].body)
    if found := project.add("journey", {**document, "name": name}):
        raise FindingsError(found)
    draft = project.journeys[name].model_dump_json(by_alias=True, exclude_unset=True).encode()
    _, found = compile_journey(project, name, number=versions[-1].number, journey_id=uid)
    if errors(found):
        raise FindingsError(found)
    Fixtures(body.answers)
    order = Order(
        data=server.settings.data,
        sandbox=sandbox,
        documents=[
            (kind, each.model_dump_json(by_alias=True, exclude_unset=True).encode())
            for kind in MODELS
            if kind != "journey"
            for each in project.of(kind).values()
        ],
        journey=name,
        uid=uid,
        versions=[("draft", versions[-1].number, draft)]
        + [
            ("live", each.number, each.body.encode())
            for each in versions
            if each.status == "published" and body.compare
        ],
        since=epoch_ms(body.since) if body.since is not None else 0,
        until=epoch_ms(body.until) if body.until is not None else _latest(server, body.history),
        answers=body.answers,
        file=_history(server, body.history) if body.history is not None else None,
    )
    return _shown(server.dry_runs.begin(order), language_of(request))


def _latest(server: Server, history: str | None) -> int:
    return server.now() if history is None else _BEYOND


@router.get("/backtests", name="list backtests")
def list_(server: ServerOf, sandbox: Sandbox, request: Request) -> list[Backtest]:
    """The backtests that run or are kept, the latest first."""
    return [_shown(run, language_of(request)) for run in server.dry_runs.all(sandbox)]


@router.get("/backtests/{id}", name="read backtest")
def read(server: ServerOf, sandbox: Sandbox, id: str, request: Request) -> Backtest:  # noqa: A002
    """How far a backtest is, and what it came to."""
    return _shown(server.dry_runs.read(sandbox, id), language_of(request))


@router.delete("/backtests/{id}", name="cancel backtest", status_code=204)
def cancel(server: ServerOf, sandbox: Sandbox, id: str) -> None:  # noqa: A002
    """Ends a backtest that runs; forgets one that is over."""
    server.dry_runs.cancel(sandbox, id)


@router.get("/backtests/{id}/stream", name="stream backtest", responses=described(progress=Backtest, end=Backtest))
def watch(server: ServerOf, sandbox: Sandbox, id: str, request: Request) -> StreamingResponse:  # noqa: A002
    """How far a backtest is (`progress`), until it is over (`end`)."""
    run = server.dry_runs.read(sandbox, id)
    language = language_of(request)
    said: list[tuple[str, int]] = []

    def look() -> Iterator[Event]:
        if run.state != "running":
            yield END, _shown(run, language).model_dump(by_alias=True)
        elif said[-1:] != [(run.stage, run.done)]:
            said.append((run.stage, run.done))
            yield "progress", _shown(run, language).model_dump(by_alias=True)

    return stream(look, lambda: server.closing)


@router.post("/histories", name="upload history", status_code=201, openapi_extra=LINES)
async def upload(
    server: ServerOf,
    sandbox: Sandbox,
    request: Request,
    id: Annotated[str | None, Query(description="adds to a history instead of beginning one")] = None,  # noqa: A002
) -> Uploaded:
    """Takes a history in parts, to run a backtest over it. One that is not used is deleted after an hour."""
    return await run_in_threadpool(_take, server, id, await request.body())


def _take(server: Server, id_: str | None, body: bytes) -> Uploaded:
    folder = server.settings.data / "histories"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > STALE:
            old.unlink(missing_ok=True)
    path = _history(server, id_) if id_ is not None else folder / f"{uuid.uuid4().hex}.jsonl"
    with path.open("ab") as file:
        file.write(body)
        size = file.tell()
    return Uploaded(id=path.stem, bytes=size)


def _history(server: Server, id_: str) -> Path:
    path = server.settings.data / "histories" / f"{id_}.jsonl"
    if not re.fullmatch("[0-9a-f]{32}", id_) or not path.exists():
        raise NotFoundError("ERR_HISTORY_UNKNOWN", field="history", id=id_)
    return path


def _shown(run: DryRun, language: Language) -> Backtest:
    result = run.result or {}
    return Backtest(
        id=run.id,
        journey=run.order.journey,
        state=run.state,
        stage=run.stage,
        done=run.done,
        of=run.of,
        started_at=round(run.started * 1000),
        since=run.order.since,
        until=run.order.until,
        draft=result.get("draft"),
        live=result.get("live"),
        problem=problem(run.error, language) if run.error is not None else None,
    )
