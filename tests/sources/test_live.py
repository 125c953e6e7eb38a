"""Journeys on a running server that ask a real data source, and the profile store [4.1, 4.4, 5.4, 6.24]."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ..support.http import Answered, request
from ..support.server import RunningServer, wait
from ..support.source import Source

FIELDS = {"_t": {"who": "string", "n": "integer"}}
IDENTITIES = {"_t.who": {"namespace": "CRMID", "primary": True}}


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.close()


class Here(RunningServer):
    """A server that runs, seen from a sandbox of its own."""

    def __init__(self, running: RunningServer, sandbox: str) -> None:
        self.__dict__ |= running.__dict__
        self.sandbox = sandbox
        running.post("/api/sandboxes", {"name": sandbox})

    def ask(self, method: str, path: str, body: object = None) -> Answered:
        return request(self.port, method, path, body, headers={"x-sandbox-name": self.sandbox})

    def _good(self, method: str, path: str, body: object = None) -> Any:
        answer = self.ask(method, path.replace("/batch/prod", f"/batch/{self.sandbox}"), body)
        assert answer.status < 300, answer
        return answer.body


# With its retries a test may come to the fifteen calls a second that a source takes by itself [4.5].
CALLS = ("--source-calls", "1000")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """For a test that kills it."""
    running = RunningServer(tmp_path / "server", *CALLS)
    try:
        yield running
    finally:
        running.kill()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    made = RunningServer(tmp_path_factory.mktemp("sources"), *CALLS).start()
    try:
        yield made
    finally:
        made.kill()


@pytest.fixture
def here(running: RunningServer, request: pytest.FixtureRequest) -> Here:
    return Here(running, request.function.__name__.replace("_", "-"))


def score(params: str = "params: {who: @{Enter._t.who}}") -> str:
    return f"#{{Crm.of.score, {params}}}"


def project(port: int, activities: dict[str, Any], **more: Any) -> dict[str, Any]:
    group = {"parameters": {"who": "string"}, "response": {"score": 1.5, "next": "x"}}
    post = group | {"method": "POST", "body": {"who": {"param": "who"}, "fixed": "y"}}
    return {
        "schemas": [
            {"name": "visit", "profile": True, "fields": FIELDS, "identities": IDENTITIES},
            {"name": "person", "base": "profile", "profile": True, "fields": FIELDS, "identities": IDENTITIES},
        ],
        "datasets": [
            {"name": "visits", "schema": "visit", "profile": True},
            {"name": "people", "schema": "person", "profile": True},
        ],
        "events": [
            {"name": name, "schema": "visit", "condition": f'@{{{name}.eventType}} == "{name}"'}
            for name in ("Enter", "Leave")
        ],
        "sources": [
            {"name": "Crm", "url": f"http://127.0.0.1:{port}/crm", "fieldGroups": {"of": group, "sent": post}},
            {
                "name": "ExperiencePlatform",
                "fieldGroups": {"Person": {"schema": "person"}, "Visits": {"schema": "visit"}},
            },
        ],
        "actions": [
            {
                "name": "send",
                "url": f"http://127.0.0.1:{port}/send",
                "body": {"who": {"$variable": "string"}, "n": {"$variable": "decimal"}},
            }
        ],
        "journeys": [
            {
                "name": "j",
                "namespace": "CRMID",
                "start": "start",
                "activities": {"start": {"type": "event", "event": "Enter", "next": "x"}, **activities},
                **more,
            }
        ],
    }


def message(kind: str, who: str, second: int = 0, **fields: object) -> dict[str, Any]:
    entity = {
        "_id": f"{kind}-{who}-{second}", "eventType": kind, "timestamp": f"2026-01-01T00:00:{second:02}Z",
        "_t": {"who": who, **fields},
    }  # fmt: skip
    return {"header": {"datasetId": "visits"}, "body": {"xdmEntity": entity}}


def steps(server: RunningServer, who: str) -> list[dict[str, Any]]:
    """The step events of one person, in order."""
    found = server.get(f"/api/journeys/j/steps?person={who}")["steps"]
    inner = [each["_experience"]["journeyOrchestration"]["stepEvents"] for each in found]
    return list(inner)


CONDITION = {
    "x": {
        "type": "condition",
        "paths": {"hot": f"{score()} > 10"},
        "next": {"hot": "send", "other": "cold", "error": "sorry"},
    },
    "send": {"type": "action", "action": "send", "parameters": {"who": "@{Enter._t.who}", "n": score()}},
    "cold": {"type": "end"},
    "sorry": {"type": "end"},
}


def test_both_paths_failures_and_the_alternative_path(here: Here, source: Source) -> None:
    """Each person is one way in which a source may answer."""
    source.answers = {
        "hot": [(200, {"score": 11})],
        "cold": [(200, {"score": 9.5})],
        "empty": [(200, {})],
        "flaky": [(503, "no"), (429, ""), (200, {"score": 12})],
        "gone": [(404, {"score": 99})],
        "html": [(200, "<html>")],
        "list": [(200, [])],
        "slow": [(200.0)],
        "broken": [(503, "")],
        "worse": [(503, ""), 200.0],
    }
    here.publish(project(source.port, CONDITION, timeout="PT2S"))
    here.send([message("Enter", name) for name in source.answers])
    here.wait_settled()

    taken = {name: [step.get("transitionID") for step in steps(here, name)][1] for name in source.answers}
    assert taken == {
        "hot": "x/hot", "cold": "x/other", "empty": "x/other", "flaky": "x/hot", "gone": "x/error", "html": "x/error",
        "list": "x/error", "slow": "x/error", "broken": "x/error", "worse": "x/error",
    }  # fmt: skip
    _, condition, send = steps(here, "hot")
    assert {name: value for name, value in condition.items() if name.startswith("fetch") and "Time" not in name} == {
        "fetchCount": 1, "fetchCustomCount": 1, "fetchPlatformCount": 0, "fetchAttempts": 1,
    }  # fmt: skip
    assert send["fetchCustomCount"] == 1 and send["actionName"] == "send"  # asked again, for another activity [4.4]
    assert steps(here, "flaky")[1]["fetchAttempts"] == 3
    errors = {name: steps(here, name)[1] for name in ("gone", "html", "slow", "broken", "worse")}
    assert {name: (step["stepStatus"], step["fetchError"]) for name, step in errors.items()} == {
        "gone": ("error", "http"), "html": ("error", "error"), "slow": ("timedOut", "timedout"),
        "broken": ("error", "http"), "worse": ("timedOut", "timedout"),
    }  # fmt: skip
    worse = errors["worse"]  # the error before the one that ended it
    assert (worse["fetchOriginError"], worse["fetchOriginErrorCode"], worse["fetchAttempts"]) == ("http", "503", 2)
    assert "fetchOriginError" not in errors["slow"]
    assert errors["gone"]["fetchErrorCode"] == "404" and errors["gone"]["fetchTypeInError"] == "custom"
    assert errors["gone"]["fieldgroupIdInError"] == "of" and "actionExecutionError" not in errors["gone"]
    assert errors["broken"]["fetchAttempts"] == 4 and source.times()["gone"] == 1
    keys = {key for _, name, key, _ in source.asked if name == "broken"}
    assert len(keys) == 1 and source.times()["hot"] == 3  # the condition, the parameter, the call itself
    report = here.report("j")
    assert report["errorsIn"] == {"enrichment": 6} and report["completed"] == 10
    assert report["actions"]["send"]["called"] == 2 and report["actions"]["send"]["failed"] == {}


def test_without_an_alternative_path_the_stay_ends(here: Here, source: Source) -> None:
    """[6.24] Nested sources, the inner one first; a POST sends what its body says."""
    nested = "#{Crm.sent.score, params: {who: #{Crm.of.next, params: {who: @{Enter._t.who}}}}}"
    activities = {"x": {"type": "condition", "paths": {"hot": f"{nested} > 10"}, "next": {"hot": None, "other": None}}}
    source.answers = {
        "ann": [(200, {"next": "inner"})],
        "inner": [(200, {"score": 20})],
        "bob": [(404, {})],
        "cid": [(200, {"next": "lost"})],
        "lost": [(410, {})],
    }
    here.publish(project(source.port, activities))
    here.send([message("Enter", name) for name in ("ann", "bob", "cid")])
    here.wait_settled()
    found = {name: steps(here, name)[1] for name in ("ann", "bob", "cid")}
    assert {name: (step["stepStatus"], step["instanceEnded"]) for name, step in found.items()} == {
        "ann": ("endStep", True), "bob": ("error", True), "cid": ("error", True),
    }  # fmt: skip
    assert found["ann"]["fetchCustomCount"] == 2
    assert (found["bob"]["fieldgroupIdInError"], found["cid"]["fieldgroupIdInError"]) == ("of", "sent")
    assert (found["cid"]["fetchErrorCode"], found["cid"]["fetchCount"]) == ("410", 2)
    assert here.report("j")["failed"] == 2
    keys = [key for _, _, key, _ in source.asked]
    assert len(set(keys)) == len(keys) == 5  # each fetch is an effect of its own


def test_a_fetch_survives_a_kill(server: RunningServer, source: Source) -> None:
    """Killed with a fetch open: it goes out again under the same key, and events that came meanwhile are heard."""
    activities = CONDITION | {"cold": {"type": "event", "event": "Leave"}}
    source.answers = {f"p{n}": [60, (200, {"score": 1})] for n in range(5)}
    server.start()
    server.publish(project(source.port, activities))
    server.send([message("Enter", name) for name in source.answers])
    wait(lambda: len(source.asked) == 5, 20)
    server.send([message("Leave", name, 1) for name in source.answers])
    server.kill()
    server.start()
    server.wait_settled()
    assert server.report("j")["completed"] == 5
    assert set(source.times().values()) == {2}
    assert len({key for _, _, key, _ in source.asked}) == 5
    assert [step["stepStatus"] for step in steps(server, "p0")] == ["transitions", "transitions", "endStep"]


def test_stopped_while_a_fetch_is_open(here: Here, source: Source) -> None:
    """[6.27] What is on the wire finishes, and nobody waits for it."""
    source.answers = {"ann": [1.0, (200, {"score": 1})]}
    here.publish(project(source.port, CONDITION))
    here.send([message("Enter", "ann")])
    wait(lambda: len(source.asked) == 1, 20)
    here.post("/api/journeys/j/stop")
    here.wait_settled()
    assert [step["stepStatus"] for step in steps(here, "ann")] == ["transitions", "stopped"]
    time.sleep(0.5)
    assert here.report("j")["stopped"] == 1


def test_the_profile_store_is_asked(here: Here, source: Source) -> None:
    """[3.9, 4.1] Attributes with and without `profile.`; the event under way is among the person's events."""
    visits = "#{ExperiencePlatform.Visits.experienceevent.all(currentDataPackField._t.n > 1)._t.n}"
    activities = {
        "x": {
            "type": "condition",
            "paths": {
                "known": "#{ExperiencePlatform.Person._t.n} == 7 and #{ExperiencePlatform.Person.profile._t.n} == 7",
                "often": f"count({visits}) == 2",
            },
            "next": {"known": None, "often": "wait"},
        },
        "wait": {"type": "wait", "duration": "PT1S"},
    }
    here.publish(project(source.port, activities))
    entity = {"_t": {"who": "ann", "n": 7}}
    person = {"header": {"datasetId": "people"}, "body": {"xdmEntity": entity}}
    assert here.ask("POST", f"/collection/{here.sandbox}", person).status == 200
    here.send(
        [message("Enter", "ann"), message("Leave", "bob", 1, n=2), message("Enter", "bob", 2, n=3),
         message("Enter", "cid", 3, n=2), message("Enter", "dan", 4)]
    )  # fmt: skip
    wait(lambda: here.report("j")["completed"] == 4, 30)
    taken = {name: steps(here, name)[1]["transitionID"] for name in ("ann", "bob", "cid", "dan")}
    assert taken == {"ann": "x/known", "bob": "x/often", "cid": "x/other", "dan": "x/other"}
    assert steps(here, "bob")[1]["fetchPlatformCount"] == 2 and source.asked == []


