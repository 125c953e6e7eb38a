"""A graceful stop: the end of the turn, the answers of open calls, exit code 0; the next start goes on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.receiver import RunningReceiver
from ..support.server import BUSY, RunningServer, wait
from .final import wait_quiet

BIG = tuple(range(3, 90, 3))


def _terminate(server: RunningServer) -> None:
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)


def _interrupt(server: RunningServer) -> None:
    """Ctrl-C: the terminal signals the whole group."""
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGINT)


WAYS: dict[str, Callable[[RunningServer], None]] = {"SIGTERM": _terminate, "Ctrl-C": _interrupt}


def _with_open_calls(server: RunningServer, receiver: RunningReceiver, endpoint: Endpoint) -> None:
    server.start()
    server.publish(win_back.project(receiver.port, ports={"vip_thanks": endpoint.port}))
    server.send(list(win_back.events(BIG)))
    wait(lambda: len(endpoint.calls) == len(BIG), 20, server.tail)


def _ended(server: RunningServer) -> float:
    """Waits for the end; how long it took. No process may be left, and nothing may have gone wrong."""
    assert server.process is not None
    begun = time.monotonic()
    assert server.process.wait(15 * BUSY) == 0, server.tail()
    assert "Traceback" not in server.log.read_text() and '"level": "error"' not in server.log.read_text()
    took = time.monotonic() - begun
    wait(lambda: not server.processes_left(), 5)
    return took


@pytest.mark.parametrize("stop", WAYS.values(), ids=WAYS)
def test_open_calls_are_answered(
    server: RunningServer, receiver: RunningReceiver, endpoint: Endpoint, stop: Callable[[RunningServer], None]
) -> None:
    """Answers that come within the grace time are taken in, so nothing is called again."""
    _with_open_calls(server, receiver, endpoint)
    stop(server)
    time.sleep(0.5)
    endpoint.open()
    assert _ended(server) < 8
    server.start()
    wait_quiet(server)
    assert server.report(win_back.JOURNEY)["completed"] == len(BIG)
    assert len(endpoint.keys()) == len(set(endpoint.keys())) == len(BIG)
    assert {(path, key) for path, key, _ in endpoint.calls} | set(receiver.effects()) == set(
        win_back.outcome(server.data).keys
    )


def test_calls_that_hang_are_left(server: RunningServer, receiver: RunningReceiver, endpoint: Endpoint) -> None:
    """Calls without an answer do not hold the stop up for more than the grace time, and go out again, same keys."""
    _with_open_calls(server, receiver, endpoint)
    _terminate(server)
    assert _ended(server) < 15
    endpoint.open()
    server.start()
    wait_quiet(server)
    assert server.report(win_back.JOURNEY)["completed"] == len(BIG)
    assert len(endpoint.keys()) == 2 * len(BIG) and len(set(endpoint.keys())) == len(BIG)


def test_nothing_accepted_is_lost(server: RunningServer, receiver: RunningReceiver) -> None:
    """Stopped with a backlog that the engine has not got to yet."""
    server.start()
    server.publish(win_back.project(receiver.port))
    customers = range(3_000)
    events = list(win_back.events(customers))
    for start in range(0, len(events), 500):
        server.send(events[start : start + 500])
    _terminate(server)
    _ended(server)
    server.start()
    wait_quiet(server)
    assert server.report(win_back.JOURNEY)["completed"] == len(customers)
    assert dict.fromkeys(receiver.effects(), 1) == win_back.outcome(server.data).keys
