"""The lake as a process of its own, of low priority: files are written in its main thread, questions answered beside.

The API process starts it with one end of a socket. Requests come as (number, name, arguments) and are answered as
(number, answer, None) or (number, None, error), in any order. When the socket breaks, the process ends: everything that
it does is done again, or stands by itself.
"""

from __future__ import annotations

import gc
import logging
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb

from sojourn.errors import SojournError, StoreError
from sojourn.lake.answers import Answers
from sojourn.lake.link import LakeOptions, failure
from sojourn.lake.manifest import Manifest, Readers
from sojourn.lake.upkeep import Upkeep
from sojourn.lake.writing import Writer
from sojourn.log import configure_logging
from sojourn.runtime.link import lock
from sojourn.store.shard import ShardReader

log = logging.getLogger(__name__)

EVERY = 0.5
ANSWERS_AT_A_TIME = 4
NICE = 10
MEMORY = 4 << 30
"""Bytes that the process may ever have: DuckDB counts what it sorts and joins, but no texts that functions make."""


class LakeProcess:
    """Everything of the lake on one data folder."""

    def __init__(self, options: LakeOptions) -> None:
        data = Path(options.data)
        self._lock = lock(data / "lake.lock", wait=10.0)
        self._shard = ShardReader(data / "shard-0.db")
        self._manifest = Manifest(data)
        self._manifest.clean()
        self._writer = Writer(self._manifest, self._shard)
        self._writer.complete()
        self._readers = Readers()
        self._upkeep = Upkeep(self._manifest, self._writer, self._shard, self._readers, options.keep_days)
        self.answers = Answers(data, self._readers, self.written)
        self._turn = threading.Condition()
        self._wanted = 0
        self._written = 0

    def written(self) -> None:
        """Waits until what the shard has now is in files."""
        with self._turn:
            self._wanted += 1
            mine = self._wanted
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._written >= mine, timeout=60.0)

    def run(self, stopped: threading.Event) -> None:
        """Writes and tidies up until told to stop."""
        while not stopped.is_set():
            try:
                self._round()
            except (StoreError, duckdb.Error, OSError) as error:
                log.error("the lake waits: %s", error, extra={"action": "lake_waits"})
                stopped.wait(2.0)

    def _round(self) -> None:
        wanted = self._wanted
        written = self._writer.export(now=wanted > self._written)
        while wanted > self._written and self._writer.export(now=True):
            pass
        with self._turn:
            self._written = wanted
            self._turn.notify_all()
        now = self._shard.rows("get_meta", "now")
        today = datetime.fromtimestamp(now[0][0] / 1000 if now else 0, UTC).date()
        if not self._upkeep.work(today) and not written:
            gc.collect()
            with self._turn:
                self._turn.wait_for(lambda: self._wanted > self._written, timeout=EVERY)


def main(descriptor: int, options: LakeOptions) -> None:
    """The process: until the socket breaks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the API process hangs up
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    configure_logging(options.log_level)
    with suppress(OSError):
        os.nice(NICE)
    with suppress(OSError, ValueError):  # less is allowed already
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    pipe = Connection(descriptor)
    try:
        lake = LakeProcess(options)
    except SojournError as error:
        log.error("lake: %s", error, extra={"action": "lake_failed"})
        sys.exit(1)
    gc.freeze()  # what is loaded stays: to look through it twice a second cost a twentieth of a core
    gc.disable()
    stopped = threading.Event()
    threading.Thread(target=_listen, args=(pipe, lake), name="lake-pipe", daemon=True).start()
    lake.run(stopped)


def _listen(pipe: Connection, lake: LakeProcess) -> None:
    sending = threading.Lock()
    names: dict[str, Callable[..., Any]] = {**lake.answers.named(), "written": lake.written}

    def answer(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        found: tuple[int, Any, Any]
        try:
            found = number, names[name](*arguments), None
        except Exception as error:
            if not isinstance(error, SojournError):
                log.exception("a question to the lake failed", extra={"action": "lake_bug"})
            found = number, None, failure(error)
        with sending, suppress(OSError):
            pipe.send(found)

    pool = ThreadPoolExecutor(ANSWERS_AT_A_TIME, thread_name_prefix="lake")
    try:
        while True:
            pool.submit(answer, *pipe.recv())
    except (EOFError, OSError):
        os._exit(0)  # the server is gone, and nothing here needs goodbye
