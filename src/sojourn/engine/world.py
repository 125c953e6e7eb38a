"""What a transition may ask while it runs, and is answered on the spot. The runtime answers from inside its
transaction, a backtest from memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sojourn.engine.effect import DONE, OK, Answer, Ask, Asked, Effect, Enter, Known, Look, Write
from sojourn.engine.stay import StayKey
from sojourn.journey.plan import Plan


def nothing_known(effect: Effect | Look) -> Answer | None:
    """Every effect has to go out into the world."""
    return None


Member = Callable[[Plan, StayKey, str, int], bool]
"""Whether whose stay in the plan's journey this is was in a segment, by its name, at a moment (epoch ms) [8.3]."""


def nobody(plan: Plan, key: StayKey, segment: str, at: int) -> bool:
    """No segment has members."""
    return False


Count = Callable[[Plan, str, int, int, int], int]
"""Takes one more of a counter of a version, if there is room: (plan, counter, moment, limit, period in ms) -> how many
there were since the period began, `limit` where that is reached. People share it, so it matters who comes first."""


def uncounted(plan: Plan, counter: str, at: int, limit: int, period: int) -> int:
    """There is always room."""
    return 0


def nobody_minds(ask: Ask) -> Answer | None:
    """Messages may go, what is written is written nowhere, and a jump leads nowhere."""
    if isinstance(ask.effect, Enter):
        return DONE
    return OK if isinstance(ask.effect, Write) else None


@dataclass(frozen=True, slots=True)
class World:
    """An effect that `known` answers does not leave: the person goes on with that answer in the same transition, just
    as they would in the next one. `member` is asked for segments, `ask` before somebody is written to, `count` for room
    below a limit."""

    known: Known = nothing_known
    member: Member = nobody
    ask: Asked = nobody_minds
    count: Count = uncounted


ALONE = World()
"""Knows nothing, and nobody."""
