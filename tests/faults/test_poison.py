"""One poisoned event, person or endpoint holds up nobody else, and is set aside with its reason."""

from __future__ import annotations

import json
import socket
import time
from typing import Any
from urllib.parse import quote

from sojourn.store.entry import Accepted, Codec

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.ports import free_port
from ..support.receiver import RunningReceiver
from ..support.server import RunningServer, wait
from .rows import append, execute, put_state, state_of

GARBAGE = b"\xc1not a stay"
BAD_RECORDS = {
    "no JSON": b"\xff\x00 not JSON",
    "not an object": b"[1, 2]",
    "no _id": b'{"eventType": "commerce.purchases"}',
    "_id is no text": b'{"_id": {}, "eventType": "commerce.purchases"}',
    "identityMap is a number": b'{"_id": "x", "eventType": "commerce.purchases", "identityMap": 7}',
    "value is a text": b'{"_id": "y", "eventType": "commerce.purchases", "_tenant": {"value": "much"},'
    b' "identityMap": {"CRMID": [{"id": "y", "primary": true}]}}',
}

ASIDE = tuple(BAD_RECORDS[name] for name in ("no JSON", "not an object", "no _id", "_id is no text"))


def items(server: RunningServer) -> list[dict[str, Any]]:
    """What is in quarantine, through the CLI."""
    done = server.cli("quarantine", "list", "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def settle(server: RunningServer, verb: str, item: int) -> None:
    done = server.cli("quarantine", verb, str(item))
    assert done.returncode == 0, done.stderr
    wait(lambda: bool(server.status()["settled"]), 20, server.tail)


def report(server: RunningServer) -> dict[str, Any]:
    found = server.report(win_back.JOURNEY)
    assert win_back.balanced(found)
    return found


def _gone(server: RunningServer, people: int) -> bool:
    """Whether so many have entered, and all of them have left."""
    found = report(server)
    return bool(found["entered"] == people and found["current"] == 0)


def test_a_damaged_person(server: RunningServer, receiver: RunningReceiver) -> None:
    """Two people whose rows cannot be read: their stimuli are set aside, retried after repair, or dropped."""
    server.start()
    server.publish(win_back.project(receiver.port, wait="PT3S"))
    server.send(win_back.events_of(3)[:1] + win_back.events_of(1))
    wait(lambda: report(server)["actions"].get("vip_thanks", {}).get("ok") == 1, 20, server.tail)
    server.kill()
    kept = {person: state_of(server.data, person) for person in ("c1", "c3")}
    for person in kept:
        put_state(server.data, person, GARBAGE)

    server.start()
    others = (2, 4, 5, 6)
    confirmation = win_back.events_of(3)[1]
    server.send([*win_back.events((2, 4)), confirmation, *win_back.events((5, 6))])
    wait(lambda: report(server)["completed"] == len(others) and len(items(server)) == 2, 20, server.tail)
    assert report(server)["quarantined"] == 2
    aside = {item["person"]: item for item in items(server)}
    assert {person: item["kind"] for person, item in aside.items()} == {"c1": "timer", "c3": "event"}
    assert all("cannot be read" in item["reason"] for item in aside.values())
    assert all(item["journey"] == win_back.JOURNEY for item in aside.values())
    assert "cannot be read" in server.cli("quarantine", "list").stdout
    assert "quarantined: 2" in server.cli("report", win_back.JOURNEY).stdout

    settle(server, "retry", aside["c3"]["id"])  # still damaged: set aside again
    again = {item["person"]: item for item in items(server)}
    assert set(again) == {"c1", "c3"} and "cannot be read" in again["c3"]["reason"]

    put_state(server.data, "c3", kept["c3"])
    settle(server, "retry", again["c3"]["id"])
    wait(lambda: report(server)["completed"] == len(others) + 1, 20, server.tail)
    settle(server, "drop", again["c1"]["id"])
    assert items(server) == [] and report(server)["quarantined"] == 0
    assert server.cli("quarantine", "list").stdout.strip() == "nothing is in quarantine"
    refused = server.cli("quarantine", "retry", "999")
    assert refused.returncode == 2 and "999" in refused.stderr


def test_a_damaged_person_whose_call_is_open(server: RunningServer, endpoint: Endpoint) -> None:
    """The answer is set aside, no call stays open for it, and after repair it moves the person on."""
    server.start()
    server.publish(win_back.project(endpoint.port))
    server.send(win_back.events_of(3))
    wait(lambda: len(endpoint.calls) == 1, 20, server.tail)
    kept = state_of(server.data, "c3")
    put_state(server.data, "c3", GARBAGE)
    endpoint.open()
    wait(lambda: len(items(server)) == 1, 20, server.tail)
    assert items(server)[0]["kind"] == "answer"
    server.wait_settled(10)
    server.kill()
    server.start()
    server.wait_settled(10)
    assert len(endpoint.calls) == 1 and len(items(server)) == 1  # not called again, not set aside again
    put_state(server.data, "c3", kept)
    settle(server, "retry", items(server)[0]["id"])
    wait(lambda: report(server)["completed"] == 1, 20, server.tail)
    assert [path for path, *_ in endpoint.calls] == ["/vip_thanks", "/cross_sell"]


def test_poisoned_events(server: RunningServer, receiver: RunningReceiver) -> None:
    """Records that the inlet would never have let in, among good ones in one row of the log."""
    server.start()
    server.publish(win_back.project(receiver.port))
    server.wait_settled()
    server.kill()
    now = round(time.time() * 1000)
    good = [json.dumps(message["body"]["xdmEntity"]).encode() for message in win_back.events((2, 4))]
    rows = [Accepted(now, win_back.SANDBOX, each) for each in (good[0], *BAD_RECORDS.values(), good[1])]
    append(server.data, Codec().pack(rows))
    server.start()
    server.send(win_back.events_of(5))
    wait(lambda: report(server)["completed"] == 4, 20, server.tail)
    server.wait_settled()
    aside = items(server)
    assert [item["payload"] for item in aside] == [bad.decode("utf-8", "replace") for bad in ASIDE]
    assert all(item["kind"] == "event" and item["reason"] for item in aside)
    first = aside[0]
    for query, wanted in {
        "text=EventType": [item["id"] for item in aside if "eventType" in item["payload"]],
        f"reason={quote(first['reason'])}&sandbox={win_back.SANDBOX}": [
            item["id"] for item in aside if item["reason"] == first["reason"]
        ],
        "journey=win-back": [],  # before any journey was known
        f"after={first['id']}&limit=1": [item["id"] for item in aside[1:2]],
    }.items():
        assert [item["id"] for item in server.get(f"/api/quarantine?{query}")] == wanted, query
    # The others can be read: one names nobody and is discarded, the other's value is as good as none.
    discarded = execute(server.data / "shard-0.db", "select sum(count) from discard")[0][0]
    assert discarded == 1

    for item in aside:
        server.post(f"/api/quarantine/{item['id']}/retry")
    server.wait_settled()
    again = items(server)
    assert [item["payload"] for item in again] == [item["payload"] for item in aside]  # as bad as before
    assert not {item["id"] for item in again} & {item["id"] for item in aside}
    for item in again:
        settle(server, "drop", item["id"])
    assert items(server) == []
    assert server.status()["engine"]["restarts"] == 0


def test_a_log_row_that_cannot_be_read(server: RunningServer, receiver: RunningReceiver) -> None:
    """Nothing may be skipped in the log: the engine waits and says why, and goes on once the row is whole."""
    server.start()
    server.publish(win_back.project(receiver.port))
    server.wait_settled()
    append(server.data, b"\x28\xb5\x2f\xfd broken")
    server.send(win_back.events_of(2))
    wait(lambda: "ERR_STORE_CORRUPT" in server.status()["engine"]["error"], 20, server.tail)
    assert server.health() == 503
    execute(server.data / "journal.db", "update log set body = ? where body = ?", b"\x90", b"\x28\xb5\x2f\xfd broken")
    server.wait_ready()
    wait(lambda: report(server)["completed"] == 1, 20, server.tail)


def test_an_endpoint_that_hangs(server: RunningServer, receiver: RunningReceiver, endpoint: Endpoint) -> None:
    """More calls hang than one host may have at a time; calls to another host still go out at their moment."""
    server.start()
    server.publish(win_back.project(receiver.port, ports={"vip_thanks": endpoint.port}))
    server.send([win_back.events_of(3 * n)[0] for n in range(1, 81)])
    wait(lambda: len(endpoint.calls) == 50, 20, server.tail)
    sent = time.time()
    server.send([message for n in range(1, 30) if not win_back.is_big(n) for message in win_back.events_of(n)])
    wait(lambda: report(server)["actions"].get("win_back", {}).get("ok") == 20, 20, server.tail)
    assert max(receiver.times().values()) - sent < 1 + 3  # the wait itself, and a slow machine
    wait(lambda: server.status()["openCalls"] == 80, 20, server.tail)  # it is told now and then
    assert len(endpoint.calls) == 50


def test_an_endpoint_that_refuses(server: RunningServer, receiver: RunningReceiver) -> None:
    """Four attempts, then the stay has failed; others complete."""
    server.start()
    server.publish(win_back.project(receiver.port, ports={"vip_thanks": free_port()}))
    server.send(list(win_back.events(range(1, 10))))
    wait(lambda: _gone(server, 9), 20, server.tail)
    found = report(server)
    assert (found["entered"], found["completed"], found["failed"]) == (9, 6, 3)
    action = found["actions"]["vip_thanks"]
    failed = {kind: count for kind, count in action["failed"].items() if count}
    assert (action["called"], failed, action["attempts"]) == (3, {"error": 3}, 12)
    assert found["quarantined"] == 0


def test_an_endpoint_that_drops_connections(server: RunningServer, receiver: RunningReceiver) -> None:
    """As refusing, a step later: the connection is made and closed without a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        server.start()
        server.publish(win_back.project(receiver.port, ports={"vip_thanks": listener.getsockname()[1]}))
        server.send(list(win_back.events((2, 3))))
        connections = 0
        end = time.monotonic() + 20
        while not _gone(server, 2) and time.monotonic() < end:
            try:
                listener.accept()[0].close()
                connections += 1
            except TimeoutError:
                continue
        assert connections >= 4
    found = report(server)
    assert (found["completed"], found["failed"]) == (1, 1)
