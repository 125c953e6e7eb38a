"""The REST API of privacy: everything held on a person, and deleting them everywhere [1.6]."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sojourn.api.profiles import people_of, segments_of
from sojourn.api.reports import read_steps
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.api.stays import stories_of
from sojourn.engine.stay import AWAY
from sojourn.errors import NotFoundError
from sojourn.identifiers import identity_key
from sojourn.profile.people import attributes_of
from sojourn.report.messages import Message
from sojourn.runtime.eraser import Theirs, named_in
from sojourn.runtime.forget import Target
from sojourn.schema.identity import Identity
from sojourn.store.entry import Forgotten
from sojourn.store.journal import Job, JournalReader
from sojourn.store.shard import Shard

router = routes_at("/api", tags=["privacy"])
Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class PersonBody(BaseModel):
    """Whom a request is about. Without a namespace: whoever goes by that id in journeys without one."""

    model_config = ConfigDict(extra="forbid")

    namespace: Annotated[str, StringConstraints(max_length=60)] = ""
    id: Text


class Deleting(BaseModel):
    """A delete under way."""

    token: str = Field(description="names the delete; GET /api/privacy/deletes/{token} tells how far it is")


class Deleted(BaseModel):
    """How far a delete is."""

    done: bool


@router.post("/privacy/delete", status_code=202, name="delete person")
def delete(server: ServerOf, sandbox: Sandbox, body: PersonBody) -> Deleting:
    """Deletes a person everywhere: profile, events, stays, step events, and what the log holds of them.

    Whoever is inside a journey leaves it. Hashes of identities and of event ids stay, so that what comes again is
    known to have been here.
    """
    token = secrets.token_hex(16)

    def work(job: Job) -> None:
        job.append(Forgotten(job.at, sandbox, token, [(body.namespace, body.id)]))
        hashed = identity_key(sandbox, body.namespace, body.id).hex()
        job.record("person.delete", sandbox, token, None, {"identity": hashed})

    server.journal.run(work).result()
    return Deleting(token=token)


@router.get("/privacy/deletes/{token}", name="read delete")
def deleted(server: ServerOf, token: str) -> Deleted:
    """Whether nothing of the person is left in any file."""
    return Deleted(done=server.is_erased(token))


@router.get("/privacy/access", name="read everything held on a person")
def access(
    server: ServerOf,
    sandbox: Sandbox,
    id: Annotated[str, Query(min_length=1, max_length=2_000)],  # noqa: A002
    namespace: Annotated[str, Query(max_length=60)] = "",
) -> dict[str, Any]:
    """All that is held on a person, as one archive: profile, events, segments, stays, step events with what decisions
    saw, tests included, and log records."""
    person = people_of(server).person(sandbox, namespace, id)
    identities: list[Identity] = list(person.identities) if person is not None else [(namespace, id)]
    archive = {
        "identities": [{"namespace": name, "id": each} for name, each in identities],
        "attributes": attributes_of(person) if person is not None else {},
        "events": people_of(server).events(sandbox, namespace, id, server.now()),
        "segments": [each.model_dump() for each in segments_of(server, sandbox, namespace, id)],
        "journeys": _journeys(server, sandbox, identities),
        "stays": [
            story
            for name, each in dict(identities).items()
            for story in stories_of(server, sandbox, name or None, each)
        ],
        "records": _records(server, Target(sandbox, identities, [])),
    }
    if person is None and not archive["journeys"] and not archive["records"]:
        raise NotFoundError("ERR_PERSON_UNKNOWN", field="id", namespace=namespace or "-", id=id)
    return archive


def _journeys(server: Server, sandbox: str, identities: list[Identity]) -> list[dict[str, Any]]:
    """Their stays, with step events, calls under way and events that wait."""
    shard = server.require_shard()
    found = []
    for number, where, uid, name in shard.rows("journeys"):
        for person in dict.fromkeys(id_ for _, id_ in identities) if where == sandbox else ():
            for _, supplemental, state in shard.rows("load_stay", number, person):
                stay = Shard.decode(state)
                steps, next_ = read_steps(shard, sandbox, uid, 0, 200, person)
                while next_ is not None:
                    more, next_ = read_steps(shard, sandbox, uid, next_, 200, person)
                    steps += more
                found.append(
                    {
                        "journey": name,
                        "person": person,
                        "supplementalKey": supplemental,
                        "entries": stay.entry,
                        "version": stay.version,
                        "inside": stay.place != AWAY,
                        "since": stay.since,
                        "kept": [str(value) for value in stay.values],
                        "calls": [repr(effect) for _, _, effect, _ in shard.rows("effects_of", number, person)],
                        "messages": [Message(*row)._asdict() for row in shard.rows("messages_of", number, person)],
                        "waiting": [event for _, event, _ in shard.rows("held_of_person", number, person)],
                        "steps": steps,
                    }
                )
    return found


def _records(server: Server, target: Target) -> list[str]:
    """Their records in the log, as they came in."""
    theirs = Theirs(target, named_in(server.project(target.sandbox)))
    reader = JournalReader(server.settings.data / "journal.db")
    found: list[str] = []
    at = 1
    try:
        while rows := reader.read(at, 64):
            for _, entries in rows:
                for entry in entries:
                    found += [text.decode() for text in theirs.records(entry)]
            at = rows[-1][0] + 1
    finally:
        reader.close()
    return found