def test_a_source_in_use_keeps_its_fields(here: Here, source: Source) -> None:
    """[3.7, 4.3] Groups that a journey uses are counted, may grow, and do not go."""
    made = project(source.port, CONDITION)
    here.publish(made)
    crm = made["sources"][0]
    assert here.ask("DELETE", "/api/sources/Crm").status == 409
    less = {**crm, "fieldGroups": {"sent": crm["fieldGroups"]["sent"]}}
    assert here.ask("PUT", "/api/sources/Crm", less).status == 422
    of = crm["fieldGroups"]["of"]
    more = {**crm["fieldGroups"], "of": {**of, "response": {**of["response"], "more": True}}}
    assert here.ask("PUT", "/api/sources/Crm", {**crm, "fieldGroups": more}).status == 200
    uses = here.get("/api/sources/Crm/used-in")["uses"]
    assert [(use["kind"], use["name"]) for use in uses] == [("journey", "j")]
    source.answers = {"ann": [(200, {"score": 1})]}
    here.send([message("Enter", "ann")])
    here.wait_settled()
    assert here.report("j")["completed"] == 1


def test_a_source_with_a_token_and_a_cache(here: Here, source: Source) -> None:
    """[4.2, 4.3] The token is fetched once and sent with each call; what the cache has is not asked for again."""
    made = project(source.port, CONDITION)
    crm = made["sources"][0]
    crm["fieldGroups"]["of"]["cacheDuration"] = "PT10M"
    crm["authentication"] = {
        "type": "customAuthorization", "authorizationType": "bearer", "endpoint": f"{source.url}/token",
        "method": "POST", "body": {"bodyType": "json", "bodyParams": {"who": "token", "secret": "s3cret"}},
        "tokenInResponse": "json://access_token",
    }  # fmt: skip
    source.answers = {"token": [(200, {"access_token": "t1"})], "hot": [(200, {"score": 11})]}
    here.publish(made)
    for second in range(3):
        here.send([message("Enter", "hot", second)])
        here.wait_settled()
    assert here.report("j")["completed"] == 3 and here.report("j")["actions"]["send"]["ok"] == 3
    crm_calls = [headers["Authorization"] for path, _, _, headers in source.asked if path == "/crm"]
    assert crm_calls == ["Bearer t1"]
    assert [name for path, name, _, _ in source.asked if path == "/token"] == ["token"]
    # Once the endpoint of tokens fails, so does the fetch.
    source.answers["token"] = [(403, {})]
    crm["authentication"]["cacheDuration"] = {"duration": 1, "timeUnit": "milliseconds"}
    assert here.ask("PUT", "/api/sources/Crm", crm).status == 200
    here.send([message("Enter", "bob")])
    here.wait_settled()
    condition = steps(here, "bob")[1]
    assert (condition["transitionID"], condition["fieldgroupIdInError"]) == ("x/error", "of")


