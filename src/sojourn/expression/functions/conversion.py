"""Conversions. A malformed text converts to null (surprise 5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from sojourn.expression.diagnostics import overflow
from sojourn.expression.functions.table import category, forms, function
from sojourn.expression.values import (
    MAX_INTEGER,
    MIN_INTEGER,
    read_date_time,
    read_date_time_only,
    read_decimal,
    read_duration,
    read_integer,
    text_of,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MALFORMED = "null if the argument is null or malformed"


def milliseconds(moment: datetime) -> int:
    """Epoch milliseconds."""
    return (moment - _EPOCH) // _MILLISECOND


def _from_epoch(value: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=value)


def in_zone(zone: tzinfo, local: datetime) -> datetime:
    """The moment that clocks of `zone` show as `local`, with its offset kept and the zone forgotten.

    Of two such moments the first; where clocks skip that time, as much later as they skip.
    """
    return fixed(local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone))


def fixed(moment: datetime) -> datetime:
    """The same moment with a plain offset: Python compares and adds within one named zone by the wall clock."""
    offset = moment.utcoffset()
    return moment.replace(tzinfo=None if offset is None else timezone(offset), fold=0)


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _date_time_only(text: str) -> datetime | None:
    moment = read_date_time_only(text) or read_date_time(text)
    return _local(moment) if moment else None


def _date_only(text: str) -> date | None:
    moment = _date_time_only(text)
    return moment.date() if moment else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _raw(**by_type: Callable[[Any], object]) -> Callable[[object], object]:
    """The conversion of a raw JSON value: by its type at run time, null where there is none."""

    def convert(value: object) -> object:
        found = by_type.get(type(value).__name__)
        return found(value) if found else None

    return convert


def _truncated(value: float) -> int:
    whole = int(value)
    return whole if MIN_INTEGER <= whole <= MAX_INTEGER else overflow()


def _span(value: int) -> timedelta:
    return timedelta(milliseconds=value)


FUNCTIONS = category(
    "Conversion",
    function(
        "toString",
        forms("T -> string", over=("dateTimeOnly", "dateTime", "dateOnly", "duration"), code=text_of),
        forms("T -> string", over=("boolean", "integer", "decimal"), code=text_of),
        forms("string -> string", code="{0}"),
        forms("any -> string", code=text_of, nullable=True),
        example=("toString(4)", '"4"'),
    ),
    function(
        "toInteger",
        forms("dateTime -> integer", code=milliseconds),
        forms("decimal -> integer", code=_truncated),
        forms("integer -> integer", code="{0}"),
        forms("string -> integer", code=read_integer, nullable=True),
        forms("boolean -> integer", code=int),
        forms("any -> integer", code=_raw(str=read_integer, int=_truncated, float=_truncated, bool=int), nullable=True),
        nulls=_MALFORMED,
        example=('toInteger("4")', "4"),
    ),
    function(
        "toDecimal",
        forms("integer -> decimal", "boolean -> decimal", code=float),
        forms("decimal -> decimal", code="{0}"),
        forms("string -> decimal", code=read_decimal, nullable=True),
        forms("dateTime -> decimal", code=lambda moment: float(milliseconds(moment))),
        forms("any -> decimal", code=_raw(str=read_decimal, int=float, float=float, bool=float), nullable=True),
        nulls=_MALFORMED,
        example=('toDecimal("4.0")', "4.0"),
    ),
    function(
        "toBool",
        forms("integer -> boolean", "decimal -> boolean", code="{0} != 0"),
        forms("boolean -> boolean", code="{0}"),
        forms("string -> boolean", code="{0} == 'true'"),
        forms("any -> boolean", code=_raw(str="true".__eq__, int=bool, float=bool, bool=bool), nullable=True),
        example=('toBool("true")', "true"),
    ),
    function(
        "toDateTime",
        forms("string -> dateTime", code=read_date_time, nullable=True),
        forms("integer -> dateTime", code=_from_epoch),
        forms("zone, dateTimeOnly -> dateTime", code=in_zone),
        forms("zone, dateOnly -> dateTime", code=lambda zone, day: in_zone(zone, datetime.combine(day, time()))),
        forms("any -> dateTime", code=_raw(str=read_date_time, int=_from_epoch), nullable=True),
        nulls=_MALFORMED,
        example=("toDateTime(1560762190189)", '"2019-06-17T09:03:10.189Z"'),
    ),
    function(
        "toDateTimeOnly",
        forms("dateTime -> dateTimeOnly", code=_local),
        forms("string -> dateTimeOnly", code=_date_time_only, nullable=True),
        forms("any -> dateTimeOnly", code=_raw(str=_date_time_only), nullable=True),
        nulls=_MALFORMED,
        example=('toDateTimeOnly("2016-08-18")', '"2016-08-18T00:00:00"'),
    ),
    function(
        "toDateOnly",
        forms("dateOnly -> dateOnly", code="{0}"),
        forms("dateTime -> dateOnly", "dateTimeOnly -> dateOnly", code="{0}.date()"),
        forms("string -> dateOnly", code=_date_only, nullable=True),
        forms("integer, integer, integer -> dateOnly", code=_day, nullable=True),
        forms("any -> dateOnly", code=_raw(str=_date_only), nullable=True),
        nulls=_MALFORMED,
        example=('toDateOnly("2016-08-18")', '"2016-08-18"'),
    ),
    function(
        "toDuration",
        forms("string -> duration", code=read_duration, nullable=True),
        forms("integer -> duration", code=_span),
        forms("any -> duration", code=_raw(str=read_duration, int=_span), nullable=True),
        nulls=_MALFORMED,
        example=("toDuration(500)", '"PT0.5S"'),
    ),
)
