"""The story of a stay: step by step what a person did in a journey, why, and where they are now [6.32, 6.34].

It is read off step events. Of people in a draft that runs apart there are notes besides: the payloads of events, and
calls with their answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sojourn import identifiers
from sojourn.expression import to_json
from sojourn.journey.activity.base import TIMEOUT
from sojourn.journey.document import JourneyDocument
from sojourn.journey.node import Shape
from sojourn.report.measures import FAILED

Ways = Mapping[str, tuple[str, ...]]
"""Where each arrow of a journey leads: to several activities that stand in parallel, or nowhere (the end)."""


def ways_of(document: JourneyDocument) -> Ways:
    """The arrows of a journey, those included that the document does not write out."""
    found: dict[str, tuple[str, ...]] = {}
    for id_, activity in document.activities.items():
        for path, targets in activity.arrows().items():
            ends = bool(targets) and document.activities[targets[0]].type == "end"
            found[f"{id_}/{path}"] = () if ends else targets
    return found


@dataclass(slots=True)
class Journey:
    """What the stories of a journey version are told by. `number` is the journey's short number in the store."""

    sandbox: str
    uid: str
    name: str
    number: int
    version: int
    document: JourneyDocument
    kind: str = "live"
    ways: Ways = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ways = ways_of(self.document)


HEARS = ("event", "segmentQualification", "readAudience")
"""The types of activities that people leave by something that is heard."""
Row = Sequence[Any]
"""A stretch of a stay as it is stored: [journey, version, person, supplemental key, entry, steps]."""
Note = tuple[int, str, str, int, int, str, str]
"""(number, person, supplemental key, entry, moment, kind, JSON)."""


def stories(
    journeys: Mapping[int, Journey], shapes: Mapping[int, Shape], rows: Iterable[Row], notes: Iterable[Note] = ()
) -> list[dict[str, Any]]:
    """The stays that step events are of, in the order in which people entered; `journeys` by version."""
    stays: dict[tuple[str, str, int], list[tuple[int, Any]]] = defaultdict(list)
    for _, version, person, supplemental, entry, steps in rows:
        stays[person, supplemental, entry] += [(version, step) for step in steps]
    about: dict[tuple[str, str, int], list[tuple[int, str, Any]]] = defaultdict(list)
    for _, person, supplemental, entry, at, kind, body in notes:
        about[person, supplemental, entry].append((at, kind, msgspec.json.decode(body)))
    return [_story(journeys, shapes, key, steps, about[key]) for key, steps in stays.items()]


def _story(
    journeys: Mapping[int, Journey],
    shapes: Mapping[int, Shape],
    key: tuple[str, str, int],
    steps: list[tuple[int, Any]],
    notes: list[tuple[int, str, Any]],
) -> dict[str, Any]:
    person, supplemental, entry = key
    journey = journeys[steps[0][0]]
    moves = [move(journey, shapes[step[0]], step) for _, step in sorted(steps, key=lambda each: each[1][1])]
    _join(moves, notes)
    last, first = moves[-1], steps[0][1]
    return {
        "id": identifiers.stay_id(journey.sandbox, shapes[first[0]].version, person, supplemental, entry),
        "journey": journey.name,
        "version": journey.version,
        "kind": journey.kind,
        "person": person,
        "namespace": journey.document.namespace,
        "supplementalKey": supplemental,
        "entry": entry,
        "phase": phase(last),
        "enteredAt": moves[0]["at"],
        "endedAt": last["at"] if last["ended"] else None,
        "standsAt": list(last["to"]),
        "enrichedData": enriched(moves),
        "moves": moves,
    }


def move(journey: Journey, shape: Shape, step: Sequence[Any]) -> dict[str, Any]:
    """A step event as a move: from which activity, by which arrow, to where."""
    _, n, at, took, attempts, code, *more = step
    seen = more[1] if len(more) > 1 else None
    return {
        "n": n,
        "at": at,
        "took": took,
        "activity": shape.node,
        "type": shape.node_type,
        "label": shape.label,
        "status": shape.status,
        "arrow": shape.arrow,
        "to": list(journey.ways.get(shape.arrow or "", ())),
        "entrance": shape.entrance,
        "reentrance": shape.reentrance,
        "ended": shape.ended,
        "action": shape.action,
        "fetch": shape.fetch,
        "error": shape.error,
        "code": code,
        "attempts": attempts,
        "seen": saw(shape, seen),
        "event": None,
        "calls": [],
    }