def test_a_database_is_asked(tmp_path: Path, source: Source) -> None:
    """[4.6] With a parameter from the event; its rows are a list."""
    path = tmp_path / "crm.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table visit (who text, n integer)")
        database.executemany("insert into visit values (?, ?)", [("ann", 3), ("ann", 4), ("bob", 1)])
        database.commit()
    made = project(source.port, {})
    made["sources"].append(
        {
            "name": "Base",
            "database": f"sqlite:///{path}",
            "fieldGroups": {
                "visits": {
                    "statement": "select n from visit where who = :who order by n",
                    "parameters": {"who": "string"},
                    "fields": {"n": "integer"},
                }
            },
        }
    )
    rows = "#{Base.visits.rows.n, params: {who: @{Enter._t.who}}}"
    made["journeys"][0]["activities"]["x"] = {"type": "condition", "paths": {"often": f"sum({rows}) > 5"}}
    server = RunningServer(tmp_path / "server", "--allow", f"sqlite:{path}")
    try:
        server.start()
        server.publish(made)
        server.send([message("Enter", name) for name in ("ann", "bob", "cid")])
        server.wait_settled()
        taken = {name: steps(server, name)[1]["transitionID"] for name in ("ann", "bob", "cid")}
        assert taken == {"ann": "x/often", "bob": "x/other", "cid": "x/other"}
        assert steps(server, "ann")[1]["fetchCustomCount"] == 1
    finally:
        server.kill()
