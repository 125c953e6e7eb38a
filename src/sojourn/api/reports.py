"""The REST API of what happened in journeys: numbers, and step events."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from pydantic import AwareDatetime, BaseModel, Field

from sojourn.api.naming import refuse_unknown_activities
from sojourn.api.problems import language_of
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.authoring.versions import Version
from sojourn.errors import InputError, NotFoundError
from sojourn.journey.activity.conditions import ABSplitActivity
from sojourn.lake.question import BRANCH, COMPLETED, Sought
from sojourn.report.compare import Group, compare
from sojourn.report.flow import range_report
from sojourn.report.steps import JourneyName, expand, name_of, shape_of
from sojourn.store.shard import ShardReader

router = routes_at("/api", tags=["reports"])
READS, BATCHES_A_READ = 20, 100
"""How far one request looks for a journey's step events, which may be few among those of others."""


@router.get("/journeys/{name}/report")
def report(
    server: ServerOf,
    sandbox: Sandbox,
    name: str,
    since: Annotated[AwareDatetime | None, Query(description="beginning of a range; left out, all time")] = None,
    until: Annotated[AwareDatetime | None, Query(description="its end, not included")] = None,
) -> dict[str, Any]:
    """Entered, completed, failed, exited, stopped, current; by activity, action and version [6.26].

    With a range, as of its end, with the people at its beginning (`currentBefore`) and the flow of each version: how
    many took each path and dropped off where [9.7].
    """
    if since is None and until is None:
        return server.report(sandbox, name)
    uid = server.authoring.journey_id(sandbox, name)
    start, end = epoch(since), epoch(until)
    if start is not None and end is not None and start >= end:
        raise InputError("ERR_RANGE_EMPTY", field="until")
    before, after = server.ask_lake("counts", sandbox, uid, start or 0, end)
    found = range_report(server.require_shard(), sandbox, uid, before, after)
    return {"journey": name, "sandbox": sandbox, "since": start, "until": end, **found}


class Side(BaseModel):
    """A group: how many stays, how many of them reached the goal."""

    name: str
    size: int
    reached: int
    share: float | None


class Compared(BaseModel):
    """A group against the base. Shares and their difference are between 0 and 1; `sentence` says what it comes to."""

    group: Side
    base: Side
    difference: float | None
    low: float | None = Field(description="the interval of the difference at the confidence that was asked for")
    high: float | None
    lift: float | None = Field(description="the difference by the share of the base")
    p: float | None
    verdict: Literal["better", "worse", "open", "few"]
    needed: int | None = Field(description="how many each group should have for such a difference to show")
    sentence: str


