"""What can happen to a stay."""

from __future__ import annotations

from typing import Any

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


class Changed(msgspec.Struct, frozen=True, tag="changed", gc=False):
    """What is known of the person has changed: they may have to leave by a condition [6.25]."""


class Answered(msgspec.Struct, frozen=True, tag="answer", gc=False):
    """The world's answer to the effect of number `n` (`Stay.awaited`)."""

    n: int
    answer: Answer


class Stopped(msgspec.Struct, frozen=True, tag="stop", gc=False):
    """The version was stopped: everyone inside leaves [6.5]."""


class Exited(msgspec.Struct, frozen=True, tag="exit", gc=False):
    """The person leaves at once, wherever they are, for `reason` [6.26]."""

    reason: ExitReason


ExitReason = str
"""`merged`: another stay of the same person goes on [1.2]; `privacy`: the person is deleted [1.6]; `exitCriteria.NAME`:
a criterion of the journey's holds [6.25]."""
Stimulus = EventHeard | TimerFired | Changed | Answered | Stopped | Exited

TIMER_FIRED = TimerFired()
CHANGED = Changed()
STOPPED = Stopped()
