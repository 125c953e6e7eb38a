"""What a running expression may know besides the values of the stay, and the ids of stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sojourn import identifiers
from sojourn.engine.stay import StayKey
from sojourn.journey.node import Action, Condition, Values
from sojourn.journey.plan import Plan


class Moment:
    """What a running expression may know besides the values: the time, the person's segments, and draws that a
    replay repeats [6.29]."""

    __slots__ = ("_draws", "_member", "_ms", "_n", "_stay_id", "asked")

    def __init__(self, stay_id: Callable[[], str], n: int, ms: int, member: Callable[[str, int], bool]) -> None:
        self._stay_id = stay_id
        self._n = n
        self._ms = ms
        self._member = member
        self._draws = 0
        self.asked: dict[str, bool] = {}
        """The segments that were asked for, and the answers."""

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self._ms / 1000, UTC)

    def random(self) -> float:
        self._draws += 1
        return identifiers.fraction(self._stay_id(), self._n, self._draws)

    def uuid(self) -> str:
        self._draws += 1
        return identifiers.random_uuid(self._stay_id(), self._n, self._draws)

    def in_segment(self, name: str) -> bool:
        found = self.asked[name] = self._member(name, self._ms)
        return found


def saw(node: Condition | Action, values: Values, moment: Moment | None) -> object:
    """The values that a decision saw, as `Step.seen` has them; with segments, and with their answers: of both a list.

    Of a segment that was not asked for, as an earlier path was taken, there is no answer.
    """
    found = node.sees(values)
    if not node.asks:
        return found
    assert moment is not None
    return found, [moment.asked.get(name) for name in node.asks]


def stay_id(plan: Plan, key: StayKey, entry: int) -> str:
    """The id of somebody's `entry`-th stay."""
    return identifiers.stay_id(plan.sandbox, plan.uid, key.person, key.supplemental, entry)


PROPERTIES: dict[str, Callable[[Plan, StayKey, int], str]] = {
    "externalKey": lambda plan, key, entry: key.person,
    "profileId": lambda plan, key, entry: key.person,
    "instanceUID": stay_id,
}
"""Journey properties that differ by stay: kept with it from the entry on, behind what events have given [7.2]."""
