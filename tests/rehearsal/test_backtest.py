"""Backtests on a server [6.33]: over its own log they come to what was live, over a file to what the file holds."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..support.endpoint import Endpoint
from ..support.server import RunningServer, wait
from ..support.win_back import events, message
from .world import World, project

JOURNEY = "/api/journeys/win-back"


def over(world: World, begun: dict[str, Any]) -> dict[str, Any]:
    """A backtest's end, as its stream tells it."""
    told = list(world.stream(f"/api/backtests/{begun['id']}/stream"))
    assert told[-1][0] == "end"
    assert {name for name, _ in told[:-1]} <= {"progress"}
    found: dict[str, Any] = told[-1][1]
    assert found == world.good("GET", f"/api/backtests/{begun['id']}")
    return found


def test_a_draft_is_run_over_what_the_server_has_taken_in(
    server: RunningServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    world = World(server, "dry")
    world.good("POST", "/api/sandboxes", {"name": "dry"})
    documents = project(endpoint.port)
    documents["journeys"][0]["activities"]["patience"]["duration"] = "PT1S"
    world.good("POST", "/api/apply", documents)
    world.send(*events(range(2)))  # nobody listens yet: they are in the log
    world.good("POST", f"{JOURNEY}/publish")
    wait(lambda: world.good("GET", JOURNEY)["versions"][0]["status"] == "live", 20)
    since = world.good("GET", "/api/clock")["now"]
    world.send(*events(range(1, 13)))  # customer 1 again: an event that was here before
    wait(lambda: world.good("GET", f"{JOURNEY}/report")["completed"] == 11, 30)
    live = world.good("GET", f"{JOURNEY}/report")

    # The live version over the log comes to what was live; a draft that waits on to another number.
    document = documents["journeys"][0]
    document["activities"]["patience"]["duration"] = "P3D"
    world.good("PUT", JOURNEY, document)
    found = over(
        world,
        world.good("POST", f"{JOURNEY}/backtest", {"from": datetime.fromtimestamp(since / 1000, UTC).isoformat()}),
    )
    assert (found["state"], found["live"]["version"], found["draft"]["version"]) == ("done", 1, 2)
    same = ("entered", "completed", "failed", "exited", "stopped", "current", "errors")
    assert [found["live"]["report"][name] for name in same] == [live[name] for name in same]
    assert found["live"]["report"]["activities"] == live["versions"][0]["activities"] | {
        id_: {name: value for name, value in each.items() if name != "current"}
        for id_, each in live["versions"][0]["activities"].items()
    }
    assert found["draft"]["report"]["current"] == found["draft"]["report"]["activities"]["purchase"]["left"] - 4
    assert found["draft"]["calls"] == {"vip_thanks": 4, "cross_sell": 4}

    # Of a file, with an action that fails; what is wrong with a file is said with its line.
    lines = [message("one", "x", value=60), message("two", "x", "other"), message("three", "y", value=1)]
    (tmp_path / "h.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    (tmp_path / "answers.json").write_text(json.dumps({"vip_thanks": {"*": {"$error": "http", "$code": 503}}}))
    given = ["--events", str(tmp_path / "h.jsonl.gz"), "--answers", str(tmp_path / "answers.json"), "--json"]
    found = json.loads(world.cli("backtest", "--from-server", "--journey", "win-back", *given))
    assert (found["draft"]["events"], found["draft"]["people"]) == (3, 2)
    assert found["draft"]["report"]["failed"] == 1
    assert world.refused("POST", f"{JOURNEY}/backtest", {"history": "0" * 32}) == "ERR_HISTORY_UNKNOWN"
    broken = world.ask("POST", "/api/histories", raw=json.dumps(lines[0]).encode() + b"\n").body["id"]
    world.ask("POST", f"/api/histories?id={broken}", raw=b'{"_id": 1}')
    found = over(world, world.good("POST", f"{JOURNEY}/backtest", {"history": broken}))
    assert (found["state"], found["problem"]["params"]["line"]) == ("failed", "2")

    assert [each["state"] for each in world.good("GET", "/api/backtests")] == ["failed", "done", "done"]
    world.good("DELETE", f"/api/backtests/{found['id']}")
    assert world.refused("GET", f"/api/backtests/{found['id']}") == "ERR_BACKTEST_UNKNOWN"
    running = world.good("POST", f"{JOURNEY}/backtest", {})
    world.good("DELETE", f"/api/backtests/{running['id']}")
    assert world.good("GET", f"/api/backtests/{running['id']}")["state"] == "cancelled"
