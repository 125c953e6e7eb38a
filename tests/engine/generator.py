"""Random journeys that are valid, and random things that happen to people in them."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

from .world import event, wait

LONG = bool(os.environ.get("SOJOURN_LONG"))
BIG = 2**63 - 1
"""Twice this overflows: an expression with it fails to evaluate."""
TESTS = (
    "@{A._t.n} > 0",
    "@{A._t.n} * 2 > 3",
    "@{A._t.n} is null",
    '@{A._t.text} == "x"',
    "random() < 0.5",
    "toInteger(toString(@{A._t.n})) == 1 or random() < 0.3",
    'contain(#{JourneyProperties.instanceUID}, "a1")',
    'now() > date("1970-01-01T00:00:09Z")',
    "@{A._t.items.first(currentEventField.n > 0).sku} == @{A._t.text, defaultValue: 'x'}",
    "count(@{A._t.items.all(currentEventField.at < now()).sku}) > 0",
    "@{A._t.day} == date('2026-03-01') or toString(@{A._t.span}) == 'PT0S'",
    "toString(@{A._t.when}) == '1970-01-01T02:00:03+02:00' or @{A._t.when} > now()",
    "@{A._t.labels.entry(@{A._t.text, defaultValue: 'x'})} is not null",
)
FETCHING = (
    "#{W.now.n} > 1",
    "#{W.now.n} * 2 > 3 or random() < 0.2",
    "#{W.of.text, params: {q: @{A._t.text}}} == 'x'",
    "#{W.of.n, params: {q: #{W.now.text, defaultValue: 'z'}}} > 1 or toString(now()) == ''",
    "#{W.of.day, params: {q: toString(#{W.now.n})}} == date('1970-01-01')",
    "#{W.now.day} is null and #{JourneyProperties.lastDataFetchErrorCode} is not null",
    "#{JourneyProperties.previousNodeId} == 'x1' or #{JourneyProperties.lastErrorCode} == '503'",
)
ANSWERING = (
    "@action{ACTION.n} > 1",
    "@action{ACTION.n} * 2 > 3",
    "@action{ACTION.day} == date('1970-01-01')",
    "@action{ACTION.text} is null",
    "count(@action{ACTION.items.all(currentActionField.n > 1).sku}) > 0",
    "#{W.of.n, params: {q: @action{ACTION.text}}} > 1",
)
"""They read what an action was answered: `ACTION` stands for one of the journey."""
VALUES = (
    None, "@action{ACTION.n}", "@{A._t.n}", "@{A._t.n} * 2", "@{A._t.n} + 1", "max(@{A._t.items.n})", "#{W.now.n}",
    "#{W.now.n} * 2",
)  # fmt: skip
KINDS = (
    "event", "wait", "action", "action", "condition", "event", "wait", "end",
    "until", "abSplit", "percentageSplit", "timeCondition", "dateCondition", "jump",
)  # fmt: skip
UNTIL: tuple[dict[str, Any], ...] = (
    {"date": "1970-01-01T00:00:05"},
    {"date": "0001-01-01"},
    {"date": "9999-12-31T23:59:59"},
    {"time": "00:01"},
    {"time": "09:00", "days": ["thursday", "monday"]},
    {"until": "toDateTimeOnly(now()) + toDuration('PT2S')"},
    {"until": "toDateTimeOnly(toString(@{A._t.day}))"},
    {"until": "toDateTimeOnly(@{A._t.when}) + toDuration('PT1H')"},
    {"until": "toDateTimeOnly(toString(#{W.now.day}))"},
    {"until": "toDateTimeOnly(toString(#{W.of.day, params: {q: toString(@{A._t.n} * 2)}}))"},
)
"""The forms of a wait until a moment."""
HOURS: tuple[dict[str, Any], ...] = (
    {"from": "00:00", "to": "00:01"}, {"from": "08:00", "to": "10:00"}, {"from": "23:00", "to": "00:10"},
    {"days": ["thursday"]}, {"from": "22:00", "to": "06:00", "days": ["wednesday"]},
)  # fmt: skip
DATES: tuple[dict[str, Any], ...] = (
    {"to": "1970-01-01T00:00:05"}, {"from": "1970-01-01T08:00", "to": "1970-01-01T10:00"}, {"from": "1970-01-02"},
)  # fmt: skip
EXITS: tuple[dict[str, Any], ...] = (
    {"c": {"event": "C"}},
    {"b": {"event": "B", "condition": "@{B._t.n} > 1 or random() < 0.2"}, "c": {"condition": "@{A._t.n} == 2"}},
    {"late": {"condition": "now() > date('1970-01-01T00:00:20Z') and @{A._t.n} * 2 > 1"}},
)
ZONES = ("UTC", "UTC", "Asia/Seoul", "America/New_York", "+00:01")
SECONDS = st.sampled_from([1, 1, 2, 3, 5, 3600])


def examples(few: int, many: int = 2_000) -> settings:
    """The same examples in each run; more of them, and a failing one made small, with SOJOURN_LONG=1."""
    phases = (Phase.explicit, Phase.generate, *((Phase.shrink,) if LONG else ()))
    count = many if LONG else few
    return settings(derandomize=True, max_examples=count, deadline=None, phases=phases, report_multiple_bugs=False)


@st.composite
def journeys(draw: st.DrawFn) -> dict[str, Any]:
    """The arguments of `world.documents`: activities x1, x2, ... that only lead to later ones."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=9))
    made: dict[str, dict[str, Any]] = {}
    timed: set[str] = set()
    for number, kind in reversed(list(enumerate(kinds, 1))):
        made[f"x{number}"] = draw(_activity(kind, dict(made), timed))
        if "timeout" in made[f"x{number}"]:
            timed.add(f"x{number}")
    start = event("A", next=draw(targets(made, timed)))
    acting = [name for name, each in made.items() if each["type"] == "action"]
    made = {name: _answered(each, acting, draw) for name, each in made.items()}
    properties = {
        "globalTimeout": "PT1H",
        **draw(st.sampled_from([{}, {}, {"reentrance": False}, {"reentranceWait": "PT3S"}])),
        "exitCriteria": draw(st.sampled_from([{}, {}, *EXITS])),
        "controlGroup": draw(st.sampled_from([0, 0, 0, 40])),
        "timeZone": draw(st.sampled_from(ZONES)),
    }
    return {"activities": {"start": start, **dict(reversed(made.items()))}, **properties}


