"""`peer`: win-back as a durable workflow of DBOS (on SQLite), the nearest Python library that promises the same.

A stay is a workflow: a purchase starts it, from 50 dollars on the step `vip_thanks` runs, then it waits for a message.
A purchase within the three weeks is sent to it and leads to the step `cross_sell`; a timeout leads to `win_back`. The
steps do nothing. Purchases count when the stay they belong to has ended, with all of it in the database.

DBOS has no virtual clock, so three weeks cannot pass here; the history says beforehand whether the customer came back.
If so, the purchase is sent right after the start and the timeout is long; if not, the timeout is no time at all. DBOS
thus never has many people waiting, which is kind to it: its listener polls SQLite once for each of them. Kind as well:
SQLite runs in WAL mode (each commit on disk, as at the floor), logging is off, the listener polls often, and two
threads drive it, which was the best or as good as the best of 1 to 16 threads and 1 to 32 coroutines.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import apsw
from dbos import DBOS

from sojourn.demo.history import Purchase, purchases

PATIENCE = timedelta(days=21, hours=6)
_THREADS = 2
_LONG = 60.0
_POLL = 0.01

_ran: list[str] = []


class Stay(NamedTuple):
    """A purchase that enters, and the one that is heard while its customer waits, if there is one."""

    first: Purchase
    again: Purchase | None


def peer(seconds: float) -> float:
    """Events per second of DBOS over `seconds`, in a process of its own."""
    words = [sys.executable, "-m", "bench.peer", str(seconds)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=seconds + 120)
    return float(json.loads(done.stdout)["events_per_second"])


def stays(bought: list[Purchase]) -> Iterator[Stay]:
    """The stays of one customer, whose purchases `bought` are in order of time."""
    waiting: Purchase | None = None
    for purchase in bought:
        if waiting is not None and purchase.at < waiting.at + PATIENCE:
            yield Stay(waiting, purchase)
            waiting = None
            continue
        if waiting is not None:
            yield Stay(waiting, None)
        waiting = purchase
    if waiting is not None:
        yield Stay(waiting, None)


@DBOS.step()
def vip_thanks(customer: str) -> None:
    """Stands for the call."""
    _ran.append("vip_thanks")


@DBOS.step()
def cross_sell(customer: str) -> None:
    """Stands for the call."""
    _ran.append("cross_sell")


@DBOS.step()
def win_back(customer: str) -> None:
    """Stands for the call."""
    _ran.append("win_back")


@DBOS.workflow()
def win_back_journey(customer: str, value: float, patience: float) -> None:
    """One stay."""
    if value >= 50:
        vip_thanks(customer)
    if DBOS.recv(timeout_seconds=patience) is None:
        win_back(customer)
    else:
        cross_sell(customer)


class _Drivers:
    """Threads that take customer after customer until the time is over, one stay at a time each."""

    def __init__(self) -> None:
        self._until = 0.0
        history = sorted(purchases(), key=lambda purchase: (purchase.customer, purchase.at))
        self._customers = iter([list(bought) for _, bought in groupby(history, key=lambda each: each.customer)])
        self._lock = threading.Lock()
        self._failures: list[BaseException] = []
        self.events = 0
        self.expected: Counter[str] = Counter()

    def run(self, seconds: float) -> float:
        """Starts stays for `seconds` and waits for the last to end; the seconds that took."""
        begun = time.perf_counter()
        self._until = begun + seconds
        threads = [threading.Thread(target=self._drive) for _ in range(_THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._failures:
            raise self._failures[0]
        return time.perf_counter() - begun

    def _drive(self) -> None:
        try:
            while time.perf_counter() < self._until:
                with self._lock:
                    bought = next(self._customers, None)
                if bought is None:
                    return
                for stay in stays(bought):
                    self._live(stay)
        except BaseException as error:
            self._failures.append(error)

    def _live(self, stay: Stay) -> None:
        first, again = stay
        handle = DBOS.start_workflow(win_back_journey, first.customer, first.value, _LONG if again else 0.0)
        if again:
            DBOS.send(handle.workflow_id, again.value)
        handle.get_result()
        with self._lock:
            self.events += 2 if again else 1
            self.expected["cross_sell" if again else "win_back"] += 1
            self.expected["vip_thanks"] += first.value >= 50


def main(seconds: float) -> None:
    """Measures, checks that every step ran once, prints one JSON line."""
    with tempfile.TemporaryDirectory(prefix="sojourn-peer-") as folder:
        path = Path(folder) / "peer.db"
        connection = apsw.Connection(str(path))
        connection.execute("pragma journal_mode = wal").fetchall()
        connection.close()
        DBOS(
            config={
                "name": "peer",
                "system_database_url": f"sqlite:///{path}",
                "log_level": "CRITICAL",
                "notification_listener_polling_interval_sec": _POLL,
            }
        )
        DBOS.launch()
        drivers = _Drivers()
        took = drivers.run(seconds)
        DBOS.destroy()
    if Counter(_ran) != +drivers.expected:
        raise RuntimeError(f"steps ran {dict(Counter(_ran))}, expected {dict(drivers.expected)}")
    print(json.dumps({"events_per_second": drivers.events / took, "events": drivers.events, "steps": Counter(_ran)}))


if __name__ == "__main__":
    main(float(sys.argv[1]))
