"""Date functions. `now` is one value per step, so an expression never sees time pass (rule 6.29)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from sojourn.expression.functions.conversion import fixed, in_zone, milliseconds
from sojourn.expression.functions.table import category, forms, function

UNITS = ("years", "months", "days", "hours", "minutes", "seconds")


class _Clock(Protocol):
    @property
    def now(self) -> datetime: ...


def shift(moment: datetime, amount: int, unit: str) -> datetime | None:
    """`moment` moved by `amount` units; a day that a month lacks becomes its last. None for an unknown unit.

    Raises OverflowError beyond the calendar.
    """
    if unit not in UNITS:
        return None
    if unit not in ("years", "months"):
        return moment + timedelta(**{unit: amount})
    return _by_months(moment, amount * (12 if unit == "years" else 1))


def _by_months(moment: datetime, amount: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + amount, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _now(clock: _Clock) -> datetime:
    return clock.now.astimezone(UTC)


def _now_in(clock: _Clock, zone: tzinfo) -> datetime:
    return fixed(clock.now.astimezone(zone))


def _shifted(clock: _Clock, amount: int, unit: str) -> datetime | None:
    return shift(_now(clock), amount, unit)


def _shifted_in(clock: _Clock, amount: int, unit: str, zone: tzinfo) -> datetime | None:
    # Days and more by the zone's calendar, so that 09:00 stays 09:00 over a clock change; hours and less by time.
    if unit in ("years", "months", "days"):
        local = shift(clock.now.astimezone(zone).replace(tzinfo=None), amount, unit)
        return in_zone(zone, local) if local else None
    moved = shift(_now(clock), amount, unit)
    return fixed(moved.astimezone(zone)) if moved else None


def _in_last(unit: timedelta) -> Callable[[_Clock, datetime, int], bool]:
    return lambda clock, moment, amount: _NOTHING <= clock.now - moment <= unit * amount


def _in_next(unit: timedelta) -> Callable[[_Clock, datetime, int], bool]:
    return lambda clock, moment, amount: _NOTHING <= moment - clock.now <= unit * amount


def _in_last_months(months: int) -> Callable[[_Clock, datetime, int], bool]:
    return lambda clock, moment, amount: _by_months(_now(clock), -amount * months) <= moment <= clock.now


def _in_next_months(months: int) -> Callable[[_Clock, datetime, int], bool]:
    return lambda clock, moment, amount: clock.now <= moment <= _by_months(_now(clock), amount * months)


def _set_day(moment: datetime, day: int) -> datetime | None:
    last = monthrange(moment.year, moment.month)[1]
    return moment.replace(day=min(day, last)) if 1 <= day <= 31 else None


def _set_hour(moment: datetime, hour: int) -> datetime | None:
    return moment.replace(hour=hour) if 0 <= hour <= 23 else None


_NOTHING, _HOUR, _DAY = timedelta(0), timedelta(hours=1), timedelta(days=1)
_WINDOW = "dateTime, integer -> boolean"
_SET = ("dateTime, integer -> dateTime", "dateTimeOnly, integer -> dateTimeOnly")

FUNCTIONS = category(
    "Date",
    function(
        "currentTimeInMillis",
        forms("-> integer", code=lambda clock: milliseconds(clock.now), moment=True),
        nulls="takes no arguments",
        example=("currentTimeInMillis()", "1772359200000"),
    ),
    function(
        "now",
        forms("-> dateTime", code=_now, moment=True),
        forms("zone -> dateTime", code=_now_in, moment=True),
        nulls="takes no arguments that can be null",
        example=('now("Europe/Paris")', '"2026-03-01T11:00:00+01:00"'),
    ),
    function(
        "nowWithDelta",
        forms("integer, unit -> dateTime", code=_shifted, moment=True, nullable=True),
        forms("integer, unit, zone -> dateTime", code=_shifted_in, moment=True, nullable=True),
        nulls="null if an argument is null or the unit is none of these",
        example=('nowWithDelta(-2, "hours")', '"2026-03-01T08:00:00Z"'),
    ),
    function(
        "inLastDays",
        forms(_WINDOW, code=_in_last(_DAY), moment=True),
        example=("inLastDays(toDateTime('2026-02-26T01:11:00Z'), 4)", "true"),
    ),
    function(
        "inLastHours",
        forms(_WINDOW, code=_in_last(_HOUR), moment=True),
        example=("inLastHours(toDateTime('2026-03-01T01:11:00Z'), 4)", "false"),
    ),
    function(
        "inNextDays",
        forms(_WINDOW, code=_in_next(_DAY), moment=True),
        example=("inNextDays(toDateTime('2026-03-04T01:11:00Z'), 4)", "true"),
    ),
    function(
        "inNextHours",
        forms(_WINDOW, code=_in_next(_HOUR), moment=True),
        example=("inNextHours(toDateTime('2026-03-01T12:11:00Z'), 4)", "true"),
    ),
    function(
        "inLastMonths",
        forms(_WINDOW, code=_in_last_months(1), moment=True),
        example=("inLastMonths(toDateTime('2025-11-01T10:00:00Z'), 4)", "true"),
    ),
    function(
        "inLastYears",
        forms(_WINDOW, code=_in_last_months(12), moment=True),
        example=("inLastYears(toDateTime('2022-02-28T00:00:00Z'), 4)", "false"),
    ),
    function(
        "inNextMonths",
        forms(_WINDOW, code=_in_next_months(1), moment=True),
        example=("inNextMonths(toDateTime('2026-07-01T10:00:01Z'), 4)", "false"),
    ),
    function(
        "inNextYears",
        forms(_WINDOW, code=_in_next_months(12), moment=True),
        example=("inNextYears(toDateTime('2027-12-12T01:11:00Z'), 4)", "true"),
    ),
    function(
        "setDays",
        forms(*_SET, code=_set_day, nullable=True),
        nulls="null if an argument is null, or the day is not from 1 to 31",
        example=("setDays(toDateTime('2010-12-12T01:11:00Z'), 25)", '"2010-12-25T01:11:00Z"'),
    ),
    function(
        "setHours",
        forms(*_SET, code=_set_hour, nullable=True),
        nulls="null if an argument is null, or the hour is not from 0 to 23",
        example=("setHours(toDateTime('2010-12-12T01:11:00Z'), 4)", '"2010-12-12T04:11:00Z"'),
    ),
    function(
        "updateTimeZone",
        forms("dateTime, zone -> dateTime", code=lambda moment, zone: fixed(moment.astimezone(zone))),
        example=(
            'updateTimeZone(toDateTime("2019-08-28T08:15:30.123-07:00"), "Europe/Paris")',
            '"2019-08-28T17:15:30.123+02:00"',
        ),
    ),
)
