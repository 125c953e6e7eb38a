"""Evaluations of all profiles that are under way: as of which moment, of what, and how far each has got."""

from __future__ import annotations

import json
from bisect import insort
from collections.abc import Iterator

import msgspec

from sojourn.store.shard import Shard


class Run(msgspec.Struct):
    """An evaluation of the profiles up to number `last`, as of `at` (epoch ms); it has got to number `place`.

    `segments` are short numbers. `ahead` are profiles behind `place` that are done already.
    """

    id: int
    sandbox: str
    at: int
    place: int
    last: int
    segments: list[int]
    ahead: set[int]

    def awaits(self, number: int) -> bool:
        """Whether a profile is still to be done."""
        return self.place < number <= self.last and number not in self.ahead


class Runs:
    """The runs of a shard, in the order in which they were begun. Changes are written at once."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._runs = {
            id_: Run(id_, sandbox, at, place, last, json.loads(segments), set())
            for id_, sandbox, at, place, last, segments in shard.rows("segment_runs")
        }
        for id_, profile in shard.rows("segment_ahead"):
            self._runs[id_].ahead.add(profile)

    def __iter__(self) -> Iterator[Run]:
        return iter(list(self._runs.values()))

    def __len__(self) -> int:
        return len(self._runs)

    def begin(self, sandbox: str, segment: int, at: int, last: int) -> None:
        """A run of its own, or together with one that has not done anything yet. Without profiles it is over."""
        if not last:
            self._shard.rows("segment_evaluated", at, segment)
            return
        for run in self:
            if (run.sandbox, run.at, run.place, run.last) == (sandbox, at, 0, last) and not run.ahead:
                if segment not in run.segments:
                    insort(run.segments, segment)
                self._put(run)
                return
        id_ = int(self._shard.rows("add_run", sandbox, at, last, json.dumps([segment]))[0][0])
        self._runs[id_] = Run(id_, sandbox, at, 0, last, [segment], set())

    def pass_(self, run: Run, place: int) -> None:
        """A run has got to a profile."""
        run.place = place
        self._put(run)

    def done_ahead(self, run: Run, profile: int) -> None:
        """A profile was done before the run has got to it."""
        run.ahead.add(profile)
        self._shard.rows("put_ahead", run.id, profile)

    def end(self, run: Run) -> None:
        """A run is through."""
        self._shard.rows("delete_run", run.id)
        self._shard.rows("drop_ahead", run.id)
        for segment in run.segments:
            self._shard.rows("segment_evaluated", run.at, segment)
        del self._runs[run.id]

    def give_up(self, segment: int) -> None:
        """What is under way for a segment has no more point."""
        for run in self:
            if segment in run.segments:
                run.segments.remove(segment)
                self._put(run)
                if not run.segments:
                    self.end(run)

    def _put(self, run: Run) -> None:
        self._shard.rows("set_run", run.place, json.dumps(run.segments), run.id)
