"""What happened to calls shows in the report, by kind, and the numbers add up [5.4, 6.26, 9.1]."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from ..support import win_back
from .conftest import Sandbox

ANSWERS = {"fine": 200, "gone": 404, "broken": 500, "busy": 429}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        name = self.path.strip("/")
        if name == "slow":
            time.sleep(3)
        with suppress(ConnectionError):  # the caller of a slow one has gone
            self.send_response(ANSWERS.get(name, 200))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def project(port: int, **nexts: Any) -> dict[str, Any]:
    """One action for each kind of endpoint, each called by its own path of one condition."""
    names = [*ANSWERS, "slow", "nobody"]
    urls = {name: f"http://127.0.0.1:{port}/{name}" for name in names} | {"nobody": "http://127.0.0.1:1/nobody"}
    ways = {name: f'@{{Go.eventType}} == "{name}"' for name in names}
    activities: dict[str, Any] = {
        "go": {"type": "event", "event": "Go", "next": "which"},
        "which": {"type": "condition", "paths": ways, "next": {name: name for name in names}},
        **{name: {"type": "action", "action": name, "next": nexts.get(name)} for name in names},
        "consoled": {"type": "end"},
    }
    return {
        "schemas": [{"name": "any", "fields": {}}],
        "events": [{"name": "Go", "schema": "any", "namespace": "CRMID", "type": "rule", "condition": "true"}],
        "actions": [{"name": name, "url": urls[name]} for name in names],
        "journeys": [
            {"name": "calls", "namespace": "CRMID", "start": "go", "timeout": "PT2S", "activities": activities}
        ],
    }


def run(sandbox: Sandbox, project: dict[str, Any]) -> dict[str, Any]:
    """One person each way; the report when all is over."""
    sandbox.good("POST", "/api/apply", project)
    sandbox.good("POST", "/api/journeys/calls/publish")
    for name in [*ANSWERS, "slow", "nobody", "no such path"]:
        assert sandbox.collect(win_back.message(name, name, name)).status == 200
    sandbox.server.wait_settled()
    found = sandbox.good("GET", "/api/journeys/calls/report")
    assert isinstance(found, dict)
    assert win_back.balanced(found)
    return found


def test_every_way_to_fail(sandbox: Sandbox, port: int) -> None:
    """Failed by kind with the attempts it took: a 404 is not tried again, 5xx and 429 three times more [5.4]."""
    found = run(sandbox, project(port))
    actions = {name: (each["called"], each["ok"], each["failed"], each["attempts"]) for name, each in
               found["actions"].items()}  # fmt: skip
    assert actions["fine"] == (1, 1, {}, 1)
    assert actions["gone"] == (1, 0, {"http": 1}, 1)
    assert actions["broken"] == (1, 0, {"http": 1}, 4)
    assert actions["busy"] == (1, 0, {"http": 1}, 4)
    assert actions["slow"] == (1, 0, {"timeout": 1}, 1)
    assert actions["nobody"] == (1, 0, {"error": 1}, 4)
    assert {name: found[name] for name in ("entered", "completed", "failed", "current")} == {
        "entered": 7, "completed": 2, "failed": 5, "current": 0
    }  # fmt: skip
    assert found["errors"] == {"error": 4, "timedOut": 1}
    assert found["activities"]["which"]["arrows"]["which/other"] == 1


def test_an_error_path(sandbox: Sandbox, port: int) -> None:
    """A failure with a way of its own goes on by it, and completes there [6.24]."""
    console = {"then": None, "error": "consoled"}
    found = run(sandbox, project(port, gone=console, slow=console))
    assert found["activities"]["gone"]["arrows"] == {"gone/error": 1, "gone/then": 0}
    assert (found["completed"], found["failed"]) == (4, 3)
    assert found["actions"]["gone"]["failed"] == {"http": 1}


def test_step_events(sandbox: Sandbox, port: int) -> None:
    """Public step events of one person, in order, with the answer's code and the attempts [9.1]."""
    run(sandbox, project(port))
    records: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:  # batches of all sandboxes are read through, page by page
        page = sandbox.good("GET", f"/api/journeys/calls/steps?person=broken&after={after}")
        assert isinstance(page, dict)
        records += page["steps"]
        after = page["next"]
    steps = [record["_experience"]["journeyOrchestration"]["stepEvents"] for record in records]
    assert [(step["nodeID"], step["stepStatus"]) for step in steps] == [
        ("go", "transitions"), ("which", "transitions"), ("broken", "error")
    ]  # fmt: skip
    assert [record["_id"] for record in records] == [step["stepID"] for step in steps]
    assert [step.get("parentStepID") for step in steps] == [None, *[step["stepID"] for step in steps[:-1]]]
    assert {step["externalKey"] for step in steps} == {"broken"}
    failed = steps[-1]
    assert failed["instanceEnded"] and failed["attempts"] == 4
    assert (failed["actionExecutionError"], failed["actionExecutionErrorCode"]) == ("http", "500")
