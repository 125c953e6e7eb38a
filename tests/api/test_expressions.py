"""What editors ask about expressions, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from sojourn.expression.functions import FUNCTIONS

from ..support import win_back
from ..support.endpoint import Endpoint
from .conftest import Sandbox

ANALYSE = "/api/expressions/analyse"
JOURNEY = {"journey": win_back.JOURNEY}


@pytest.fixture
def applied(sandbox: Sandbox, endpoint: Endpoint) -> Sandbox:
    """A sandbox with the small win-back project, not published."""
    sandbox.good("POST", "/api/apply", win_back.project(endpoint.port, wait="PT1H"))
    return sandbox


def analysed(sandbox: Sandbox, text: str | None = None, **body: Any) -> Any:
    """The analysis; the cursor is at the `|` in the text, where there is one."""
    if text is not None and "|" in text:
        body |= {"cursor": text.index("|")}
        text = text.replace("|", "", 1)
    given = {name: value for name, value in {"text": text, **body}.items() if value is not None}
    return sandbox.good("POST", ANALYSE, given)


def labels(found: Any) -> set[str]:
    return {item["label"] for item in found["completions"]["items"]}


# --- what it says ---


def test_a_right_condition(applied: Sandbox) -> None:
    found = analysed(applied, "@{Purchase._tenant.value} >= 50", **JOURNEY)
    assert (found["type"], found["expected"], found["errors"]) == ("boolean", "boolean", [])
    row = {
        "field": "@{Purchase._tenant.value}", "params": {}, "operator": "greaterOrEqual", "values": [50.0],
        "caseSensitive": True,
    }  # fmt: skip
    assert (found["simple"], found["advanced"]) == ({"join": "and", "items": [row]}, None)
    assert (found["completions"], found["hover"]) == (None, None)


def test_a_wrong_one_says_where_and_what_to_do(applied: Sandbox) -> None:
    found = analysed(applied, "true and\n@{Purchase._tenant.valu} >= 50", **JOURNEY)
    assert (found["type"], found["simple"]) == (None, None)
    (error,) = found["errors"]
    assert (error["code"], error["line"], error["column"]) == ("ERR_EXPR_UNKNOWN_FIELD", 2, 20)
    assert (error["start"], error["end"]) == (28, 32) and "'value'" in error["hint"]


def test_beyond_the_simple_view(applied: Sandbox) -> None:
    found = analysed(applied, "@{Purchase._tenant.value} >= 50 + 1", **JOURNEY)
    assert (found["type"], found["errors"], found["simple"]) == ("boolean", [], None)
    assert found["advanced"]["code"] == "INFO_SIMPLE_SHAPE" and found["advanced"]["message"]


USES = [
    ("condition", "1 == 1", "boolean", 0),
    ("condition", "1", None, 1),
    ("key", "upper('a')", "string", 0),
    ("key", "true", None, 1),
    ("timer", "toDateTimeOnly(now())", "dateTimeOnly", 0),
    ("timer", "now()", None, 1),
    ("parameter", "now()", "dateTime", 0),
]


@pytest.mark.parametrize("use, text, kind, errors", USES)
def test_a_use_has_its_type(sandbox: Sandbox, use: str, text: str, kind: str | None, errors: int) -> None:
    found = analysed(sandbox, text, use=use, events=[])
    assert (found["type"], len(found["errors"])) == (kind, errors)


def test_words_are_in_the_language_that_is_asked_for(applied: Sandbox) -> None:
    answer = applied.ask("POST", ANALYSE, {"text": "1 an|d".replace("|", ""), "cursor": 3, "events": []}, lang="ko")
    assert any("가" <= letter <= "힣" for letter in answer.body["errors"][0]["message"])
    assert any("가" <= letter <= "힣" for letter in answer.body["hover"]["text"])


# --- both views ---


def test_a_simple_view_becomes_text_and_is_analysed(applied: Sandbox) -> None:
    row = {
        "field": "@{Purchase.eventType}", "params": {}, "operator": "equals", "values": ["a"], "caseSensitive": False
    }  # fmt: skip
    group = {"join": "or", "items": [row, {"join": "and", "items": [row, row]}]}
    found = analysed(applied, simple=group, **JOURNEY)
    row_text = 'equalIgnoreCase(@{Purchase.eventType}, "a")'
    assert found["text"] == f"{row_text} or ({row_text} and {row_text})"
    assert (found["type"], found["simple"]) == ("boolean", group)


def test_a_wrong_row_is_named(applied: Sandbox) -> None:
    row = {"field": "@{Purchase._tenant.value}", "operator": "contains", "values": ["a"]}
    answer = applied.ask("POST", ANALYSE, {"simple": {"join": "and", "items": [row]}, **JOURNEY})
    assert (answer.status, answer.kind) == (400, "application/problem+json")
    assert (answer.body["code"], answer.body["field"]) == ("ERR_SIMPLE_OPERATOR", "items.0.operator")


def test_the_operators_of_the_simple_view(sandbox: Sandbox) -> None:
    found = sandbox.good("GET", "/api/expressions/operators")
    assert isinstance(found, list)
    (contains,) = [each for each in found if each["name"] == "contains"]
    assert contains == {
        "name": "contains", "label": "contains", "types": ["string"], "values": ["T"], "folds": True,
    }  # fmt: skip
    korean = sandbox.ask("GET", "/api/expressions/operators?lang=ko").body
    assert [each["name"] for each in korean] == [each["name"] for each in found]
    assert korean[found.index(contains)]["label"] == "포함"


# --- what is seen and offered ---


def test_a_journey_offers_what_has_happened(applied: Sandbox) -> None:
    """Only events that come before an activity are offered there [6.15]; a later one is no error by itself."""
    assert {"Purchase", "Confirmation"} <= labels(analysed(applied, "@{|", **JOURNEY))
    early = analysed(applied, "@{|", **JOURNEY, activity="is_big")
    assert "Purchase" in labels(early) and "Confirmation" not in labels(early)
    late = analysed(applied, "@{|", **JOURNEY, activity="cross_sell")
    assert {"Purchase", "Confirmation"} <= labels(late)
    assert analysed(applied, "@{Confirmation.eventType} == ''", **JOURNEY, activity="is_big")["errors"] == []


def test_the_answers_of_actions(applied: Sandbox) -> None:
    """[5.1, 7.2] Typed by the example of the response, under the activity's label; offered behind the activity."""
    actions: Any = applied.good("GET", "/api/actions")
    (vip,) = [each for each in actions if each["name"] == "vip_thanks"]
    applied.good("PUT", "/api/actions/vip_thanks", {**vip, "response": {"ticket": {"no": 7, "on": "2026-03-01"}}})
    applied.good("PUT", f"/api/journeys/{win_back.JOURNEY}", labelled(applied))
    behind = {**JOURNEY, "activity": "cross_sell"}
    assert "Thank them" in labels(analysed(applied, "@action{|", **behind))
    assert {"no", "on"} <= labels(analysed(applied, '@action{"Thank them".ticket.|', **JOURNEY, activity="cross_sell"))
    assert "Thank them" not in labels(analysed(applied, "@action{|", **JOURNEY, activity="is_big"))
    typed = analysed(applied, '@action{"Thank them".ticket.no} > 1', **JOURNEY, activity="cross_sell")
    assert (typed["type"], typed["errors"]) == ("boolean", [])
    (wrong,) = analysed(applied, '@action{"Thank them".ticket.nr} > 1', **JOURNEY)["errors"]
    assert wrong["code"] == "ERR_EXPR_UNKNOWN_FIELD"


