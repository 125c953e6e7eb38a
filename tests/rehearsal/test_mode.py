"""Test mode over REST [6.32]: activate, trigger, watch, read the log, deactivate; nothing of it is left."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import Any

import apsw

from ..support.endpoint import Endpoint
from ..support.server import RunningServer, wait
from ..support.win_back import message
from .world import World, project

JOURNEY = "/api/journeys/win-back"


def arrows(log: dict[str, Any], person: str) -> list[str]:
    return [move["arrow"] for stay in log["stays"] if stay["person"] == person for move in stay["moves"]]


def test_a_draft_is_tested_with_real_events_and_leaves_nothing(server: RunningServer, endpoint: Endpoint) -> None:
    world = World(server)
    world.good("POST", "/api/apply", project(endpoint.port))
    world.test_profiles("tess", "tom")
    off = world.good("GET", f"{JOURNEY}/test")
    assert (off["state"], off["leastWait"], off["events"]) == ("off", "PT1S", ["Purchase", "Confirmation"])
    assert world.refused("GET", f"{JOURNEY}/test/log") == "ERR_TEST_OFF"
    assert world.refused("POST", f"{JOURNEY}/test", {"wait": "PT0.5S"}) == "ERR_REQUEST_INVALID"

    assert world.refused("POST", f"{JOURNEY}/test", {"paths": {"is_big": "big"}}) == "ERR_TEST_PATH"

    before = rows(server)
    begun = world.good("POST", f"{JOURNEY}/test", {"wait": "PT1S"})
    assert (begun["version"], begun["wait"], begun["profiles"]) == (1, "PT1S", 0)
    wait(lambda: world.good("GET", f"{JOURNEY}/test")["state"] == "on", 10)
    assert world.refused("POST", f"{JOURNEY}/test") == "ERR_TEST_RUNS"
    assert world.good("GET", "/api/journeys")[0]["versions"][0]["status"] == "test"

    # The journey is locked.
    document = world.good("GET", JOURNEY)["document"]
    assert world.refused("PUT", JOURNEY, {**document, "description": "changed"}) == "ERR_JOURNEY_IN_TEST"
    assert world.refused("DELETE", JOURNEY) == "ERR_JOURNEY_IN_TEST"

    watched: list[tuple[str, Any]] = []
    watcher = threading.Thread(target=lambda: watched.extend(world.stream(f"{JOURNEY}/test/stream")))
    watcher.start()
    wait(lambda: bool(watched), 10)

    testers = world.good("GET", f"{JOURNEY}/test/profiles")
    assert testers == {"profiles": [{"id": id_, "attributes": {}} for id_ in ("tom", "tess")], "complete": True}
    # Triggered from the page; from outside; and of somebody who is no test profile.
    assert world.refused("POST", f"{JOURNEY}/test/events", {"event": "Purchase", "profile": "nora"}) == (
        "ERR_NOT_TEST_PROFILE"
    )
    body = {"event": "Purchase", "profile": "tess", "fields": {"_tenant.value": 10}}
    sent = world.good("POST", f"{JOURNEY}/test/events", body)
    assert sent["payload"]["_tenant"]["value"] == 10
    world.send(message("from-outside", "tom", value=60), message("nora-buys", "nora", value=60))

    def last(person: str) -> list[str]:
        return arrows(world.good("GET", f"{JOURNEY}/test/log"), person)[-1:]

    wait(lambda: last("tess") == ["win_back/then"] and last("tom") == ["vip_thanks/then"], 20)
    log = world.good("GET", f"{JOURNEY}/test/log")
    assert arrows(log, "tess") == ["purchase/then", "is_big/other", "patience/then", "win_back/then"]
    assert arrows(log, "tom") == ["purchase/then", "is_big/big", "vip_thanks/then"]
    assert {stay["person"] for stay in log["stays"]} == {"tess", "tom"}
    assert log["inside"] == 1
    tess, tom = log["stays"]
    assert (tess["phase"], tom["phase"], tom["standsAt"]) == ("finished", "running", ["confirmed"])
    assert tess["moves"][0]["event"]["payload"]["_id"] == sent["id"]
    assert tess["moves"][2]["took"] == 1000
    call = tess["moves"][3]["calls"][0]
    assert call["request"]["body"] == {"customer": "tess"}
    assert (call["answer"]["outcome"], call["answer"]["code"], call["answer"]["body"]) == ("ok", 200, None)
    steps = [
        each["_experience"]["journeyOrchestration"]["stepEvents"] for each in world.good("GET", f"{JOURNEY}/test/steps")
    ]
    assert {(each["inTest"], each["externalKey"]) for each in steps} == {(True, "tess"), (True, "tom")}
    drawn = world.good("GET", f"{JOURNEY}/test/flow")
    assert drawn["activities"]["confirmed"] == {"here": 1, "left": 0, "ended": 0, "errors": 0}
    assert drawn["arrows"]["is_big/other"] == 1
    assert drawn["people"][1]["standsAt"] == ["confirmed"]

    # Killed and started again, the test goes on where it was.
    server.kill()
    server.start()
    watcher.join(20)
    watched.clear()
    watcher = threading.Thread(target=lambda: watched.extend(world.stream(f"{JOURNEY}/test/stream")))
    watcher.start()
    wait(lambda: bool(watched), 10)
    world.good("POST", f"{JOURNEY}/test/events", {"event": "Confirmation", "profile": "tom"})
    wait(lambda: last("tom") == ["cross_sell/then"], 20)
    assert world.good("GET", f"{JOURNEY}/test")["profiles"] == 2

    # In no live count.
    assert world.good("GET", f"{JOURNEY}/report")["entered"] == 0
    assert world.good("GET", f"{JOURNEY}/steps")["steps"] == []

    wait(lambda: [name for name, _ in watched] == ["flow", "move", "move"], 10)
    assert world.good("DELETE", f"{JOURNEY}/test")["state"] == "deactivating"
    wait(lambda: world.good("GET", f"{JOURNEY}/test")["state"] == "off", 20)
    watcher.join(20)
    assert [name for name, _ in watched] == ["flow", "move", "move", "end"]
    assert [(data["person"], data["arrow"]) for name, data in watched if name == "move"] == [
        ("tom", "confirmed/then"), ("tom", "cross_sell/then")
    ]  # fmt: skip
    assert rows(server) == before
    world.good("PUT", JOURNEY, {**document, "description": "changed"})

    # Straight from test to live.
    world.good("POST", f"{JOURNEY}/test")
    world.good("POST", f"{JOURNEY}/publish")
    wait(lambda: world.good("GET", f"{JOURNEY}/test")["state"] == "off", 20)
    wait(lambda: world.good("GET", "/api/journeys")[0]["versions"][0]["status"] == "live", 20)


TABLES = ("stay", "timer", "held", "outbox", "shape", "rehearsed_step", "note", "rehearsal", "journey", "fact")


def rows(server: RunningServer) -> dict[str, int]:
    """How many rows the tables have that a test leaves something in while it runs."""
    with closing(apsw.Connection(str(server.data / "shard-0.db"), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        return {table: next(iter(connection.execute(f"select count(*) from {table}")))[0] for table in TABLES}
