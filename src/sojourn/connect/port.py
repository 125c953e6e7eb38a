"""The bridge between the engine's loop and the network: a thread with an event loop of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from sojourn.connect.client import Connector
from sojourn.crash import crash_point
from sojourn.engine.effect import Answer, Effect

log = logging.getLogger(__name__)

Batch = list[tuple[str, Effect, float]]
"""(effect id, effect, real seconds to wait before it is sent)."""


class Port(threading.Thread):
    """Sends effects and hands answers to `on_answer`, which is called on this thread.

    Each host has a queue of its own and at most `per_host` calls at a time; all hosts together have `limit`. So an
    endpoint that hangs holds up nobody else's calls.
    """

    def __init__(
        self,
        on_answer: Callable[[str, Answer], None],
        *,
        allow: Sequence[str] = (),
        per_host: int = 50,
        limit: int = 1_000,
        retry_base: float = 0.2,
    ) -> None:
        super().__init__(name="port", daemon=True)
        self._on_answer = on_answer
        self._options = {"allow": allow, "per_host": per_host, "limit": limit, "retry_base": retry_base}
        self._per_host = per_host
        self._limit = limit
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._queues: dict[str, deque[tuple[str, Effect]]] = {}
        self._running: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._delayed = 0
        self._closing = False
        self.failed: BaseException | None = None
        """Why the thread ended, if it was not asked to."""

    # --- from the engine's thread ---

    def send(self, batch: Batch) -> None:
        """Sends effects; returns at once."""
        self._ready.wait()
        self._loop.call_soon_threadsafe(self._take, batch)

    def stop(self, grace: float) -> None:
        """Lets open calls finish for up to `grace` seconds; what is still open then is cancelled without an answer."""
        if self.is_alive():
            self._ready.wait()
            asyncio.run_coroutine_threadsafe(self._finish(grace), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self.join()

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
        self._connector = Connector(**self._options)  # type: ignore[arg-type]

    def _take(self, batch: Batch) -> None:
        for effect_id, effect, delay in batch:
            if delay > 0:
                self._delayed += 1
                self._loop.call_later(delay, self._due, effect_id, effect)
            else:
                self._queue(effect_id, effect)

    def _due(self, effect_id: str, effect: Effect) -> None:
        self._delayed -= 1
        self._queue(effect_id, effect)

    def _queue(self, effect_id: str, effect: Effect) -> None:
        host = urlsplit(effect.request.url).netloc
        self._queues.setdefault(host, deque()).append((effect_id, effect))
        self._start(host)

    def _start(self, host: str) -> None:
        queue = self._queues.get(host)
        while (
            queue
            and not self._closing
            and self._running.get(host, 0) < self._per_host
            and len(self._tasks) < self._limit
        ):
            effect_id, effect = queue.popleft()
            self._running[host] = self._running.get(host, 0) + 1
            task = self._loop.create_task(self._call(host, effect_id, effect))
            self._tasks.add(task)
        if queue is not None and not queue:
            del self._queues[host]

    async def _call(self, host: str, effect_id: str, effect: Effect) -> None:
        try:
            crash_point("call-before")
            answer = await self._connector.execute(effect_id, effect)
            crash_point("call-after")
            self._on_answer(effect_id, answer)
        except Exception:  # a fault of ours: the person must not wait for ever for an answer that never comes
            log.exception("a call failed in an unforeseen way", extra={"action": "call_failed", "effect": effect_id})
            self._on_answer(effect_id, Answer("error"))
        finally:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.discard(task)
            left = self._running[host] - 1
            if left:
                self._running[host] = left
            else:
                del self._running[host]
            self._start(host)
            if len(self._tasks) == self._limit - 1:
                for other in list(self._queues):  # the overall limit was reached: others may have been waiting for it
                    self._start(other)

    async def _finish(self, grace: float) -> None:
        self._closing = True
        tasks = list(self._tasks)
        if tasks:
            _, pending = await asyncio.wait(tasks, timeout=grace)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
