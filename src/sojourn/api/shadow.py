"""The REST API of shadows [6.33]: a draft beside the live version, on live events, calling nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from fastapi import Body
from pydantic import BaseModel, ConfigDict, Field

from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import RehearsalState as State
from sojourn.api.testing import Ended, running_journey
from sojourn.journey.rehearse import Options
from sojourn.report.journey import counted_since
from sojourn.runtime.fixtures import Fixtures

router = routes_at("/api", tags=["shadow"])


class ShadowBody(BaseModel):
    """How a shadow goes."""

    model_config = ConfigDict(extra="forbid")

    answers: dict[str, Any] = Field({}, description="what sources and actions answer, in the form of --answers")


class Shadow(BaseModel):
    """A draft that runs beside the live version, calling nothing; moments are epoch ms of journey time."""

    state: State
    version: int | None = None
    started_at: int | None = Field(None, serialization_alias="startedAt")


class ShadowReport(Shadow):
    """What it has come to so far, and the live versions since it began."""

    shadow: dict[str, Any] | None = Field(None, description="the draft's report")
    live: dict[str, Any] | None = Field(None, description="what the live versions have added to theirs since then")
    people: int = Field(0, description="how many people have entered the draft")


@router.post("/journeys/{name}/shadow", name="start shadow", status_code=202)
def start_shadow(
    server: ServerOf, sandbox: Sandbox, name: str, body: Annotated[ShadowBody | None, Body()] = None
) -> Shadow:
    """Runs the draft on live events beside the live version. Its calls are answered and never made."""
    answers = body.answers if body else {}
    Fixtures(answers)
    server.rehearsals.begin(sandbox, name, "shadow", Options(answers=answers))
    return read_shadow(server, sandbox, name)


@router.delete("/journeys/{name}/shadow", name="stop shadow", status_code=202)
def stop_shadow(server: ServerOf, sandbox: Sandbox, name: str) -> Ended:
    """Ends the shadow; its report goes with it."""
    server.rehearsals.end(sandbox, name, "shadow")
    return Ended(state="deactivating")


@router.get("/journeys/{name}/shadow", name="report shadow")
def read_shadow(server: ServerOf, sandbox: Sandbox, name: str) -> ShadowReport:
    """The shadow's report, and that of the live versions since it began."""
    running = server.rehearsals.of(sandbox, name).get("shadow")
    uid = server.authoring.journey_id(sandbox, name)
    now = server.rehearsal_state(sandbox, name, "shadow")
    if running is None:
        return ShadowReport(state=now)
    shard = server.require_shard()
    journey = running_journey(server, sandbox, name, running)
    baseline: Mapping[str, Any] = {}
    for each in shard.rows("rehearsal_of", sandbox, uid):
        if each[0] == journey.number:
            baseline = msgspec.json.decode(each[4])
    return ShadowReport(
        state=now,
        version=running.number,
        started_at=running.started_at,
        shadow=counted_since(shard, sandbox, running.uid, {}).to_json(),
        live=counted_since(shard, sandbox, uid, baseline).to_json(),
        people=shard.rows("people_in", journey.number)[0][0],
    )