def _answered(node: Any, acting: list[str], draw: st.DrawFn) -> Any:
    """With one of the actions, or an event where there is none, in the place of each `ACTION`."""
    if isinstance(node, dict):
        return {key: _answered(each, acting, draw) for key, each in node.items()}
    if not isinstance(node, str) or "ACTION" not in node:
        return node
    if acting:
        return node.replace("ACTION", draw(st.sampled_from(acting)))
    return node.replace("@action{ACTION", "@{A._t").replace("currentActionField", "currentEventField")


@st.composite
def _activity(draw: st.DrawFn, kind: str, later: dict[str, Any], timed: set[str]) -> dict[str, Any]:
    way = targets(later, timed)
    match kind:
        case "end":
            return {"type": "end"}
        case "wait":
            return wait(draw(SECONDS), draw(way))
        case "event":
            name = draw(st.sampled_from(["A", "B", "B", "C"]))
            if draw(st.booleans()):
                return event(name, next=draw(way))
            timeout = f"PT{draw(SECONDS)}S"
            if draw(st.booleans()):
                return event(name, timeout=timeout, next=draw(way))
            return event(name, timeout=timeout, next={"then": draw(way), "timeout": draw(way)})
        case "action":
            parameters = {"who": "#{JourneyProperties.instanceUID}"}
            if value := draw(st.sampled_from(VALUES)):
                parameters["n"] = value
            ways = {"then": draw(way)} | ({"error": draw(way)} if draw(st.booleans()) else {})
            name = draw(st.sampled_from(["send", "offer"]))
            return {"type": "action", "action": name, "parameters": parameters, "next": ways}
        case "jump":
            ways = {"then": draw(way)} | ({"error": draw(way)} if draw(st.booleans()) else {})
            parameters = {"_t.n": draw(st.sampled_from(["1", "@{A._t.n}", "@{A._t.n} * 2", "#{W.now.n}"]))}
            return {"type": "jump", "journey": "other", "parameters": parameters, "next": ways}
        case "until":
            ways = {"then": draw(way)} | ({"error": draw(way)} if draw(st.booleans()) else {})
            return {"type": "wait", **draw(st.sampled_from(UNTIL)), "next": ways}
        case "abSplit":
            goals = [name for name, each in later.items() if each["type"] in ("event", "wait", "action")]
            if not goals:
                return {"type": "end"}
            branches = {name: {"share": 50, "goal": draw(st.sampled_from(goals))} for name in ("a", "b")}
            return {"type": kind, "paths": branches, "next": {"a": draw(way), "b": draw(way)}}
        case "percentageSplit" | "timeCondition" | "dateCondition":
            each = {
                "percentageSplit": st.sampled_from([0, 12.5, 33, 25]),
                "timeCondition": st.sampled_from(HOURS),
                "dateCondition": st.sampled_from(DATES),
            }[kind]
            own = {f"p{n}": draw(each) for n in range(draw(st.integers(1, 3)))}
            names = [*own, *(["other"] if draw(st.booleans()) else [])]
            return {"type": kind, "paths": own, "next": {name: draw(way) for name in names}}
    tests = st.sampled_from(TESTS) | st.sampled_from(FETCHING) | st.sampled_from(ANSWERING)
    paths = {f"p{n}": draw(tests) for n in range(draw(st.integers(1, 3)))}
    optional = [name for name in ("other", "error") if draw(st.booleans())]
    return {"type": "condition", "paths": paths, "next": {name: draw(way) for name in [*paths, *optional]}}


