"""What is promised to senders and receivers, one promise a test."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.receiver import RunningReceiver
from ..support.server import RunningServer, wait
from .conftest import NewServer
from .final import wait_quiet

REPORT = win_back.JOURNEY


def test_accepted_is_durable(server: RunningServer, receiver: RunningReceiver) -> None:
    """Killed the moment an event was accepted, again and again: it is there."""
    server.start()
    server.publish(win_back.project(receiver.port))
    for customer in (1, 2, 4):
        server.send(win_back.events_of(customer))
        server.kill()
        server.start()
    wait_quiet(server)
    assert server.report(REPORT)["completed"] == 3


def test_the_same_id_again_has_no_effect(server: RunningServer, receiver: RunningReceiver) -> None:
    """Whatever else it holds, in the same request, later, and after a restart [3.2]."""
    server.start()
    server.publish(win_back.project(receiver.port))
    first = win_back.message("one", "c1", value=win_back.SMALL)
    other = win_back.message("one", "c2", value=win_back.BIG)
    server.send([first, other])
    server.send([other])
    server.kill()
    server.start()
    server.send([other])
    wait_quiet(server)
    assert win_back.outcome(server.data).people == {"c1"}
    assert [path for path, _ in receiver.effects()] == ["/win_back"]


def test_an_event_during_a_call_waits_for_the_answer(server: RunningServer, endpoint: Endpoint) -> None:
    """It is held, over a kill too, and then processed where the person has got to [6.14]."""
    server.start()
    server.publish(win_back.project(endpoint.port))
    server.send(win_back.events_of(3))
    wait(lambda: len(endpoint.calls) == 1, 20, server.tail)
    wait(lambda: server.status()["log"]["processed"] == server.status()["log"]["last"], 20)
    assert server.report(REPORT)["current"] == 1 and not server.status()["settled"]
    server.kill()
    server.start()
    endpoint.open()
    wait_quiet(server)
    assert server.report(REPORT)["completed"] == 1 and server.report(REPORT)["discarded"] == {}
    paths = Counter((path, key) for path, key, _ in endpoint.calls)
    assert sorted(path for path, _ in paths) == ["/cross_sell", "/vip_thanks"]  # one key for each, over both attempts
    assert set(paths) == set(win_back.outcome(server.data).keys)


def test_every_attempt_has_the_same_key(tmp_path: Path, server: RunningServer) -> None:
    """Each call is answered 503 first: two attempts, one key, one effect [5.4]."""
    receiver = RunningReceiver(tmp_path, "--errors", "1")
    try:
        server.start()
        server.publish(win_back.project(receiver.start().port))
        server.send(list(win_back.events(range(1, 10))))
        wait_quiet(server)
        effects = receiver.effects()
        assert Counter(effects) == win_back.outcome(server.data).keys
        assert receiver.stats()["requests"] == 2 * len(effects)
        actions = server.report(REPORT)["actions"].values()
        assert sum(action["attempts"] for action in actions) == 2 * len(effects)
    finally:
        receiver.stop()


def test_a_virtual_clock_waits_for_calls(new_server: NewServer, endpoint: Endpoint) -> None:
    """It stands still while a call is open, is where it was after a kill, and then goes on to its mark [6.30]."""
    server = new_server("server", "--clock", "virtual").start()
    server.publish(win_back.project(endpoint.port, wait="P29D"))
    server.send([win_back.events_of(3)[0], *win_back.events_of(1)])
    server.post("/api/clock", {"now": "2024-06-01T00:00:00Z"})
    wait(lambda: len(endpoint.calls) == 1, 20, server.tail)
    before = server.status()["clock"]["now"]
    assert before < 1_705_000_000_000  # January 2024
    server.kill()
    server.start()
    wait(lambda: len(endpoint.calls) == 2, 20, server.tail)
    assert server.status()["clock"]["now"] == before
    endpoint.open()
    server.wait_settled()
    assert server.status()["clock"]["now"] == 1_717_200_000_000
    found = server.report(REPORT)
    assert (found["completed"], found["failed"]) == (1, 1)  # one was won back, one never confirmed
    assert len(set(endpoint.keys())) == 2


def test_a_call_is_not_made_after_the_global_timeout(new_server: NewServer, endpoint: Endpoint) -> None:
    """A wait that is noticed so late that the journey's thirty days are over leads to no call, and leaves none open."""
    server = new_server("server", "--time-scale", "432000", "--start-at", "2024-01-01T00:00:00Z").start()  # 5 days/s
    server.publish(win_back.project(endpoint.port, wait="P29D"))
    engine = server.engine
    assert engine is not None
    server.send(win_back.events_of(1))
    wait(lambda: bool(server.report(REPORT)["current"]), 5, server.tail)
    engine.suspend()
    time.sleep(6.5)
    engine.resume()
    wait(lambda: bool(server.report(REPORT)["failed"]), 10, server.tail)
    server.wait_settled()
    assert server.report(REPORT)["errors"] == {"instanceTimedOut": 1} and endpoint.calls == []
