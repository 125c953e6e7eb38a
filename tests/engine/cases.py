"""The transition table as cases: small journeys, what happens to a person in them, and what has to come out."""

from __future__ import annotations

from typing import Any, NamedTuple

from .world import Activities, action, condition, event, wait

END = {"type": "end"}
START = "{} start transitions >then entrance"


class Case(NamedTuple):
    """A journey behind its start `A` (which leads to `next`), what happens, and what comes out."""

    rest: Activities
    script: str
    expected: list[str]
    next: object = "x"
    properties: dict[str, Any] = {}


BRANCH = {"yes": action(), "no": wait(5)}
TWO = {"e": event("B", next="y"), "w": wait(10, "n"), "y": wait(1), "n": wait(1)}
ENTRIES: dict[str, Case] = {
    "a start alone is a whole journey [6.22]": Case({"x": END}, "0 A", ["0 start endStep >then entrance ended"]),
    "the start's other events are nothing": Case(
        {"x": event("B")}, "0 B, 1 A, 2 B", ["! notAwaited", START.format(1), "2 x endStep >then ended"]
    ),
    "before the start date [6.13]": Case(
        {"x": wait(1)},
        "4 A, 5 A",
        ["! notStarted", START.format(5)],
        properties={"startDate": "1970-01-01T00:00:05Z"},
    ),
    "from the end date on [6.13]": Case(
        {"x": wait(9)},
        "4.999 A, 5 tick, 13.999 tick, 14 A",
        [START.format(4.999), "13.999 x endStep >then ended", "! ended"],
        properties={"endDate": "1970-01-01T00:00:05Z"},
    ),
    "at the end date itself [6.13]": Case(
        {"x": wait(9)}, "5 A", ["! ended"], properties={"endDate": "1970-01-01T00:00:05Z"}
    ),
    "the global timeout counts from the entry": Case(
        {"x": wait(1800, "y"), "y": event("B")},
        "7 A, 9999 tick",
        [START.format(7), "1807 x transitions >then", "3607 y instanceTimedOut ended"],
        properties={"globalTimeout": "PT1H"},
    ),
}
"""All that comes out."""
CASES: dict[str, Case] = {
    # --- entry and end ---
    "inside, the entry event is not an entry [6.11]": Case(
        {"x": wait(9)}, "0 A, 5 A, 9 tick", ["! notAwaited", "9 x endStep >then ended"]
    ),
    "awaited where the person stands, it moves them [6.11]": Case(
        {"x": event("A")}, "0 A, 5 A, 6 A", ["5 x endStep >then ended", "6 start transitions >then entrance again"]
    ),
    "re-entrance off: once for ever [6.12]": Case(
        {"x": event("B")},
        "0 A, 1 B, 2 A",
        ["1 x endStep >then ended", "! reentranceNotAllowed"],
        properties={"reentrance": False},
    ),
    # --- listeners ---
    "a listener without timeout waits": Case(
        {"x": event("B")},
        "0 A, 100 C, 3599.999 tick, 3599.999 B",
        ["! notAwaited", "3599.999 x endStep >then ended"],
        properties={"globalTimeout": "PT1H"},
    ),
    "a timeout with a path [6.15]": Case(
        {"x": event("B", timeout="PT7S", next={"then": "y", "timeout": "z"}), "y": wait(1), "z": wait(2)},
        "0 A, 8.999 tick, 9 tick",
        ["7 x transitions >timeout", "9 z endStep >then ended"],
    ),
    "a timeout without a path goes the listener's way [6.15]": Case(
        {"x": event("B", timeout="PT7S", next="y"), "y": wait(1)},
        "0 A, 8 tick",
        ["7 x transitions >timeout", "8 y endStep >then ended"],
    ),
    "a timeout to nowhere ends the stay normally": Case(
        {"x": event("B", timeout="PT7S", next={"then": "y", "timeout": None}), "y": wait(1)},
        "0 A, 7 tick",
        ["7 x endStep >timeout ended"],
    ),
    "an event at the moment of its own timeout wins": Case(
        {"x": event("B", timeout="PT7S")}, "0 A, 7 B", ["7 x endStep >then ended"]
    ),
    "a timer before the event goes first [6.14]": Case(
        {"x": event("B", timeout="PT7S", next={"then": None, "timeout": "y"}), "y": event("B")},
        "0 A, 7.001 B",
        ["7 x transitions >timeout", "7.001 y endStep >then ended"],
    ),
    # --- what an action was answered ---
    "the answer is there from then on [5.1, 7.2]": Case(
        {
            "x": action("y"),
            "y": wait(5, "z"),
            "z": condition({"big": "@action{x.n} > 4 and @action{x.day} == date('2026-03-01')"}, {"big": "v"}),
            "v": action(n="@action{x.n} + 1"),
        },
        '0 A, 1 brings {"n": 5; "day": "2026-03-01"; "more": [1]}, 9 tick',
        ["call send", "1 x transitions >then x1", "6 y transitions >then", "6 z transitions >big", "call send"],
    ),
    "an answer of another form is null": Case(
        {"x": action("y"), "y": condition({"null": "@action{x.n} is null"}, {"null": "z"}), "z": wait(9)},
        "0 A, 1 brings [1; 2]",
        ["call send", "1 x transitions >then x1", "1 y transitions >null"],
    ),
    # --- exit criteria ---
    "an event takes somebody out wherever they are [6.25]": Case(
        {"x": event("B", timeout="PT9S", next="y"), "y": wait(1)},
        "0 A, 4 C, 9 tick, 9 B",
        ["4 x exited ended code=exitCriteria.bought", "! notAwaited"],
        properties={"exitCriteria": {"bought": {"event": "C"}}},
    ),
    "also while a call is open, and its answer is nobody's [6.25, 6.27]": Case(
        {"x": action("y"), "y": wait(1)},
        "0 A, 1 B, 2 C, 3 late",
        ["call send", "held", "2 x exited ended code=exitCriteria.bought"],
        properties={"exitCriteria": {"bought": {"event": "C"}}},
    ),
    "only if its condition holds of the event": Case(
        {"x": wait(9)},
        "0 A, 1 C 1, 2 C 2",
        ["! notAwaited", "2 x exited ended code=exitCriteria.bought"],
        properties={"exitCriteria": {"bought": {"event": "C", "condition": "@{C._t.n} > 1"}}},
    ),
    "an awaited event that is one takes out, and does not move": Case(
        {"x": event("B", next="y"), "y": wait(1)},
        "0 A, 1 B",
        ["1 x exited ended code=exitCriteria.gone"],
        properties={"exitCriteria": {"gone": {"event": "B"}}},
    ),
    "the entry event as one takes out, and does not enter again [6.11]": Case(
        {"x": wait(9)},
        "0 A, 1 A, 2 A",
        ["1 x exited ended code=exitCriteria.again", "2 start transitions >then entrance again"],
        properties={"exitCriteria": {"again": {"event": "A"}}},
    ),
    "a condition alone, when a timer fires or an event comes": Case(
        {"x": wait(5, "y"), "y": wait(5, "z"), "z": wait(5)},
        "0 A, 9 tick, 10 tick, 20 tick",
        ["5 x transitions >then", "10 y exited ended code=exitCriteria.late"],
        properties={"exitCriteria": {"late": {"condition": "now() > date('1970-01-01T00:00:07Z')"}}},
    ),
    "a condition that cannot be evaluated keeps people": Case(
        {"x": wait(5)},
        "0 A 9223372036854775807, 1 C, 5 tick",
        ["! notAwaited", "5 x endStep >then ended"],
        properties={"exitCriteria": {"big": {"condition": "@{A._t.n} * 2 > 1"}}},
    ),
    # --- conditions ---
    "the first path that holds [6.20]": Case(
        {"x": condition({"yes": "@{A._t.n} > 1", "no": "@{A._t.n} > 0"}, {"yes": "yes", "no": "no"}), **BRANCH},
        "0 A 5",
        ["0 x transitions >yes", "call send"],
    ),
    "the second path": Case(
        {"x": condition({"yes": "@{A._t.n} > 1", "no": "@{A._t.n} > 0"}, {"yes": "yes", "no": "no"}), **BRANCH},
        "0 A 1",
        ["0 x transitions >no"],
    ),
    "other cases [6.20]": Case(
        {"x": condition({"yes": "@{A._t.n} > 1"}, {"yes": "yes", "other": "no"}), **BRANCH},
        "0 A 1, 5 tick",
        ["0 x transitions >other", "5 no endStep >then ended"],
    ),
    "no match and no other path ends the stay normally [6.20]": Case(
        {"x": condition({"yes": "@{A._t.n} > 1"}, {"yes": "y"}), "y": wait(1)}, "0 A 1", ["0 x endStep >other ended"]
    ),
    "null is no match [7.4]": Case(
        {"x": condition({"yes": "@{A._t.n} > 1"}, {"yes": "y"}), "y": wait(1)}, "0 A", ["0 x endStep >other ended"]
    ),
    "a failed evaluation ends the stay [6.24]": Case(
        {"x": condition({"yes": "@{A._t.n} * 2 > 1"}, {"yes": "y", "other": "y"}), "y": wait(1)},
        f"0 A {2**63 - 1}",
        ["0 x error ended error code=ERR_EXPR_OVERFLOW"],
    ),
    "a failed evaluation takes the error path [6.24]": Case(
        {"x": condition({"yes": "@{A._t.n} * 2 > 1"}, {"yes": None, "error": "y"}), "y": wait(1)},
        f"0 A {2**63 - 1}, 1 tick",
        ["0 x error >error error code=ERR_EXPR_OVERFLOW", "1 y endStep >then ended"],
    ),
    "the latest occurrence counts": Case(
        {
            "x": event("A", next="c"),
            "c": condition({"yes": "@{A._t.n} > 1"}, {"yes": None, "other": "y"}),
            "y": wait(1),
        },
        "0 A 0, 1 A 2",
        ["1 x transitions >then", "1 c endStep >yes ended"],
    ),
    "a missing field of a later occurrence is null, not the old value": Case(
        {
            "x": event("A", next="c"),
            "c": condition({"yes": "@{A._t.n} > 1"}, {"yes": None, "other": "y"}),
            "y": wait(1),
        },
        "0 A 2, 1 A",
        ["1 x transitions >then", "1 c transitions >other"],
    ),
    # --- waits ---
    "a wait [6.21]": Case({"x": wait(3, "y"), "y": END}, "0 A, 2.999 tick, 3 tick", ["3 x endStep >then ended"]),
    "waits in a row, each from its own moment": Case(
        {"x": wait(3, "y"), "y": wait(4)}, "0 A, 60 tick", ["3 x transitions >then", "7 y endStep >then ended"]
    ),
    # --- actions ---
    "ok": Case(
        {"x": action("y"), "y": wait(1)},
        "0 A, 2 ok, 3 tick",
        ["call send", "2 x transitions >then x1", "3 y endStep >then ended"],
    ),
    "ok after four attempts [9.4]": Case({"x": action()}, "0 A, 2 ok x4", ["call send", "2 x endStep >then ended x4"]),
    "http error ends the stay [6.24]": Case(
        {"x": action("y"), "y": wait(1)}, "0 A, 2 http 404", ["call send", "2 x error ended http code=404 x1"]
    ),
    "timeout ends the stay": Case({"x": action()}, "0 A, 30 timeout", ["call send", "30 x timedOut ended timeout x4"]),
    "capping ends the stay": Case({"x": action()}, "0 A, 0 capping", ["call send", "0 x cappingError ended capping"]),
    "no connection ends the stay": Case({"x": action()}, "0 A, 1 error", ["call send", "1 x error ended error"]),
    "each error goes the error path [6.24]": Case(
        {"x": action({"then": None, "error": "y"}), "y": action({"then": None, "error": "z"}), "z": wait(1)},
        "0 A, 1 http 500, 31 timeout, 32 tick",
        [
            "call send",
            "1 x error >error http code=500 x1",
            "call send",
            "31 y timedOut >error timeout x4",
            "32 z endStep >then ended",
        ],
    ),
    "attempts and code are the call's alone": Case(
        {
            "x": action("c"),
            "c": condition({"yes": "@{A._t.n} is null"}, {"yes": "y"}),
            "y": action({"then": None, "error": "d"}),
            "d": condition({"yes": "true"}, {"yes": "w"}),
            "w": wait(1),
        },
        "0 A, 1 ok x3, 2 http 503, 3 tick",
        [
            "call send",
            "1 x transitions >then x3",
            "1 c transitions >yes",
            "call send",
            "2 y error >error http code=503 x1",
            "2 d transitions >yes",
            "3 w endStep >then ended",
        ],
    ),
    "the activity that asks is known to it [7.2]": Case(
        {
            "x": condition({"yes": "#{JourneyProperties.currentNodeId} == 'x'"}, {"yes": "y", "other": None}),
            "y": condition({"yes": "#{JourneyProperties.currentNodeName} == 'y'"}, {"yes": "w", "other": None}),
            "w": wait(1),
        },
        "0 A, 1 tick",
        ["0 x transitions >yes", "0 y transitions >yes", "1 w endStep >then ended"],
    ),
    "an error path to nowhere": Case(
        {"x": action({"then": "y", "error": None}), "y": wait(1)},
        "0 A, 1 capping",
        ["call send", "1 x cappingError >error ended capping"],
    ),
    "a parameter that fails to evaluate is the action's error [6.24]": Case(
        {"x": action({"then": None, "error": "y"}, n="@{A._t.n} * 2"), "y": wait(1)},
        f"0 A {2**63 - 1}",
        ["0 x error >error error code=ERR_EXPR_OVERFLOW"],
    ),
    "an answer that nobody waits for [6.27]": Case(
        {"x": action("y"), "y": wait(9)}, "0 A, 1 late, 2 ok, 3 ok, 4 late", ["call send", "2 x transitions >then x1"]
    ),
    "an event during an open call is held [6.14]": Case(
        {"x": action("y"), "y": event("B")},
        "0 A, 1 B, 2 ok, 2 B",
        ["call send", "held", "2 x transitions >then x1", "2 y endStep >then ended"],
    ),
    "the entry event during an open call is held too": Case({"x": action()}, "0 A, 1 A", ["call send", "held"]),
    # --- data sources ---
    "a fetch before the path that needs it, and no earlier [4.4]": Case(
        {"x": condition({"n": "@{A._t.n} == 1", "w": "#{W.now.n} == 2"}, {"n": "y", "w": "z"}), "y": END, "z": wait(1)},
        '0 A 1, 1 A, 2 brings {"n": 2}, 3 tick, 4 A, 5 brings {"n": 3}',
        [
            "0 x endStep >n ended",
            "1 start transitions >then entrance again",
            "fetch W.now",
            "2 x transitions >w fetched=1",
            "3 z endStep >then ended",
            "4 start transitions >then entrance again",
            "fetch W.now",
            "5 x endStep >other ended fetched=1",
        ],
    ),
    "once for each activity and set of parameters, the inner one first [4.4]": Case(
        {
            "x": condition(
                {
                    "a": "#{W.of.n, params: {q: #{W.now.text}}} == 1",
                    "b": "#{W.of.n, params: {q: #{W.now.text}}} + #{W.of.n, params: {q: 'k'}} == 9",
                    "c": "#{W.now.text} == 'm'",
                },
                {"c": "y"},
            ),
            "y": action(None, n="#{W.now.n}"),
        },
        '0 A, 1 brings {"text": "m"; "n": 7}, 2 brings {"n": 4}, 3 brings {"n": 4}, 4 brings {"n": 8}, 5 ok',
        [
            "fetch W.now",
            "fetch W.of",
            "fetch W.of",
            "3 x transitions >c fetched=3",
            "fetch W.now",
            "call send",
            "5 y endStep >then ended x1 fetched=1",
        ],
    ),
    "one moment for the whole activity, however long its fetch takes [6.29]": Case(
        {
            "x": condition(
                {"late": "now() > date('1970-01-01T00:00:05Z')", "w": "#{W.now.n} == 1", "l": "now() > @{A.timestamp}"},
                {"late": None, "w": "y"},
            ),
            "y": wait(1),
        },
        '0 A, 9 brings {"n": 1}',
        ["fetch W.now", "9 x transitions >w fetched=1"],
    ),
    "a fetch that fails ends the stay [6.24]": Case(
        {"x": condition({"w": "#{W.now.n} == 1"}, {"other": "y"}), "y": wait(1)},
        "0 A, 1 http 404",
        ["fetch W.now", "1 x error ended http code=404 fetched=1 in=W.now"],
    ),
    "or takes the alternative path, of an action too": Case(
        {
            "x": condition({"w": "#{W.now.n} == 1"}, {"error": "y"}),
            "y": action({"then": None, "error": "z"}, n="#{W.now.n}"),
            "z": wait(1),
        },
        "0 A, 1 timeout, 2 capping",
        [
            "fetch W.now",
            "1 x timedOut >error timeout fetched=1 in=W.now",
            "fetch W.now",
            "2 y cappingError >error capping fetched=1 in=W.now",
        ],
    ),
    "an answer of another form is an error, one without a field is null": Case(
        {"x": condition({"w": "#{W.now.n} is null"}, {"w": "y"}), "y": condition({"w": "#{W.now.n} is null"}, {})},
        '0 A, 1 brings {"n": "two"}, 2 brings [1]',
        [
            "fetch W.now",
            "1 x transitions >w fetched=1",
            "fetch W.now",
            "2 y error ended error code=200 fetched=1 in=W.now",
        ],
    ),
    "a parameter that fails to evaluate is the activity's error [6.24]": Case(
        {"x": condition({"w": "#{W.of.n, params: {q: toString(@{A._t.n} * 2)}} == 1"}, {"error": "y"}), "y": wait(1)},
        f"0 A {2**63 - 1}",
        ["0 x error >error error code=ERR_EXPR_OVERFLOW"],
    ),
    "an event during a fetch is held, and time goes on [6.14, 6.27]": Case(
        {"x": condition({"w": "#{W.now.n} == 1"}, {})},
        "0 A, 1 B, 3600 tick, 3601 brings {}",
        ["fetch W.now", "held", "3600 x instanceTimedOut ended"],
        properties={"globalTimeout": "PT1H"},
    ),
    "stopped during a fetch [6.27]": Case(
        {"x": condition({"w": "#{W.now.n} == 1"}, {})},
        "0 A, 3 stop, 4 brings {}",
        ["fetch W.now", "3 x stopped ended"],
    ),
    "the journey knows what went wrong, and where one comes from [7.2]": Case(
        {
            "x": condition({"w": "#{W.now.n} == 1"}, {"error": "y"}),
            "y": condition(
                {
                    "p": "#{JourneyProperties.previousNodeId} == 'x' and #{JourneyProperties.lastErrorCode} == '404'"
                    " and #{JourneyProperties.lastDataFetchErrorCode} == '404'"
                    " and #{JourneyProperties.lastNodeUIDInError} == 'x'"
                    " and #{JourneyProperties.lastNodeTypeInError} == 'Condition'"
                    " and #{JourneyProperties.lastDataFetchElapsedTime} == 0"
                    " and #{JourneyProperties.lastExecutedActionErrorCode} is null"
                },
                {"p": "z"},
            ),
            "z": action({"then": None, "error": "q"}),
            "q": condition(
                {
                    "p": "#{JourneyProperties.previousNodeName} == 'z'"
                    " and #{JourneyProperties.lastErrorCode} == 'capped'"
                    " and #{JourneyProperties.lastDataFetchErrorCode} == '404'"
                    " and #{JourneyProperties.lastNodeNameInError} == 'z'"
                    " and #{JourneyProperties.lastExecutedActionErrorCode} == 'capped'"
                    " and #{JourneyProperties.lastActionExecutionElapsedTime} == 0"
                },
                {"p": "w"},
            ),
            "w": wait(1),
        },
        "0 A, 1 http 404, 2 capping",
        [
            "fetch W.now",
            "1 x error >error http code=404 fetched=1 in=W.now",
            "1 y transitions >p",
            "call send",
            "2 z cappingError >error capping",
            "2 q transitions >p",
        ],
    ),
    # --- parallel ---
    "the event wins [6.16]": Case(
        TWO, "0 A, 9 B, 60 tick", ["9 e transitions >then", "10 y endStep >then ended"], ["e", "w"]
    ),
    "the wait wins [6.16]": Case(
        TWO, "0 A, 11 B, 60 tick", ["10 w transitions >then", "! notAwaited", "11 n endStep >then ended"], ["e", "w"]
    ),
    "a tie: the event stands above [6.16]": Case(TWO, "0 A, 10 B", ["10 e transitions >then"], ["e", "w"]),
    "a tie: the wait stands above [6.16]": Case(
        TWO, "0 A, 10 B", ["10 w transitions >then", "! notAwaited"], ["w", "e"]
    ),
    "a tie: whoever the wait moved hears the event there": Case(
        {"w": wait(10, "y"), "e": event("B", next="n"), "y": event("B"), "n": wait(1)},
        "0 A, 10 B",
        ["10 w transitions >then", "10 y endStep >then ended"],
        ["w", "e"],
    ),
    "a tie: whoever the wait let out enters anew": Case(
        {"w": wait(10), "e": event("A", next="n"), "n": wait(1)},
        "0 A, 10 A",
        ["10 w endStep >then ended", "10 start transitions >then entrance again"],
        ["w", "e"],
    ),
    "two waits: the shorter": Case(
        {"w": wait(9), "v": wait(8)}, "0 A, 60 tick", ["8 v endStep >then ended"], ["w", "v"]
    ),
    "two equal waits: the upper": Case(
        {"w": wait(9), "v": wait(9)}, "0 A, 60 tick", ["9 w endStep >then ended"], ["w", "v"]
    ),
    "an event between two waits of its moment: the uppermost": Case(
        {"w": wait(9), "e": event("B"), "v": wait(9)},
        "0 A, 9 B",
        ["9 w endStep >then ended", "! notAwaited"],
        ["w", "e", "v"],
    ),
    "of two listeners to one event the upper [3.5]": Case(
        {"e": event("B"), "f": event("B")}, "0 A, 9 B", ["9 e endStep >then ended"], ["e", "f"]
    ),
    "one timeout holds for the group [6.15]": Case(
        {"e": event("B", next="y"), "f": event("C", timeout="PT5S", next="n"), "y": wait(1), "n": wait(1)},
        "0 A, 6 tick",
        ["5 f transitions >timeout", "6 n endStep >then ended"],
        ["e", "f"],
    ),
    "a tie: another listener above the timeout's": Case(
        {"e": event("B", next="y"), "f": event("C", timeout="PT5S"), "y": wait(1)},
        "0 A, 5 B",
        ["5 e transitions >then"],
        ["e", "f"],
    ),
    "a tie: another listener below the timeout's": Case(
        {"f": event("C", timeout="PT5S"), "e": event("B", next="y"), "y": wait(1)},
        "0 A, 5 B",
        ["5 f endStep >timeout ended", "! notAwaited"],
        ["f", "e"],
    ),
    "a joint group keeps the rank of each way to it": Case(
        {
            "x": condition({"up": "@{A._t.n} == 1"}, {"up": ["w", "e"], "other": ["e", "w"]}),
            "w": wait(5),
            "e": event("B"),
        },
        "0 A 1, 5 B, 6 A 2, 11 B",
        [
            "0 x transitions >up",
            "5 w endStep >then ended",
            "! notAwaited",
            "6 start transitions >then entrance again",
            "6 x transitions >other",
            "11 e endStep >then ended",
        ],
    ),
    # --- global timeout ---
    "the global timeout at a group names its top": Case(
        {"e": event("B"), "f": event("C")},
        "0 A, 3599.999 tick, 3600 tick",
        ["3600 e instanceTimedOut ended"],
        ["e", "f"],
        {"globalTimeout": "PT1H"},
    ),
    "a timer of the same moment goes before the global timeout": Case(
        {"x": wait(3600)}, "0 A, 3600 tick", ["3600 x endStep >then ended"], properties={"globalTimeout": "PT1H"}
    ),
    "an event of the very moment goes before the global timeout": Case(
        {"x": event("B")}, "0 A, 3600 B", ["3600 x endStep >then ended"], properties={"globalTimeout": "PT1H"}
    ),
    "the global timeout during a call [6.27]": Case(
        {"x": action("y"), "y": wait(1)},
        "0 A, 3600 tick, 3601 ok",
        ["call send", "3600 x instanceTimedOut ended"],
        properties={"globalTimeout": "PT1H"},
    ),
    "after the global timeout the event enters anew": Case(
        {"x": event("A")},
        "0 A, 3601 A",
        ["3600 x instanceTimedOut ended", "3601 start transitions >then entrance again"],
        properties={"globalTimeout": "PT1H"},
    ),
    # --- stop and close ---
    "stopped at a group [6.5]": Case(TWO, "0 A, 3 stop, 60 tick, 61 A", ["3 e stopped ended", "! stopped"], ["e", "w"]),
    "merged at a group [1.2]": Case(
        TWO,
        "0 A, 3 exit, 60 tick, 61 A",
        ["3 e exited ended code=merged", "61 start transitions >then entrance again"],
        ["e", "w"],
    ),
    "merged during a call [6.27]": Case(
        {"x": action()}, "0 A, 3 exit, 4 ok", ["call send", "3 x exited ended code=merged"]
    ),
    "stopped during a call [6.27]": Case({"x": action()}, "0 A, 3 stop, 4 ok", ["call send", "3 x stopped ended"]),
    "closed: who is inside finishes, nobody enters [6.5]": Case(
        {"x": wait(5)}, "0 A, 1 close, 5 tick, 6 A", ["5 x endStep >then ended", "! closed"]
    ),
}
"""All that comes out behind the start's own row, at second 0."""
