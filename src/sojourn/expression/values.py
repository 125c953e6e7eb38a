"""Typed values and their text: JSON in and out, ISO 8601 both ways (rules 7.1, 7.3).

What does not fit is None, never an exception: to an expression, a malformed value is a missing one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from sojourn.expression.types import Type

MIN_INTEGER, MAX_INTEGER = -(2**63), 2**63 - 1

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?([Zz]|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?", re.ASCII
)
_DURATION = re.compile(
    r"([+-])?P(?:([+-]?\d+)D)?(T(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?\d+)(?:[.,](\d{0,9}))?S)?)?",
    re.ASCII | re.IGNORECASE,
)
_INTEGER = re.compile(r"[+-]?\d{1,40}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def read_date(text: str) -> date | None:
    """`YYYY-MM-DD`."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _read_time(text: str, offset: bool) -> datetime | None:
    found = _TIME.fullmatch(text)
    if not found or bool(found[1]) != offset:
        return None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def read_date_time(text: str) -> datetime | None:
    """ISO 8601 with an offset; seconds may be left out."""
    return _read_time(text, True)


def read_date_time_only(text: str) -> datetime | None:
    """ISO 8601 without an offset; a date alone is its midnight (rule 7.3, edges)."""
    return _read_time(text + "T00:00" if _DATE.fullmatch(text) else text, False)


def read_duration(text: str) -> timedelta | None:
    """`PnDTnHnMn.nS`, each number with its own sign if need be, kept to the millisecond. No weeks, months, years."""
    found = _DURATION.fullmatch(text)
    if not found or found[3] in ("T", "t") or not (found[2] or found[3]):
        return None
    sign, days, _, hours, minutes, seconds, fraction = found.groups()
    try:
        milliseconds = int(((fraction or "") + "000")[:3]) * (-1 if (seconds or "").startswith("-") else 1)
        span = timedelta(int(days or 0), int(seconds or 0), 0, milliseconds, int(minutes or 0), int(hours or 0))
        return -span if sign == "-" else span
    except (OverflowError, ValueError):
        return None


def read_integer(text: str) -> int | None:
    """A 64-bit integer in digits."""
    value = int(text) if _INTEGER.fullmatch(text) else None
    return value if value is not None and MIN_INTEGER <= value <= MAX_INTEGER else None


def read_decimal(text: str) -> float | None:
    """A finite decimal number, exponent allowed."""
    value = float(text) if _DECIMAL.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


@lru_cache(maxsize=1024)
def read_zone(text: str) -> tzinfo | None:
    """A zone id (`Europe/Paris`, `UTC`, `Z`) or an offset (`+02:00`)."""
    if text == "Z":
        return UTC
    if found := re.fullmatch(r"([+-])(\d\d):(\d\d)", text, re.ASCII):
        span = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(-span if found[1] == "-" else span) if span < timedelta(days=1) else None
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        return None


def text_of(value: object) -> str | None:
    """What `toString` and string `+` print (rule 7.3): ISO 8601, `true`, shortest decimals; lists as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        whole = value.microsecond and value.microsecond % 1000 == 0
        text = value.isoformat(timespec="milliseconds" if whole else "auto")
        return text[:-6] + "Z" if text.endswith("+00:00") else text
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration_text(value)
    try:
        return msgspec.json.encode(to_json(value)).decode()
    except (RecursionError, ValueError, TypeError):  # nested or made beyond what JSON text can hold
        return None


def _duration_text(value: timedelta) -> str:
    sign = "-" if value < timedelta(0) else ""
    rest, micro = divmod(abs(value) // timedelta(microseconds=1), 1_000_000)
    minutes, seconds = divmod(rest, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{micro:06}".rstrip("0") if micro else ""
    text = f"{hours}H" if hours else ""
    text += f"{minutes}M" if minutes else ""
    text += f"{seconds}{fraction}S" if seconds or micro or not text else ""
    return f"{sign}PT{text}"


def to_json(value: object) -> object:
    """The JSON value of a typed value: ISO 8601 text for dates and durations (`Z` for UTC), the rest as it is."""
    if isinstance(value, date | timedelta):
        return text_of(value)
    if isinstance(value, list):
        return [to_json(item) for item in value]
    return value


def _exactly(kind: type) -> Callable[[object], object]:
    return lambda value: value if isinstance(value, kind) else None


def _parsed(read: Callable[[str], object], fits: Callable[[Any], bool]) -> Callable[[object], object]:
    return lambda value: read(value) if isinstance(value, str) else value if fits(value) else None


def _integer(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and MIN_INTEGER <= value <= MAX_INTEGER:
        return value
    return None


def _decimal(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


_READERS: Mapping[str, Callable[[object], object]] = {
    "string": _exactly(str),
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _exactly(bool),
    "dateOnly": _parsed(read_date, lambda value: type(value) is date),
    "dateTimeOnly": _parsed(read_date_time_only, lambda value: isinstance(value, datetime) and value.tzinfo is None),
    "dateTime": _parsed(read_date_time, lambda value: isinstance(value, datetime) and value.tzinfo is not None),
    "duration": _parsed(read_duration, lambda value: isinstance(value, timedelta)),
    "object": _exactly(dict),
    "any": lambda value: value,
    "null": lambda value: None,
}


@lru_cache(maxsize=256)
def reader(kind: Type) -> Callable[[object], object]:
    """A function from a JSON value to the typed Python value of `kind`, None where it does not fit.

    A whole number in decimal notation (`5.0`) fits an integer; elements of a list that do not fit become None.
    """
    if kind.item is None:
        return _READERS[kind.name]
    item = reader(kind.item)

    def read_list(value: object) -> object:
        return [item(element) for element in value] if isinstance(value, list) else None

    return read_list
