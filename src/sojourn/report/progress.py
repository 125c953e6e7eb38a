"""How far the engine is with each version of a journey: the status that people see [6.4, 6.5].

The journal has what was asked for, the shard what has happened. A closed version without people is finished for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import msgspec

from sojourn.store.shard import ShardReader

Status = Literal[
    "draft", "activatingTest", "test", "deactivatingTest", "publishing", "live", "closed", "finished", "stopping",
    "stopped",
]  # fmt: skip
STATUSES: tuple[Status, ...] = Status.__args__  # type: ignore[attr-defined]
RUNNING: frozenset[Status] = frozenset({"publishing", "live", "closed"})
"""People go on in it, or may come to."""
DELETABLE: frozenset[Status] = frozenset({"draft", "finished", "stopped"})  # 6.6


class Reached(NamedTuple):
    """A version as the engine has it."""

    journey: int
    state: str
    swept: int
    published_at: int
    """Journey time, epoch ms."""


class _Counted(msgspec.Struct):
    """What a shape says of coming and going."""

    entrance: bool = False
    ended: bool = False


_COUNTED = msgspec.json.Decoder(_Counted)


class Progress:
    """Tells the status of versions. `now` is journey time."""

    def __init__(self, shard: Callable[[], ShardReader | None], now: Callable[[], int]) -> None:
        self._shard = shard
        self._now = now
        self._finished: set[tuple[int, int]] = set()

    def reached(self, sandbox: str, journey: str | None = None) -> dict[tuple[str, int], Reached]:
        """The versions of a sandbox, or of one journey of it, by journey's id and number."""
        shard = self._shard()
        rows = [] if shard is None else shard.rows("version_states", sandbox, journey)
        return {(uid, number): Reached(*more) for uid, number, *more in rows}

    def evaluated(self, sandbox: str) -> set[str] | None:
        """The segments of a sandbox that were ever calculated; None while nobody knows."""
        shard = self._shard()
        if shard is None:
            return None
        return {name for name, _, _, _, evaluated_at, *_ in shard.rows("segment_states", sandbox) if evaluated_at}

    def status(
        self, reached: Mapping[tuple[str, int], Reached], journey: str, number: int, asked: str, end: int | None
    ) -> Status:
        """The status of a version of which `asked` was asked, and whose end date is `end` (epoch ms)."""
        here = reached.get((journey, number))
        if asked == "draft":
            return "draft"
        if here is None:
            return "publishing"
        if asked == "stopped":
            return "stopped" if here.state == "stopped" and here.swept else "stopping"
        if here.state == "live" and asked == "published" and (end is None or self._now() < end):
            return "live"
        if here.state == "live" and asked == "closed":
            return "closed"
        return "closed" if self._has_people(here, number) else "finished"

    def inside(self, sandbox: str) -> int:
        """How many stays are under way in a sandbox."""
        return sum(self._inside((here.journey, number)) for (_, number), here in self.reached(sandbox).items())

    def _has_people(self, here: Reached, number: int) -> bool:
        key = (here.journey, number)
        if key in self._finished:
            return False
        inside = self._inside(key)
        if not inside and here.state == "closed":  # nobody can come any more
            self._finished.add(key)
        return bool(inside)

    def _inside(self, key: tuple[int, int]) -> int:
        shard = self._shard()
        assert shard is not None
        inside = 0
        for body, steps in shard.rows("shapes_of", *key):
            shape = _COUNTED.decode(body)
            inside += steps * (shape.entrance - shape.ended)
        return inside
