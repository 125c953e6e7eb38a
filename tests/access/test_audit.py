"""The audit log: every change, by whom, from what to what; never missing, whatever kills the server [10.2]."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import threading
import time
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from sojourn.clock import ScaledClock
from sojourn.store.audit import Audited, as_csv
from sojourn.store.entry import Changed
from sojourn.store.journal import Job, Journal

from ..support import win_back
from ..support.http import request
from ..support.server import RunningServer
from .conftest import Browser, People

ENDPOINT = 9  # nothing is sent in these tests


def entries(people: People, **filters: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    found: list[dict[str, Any]] = people.good("GET", f"/api/audit?limit=1000&{query}")["entries"]
    return found


def test_the_life_of_a_project(people: People) -> None:
    """Each document's making, changing and deleting; publishing and stopping; with who did it and where."""
    people.good("POST", "/api/sandboxes", {"name": "audited"})
    boss = people.tokens["boss"]

    def ask(method: str, path: str, body: object = None) -> None:
        assert people.ask(boss, method, path, body, "audited").status < 300

    project: Any = win_back.project(ENDPOINT, wait="PT1H")
    ask("POST", "/api/apply", project)
    ask("POST", "/api/apply", project)  # nothing changes
    ask("PUT", "/api/actions/win_back", {**project["actions"][2], "description": "changed"})
    ask("POST", "/api/journeys/win-back/publish")
    ask("POST", "/api/journeys/win-back/close")
    ask("POST", "/api/journeys/win-back/stop")
    spare = {**project["actions"][2], "name": "spare"}
    ask("PUT", "/api/actions/spare", spare)
    ask("DELETE", "/api/actions/spare")
    ask("PUT", "/api/journeys/draft", {**project["journeys"][0], "name": "draft"})
    ask("DELETE", "/api/journeys/draft")
    found = entries(people, sandbox="audited")
    assert [(each["action"], each["name"]) for each in found] == [
        ("sandbox.create", "audited"),
        ("schema.create", "purchase"),
        ("event.create", "Purchase"),
        ("event.create", "Confirmation"),
        ("action.create", "vip_thanks"),
        ("action.create", "cross_sell"),
        ("action.create", "win_back"),
        ("journey.create", "win-back"),
        ("action.update", "win_back"),
        ("journey.publish", "win-back"),
        ("journey.close", "win-back"),
        ("journey.stop", "win-back"),
        ("action.create", "spare"),
        ("action.delete", "spare"),
        ("journey.create", "draft"),
        ("journey.delete", "draft"),
    ]
    assert {(each["actor"].partition("/")[0], each["actorKind"]) for each in found[1:]} == {("boss", "token")}
    assert (found[0]["actor"], found[0]["actorKind"]) == ("local", "local")
    changed = found[8]
    assert (changed["before"], changed["after"]["description"]) == (project["actions"][2], "changed")
    assert (found[13]["before"], found[13]["after"]) == (spare, None)
    assert abs(found[-1]["at"] / 1000 - time.time()) < 600
    assert [each["id"] for each in found] == sorted(each["id"] for each in found)


def test_changes_of_access(people: People) -> None:
    begun = entries(people)[-1]["id"]
    people.add("audited", ["Limited access user"])
    people.good("PATCH", "/api/access/users/audited", {"password": "a canary password", "profiles": []})
    Browser(people.server).sign_in("audited", "a canary password")
    Browser(people.server).sign_in("audited", "wrong")
    Browser(people.server).sign_in("a canary password", "typed in the wrong field")
    people.good("PUT", "/api/access/product-profiles/audited", {"grants": {"dev": ["read-reports"]}})
    people.good("DELETE", "/api/access/product-profiles/audited")
    people.good("POST", "/api/access/users/audited/link")
    people.good("DELETE", "/api/access/users/audited")
    found = people.good("GET", f"/api/audit?after={begun}")["entries"]
    assert [each["action"] for each in found] == [
        "user.create", "token.create", "user.update", "user.sign-in", "user.sign-in-refused", "user.sign-in-refused",
        "product-profile.create", "product-profile.delete", "user.link", "user.delete",
    ]  # fmt: skip
    assert found[2]["before"]["profiles"] == ["Limited access user"] and found[2]["after"]["password"] == "changed"
    assert "canary" not in json.dumps(found)


