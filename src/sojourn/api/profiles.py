"""The REST API of profiles: what is known of a person, and records in bulk [1.1-1.5, 2.2]."""

from __future__ import annotations

import time
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from sojourn.api.problems import language_of, problem
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.errors import InputError, NotFoundError
from sojourn.journey.dataset import Intake, namespaces
from sojourn.messages import Language
from sojourn.profile.membership import STATUSES, Status, decode_row
from sojourn.profile.people import People, attributes_of
from sojourn.profile.person import Person
from sojourn.runtime.inlet import InletRules
from sojourn.schema.identity import STANDARD
from sojourn.store.entry import Recorded
from sojourn.store.journal import Job

router = routes_at("/api", tags=["profiles"])

AHEAD = 8
"""How many rows the log may be ahead of the engine while records come in bulk: what a live event has to wait for."""
SECONDS, BLOCK = 2.0, 500
"""How long a search may take, and how many profiles it reads at a time."""
PATIENCE = 30.0
"""Seconds that a bulk of records waits for the engine to catch up."""

Namespace = Annotated[str, Query(max_length=60, description="Email, ECID, CRMID, Phone or one of the sandbox's own")]
Id = Annotated[str, Query(min_length=1, max_length=2_000, description="the id in the namespace")]
NDJSON = {
    "requestBody": {
        "required": True,
        "content": {"application/x-ndjson": {"schema": {"type": "string", "description": "a JSON record a line"}}},
    }
}


class Joined(BaseModel):
    """What a profile is in a segment."""

    name: str
    status: Status
    since: int = Field(description="epoch ms: since when it is, or is no more, a member")


class Known(BaseModel):
    """A profile as it is now."""

    identities: list[dict[str, str]] = Field(description="namespace and id of each")
    attributes: dict[str, Any]
    test_profile: bool = Field(serialization_alias="testProfile")
    segments: list[Joined] = Field(description="those that the person is or was in")


class FoundProfile(BaseModel):
    """A profile that a search has found."""

    identities: list[dict[str, str]]
    attributes: dict[str, Any]
    test_profile: bool = Field(serialization_alias="testProfile")


class ProfilePage(BaseModel):
    """A page of profiles; `next` leads on, null at the end."""

    profiles: list[FoundProfile]
    next: int | None


class Fields(BaseModel):
    """What records of a dataset hold."""

    schema_: str = Field(serialization_alias="schema")
    kind: Literal["experienceevent", "profile", "record"]
    key: str = Field(description="the field of the primary identity, empty without one")
    fields: dict[str, str] = Field(description="dotted path and type of each")


class Refused(BaseModel):
    """A record that was not taken."""

    line: int = Field(description="its place among the records sent, from 1")
    problem: dict[str, Any]


class Taken(BaseModel):
    """What became of records sent in bulk."""

    accepted: int
    refused: list[Refused]


def people_of(server: Server) -> People:
    """Reads profiles, as far as the engine has got. Raises NotFoundError while there is no engine state."""
    return People(server.require_shard().rows)


def find(server: Server, sandbox: str, namespace: str, id_: str) -> Person:
    """Who has this identity. Raises NotFoundError, also for a namespace that nobody knows."""
    known = namespaces(server.project(sandbox))
    if namespace not in known:
        raise NotFoundError("ERR_NAMESPACE_UNKNOWN", field="namespace", name=namespace, known=", ".join(known))
    found = people_of(server).person(sandbox, namespace, id_)
    if found is None:
        raise NotFoundError("ERR_PERSON_UNKNOWN", field="id", namespace=namespace, id=id_)
    return found


@router.get("/profiles", name="read profile")
def profile(server: ServerOf, sandbox: Sandbox, namespace: Namespace, id: Id) -> Known:  # noqa: A002
    """The profile of whoever has this identity: all identities, and of each attribute the newest value [1.2]."""
    person = find(server, sandbox, namespace, id)
    attributes = attributes_of(person)
    return Known(
        identities=[{"namespace": name, "id": each} for name, each in person.identities],
        attributes=attributes,
        test_profile=_is_test(attributes),
        segments=segments_of(server, sandbox, namespace, id),
    )


def segments_of(server: Server, sandbox: str, namespace: str, id_: str) -> list[Joined]:
    """What whoever has this identity is in the segments."""
    shard = server.require_shard()
    names = {row[8]: row[0] for row in shard.rows("segment_states", sandbox)}
    rows = shard.rows("membership", people_of(server).number(sandbox, namespace, id_)) if names else []
    found = decode_row(rows[0][0]).values() if rows else ()
    return [
        Joined(name=names[each.segment], status=STATUSES[each.status], since=each.since)
        for each in sorted(found, key=lambda each: each.segment)
        if each.segment in names
    ]


@router.get("/profiles/events", name="read profile events")
def events(
    server: ServerOf,
    sandbox: Sandbox,
    namespace: Namespace,
    id: Id,  # noqa: A002
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    skip: Annotated[int, Query(ge=0, le=1_000, description="how many of the newest to leave out")] = 0,
) -> list[dict[str, Any]]:
    """The person's experience events, newest first: of the last year the 1000 latest at most [4.1]."""
    find(server, sandbox, namespace, id)
    return people_of(server).events(sandbox, namespace, id, server.now())[skip : skip + limit]


