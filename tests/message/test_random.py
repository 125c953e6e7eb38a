"""Random journeys that write to people: however they are run, every step event is the same [6.31]."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.journey.project import Project
from sojourn.runtime import engine, turn

from ..differential import runs
from ..differential.test_agreement import HISTORIES, NO_WONDER, UNTIL, history
from ..engine.generator import examples, journeys
from ..engine.world import compiled, project, some_answer
from .world import DOCUMENTS

TEXTS = ("Hi", "{{ @{A._t.text} }}!", "{{ @{A._t.n} * 2 }}", "{{ #{W.now.text} }} {{ random() < 0.5 }}")
ADDRESSES = ("concat(@{A._t.text}, '@example.org')", "'ann@example.org'", "@{A._t.text}", "#{W.now.text}")
RULES = {
    "name": "r",
    "everywhere": True,
    "frequency": [{"limit": 2, "period": "PT1H"}],
    "quietHours": {"from": "01:00", "to": "02:30", "channels": ["sms"]},
}


@st.composite
def writing(draw: st.DrawFn) -> dict[str, Any]:
    """A random journey whose actions write to people, and some of whose events are what becomes of that."""
    document = draw(journeys())
    made: dict[str, dict[str, Any]] = {}
    for id_, activity in document["activities"].items():
        kept = activity["type"] != "action" or f"@action{{{id_}." in str(document)  # somebody asks for its answer
        made[id_] = dict(activity) if kept else draw(_message()) | {"next": activity["next"]}
    for id_, activity in made.items():
        messages = [each for each in _before(made, id_) if made[each]["type"] in ("email", "sms")]
        if activity["type"] == "event" and id_ != "start" and messages and draw(st.booleans()):
            made[id_] = {"type": "reaction", "message": draw(st.sampled_from(messages)), "next": activity["next"]}
            made[id_]["what"] = draw(st.sampled_from(["sent", "failed"]))
            made[id_] |= {"timeout": "PT1M"} if "timeout" in activity else {}
    return document | {"activities": made}


@st.composite
def _message(draw: st.DrawFn) -> dict[str, Any]:
    text = st.sampled_from(TEXTS)
    match draw(st.sampled_from(["email", "email", "sms", "webhook", "updateProfile"])):
        case "email":
            mail = {"type": "email", "channel": draw(st.sampled_from(["news", "receipts"])), "subject": draw(text)}
            return (
                mail | {"html": draw(text)} | ({"to": draw(st.sampled_from(ADDRESSES))} if draw(st.booleans()) else {})
            )
        case "sms":
            return {"type": "sms", "channel": "texts", "text": draw(text), "to": "'0151123456'"}
        case "webhook":
            return {"type": "webhook", "url": "https://example.com/hook", "body": {"a": draw(text)}}
    value = draw(st.sampled_from(["@{A._t.n}", "@{A._t.n} * 2", "#{W.now.n}", "null"]))
    return {"type": "updateProfile", "dataset": "people", "field": "points", "value": value}


def _before(activities: dict[str, dict[str, Any]], id_: str) -> list[str]:
    """The activities that lead to one."""
    found: list[str] = []
    for name in reversed(list(activities)):
        if any(each in (id_, *found) for each in _targets(activities[name].get("next"))):
            found.append(name)
    return found


def _targets(way: Any) -> list[str]:
    if isinstance(way, dict):
        return [each for target in way.values() for each in _targets(target)]
    return [way] if isinstance(way, str) else list(way or ())


def written(document: dict[str, Any]) -> Project:
    made = project(**document)
    for kind in ("schema", "dataset", "channel"):
        for each in DOCUMENTS[kind]:
            assert made.add(kind, each) == []
    assert made.add("ruleset", RULES) == []
    return made


@given(writing(), HISTORIES)
@settings(examples(3, 100), suppress_health_check=NO_WONDER)
def test_all_runs_agree(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any], heard: list[Any]) -> None:
    """[5.6, 6.18, 6.31] Replayed, and by the engine in batches of 1, 7 and all, restarted or not."""
    data = tmp_path_factory.mktemp("data")
    made = written(document)
    plan = compiled(made)
    checked = runs.checked(made, history(heard))
    expected = runs.replayed(data / "replay", made, plan, checked, UNTIL)
    for batch in (1, 7, len(checked)):
        found = runs.durable(data / f"{batch}", made, plan, checked, UNTIL, batch=batch)
        assert runs.difference(found, expected) == []
    again = runs.durable(data / "again", made, plan, checked, UNTIL, restart=True)
    assert runs.difference(again, expected) == []


@given(writing(), HISTORIES)
@settings(examples(6, 100), suppress_health_check=NO_WONDER)
def test_failing_messages_agree(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any], heard: list[Any]
) -> None:
    """[6.24] The same with messages and calls that fail, and turns that take only a little at a time."""
    data = tmp_path_factory.mktemp("data")
    made = written(document)
    plan = compiled(made)
    checked = runs.checked(made, history(heard))
    expected = runs.durable(data / "at-once", made, plan, checked, UNTIL, answers=some_answer)
    with pytest.MonkeyPatch.context() as small:
        small.setattr(engine, "EVENTS_A_TURN", 2)
        small.setattr(engine, "ROWS_A_READ", 1)
        small.setattr(engine, "ANSWERS_A_TURN", 1)
        small.setattr(turn, "VIRTUAL_TIMERS_A_TURN", 1)
        found = runs.durable(data / "bits", made, plan, checked, UNTIL, batch=7, answers=some_answer)
    assert runs.difference(found, expected) == []
