"""Versions of journeys as the journal has them: read and written inside transactions."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from sojourn import identifiers
from sojourn.actor import stamped
from sojourn.errors import ConflictError
from sojourn.journey.document import JourneyDocument
from sojourn.journey.draft import stored
from sojourn.journey.uses import named_by
from sojourn.messages import Said
from sojourn.store.journal import Job

Asked = Literal["draft", "published", "closed", "stopped"]
"""What was asked for; how far the engine is with it is in `sojourn.report.progress`."""


@dataclass(frozen=True, slots=True)
class Version:
    """A journey version. `metadata` says who made, changed and published it, and when."""

    number: int
    uid: str
    status: Asked
    body: str
    changed_at: int
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def document(self) -> JourneyDocument:
        """Its document; of a draft as far as it can be read."""
        return stored(self.body)


def status_said(status: str) -> Said:
    """A status as a sentence names it."""
    return Said("INFO_STATUS_" + re.sub("(?=[A-Z])", "_", status).upper())


def not_a_draft(name: str, latest: Version) -> ConflictError:
    """The error of a journey whose latest version would have to be a draft."""
    status = status_said(latest.status)
    return ConflictError("ERR_NOT_DRAFT", field="name", name=name, number=latest.number, status=status)


def versions_of(rows: Iterable[tuple[Any, ...]]) -> list[Version]:
    """The rows of the query of that name, the oldest first."""
    return [
        Version(number, uid, status, body, changed_at, json.loads(metadata))
        for number, uid, status, body, changed_at, metadata in rows
    ]


def put(job: Job, journey: str, version: Version, *what: str) -> None:
    """Writes a version down, with who has done `what` to it now ("created", "lastModified", ...)."""
    metadata = json.dumps(stamped(version.metadata, job.actor, *what), ensure_ascii=False)
    uses = json.dumps(sorted(named_by(version.document)), ensure_ascii=False)
    row = (version.number, version.uid, version.status, version.body, now_ms(), metadata, uses)
    job.rows("put_version", journey, *row)


def new_journey(job: Job, sandbox: str, name: str) -> str:
    """A journey without versions; its id, which no other has had."""
    count, uid = 1, identifiers.document_id(sandbox, "journey", name)
    while job.rows("journey_gone", uid, uid):
        count += 1
        uid = identifiers.document_id(sandbox, "journey", f"{name}\n{count}")  # no name has a line break
    job.rows("add_journey", uid, sandbox, name)
    return uid


def new_version(job: Job, sandbox: str, journey: str, after: Version | None, numbers: int, body: str) -> Version:
    """A draft behind the version `after`; `numbers` is the highest number that the journey ever gave."""
    number = max(after.number if after is not None else 0, numbers) + 1
    version = Version(number, identifiers.version_id(sandbox, journey, number), "draft", body, 0)
    put(job, journey, version, "created", "lastModified")
    return version


def now_ms() -> int:
    """The real time, epoch ms."""
    return round(time.time() * 1000)
