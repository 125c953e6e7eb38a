"""Jumps and audiences over REST: checked against what is live, renamed with their targets, told how far they are."""

from __future__ import annotations

from typing import Any

from ..support.http import request
from ..support.server import wait
from .conftest import Sandbox
from .test_profiles import PROJECT, message

LAUNCH = {"name": "Launch", "schema": "visit", "about": "business", "condition": '@{Launch.eventType} == "Launch"'}
EVENT = {
    "name": "A",
    "schema": "visit",
    "namespace": "CRMID",
    "key": "@{A._t.crm}",
    "condition": '@{A.eventType} == "A"',
}
START = {"type": "event", "event": "A", "next": "then"}
WAIT = {"type": "wait", "duration": "PT1H"}


def journey(name: str, start: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "namespace": "CRMID", "start": "start", "activities": {"start": start, "then": then}}


def test_a_jump_and_an_audience(sandbox: Sandbox) -> None:
    good: Any = sandbox.good
    jump = journey("from", START, {"type": "jump", "journey": "to", "event": "A"})
    read = journey("read", {"type": "readAudience", "segment": "chosen", "rate": 1, "next": "then"}, WAIT)
    journeys = [jump, journey("to", START, WAIT), read]
    good("POST", "/api/apply", PROJECT | {"segments": [{"name": "chosen"}], "events": [EVENT],
                                                  "journeys": journeys})  # fmt: skip
    (finding,) = good("GET", "/api/journeys/from/findings")
    assert (finding["code"], finding["field"]) == ("ERR_JUMP_NOT_LIVE", "activities.then.journey")
    assert sandbox.ask("POST", "/api/journeys/from/publish").status == 422
    good("POST", "/api/journeys/to/publish")
    good("POST", "/api/journeys/from/publish")
    good("POST", "/api/journeys/to/rename", {"name": "onto"})
    document = good("GET", "/api/journeys/from")["document"]
    assert document["activities"]["then"]["journey"] == "onto", "6.23: texts follow"
    address = "/api/segments/chosen/members?namespace=CRMID"
    headers = {"x-sandbox-name": sandbox.name}
    assert request(sandbox.server.port, "POST", address, raw=b"ann\nbob\ncyd", headers=headers).status < 300
    sandbox.server.wait_settled()
    good("POST", "/api/journeys/read/publish")

    def runs() -> Any:
        return good("GET", "/api/journeys/read/audience-runs")

    wait(lambda: bool(runs()) and runs()[0]["status"] == "finished", 20)
    (run,) = runs()
    assert (run["segment"], run["version"], run["total"], run["refused"], run["since"]) == ("chosen", 1, 3, 0, None)
    assert run["waiting"] <= 2, "one of them has entered at once"


def test_a_business_event_is_explained(sandbox: Sandbox) -> None:
    good: Any = sandbox.good
    read = journey("after", {"type": "readAudience", "segment": "chosen", "event": "Launch", "next": "then"}, WAIT)
    later = {**read, "name": "later", "startDate": "2099-01-01T00:00:00Z"}
    good("POST", "/api/apply", PROJECT | {"segments": [{"name": "chosen"}], "events": [LAUNCH],
                                                  "journeys": [read, later]})  # fmt: skip
    for name in ("after", "later"):
        good("POST", f"/api/journeys/{name}/publish")
    entity = {"_id": "launch", "timestamp": "2026-01-01T00:00:00Z", "eventType": "Launch"}
    assert sandbox.collect(message("visits", entity)).status == 200
    sandbox.server.wait_settled()
    found = good("GET", "/api/events/launch/explain")
    assert [(each["event"], each["person"], each["reason"]) for each in found["matches"]] == [
        ("Launch", None, "aboutNobody")
    ]
    effects = found["matches"][0]["effects"]
    assert [(each["journey"], each["did"], each["activity"], each["reason"]) for each in effects] == [
        ("after", "read", "start", None), ("later", "discarded", None, "notStarted")
    ]  # fmt: skip
    assert found["lines"][1:] == [
        "It is the business event 'Launch', which is about nobody.",
        "after: its audience was read after it, at 'chosen'.",
        "later: it had no effect: before the start date.",
    ]
