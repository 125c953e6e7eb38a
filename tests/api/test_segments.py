"""Segments over REST: definitions and their findings, sizes, members, entries and exits, uploads, estimates [8]."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ..support.http import request
from .conftest import Sandbox
from .test_profiles import PROJECT, bulk, profile

N = "#{ExperiencePlatform.profile._t.n}"
VISITS = "#{ExperiencePlatform.experienceevent.all(currentDataPackField._t.n > 0)}"


@pytest.fixture
def here(sandbox: Sandbox) -> Sandbox:
    sandbox.good("POST", "/api/apply", PROJECT)
    return sandbox


def put(here: Sandbox, name: str, definition: str | None = None, **more: Any) -> Any:
    body = more | ({} if definition is None else {"definition": definition})
    return here.good("PUT", f"/api/segments/{name}", body)


def state(here: Sandbox, name: str) -> Any:
    here.server.wait_settled()
    return here.good("GET", f"/api/segments/{name}/state")


def upload(here: Sandbox, name: str, text: str, query: str = "") -> Any:
    return request(
        here.server.port, "POST", f"/api/segments/{name}/members?namespace=CRMID{query}", raw=text.encode(),
        headers={"x-sandbox-name": here.name},
    )  # fmt: skip


def test_a_segment_from_its_definition_to_its_members(here: Sandbox) -> None:
    bulk(here, "people", {"_t": {"crm": "ann", "n": 3}}, {"_t": {"crm": "bob", "n": 1}})
    put(here, "big", f"{N} >= 2", description="those with much")
    found = state(here, "big")
    assert (found["evaluation"], found["size"], found["realized"]) == ("streaming", 1, 1)
    assert found["evaluatedAt"] and found["nextEvaluation"] is None and found["progress"] is None
    bulk(here, "people", {"_t": {"crm": "bob", "n": 5}}, {"_t": {"crm": "ann", "n": 0}})
    found = state(here, "big")
    assert (found["size"], found["realized"], found["exited"]) == (1, 1, 1)
    page: Any = here.good("GET", "/api/segments/big/members")
    assert [(each["identities"], each["status"]) for each in page["members"]] == [
        ([{"namespace": "CRMID", "id": "bob"}], "realized")
    ]
    assert [(each["name"], each["status"]) for each in profile(here, "ann")["segments"]] == [("big", "exited")]
    passed: Any = here.good("GET", "/api/segments/big/qualifications?limit=100")
    assert sorted((each["identities"][0]["id"], each["status"]) for each in passed["qualifications"]) == [
        ("ann", "exited"), ("ann", "realized"), ("bob", "realized")
    ]  # fmt: skip
    assert len({each["id"] for each in passed["qualifications"]}) == 3
    assert here.good("GET", f"/api/segments/big/qualifications?after={passed['next']}") == {
        "qualifications": [], "next": passed["next"]
    }  # fmt: skip


def test_evaluation_is_chosen_by_the_system(here: Sandbox) -> None:
    put(here, "events", f"count({VISITS}) > 0")
    put(here, "time", 'inLastDays(toDateTime("2026-01-01T00:00:00Z"), 3)')
    put(here, "still", f'{N} > 1 and not inSegment("time")', daily="23:30")
    put(here, "chosen")
    here.server.wait_settled()
    found: Any = here.good("GET", "/api/segment-states")
    assert {each["name"]: each["evaluation"] for each in found} == {
        "events": "streaming and scheduled", "time": "streaming and scheduled", "still": "streaming",
        "chosen": "uploaded",
    }  # fmt: skip
    assert {each["name"] for each in found if each["nextEvaluation"]} == {"events", "time"}
    assert here.ask("POST", "/api/segments/events/evaluate").status == 202
    assert here.ask("POST", "/api/segments/chosen/evaluate").body["code"] == "ERR_SEGMENT_UPLOADED"


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        (N, "ERR_EXPR_RESULT"),
        ("#{ExperiencePlatform.profile._t.nn} > 1", "ERR_EXPR_UNKNOWN_FIELD"),
        ("#{Other.profile._t.n} > 1", "ERR_EXPR_UNKNOWN_SOURCE"),
        ("@{Purchase.n} > 1", "ERR_EXPR_UNKNOWN_EVENT"),
        ('inSegment("nobody")', "ERR_SEGMENT_UNKNOWN"),
        ("random() > 0.5", "ERR_SEGMENT_CHANCE"),
        ('inSegment("self")', "ERR_SEGMENT_CYCLE"),
        ("", "ERR_FIELD_EMPTY"),
    ],
)
def test_a_definition_that_cannot_be(here: Sandbox, definition: str, code: str) -> None:
    answer = here.ask("PUT", "/api/segments/self", {"definition": definition}, lang="ko")
    assert answer.status == 422, answer
    assert [(each["code"], each["field"]) for each in answer.body["findings"]] == [(code, "definition")]


def test_an_editor_is_offered_fields_and_segments(here: Sandbox) -> None:
    put(here, "gold", f"{N} > 9")

    def analysed(text: str, **body: Any) -> Any:
        asked = {"text": text.replace("|", ""), **({"cursor": text.index("|")} if "|" in text else {}), **body}
        return here.good("POST", "/api/expressions/analyse", asked)

    found = analysed(f'{N} > 1 and count({VISITS}) > 1 and inSegment("gold")', segment=True)
    assert (found["type"], found["errors"]) == ("boolean", [])
    offered = analysed("#{ExperiencePlatform.|", segment=True)["completions"]["items"]
    assert {each["label"] for each in offered} == {"profile", "experienceevent"}
    places: tuple[dict[str, Any], ...] = ({"segment": True}, {"events": []})
    for where in places:
        offered = analysed('inSegment("|")', **where)["completions"]["items"]
        assert "gold" in {each["label"] for each in offered}


def test_segments_in_a_circle(here: Sandbox) -> None:
    put(here, "one", f"{N} > 1")
    put(here, "two", 'inSegment("one")')
    answer = here.ask("PUT", "/api/segments/one", {"definition": 'inAudience("two")'})
    assert answer.status == 422 and {each["code"] for each in answer.body["findings"]} == {"ERR_SEGMENT_CYCLE"}


def test_a_segment_in_use_stays(here: Sandbox) -> None:
    put(here, "one", f"{N} > 1")
    put(here, "two", 'inSegment("one")')
    activities: dict[str, Any] = {
        "start": {"type": "event", "event": "A", "next": "c"},
        "c": {"type": "condition", "paths": {"p": 'inSegment("two")'}, "next": {"p": "end"}},
        "end": {"type": "end"},
    }
    event = {"schema": "visit", "condition": '@{A.eventType} == "A"', "namespace": "CRMID", "key": "@{A._t.crm}"}
    here.good("PUT", "/api/events/A", event)
    here.good("PUT", "/api/journeys/j", {"namespace": "CRMID", "start": "start", "activities": activities})
    for name, user in (("one", "segment two"), ("two", "journey j v1")):
        answer = here.ask("DELETE", f"/api/segments/{name}")
        assert (answer.status, answer.body["code"]) == (409, "ERR_IN_USE")
        assert user in answer.body["params"]["users"]
    here.good("DELETE", "/api/journeys/j")
    assert here.ask("DELETE", "/api/segments/two").status == 204
    activities["c"]["paths"] = {"p": 'inSegment("gone")'}
    found: Any = here.good("PUT", "/api/journeys/j", {"namespace": "CRMID", "start": "start", "activities": activities})
    assert "ERR_SEGMENT_UNKNOWN" in {each["code"] for each in found["findings"]}


def test_another_name_changes_nobody(here: Sandbox) -> None:
    bulk(here, "people", {"_t": {"crm": "ann", "n": 3}})
    put(here, "one", f"{N} > 1")
    put(here, "two", 'inSegment("one") or inAudience("one")')
    before = state(here, "two")
    here.good("POST", "/api/segments/one/rename", {"name": "first-one"})
    found: Any = here.good("GET", "/api/segments/two")
    assert found["definition"] == 'inSegment("first-one") or inAudience("first-one")'
    assert state(here, "two") == before
    assert state(here, "first-one")["realized"] == 1
    bulk(here, "people", {"_t": {"crm": "bob", "n": 3}}, {"_t": {"crm": "ann", "n": 0}})
    assert (state(here, "two")["realized"], state(here, "two")["exited"]) == (1, 1)


def test_uploaded_audiences(here: Sandbox) -> None:
    put(here, "chosen")
    assert upload(here, "chosen", "ann\r\nbob\n\nbob\n").body == {"accepted": 2}
    assert state(here, "chosen")["size"] == 2
    upload(here, "chosen", "cyd\n")
    assert (state(here, "chosen")["size"], state(here, "chosen")["exited"]) == (1, 2)
    upload(here, "chosen", "dan", "&mode=add")
    upload(here, "chosen", "cyd", "&mode=remove")
    page: Any = here.good("GET", "/api/segments/chosen/members")
    here.server.wait_settled()
    page = here.good("GET", "/api/segments/chosen/members")
    assert [each["identities"][0]["id"] for each in page["members"]] == ["dan"]
    assert profile(here, "bob")["segments"][0]["status"] == "exited"
    put(here, "big", f"{N} > 1")
    for name, text, query, code in (
        ("big", "x", "", "ERR_SEGMENT_NOT_UPLOADED"), ("none", "x", "", "ERR_DOCUMENT_UNKNOWN"),
        ("chosen", "x" * 2001, "", "ERR_SEGMENT_IDS"),
    ):  # fmt: skip
        assert upload(here, name, text, query).body["code"] == code


def test_the_size_is_shown_while_defining(here: Sandbox) -> None:
    bulk(here, "people", *({"_t": {"crm": f"p{n}", "n": n}} for n in range(20)))
    bulk(here, "visits", *(
        {"_id": f"v{n}", "timestamp": "2026-10-01T00:00:00Z", "_t": {"crm": f"p{n}", "n": n % 2}} for n in range(10)
    ))  # fmt: skip
    put(here, "big", f"{N} >= 5")
    here.server.wait_settled()
    for definition, size in (
        (f"{N} >= 15", 5),
        (f"count({VISITS}) > 0", 5),
        (f'inSegment("big") and count({VISITS}) > 0', 3),
    ):
        found: Any = here.good("POST", "/api/segments/estimate", {"definition": definition})
        assert (found["size"], found["profiles"] >= 20, found["sampled"]) == (size, True, False)
        assert len(found["examples"]) == size
    answer = here.ask("POST", "/api/segments/estimate", {"definition": f"{N} > "})
    assert answer.status == 422


def test_a_back_fill_goes_on_after_a_kill(here: Sandbox) -> None:
    for start in range(0, 9_000, 3_000):
        bulk(here, "people", *({"_t": {"crm": f"q{n}", "n": n % 2}} for n in range(start, start + 3_000)))
    here.server.wait_settled()
    put(here, "odd", f"{N} == 1")
    here.server.kill_engine()
    found = state(here, "odd")
    while found["progress"] is not None:
        assert found["progress"]["done"] <= found["progress"]["of"]
        found = state(here, "odd")
    assert found["size"] == 4_500 and found["realized"] == 4_500, json.dumps(found)
    passed: Any = here.good("GET", "/api/segments/odd/qualifications?limit=100")
    assert len(passed["qualifications"]) == len({each["id"] for each in passed["qualifications"]}) == 4_500


def test_an_evaluation_is_cancelled_by_whoever_may_ask_for_one(here: Sandbox) -> None:
    """There is nothing to give up where nothing is under way; and nothing to cancel of what is no segment."""
    put(here, "many", f"{N} >= 2")
    assert state(here, "many")["evaluatedAt"]
    assert here.ask("DELETE", "/api/segments/many/evaluate").status == 202
    assert state(here, "many")["evaluatedAt"]
    assert here.ask("DELETE", "/api/segments/nothing/evaluate").status == 404
