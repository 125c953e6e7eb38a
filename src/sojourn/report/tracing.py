"""What became of one event: which definitions it is, whose it is, and what it did in each journey [6.34].

The record is found in the log. What it did stands in step events, and why it did nothing in the discards that the
engine keeps: both at the moment at which it was accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from sojourn.engine.route import Routes
from sojourn.identifiers import event_key, stay_id
from sojourn.journey.events import compile_event
from sojourn.journey.names import Called
from sojourn.journey.project import Project
from sojourn.messages import Language, text
from sojourn.report.explain import when
from sojourn.report.steps import shape_of
from sojourn.report.story import Journey
from sojourn.store.entry import Accepted, Recorded
from sojourn.store.journal import JournalReader
from sojourn.store.shard import ShardReader

Did = Literal["entered", "moved", "read", "discarded", "held", "setAside", "unknown"]
ABOUT_NOBODY = "aboutNobody"
_RUNS = 1_000
"""So many reads of an audience are looked through."""
Ids = Callable[[str | None, str], list[str]]


@dataclass(frozen=True, slots=True)
class Trace:
    """Where to look: the log, the engine's state and how far it is in the log (`reached`), the documents, the journeys
    by short number and version, and what gives all ids of a person, (namespace, id) -> ids."""

    journal: Path
    shard: ShardReader
    project: Project
    reached: int
    journeys: Mapping[int, Mapping[int, Journey]]
    ids: Ids


class _Found(NamedTuple):
    """Where an event stands in the log, and how often."""

    row: int
    entry: Accepted | None
    times: int


def traced(trace: Trace, id_: str, language: Language = "en") -> dict[str, Any]:
    """What became of the event with this `_id`, and `lines` that tell it."""
    found = _find(trace, id_)
    matches: list[dict[str, Any]] = []
    state = "unseen"
    if found is None:
        seen = trace.shard.rows("is_seen", event_key(trace.project.sandbox, id_))
        state = "gone" if seen else "unseen"
    elif found.entry is None:
        state = "imported"
    else:
        state = "processed" if found.row < trace.reached else "pending"
        matches = [*_matches(trace, found.entry, id_, processed=state == "processed")]
    told = {
        "id": id_,
        "state": state,
        "acceptedAt": found.entry.at if found is not None and found.entry is not None else None,
        "times": found.times if found is not None else 0,
        "matches": matches,
    }
    return told | {"lines": [*_lines(trace, told, language)]}


def _find(trace: Trace, id_: str) -> _Found | None:
    """The first entry with this `_id` (None for one that was imported), and how many there are."""
    texts = [msgspec.json.encode(id_)[1:-1], id_.encode()]
    first: tuple[int, Accepted | None] | None = None
    times = 0
    with closing(JournalReader(trace.journal)) as reader:
        for row, entries in reader.search(texts):
            for entry in entries:
                if not isinstance(entry, Accepted | Recorded) or entry.sandbox != trace.project.sandbox:
                    continue
                records = [entry.record] if isinstance(entry, Accepted) else entry.records
                count = sum(any(each in record for each in texts) and _is(record, id_) for record in records)
                if count and first is None:
                    first = row, entry if isinstance(entry, Accepted) else None
                times += count
    return None if first is None else _Found(*first, times)


def _is(record: bytes, id_: str) -> bool:
    return bool(msgspec.json.decode(record).get("_id") == id_)


def _matches(trace: Trace, entry: Accepted, id_: str, *, processed: bool) -> Iterator[dict[str, Any]]:
    project = trace.project
    plans = [plan for event in project.events.values() if (plan := compile_event(project, event)[0]) is not None]
    matched = Routes(plans).match(msgspec.json.decode(entry.record))
    spaces = {plan.name: plan.namespace for plan in plans}
    for event, person, reason in matched:
        effects = []
        ids = trace.ids(spaces[event], person) if person else []
        for number, versions in trace.journeys.items() if processed and person is not None else ():
            if any(("event", event) in version.document.uses() for version in versions.values()):
                effect = _effect(trace, number, versions, event, ids, entry.at, id_) if person else None
                effects.append(effect or _read(trace, number, versions, event, entry.at, id_))
        why = ABOUT_NOBODY if person == "" else reason  # a business event [3.8]
        yield {"event": event, "matched": True, "person": person or None, "reason": why, "effects": effects}
    for plan in plans:
        if plan.name not in [event for event, *_ in matched]:
            yield {"event": plan.name, "matched": False, "person": None, "reason": None, "effects": []}


def _effect(
    trace: Trace, number: int, versions: Mapping[int, Journey], event: str, ids: list[str], at: int, event_id: str
) -> dict[str, Any]:
    """What the event with this `_id`, accepted at `at`, did to a person in one journey."""
    journey = next(iter(versions.values()))
    told: dict[str, Any] = {
        "journey": journey.name, "kind": journey.kind, "person": ids[0], "did": "unknown", "reason": None,
        "stay": None, "activity": None,
    }  # fmt: skip
    for id_ in ids:
        held = trace.shard.rows("held_of_person", number, id_)
        if any((when_, name) == (at, event) for when_, name, _ in held):
            return told | {"person": id_, "did": "held"}
        reason = _refused(trace, number, event, id_, event_id) if journey.kind == "live" else None
        if reason is not None:
            return told | {"person": id_, "did": "discarded", "reason": reason}
        moved = _moved(trace, number, versions, event, id_, at)
        if moved is not None:
            return told | {"person": id_} | moved
        if any(row[2] == number and row[3] == id_ and row[5] == at for row in trace.shard.rows("quarantined")):
            return told | {"person": id_, "did": "setAside"}
    return told | _noted(trace, number, event, ids, at)


def _read(
    trace: Trace, number: int, versions: Mapping[int, Journey], event: str, at: int, event_id: str
) -> dict[str, Any]:
    """What a business event did in a journey: its audience was read after it, or not [6.19]."""
    journey = next(iter(versions.values()))
    told = {"journey": journey.name, "kind": journey.kind, "person": None, "reason": None, "stay": None}
    run = next((row for row in trace.shard.rows("audience_runs_of", number, _RUNS) if row[4] == at), None)
    if run is not None:
        started = versions[run[2]].document
        return told | {"did": "read", "activity": Called(started.start, started)}
    reason = _refused(trace, number, event, "", event_id)
    return told | {"did": "discarded" if reason else "unknown", "reason": reason, "activity": None}


def _moved(
    trace: Trace, number: int, versions: Mapping[int, Journey], event: str, person: str, at: int
) -> dict[str, Any] | None:
    """The step that the event made: at its own moment, or, of one that was held, as soon as the answer was in."""
    live = next(iter(versions.values())).kind == "live"
    shard = trace.shard
    rows = shard.steps_of(number, person) if live else [
        row for row in shard.rehearsed_steps(number)[0] if row[2] == person
    ]  # fmt: skip
    shapes = {row[0]: shape_of(row[3]) for row in shard.rows("shapes") if row[1] == number} if rows else {}
    late: dict[str, Any] | None = None
    for _, version, who, supplemental, entry, steps in rows:
        document = versions[version].document
        for step in steps:
            shape = shapes[step[0]]
            heard = ("event", event) in document.activities[shape.node].uses()
            by_event = heard and shape.status in ("transitions", "endStep") and (shape.arrow or "").endswith("/then")
            if not by_event or step[2] < at:
                continue
            found = {
                "did": "entered" if shape.entrance else "moved",
                "stay": stay_id(trace.project.sandbox, shape.version, who, supplemental, entry),
                "activity": Called(shape.node, document),
            }
            if step[2] == at:
                return found
            if late is None and step[3] == 0 and not shape.entrance:
                late = found
    return late


def _refused(trace: Trace, number: int, event: str, person: str, event_id: str) -> str | None:
    """Why the event had no effect, where that was written down."""
    for _, _, where, name, _, reason, *known in trace.shard.facts_of(person):
        if (where, name) == (number, event) and known == [event_id]:
            return str(reason)
    return None


def _noted(trace: Trace, number: int, event: str, ids: list[str], at: int) -> dict[str, Any]:
    """What the notes of a draft that runs say of it."""
    for _, person, _, _, moment, kind, body in trace.shard.rows("notes", number):
        if kind == "event" and moment == at and person in ids:
            said = msgspec.json.decode(body)
            if said["event"] == event and said["did"] == "discarded":
                return {"person": person, "did": "discarded", "reason": "notAwaited"}
    return {}


def _lines(trace: Trace, told: Mapping[str, Any], language: Language) -> Iterator[str]:
    def say(code: str, **params: object) -> str:
        return text(code, {"id": told["id"], **params}, language)

    state = told["state"]
    if told["acceptedAt"] is None:
        codes = {"unseen": "INFO_EXPLAIN_UNSEEN", "gone": "INFO_EXPLAIN_GONE", "imported": "INFO_EXPLAIN_IMPORTED"}
        yield say(codes[state])
        return
    yield say("INFO_EXPLAIN_PENDING" if state == "pending" else "INFO_EXPLAIN_SEEN", when=when(told["acceptedAt"]))
    if told["times"] > 1:
        yield say("INFO_EXPLAIN_TWICE", count=told["times"])
    matched = [each for each in told["matches"] if each["matched"]]
    if not matched:
        yield say("INFO_EXPLAIN_UNMATCHED")
    for match in matched:
        about = {"event": match["event"], "person": match["person"]}
        business = match["reason"] == ABOUT_NOBODY
        if match["person"] is None and not business:
            yield say("INFO_EXPLAIN_KEYLESS", **about, reason=_why(match["reason"], language))
            continue
        yield say("INFO_EXPLAIN_BUSINESS" if business else "INFO_EXPLAIN_MATCHED", **about)
        if not match["effects"] and state == "processed":
            yield say("INFO_EXPLAIN_NO_JOURNEY", **about)
        for effect in match["effects"]:
            why = _why(effect["reason"], language) if effect["reason"] else ""
            yield say(_DID[effect["did"]], **{**effect, "why": why})


_DID: dict[str, str] = {
    "entered": "INFO_EXPLAIN_DID_ENTERED",
    "moved": "INFO_EXPLAIN_DID_MOVED",
    "read": "INFO_EXPLAIN_DID_READ",
    "discarded": "INFO_EXPLAIN_DID_DISCARDED",
    "held": "INFO_EXPLAIN_DID_HELD",
    "setAside": "INFO_EXPLAIN_DID_ASIDE",
    "unknown": "INFO_EXPLAIN_DID_UNKNOWN",
}


def _why(reason: str, language: Language) -> str:
    return text("INFO_DISCARDED_" + reason.upper(), {}, language)