def test_filters_and_pages(people: People) -> None:
    whole = entries(people)
    assert {each["action"].split(".")[0] for each in entries(people, action="product-profile")} == {"product-profile"}
    assert {each["name"] for each in entries(people, name="limited")} == {"limited"}
    assert entries(people, actor="nobody") == []
    assert entries(people, since="2999-01-01T00:00:00Z") == entries(people, until="2000-01-01T00:00:00Z") == []
    assert entries(people, since="2000-01-01T00:00:00Z", until="2999-01-01T00:00:00Z") == whole
    paged: list[object] = []
    after: str | None = ""
    while after is not None:
        page = people.good("GET", f"/api/audit?limit=7&after={after}")
        paged += page["entries"]
        after = page["next"]
    assert paged == whole
    for query in ("since=yesterday", "limit=0", "who=me"):
        assert people.ask(people.tokens["boss"], "GET", f"/api/audit?{query}").status == 422


def test_exports(people: People) -> None:
    whole = entries(people)
    lines = request(people.server.port, "GET", "/api/audit/export").body
    assert [json.loads(line) for line in lines.splitlines()] == whole
    rows = list(csv.DictReader(io.StringIO(request(people.server.port, "GET", "/api/audit/export?format=csv").body)))
    assert [(row["id"], row["action"], row["name"]) for row in rows] == [
        (each["id"], each["action"], each["name"]) for each in whole
    ]
    assert [json.loads(row["after"] or "null") for row in rows] == [each["after"] for each in whole]


def test_no_row_is_a_formula(people: People) -> None:
    """Names are the users'; a spreadsheet must not calculate with them."""
    hostile = Audited(
        id="1", at=1, actor="=1+1", actor_kind="user", action="a.b", sandbox=None, name="@x", before=None, after=None
    )
    row = list(csv.reader(io.StringIO(b"".join(as_csv(iter([hostile]))).decode())))[1]
    assert (row[2], row[6]) == ("'=1+1", "'@x")


def test_what_nobody_writes_down_is_written_down(tmp_path: Path) -> None:
    """A change that reaches the engine leaves a line, even if who programmed it forgot."""
    journal = Journal(tmp_path / "journal.db", ScaledClock())
    journal.run(lambda job: job.append(Changed(job.at, "prod", "event", "E", b"{}"))).result()

    def told(job: Job) -> list[Any]:
        return list(job._connection.execute("select actor, action, sandbox, name from audit"))

    assert journal.run(told).result() == [("system", "engine.changed", "prod", "E")]
    journal.close()


@pytest.mark.parametrize("after", [0.1, 0.3])
def test_no_change_without_its_line(tmp_path: Path, after: float) -> None:
    """Killed at any moment: what is there was written down, and what was written down is there."""
    server = RunningServer(tmp_path)
    try:
        server.start()
        stop = threading.Event()

        def work() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                with suppress(OSError, HTTPException):
                    request(server.port, "PUT", f"/api/schemas/s{number}", {"name": f"s{number}"}, timeout=5)
                    request(server.port, "POST", "/api/access/users", {"name": f"u{number}"}, timeout=5)

        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(after)
        assert server.process is not None
        os.killpg(server.process.pid, signal.SIGKILL)
        stop.set()
        thread.join()
        server.process.wait()
        server.start()
        lines = server.get("/api/audit?limit=1000")["entries"]
        for action, there in (
            ("schema.create", {name for each in server.get("/api/schemas") if (name := each["name"]).startswith("s")}),
            ("user.create", {user["name"] for user in server.get("/api/access/users")}),
        ):
            assert {line["name"] for line in lines if line["action"] == action} == there
    finally:
        server.kill()


def test_the_newest_first_page_by_page(people: People) -> None:
    every = [each["id"] for each in entries(people)]
    found: list[str] = []
    next_: str | None = ""
    while next_ is not None:
        page = people.good("GET", f"/api/audit?order=newest&limit=7&after={next_}")
        found += [each["id"] for each in page["entries"]]
        next_ = page["next"]
    assert len(found) > 7
    assert found == every[::-1]


