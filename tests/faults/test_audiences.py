"""SIGKILL while an audience is read, and while its people enter: everybody enters once [6.19]."""

from __future__ import annotations

import pytest

from ..api.test_profiles import PROJECT
from ..support.http import request
from ..support.server import RunningServer, wait

PEOPLE = 150
JOURNEY = {
    "name": "read",
    "namespace": "CRMID",
    "start": "start",
    "activities": {
        "start": {"type": "readAudience", "segment": "chosen", "rate": 100, "next": "wait"},
        "wait": {"type": "wait", "duration": "PT1S"},
    },
}


@pytest.mark.parametrize("point", ["audience-read:1", "audience-entered:1", "audience-entered:4"])
def test_kill_while_an_audience_enters(server: RunningServer, point: str) -> None:
    server.spawn({"SOJOURN_CRASH": point})
    wait(lambda: server.health() != 0, 30)
    server.post("/api/apply", PROJECT | {"segments": [{"name": "chosen"}], "journeys": [JOURNEY]})
    ids = "\n".join(f"p{number}" for number in range(PEOPLE)).encode()
    assert request(server.port, "POST", "/api/segments/chosen/members?namespace=CRMID", raw=ids).status < 300
    server.wait_settled()
    server.post("/api/journeys/read/publish")
    wait(lambda: "the engine ended (-9)" in server.log.read_text(), 30, server.tail)
    server.kill()
    server.start()
    wait(lambda: server.report("read")["completed"] == PEOPLE, 30, lambda: str(server.report("read")))
    report = server.report("read")
    assert (report["entered"], report["current"], report["discarded"]) == (PEOPLE, 0, {})
    (run,) = server.get("/api/journeys/read/audience-runs")
    assert (run["status"], run["total"], run["refused"], run["waiting"]) == ("finished", PEOPLE, 0, 0)
