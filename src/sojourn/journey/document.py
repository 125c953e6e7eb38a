"""The documents of events and journeys.

One definition gives file validation, the REST bodies, OpenAPI and the published JSON Schema. A document says what
the user wants; whether it makes sense among the others is for `sojourn.journey.findings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sojourn.expression.values import read_duration, to_json
from sojourn.schema.document import Document, FieldPath, Name, Namespace

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+$", max_length=30)]
"""Events and actions: letters, digits and `_`, at most 30 characters [3.3, 5.1]."""
ActivityId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=60)]
PathName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_ -]*$", max_length=60)]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]

MAX_ACTIVITIES = 50  # 6.1; a setting once there are settings per sandbox
THEN, OTHER, TIMEOUT, ERROR = "then", "other", "timeout", "error"
RESERVED_PATHS = (THEN, OTHER, TIMEOUT, ERROR)


@dataclass(frozen=True, slots=True)
class _Between:
    """A duration as ISO 8601 has it: weeks alone, or days, hours, minutes and seconds; months have no one length."""

    low: str
    high: str | None = None

    def read(self, value: object) -> timedelta:
        weeks = _WEEKS.fullmatch(value) if isinstance(value, str) else None
        text = f"P{7 * int(weeks[1])}D" if weeks else value
        found = read_duration(text) if isinstance(text, str) else None
        if found is None or found < _span(self.low) or (self.high is not None and found > _span(self.high)):
            code = "ERR_FIELD_DURATION" if self.high is None else "ERR_FIELD_DURATION_RANGE"
            raise PydanticCustomError(code, "a duration such as P21DT6H", {"low": self.low, "high": self.high})
        return found

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        text = core_schema.plain_serializer_function_ser_schema(to_json, when_used="json")
        return core_schema.no_info_plain_validator_function(self.read, serialization=text)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "format": "duration"}


def _span(text: str) -> timedelta:
    found = read_duration(text)
    assert found is not None
    return found


_WEEKS = re.compile(r"P(\d{1,6})W")
Duration = Annotated[timedelta, _Between("PT1S")]


class EventDocument(Document):
    """An event to listen to [3.3]: `rule` events match by `condition`, `system` ones by an eventID of ours.

    Without `namespace` and `key` it takes both from the schema's primary identity; with a namespace alone the key is
    that identity if it is of the namespace, else the one of `identityMap` [3.4].
    """

    name: Identifier
    description: str = ""
    schema_: Annotated[Name, Field(alias="schema")]
    about: Literal["person", "business"] = "person"
    """Whom it is about: a `business` event has no person and starts journeys for an audience [3.8]."""
    type: Literal["rule", "system"] = "rule"
    fields: list[FieldPath] = []
    """The payload fields that journeys see; left out, all of them."""
    condition: Expression | None = None
    event_id: Annotated[str | None, Field(alias="eventID", max_length=100)] = None
    namespace: Namespace | None = None
    key: Expression | None = None

    @model_validator(mode="after")
    def _type_has_its_part(self) -> EventDocument:
        if self.type == "rule" and self.condition is None:
            raise ValueError("a rule-based event needs a condition")
        if self.type == "system" and self.condition is not None:
            raise ValueError("a system-generated event has an eventID, not a condition")
        if self.about == "business" and (self.namespace is not None or self.key is not None):
            raise ValueError("a business event is about nobody: it has neither a namespace nor a key")
        return self


class SegmentDocument(Document):
    """A segment [8.1]: the profiles for which `definition` holds; without one, an audience that is uploaded [8.3].

    What time alone can change is also evaluated every day at `daily`, in UTC.
    """

    name: Name
    description: str = ""
    definition: Expression | None = None
    daily: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "02:00"


Target = str | list[str] | None
"""Where a path leads: an activity, several (events and waits in parallel, upper first), or nowhere (the end)."""


class _Activity(Document):
    label: Annotated[str, StringConstraints(max_length=100)] = ""


class EventActivity(_Activity):
    """Start of a journey, or a listener further down [6.15]."""

    type: Literal["event"]
    event: Identifier
    timeout: Duration | None = None
    next: Target | dict[PathName, Target] = None


class ConditionActivity(_Activity):
    """Data source condition [6.20]: `paths` top-down, the first that holds is taken; `other` is for the rest."""

    type: Literal["condition"]
    paths: Annotated[dict[PathName, Expression], Field(min_length=1, max_length=50)]
    next: dict[PathName, Target] = {}


class WaitActivity(_Activity):
    """Wait for a duration [6.21]."""

    type: Literal["wait"]
    duration: Duration
    next: Target | dict[PathName, Target] = None


class ActionActivity(_Activity):
    """Execute a custom action; expressions give what is variable in its path, headers, query and body.

    `mapping` says what a field of a list's objects is called in the elements that its expression gives, where that is
    another name: `{items.sku: product.number}`.
    """

    type: Literal["action"]
    action: Identifier
    path: Expression | None = None
    headers: dict[str, Expression] = {}
    query: dict[str, Expression] = {}
    parameters: dict[str, Expression] = {}
    mapping: dict[str, FieldPath] = {}
    next: Target | dict[PathName, Target] = None


class EndActivity(_Activity):
    """A named end of a path; makes no step event of its own [6.22]."""

    type: Literal["end"]


Activity = Annotated[
    EventActivity | ConditionActivity | WaitActivity | ActionActivity | EndActivity, Field(discriminator="type")
]


class JourneyDocument(Document):
    """One journey version's document [6.1, 6.2]."""

    name: Name
    description: Annotated[str, StringConstraints(max_length=1000)] = ""
    namespace: Namespace | None = None
    reentrance: bool = True
    start_date: Annotated[AwareDatetime | None, Field(alias="startDate")] = None
    end_date: Annotated[AwareDatetime | None, Field(alias="endDate")] = None
    timeout: Annotated[timedelta, _Between("PT1S", "PT30S")] = timedelta(seconds=30)
    """Timeout and error: how long an action, all its attempts together, may take."""
    global_timeout: Annotated[timedelta, Field(alias="globalTimeout"), _Between("PT1H", "P91D")] = timedelta(days=30)
    start: ActivityId
    activities: Annotated[dict[ActivityId, Activity], Field(min_length=1)]


def paths_of(activity: Activity) -> dict[str, tuple[str, ...]]:
    """Every way out of an activity, in order: path name -> the activities it leads to (none: the end)."""
    if isinstance(activity, EndActivity):
        return {}
    named = activity.next if isinstance(activity.next, dict) else {THEN: activity.next}
    if isinstance(activity, ConditionActivity):
        order = [*activity.paths, OTHER, ERROR]
        named = {name: named.get(name) for name in order if name in activity.paths or name in named} | named
    elif THEN not in named:
        named = {THEN: None, **named}
    return {name: (target,) if isinstance(target, str) else tuple(target or ()) for name, target in named.items()}


def expressions_of(journey: JourneyDocument) -> Iterator[str]:
    """Every expression of a journey."""
    for activity in journey.activities.values():
        if isinstance(activity, ConditionActivity):
            yield from activity.paths.values()
        elif isinstance(activity, ActionActivity):
            yield from ([activity.path] if activity.path is not None else [])
            for given in (activity.headers, activity.query, activity.parameters):
                yield from given.values()


def milliseconds(value: timedelta) -> int:
    """A duration in whole milliseconds."""
    return value // timedelta(milliseconds=1)


def epoch_ms(value: datetime) -> int:
    """A moment as epoch milliseconds."""
    return round(value.timestamp() * 1000)
