"""The REST API of test mode [6.32]: a draft with real events, for test profiles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from fastapi import Body
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import StreamingResponse

from sojourn import identifiers
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import RehearsalState as State
from sojourn.api.server import Server
from sojourn.api.stays import Move, Stay
from sojourn.api.stream import END, Event, described, stream
from sojourn.authoring.reading import no_such
from sojourn.errors import ConflictError, InputError
from sojourn.expression.values import to_json
from sojourn.journey import qualification
from sojourn.journey.compile import compile_journey
from sojourn.journey.document import JourneyDocument
from sojourn.journey.events import compile_event
from sojourn.journey.payload import addressed, message
from sojourn.journey.rehearse import TEST_WAIT, Options, least_wait
from sojourn.journey.types import Between, milliseconds
from sojourn.rehearsals import WEEK
from sojourn.report.steps import expand, name_of, shape_of
from sojourn.report.story import Journey, errors_in, flow, stories
from sojourn.runtime.rehearsal import MAX_TEST_PROFILES
from sojourn.store.rehearsal import Rehearsal

router = routes_at("/api", tags=["test mode"])

Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class TestBody(BaseModel):
    """How a test goes."""

    model_config = ConfigDict(extra="forbid")

    wait: Annotated[timedelta, Between("PT1S", "P7D")] | None = Field(
        None, description="how long each wait and each event timeout lasts; PT10S, with reactions PT40S"
    )
    paths: dict[str, str] = Field(
        {}, description="the path that a percentage split takes; the top one unless named here"
    )


class Test(BaseModel):
    """Test mode of a journey; moments are epoch ms of journey time."""

    state: State
    version: int | None = Field(None, description="the draft that is tested")
    started_at: int | None = Field(None, serialization_alias="startedAt")
    triggered_at: int | None = Field(None, serialization_alias="triggeredAt")
    ends_at: int | None = Field(None, serialization_alias="endsAt", description="when it ends if nothing is triggered")
    wait: str | None = None
    least_wait: str = Field(serialization_alias="leastWait")
    paths: dict[str, str] = {}
    profiles: int = Field(0, description="how many test profiles have entered")
    max_profiles: int = Field(MAX_TEST_PROFILES, serialization_alias="maxProfiles")
    events: list[str] = Field(
        description="what can be triggered: events that the journey listens to, segment:NAME:realized or exited, and "
        "audience:ACTIVITY"
    )


class TriggerBody(BaseModel):
    """An event to send, for a test profile."""

    model_config = ConfigDict(extra="forbid")

    event: str
    profile: Text = Field(description="the id in the journey's namespace")
    fields: dict[str, Any] = Field({}, description="values by dotted path; the other fields are as in the preview")
    payload: dict[str, Any] | None = Field(None, description="the whole xdmEntity instead, as it is")


class Triggered(BaseModel):
    """What was sent."""

    id: str | None = Field(description="the event's _id: GET /api/events/{id}/explain tells what it did")
    payload: dict[str, Any]


class Failure(BaseModel):
    """A call or a fetch that failed."""

    activity: str
    at: int
    called: str
    error: str
    code: int | str | None


class LoggedStay(Stay):
    """A stay of a test."""

    action_errors: list[Failure]
    fetch_errors: list[Failure]


class Log(BaseModel):
    """The log of a test, stay by stay."""

    inside: int = Field(description="how many people are inside now")
    stays: list[LoggedStay]


class ActivityFlow(BaseModel):
    """What is drawn of an activity."""

    here: int = Field(description="people who stand here now; those of a parallel group at its top activity")
    left: int
    ended: int
    errors: int


class PersonFlow(BaseModel):
    """Where somebody is, and the way they took: arrows in order."""

    stay: str
    person: str
    phase: str
    stands_at: list[str] = Field(alias="standsAt")
    arrows: list[str]


class Flow(BaseModel):
    """The drawing of a test."""

    activities: dict[str, ActivityFlow]
    arrows: dict[str, int] = Field(description="how many have taken each arrow")
    people: list[PersonFlow]


class Moved(Move):
    """A move, and whose."""

    stay: str
    person: str


class Ended(BaseModel):
    """The test is over."""

    state: State


# --- test mode ---


@router.get("/journeys/{name}/test", name="read test mode")
def state(server: ServerOf, sandbox: Sandbox, name: str) -> Test:
    """Whether the draft is in test, and how the test goes."""
    running = server.rehearsals.of(sandbox, name).get("test")
    uid = server.authoring.journey_id(sandbox, name)
    document = server.authoring.versions(sandbox, name)[-1].document
    events = _heard(server, sandbox, name, document)
    least = _span(least_wait(document))
    now = server.rehearsal_state(sandbox, name, "test")
    if running is None:
        return Test(state=now, least_wait=least, events=events)
    shard = server.require_shard()
    people = {row[0] for each in shard.rows("rehearsal_of", sandbox, uid) if each[1] == "test"
              for row in shard.rows("stays_after", each[0], "", "", 1_000)}  # fmt: skip
    return Test(
        state=now,
        version=running.number,
        started_at=running.started_at,
        triggered_at=running.triggered_at,
        ends_at=running.triggered_at + WEEK,
        wait=_span(running.options.wait),
        least_wait=least,
        paths=dict(running.options.paths),
        profiles=len(people),
        events=events,
    )


def _heard(server: Server, sandbox: str, name: str, document: JourneyDocument) -> list[str]:
    """What can be triggered: the events that the journey listens to, those that it starts with first, and the keys of
    segments and audiences."""
    plan = compile_journey(server.project(sandbox), name)[0]
    if plan is None:
        return [event for kind, event in document.uses() if kind == "event"]
    found = dict.fromkeys([*plan.entry.hears, *sorted(plan.listens)])
    return [key for key in found if not key.startswith("feedback:")]


@router.post("/journeys/{name}/test", name="activate test mode", status_code=202)
def activate(server: ServerOf, sandbox: Sandbox, name: str, body: Annotated[TestBody | None, Body()] = None) -> Test:
    """Tests the draft with real events, for test profiles; the journey is locked until the test ends."""
    body = body or TestBody()
    document = server.project(sandbox).journeys.get(name)
    least = least_wait(document) if document is not None else 0
    wait = max(milliseconds(TEST_WAIT), least) if body.wait is None else milliseconds(body.wait)
    options = Options(wait=wait, paths=body.paths)
    server.rehearsals.begin(sandbox, name, "test", options)
    return state(server, sandbox, name)


@router.delete("/journeys/{name}/test", name="deactivate test mode", status_code=202)
def deactivate(server: ServerOf, sandbox: Sandbox, name: str) -> Ended:
    """Ends the test: everybody leaves, and all that it has made goes."""
    server.rehearsals.end(sandbox, name, "test")
    return Ended(state="deactivating")


@router.post("/journeys/{name}/test/events", name="trigger test event", status_code=202)
def trigger(server: ServerOf, sandbox: Sandbox, name: str, body: TriggerBody) -> Triggered:
    """Sends an event for a test profile. It is a real one: other journeys hear it too."""
    test = server.rehearsals.of(sandbox, name).get("test")
    if test is None:
        raise ConflictError("ERR_TEST_OFF", field="name", name=name)
    project = server.project(sandbox)
    document = project.journeys[name]
    if ":" in body.event:
        return _prompt(server, sandbox, name, test, body)
    event = project.events.get(body.event)
    if event is None:
        raise no_such("event", body.event, project.events, "event")
    dataset = next((each.name for each in project.datasets.values() if each.schema_ == event.schema_), None)
    made = message(project, event, dataset)
    entity = body.payload if body.payload is not None else made["body"]["xdmEntity"]
    if body.payload is None:
        addressed(project, event, entity, body.profile, body.fields, server.now())
    plan, _ = compile_event(project, event)
    made["body"]["xdmEntity"] = entity
    checked = server.rules(sandbox).message(msgspec.json.encode(made))
    if plan is None or plan.test(entity) is not True:
        raise InputError("ERR_TRIGGER_EVENT", field="fields", event=event.name)
    if plan.key(entity) != body.profile:
        raise InputError("ERR_TRIGGER_KEY", field="profile", event=event.name, found=str(plan.key(entity)))
    _require_test_profile(server, sandbox, document.namespace or "", body.profile)
    server.accept(sandbox, checked)
    server.rehearsals.triggered(test, sandbox, name, event.name, body.profile)
    return Triggered(id=checked.id, payload=entity)


def _prompt(server: Server, sandbox: str, name: str, test: Rehearsal, body: TriggerBody) -> Triggered:
    """Lets a test profile enter as if they had come into a segment, or were of an audience; nothing else notices."""
    document = server.project(sandbox).journeys[name]
    heard = _heard(server, sandbox, name, document)
    if body.event not in heard:
        raise no_such("event", body.event, heard, "event")
    _require_test_profile(server, sandbox, document.namespace or "", body.profile)
    kind, _, about = body.event.partition(":")
    segment, _, status = about.rpartition(":")
    payload = msgspec.json.encode(body.payload or {})
    if kind == "segment":
        uid = identifiers.document_id(sandbox, "segment", segment)
        payload = qualification.record(uid, status, server.now())
    server.rehearsals.prompt(test, sandbox, name, body.event, body.profile, payload)
    return Triggered(id=None, payload=msgspec.json.decode(payload))


def _require_test_profile(server: Server, sandbox: str, namespace: str, id_: str) -> None:
    found = server.people().attributes(sandbox, namespace, id_)
    if found is None or found.get("testProfile") is not True:
        raise InputError("ERR_NOT_TEST_PROFILE", field="profile", namespace=namespace, id=id_)


@router.get("/journeys/{name}/test/log", name="read test log", responses={409: {}})
def log(server: ServerOf, sandbox: Sandbox, name: str) -> Log:
    """Stay by stay: where it is, the data it was enriched with, its moves with payloads, and what failed."""
    told = _told(server, sandbox, name)[1]
    stays = [
        each | {"actionErrors": [*errors_in(each, fetches=False)], "fetchErrors": [*errors_in(each, fetches=True)]}
        for each in told
    ]
    inside = sum(each["phase"] == "running" for each in told)
    return Log(inside=inside, stays=[LoggedStay.model_validate(each) for each in stays])


@router.get("/journeys/{name}/test/steps", name="read test steps", responses={409: {}})
def test_steps(server: ServerOf, sandbox: Sandbox, name: str) -> list[dict[str, Any]]:
    """The step events of the test, each with `inTest`; they are in no report and in no data set."""
    running = server.rehearsals.of(sandbox, name).get("test")
    if running is None:
        raise ConflictError("ERR_TEST_OFF", field="name", name=name)
    journey = running_journey(server, sandbox, name, running)
    shard = server.require_shard()
    shapes = {row[0]: shape_of(row[3]) for row in shard.rows("shapes") if row[1] == journey.number}
    told = name_of(sandbox, running.journey, name, journey.document.model_dump_json(by_alias=True, exclude_unset=True))
    told = told._replace(in_test=True)
    return [
        public
        for _, version, person, supplemental, entry, steps in shard.rehearsed_steps(journey.number)[0]
        for public in expand(told, version, person, supplemental, entry, ((shapes[each[0]], each) for each in steps))
    ]


@router.get("/journeys/{name}/test/flow", name="read test flow", responses={409: {}})
def test_flow(server: ServerOf, sandbox: Sandbox, name: str) -> Flow:
    """The drawing of the test: where everybody is, and the ways they took."""
    document, told, _ = _told(server, sandbox, name)
    return Flow.model_validate(_flow(document, told))


@router.get(
    "/journeys/{name}/test/stream",
    name="stream test flow",
    responses={409: {}, **described(flow=Flow, move=Moved, end=Ended)},
)
def test_stream(server: ServerOf, sandbox: Sandbox, name: str) -> StreamingResponse:
    """The drawing of the test (`flow`), then each move as it happens (`move`), until the test is over (`end`)."""
    document, told, after = _told(server, sandbox, name)
    return stream(_Moves(server, sandbox, name, document, told, after), lambda: server.closing)


class _Moves:
    """What is new of a test, each time that it is asked."""

    def __init__(
        self, server: Server, sandbox: str, name: str, document: JourneyDocument, told: list[Any], after: int
    ) -> None:
        self._server, self._sandbox, self._name = server, sandbox, name
        self._first: list[Event] = [("flow", _flow(document, told))]
        self._uid = server.rehearsals.of(sandbox, name)["test"].uid
        self._after = after

    def __call__(self) -> Iterator[Event]:
        yield from self._first
        self._first = []
        running = self._server.rehearsals.of(self._sandbox, self._name).get("test")
        if running is None or running.uid != self._uid:
            yield END, {"state": "off"}
            return
        journey = running_journey(self._server, self._sandbox, self._name, running)
        rows, self._after = self._server.require_shard().rehearsed_steps(journey.number, self._after)
        for each in _stories(self._server, journey, rows, notes=False):
            for move in each["moves"]:
                yield "move", {"stay": each["id"], "person": each["person"], **move}


def _flow(document: JourneyDocument, told: list[dict[str, Any]]) -> dict[str, Any]:
    people = [
        {
            "stay": each["id"],
            "person": each["person"],
            "phase": each["phase"],
            "standsAt": each["standsAt"],
            "arrows": [move["arrow"] for move in each["moves"] if move["arrow"] is not None],
        }
        for each in told
    ]
    return flow(document, told) | {"people": people}


def _told(server: Server, sandbox: str, name: str) -> tuple[JourneyDocument, list[dict[str, Any]], int]:
    """The document that is tested, the stories of its stays, and the last row of step events read."""
    running = server.rehearsals.of(sandbox, name).get("test")
    if running is None:
        raise ConflictError("ERR_TEST_OFF", field="name", name=name)
    journey = running_journey(server, sandbox, name, running)
    rows, after = server.require_shard().rehearsed_steps(journey.number)
    return journey.document, _stories(server, journey, rows), after


def _stories(server: Server, journey: Journey, rows: list[Any], *, notes: bool = True) -> list[dict[str, Any]]:
    shard = server.require_shard()
    shapes = {row[0]: shape_of(row[3]) for row in shard.rows("shapes") if row[1] == journey.number}
    told = shard.rows("notes", journey.number) if notes else []
    return stories({journey.version: journey}, shapes, rows, told)


def running_journey(server: Server, sandbox: str, name: str, running: Rehearsal) -> Journey:
    """A draft that runs, as the engine has it; one that it has not got to yet has the number 0 and no stays."""
    for number, kind, _, _, _, version, body, uid in server.require_shard().rows(
        "rehearsal_of", sandbox, running.journey
    ):
        if kind == running.kind and uid == running.uid:
            document = JourneyDocument.model_validate_json(body)
            return Journey(sandbox, uid, name, number, version, document, kind)
    body = server.authoring.versions(sandbox, name)[-1].body
    document = JourneyDocument.model_validate_json(body)
    return Journey(sandbox, running.uid, name, 0, running.number, document, running.kind)


def _span(ms: int) -> str:
    return str(to_json(timedelta(milliseconds=ms)))
