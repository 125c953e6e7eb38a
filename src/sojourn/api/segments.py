"""The REST API of segments: how large they are, who is in them, and uploaded audiences [8.1-8.3]."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from sojourn import identifiers
from sojourn.api.profiles import Namespace, wait_for_engine
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.authoring import FindingsError
from sojourn.authoring.reading import no_such
from sojourn.errors import ConflictError, InputError, NotFoundError
from sojourn.journey.dataset import namespaces
from sojourn.journey.document import SegmentDocument
from sojourn.journey.finding import Finding
from sojourn.journey.segment import SegmentScope, compile_segment, evaluation_of
from sojourn.journey.types import Expression
from sojourn.profile.estimate import estimate
from sojourn.profile.membership import STATUSES, Status, decode_qualifications, decode_row
from sojourn.profile.people import People
from sojourn.store.entry import Evaluated, Uploaded, UploadMode
from sojourn.store.journal import Job

router = routes_at("/api", tags=["segments"])

SECONDS = 2.0
"""How long an estimate may take."""
LONGEST_ID = 2_000
Limit = Annotated[int, Query(ge=1, le=1_000)]
After = Annotated[int, Query(ge=0, lt=2**63, description="the `next` of the page before")]
IDS = {
    "requestBody": {
        "required": True,
        "content": {"text/plain": {"schema": {"type": "string", "description": "an id a line"}}},
    }
}


class Progress(BaseModel):
    """How far an evaluation of everybody is."""

    done: int
    of: int


class State(BaseModel):
    """A segment as it is now; moments are epoch ms."""

    name: str
    evaluation: Literal["streaming", "streaming and scheduled", "uploaded"] = Field(description="chosen by the system")
    size: int = Field(description="its members: realized and existing")
    realized: int
    existing: int
    exited: int
    evaluated_at: int | None = Field(serialization_alias="evaluatedAt", description="null: not yet calculated")
    next_evaluation: int | None = Field(serialization_alias="nextEvaluation")
    progress: Progress | None = Field(description="of the evaluation of everybody that is under way")
    errors: int = Field(description="evaluations that failed; such a profile is not in the segment")
    error: str = Field(description="the code of the latest such error")


class Definition(BaseModel):
    """A definition to try."""

    model_config = ConfigDict(extra="forbid")

    definition: Expression


class Size(BaseModel):
    """How large a segment would be."""

    size: int
    profiles: int
    sampled: bool = Field(description="whether both are estimated from some of the profiles")
    seen: int = Field(description="how many profiles were looked at")
    examples: list[list[dict[str, str]]] = Field(description="the identities of some members")


class Member(BaseModel):
    """A profile that is, or was, in a segment."""

    identities: list[dict[str, str]]
    status: Status
    since: int = Field(description="epoch ms: since when it is, or is no more, a member")


class Members(BaseModel):
    """A page of members; `next` leads on, null at the end."""

    members: list[Member]
    next: int | None


class Qualified(BaseModel):
    """An entry into a segment (`realized`) or an exit (`exited`)."""

    id: str
    segment_id: str = Field(serialization_alias="segmentID")
    status: Status
    at: int = Field(serialization_alias="lastQualificationTime")
    identities: list[dict[str, str]] = Field(description="of the profile as it is now; none of one that is gone")


class Qualifications(BaseModel):
    """A page of entries and exits, in their order; `next` leads on, also to those to come."""

    qualifications: list[Qualified]
    next: int


class Uploads(BaseModel):
    """How many ids were taken."""

    accepted: int


def _document(server: Server, sandbox: str, name: str) -> SegmentDocument:
    found = server.project(sandbox).segments.get(name)
    if found is None:
        raise no_such("segment", name, server.project(sandbox).segments)
    return found


def _states(server: Server, sandbox: str) -> list[State]:
    project = server.project(sandbox)
    shard = server.require_shard()
    stored = {row[0]: row for row in shard.rows("segment_states", sandbox)}
    progress: dict[int, Progress] = {}
    for _, _, _, place, last, segments in shard.rows("segment_runs"):
        for id_ in _ids(segments):
            progress.setdefault(id_, Progress(done=place, of=last))
    found = []
    for name, document in project.segments.items():
        _, realized, existing, exited, at, errors, error, due, id_ = stored.get(
            name, (name, 0, 0, 0, None, 0, "", None, 0)
        )
        found.append(
            State(
                name=name,
                evaluation=evaluation_of(document),
                size=realized + existing,
                realized=realized,
                existing=existing,
                exited=exited,
                evaluated_at=at,
                next_evaluation=due,
                progress=progress.get(id_),
                errors=errors,
                error=error,
            )
        )
    return found


def _ids(text: str) -> list[int]:
    return [int(each) for each in text.strip("[]").split(",") if each.strip()]


@router.get("/segment-states", name="list segment states")
def states(server: ServerOf, sandbox: Sandbox) -> list[State]:
    """All segments: how they are evaluated, how large they are, and how far an evaluation of everybody is."""
    return _states(server, sandbox)


@router.get("/segments/{name}/state", name="read segment state")
def state(server: ServerOf, sandbox: Sandbox, name: str) -> State:
    """How a segment is evaluated, how large it is, and how far an evaluation of everybody is."""
    _document(server, sandbox, name)
    return next(each for each in _states(server, sandbox) if each.name == name)


@router.post("/segments/estimate", name="estimate segment")
def try_definition(server: ServerOf, sandbox: Sandbox, body: Definition) -> Size:
    """Tries a definition on the profiles that there are; where they are too many for two seconds, on a sample."""
    project = server.project(sandbox)
    scope, found = SegmentScope(project), list[Finding]()
    document = SegmentDocument(name="estimate", definition=body.definition)
    segment = compile_segment(project, scope, document, found)
    if segment is None:
        raise FindingsError(found)
    size = estimate(server.require_shard().rows, sandbox, scope.reading([segment]), server.now(), SECONDS)
    return Size(
        size=size.members,
        profiles=size.profiles,
        sampled=size.sampled,
        seen=size.seen,
        examples=[_shown(identities) for identities in size.examples],
    )


@router.post("/segments/{name}/evaluate", name="evaluate segment", status_code=202)
def evaluate(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, str]:
    """Evaluates a segment for everybody, now; its state shows how far that is."""
    if _document(server, sandbox, name).definition is None:
        raise ConflictError("ERR_SEGMENT_UPLOADED", field="name", name=name)

    def work(job: Job) -> None:
        job.append(Evaluated(job.at, sandbox, name))
        job.record("segment.evaluate", sandbox, name)

    server.journal.run(work).result()
    return {"name": name}


@router.delete("/segments/{name}/evaluate", name="cancel segment evaluation", status_code=202)
def cancel(server: ServerOf, sandbox: Sandbox, name: str) -> dict[str, str]:
    """Gives up the evaluation of everybody that is under way; who was not reached yet stays what they were."""
    _document(server, sandbox, name)

    def work(job: Job) -> None:
        job.append(Evaluated(job.at, sandbox, name, cancel=True))
        job.record("segment.cancel", sandbox, name)

    server.journal.run(work).result()
    return {"name": name}


@router.get("/segments/{name}/members", name="list segment members")
def members(server: ServerOf, sandbox: Sandbox, name: str, after: After = 0, limit: Limit = 100) -> Members:
    """Who is in a segment, in no particular order; a page may be empty before the end."""
    _document(server, sandbox, name)
    shard = server.require_shard()
    id_ = next((row[8] for row in shard.rows("segment_states", sandbox) if row[0] == name), 0)
    rows = shard.rows("memberships_after", after, limit)
    found = []
    for number, body in rows:
        held = decode_row(body).get(id_)
        if held is not None and held.member:
            identities = _identities(server, sandbox, number)
            found.append(Member(identities=identities, status=STATUSES[held.status], since=held.since))
    return Members(members=found, next=rows[-1][0] if len(rows) == limit else None)


@router.get("/segments/{name}/qualifications", name="list segment qualifications")
def qualifications(
    server: ServerOf, sandbox: Sandbox, name: str, after: After = 0, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> Qualifications:
    """Who has entered and left a segment, in order: `limit` batches behind batch `after`."""
    _document(server, sandbox, name)
    shard = server.require_shard()
    found = [(row[0], row[3]) for row in shard.rows("segments") if (row[1], row[2]) == (sandbox, name)]
    id_, uid = found[0] if found else (0, "")
    rows = shard.rows("qualifications", after, limit)
    return Qualifications(
        qualifications=[
            Qualified(
                id=identifiers.qualification_id(uid, each.profile, each.count),
                segment_id=uid,
                status=STATUSES[each.status],
                at=each.at,
                identities=_identities(server, sandbox, each.profile),
            )
            for _, body in rows
            for each in decode_qualifications(body)
            if each.segment == id_
        ],
        next=rows[-1][0] if rows else after,
    )


@router.post("/segments/{name}/members", name="upload segment members", openapi_extra=IDS)
async def upload(
    server: ServerOf,
    sandbox: Sandbox,
    name: str,
    namespace: Namespace,
    request: Request,
    mode: Annotated[
        Literal["replace", "add", "remove", "begin", "end"],
        Query(description="`begin`, `add` and `end` replace by several requests"),
    ] = "replace",
) -> Uploads:
    """Takes an audience: ids in a namespace, one a line. Who is not known yet is known by the id from then on."""
    return await run_in_threadpool(_take, server, sandbox, name, namespace, await request.body(), mode)


def _take(server: Server, sandbox: str, name: str, namespace: str, body: bytes, mode: str) -> Uploads:
    if _document(server, sandbox, name).definition is not None:
        raise ConflictError("ERR_SEGMENT_NOT_UPLOADED", field="name", name=name)
    known = namespaces(server.project(sandbox))
    if namespace not in known:
        raise NotFoundError("ERR_NAMESPACE_UNKNOWN", field="namespace", name=namespace, known=", ".join(known))
    ids = _lines(body)
    parts: list[tuple[UploadMode, list[str]]] = [("begin", ids), ("end", [])]
    if mode != "replace":
        parts = [(mode, ids)]  # type: ignore[list-item]
    work = partial(_append, sandbox=sandbox, name=name, namespace=namespace, parts=parts)
    server.journal.run(work).result()
    wait_for_engine(server)
    return Uploads(accepted=len(ids))


def _append(job: Job, *, sandbox: str, name: str, namespace: str, parts: list[tuple[UploadMode, list[str]]]) -> None:
    for mode, ids in parts:
        job.append(Uploaded(job.at, sandbox, name, namespace, ids, mode))
        job.record(f"segment.upload.{mode}", sandbox, name, None, {"namespace": namespace, "ids": len(ids)})


def _lines(body: bytes) -> list[str]:
    """The ids. Raises InputError naming the first line that is none."""
    found: dict[str, None] = {}
    for number, line in enumerate(body.split(b"\n"), 1):
        try:
            id_ = line.rstrip(b"\r").decode()
        except UnicodeDecodeError:
            raise InputError("ERR_SEGMENT_IDS", field="body", line=number) from None
        if len(id_) > LONGEST_ID:
            raise InputError("ERR_SEGMENT_IDS", field="body", line=number)
        if id_:
            found[id_] = None
    return list(found)


def _identities(server: Server, sandbox: str, number: int) -> list[dict[str, str]]:
    shard = server.require_shard()
    found = shard.rows("profile", number, sandbox)
    return _shown(People(shard.rows).decode(found[0][0]).identities) if found else []


def _shown(identities: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"namespace": namespace, "id": id_} for namespace, id_ in identities]
