"""From a record to the events it is: which definitions match, and whose events they are [3.4, 3.5]."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sojourn.engine.transition import Discard
from sojourn.expression import EvaluationError
from sojourn.journey.plan import EventPlan


class Match(NamedTuple):
    """A record taken as one event: the person's id, or why there is none."""

    event: str
    person: str | None
    discard: Discard | None


class Routes:
    """The event definitions of one sandbox."""

    def __init__(self, events: Iterable[EventPlan]) -> None:
        self._events = tuple(events)

    def match(self, payload: Mapping[str, Any]) -> list[Match]:
        """All events that the record is; one payload may be several [3.5]."""
        found = []
        for event in self._events:
            try:
                if not event.test(payload):
                    continue
                person = event.key(payload)
            except EvaluationError:
                found.append(Match(event.name, None, "keyFailed"))
                continue
            found.append(Match(event.name, person, None if person else "keyMissing"))
        return found
