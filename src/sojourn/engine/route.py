"""From a record to the events it is: which definitions match, and whose events they are [3.4, 3.5]."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sojourn.engine.result import Discard
from sojourn.expression import EvaluationError
from sojourn.journey.plan import EventPlan

Match = tuple[str, str | None, Discard | None]
"""A record taken as one event: the event's name, the person's id, or why there is none. A business event is about
nobody: its id is empty."""


class Routes:
    """The event definitions of one sandbox."""

    def __init__(self, events: Iterable[EventPlan]) -> None:
        self._events = tuple(events)

    def match(self, payload: Mapping[str, Any]) -> list[Match]:
        """All events that the record is; one payload may be several [3.5]."""
        found: list[Match] = []
        for event in self._events:
            try:
                if not event.test(payload):
                    continue
            except EvaluationError:
                found.append((event.name, None, "conditionFailed"))
                continue
            try:
                person = event.key(payload)
            except EvaluationError:
                found.append((event.name, None, "keyFailed"))
                continue
            if person or event.business:
                found.append((event.name, person, None))
            else:
                found.append((event.name, None, "keyMissing"))
        return found
