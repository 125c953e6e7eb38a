"""Whether a call may go out now [5.5]: caps on the calls of a period, connections at a time, throttled endpoints.

Everything that calls out asks `Limits.slot` before each request, token calls too: it lets through, waits for a
connection, or raises CappedError. Rules come from the engine, as deployed; they run on the real clock [6.30].
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from sojourn.connect.tally import Count, Tally
from sojourn.engine.effect import Call, Effect, Request, Send
from sojourn.limits.pattern import Pattern
from sojourn.limits.queues import Queues, called
from sojourn.limits.rule import Capping, Rules, Service, Throttling


class CappedError(Exception):
    """The call is over a cap: it fails at once."""


class Caller(NamedTuple):
    """Who calls: an action, a data source or a channel configuration of a sandbox, by name."""

    sandbox: str
    service: Service
    name: str


def caller_of(sandbox: str, effect: Effect) -> Caller:
    """Who makes an effect."""
    if isinstance(effect, Call):
        return Caller(sandbox, "action", effect.action)
    if isinstance(effect, Send):
        return channel_caller(sandbox, effect.channel)
    return Caller(sandbox, "dataSource", effect.source)


def channel_caller(sandbox: str, channel: str) -> Caller:
    """Who makes the calls of a channel configuration: an action, to caps, with a name that no action has."""
    return Caller(sandbox, "action", f"channel {channel}")


# --- counting --------------------------------------------------------------------------------------------------------


class Window:
    """At most `limit` calls in each period of `period` ms; periods are aligned to the epoch."""

    __slots__ = ("_count", "limit", "period")

    def __init__(self, limit: int, period: int, count: Count | None = None) -> None:
        self.limit = limit
        self.period = period
        self._count: Count = [0, 0] if count is None else count

    def room(self, now: int) -> int:
        """How many more calls may be made in the period of `now` (epoch ms)."""
        index = now // self.period
        # A clock that is set back a little must not open a period twice; one that is set back a lot begins anew.
        if index > self._count[0] or index < self._count[0] - 1:
            self._count[0], self._count[1] = index, 0
        return self.limit - self._count[1]

    def take(self) -> None:
        """Counts one call, in the period of the last `room`."""
        self._count[1] += 1

    def rest(self, now: int) -> int:
        """ms until the next period begins."""
        return (max(now // self.period, self._count[0]) + 1) * self.period - now


class Places:
    """At most `limit` connections at a time; whoever finds none free waits, in order."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self) -> None:
        if self._taken < self._limit:
            self._taken += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn  # whoever sets it has counted us in
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give()
            raise

    def give(self) -> None:
        self._taken -= 1
        self._wake()

    def resize(self, limit: float) -> None:
        self._limit = limit
        self._wake()

    def _wake(self) -> None:
        while self._waiting and self._taken < self._limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._taken += 1
                turn.set_result(None)


class Throttle:
    """A throttled endpoint: its calls go out in order, so many in each second."""

    def __init__(self, rule: Throttling, now: Callable[[], int], count: Count | None = None) -> None:
        self._now = now
        self._window = Window(rule.max_throughput, 1_000, count)
        self._ahead = 0
        self.update(rule)

    def update(self, rule: Throttling) -> None:
        """Takes up another form of the same rule, at once."""
        self._window.limit = rule.max_throughput

    def take(self, now: int) -> bool:
        """Counts one call out, unless this second has no room for it."""
        if self._window.room(now) <= self._ahead:
            return False
        self._window.take()
        return True

    def rest(self, now: int) -> float:
        """Seconds until there is room again."""
        return max(1, self._window.rest(now)) / 1000

    async def again(self) -> float:
        """Waits for room for one more attempt of a call, ahead of the queue; the seconds that it took."""
        begun = time.monotonic()
        self._ahead += 1
        try:
            while self._window.room(now := self._now()) <= 0:
                await asyncio.sleep(self.rest(now))
            self._window.take()
        finally:
            self._ahead -= 1
        return time.monotonic() - begun


