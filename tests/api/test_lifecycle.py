"""Versions from their first draft to their deletion, and lists of them [6.3-6.9, 6.12]."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import quote

import apsw
import pytest

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.server import RunningServer, wait
from .conftest import Sandbox
from .test_authoring import JOURNEY, as_dict, journey, refused, report, send, statuses, wait_for


@pytest.fixture
def live(sandbox: Sandbox, endpoint: Endpoint) -> Sandbox:
    """Win-back, live."""
    sandbox.good("POST", "/api/apply", win_back.project(endpoint.port, wait="PT1H"))
    sandbox.good("POST", f"{JOURNEY}/publish")
    wait_for(sandbox, "live")
    return sandbox


def other(**changes: Any) -> dict[str, Any]:
    """Win-back with another condition."""
    found = journey(**changes)
    found["activities"]["is_big"]["paths"]["big"] = "@{Purchase._tenant.value} >= 5000"
    return found


def versions(sandbox: Sandbox, **filters: Any) -> dict[str, Any]:
    query = "&".join(f"{name}={quote(str(each))}" for name, value in filters.items() for each in _list(value))
    return as_dict(sandbox.good("GET", f"/api/journey-versions?{query}"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def names(found: dict[str, Any]) -> list[tuple[str, int]]:
    return [(each["name"], each["version"]) for each in found["items"]]


BROKEN: list[Any] = [None, 5, "@{", [], {}, {"purchase": 5}, {"purchase": {"type": []}}, {"purchase": {"next": 1.5}}]


@pytest.mark.parametrize("activities", BROKEN, ids=str)
def test_a_dry_run_tells_what_is_wrong_with_a_live_journey(live: Sandbox, activities: Any) -> None:
    """[6.9] Whatever has become of it, it is told what would become of it."""
    broken = journey() | {"activities": activities}
    found = as_dict(live.good("POST", "/api/apply?dryRun=true", {"journeys": [broken]}))
    assert any(each["severity"] == "error" and each["field"].startswith("activities") for each in found["findings"])
    assert (found["changes"][0]["change"], found["plans"]) == ("new version", [])


def test_a_draft_without_activities_is_in_no_test(sandbox: Sandbox) -> None:
    sandbox.good("PUT", "/api/journeys/empty", {"name": "empty", "namespace": "CRMID", "activities": {}})
    assert as_dict(sandbox.good("GET", "/api/journeys/empty/test"))["state"] == "off"
    refused(sandbox.ask("POST", "/api/journeys/empty/test", {}), 422, "ERR_PROJECT_INVALID")


def test_a_live_journey_takes_texts_alone(live: Sandbox) -> None:
    """[6.4] Labels, description and tags change in place, with people inside; all else makes a new version."""
    send(live, "a")
    document = journey(description="for those who bought little", tags=["retention"])
    document["activities"]["patience"]["label"] = "Wait for more"
    live.good("PUT", JOURNEY, document)
    assert statuses(live) == ["live"]
    found = report(live)
    assert found["current"] == 1
    live.good("PUT", JOURNEY, other(tags=["retention"]))
    assert statuses(live) == ["live", "draft"]
    (row,) = versions(live, status="live")["items"]
    assert (row["description"], row["tags"]) == ("for those who bought little", ["retention"])
    stored = as_dict(live.good("GET", f"{JOURNEY}/versions/1"))
    assert stored["activities"]["patience"]["label"] == "Wait for more"
    # The step events of who leaves from now on have the new label.
    live.good("POST", f"{JOURNEY}/stop")
    wait(lambda: report(live)["stopped"] == 1, 10)
    steps = as_dict(live.good("GET", f"{JOURNEY}/steps?person=a"))["steps"]
    assert "wait - Wait for more" in str(steps)


def test_another_name(live: Sandbox) -> None:
    """[6.4, 6.7] All versions of a journey have one name, and who is inside stays."""
    send(live, "a")
    live.good("POST", f"{JOURNEY}/rename", {"name": "come-back"})
    refused(live.ask("GET", JOURNEY), 404, "ERR_JOURNEY_UNKNOWN")
    live.server.wait_settled()
    found = as_dict(live.good("GET", "/api/journeys/come-back/report"))
    assert (found["entered"], found["current"]) == (1, 1)
    # The old name is free; the journey that takes it is another one, with ids of its own.
    live.good("PUT", JOURNEY, journey())
    uids = {each["name"]: each["uid"] for each in live.good("GET", "/api/journeys")}  # type: ignore[attr-defined]
    assert len(set(uids.values())) == 2
    refused(live.ask("POST", f"{JOURNEY}/rename", {"name": "come-back"}), 409, "ERR_NAME_TAKEN")
    refused(live.ask("POST", f"{JOURNEY}/rename", {"name": "1/"}), 422, "ERR_PROJECT_INVALID")
    live.good("POST", f"{JOURNEY}/publish")
    send(live, "a", value=11)
    assert report(live)["entered"] == 1


def test_what_a_new_version_keeps(live: Sandbox) -> None:
    """[6.7] A finding while it is drafted, and what it blocks."""
    for change, code in (
        ({"reentrance": True}, "ERR_VERSION_REENTRANCE"),
        ({"reentranceWait": "PT1H"}, "ERR_VERSION_REENTRANCE"),
        ({"supplementalKey": True}, "ERR_VERSION_REENTRANCE"),
        ({"namespace": "Email"}, "ERR_VERSION_NAMESPACE"),
        ({"start": "patience"}, "ERR_VERSION_START"),
    ):
        found = as_dict(live.good("PUT", JOURNEY, other(**change)))["findings"]
        assert code in {finding["code"] for finding in found}
        problem = refused(live.ask("POST", f"{JOURNEY}/publish"), 422, "ERR_PROJECT_INVALID")
        assert code in {finding["code"] for finding in problem["findings"]}


def test_who_was_in_an_earlier_version(live: Sandbox) -> None:
    """[6.7, 6.12] Re-entrance off: once, over all versions; a person is in one version at most."""
    send(live, "a")
    live.good("PUT", JOURNEY, other())
    live.good("POST", f"{JOURNEY}/publish")
    wait_for(live, "closed", "live")
    send(live, "a", "b", value=11)
    assert [version["current"] for version in report(live)["versions"]] == [1, 1]
    live.good("POST", f"{JOURNEY}/stop?version=1")
    wait_for(live, "stopped", "live")
    send(live, "a", value=12)
    assert report(live)["entered"] == 2


def test_plan(live: Sandbox) -> None:
    """[6.9] What publishing changes, activity by activity, and who waits where."""
    refused(live.ask("GET", f"{JOURNEY}/plan"), 409, "ERR_NOT_DRAFT")
    send(live, "a", "b")
    draft = other(globalTimeout="P20D")
    draft["activities"]["patience"]["next"] = "later"
    draft["activities"]["later"] = {"type": "wait", "duration": "P1D", "next": "invited"}
    del draft["activities"]["win_back"]
    live.good("PUT", JOURNEY, draft)
    live.server.wait_settled()
    found = as_dict(live.good("GET", f"{JOURNEY}/plan"))
    assert (found["version"], found["against"], found["waiting"], found["findings"]) == (2, 1, 2, [])
    assert found["properties"] == [{"field": "globalTimeout", "before": None, "after": "P20D"}]
    changes = {each["id"]: (each["change"], each["waiting"]) for each in found["activities"]}
    assert changes == {
        "purchase": ("unchanged", 0), "is_big": ("changed", 0), "vip_thanks": ("unchanged", 0),
        "confirmed": ("unchanged", 0), "cross_sell": ("unchanged", 0), "patience": ("changed", 2),
        "done": ("unchanged", 0), "invited": ("unchanged", 0), "later": ("added", 0), "win_back": ("removed", 0),
    }  # fmt: skip
    (change,) = next(each["fields"] for each in found["activities"] if each["id"] == "patience")
    assert change == {"field": "next", "before": "win_back", "after": "later"}


def test_duplicate(live: Sandbox) -> None:
    """[6.8] A draft of another journey; the first goes on."""
    made = as_dict(live.good("POST", f"{JOURNEY}/duplicate", {"name": "win-back 2"}))
    assert [version["status"] for version in made["versions"]] == ["draft"]
    copy = as_dict(live.good("GET", "/api/journeys/win-back%202"))["document"]
    assert copy == as_dict(live.good("GET", JOURNEY))["document"] | {"name": "win-back 2"}
    refused(live.ask("POST", f"{JOURNEY}/duplicate", {"name": "win-back 2"}), 409, "ERR_NAME_TAKEN")
    refused(live.ask("POST", f"{JOURNEY}/duplicate?version=7", {"name": "x"}), 404, "ERR_VERSION_UNKNOWN")


def stored(server: RunningServer, query: str) -> int:
    with contextlib.closing(apsw.Connection(str(server.data / "shard-0.db"), flags=apsw.SQLITE_OPEN_READONLY)) as shard:
        return int(next(iter(shard.execute(query)))[0])


def test_deletion(live: Sandbox) -> None:
    """[6.6] Drafts, finished and stopped versions go, with their reports; the engine forgets them, for ever."""
    uid = as_dict(live.good("GET", JOURNEY))["uid"]
    send(live, "a", "b")
    refused(live.ask("DELETE", JOURNEY), 409, "ERR_JOURNEY_RUNS")
    live.good("PUT", JOURNEY, other())
    live.good("POST", f"{JOURNEY}/publish")
    wait_for(live, "closed", "live")
    refused(live.ask("DELETE", f"{JOURNEY}?version=1"), 409, "ERR_JOURNEY_RUNS")
    send(live, "c", value=10)
    live.good("POST", f"{JOURNEY}/stop?version=1")
    wait_for(live, "stopped", "live")
    live.good("DELETE", f"{JOURNEY}?version=1")
    assert statuses(live) == ["live"]
    found = report(live)
    assert (found["entered"], found["current"], [each["version"] for each in found["versions"]]) == (1, 1, [2])
    # A number is not given twice, and who was in version 1 was in the journey [6.12].
    send(live, "a", value=11)
    assert report(live)["discarded"]["reentranceNotAllowed"] == 1
    live.good("PUT", JOURNEY, journey(globalTimeout="P9D"))
    live.good("DELETE", f"{JOURNEY}?version=3")
    live.good("PUT", JOURNEY, journey(globalTimeout="P8D"))
    assert [each["version"] for each in as_dict(live.good("GET", JOURNEY))["versions"]] == [2, 3]

    live.good("POST", f"{JOURNEY}/stop")
    wait_for(live, "stopped", "draft")
    number = stored(live.server, f"select id from journey where uid = '{uid}'")
    assert live.ask("DELETE", JOURNEY).status == 204
    live.server.kill()
    live.server.start()
    refused(live.ask("GET", f"{JOURNEY}/report"), 404, "ERR_JOURNEY_UNKNOWN")
    for table in ("stay", "shape", "timer", "journey_version", "removal", "discard", "counter", "message", "entrant"):
        query = f"select count(*) from {table} where journey = {number}"
        wait(lambda query=query: stored(live.server, query) == 0, 10, lambda table=table: table)  # type: ignore[misc]

    # A journey of the same name begins anew, with ids of its own.
    live.good("PUT", JOURNEY, journey())
    live.good("POST", f"{JOURNEY}/publish")
    send(live, "a", value=12)
    assert report(live)["entered"] == 1
    assert as_dict(live.good("GET", JOURNEY))["uid"] != uid
    assert len(as_dict(live.good("GET", f"{JOURNEY}/steps"))["steps"]) == 2


def test_lists(live: Sandbox) -> None:
    """Every version is an item; filters, order, pages, and counts for the statuses."""
    live.good("PUT", JOURNEY, other(tags=["retention"]))
    lone = {"name": "lone", "start": "a", "activities": {"a": {"type": "event", "event": "Lone"}}}
    live.good("PUT", "/api/journeys/lone", {**lone, "description": "Nothing follows", "tags": ["x", "retention"]})
    found = versions(live)
    assert names(found) == [("lone", 1), ("win-back", 2), ("win-back", 1)]
    assert (found["total"], found["matching"], found["pages"]) == (3, 3, 1)
    assert found["statuses"] == {"draft": 2, "live": 1}
    assert names(versions(live, sort="name,-version")) == [("lone", 1), ("win-back", 2), ("win-back", 1)]
    assert names(versions(live, sort="name,version", size=2, page=2)) == [("win-back", 2)]
    assert names(versions(live, version="latest", text="WIN")) == [("win-back", 2)]
    assert names(versions(live, text="follows")) == [("lone", 1)]
    assert names(versions(live, tag="retention", status=["draft", "stopped"], sort="name")) == [
        ("lone", 1), ("win-back", 2)
    ]  # fmt: skip
    live_only = versions(live, status="live")
    assert (names(live_only), live_only["statuses"]) == ([("win-back", 1)], {"draft": 2, "live": 1})
    assert names(versions(live, uses=["event:Purchase", "action:vip_thanks"], version="latest")) == [("win-back", 2)]
    assert names(versions(live, uses="event:Lone")) == [("lone", 1)]
    assert versions(live, publishedFrom="2020-01-01T00:00:00Z", publishedBy="local")["matching"] == 1
    assert versions(live, publishedTo="2020-01-01T00:00:00Z")["matching"] == 0
    assert versions(live, createdFrom="2020-01-01T00:00:00Z", createdBy="nobody")["matching"] == 0
    # Folded, each journey is one item: the version that takes people in, else the newest.
    folded = versions(live, version="folded", sort="name")
    assert (names(folded), folded["total"]) == ([("lone", 1), ("win-back", 1)], 2)
    assert [each["versions"] for each in folded["items"]] == [["draft"], ["live", "draft"]]
    assert (folded["tags"], folded["people"]) == (["retention", "x"], ["local"])
    assert folded["statuses"] == {"draft": 2, "live": 1}
    assert names(versions(live, version="folded", status="draft", name=["win-back", "none"])) == [("win-back", 2)]
    first = live_only["items"][0]
    assert first["createdBy"] == first["publishedBy"] == "local"
    assert first["createdAt"] <= first["publishedAt"]
    assert {"kind": "event", "name": "Purchase"} in first["uses"]
    assert first["startDate"] is not None and versions(live, status="draft")["items"][0]["startDate"] is None
    assert (first["starts"], first["namespace"], first["latest"]) == ("event", "CRMID", False)
    refused(live.ask("GET", "/api/journey-versions?sort=size"), 400, "ERR_SORT")
