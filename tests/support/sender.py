"""A sender as it should be: it sends an event again, with the same `_id`, until it was told that it is accepted."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterable
from http.client import HTTPException
from typing import Any

from . import win_back
from .http import request


class Sender:
    """Sends the events of customer after customer, in threads, until all are through or `stop` is called."""

    def __init__(
        self, port: int, *, threads: int = 4, pause: float = 0.02, customers: Iterable[int] | None = None
    ) -> None:
        self._port = port
        self._pause = pause
        self._stop = threading.Event()
        self._numbers = iter(itertools.count() if customers is None else customers)
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]
        self.customers: list[int] = []
        self.refusals: list[str] = []

    def start(self) -> Sender:
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Begins no more customers, and returns when every event of those begun is accepted."""
        self._stop.set()
        self.finish()

    def finish(self) -> None:
        """Returns when all is sent and accepted."""
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a sender does not get its event accepted"

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                customer = next(self._numbers, None)
                if customer is None:
                    return
                self.customers.append(customer)
            for message in win_back.events_of(customer):
                self._send(message)
            time.sleep(self._pause)

    def _send(self, message: dict[str, Any]) -> None:
        while True:
            try:
                answer = request(self._port, "POST", "/collection/prod", message, timeout=10)
            except (OSError, HTTPException):
                time.sleep(0.05)
                continue
            if answer.status == 200:
                return
            if answer.status < 500:
                self.refusals.append(str(answer.body))
                return
            time.sleep(0.05)
