"""The kinds of activities, a home for each family; `Activity` is any of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sojourn.journey.activity.actions import ActionActivity, UpdateProfileActivity
from sojourn.journey.activity.base import BaseActivity
from sojourn.journey.activity.conditions import (
    ABSplitActivity,
    ConditionActivity,
    DateConditionActivity,
    PercentageSplitActivity,
    ProfileCapActivity,
    TimeConditionActivity,
)
from sojourn.journey.activity.events import EventActivity, Listening, ReactionActivity
from sojourn.journey.activity.jump import JumpActivity
from sojourn.journey.activity.messages import (
    EmailActivity,
    MessageActivity,
    PushActivity,
    SmsActivity,
    WebhookActivity,
)
from sojourn.journey.activity.orchestration import EndActivity, WaitActivity
from sojourn.journey.activity.segments import ReadAudienceActivity, SegmentQualificationActivity

Activity = Annotated[
    EventActivity
    | SegmentQualificationActivity
    | ReadAudienceActivity
    | ReactionActivity
    | ConditionActivity
    | TimeConditionActivity
    | DateConditionActivity
    | PercentageSplitActivity
    | ABSplitActivity
    | ProfileCapActivity
    | WaitActivity
    | ActionActivity
    | JumpActivity
    | UpdateProfileActivity
    | EmailActivity
    | PushActivity
    | SmsActivity
    | WebhookActivity
    | EndActivity,
    Field(discriminator="type"),
]

__all__ = [
    "ActionActivity", "Activity", "BaseActivity", "ConditionActivity", "EmailActivity", "EndActivity", "EventActivity",
    "JumpActivity", "Listening", "MessageActivity", "PushActivity", "ReactionActivity", "ReadAudienceActivity",
    "SegmentQualificationActivity", "SmsActivity", "UpdateProfileActivity", "WaitActivity", "WebhookActivity",
]  # fmt: skip