def saw(shape: Shape, seen: object) -> dict[str, Any]:
    """The values that a decision saw, by what names them in the expression."""
    names = list(shape.sees)
    asked = [name for name in names if name.startswith("inSegment(")]
    plain = names[: len(names) - len(asked)]
    if asked and isinstance(seen, list):
        seen, answers = seen
        return _by_name(plain, seen) | dict(zip(asked, answers, strict=True))
    return _by_name(plain, seen)


def _by_name(names: Sequence[str], seen: Any) -> dict[str, Any]:
    if not names:
        return {}
    values = [seen] if len(names) == 1 else seen or [None] * len(names)
    return {name: to_json(value) for name, value in zip(names, values, strict=True)}


def phase(last: Mapping[str, Any]) -> str:
    """How a stay is, by its last move."""
    if not last["ended"]:
        return "running"
    if last["status"] in ("exited", "stopped"):
        return str(last["status"])
    if last["status"] not in FAILED or last["arrow"] is not None:
        return "finished"
    return "timedOut" if last["status"] in ("timedOut", "instanceTimedOut") else "error"


def enriched(moves: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What was fetched for the stay: the latest of each."""
    return {name: value for each in moves for name, value in each["seen"].items() if name.startswith("#{")}


def _join(moves: list[dict[str, Any]], notes: list[tuple[int, str, Any]]) -> None:
    """Puts the payloads of events and the calls to the moves that they belong to."""
    heard = iter([body for _, kind, body in notes if kind == "event" and body["did"] in ("entered", "moved", "held")])
    answers = {body["n"]: body for _, kind, body in notes if kind == "answer"}
    calls: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for _, kind, body in notes:
        if kind == "call":
            answer = answers.get(body["n"])
            told = None if answer is None else {name: value for name, value in answer.items() if name != "n"}
            step = body["n"] & ((1 << 20) - 1)
            calls[step].append({name: value for name, value in body.items() if name != "n"} | {"answer": told})
    for each in moves:
        by_timeout = each["arrow"] is not None and each["arrow"].endswith(f"/{TIMEOUT}")
        if each["type"] in HEARS and each["status"] in ("transitions", "endStep") and not by_timeout:
            event = next(heard, None)
            each["event"] = event and {"name": event["event"], "payload": event["payload"]}
        each["calls"] = calls.get(each["n"], [])


def errors_in(story: Mapping[str, Any], *, fetches: bool) -> Iterator[dict[str, Any]]:
    """The errors of a stay's actions, or of its fetches."""
    for each in story["moves"]:
        if each["error"] is not None and (each["fetch"] is not None) == fetches and (fetches or each["action"]):
            yield {
                "activity": each["activity"],
                "at": each["at"],
                "called": each["fetch"] or each["action"],
                "error": each["error"],
                "code": each["code"],
            }


def flow(document: JourneyDocument, told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Where the people of these stories are: by activity and by arrow, for the drawing of a journey."""
    activities = {
        id_: {"here": 0, "left": 0, "ended": 0, "errors": 0}
        for id_, each in document.activities.items()
        if each.type != "end"
    }
    arrows: dict[str, int] = dict.fromkeys(ways_of(document), 0)
    for story in told:
        for each in story["moves"]:
            counts = activities[each["activity"]]
            counts["left"] += 1
            counts["ended"] += each["ended"]
            counts["errors"] += each["error"] is not None
            if each["arrow"] is not None:
                arrows[each["arrow"]] += 1
        for id_ in story["standsAt"][:1] if story["phase"] == "running" else ():
            activities[id_]["here"] += 1
    return {"activities": activities, "arrows": arrows}
