"""Activities that people enter by or wait at for something to be heard: events [6.15]."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from sojourn.journey.activity.base import THEN, TIMEOUT, Onward
from sojourn.journey.plan import Listener, Node
from sojourn.journey.types import Duration, Identifier, milliseconds

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder
    from sojourn.journey.project import Kind


class EventActivity(Onward):
    """Start of a journey, or a listener further down [6.15]."""

    allowed: ClassVar = (THEN, TIMEOUT)
    starts: ClassVar = True
    rests: ClassVar = True

    type: Literal["event"]
    event: Identifier
    timeout: Duration | None = None

    def arrows(self) -> dict[str, tuple[str, ...]]:
        """Without a path of its own a timeout goes on through the listener's branch [6.15]."""
        ways = self.ways()
        return ways if self.timeout is None else {**ways, TIMEOUT: ways.get(TIMEOUT, ways[THEN])}

    def rehearsed(self, wait: timedelta, path: str | None) -> Self:
        return self if self.timeout is None else self.model_copy(update={"timeout": wait})

    def uses(self) -> Iterator[tuple[Kind, str]]:
        yield "event", self.event

    def node(self, build: Builder, id_: str) -> Node:
        build.check_event(self.event, ("activities", id_, "event"))
        timeout = milliseconds(self.timeout) if self.timeout else None
        return Listener(id_, "event", self.label or id_, hears=(self.event,), timeout=timeout)
