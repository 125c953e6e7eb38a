"""The engine as a process of its own, and its supervisor on the side of the faces.

Intake, engine and network do not wait for each other: the API process writes the journal, the engine process reads it
and writes its shard, and a thread beside the engine does the calls. The two processes share a pipe: "the log has
grown" one way, how far the engine is the other. If the pipe breaks, the engine ends itself: there is never one
without its supervisor, and the file lock lets no second one in.
"""

from __future__ import annotations

import fcntl
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from sojourn.clock import Clock, ScaledClock, VirtualClock
from sojourn.connect.port import Port
from sojourn.errors import SojournError, StoreError
from sojourn.log import configure_logging
from sojourn.runtime.engine import Engine
from sojourn.settings import Settings
from sojourn.store.database import translated
from sojourn.store.journal import JournalReader
from sojourn.store.shard import Shard

log = logging.getLogger(__name__)

GREW, STOP = b"g", b"s"
STATE_EVERY = 0.2
GRACE = 10.0
RESTART_AFTER = 0.5


class ClockState(NamedTuple):
    """What two processes need to agree on the time. `real_start` is epoch seconds, `origin` epoch ms."""

    virtual: bool
    scale: float
    origin: int
    real_start: float

    def clock(self) -> Clock:
        if self.virtual:
            return VirtualClock(self.origin)
        if self.scale == 1.0:
            return ScaledClock()
        return ScaledClock(self.scale, self.origin, self.real_start)


class EngineState(NamedTuple):
    """How far the engine is: the next log row, journey time, open calls, and what is wrong with it, if anything."""

    seq: int = 0
    now: int = 0
    open_calls: int = 0
    idle: bool = False
    error: str = ""


def lock(path: Path, wait: float = 0.0) -> TextIO:
    """Takes the lock file of a data folder for as long as the returned file is open. Raises StoreError."""
    file = path.open("a+")
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() < end:
                time.sleep(0.05)
                continue
            file.seek(0)
            pid = file.read().strip() or "?"
            file.close()
            raise StoreError("ERR_STORE_IN_USE", path=str(path.parent), pid=pid) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file


# --- in the engine's process ---------------------------------------------------------------------------------------


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
            allow=settings.allow,
            per_host=settings.per_host,
            limit=settings.calls,
            retry_base=settings.retry_base,
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
                with translated(self._shard.path):
                    busy = self._engine.turn()
            except StoreError as error:
                log.error("engine waits: %s", error, extra={"action": "engine_waits"})
                self._report(idle=False, error=str(error))
                self._wake.wait(1.0)
                continue
            if busy:
                self._report(idle=False)
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
            state = EngineState(seq, self._engine.now, open_calls, idle and not open_calls, error)
            try:
                self._pipe.send(tuple(state))
            except OSError:
                os._exit(0)


# --- in the supervisor's process -----------------------------------------------------------------------------------


class Supervisor:
    """Starts the engine, starts it again should it die, and knows how far it is."""

    def __init__(self, settings: Settings, clock: ClockState) -> None:
        self._settings = settings
        self._clock = clock
        self._context = multiprocessing.get_context("spawn")
        self._pipe: Connection | None = None
        self._process: Any = None
        self._stopping = False
        self._lock = threading.Lock()
        self.state = EngineState()
        self.restarts = -1

    def start(self) -> None:
        """Starts the engine and the thread that watches it."""
        threading.Thread(target=self._watch, name="supervisor", daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether the engine runs at this moment."""
        return self._process is not None and self._process.is_alive()

    def log_grew(self) -> None:
        """Tells the engine; called after each commit of the journal."""
        with self._lock:
            if self._pipe is not None:
                with suppress(OSError):  # it has just died; its successor reads the log anyway
                    self._pipe.send_bytes(GREW)

    def stop(self) -> None:
        """Lets the engine finish its turn and its open calls."""
        self._stopping = True
        with self._lock:
            if self._pipe is not None:
                with suppress(OSError):
                    self._pipe.send_bytes(STOP)
        if self._process is not None:
            self._process.join(GRACE + 5)
            if self._process.is_alive():
                self._process.kill()

    def _watch(self) -> None:
        while not self._stopping:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(target=main, args=(self._settings, self._clock, theirs), daemon=True)
            process.start()
            theirs.close()
            with self._lock:
                self._pipe, self._process = ours, process
            self.restarts += 1
            self._receive(ours)
            process.join()
            if not self._stopping:
                log.error(
                    "the engine ended (%s), starting it again", process.exitcode, extra={"action": "engine_ended"}
                )
                error = self.state.error or f"restarting, exit code {process.exitcode}"
                self.state = self.state._replace(error=error, idle=False)
                time.sleep(RESTART_AFTER)

    def _receive(self, pipe: Connection) -> None:
        try:
            while True:
                found = EngineState(*pipe.recv())
                self.state = found if found.seq else self.state._replace(error=found.error, idle=False)
        except (EOFError, OSError):
            return
