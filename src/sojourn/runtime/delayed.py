"""Effects that are not to go out before their moment, in the order of these."""

from __future__ import annotations

import heapq
import time

from sojourn.engine.effect import Sending


class Delayed:
    """Those of an engine; in memory, as the outbox has them."""

    def __init__(self) -> None:
        self._effects: dict[str, Sending] = {}
        self._moments: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._effects)

    def put(self, moment: int, sending: Sending) -> None:
        self._effects[sending.id] = sending
        heapq.heappush(self._moments, (moment, sending.id))

    def drop(self, effect_id: str) -> None:
        """Nobody waits for it any more."""
        self._effects.pop(effect_id, None)

    def next_moment(self) -> int | None:
        """When the next one goes out (epoch ms)."""
        while self._moments and self._moments[0][1] not in self._effects:
            heapq.heappop(self._moments)
        return self._moments[0][0] if self._moments else None

    def take(self, now: int) -> list[Sending]:
        """Those whose moment has come: as from now, whatever they wait for next."""
        found = []
        since = int(time.time() * 1000)
        while (moment := self.next_moment()) is not None and moment <= now:
            _, effect_id = heapq.heappop(self._moments)
            found.append(self._effects.pop(effect_id)._replace(since=since))
        return found