@router.get("/profiles/search", name="search profiles")
def search(
    server: ServerOf,
    sandbox: Sandbox,
    text: Annotated[str, Query(max_length=200, description="in ids and in values of attributes")] = "",
    test: Annotated[bool, Query(description="only test profiles")] = False,
    after: Annotated[int, Query(ge=0, lt=2**63, description="the `next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ProfilePage:
    """Profiles that hold a text somewhere, in the order in which they were first known.

    A search looks for two seconds at most: a page may be short, or empty, before the end.
    """
    people, wanted = people_of(server), text.strip().lower()
    found: list[FoundProfile] = []
    end = time.monotonic() + SECONDS
    while True:
        rows = people.walk(sandbox, after, BLOCK)
        for number, person in rows:
            after = number
            if holds(person, wanted) and (attributes := attributes_of(person)) and (not test or _is_test(attributes)):
                attributes.pop("identityMap")
                identities = [{"namespace": name, "id": each} for name, each in person.identities]
                found.append(
                    FoundProfile(identities=identities, attributes=attributes, test_profile=_is_test(attributes))
                )
                if len(found) == limit:
                    return ProfilePage(profiles=found, next=after)
        if len(rows) < BLOCK:
            return ProfilePage(profiles=found, next=None)
        if time.monotonic() > end:
            return ProfilePage(profiles=found, next=after)


def holds(person: Person, wanted: str) -> bool:
    """Whether a text, in lower case, stands in an id or in the value of an attribute of somebody."""
    if not wanted or any(wanted in id_.lower() for _, id_ in person.identities):
        return True
    return any(
        _may_hold(layer.body, wanted) and _in_values(msgspec.json.decode(layer.body), wanted) for layer in person.layers
    )


def _may_hold(body: bytes, wanted: str) -> bool:
    """Most records are passed over without being read; one with escapes may hold anything."""
    return b"\\" in body or wanted in body.decode().lower()


def _in_values(value: Any, wanted: str) -> bool:
    if isinstance(value, dict):
        return any(_in_values(each, wanted) for each in value.values())
    if isinstance(value, list):
        return any(_in_values(each, wanted) for each in value)
    return wanted in str(value).lower()


def _is_test(attributes: dict[str, Any]) -> bool:
    return attributes.get("testProfile") is True


@router.get("/schemas/{name}/records/{key}", name="read lookup record")
def lookup(server: ServerOf, sandbox: Sandbox, name: str, key: str) -> dict[str, Any]:
    """The lookup record of a schema by its primary identity [2.2]."""
    found = people_of(server).lookup(sandbox, name, key)
    if found is None:
        raise NotFoundError("ERR_LOOKUP_UNKNOWN", field="key", schema=name, key=key)
    return found


@router.get("/identity-namespaces", name="list all namespaces")
def all_namespaces(server: ServerOf, sandbox: Sandbox) -> list[dict[str, Any]]:
    """All namespaces, the standard ones included."""
    return [{"name": name, "standard": name in STANDARD} for name in namespaces(server.project(sandbox))]


# --- records in bulk ---


@router.get("/datasets/{name}/fields", name="read dataset fields")
def fields(server: ServerOf, sandbox: Sandbox, name: str) -> Fields:
    """The fields that records of a dataset can have."""
    intake = server.rules(sandbox).intake(name, field="name")
    root = server.project(sandbox).root(intake.schema)
    assert root is not None  # the dataset is in order
    return Fields(
        schema_=intake.schema,
        kind=intake.kind,
        key=intake.key_field,
        fields={".".join(path): field.type_name() for path, field in root.leaves()},
    )


@router.post("/datasets/{name}/records", name="send records", openapi_extra=NDJSON)
async def records(
    server: ServerOf,
    sandbox: Sandbox,
    name: str,
    request: Request,
    moment: Annotated[
        int | None, Query(ge=0, lt=2**53, description="how new records are that do not say, epoch ms")
    ] = None,
) -> Taken:
    """Takes records into the profile store, a JSON object a line; they move nobody in journeys.

    Each record stands for itself: bad ones are refused with their place and a problem, the good ones are durable when
    the answer comes. Events that were here before have no effect [3.2].
    """
    body = await request.body()
    return await run_in_threadpool(_take, server, sandbox, name, body, moment, language_of(request))


def _take(server: Server, sandbox: str, name: str, body: bytes, moment: int | None, language: Language) -> Taken:
    rules = server.rules(sandbox)
    intake = rules.intake(name, field="name")
    if not intake.enabled:
        raise InputError("ERR_DATASET_NOT_ENABLED", field="name", name=name)
    good, refused = _sorted_out(rules, intake, body, language)
    if good:
        server.journal.run(partial(_append, sandbox=sandbox, dataset=name, records=good, moment=moment)).result()
        wait_for_engine(server)
    return Taken(accepted=len(good), refused=refused)


def _sorted_out(
    rules: InletRules, intake: Intake, body: bytes, language: Language
) -> tuple[list[bytes], list[Refused]]:
    good: list[bytes] = []
    refused: list[Refused] = []
    for line, text in enumerate(body.splitlines(), 1):
        if not text or text.isspace():
            continue
        try:
            rules.of_dataset(intake, text)
            good.append(text)
        except InputError as error:
            refused.append(Refused(line=line, problem=problem(error, language)))
    return good, refused


def _append(job: Job, *, sandbox: str, dataset: str, records: list[bytes], moment: int | None) -> None:
    job.append(Recorded(job.at, sandbox, dataset, records, moment))


def wait_for_engine(server: Server) -> None:
    """Lets the engine catch up, so that events that come meanwhile do not queue behind a whole file."""
    end = time.monotonic() + PATIENCE
    while server.reader.last() - server.supervisor.state.seq >= AHEAD and time.monotonic() < end:
        time.sleep(0.01)
