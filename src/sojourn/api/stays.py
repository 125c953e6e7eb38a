"""The REST API of stays: who is or was in a journey, why each went as they did, and why somebody did not [6.34]."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sojourn import identifiers
from sojourn.api.problems import language_of
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.engine.stay import AWAY
from sojourn.errors import NotFoundError
from sojourn.journey.document import JourneyDocument
from sojourn.journey.rehearse import Options, rehearsed
from sojourn.report.explain import explained
from sojourn.report.steps import shape_of
from sojourn.report.story import Journey, stories
from sojourn.report.tracing import Did, Trace, traced
from sojourn.store.shard import Shard, ShardReader

router = routes_at("/api", tags=["stays"])

SECONDS = 10.0
"""How long a stay is looked for by its id alone."""
Person = Annotated[str, Query(min_length=1, max_length=2_000)]


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Call(_Model):
    """A call of an activity, with what was sent and what came back (null while it is open)."""

    called: str
    kind: str
    request: dict[str, Any] | None
    answer: dict[str, Any] | None


class Heard(_Model):
    """The event that moved somebody."""

    name: str
    payload: Any


class Move(_Model):
    """A step of a stay: an activity that was left."""

    n: int
    at: int
    took: int = Field(description="ms since the person came to the activity")
    activity: str
    type: str
    label: str
    status: str
    arrow: str | None = Field(description="ACTIVITY/PATH; null: the stay ended here")
    to: list[str] = Field(description="the activities that the arrow leads to, several in parallel; none: the end")
    entrance: bool
    reentrance: bool
    ended: bool
    action: str | None
    fetch: str | None = Field(description="the field group whose fetch failed")
    error: str | None
    code: int | str | None
    attempts: int
    seen: dict[str, Any] = Field(description="the values that a decision saw, by what names them in its expressions")
    event: Heard | None = Field(description="of a test: the event that moved the person")
    calls: list[Call] = Field(description="of a test: its calls")


class Stay(_Model):
    """A stay with all its moves; moments are epoch ms of journey time."""

    id: str
    journey: str
    version: int
    kind: Literal["live", "test", "shadow"]
    person: str
    namespace: str | None
    supplemental_key: str
    entry: int = Field(description="the how-manieth entry of this person")
    phase: Literal["running", "finished", "error", "timedOut", "exited", "stopped"]
    entered_at: int
    ended_at: int | None
    stands_at: list[str]
    enriched_data: dict[str, Any] = Field(description="what was fetched for it, the latest of each")
    moves: list[Move]


class Decision(_Model):
    """What a path of a condition asked, and whether it held; null: it was not asked, as an earlier one held."""

    path: str
    condition: str
    outcome: bool | None


class ExplainedMove(Move):
    """A move, with what was decided."""

    decisions: list[Decision]


class Line(_Model):
    """A sentence of the explanation: about which move, and when that was (epoch ms, journey time)."""

    at: int
    n: int
    text: str


class Explanation(Stay):
    """Why a stay went the way it went."""

    moves: list[ExplainedMove]  # type: ignore[assignment]
    lines: list[Line] = Field(description="the same for people to read, in the language asked for")


class Listed(_Model):
    """A person's latest stay in a journey."""

    id: str
    person: str
    supplemental_key: str
    version: int
    entry: int
    inside: bool
    since: int = Field(description="epoch ms: since when the person is where they are, or is no longer inside")


class Stays(_Model):
    """A page of people; `next` leads on, null at the end."""

    stays: list[Listed]
    next: str | None


class Effect(_Model):
    """What an event did in a journey."""

    journey: str
    kind: Literal["live", "test", "shadow"]
    person: str | None = Field(description="null for a business event")
    did: Did
    reason: str | None = Field(description="why it had no effect")
    stay: str | None = Field(description="the stay that it began or moved")
    activity: str | None = Field(description="where it moved somebody on, or where the person was")


class Match(_Model):
    """A definition that an event was held against."""

    event: str
    matched: bool
    person: str | None = Field(description="what its key gives")
    reason: str | None = Field(description="why its key gives nobody; of a business event `aboutNobody`")
    effects: list[Effect]


class EventExplanation(_Model):
    """What an event did, and why it did not do more. Definitions are held against it as they are now."""

    id: str
    state: Literal["unseen", "gone", "imported", "pending", "processed"]
    accepted_at: int | None = Field(description="epoch ms, journey time")
    times: int = Field(description="how often it came; the first counts")
    matches: list[Match]
    lines: list[str] = Field(description="the same for people to read, in the language asked for")


