"""The REST API of who can be tested with: the test profiles of a journey's namespace [6.32]."""

from __future__ import annotations

import json
import time
from typing import Any

from pydantic import BaseModel, Field

from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.profile.people import attributes_of
from sojourn.runtime.rehearsal import MAX_TEST_PROFILES

router = routes_at("/api", tags=["test mode"])

SECONDS = 1.0
"""How long test profiles are looked for among all profiles."""


class Tester(BaseModel):
    """A test profile: its id in the journey's namespace, and what is known of it."""

    id: str
    attributes: dict[str, Any]


class Testers(BaseModel):
    """Test profiles, the newest first; `complete` unless there may be more than were found."""

    profiles: list[Tester]
    complete: bool = Field(description="false where looking took too long, or where there are more than may be in test")


@router.get("/journeys/{name}/test/profiles", name="list test profiles")
def testers(server: ServerOf, sandbox: Sandbox, name: str) -> Testers:
    """Whom an event can be triggered for, those first that were heard of last."""
    namespace = json.loads(server.authoring.versions(sandbox, name)[-1].body).get("namespace")
    found: list[Tester] = []
    end = time.monotonic() + SECONDS
    for person in server.people().newest(sandbox) if namespace else ():
        if len(found) == MAX_TEST_PROFILES or time.monotonic() > end:
            return Testers(profiles=found, complete=False)
        ids = person.ids(namespace)
        if ids and (attributes := attributes_of(person)).get("testProfile") is True:
            del attributes["identityMap"], attributes["testProfile"]
            found.append(Tester(id=ids[0], attributes=attributes))
    return Testers(profiles=found, complete=True)
