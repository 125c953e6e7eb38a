"""Caps and throttling on a running server: what the receiver counts, and that nothing is lost over a SIGKILL [5.5]."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sojourn import identifiers

from ..support.http import request
from ..support.receiver import RunningReceiver
from ..support.server import RunningServer, wait
from .conftest import NewServer

THROUGHPUT = 200
PLACES = 4
"""Connections to the receiver: calls overtake each other by no more."""


@pytest.fixture
def calm(tmp_path: Path) -> Iterator[RunningReceiver]:
    """A receiver that is always well."""
    running = RunningReceiver(tmp_path)
    try:
        yield running.start()
    finally:
        running.stop()


def project(port: int) -> dict[str, list[dict[str, Any]]]:
    """Two journeys, `limited` and `free`: an event, a call, the end."""
    found: dict[str, list[dict[str, Any]]] = {"schemas": [{"name": "s"}], "events": [], "actions": [], "journeys": []}
    for name in ("limited", "free"):
        condition = f'@{{{name}.eventType}} == "{name}"'
        found["events"].append(
            {"name": name, "schema": "s", "type": "rule", "condition": condition, "namespace": "CRMID"}
        )
        found["actions"].append({"name": name, "url": f"http://127.0.0.1:{port}/{name}", "method": "POST"})
        activities = {
            "start": {"type": "event", "event": name, "next": "call"},
            "call": {"type": "action", "action": name},
        }
        found["journeys"].append({"name": name, "namespace": "CRMID", "start": "start", "activities": activities})
    return found


def people(server: RunningServer, journey: str, numbers: range) -> None:
    """Lets people enter a journey, in order."""
    messages = [
        {
            "body": {
                "xdmEntity": {
                    "_id": f"{journey}-{number}",
                    "eventType": journey,
                    "timestamp": "2024-01-01T12:00:00Z",
                    "identityMap": {"CRMID": [{"id": f"p{number}", "primary": True}]},
                }
            }
        }
        for number in numbers
    ]
    server.send(messages)


def keys(server: RunningServer, journey: str, numbers: range) -> list[str]:
    """The Idempotency-Keys of their calls, in order."""
    (version,) = server.get(f"/api/journeys/{journey}")["versions"]
    stays = [identifiers.stay_id("prod", version["uid"], f"p{number}", "", 1) for number in numbers]
    return [identifiers.effect_id(stay, 2) for stay in stays]


def deployed(server: RunningServer, path: str, config: dict[str, Any]) -> str:
    uid: str = server.post(f"/authoring/{path}", config)["uid"]
    assert request(server.port, "POST", f"/authoring/{path}/{uid}/deploy").status == 204
    return uid


def throttled(server: RunningServer, receiver: RunningReceiver) -> str:
    url = f"http://127.0.0.1:{receiver.port}/limited"
    config = {"urlPattern": url, "methods": ["POST"], "maxThroughput": THROUGHPUT}
    return deployed(server, "throttlingConfigs", config)


def a_period_begins(period: float) -> None:
    time.sleep(-time.time() % period + 0.05)


def in_each(receiver: RunningReceiver, period: float, path: str = "/limited") -> Counter[int]:
    """How many calls came in each period since the epoch."""
    mine = {key for at, key in receiver.effects() if at == path}
    return Counter(int(at // period) for key, at in receiver.times().items() if key in mine)


def test_a_cap(server: RunningServer, calm: RunningReceiver) -> None:
    """No more calls in a period than it has slots, the rest capped at once; in force over a kill."""
    period = 3
    server.start()
    server.publish(project(calm.port))
    services = {"action": {"rating": {"maxCallsCount": 20, "periodInMs": period * 1_000}}}
    url = f"http://127.0.0.1:{calm.port}/lim*"
    deployed(server, "endpointConfigs", {"url": url, "methods": ["POST"], "services": services})
    for first in (0, 50):
        a_period_begins(period)
        people(server, "limited", range(first, first + 50))
        people(server, "free", range(first, first + 50))
        server.wait_settled()
        if not first:
            server.kill()
            server.start()
    report = server.report("limited")
    counted = in_each(calm, period)
    assert max(counted.values()) <= 20
    assert report["completed"] == counted.total() and report["errors"] == {"cappingError": 100 - counted.total()}
    assert report["actions"]["limited"]["failed"] == {"capping": 100 - counted.total()}
    assert report["actions"]["limited"]["attempts"] == counted.total()
    assert server.report("free")["completed"] == 100


def test_throttling(new_server: NewServer, calm: RunningReceiver) -> None:
    """Calls over the limit wait, on disk and in order, hold up no other, and none is lost over a kill."""
    server = new_server("server", "--per-host", str(PLACES)).start()
    server.publish(project(calm.port))
    throttled(server, calm)
    everybody = range(5 * THROUGHPUT + 50)
    a_period_begins(1)
    people(server, "limited", everybody)
    people(server, "free", range(50))
    wait(lambda: server.report("limited")["queued"].get("limited", 0) > THROUGHPUT, 10, server.tail)
    wait(lambda: server.report("free")["completed"] == 50, 10, server.tail)
    assert server.report("limited")["current"] > THROUGHPUT
    server.kill()
    time.sleep(1)
    server.start()
    wait(lambda: server.report("limited")["completed"] == len(everybody), 30, server.tail)
    server.wait_settled()
    counted = in_each(calm, 1)
    assert max(counted.values()) <= THROUGHPUT + PLACES  # those that the kill cut off are made again
    place = {key: number for number, key in enumerate(keys(server, "limited", everybody))}
    came = [place[key] for path, key in calm.effects() if path == "/limited"]
    assert sorted(came) == list(everybody)
    assert all(abs(number - at) <= 2 * PLACES for at, number in enumerate(came))
    wait(lambda: server.report("limited")["queued"] == {}, 5)


def test_undeploying(server: RunningServer, calm: RunningReceiver) -> None:
    """Calls that wait go on waiting for their turn; new ones need not."""
    server.start()
    server.publish(project(calm.port))
    uid = throttled(server, calm)
    waiting, later = range(5 * THROUGHPUT), range(5 * THROUGHPUT, 5 * THROUGHPUT + 40)
    a_period_begins(1)
    people(server, "limited", waiting)
    wait(lambda: server.report("limited")["queued"].get("limited", 0) > THROUGHPUT, 10, server.tail)
    assert request(server.port, "POST", f"/authoring/throttlingConfigs/{uid}/undeploy").status == 204
    people(server, "limited", later)
    wait(lambda: server.report("limited")["completed"] == len(waiting) + len(later), 30, server.tail)
    times = calm.times()
    late = [times[key] for key in keys(server, "limited", later)]
    queued = [times[key] for key in keys(server, "limited", waiting)]
    assert max(late) < max(queued)
    assert max(Counter(int(at) for at in queued).values()) <= THROUGHPUT


def test_a_file_that_is_held(server: RunningServer) -> None:
    """What fails for a reason of ours has the operation's own number; when the file is free again, all is as it was."""
    server.start()
    config = {"urlPattern": "https://api.example.org/*", "methods": ["POST"], "maxThroughput": THROUGHPUT}
    cap = {"url": "https://api.example.org/*", "methods": ["POST"], "services": {}}
    one = f"/throttlingConfigs/{deployed(server, 'throttlingConfigs', config)}"
    asked: dict[int, tuple[str, str, object]] = {
        1457: ("DELETE", f"{one}?forceDelete=true", None),
        1458: ("POST", f"{one}/deploy", None),
        1459: ("POST", f"{one}/undeploy", None),
        1462: ("PUT", one, config),
        1464: ("POST", "/throttlingConfigs", config),
        4000: ("POST", "/endpointConfigs", cap),
    }
    with closing(sqlite3.connect(server.data / "journal.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        with ThreadPoolExecutor(len(asked)) as pool:
            answers = {
                code: pool.submit(request, server.port, method, f"/authoring{path}", body)
                for code, (method, path, body) in asked.items()
            }
        other.execute("rollback")
    for code, answer in answers.items():
        status, _, body = answer.result()
        error = json.loads(body["error"]) if isinstance(body["error"], str) else body["error"]
        assert (status, error["code"], error["family"]) == (500, code, "INTERNAL_ERROR")
    (left,) = server.post("/authoring/list/throttlingConfigs")["results"]
    assert left["state"] == "deployed" and server.post("/authoring/list/endpointConfigs")["results"] == []


def test_stopping_cancels_what_waits(server: RunningServer, calm: RunningReceiver) -> None:
    """[6.27]"""
    server.start()
    server.publish(project(calm.port))
    throttled(server, calm)
    people(server, "limited", range(8 * THROUGHPUT))
    wait(lambda: server.report("limited")["queued"].get("limited", 0) > 2 * THROUGHPUT, 10, server.tail)
    server.post("/api/journeys/limited/stop")
    wait(lambda: server.report("limited")["current"] == 0, 20, server.tail)
    server.wait_settled()
    wait(lambda: server.report("limited")["queued"] == {}, 5)  # told about once a second
    made = calm.stats()["requests"]
    report = server.report("limited")
    assert report["stopped"] + report["completed"] == 8 * THROUGHPUT
    assert report["completed"] <= made < 7 * THROUGHPUT
    time.sleep(1.2)
    assert calm.stats()["requests"] == made