def labelled(applied: Sandbox) -> Any:
    """The journey with a label for its first action."""
    document: Any = applied.good("GET", f"/api/journeys/{win_back.JOURNEY}")
    document = document.get("document", document)
    document["activities"]["vip_thanks"]["label"] = "Thank them"
    return document


def test_fields_and_journey_properties(applied: Sandbox) -> None:
    assert labels(analysed(applied, "@{Purchase.|}", **JOURNEY)) >= {"_tenant", "eventType", "identityMap"}
    assert labels(analysed(applied, "#{|", **JOURNEY)) == {"JourneyProperties"}
    assert "externalKey" in labels(analysed(applied, "#{JourneyProperties.|", **JOURNEY))
    assert labels(analysed(applied, "@{Purchase.identityMap.|", **JOURNEY)) == {"entry", "keys", "firstEntryKey"}


def test_functions_and_their_words(applied: Sandbox) -> None:
    assert labels(analysed(applied, "|", **JOURNEY)) >= {*FUNCTIONS}
    hover = analysed(applied, "len|gth('a') > 1", **JOURNEY)["hover"]
    assert (hover["title"], hover["start"], hover["end"]) == ("length", 0, 6)
    assert hover["forms"] == ["length(string) -> integer"] and hover["text"] and hover["example"]
    hover = analysed(applied, "@{Purchase._tenant.va|lue} > 1", **JOURNEY)["hover"]
    assert hover["title"] == "@{Purchase._tenant.value}: decimal"


