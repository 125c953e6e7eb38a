"""What fields of documents may hold: names, expressions, durations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, JsonValue, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sojourn.expression.values import read_date_time_only, read_duration, read_zone, to_json
from sojourn.schema.document import LETTERS

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+$", max_length=30)]
"""Events and actions: letters, digits and `_`, at most 30 characters [3.3, 5.1]."""
ActivityId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=60)]
PathName = Annotated[str, StringConstraints(pattern=rf"^[{LETTERS}][{LETTERS}0-9_ -]*$", max_length=60)]
_EXPRESSION: dict[str, JsonValue] = {"format": "expression"}
TEMPLATE: dict[str, JsonValue] = {"format": "template"}
"""Marks a text with `{{ expression }}` parts in the JSON Schema, for editors."""
Expression = Annotated[str, StringConstraints(min_length=1, max_length=10_000), Field(json_schema_extra=_EXPRESSION)]


@dataclass(frozen=True, slots=True)
class Between:
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
Duration = Annotated[timedelta, Between("PT1S")]

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""In the order of `date.weekday()`."""
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Percentage = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


def _local(text: str) -> str:
    if read_date_time_only(text) is None:
        raise PydanticCustomError("ERR_FIELD_LOCAL", "a date and time without a zone")
    return text


def _zone(text: str) -> str:
    if read_zone(text) is None:
        raise PydanticCustomError("ERR_FIELD_ZONE", "a time zone")
    return text


_WALL: dict[str, JsonValue] = {"format": "local-date-time"}
LocalMoment = Annotated[str, StringConstraints(max_length=40), AfterValidator(_local), Field(json_schema_extra=_WALL)]
"""What clocks on the wall show, in the journey's time zone: `2026-03-01T09:00`; a date alone is its midnight."""
ZoneName = Annotated[str, StringConstraints(max_length=60), AfterValidator(_zone)]
"""A time zone: `Asia/Seoul`, `UTC`, `+09:00`."""


def time_of(text: str) -> time:
    """A `TimeOfDay`."""
    return time.fromisoformat(text)


def local_of(text: str) -> datetime:
    """A `LocalMoment`."""
    found = read_date_time_only(text)
    assert found is not None
    return found


def milliseconds(value: timedelta) -> int:
    """A duration in whole milliseconds."""
    return value // timedelta(milliseconds=1)


def epoch_ms(value: datetime) -> int:
    """A moment as epoch milliseconds."""
    return round(value.timestamp() * 1000)
