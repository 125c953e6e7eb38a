"""The REST API of the people behind a number of a journey: of its report, or on its canvas."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field

from sojourn.api.naming import refuse_unknown_activities, refuse_unknown_paths
from sojourn.api.reports import epoch
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.journey.document import JourneyDocument
from sojourn.lake.question import Found, Outcome, Wanted
from sojourn.report.story import ways_of
from sojourn.store.shard import ShardReader

router = routes_at("/api", tags=["reports"])


class Behind(BaseModel):
    """Somebody's stay; `at` (epoch ms) is when they did what was asked, or came to where they stand."""

    stay: str = Field(description="its id: GET /api/stays/{id}/explain tells the way it took")
    person: str
    version: int
    at: int


class People(BaseModel):
    """A page, the latest first; `next` leads on, null at the end."""

    people: list[Behind]
    next: str | None


@router.get("/journeys/{name}/people", name="list people behind a number")
def people(
    server: ServerOf,
    sandbox: Sandbox,
    name: str,
    here: Annotated[str | None, Query(description="who stands at this activity now")] = None,
    left: Annotated[str | None, Query(description="who has left this activity")] = None,
    dropped: Annotated[str | None, Query(description="whose stay ended at this activity, but on no path")] = None,
    took: Annotated[str | None, Query(description="who has taken this path, ACTIVITY/PATH")] = None,
    outcome: Annotated[Outcome | None, Query(description="whose stay came to this")] = None,
    version: Annotated[int | None, Query(ge=1)] = None,
    since: Annotated[AwareDatetime | None, Query(description="beginning of a range; left out, all time")] = None,
    until: Annotated[AwareDatetime | None, Query(description="its end, not included")] = None,
    after: Annotated[
        str | None, Query(pattern=r"^\d{1,16}\.[0-9a-f-]{36}$", description="the `next` of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
) -> People:
    """The people behind a number of the report or of the canvas, seconds old at most.

    All that is asked must hold of one step.
    """
    uid = server.authoring.journey_id(sandbox, name)
    versions = server.authoring.versions(sandbox, name)
    refuse_unknown_activities(versions, here=here, left=left, dropped=dropped)
    refuse_unknown_paths(versions, took=took)
    if version is not None:
        server.authoring.version(sandbox, name, version)
    wanted = Wanted(
        journey=uid, version=version, left=left, dropped=dropped, took=took, outcome=outcome,
        here=None if here is None else _ways_to(server.require_shard(), uid, here),
        since=epoch(since), until=epoch(until),
    )  # fmt: skip
    moment, _, stay = (after or "").partition(".")
    cursor = (int(moment), stay) if after else None
    page: list[Found] = server.ask_lake("people", sandbox, wanted, cursor, limit)
    last = f"{page[-1].at}.{page[-1].stay}" if len(page) == limit else None
    return People(people=[Behind(**each._asdict()) for each in page], next=last)


def _ways_to(shard: ShardReader, uid: str, activity: str) -> tuple[tuple[int, str], ...]:
    """The arrows that lead to an activity, by version."""
    journeys = {row[0] for row in shard.rows("journeys") if row[2] == uid}
    return tuple(
        (number, arrow)
        for journey, number, _, _, body, *_ in shard.rows("versions")
        if journey in journeys
        for arrow, targets in ways_of(JourneyDocument.model_validate_json(body)).items()
        if activity in targets
    )