def test_some_events_without_a_journey(applied: Sandbox) -> None:
    found = analysed(applied, "@{|", events=["Confirmation"])
    assert "Confirmation" in labels(found) and "Purchase" not in labels(found)


def test_the_condition_of_an_event_sees_its_payload(applied: Sandbox) -> None:
    """Its own, and nothing of a journey; also before it is saved, by its schema."""
    assert analysed(applied, "@{Purchase.eventType} == 'a'", event="Purchase")["errors"] == []
    assert analysed(applied, "@{Fresh._tenant.value} > 1", event="Fresh", schema="purchase")["errors"] == []
    found = analysed(applied, "#{JourneyProperties.externalKey} == 'a'", event="Purchase")
    assert [error["code"] for error in found["errors"]] == ["ERR_EXPR_UNKNOWN_SOURCE"]


def test_changes_are_seen_at_once(applied: Sandbox) -> None:
    fields = {"_tenant": {"value": "decimal", "fresh": "string"}}
    before = analysed(applied, "@{Purchase._tenant.fresh} == 'a'", **JOURNEY)
    applied.good("PUT", "/api/schemas/purchase", {"fields": fields})
    after = analysed(applied, "@{Purchase._tenant.fresh} == 'a'", **JOURNEY)
    assert (len(before["errors"]), after["errors"]) == (1, [])


# --- bad requests ---

BAD: list[tuple[dict[str, Any], int, str, str | None]] = [
    ({"events": []}, 422, "ERR_REQUEST_INVALID", "body"),
    ({"text": "1"}, 422, "ERR_REQUEST_INVALID", "body"),
    ({"text": "1", "simple": {"items": []}, "events": []}, 422, "ERR_REQUEST_INVALID", "simple.items"),
    ({"text": "1", "events": [], "event": "E"}, 422, "ERR_REQUEST_INVALID", "body"),
    ({"text": "1", "events": [], "activity": "a"}, 422, "ERR_REQUEST_INVALID", "body"),
    ({"text": "1", "events": [], "schema": "a"}, 422, "ERR_REQUEST_INVALID", "body"),
    ({"text": "1", "events": [], "cursor": -1}, 422, "ERR_REQUEST_INVALID", "cursor"),
    ({"text": "1", "events": [], "use": "poem"}, 422, "ERR_REQUEST_INVALID", "use"),
    ({"text": 1, "events": []}, 422, "ERR_REQUEST_INVALID", "text"),
    ({"text": "1", "events": [], "extra": 1}, 422, "ERR_REQUEST_INVALID", "extra"),
    ({"text": "1", "journey": "none"}, 404, "ERR_JOURNEY_UNKNOWN", "journey"),
    ({"text": "1", "journey": win_back.JOURNEY, "activity": "none"}, 404, "ERR_ACTIVITY_UNKNOWN", "activity"),
    ({"text": "1", "events": ["None"]}, 404, "ERR_EVENT_UNKNOWN", "events"),
    ({"text": "1", "event": "None"}, 404, "ERR_EVENT_UNKNOWN", "event"),
    ({"text": "1", "event": "Purchase", "schema": "none"}, 404, "ERR_SCHEMA_UNKNOWN", "schema"),
]


@pytest.mark.parametrize("body, status, code, field", BAD)
def test_a_bad_request_is_a_problem(
    applied: Sandbox, body: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    answer = applied.ask("POST", ANALYSE, body)
    assert (answer.status, answer.kind) == (status, "application/problem+json"), answer
    assert (answer.body["code"], answer.body["field"]) == (code, field)


ODD = ["", " ", "\x00", "@{", "'" * 999, "(" * 9_000, "a" * 10_001, "𝒳 == '𝒳'", "\ud800"]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_whatever_the_text_there_is_an_answer(applied: Sandbox, text: str) -> None:
    answer = applied.ask("POST", ANALYSE, {"text": text, "cursor": len(text), **JOURNEY})
    assert answer.status == (422 if text == "\ud800" else 200), answer
    assert answer.body.get("errors") or answer.body["code"] == "ERR_REQUEST_INVALID"


def test_it_is_documented(applied: Sandbox) -> None:
    document = applied.ask("GET", "/api/openapi.json").body
    operation = document["paths"][ANALYSE]["post"]
    assert operation["tags"] == ["expressions"]
    named = {name.partition("-")[0] for name in document["components"]["schemas"]}
    assert named >= {"ExpressionBody", "Analysis", "Problem", "Completion", "Hover", "Group", "Row", "OperatorView"}
