"""The documents of events and journeys.

One definition gives file validation, the REST bodies, OpenAPI and the published JSON Schema. A document says what
the user wants; whether it makes sense among the others is for `sojourn.journey.findings`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Field, PrivateAttr, StringConstraints, model_validator

from sojourn.errors import RuleError
from sojourn.journey.activity import Activity
from sojourn.journey.finding import Finding
from sojourn.journey.types import ActivityId, Between, Expression, Identifier, PathName, Percentage, ZoneName
from sojourn.schema.document import Description, Document, FieldPath, Name, Namespace

if TYPE_CHECKING:
    from sojourn.journey.project import Kind

MAX_ACTIVITIES = 50  # 6.1
LARGEST_JOURNEY = 200
"""As many activities as the setting may allow: plans are made from the top down, some calls deep for each."""
Tag = Annotated[str, StringConstraints(min_length=1, max_length=50, strip_whitespace=True)]


class EventDocument(Document):
    """An event to listen to [3.3]: `rule` events match by `condition`, `system` ones by an eventID of ours.

    Without `namespace` and `key` it takes both from the schema's primary identity; with a namespace alone the key is
    that identity if it is of the namespace, else the one of `identityMap` [3.4].
    """

    name: Identifier
    description: Description = ""
    schema_: Annotated[Name, Field(alias="schema")]
    """The schema of its payload."""
    about: Literal["person", "business"] = "person"
    """Whom it is about: a `business` event has no person and starts journeys for an audience [3.8]."""
    type: Literal["rule", "system"] = "rule"
    """Whether it is recognised by a condition, or by the eventID that its payload carries."""
    fields: list[FieldPath] = []
    """The payload fields that journeys see; left out, all of them."""
    condition: Expression | None = None
    """For which payloads a rule-based event has happened."""
    event_id: Annotated[str | None, Field(alias="eventID", max_length=100)] = None
    """What payloads of a system-generated event carry; made when it is first saved."""
    namespace: Namespace | None = None
    """The namespace of the person whom it is about; left out, that of the schema's primary identity."""
    key: Expression | None = None
    """What gives the person's id; left out, the identity of that namespace."""
    supplemental_key: Annotated[Expression | None, Field(alias="supplementalKey")] = None
    """What it is about besides the person, such as an order: journeys may be entered once for each [6.10]."""

    @model_validator(mode="after")
    def _type_has_its_part(self) -> EventDocument:
        if self.type == "rule" and self.condition is None:
            raise RuleError("INFO_RULE_EVENT_CONDITION")
        if self.type == "system" and self.condition is not None:
            raise RuleError("INFO_RULE_EVENT_SYSTEM")
        if self.about == "business" and (self.namespace is not None or self.key is not None):
            raise RuleError("INFO_RULE_EVENT_BUSINESS")
        if self.about == "business" and self.supplemental_key is not None:
            raise RuleError("INFO_RULE_EVENT_SUPPLEMENTAL")
        return self


class SegmentDocument(Document):
    """A segment [8.1]: the profiles for which `definition` holds; without one, an audience that is uploaded [8.3].

    What time alone can change is also evaluated every day at `daily`, in UTC.
    """

    name: Name
    description: Description = ""
    definition: Expression | None = None
    """Who is in it; left out, whoever is uploaded."""
    daily: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "02:00"
    """When it is evaluated for everybody, if time alone can change it (UTC)."""


class Throttle(Document):
    """How many people may enter in which time; the others wait for their turn, in order [6.13]."""

    entries: Annotated[int, Field(ge=1, le=1_000_000)]
    per: Annotated[timedelta, Between("PT1S", "P1D")] = timedelta(seconds=1)


class ExitCriterion(Document):
    """What takes people out of a journey at once, wherever they are [6.25]: an `event`, if `condition` holds of it; or
    a `condition` alone, which is looked at whenever something happens to them or what is known of them changes."""

    event: Identifier | None = None
    condition: Expression | None = None

    @model_validator(mode="after")
    def _has_a_part(self) -> ExitCriterion:
        if self.event is None and self.condition is None:
            raise RuleError("INFO_RULE_EXIT")
        return self


class JourneyDocument(Document):
    """One journey version's document [6.1, 6.2]."""

    name: Name
    description: Annotated[str, StringConstraints(max_length=1000)] = ""
    tags: Annotated[list[Tag], Field(max_length=20)] = []
    """Words to find it by."""
    namespace: Namespace | None = None
    reentrance: bool = True
    reentrance_wait: Annotated[timedelta | None, Field(alias="reentranceWait"), Between("PT1S", "P91D")] = None
    """How long after the end of a stay the person may not enter again; left out, not at all [6.2]."""
    supplemental_key: Annotated[bool, Field(alias="supplementalKey")] = False
    """Whether a person is inside once for each supplemental key of the events, instead of once [6.10]."""
    throttle: Throttle | None = None
    start_date: Annotated[AwareDatetime | None, Field(alias="startDate")] = None
    end_date: Annotated[AwareDatetime | None, Field(alias="endDate")] = None
    timeout: Annotated[timedelta, Between("PT1S", "PT30S")] = timedelta(seconds=30)
    """Timeout and error: how long an action, all its attempts together, may take."""
    global_timeout: Annotated[timedelta, Field(alias="globalTimeout"), Between("PT1H", "P91D")] = timedelta(days=30)
    time_zone: Annotated[ZoneName, Field(alias="timeZone")] = "UTC"
    """What time it is for conditions and waits that go by the clock on the wall [6.28]."""
    profile_time_zone: Annotated[bool, Field(alias="profileTimeZone")] = False
    """Whether that of the profile (its `timeZone`) goes before; who has none has the journey's."""
    exit_criteria: Annotated[dict[PathName, ExitCriterion], Field(alias="exitCriteria", max_length=20)] = {}
    """What takes people out at once, wherever they are."""
    control_group: Annotated[Percentage, Field(alias="controlGroup")] = 0
    """The percentage of people who do not enter, for comparison: always the same ones [6.25]."""
    rulesets: Annotated[list[Name], Field(max_length=5)] = []
    """Rule sets for its marketing messages, besides those that hold everywhere [5.6]."""
    start: ActivityId
    activities: Annotated[dict[ActivityId, Activity], Field(min_length=1)]
    _wrong: tuple[Finding, ...] = PrivateAttr(default=())

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """Of a draft that cannot be read as a whole: what is wrong with it. What is wrong is not in it [6.35]."""
        return self._wrong

    def expressions(self) -> Iterator[str]:
        """Every expression in it."""
        for activity in self.activities.values():
            yield from activity.expressions()
        yield from (each.condition for each in self.exit_criteria.values() if each.condition is not None)

    def uses(self) -> Iterator[tuple[Kind, str]]:
        """The documents that it names outside of expressions."""
        yield from (("event", each.event) for each in self.exit_criteria.values() if each.event is not None)
        yield from (("ruleset", name) for name in self.rulesets)
        for activity in self.activities.values():
            yield from activity.uses()
