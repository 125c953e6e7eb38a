"""Facts as records of the lake: service events, by the manual's codes [9.3], and whatever others put out."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from sojourn import identifiers
from sojourn.lake.catalogue import Tree, ddl
from sojourn.lake.shapes import Shapes
from sojourn.report.facts import Discarded, Fact

_BEFORE_A_JOURNEY = frozenset(("EVENT_WITH_NO_JOURNEY", "conditionFailed", "keyMissing", "keyFailed"))


def line(shapes: Shapes, kind: str, row: Any, number: int, index: int) -> tuple[str, str, bytes]:
    """A stored fact as (sandbox, dataset, JSON line); `number` and `index` say where it is stored."""
    if kind == "discard":
        discarded = msgspec.convert(row, Discarded)
        sandbox, dataset, record = discarded.sandbox, "service", service_event(discarded, shapes)
        people = [discarded.person] if discarded.person else []
    else:
        fact = msgspec.convert(row, Fact)
        sandbox, dataset, record = fact.sandbox, str(fact.dataset), json.loads(fact.body)
        record["timestamp"], people = fact.at, list(fact.people)
    record.setdefault("_id", identifiers.fact_id(sandbox, number, index))
    return sandbox, dataset, msgspec.json.encode(record | {"people": people})


def columns(tree: Tree) -> dict[str, str]:
    """The columns of such lines. `people` are the ids that a record names; `timestamp` is epoch ms."""
    found = {name: below if isinstance(below, str) else ddl(below) for name, below in tree.items()}
    return found | {"timestamp": "BIGINT", "people": "VARCHAR[]"}


def service_event(discarded: Discarded, shapes: Shapes) -> dict[str, Any]:
    """An event that had no effect, as a service event.

    The dispatcher discards what it can bring to no journey, and what a segment start does not want; everything else
    is for the state machine of the journey to say.
    """
    orchestration: dict[str, Any] = {}
    reason, event = discarded.reason, shapes.event_ids.get((discarded.sandbox, discarded.event), discarded.event)
    if reason in _BEFORE_A_JOURNEY or reason.startswith("ERROR_"):
        orchestration["serviceType"] = "dispatcher"
        service = {"eventType": reason, "eventCode": "discard", "eventID": event}
    else:
        orchestration["serviceType"] = "stateMachine"
        service = {"eventType": "discard", "eventCode": reason, "eventID": event}
    orchestration["serviceEvents"] = {orchestration["serviceType"]: service}
    namespace = None
    if journey := shapes.journeys.get(discarded.journey):
        number = max(journey.versions)
        uid, name, _ = journey.versions[number]
        namespace = name.namespace
        ids = {"journeyID": journey.uid, "journeyVersionID": uid}
        said = {"name": journey.name, "description": name.description, "version": f"{number}.0"}
        orchestration["journey"] = {"ID": journey.uid, "versionID": uid, **ids, **said}
        orchestration["stepEvents"] = {**ids, "journeyVersionName": journey.name, "eventID": event, "inTest": False}
        if discarded.person:
            orchestration["stepEvents"] |= {"profileID": discarded.person, "profileNamespace": namespace or ""}
    orchestration["profile"] = {"ID": discarded.person or None, "namespace": namespace or ""}
    whose = {namespace: [{"id": discarded.person, "primary": True}]} if namespace and discarded.person else {}
    return {
        "timestamp": discarded.at,
        "identityMap": whose,
        "_experience": {"journeyOrchestration": orchestration},
    }
