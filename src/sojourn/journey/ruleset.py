"""Rule sets: how often somebody may hear from us, and when not [5.6, 6.2]."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from sojourn.errors import RuleError
from sojourn.journey.channel import CHANNELS
from sojourn.journey.request import ChannelKind
from sojourn.journey.types import Between
from sojourn.schema.document import Document, Name

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Channels = Annotated[list[ChannelKind], Field(min_length=1, max_length=3)]


class FrequencyRule(Document):
    """At most `limit` messages in any `period`, the channels counted together."""

    channels: Channels = list(CHANNELS)
    limit: Annotated[int, Field(ge=1, le=1_000)]
    period: Annotated[timedelta, Between("PT1H", "P31D")]


class QuietHours(Document):
    """Hours of the day in which nobody is written to, in the profile's zone; they may pass midnight."""

    channels: Channels = list(CHANNELS)
    start: Annotated[Clock, Field(alias="from")]
    end: Annotated[Clock, Field(alias="to")]

    @model_validator(mode="after")
    def _some_hours(self) -> QuietHours:
        if self.start == self.end:
            raise RuleError("INFO_RULE_WHOLE_DAY")
        return self


class RulesetDocument(Document):
    """Rules for marketing messages: of the journeys that name it, or with `everywhere` of all in the sandbox."""

    name: Name
    description: Annotated[str, StringConstraints(max_length=1_000)] = ""
    everywhere: bool = False
    frequency: Annotated[list[FrequencyRule], Field(max_length=10)] = []
    quiet_hours: Annotated[QuietHours | None, Field(alias="quietHours")] = None