@router.get("/journeys/{name}/comparison")
def comparison(
    request: Request,
    server: ServerOf,
    sandbox: Sandbox,
    name: str,
    activity: Annotated[str, Query(description="compare its paths; left out, the versions of the journey")] = "",
    control: Annotated[bool, Query(description="compare people who entered with the control group")] = False,
    goal: Annotated[
        str,
        Query(
            description="`completed`, an activity that is to be reached, or, of an A/B split, `branch`: the goal of "
            "each branch; with `control`, the journey that people are to come into"
        ),
    ] = "completed",
    base: Annotated[str, Query(description="the group that others are compared with; left out, the first")] = "",
    confidence: Annotated[float, Query(gt=0.5, lt=1)] = 0.95,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> list[Compared]:
    """Versions, the paths of an activity, or those who entered and the control group against each other: lift,
    interval, and whether it is enough data."""
    uid = server.authoring.journey_id(sandbox, name)
    if control and (activity or goal == COMPLETED):
        raise InputError("ERR_COMPARED_CONTROL", field="goal")
    versions = server.authoring.versions(sandbox, name)
    refuse_unknown_activities(versions, activity=activity)
    if goal == BRANCH and not any(_is_split(version, activity) for version in versions):
        raise InputError("ERR_COMPARED_BRANCH", field="goal")
    if not control and goal not in (COMPLETED, BRANCH):
        refuse_unknown_activities(versions, goal=goal)
    wanted = server.authoring.journey_id(sandbox, goal, "goal") if control else goal
    sought = Sought(uid, activity, control, wanted, epoch(since), epoch(until))
    groups = [Group(*each) for each in server.ask_lake("groups", sandbox, sought)]
    first = next((each for each in groups if each.name == base), groups[0] if groups and not base else None)
    if first is None:
        if base:
            raise NotFoundError(
                "ERR_COMPARED_UNKNOWN", field="base", name=base, known=", ".join(each.name for each in groups)
            )
        return []
    return [
        Compared(
            **{
                side: Side(**each._asdict(), share=each.share)
                for side, each in (("group", one.group), ("base", one.base))
            },
            **{key: getattr(one, key) for key in ("difference", "low", "high", "lift", "p", "verdict", "needed")},
            sentence=one.sentence(language_of(request)),
        )
        for one in (compare(each, first, confidence) for each in groups if each is not first)
    ]


def _is_split(version: Version, activity: str) -> bool:
    return isinstance(version.document.activities.get(activity), ABSplitActivity)


def epoch(moment: datetime | None) -> int | None:
    """Epoch ms."""
    return None if moment is None else round(moment.timestamp() * 1000)


@router.get("/journeys/{name}/steps")
def steps(
    server: ServerOf,
    sandbox: Sandbox,
    name: str,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    person: str | None = None,
) -> dict[str, Any]:
    """Step events as they were written, of the next `limit` batches behind batch `after` that hold some; `next` goes
    on from there, null at the end [9.1]."""
    uid = server.authoring.journey_id(sandbox, name)
    shard = server.require_shard()
    found, next_ = read_steps(shard, sandbox, uid, after, limit, person)
    return {"steps": found, "next": next_}


class AudienceRun(BaseModel):
    """A read of the audience that a journey begins with. Moments are epoch ms of journey time."""

    id: str
    version: int
    segment: str
    at: int = Field(description="as of when: who was in the segment then")
    since: int | None = Field(description="of an incremental read: only who has come into it later than that")
    status: Literal["queued", "started", "finished", "failed"]
    total: int = Field(description="the members found so far")
    refused: int = Field(description="those of them who have no id in the journey's namespace")
    waiting: int = Field(description="those who are still to enter, at the rate that the journey says")


@router.get("/journeys/{name}/audience-runs")
def audience_runs(
    server: ServerOf, sandbox: Sandbox, name: str, limit: Annotated[int, Query(ge=1, le=1_000)] = 100
) -> list[AudienceRun]:
    """How the journey has read its audience, the latest first [6.19]."""
    uid = server.authoring.journey_id(sandbox, name)
    shard = server.require_shard()
    names = {row[3]: row[2] for row in shard.rows("segments")}
    found = []
    for id_ in [row[0] for row in shard.rows("journeys") if row[1] == sandbox and row[2] == uid]:
        for run, key, version, segment, at, since, status, total, refused in shard.rows("audience_runs_of", id_, limit):
            ((waiting,),) = shard.rows("entrants_by_run", run)
            found.append(
                AudienceRun(
                    id=key, version=version, segment=names.get(segment, segment), at=at, since=since, status=status,
                    total=total, refused=refused, waiting=waiting,
                )
            )  # fmt: skip
    return found


def read_steps(
    shard: ShardReader, sandbox: str, uid: str, after: int, limit: int, person: str | None = None
) -> tuple[list[dict[str, Any]], int | None]:
    """Public step events of a journey from the next batches that have some, at most `limit`; and where to go on, None
    at the end."""
    rows = [row for row in shard.rows("journeys") if row[1] == sandbox and row[2] == uid]
    if not rows:
        return [], None
    id_, _, _, name = rows[0]
    shapes = {row[0]: shape_of(row[3]) for row in shard.rows("shapes") if row[1] == id_}
    names: dict[int, JourneyName] = {}
    for journey_no, number, _, _, body, *_ in shard.rows("versions"):
        if journey_no == id_:
            names[number] = name_of(sandbox, uid, name, body)
    found: list[dict[str, Any]] = []
    full = 0
    for _ in range(READS):
        batches = shard.step_batches(after, BATCHES_A_READ)
        for after, batch in batches:
            before = len(found)
            for journey_no, version, who, supplemental, entry, steps_ in batch:
                # No entry: the person was deleted.
                if journey_no == id_ and version in names and entry and person in (None, who):
                    joined = ((shapes[step[0]], step) for step in steps_)
                    found += expand(names[version], version, who, supplemental, entry, joined)
            full += len(found) > before
            if full == limit:
                return found, after
        if len(batches) < BATCHES_A_READ:
            return found, None
    return found, after
