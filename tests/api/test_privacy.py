"""Everything held on a person, and deleting them everywhere [1.6]."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard

from ..faults.rows import execute
from ..support.server import RunningServer, wait
from .conftest import Sandbox
from .test_profiles import PROJECT, message

JOURNEY = {
    "events": [
        {
            "name": name,
            "schema": "visit",
            "condition": f'@{{{name}.eventType}} == "{name}"',
            "namespace": "CRMID",
            "key": f"@{{{name}._t.crm}}",
        }
        for name in ("Start", "Go")
    ],
    "actions": [{"name": "call", "url": "http://127.0.0.1:1/", "body": {"mail": {"$variable": "string"}}}],
    "journeys": [
        {
            "name": "stay",
            "namespace": "CRMID",
            "start": "s",
            "activities": {
                "s": {"type": "event", "event": "Start", "next": ["g", "w"]},
                "g": {"type": "event", "event": "Go", "next": "c"},
                "w": {"type": "wait", "duration": "P10D"},
                "c": {
                    "type": "action",
                    "action": "call",
                    "parameters": {"mail": "@{Go._t.mail}"},
                    "next": {"then": None, "error": "w2"},
                },
                "w2": {"type": "wait", "duration": "P10D"},
            },
        }
    ],
}


@pytest.fixture
def here(sandbox: Sandbox) -> Sandbox:
    sandbox.good("POST", "/api/apply", {**PROJECT, **JOURNEY})
    sandbox.good("POST", "/api/journeys/stay/publish")
    return sandbox


def event(kind: str, crm: str, mail: str) -> dict[str, Any]:
    entity = {
        "_id": secrets.token_hex(8),
        "timestamp": "2026-01-01T00:00:00Z",
        "eventType": kind,
        "_t": {"crm": crm, "mail": mail},
    }
    return message("visits", entity)


def lived(here: Sandbox, crm: str, mail: str) -> None:
    """Leaves traces of a person in as many places as there are."""
    for each in (
        message("people", {"_t": {"crm": crm, "mail": mail, "n": 1}}),
        event("Start", crm, mail),
        event("Other", crm, mail),
        event("Go", crm, mail),
    ):
        assert here.collect(each).status == 200
    wait(lambda: here.server.status()["settled"], 30)


def traces(data: Path, canary: str) -> list[str]:
    """Where a text stands in a data folder: in the bytes of a file, or in what is compressed in it."""
    found = [path.name for path in data.iterdir() if path.is_file() and canary.encode() in path.read_bytes()]
    for file, table in (
        ("journal.db", "log"),
        ("shard-0.db", "step"),
        ("shard-0.db", "fact"),
        ("shard-0.db", "profile"),
        ("shard-0.db", "profile_events"),
    ):
        for (body,) in execute(data / file, f"select body from {table}"):
            body = zstandard.ZstdDecompressor().decompress(body) if body[:4] == b"\x28\xb5\x2f\xfd" else body
            if canary.encode() in body:
                found.append(f"{file}:{table}")
    return found


def delete(here: Sandbox, **whom: str) -> str:
    answer = here.ask("POST", "/api/privacy/delete", whom)
    assert answer.status == 202
    return str(answer.body["token"])


def test_everything_held_on_a_person(here: Sandbox) -> None:
    lived(here, "acc-1", "acc-1@x.org")
    lived(here, "acc-2", "acc-2@x.org")
    found: Any = here.good("GET", "/api/privacy/access?namespace=Email&id=acc-1@x.org")
    assert found["identities"] == [{"namespace": "CRMID", "id": "acc-1"}, {"namespace": "Email", "id": "acc-1@x.org"}]
    assert found["attributes"]["_t"]["n"] == 1
    assert sorted(each["eventType"] for each in found["events"]) == ["Go", "Other", "Start"]
    (stay,) = found["journeys"]
    assert (stay["journey"], stay["inside"], stay["entries"]) == ("stay", True, 1)
    assert [step["_experience"]["journeyOrchestration"]["stepEvents"]["nodeID"] for step in stay["steps"]] == [
        "s",
        "g",
        "c",
    ]
    assert len(found["records"]) == 4
    assert "acc-2" not in msgspec.json.encode(found).decode()
    answer = here.ask("GET", "/api/privacy/access?namespace=Email&id=nobody@x.org")
    assert (answer.status, answer.body["code"]) == (404, "ERR_PERSON_UNKNOWN")


def test_a_deleted_person_is_in_no_file_any_more(here: Sandbox) -> None:
    canary = f"canary{secrets.token_hex(6)}"
    lived(here, canary, f"{canary}@x.org")
    lived(here, "del-2", "del-2@x.org")
    data = here.server.data
    assert len(traces(data, canary)) > 3
    told = {"sql": f"SELECT count(*) FROM journey_step_events e WHERE to_json(e)::VARCHAR LIKE '%{canary}%'"}
    before: Any = here.good("POST", "/api/query", told)
    assert before["rows"][0][0] >= 3
    token = delete(here, namespace="Email", id=f"{canary}@x.org")
    wait(lambda: here.good("GET", f"/api/privacy/deletes/{token}") == {"done": True}, 60)
    assert traces(data, canary) == []
    after_it: Any = here.good("POST", "/api/query", told)
    assert after_it["rows"] == [[0]], "nor in the lake, or behind it"
    assert here.ask("GET", f"/api/profiles?namespace=CRMID&id={canary}").status == 404
    report: Any = here.good("GET", "/api/journeys/stay/report")
    assert (report["entered"], report["exited"], report["current"]) == (2, 1, 1), "they are counted"
    assert here.ask("GET", "/api/profiles?namespace=CRMID&id=del-2").body["attributes"]["_t"]["n"] == 1
    steps: list[Any] = []
    after: int | None = 0
    while after is not None:  # other tests' steps stand between
        page: Any = here.good("GET", f"/api/journeys/stay/steps?person=del-2&after={after}")
        steps, after = steps + page["steps"], page["next"]
    assert len(steps) == 3


def test_an_event_that_comes_again_after_a_delete_has_no_effect(here: Sandbox) -> None:
    """The hashes of event ids stay; a new event makes a new person of them."""
    first = event("Start", "again", "again@x.org")
    assert here.collect(first).status == 200
    token = delete(here, namespace="CRMID", id="again")
    wait(lambda: here.good("GET", f"/api/privacy/deletes/{token}") == {"done": True}, 60)
    assert here.collect(first).status == 200
    here.server.wait_settled()
    assert here.ask("GET", "/api/profiles?namespace=CRMID&id=again").status == 404
    assert here.collect(event("Start", "again", "again@x.org")).status == 200
    here.server.wait_settled()
    report: Any = here.good("GET", "/api/journeys/stay/report")
    assert (report["entered"], report["exited"], report["current"]) == (2, 1, 1)


def test_a_delete_that_nobody_asked_for(here: Sandbox) -> None:
    answer = here.ask("GET", "/api/privacy/deletes/none", lang="ko")
    assert (answer.status, answer.body["code"]) == (404, "ERR_DELETE_UNKNOWN")
    token = delete(here, namespace="Email", id="never-seen@x.org")
    wait(lambda: here.good("GET", f"/api/privacy/deletes/{token}") == {"done": True}, 60)


def test_killed_at_any_moment_the_delete_goes_on(tmp_path: Path) -> None:
    server = RunningServer(tmp_path)
    canary = f"canary{secrets.token_hex(6)}"
    try:
        server.start()
        server.post("/api/apply", {**PROJECT, **JOURNEY})
        server.post("/api/journeys/stay/publish")
        records = [message("people", {"_t": {"crm": canary, "n": 1}}), event("Start", canary, "k@x.org")]
        server.send(records)
        server.wait_settled()
        token = server.post("/api/privacy/delete", {"namespace": "CRMID", "id": canary})["token"]
        for kill in (server.kill, server.kill_engine, server.kill_api):
            kill()
            if kill != server.kill_engine:
                server.start()
        wait(lambda: server.health() == 200 and server.get(f"/api/privacy/deletes/{token}")["done"], 60)
        assert traces(server.data, canary) == []
        assert server.report("stay")["exited"] == 1
    finally:
        server.kill()
