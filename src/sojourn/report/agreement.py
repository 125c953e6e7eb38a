"""Do two runs agree? Every field of every step event counts, but durations and attempts [6.31]."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from sojourn.engine.stay import StayKey, Step
from sojourn.journey.plan import Plan
from sojourn.store.shard import ShardReader

Row = tuple[str, str, int, int, int, int | str | None, bytes]
"""(person, supplemental key, entry, n, at, error code, shape as JSON): all other fields are derived from these."""


class Agreement(NamedTuple):
    """How many step events each side has, and those that only one has (a few of them)."""

    left: int
    right: int
    only_left: list[Row]
    only_right: list[Row]

    @property
    def agree(self) -> bool:
        return self.left == self.right and not self.only_left and not self.only_right


def stored(shard: ShardReader) -> Counter[Row]:
    """All step events of a shard."""
    shapes = {row[0]: row[3].encode() for row in shard.rows("shapes")}
    rows: Counter[Row] = Counter()
    after = 0
    while batches := shard.step_batches(after):
        for number, batch in batches:
            after = number
            for _, _, person, supplemental, entry, steps in batch:
                for shape, n, at, _, _, code, *_ in steps:
                    rows[person, supplemental, entry, n, at, code, shapes[shape]] += 1
    return rows


class Collector:
    """Collects a backtest's step events; `keep` is what the backtest calls."""

    def __init__(self, plan: Plan) -> None:
        self.rows: Counter[Row] = Counter()
        self._shapes = {shape.number: msgspec.json.encode(shape.content()) for shape in plan.shapes}

    def keep(self, plan: Plan, key: StayKey, entry: int, steps: Sequence[Step]) -> None:
        """Takes some steps of a stay."""
        for step in steps:
            shape = self._shapes[step.shape]
            self.rows[key.person, key.supplemental, entry, step.n, step.at, step.code, shape] += 1


def compare(left: Counter[Row], right: Counter[Row]) -> Agreement:
    """Compares two sets of step events."""
    only_left, only_right = left - right, right - left
    return Agreement(left.total(), right.total(), list(only_left)[:10], list(only_right)[:10])
