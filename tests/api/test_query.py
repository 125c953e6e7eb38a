# ruff: noqa: E501  # queries, each on a line
"""SQL over HTTP and from the command line, on a server that runs [9.5]."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ..support.server import wait
from .conftest import Sandbox

STEP = "_experience.journeyOrchestration.stepEvents"
PROJECT: dict[str, Any] = {
    "schemas": [{"name": "any", "fields": {}}],
    "events": [{"name": "Go", "schema": "any", "namespace": "CRMID", "type": "rule", "condition": "true"}],
    "journeys": [
        {
            "name": "asked",
            "namespace": "CRMID",
            "start": "go",
            "activities": {
                "go": {"type": "event", "event": "Go", "next": "rest"},
                "rest": {"type": "wait", "duration": "P1D", "next": "done"},
                "done": {"type": "end"},
            },
        }
    ],
}


@pytest.fixture
def asked(sandbox: Sandbox) -> Sandbox:
    """Three people inside a journey; one of them came twice, to no effect."""
    sandbox.good("POST", "/api/apply", PROJECT)
    sandbox.good("POST", "/api/journeys/asked/publish")
    for number, person in enumerate(("ann", "bob", "cid", "ann")):
        entity = {"_id": f"{sandbox.name}-{number}", "eventType": "go", "timestamp": "2024-01-01T00:00:00Z",
                  "identityMap": {"CRMID": [{"id": person, "primary": True}]}}  # fmt: skip
        assert sandbox.collect({"body": {"xdmEntity": entity}}).status == 200
    wait(lambda: sandbox.good("GET", "/api/journeys/asked/report")["discarded"] != {}, 20)  # type: ignore[index]
    return sandbox


def test_answers_are_as_fresh_as_the_engine(asked: Sandbox, tmp_path: Path) -> None:
    """What happened a moment ago is in the answer, in every form of it."""
    sql = f"SELECT {STEP}.profileID AS who, count(*) AS n FROM journey_step_events WHERE {STEP}.nodeType = 'start' GROUP BY 1 ORDER BY 1"
    found: Any = asked.good("POST", "/api/query", {"sql": sql})
    assert found == {
        "columns": [{"name": "who", "type": "VARCHAR"}, {"name": "n", "type": "BIGINT"}],
        "rows": [["ann", 1], ["bob", 1], ["cid", 1]],
        "truncated": False,
    }

    def sojourn(*arguments: str) -> subprocess.CompletedProcess[str]:
        return asked.server.cli("query", *arguments, "--sandbox", asked.name)

    table = sojourn(sql)
    assert [line.split() for line in table.stdout.splitlines()] == [
        ["who", "n"],
        ["ann", "1"],
        ["bob", "1"],
        ["cid", "1"],
    ]
    assert list(csv.reader(io.StringIO(sojourn(sql, "--format", "csv").stdout)))[1:] == [
        ["ann", "1"],
        ["bob", "1"],
        ["cid", "1"],
    ]
    out = tmp_path / "answer.parquet"
    assert sojourn(sql, "--out", str(out)).returncode == 0
    assert duckdb.read_parquet(str(out)).fetchall() == [("ann", 1), ("bob", 1), ("cid", 1)]
    refused = sojourn("DROP TABLE journeys")
    assert refused.returncode == 2 and "ERR_QUERY_READ_ONLY" in refused.stderr and refused.stderr.count("\n") == 1
    assert sojourn(sql, "--format", "xlsx").returncode == 2


def test_service_events_and_refusals(asked: Sandbox, new_sandbox: Callable[[], Sandbox]) -> None:
    service = "SELECT _experience.journeyOrchestration.serviceEvents.stateMachine.eventCode FROM journey_step_events"
    found: Any = asked.good(
        "POST", "/api/query", {"sql": f"{service} WHERE _experience.journeyOrchestration.serviceType = 'stateMachine'"}
    )
    assert found["rows"] == [["notAwaited"]]
    empty: Any = new_sandbox().good("POST", "/api/query", {"sql": "SELECT count(*) FROM journey_step_events"})
    assert empty["rows"] == [[0]]
    answer = asked.ask("POST", "/api/query", {"sql": "SELECT * FROM read_csv('/etc/passwd')"}, lang="ko")
    assert (answer.status, answer.body["code"], answer.body["field"]) == (400, "ERR_QUERY_FUNCTION", "sql")
    assert "read_csv" in answer.body["title"] and "함수" in answer.body["title"]
    for sql, code in (
        ("SELECT length(lpad('x', 2000000000, 'y'))", "ERR_QUERY_VALUE"),
        ("SELECT length(repeat('x', 800000000 * length(name))) FROM journeys", "ERR_QUERY_MEMORY"),
        ("SELECT repeat('x', 50000000 * length(name)) FROM journeys", "ERR_ANSWER_LONG"),
    ):
        answer = asked.ask("POST", "/api/query", {"sql": sql})
        assert (answer.status, answer.body["code"], answer.body["field"]) == (400, code, "sql")
    assert asked.ask("POST", "/api/query", {"sql": "SELECT 1", "limit": 0}).status in (400, 422)
    datasets: Any = asked.good("GET", "/api/query/datasets")
    (steps,) = (each for each in datasets if each["name"] == "journey_step_events")
    assert {"name": f"{STEP}.nodeID", "type": "VARCHAR"} in steps["fields"]


def test_metrics_and_ranges(asked: Sandbox) -> None:
    """Over HTTP: metrics by dimensions, the catalogue in two languages, and a report for a range [9.6, 9.7]."""
    found: Any = asked.good(
        "POST", "/api/metrics", {"metrics": ["entered", "current", "people"], "dimensions": ["journey"]}
    )
    assert found["rows"] == [["asked", 3, 3, 3]]
    asked.good("POST", "/api/metrics", {"metrics": ["sent", "openRate"], "grain": "day", "zone": "Asia/Seoul"})
    refused = asked.ask("POST", "/api/metrics", {"metrics": ["current"], "dimensions": ["activity"]}, lang="ko")
    assert (refused.status, refused.body["code"]) == (400, "ERR_METRIC_DIMENSION")
    known = asked.ask("GET", "/api/metrics", lang="ko").body
    assert {"name": "entered", "kind": "count", "unit": "number"}.items() <= known["metrics"][0].items()
    assert known["metrics"][0]["text"].startswith("진입") and "journey" in known["metrics"][0]["dimensions"]
    whole: Any = asked.good("GET", "/api/journeys/asked/report")
    ranged: Any = asked.good("GET", "/api/journeys/asked/report?since=2020-01-01T00:00:00Z")
    for name in ("entered", "completed", "failed", "exited", "stopped", "current", "activities"):
        assert ranged[name] == whole[name] or name == "activities"
    assert ranged["versions"][0]["flow"]["paths"]["go/then"]["count"] == 3
    past: Any = asked.good("GET", "/api/journeys/asked/report?until=2020-01-01T00:00:00Z")
    assert past["entered"] == past["current"] == 0


def test_a_control_group_is_compared(sandbox: Sandbox) -> None:
    """Who entered against who was held out, by who came into another journey: here everybody did."""
    (journey,) = PROJECT["journeys"]
    journeys = [{**journey, "controlGroup": 50}, {**journey, "name": "bought"}]
    sandbox.good("POST", "/api/apply", {**PROJECT, "journeys": journeys})
    for each in journeys:
        sandbox.good("POST", f"/api/journeys/{each['name']}/publish")
    for number in range(24):
        entity = {"_id": f"{sandbox.name}-{number}", "eventType": "go", "timestamp": "2024-01-01T00:00:00Z",
                  "identityMap": {"CRMID": [{"id": f"p{number}", "primary": True}]}}  # fmt: skip
        assert sandbox.collect({"body": {"xdmEntity": entity}}).status == 200
    wait(lambda: sandbox.good("GET", "/api/journeys/bought/report")["entered"] == 24, 30)  # type: ignore[index]
    where = "/api/journeys/asked/comparison?control=true"
    answer = sandbox.ask("GET", f"{where}&goal=bought", lang="ko")
    (found,) = answer.body
    held = sandbox.good("GET", "/api/journeys/asked/report")["discarded"]["heldOut"]  # type: ignore[index]
    assert found["base"] == {"name": "heldOut", "size": held, "reached": held, "share": 1}
    assert found["group"] == {"name": "entered", "size": 24 - held, "reached": 24 - held, "share": 1}
    assert 0 < held < 24 and found["verdict"] == "few" and "부족" in found["sentence"]
    for query, code in (("", "ERR_COMPARED_CONTROL"), ("&goal=bought&activity=go", "ERR_COMPARED_CONTROL"),
                        ("&goal=nothing", "ERR_JOURNEY_UNKNOWN")):  # fmt: skip
        assert sandbox.ask("GET", where + query).body["code"] == code
