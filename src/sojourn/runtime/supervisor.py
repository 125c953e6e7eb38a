"""Starts the engine process, starts it again should it die, and knows how far it is."""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from sojourn.runtime.link import GRACE, GREW, STOP, ClockState, EngineState
from sojourn.settings import Settings

log = logging.getLogger(__name__)

RESTART_AFTER = 0.5


def _engine(settings: Settings, clock: ClockState, pipe: Connection) -> None:
    from sojourn.runtime.process import main  # what the engine needs is loaded in its own process only

    main(settings, clock, pipe)


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
            process = self._context.Process(target=_engine, args=(self._settings, self._clock, theirs), daemon=True)
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
