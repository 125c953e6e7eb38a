"""Calls to throttled endpoints that wait: of each queue the front is under way, the rest is in the outbox alone [5.5].

So memory is bounded, however many wait. The port decides when a call goes out, and knows of those at the front; when
half of them are through, the next ones are read, in order.
"""

from __future__ import annotations

import time
from collections import Counter

from sojourn.connect.access import aimed
from sojourn.connect.limits import caller_of
from sojourn.limits.queues import Queues
from sojourn.limits.rule import Rules
from sojourn.runtime.configuration import Configuration
from sojourn.store.shard import Outgoing, Shard

FRONT = 1_000
"""How many calls of a queue are in memory."""
COUNTED_EVERY = 1.0
"""Seconds for which a count of those who wait holds."""


class Backlog:
    """The queues of one shard."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._rules: Rules = {}
        self._queues = Queues({})
        self._front: Counter[str] = Counter()
        self._behind: dict[str, int] = {}
        """The queues that go on in the outbox: behind which place."""
        self._counted: tuple[float, Counter[tuple[int, str]]] = (0.0, Counter())

    def label(self, outgoing: list[Outgoing], known: Configuration) -> list[Outgoing]:
        """What is about to be put into the outbox, with the queues that it has to stand in."""
        if self._rules is not known.limits:
            self._rules, self._queues = known.limits, Queues(known.limits)
        return [self._labelled(out, known) for out in outgoing] if self._queues else outgoing

    def _labelled(self, out: Outgoing, known: Configuration) -> Outgoing:
        if out.not_before is not None:
            return out  # it has no place in a queue yet
        caller = caller_of(known.journeys[out.key[0]].sandbox, out.effect)
        queue = self._queues.of(aimed(out.effect, known.accesses.get(caller)), out.made)
        return out if queue is None else out._replace(queue=queue, caller=caller.name)

    def restore(self) -> None:
        """Takes up what a former process left in the outbox: `more` has the front of each queue."""
        self._behind = {queue: 0 for (queue,) in self._shard.rows("queues")}

    def admit(self, out: Outgoing) -> bool:
        """Whether a call of a queue, put into the outbox, is under way from now on; else its turn comes with `more`."""
        if out.queue in self._behind:
            return False
        if self._front[out.queue] >= FRONT:
            self._behind[out.queue] = out.place - 1
            return False
        self._front[out.queue] += 1
        return True

    def leave(self, queue: str) -> None:
        """A call that was under way is over, one of a queue or (empty) of none."""
        if queue:
            self._front[queue] -= 1

    def more(self) -> list[Outgoing]:
        """The calls that are under way from now on, where half of those before are over."""
        found: list[Outgoing] = []
        for queue, place in list(self._behind.items()):
            room = FRONT - self._front[queue]
            if room * 2 < FRONT:
                continue
            rows = self._shard.queued(queue, place, room)
            self._front[queue] += len(rows)
            if len(rows) == room:
                self._behind[queue] = rows[-1].place
            else:
                del self._behind[queue]
            found += rows
        return found

    def waiting(self) -> Counter[tuple[int, str]]:
        """How many calls are in the outbox alone, by (journey's short number, caller); at most a second old."""
        if not self._behind:
            return Counter()
        now = time.monotonic()
        if now - self._counted[0] > COUNTED_EVERY:
            found: Counter[tuple[int, str]] = Counter()
            for each in self._behind.items():
                for journey, caller, count in self._shard.rows("queue_counts", *each):
                    found[journey, caller] += count
            self._counted = now, found
        return self._counted[1]
