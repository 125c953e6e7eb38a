"""What can happen to a stay."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from sojourn.engine.effect import Answer


class EventHeard(msgspec.Struct, frozen=True, tag="event", gc=False):
    """An event of this person arrived. `event` is its definition's name.

    `payload` is the xdmEntity, or what the plan's `reads` look at of it.
    """

    event: str
    payload: Any


class TimerFired(msgspec.Struct, frozen=True, tag="timer", gc=False):
    """The stay's earliest moment has come."""


class Answered(msgspec.Struct, frozen=True, tag="answer", gc=False):
    """The world's answer to the effect of number `n` (`Stay.awaited`)."""

    n: int
    answer: Answer


class Stopped(msgspec.Struct, frozen=True, tag="stop", gc=False):
    """The version was stopped: everyone inside leaves [6.5]."""


class Exited(msgspec.Struct, frozen=True, tag="exit", gc=False):
    """The person leaves at once, wherever they are, for `reason` [6.26]."""

    reason: ExitReason


ExitReason = Literal["merged", "privacy"]
"""`merged`: another stay of the same person goes on [1.2]; `privacy`: the person is deleted [1.6]."""
Stimulus = EventHeard | TimerFired | Answered | Stopped | Exited

TIMER_FIRED = TimerFired()
STOPPED = Stopped()