def test_alternatives_and_whose_tokens(people: People) -> None:
    """Several values of a filter are alternatives; somebody's changes are also those that their tokens made."""
    boss = people.tokens["boss"]
    for name in ("one", "two"):
        people.ask(boss, "PUT", f"/api/access/product-profiles/{name}", {"grants": {}})
    people.ask(boss, "DELETE", "/api/access/product-profiles/one")
    made = entries(people, actor="boss", action="product-profile.delete") + entries(people, actor="bos")
    assert [each["name"] for each in made] == ["one"]
    assert [each["name"] for each in entries(people, actor="boss", text="ON", action="product-profile.delete")] == [
        "one"
    ]
    both = entries(people, actor="boss", action="product-profile.delete&action=product-profile.create")
    assert [each["name"] for each in both][-3:] == ["one", "two", "one"]


def test_what_a_sandbox_is_for(people: People) -> None:
    people.good("POST", "/api/sandboxes", {"name": "looks", "kind": "production", "colour": "teal"})
    assert people.good("PATCH", "/api/sandboxes/looks", {"colour": "pink"}) == {
        "name": "looks", "kind": "production", "colour": "pink"
    }  # fmt: skip
    assert {"name": "prod", "kind": "production", "colour": ""} in people.good("GET", "/api/sandboxes")
    changed = entries(people, action="sandbox.update", name="looks")[-1]
    assert (changed["before"]["colour"], changed["after"]["colour"]) == ("teal", "pink")
    refused = people.ask(people.tokens["boss"], "PATCH", "/api/sandboxes/nowhere", {"colour": "pink"})
    assert (refused.status, refused.body["code"]) == (404, "ERR_SANDBOX_UNKNOWN")


def test_a_sandbox_is_deleted_once_nothing_is_left_in_it(people: People) -> None:
    """What it holds is told; its inlet and the inlet's tokens go with it. Production stays."""
    boss = people.tokens["boss"]

    def ask(method: str, path: str, body: object = None) -> Any:
        return people.ask(boss, method, path, body, "passing")

    people.good("POST", "/api/sandboxes", {"name": "passing"})
    project: Any = win_back.project(ENDPOINT)
    assert ask("POST", "/api/apply", project).status == 200
    assert ask("POST", "/api/inlets/passing/tokens", {"name": "one"}).status == 201
    refused = ask("DELETE", "/api/sandboxes/passing")
    assert (refused.status, refused.body["code"]) == (409, "ERR_SANDBOX_USED")
    assert refused.body["params"]["journeys"] == "1"
    count = len(project["actions"]) + len(project["events"]) + len(project["schemas"])
    held = {"journeys": 1, "inside": 0, "documents": count, "profiles": 0, "inlets": 1, "inletTokens": 1}
    assert ask("GET", "/api/sandboxes/passing/contents").body == held
    assert ask("DELETE", "/api/journeys/win-back").status == 204
    for plural in ("actions", "events", "schemas"):
        for each in project[plural]:
            assert ask("DELETE", f"/api/{plural}/{each['name']}").status == 204
    assert people.ask(people.tokens["standard"], "DELETE", "/api/sandboxes/passing").status == 403
    assert people.ask(people.tokens["standard"], "GET", "/api/sandboxes/passing/contents").status == 403
    assert ask("DELETE", "/api/sandboxes/passing").body == held | {"journeys": 0, "documents": 0}
    for method, path in (("DELETE", "/api/sandboxes/passing"), ("GET", "/api/sandboxes/passing/contents")):
        assert ask(method, path).body["code"] == "ERR_SANDBOX_UNKNOWN"
    assert "passing" not in [each["inletId"] for each in people.good("GET", "/api/inlets")]
    assert entries(people, action="inlet-token.delete")[-1]["name"] == "passing/one"
    assert entries(people, action="sandbox.delete")[-1]["name"] == "passing"
    assert people.ask(boss, "DELETE", "/api/sandboxes/prod").body["code"] == "ERR_SANDBOX_KEPT"
