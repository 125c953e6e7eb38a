"""The bridge between the engine's loop and the network: a thread with an event loop of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sojourn.connect.access import Accesses
from sojourn.connect.client import Connector
from sojourn.connect.lane import Lane
from sojourn.connect.limits import Limits, Throttle, caller_of
from sojourn.crash import crash_point
from sojourn.engine.effect import Answer, Effect, Look, Sending
from sojourn.limits.rule import Rules
from sojourn.message.tracking import Tracking
from sojourn.secrets import Keyring

log = logging.getLogger(__name__)

EXPIRED = Answer("timeout", attempts=0)
"""The answer to a throttled call that has waited too long."""
Queued = dict[tuple[int, str], int]
"""Throttled calls that wait, by (journey's short number, action or source)."""


class Port(threading.Thread):
    """Sends effects and hands answers to `on_answer`, which is called on this thread.

    Each host has a lane of its own with at most `per_host` calls at a time, and so has each throttled endpoint; all
    together have `limit`. So an endpoint that hangs, or may not be called yet, holds up nobody else's calls.
    """

    def __init__(
        self,
        on_answer: Callable[[str, Answer], None],
        keys: Keyring,
        *,
        allow: Sequence[str] = (),
        per_host: int = 50,
        limit: int = 1_000,
        retry_base: float = 0.2,
        source_calls: int = 15,
        counts: Path | None = None,
        authorities: Path | None = None,
        tracking: Tracking | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(name="port", daemon=True)
        self._on_answer = on_answer
        self._keys = keys
        self._options = {
            "allow": allow, "limit": limit, "retry_base": retry_base, "authorities": authorities, "tracking": tracking
        }  # fmt: skip
        self._limits = Limits(source_calls=source_calls, counts=counts, now=now)
        self._per_host = per_host
        self._limit = limit
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._lanes: dict[str | Throttle, Lane] = {}
        self._lane_of: dict[str, Lane] = {}
        self._timers: dict[Lane, asyncio.TimerHandle] = {}
        self._queued: Queued = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self.failed: BaseException | None = None
        """Why the thread ended, if it was not asked to."""

    # --- from the engine's thread ---

    def send(self, batch: list[Sending]) -> None:
        """Sends effects; returns at once."""
        self._hand_over(self._take, batch)

    def cancel(self, effect_ids: list[str]) -> None:
        """Takes back what has not gone out yet; what is on the wire finishes [6.27]."""
        self._hand_over(self._cancel, effect_ids)

    def deploy(self, rules: Rules) -> None:
        """Puts caps and throttling in force, for what is sent from now on."""
        self._hand_over(self._deploy, rules)

    def connect(self, accesses: Accesses) -> None:
        """Takes up how data sources and actions are called, for what is sent from now on."""
        self._hand_over(self._connect, accesses)

    def cached(self, effect: Effect | Look) -> Answer | None:
        """The answer to a fetch that is kept from an earlier one; None where a call is to be made."""
        self._ready.wait()
        return self._connector.cached(effect)

    def queued(self) -> Queued:
        """How many calls wait because of throttling."""
        return self._queued.copy()

    def stop(self, grace: float) -> None:
        """Lets open calls finish for up to `grace` seconds; what is still open then is cancelled without an answer."""
        if self.is_alive():
            self._ready.wait()
            asyncio.run_coroutine_threadsafe(self._finish(grace), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self.join()

    def _hand_over(self, to: Callable[[Any], None], what: Any) -> None:
        self._ready.wait()
        self._loop.call_soon_threadsafe(to, what)

    # --- on this thread ---

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._open())
            self._ready.set()
            self._loop.run_forever()
            self._loop.run_until_complete(self._connector.close())
        except BaseException as error:  # the engine's loop has to know
            self.failed = error
            log.exception("the network thread ended", extra={"action": "port_failed"})
        finally:
            self._ready.set()
            self._loop.close()

    async def _open(self) -> None:
        self._connector = Connector(self._limits, self._keys, **self._options)  # type: ignore[arg-type]

    def _connect(self, accesses: Accesses) -> None:
        self._connector.connect(accesses)

    def _deploy(self, rules: Rules) -> None:
        self._limits.deploy(rules)
        for lane in list(self._lanes.values()):
            self._start(lane)  # there may be more room now

    def _take(self, batch: list[Sending]) -> None:
        touched: dict[int, Lane] = {}
        for sending in batch:
            request = self._connector.target(sending.effect, sending.sandbox)
            throttle = self._limits.throttle(request, sending.since)
            key = throttle or urlsplit(request.url).netloc or caller_of(sending.sandbox, sending.effect).name
            lane = self._lanes.get(key)
            if lane is None:
                lane = self._lanes[key] = Lane(key)
            lane.put(sending)
            self._lane_of[sending.id] = lane
            self._count(lane, sending, 1)
            touched[id(lane)] = lane
        for lane in touched.values():
            self._start(lane)

    def _cancel(self, effect_ids: list[str]) -> None:
        for effect_id in effect_ids:
            lane = self._lane_of.pop(effect_id, None)
            if lane is not None:
                self._count(lane, lane.drop(effect_id), -1)

    def _count(self, lane: Lane, sending: Sending, step: int) -> None:
        """Keeps the numbers of those who wait because of throttling."""
        if lane.throttle is None:
            return
        whose = (sending.journey, caller_of(sending.sandbox, sending.effect).name)
        left = self._queued.get(whose, 0) + step
        if left:
            self._queued[whose] = left
        else:
            del self._queued[whose]

    def _start(self, lane: Lane) -> None:
        """Sends what may go out of a lane now."""
        now = self._limits.now()
        places = 0 if self._closing else min(self._per_host - lane.running, self._limit - len(self._tasks))
        out, late = lane.take(now, places)
        for sending in (*out, *late):
            del self._lane_of[sending.id]
            self._count(lane, sending, -1)
        for sending in late:
            self._on_answer(sending.id, EXPIRED)
        for sending in out:
            lane.running += 1
            self._tasks.add(self._loop.create_task(self._call(lane, sending)))
        if lane.waiting and lane.throttle and len(out) < places and lane not in self._timers:
            self._timers[lane] = self._loop.call_later(lane.throttle.rest(now), self._start_again, lane)
        if not lane.waiting and not lane.running and self._lanes.get(lane.key) is lane:
            del self._lanes[lane.key]

    def _start_again(self, lane: Lane) -> None:
        del self._timers[lane]
        self._start(lane)

    async def _call(self, lane: Lane, sending: Sending) -> None:
        try:
            crash_point("call-before")
            answer = await self._connector.execute(sending.id, sending.effect, sending.sandbox, lane.throttle)
            crash_point("call-after")
            self._on_answer(sending.id, answer)
        except Exception:  # a fault of ours: the person must not wait for ever for an answer that never comes
            log.exception("a call failed in an unforeseen way", extra={"action": "call_failed", "effect": sending.id})
            self._on_answer(sending.id, Answer("error"))
        finally:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.discard(task)
            lane.running -= 1
            self._start(lane)
            if len(self._tasks) == self._limit - 1:
                for other in list(self._lanes.values()):  # the overall limit was reached: others may have waited for it
                    self._start(other)

    async def _finish(self, grace: float) -> None:
        self._closing = True
        tasks = list(self._tasks)
        if tasks:
            _, pending = await asyncio.wait(tasks, timeout=grace)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
