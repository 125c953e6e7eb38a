"""The tail: what the shard has behind the files. It is read once, and kept until files hold it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from sojourn.lake.manifest import Snapshot
from sojourn.lake.shapes import Shapes
from sojourn.lake.steps import Line
from sojourn.lake.writing import Facts, Steps, new_facts, new_steps
from sojourn.store.shard import ShardReader


class Tail:
    """Step events and records behind a snapshot of the files, as of the last `bring_to`. One thread at a time."""

    def __init__(self, shard: ShardReader, shapes: Shapes) -> None:
        self._shard = shard
        self._shapes = shapes
        self._as_of: tuple[int, int, int] | None = None
        self._seen: Any = None
        self._steps: deque[tuple[int, Steps]] = deque()
        self._facts: deque[tuple[int, Facts]] = deque()
        self.readings = 0
        """Counts up when all of it was read anew: what was said of it before is of no use any more."""

    def bring_to(self, snapshot: Snapshot) -> None:
        """Lets go of what the files hold by now, and reads what the shard has besides."""
        as_of = self._shard.version(), snapshot.step, snapshot.fact
        if as_of == self._as_of:
            return
        self._as_of = None  # until all of it is read
        self._shapes.refresh()
        seen = self._shapes.changes, self._shard.rows("get_meta", "rewritten")
        if seen != self._seen:  # without journeys that were deleted, or people
            self._seen = seen
            self._steps.clear()
            self._facts.clear()
            self.readings += 1
        for kept, upto in ((self._steps, snapshot.step), (self._facts, snapshot.fact)):
            while kept and kept[0][0] <= upto:
                kept.popleft()
        self._steps.extend(new_steps(self._shard, self._shapes, _last(self._steps, snapshot.step)))
        self._facts.extend(new_facts(self._shard, self._shapes, _last(self._facts, snapshot.fact)))
        self._as_of = as_of

    @property
    def first(self) -> int:
        """The first batch of step events, 0 when there is none."""
        return self._steps[0][0] if self._steps else 0

    @property
    def last(self) -> int:
        """The last batch of step events, 0 when there is none."""
        return _last(self._steps, 0)

    def steps(self, sandbox: str, after: int = 0) -> Iterator[Line]:
        """Step events of a sandbox, of the batches behind `after`."""
        for number, found in self._steps:
            if number > after and sandbox in found:
                for line in found[sandbox]:
                    line.b = number
                yield from found[sandbox]

    def records(self, sandbox: str, dataset: str) -> list[bytes]:
        """Records of a sandbox."""
        return [line for _, found in self._facts for line in found.get((sandbox, dataset), ())]

    def before(self, sandbox: str, shapes: Iterable[int], moment: int | None) -> dict[int, tuple[int, int]]:
        """(steps, attempts) of these shapes before `moment` (epoch ms), of all of it without one."""
        counted = {shape: [0, 0] for shape in shapes}
        for _, found in self._steps:
            for line in found.get(sandbox, ()):
                if line.s in counted and (moment is None or line.t < moment):
                    counted[line.s][0] += 1
                    counted[line.s][1] += line.a
        return {shape: (steps, attempts) for shape, (steps, attempts) in counted.items()}


def _last(kept: deque[Any], otherwise: int) -> int:
    return int(kept[-1][0]) if kept else otherwise