@st.composite
def targets(draw: st.DrawFn, later: dict[str, Any], timed: set[str]) -> Any:
    """Nowhere, one of the later activities, or some of them in parallel with at most one timeout."""
    if not later or draw(st.integers(0, 9)) == 9:
        return None
    waiting = [
        name for name, activity in later.items() if activity["type"] in ("event", "wait", "segmentQualification")
    ]
    if len(waiting) < 2 or draw(st.booleans()):
        return draw(st.sampled_from(list(later)))
    group = draw(st.lists(st.sampled_from(waiting), min_size=1, max_size=3, unique=True))
    first_timed = next((name for name in group if name in timed), None)
    return [name for name in group if name not in timed or name == first_timed]


ITEMS: list[Any] = [[], [{"sku": "x", "n": 1}], [{"sku": "y", "at": "1970-01-01T00:00:05Z"}, {"sku": "x", "n": 2}]]
PAYLOADS = st.fixed_dictionaries(
    {},
    optional={
        "n": st.sampled_from([0, 1, 2, 2, BIG]),
        "text": st.sampled_from(["x", "y"]),
        "items": st.sampled_from(ITEMS),
        "day": st.sampled_from(["2026-03-01", "1970-01-01"]),
        "when": st.sampled_from(["1970-01-01T02:00:03+02:00", "1970-01-01T00:00:03Z"]),
        "span": st.sampled_from(["PT0S", "P1D"]),
        "labels": st.sampled_from([{"x": "1"}, {"y": "2"}]),
    },
)
EVENTS = st.sampled_from(["A", "B", "A", "C"])
PAUSES = st.sampled_from([1_000, 0, 500, 1_000, 2_000, 0, 7_000, 3_600_000])
ANSWERS = st.sampled_from(["ok", "ok", "http", "ok", "timeout", "capping", "error"])
_EVENT = st.tuples(st.just("event"), PAUSES, EVENTS, PAYLOADS)
_ANSWER = st.tuples(st.just("answer"), PAUSES, ANSWERS)
_TICK = st.tuples(st.just("tick"), PAUSES)
_LATE = st.tuples(st.just("late"), PAUSES, st.integers(0, 9))
SCRIPTS = st.lists(st.one_of(_EVENT, _ANSWER, _EVENT, _ANSWER, _TICK, _TICK, _LATE), min_size=8, max_size=30)
ENDINGS = st.sampled_from(["", "", "", "stop", "close"])
"""What happens to the version in the middle of it all."""
