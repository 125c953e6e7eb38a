"""What has to hold in the end, whatever was killed in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..support import win_back
from ..support.receiver import RunningReceiver
from ..support.server import RunningServer, wait


def undisturbed(server: RunningServer, receiver: RunningReceiver, customers: Iterable[int]) -> win_back.Outcome:
    """Where the events of these customers take them when nothing goes wrong: the oracle."""
    server.start()
    server.publish(win_back.project(receiver.port))
    events = list(win_back.events(customers))
    for start in range(0, len(events), 500):
        server.send(events[start : start + 500])
    wait_quiet(server)
    server.kill()
    return win_back.outcome(server.data)


def wait_quiet(server: RunningServer, timeout: float = 60) -> None:
    """Waits until the log is processed, no call is open and nobody is on the way any more."""
    server.wait_settled(timeout)
    wait(
        lambda: server.report(win_back.JOURNEY)["current"] == 0 and bool(server.status()["settled"]),
        timeout,
        lambda: f"{server.report(win_back.JOURNEY)}\n{server.status()}\n{server.tail()}",
    )


def check(server: RunningServer, receiver: RunningReceiver, oracle: win_back.Outcome) -> None:
    """Compares a run with the undisturbed one, and the receiver with what both say."""
    wait_quiet(server)
    status, report = server.status(), server.report(win_back.JOURNEY)
    assert status["log"]["processed"] == status["log"]["last"]
    assert report["entered"] == len(oracle.people) == report["completed"]
    assert report["current"] == report["failed"] == report["quarantined"] == 0
    assert win_back.balanced(report)
    found = win_back.outcome(server.data)
    assert found.people == oracle.people
    assert found.steps - oracle.steps == oracle.steps - found.steps == Counter()
    # One key for each action step, each with its effect at the receiver, and nothing else there.
    assert found.keys == oracle.keys
    assert set(found.keys.values()) == {1}
    assert Counter(receiver.effects()) == found.keys
