"""Who is acting: set once for each request, and read where a change is written down."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal, NamedTuple

ActorKind = Literal["user", "token", "local", "system"]


class Actor(NamedTuple):
    """`local` is the holder of the data folder's own token, `system` Sojourn itself."""

    name: str
    kind: ActorKind
    administrator: bool


SYSTEM = Actor("system", "system", administrator=True)
acting: ContextVar[Actor] = ContextVar("acting", default=SYSTEM)


def stamped(metadata: dict[str, str], actor: Actor, *what: str) -> dict[str, str]:
    """`metadata` with who has done these things ("created", "lastModified", "lastDeployed"), and that it was now."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    by = {"By": actor.name, "ById": f"{actor.name}@{actor.kind}", "At": now}
    return metadata | {f"{each}{part}": value for each in what for part, value in by.items()}
