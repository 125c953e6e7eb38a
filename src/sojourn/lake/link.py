"""The API process's end: starts the lake's process when it is first needed, again should it die, and asks it."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec

from sojourn import errors
from sojourn.errors import SojournError, StoreError

log = logging.getLogger(__name__)

PATIENCE = 90.0
"""Seconds after which a process that does not answer is ended: every question has a shorter limit of its own."""
Failure = tuple[str, str, str | None, dict[str, Any]]


class LakeOptions(msgspec.Struct, frozen=True):
    """What the lake's process has to know. `keep_days` is how long steps and records are kept, 0 for ever."""

    data: str
    keep_days: int = 0
    log_level: str = "info"


def failure(error: Exception) -> Failure:
    """An error on its way to the other process."""
    if isinstance(error, SojournError):
        return type(error).__name__, error.code, error.field, error.params
    return "StoreError", "ERR_LAKE_BUG", None, {"detail": f"{type(error).__name__}: {error}"}


def _error(found: Failure) -> SojournError:
    kind, code, field, params = found
    made: SojournError = getattr(errors, kind)(code, field=field, **params)
    return made


class Link:
    """From any thread."""

    def __init__(self, options: LakeOptions) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._waiting: dict[int, Future[Any]] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._socket: socket.socket | None = None
        self._closed = False

    @property
    def exists(self) -> bool:
        """Whether there ever was a lake in this data folder."""
        return (Path(self._options.data) / "lake.db").exists()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Starts the process, if it does not run."""
        with self._lock:
            if self._closed or self.pid is not None:
                return
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                    [sys.executable, "-m", "sojourn.lake", str(theirs.fileno()),
                     msgspec.json.encode(self._options).decode()],
                    pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL,
                )  # fmt: skip
            self._socket = ours
            self._pipe = Connection(os.dup(ours.fileno()))
            threading.Thread(target=self._receive, args=(self._pipe, ours), name="lake-link", daemon=True).start()

    def ask(self, name: str, *arguments: Any, patience: float = PATIENCE) -> Any:
        """An answer of the process. Raises what it raised, and StoreError where it gives none."""
        self.start()
        future: Future[Any] = Future()
        with self._lock:
            if self._closed or self._pipe is None:
                raise StoreError("ERR_CLOSING")
            number = next(self._numbers)
            self._waiting[number] = future
            with suppress(OSError):  # it has just died: the receiver says so
                self._pipe.send((number, name, arguments))
        try:
            return future.result(patience)
        except TooLate:
            self._end()
            raise StoreError("ERR_LAKE_SILENT") from None
        finally:
            self._waiting.pop(number, None)

    def close(self) -> None:
        """Ends the process."""
        with self._lock:
            self._closed = True
            if self._socket is not None:
                with suppress(OSError):  # it is closed already
                    self._socket.shutdown(socket.SHUT_RDWR)  # wakes who waits for it, here and there
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(3.0)
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _receive(self, pipe: Connection, ours: socket.socket) -> None:
        try:
            while True:
                number, found, error = pipe.recv()
                if (future := self._waiting.get(number)) is None:
                    continue
                if error is None:
                    future.set_result(found)
                else:
                    future.set_exception(_error(error))
        except (EOFError, OSError):
            pipe.close()
            ours.close()
        if not self._closed:
            log.error("the lake's process ended", extra={"action": "lake_ended"})
        for future in list(self._waiting.values()):
            if not future.done():
                future.set_exception(StoreError("ERR_LAKE_ENDED"))