@router.get("/journeys/{name}/stays", name="list stays")
def list_(
    server: ServerOf,
    sandbox: Sandbox,
    name: str,
    after: Annotated[str, Query(description="the `next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    inside: Annotated[bool, Query(description="only those who are inside now")] = False,
) -> Stays:
    """Who is or was in a journey, in order of their ids, each with their latest stay."""
    uid = server.authoring.journey_id(sandbox, name)
    shard = server.require_shard()
    number = next((row[0] for row in shard.rows("journeys") if row[1:3] == (sandbox, uid)), 0)
    uids = _version_uids(shard, number)
    person, _, supplemental = after.partition("\0")
    rows = shard.rows("stays_after", number, person, supplemental, limit)
    found = []
    for who, key, state in rows:
        stay = Shard.decode(state)
        if stay.place != AWAY or not inside:
            id_ = identifiers.stay_id(sandbox, uids[stay.version], who, key, stay.entry)
            found.append(
                Listed(
                    id=id_,
                    person=who,
                    supplemental_key=key,
                    version=stay.version,
                    entry=stay.entry,
                    inside=stay.place != AWAY,
                    since=stay.since,
                )
            )
    return Stays(stays=found, next="\0".join(rows[-1][:2]) if len(rows) == limit else None)


@router.get("/stays", name="find stays of a person")
def of_person(
    server: ServerOf,
    sandbox: Sandbox,
    person: Person,
    namespace: Annotated[str | None, Query(max_length=60, description="another than the journeys' own")] = None,
    journey: Annotated[str | None, Query(description="only those in this journey")] = None,
) -> list[Stay]:
    """All stays of a person, in live journeys and in drafts that run, with their moves."""
    if journey is not None:
        server.authoring.journey_id(sandbox, journey)
    return [
        Stay.model_validate(story)
        for story in stories_of(server, sandbox, namespace, person)
        if journey in (None, story["journey"])
    ]


def stories_of(server: Server, sandbox: str, namespace: str | None, person: str) -> Iterator[dict[str, Any]]:
    """The stories of all stays of whoever has an identity; without a namespace, in that of each journey."""
    shard = server.require_shard()
    for number, versions in _journeys(shard, sandbox).items():
        of_journey = next(iter(versions.values())).document.namespace
        for id_ in _ids(server, sandbox, namespace, person, of_journey):
            yield from _stories(shard, number, versions, id_)


@router.get("/stays/{id}/explain", name="explain stay")
def explain(
    server: ServerOf,
    sandbox: Sandbox,
    id: str,  # noqa: A002
    request: Request,
    person: Annotated[str | None, Query(description="whose it is: without it all stays are searched")] = None,
) -> Explanation:
    """Why a stay went the way it went: each decision with its condition, the values that it saw, and the outcome."""
    shard = server.require_shard()
    for number, versions, who in _holders(shard, sandbox, id, person):
        for story in _stories(shard, number, versions, who):
            if story["id"] == id:
                document = versions[story["version"]].document
                return Explanation.model_validate(explained(story, document, language_of(request)))
    raise NotFoundError("ERR_STAY_UNKNOWN", field="id", id=id)


@router.get("/events/{id:path}/explain", name="explain event")
def explain_event(server: ServerOf, sandbox: Sandbox, id: str, request: Request) -> EventExplanation:  # noqa: A002
    """What an event did, by its `_id`: which definitions it is, whose it is, and what it did in each journey."""
    trace = Trace(
        server.settings.data / "journal.db",
        server.require_shard(),
        server.project(sandbox),
        server.supervisor.state.seq,
        _journeys(server.require_shard(), sandbox),
        lambda namespace, who: _ids(server, sandbox, namespace, who, namespace),
    )
    return EventExplanation.model_validate(traced(trace, id, language_of(request)))


def _ids(server: Server, sandbox: str, namespace: str | None, person: str, wanted: str | None) -> list[str]:
    """The ids in the namespace `wanted` of whoever has an identity; its own is that one unless it is given."""
    namespace = wanted if namespace is None else namespace
    own = [person] if namespace == wanted else []
    found = server.people().person(sandbox, namespace, person) if namespace and wanted else None
    return own if found is None else list(dict.fromkeys([*own, *found.ids(wanted or "")]))


def _journeys(shard: ShardReader, sandbox: str) -> dict[int, dict[int, Journey]]:
    """The versions of every journey and running draft of a sandbox, by the journey's short number."""
    apart = {number: (kind, options) for number, kind, _, options, *_ in shard.rows("rehearsals")}
    names = {row[0]: row for row in shard.rows("journeys") if row[1] == sandbox}
    found: dict[int, dict[int, Journey]] = {}
    for number, version, _, _, body, *_ in shard.rows("versions"):
        if number in names:
            _, _, uid, name = names[number]
            document, kind = JourneyDocument.model_validate_json(body), "live"
            if number in apart:
                kind, options = apart[number]
                document = rehearsed(document, kind, msgspec.json.decode(options, type=Options))
            told = Journey(sandbox, uid, name, number, version, document, kind)
            found.setdefault(number, {})[version] = told
    return found


def _version_uids(shard: ShardReader, journey: int) -> dict[int, str]:
    return {row[1]: row[2] for row in shard.rows("versions") if row[0] == journey}


def _stories(shard: ShardReader, number: int, versions: dict[int, Journey], person: str) -> list[dict[str, Any]]:
    if next(iter(versions.values())).kind == "live":
        rows = shard.steps_of(number, person)
        notes: list[Any] = []
    else:
        rows = [row for row in shard.rehearsed_steps(number)[0] if row[2] == person]
        notes = [note for note in shard.rows("notes", number) if note[1] == person]
    if not rows:
        return []
    shapes = {row[0]: shape_of(row[3]) for row in shard.rows("shapes") if row[1] == number}
    return stories(versions, shapes, rows, notes)


def _holders(
    shard: ShardReader, sandbox: str, id_: str, person: str | None
) -> Iterator[tuple[int, dict[int, Journey], str]]:
    """Who may have a stay: (journey, its versions, person). An id is a hash, so it is held against those of all."""
    end = time.monotonic() + SECONDS
    for number, versions in _journeys(shard, sandbox).items():
        if person is not None:
            yield number, versions, person
            continue
        uids = _version_uids(shard, number)
        after = ("", "")
        while rows := shard.rows("stays_after", number, *after, 1_000):
            after = rows[-1][:2]
            if time.monotonic() > end:
                raise NotFoundError("ERR_STAY_SEARCH", field="person", seconds=int(SECONDS))
            for who, supplemental, state in rows:
                stay = Shard.decode(state)
                for entry in range(stay.entry, 0, -1):
                    uids_then = [uids[stay.version]] if entry == stay.entry else list(uids.values())
                    if any(identifiers.stay_id(sandbox, uid, who, supplemental, entry) == id_ for uid in uids_then):
                        yield number, versions, who
