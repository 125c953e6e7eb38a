"""Work that comes round again and again, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import apsw

from sojourn.errors import SojournError

log = logging.getLogger(__name__)


class Rounds:
    """Calls `work` with `every` seconds between, from `start` until `stop`.

    What the store, an endpoint or a user's document does to it is logged, and its time comes again.
    """

    def __init__(self, name: str, work: Callable[[], None], every: float) -> None:
        self._name = name
        self._work = work
        self._every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the work is not being done any more."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            try:
                self._work()
            except (SojournError, apsw.Error) as error:
                log.error("%s waits: %s", self._name, error, extra={"action": f"{self._name}_waits"})
