"""When an audience is read [6.19]: once, every day, week or month at a time of day, or by a cron expression.

A time of day is one of the journey's zone. One that a change of the clocks skips is moved forward by the gap, one that
comes twice counts once, the first time [6.28].
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Literal

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints
from pydantic_core import PydanticCustomError

from sojourn.journey.types import epoch_ms
from sojourn.schema.document import Document

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAYS: tuple[Weekday, ...] = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001 - a local time


def _readable(text: str) -> str:
    try:
        next(CronSim(text, _LONG_AGO))
    except (CronSimError, StopIteration) as error:
        params = {"rule": str(error) or "it never comes"}
        raise PydanticCustomError("ERR_FIELD_CRON", "a cron expression such as 0 9 * * 1-5", params) from None
    return text


Cron = Annotated[str, StringConstraints(max_length=200), AfterValidator(_readable)]


class Once(Document):
    """At a moment; without one, as soon as the journey is published and has started."""

    every: Literal["once"]
    at: AwareDatetime | None = None


class _Recurring(Document):
    first: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: AwareDatetime | None = None
    """From when on, and until when (exclusive)."""

    @property
    def expression(self) -> str:
        """When it comes, as a cron expression."""
        raise NotImplementedError


class Daily(_Recurring):
    """Every day at a time of day."""

    every: Literal["day"]
    at: TimeOfDay

    @property
    def expression(self) -> str:
        return f"{_minute_and_hour(self.at)} * * *"


class Weekly(_Recurring):
    """On some days of the week."""

    every: Literal["week"]
    at: TimeOfDay
    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)]

    @property
    def expression(self) -> str:
        return f"{_minute_and_hour(self.at)} * * {','.join(str(_WEEKDAYS.index(day)) for day in self.days)}"


class Monthly(_Recurring):
    """On a day of the month; in a month that is too short, on its last one."""

    every: Literal["month"]
    at: TimeOfDay
    day: Annotated[int, Field(ge=1, le=31)]

    @property
    def expression(self) -> str:
        return f"{_minute_and_hour(self.at)} {self.day} * *"


class ByCron(_Recurring):
    """Whenever a cron expression says so: minute, hour, day of the month, month, day of the week."""

    every: Literal["cron"]
    cron: Cron

    @property
    def expression(self) -> str:
        return self.cron


Schedule = Annotated[Once | Daily | Weekly | Monthly | ByCron, Field(discriminator="every")]


def _minute_and_hour(at: str) -> str:
    hour, _, minute = at.partition(":")
    return f"{int(minute)} {int(hour)}"


def next_read(
    schedule: Once | Daily | Weekly | Monthly | ByCron, zone: tzinfo, after: int, first_time: bool
) -> int | None:
    """The first moment (epoch ms) behind `after` at which an audience is read; None for no more.

    `first_time`: it was not read before. One that is read once, and whose moment has passed, is read at once.
    """
    if isinstance(schedule, Once):
        if not first_time:
            return None
        return max(after, epoch_ms(schedule.at)) if schedule.at is not None else after
    if schedule.first is not None:
        after = max(after, epoch_ms(schedule.first) - 1)
    found = next((moment for moment in _moments(schedule, zone, after) if moment > after), None)
    return None if found is None or (schedule.until is not None and found >= epoch_ms(schedule.until)) else found


def _moments(schedule: _Recurring, zone: tzinfo, after: int) -> Iterator[int]:
    """The occurrences around and behind `after`. In local time first: the zone has its say on each."""
    local = datetime.fromtimestamp(after / 1000, UTC).astimezone(zone).replace(tzinfo=None)
    begin = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if isinstance(schedule, Monthly) and schedule.day > 28:
        days = CronSim(f"{_minute_and_hour(schedule.at)} L * *", begin)
        late = (day.replace(day=min(day.day, schedule.day)) for day in days)
        yield from (epoch_ms(moment.replace(tzinfo=zone)) for moment in late)
    else:
        yield from (epoch_ms(moment.replace(tzinfo=zone)) for moment in CronSim(schedule.expression, begin))
