"""The engine as a process of its own: turns for as long as there is something to do, calls in a thread beside it.

Intake, engine and network do not wait for each other: the API process writes the journal, this one reads it and writes
its shard. The two share a pipe: "the log has grown" one way, how far the engine is the other. If the pipe breaks, the
engine ends itself: there is never one without its supervisor, and the file lock lets no second one in.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from sojourn.clock import Clock
from sojourn.connect.port import Port
from sojourn.errors import SojournError, StoreError
from sojourn.log import configure_logging
from sojourn.message.tracking import Tracking
from sojourn.runtime.engine import Engine
from sojourn.runtime.link import GRACE, STOP, ClockState, EngineState, lock
from sojourn.secrets import Keyring
from sojourn.settings import Settings
from sojourn.store.database import translated
from sojourn.store.journal import JournalReader
from sojourn.store.shard import Shard

log = logging.getLogger(__name__)

STATE_EVERY = 0.2
REST = 0.005
"""Seconds that the engine rests at most between turns on a real clock. A turn costs what it costs for one event or a
hundred: small ones back to back would take the core from the intake, and delay what they want to be early with."""


def main(settings: Settings, clock: ClockState, pipe: Connection) -> None:
    """The engine process: turns for as long as there is something to do, else waits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor tells us to stop
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    configure_logging(settings.log_level)
    sys.setrecursionlimit(5_000)  # a record may nest as deep as the inlet lets through, whatever stands on the stack
    sys.setswitchinterval(0.001)  # the port's thread shares the interpreter: let it send at once
    try:
        held = lock(settings.data / "engine.lock", wait=10.0)
        with translated(settings.data / "shard-0.db"):
            _Loop(settings, clock.clock(), pipe).run()
        held.close()
    except SojournError as error:
        log.error("engine: %s", error, extra={"action": "engine_failed"})
        with suppress(OSError):
            pipe.send(tuple(EngineState(error=str(error))))
        sys.exit(1)


class _Loop:
    def __init__(self, settings: Settings, clock: Clock, pipe: Connection) -> None:
        self._clock = clock
        self._pipe = pipe
        self._wake = threading.Event()
        self._stop = False
        self._reported = 0.0
        self._shard = Shard(settings.data / "shard-0.db")
        self._reader = JournalReader(settings.data / "journal.db")
        self._port = Port(
            self._answered,
            Keyring(settings.data),
            allow=settings.allow,
            per_host=settings.per_host,
            limit=settings.calls,
            retry_base=settings.retry_base,
            source_calls=settings.source_calls,
            authorities=settings.ca,
            counts=settings.data / "limits.counts",
            tracking=Tracking.of(settings.data),
        )
        self._engine = Engine(self._shard, self._reader, clock, port=self._port)
        threading.Thread(target=self._listen, name="pipe", daemon=True).start()

    def _answered(self, effect_id: str, answer: Any) -> None:
        self._engine.answered(effect_id, answer)
        self._wake.set()

    def _listen(self) -> None:
        try:
            while True:
                if self._pipe.recv_bytes() == STOP:
                    self._stop = True
                self._wake.set()
        except (EOFError, OSError):
            os._exit(0)  # the supervisor is gone, and nothing here needs goodbye: every commit stands by itself

    def run(self) -> None:
        """Turns until told to stop."""
        gc.freeze()
        gc.disable()
        self._port.start()
        self._engine.start()
        while not self._stop:
            self._wake.clear()
            if self._port.failed is not None:
                raise StoreError("ERR_PORT_FAILED", detail=repr(self._port.failed))
            try:
                begun = time.monotonic()
                with translated(self._shard.path):
                    busy = self._engine.turn()
            except StoreError as error:
                log.error("engine waits: %s", error, extra={"action": "engine_waits"})
                self._report(idle=False, error=str(error))
                self._wake.wait(1.0)
                continue
            if busy:
                self._report(idle=False)
                if not self._clock.virtual:
                    time.sleep(min(2 * (time.monotonic() - begun), REST))
            else:
                self._report(idle=True, force=True)
                gc.collect(1)  # a moment when nobody waits; the collector is off while there is work
                self._wake.wait(self._pause())
        self._port.stop(GRACE)
        self._engine.finish()
        self._reader.close()
        self._shard.close()

    def _pause(self) -> float:
        moment = self._engine.next_moment()
        delay = None if moment is None else self._clock.real_delay(moment)
        return 1.0 if delay is None else min(1.0, max(delay, 0.001))

    def _report(self, *, idle: bool, error: str = "", force: bool = False) -> None:
        now = time.monotonic()
        if force or error or now - self._reported > STATE_EVERY:
            self._reported = now
            seq, open_calls = self._engine.position[0], self._engine.open_calls
            waiting = Counter(self._port.queued()) + self._engine.queued()
            queued = [(journey, name, count) for (journey, name), count in waiting.items()]
            state = EngineState(seq, self._engine.now, open_calls, idle and not open_calls, error, queued)
            try:
                self._pipe.send(tuple(state))
            except OSError:
                os._exit(0)