class _Cap:
    """One service's part of a capping configuration. `places` stay the same over changes of it."""

    def __init__(self, config: Capping, service: Service, places: Places, count: Count) -> None:
        wanted = config.services[service]
        self.window = Window(wanted.rating.max_calls_count, wanted.rating.period_in_ms, count)
        self.places = places
        places.resize(wanted.max_http_connections or math.inf)
        self.pattern = Pattern(config.url, config.methods)


# --- all together ----------------------------------------------------------------------------------------------------


class Limits:
    """The rules in force, and their counts. Lives in one event loop.

    `source_calls` is what each external data source may do in a second [4.5], unless a capping configuration for its
    URL says otherwise. `counts` is the file that keeps what periods have used up. `now` gives epoch seconds.
    """

    def __init__(
        self, *, source_calls: int = 15, counts: Path | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self._source_calls = source_calls
        self._clock = now
        self._tally = Tally(counts)
        self._caps: dict[tuple[str, Service], dict[str, _Cap]] = {}
        self._sources: dict[Caller, Window] = {}
        self._throttles: dict[str, Throttle] = {}
        self._queues = Queues({})

    def now(self) -> int:
        """Epoch ms."""
        return int(self._clock() * 1000)

    def deploy(self, rules: Rules) -> None:
        """Takes up what is deployed, and lets go of what is not any more.

        What a running period has used up stays used up, unless its length is changed.
        """
        caps: dict[tuple[str, Service], dict[str, _Cap]] = {}
        throttles: dict[str, Throttle] = {}
        counted: list[tuple[str | int, ...]] = []
        for (sandbox, uid), rule in sorted(rules.items()):
            if isinstance(rule, Throttling):
                counted.append((uid,))
                throttles[uid] = self._throttles.get(uid) or Throttle(rule, self.now, self._tally.of(uid))
                throttles[uid].update(rule)
                continue
            for service, wanted in rule.services.items():
                counted.append((sandbox, uid, service, wanted.rating.period_in_ms))
                before = self._caps.get((sandbox, service), {}).pop(uid, None)
                places = before.places if before else Places(math.inf)
                cap = _Cap(rule, service, places, self._tally.of(*counted[-1]))
                caps.setdefault((sandbox, service), {})[uid] = cap
        for gone in self._caps.values():
            for cap in gone.values():
                cap.places.resize(math.inf)  # who waits there need not wait any longer, and counts nowhere
                cap.window = Window(cap.window.limit, cap.window.period)
        self._caps, self._throttles, self._queues = caps, throttles, Queues(rules)
        self._tally.keep(counted)

    def throttle(self, request: Request, made: int) -> Throttle | None:
        """The queue that a call made at `made` (epoch ms) has to stand in, if any."""
        queue = self._queues.of(request, made)
        return self._throttles[queue] if queue is not None else None

    @asynccontextmanager
    async def slot(self, caller: Caller, request: Request) -> AsyncIterator[None]:
        """A place for one request while it is made. Raises CappedError; over `maxHttpConnections` it waits."""
        caps = self._caps_of(caller, request)
        by_default = not caps and caller.service == "dataSource"
        own = [self._sources.setdefault(caller, Window(self._source_calls, 1_000))] if by_default else []
        self._require_room([*own, *(cap.window for cap in caps)])
        held: list[Places] = []
        try:
            for cap in caps:  # always in the same order, so that no two wait for each other
                await cap.places.take()
                held.append(cap.places)
            windows = [*own, *(cap.window for cap in caps)]
            self._require_room(windows)  # it may be another period by now
            for window in windows:
                window.take()
            yield
        finally:
            for places in held:
                places.give()

    def _require_room(self, windows: list[Window]) -> None:
        now = self.now()
        if any(window.room(now) <= 0 for window in windows):
            raise CappedError

    def _caps_of(self, caller: Caller, request: Request) -> list[_Cap]:
        caps = self._caps.get((caller.sandbox, caller.service))
        target = called(request) if caps else None
        return [cap for cap in caps.values() if cap.pattern.matches(request.method, target)] if caps and target else []
