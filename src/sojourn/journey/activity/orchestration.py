"""Activities that wait, or end a path [6.21, 6.22]."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from sojourn.errors import RuleError
from sojourn.expression import Type
from sojourn.expression.functions.conversion import milliseconds as epoch_of
from sojourn.journey.activity.base import ERROR, THEN, BaseActivity, Onward
from sojourn.journey.node import Evaluate, Here, Node, Values, Wait
from sojourn.journey.types import (
    WEEKDAYS,
    Duration,
    Expression,
    LocalMoment,
    TimeOfDay,
    Weekday,
    local_of,
    milliseconds,
    time_of,
)

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder

_LOCAL = Type.parse("dateTimeOnly")
_FORMS = ("duration", "until", "date", "time")


class WaitActivity(Onward):
    """Wait [6.21]: for a `duration`; `until` the moment that an expression gives; until a `date`; or until the next
    `time` of day, on one of `days`. Clocks are those of the journey's time zone. A moment in the past passes at once.
    """

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [form]} for form in _FORMS]})
    allowed: ClassVar = (THEN, ERROR)
    rests: ClassVar = True

    type: Literal["wait"]
    duration: Duration | None = None
    until: Expression | None = None
    date: LocalMoment | None = None
    time: TimeOfDay | None = None
    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)] = list(WEEKDAYS)

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        given = [name for name in _FORMS if getattr(self, name) is not None]
        if len(given) != 1:
            raise RuleError("INFO_RULE_WAIT_FORM", forms=", ".join(_FORMS))
        if "days" in self.model_fields_set and self.time is None:
            raise RuleError("INFO_RULE_DAYS_TIME")
        return self

    @property
    def longest(self) -> timedelta:
        if self.time is not None:
            return timedelta(days=1 if len(set(self.days)) == len(WEEKDAYS) else 7)
        return self.duration or timedelta()

    def rehearsed(self, wait: timedelta, path: str | None) -> Self:
        return self.model_copy(update={"duration": wait, **dict.fromkeys(("until", "date", "time"))})

    def expressions(self) -> Iterator[str]:
        if self.until is not None:
            yield self.until

    def node(self, build: Builder, id_: str) -> Node:
        node = Wait(id_, "wait", self.label or id_)
        if self.duration is not None:
            node.duration = milliseconds(self.duration)
            return node
        build.local()
        if self.until is not None:
            evaluate, node.needs = build.evaluate(self.until, _LOCAL, ("activities", id_, "until"))
            node.until = lambda values, moment, here: _moment(evaluate, values, moment, here)
        elif self.date is not None:
            date = local_of(self.date)
            node.until = lambda values, moment, here: epoch_of(date.replace(tzinfo=here.zone))
        else:
            assert self.time is not None
            at, days = time_of(self.time), frozenset(WEEKDAYS.index(day) for day in self.days)

            def next_of(values: Values, moment: Any, here: Here) -> int:
                today, zone = here.local().date(), here.zone
                moments = (
                    epoch_of(datetime.combine(day, at, zone))
                    for day in (today + timedelta(days=ahead) for ahead in range(9))
                    if day.weekday() in days
                )
                return next(moment for moment in moments if moment >= here.now)

            node.until = next_of
        return node


def _moment(evaluate: Evaluate, values: Values, moment: Any, here: Here) -> int | None:
    local: Any = evaluate(values, moment)
    return None if local is None else epoch_of(local.replace(tzinfo=here.zone))


class EndActivity(BaseActivity):
    """A named end of a path; makes no step event of its own [6.22]."""

    type: Literal["end"]

    def node(self, build: Builder, id_: str) -> Node:
        return Node(id_, "end", self.label or id_)
