"""Who is acting: set once for each request, and read where a change is written down."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Literal, NamedTuple

ActorKind = Literal["user", "token", "local", "system"]


class Actor(NamedTuple):
    """`local` is the holder of the data folder's own token, `system` Sojourn itself."""

    name: str
    kind: ActorKind
    administrator: bool


SYSTEM = Actor("system", "system", administrator=True)
acting: ContextVar[Actor] = ContextVar("acting", default=SYSTEM)
