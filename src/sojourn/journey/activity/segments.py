"""Activities about segments: people who enter or leave one [6.17], and whole audiences that are read [6.19]."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from sojourn.errors import RuleError
from sojourn.journey.activity.base import THEN, Onward
from sojourn.journey.activity.events import Listening
from sojourn.journey.node import Listener, Node
from sojourn.journey.plan import Audience
from sojourn.journey.qualification import CONTEXT, EXITED, REALIZED, heard
from sojourn.journey.schedule import Once, Schedule, next_read
from sojourn.journey.types import Identifier
from sojourn.schema.document import Name

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder, Path
    from sojourn.journey.project import Kind

SECOND = 1_000_000
AT_ONCE = Once(every="once")
MAX_RATE = 20_000


class SegmentQualificationActivity(Listening):
    """Start of a journey, or a listener further down, for people who enter a segment, leave it, or both [6.17]."""

    starts: ClassVar = True

    type: Literal["segmentQualification"]
    segment: Name
    behaviour: Literal["enter", "exit", "both"] = "enter"

    def uses(self) -> Iterator[tuple[Kind, str]]:
        yield "segment", self.segment

    def node(self, build: Builder, id_: str) -> Node:
        where = ("activities", id_, "segment")
        _check_segment(build, self.segment, where)
        statuses = {"enter": (REALIZED,), "exit": (EXITED,), "both": (REALIZED, EXITED)}[self.behaviour]
        hears = tuple(heard(self.segment, status) for status in statuses)
        return Listener(id_, self.type, self.label or id_, hears=hears, gives=CONTEXT, timeout=self.patience)


class ReadAudienceActivity(Onward):
    """Start of a journey for all members of a segment [6.19]: by `schedule`, or after each business `event` [3.8].

    Without either, once, as soon as the journey is published and has started. At most `rate` people a second enter.
    `incremental`: from the second time on, only who has come into the segment since the time before.
    """

    allowed: ClassVar = (THEN,)
    starts: ClassVar = True

    type: Literal["readAudience"]
    segment: Name
    schedule: Schedule | None = None
    event: Identifier | None = None
    rate: Annotated[int, Field(ge=1, le=MAX_RATE)] = 5_000
    incremental: bool = False

    @model_validator(mode="after")
    def _one_trigger(self) -> ReadAudienceActivity:
        if self.schedule is not None and self.event is not None:
            raise RuleError("INFO_RULE_AUDIENCE_WHEN")
        return self

    def uses(self) -> Iterator[tuple[Kind, str]]:
        yield "segment", self.segment
        if self.event is not None:
            yield "event", self.event

    def node(self, build: Builder, id_: str) -> Node:
        where: Path = ("activities", id_)
        _check_segment(build, self.segment, (*where, "segment"))
        if build.document.start != id_:
            build.say("ERR_AUDIENCE_NOT_FIRST", where, activity=id_)
        if self.event is not None:
            build.check_business_event(self.event, (*where, "event"))
        key = f"audience:{id_}"
        build.audience = Audience(
            event=key,
            segment=self.segment,
            pace=SECOND // self.rate,
            following=None if self.event else partial(next_read, self.schedule or AT_ONCE, build.zone),
            business=self.event,
            incremental=self.incremental,
        )
        return Listener(id_, self.type, self.label or id_, hears=(key,), gives=self.event or key)


def _check_segment(build: Builder, name: str, where: Path) -> None:
    if not build.check_segment(name, where):
        return
    if build.document.namespace is None:
        build.say("ERR_SEGMENT_NAMESPACE", where, name=name)
