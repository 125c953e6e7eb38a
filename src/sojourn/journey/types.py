"""What fields of documents may hold: names, expressions, durations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, JsonValue, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sojourn.expression.values import read_duration, to_json

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+$", max_length=30)]
"""Events and actions: letters, digits and `_`, at most 30 characters [3.3, 5.1]."""
ActivityId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=60)]
PathName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_ -]*$", max_length=60)]
_EXPRESSION: dict[str, JsonValue] = {"format": "expression"}
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


def milliseconds(value: timedelta) -> int:
    """A duration in whole milliseconds."""
    return value // timedelta(milliseconds=1)


def epoch_ms(value: datetime) -> int:
    """A moment as epoch milliseconds."""
    return round(value.timestamp() * 1000)
