"""Step events in their public form: the manual's names, joined from short rows, shapes and stays [9.1, 9.2]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from sojourn import identifiers
from sojourn.engine.stay import Fetched
from sojourn.journey.activity import EventActivity
from sojourn.journey.document import JourneyDocument
from sojourn.journey.node import ACTIONS, SHAPE_FIELDS, NodeType, Shape
from sojourn.journey.source import PLATFORM

_STEP_TYPES = {
    "event": "Scheduler", "segmentQualification": "Scheduler", "readAudience": "Scheduler", "condition": "Condition",
    "wait": "Timer", **dict.fromkeys(ACTIONS, "Action"),
}  # fmt: skip
_ACTION_TYPES: dict[NodeType, str] = {"action": "customHttpAction", "webhook": "customHttpAction"}
"""What the type of an action is called; others are called as their activity."""


class JourneyName(NamedTuple):
    """What a step event says of its journey version."""

    sandbox: str
    uid: str
    name: str
    namespace: str | None
    description: str = ""
    events: Mapping[str, str] = {}
    """The event that each event activity waits for, by the activity."""
    in_test: bool = False


def name_of(sandbox: str, uid: str, name: str, body: str | bytes) -> JourneyName:
    """What is said of a journey version, from its stored document."""
    document = JourneyDocument.model_validate_json(body)
    events = {id_: each.event for id_, each in document.activities.items() if isinstance(each, EventActivity)}
    return JourneyName(sandbox, uid, name, document.namespace, document.description, events)


def shape_of(body: str | bytes) -> Shape:
    """A stored shape."""
    found = msgspec.json.decode(body)
    return Shape(**{**found, "sees": tuple(found.get("sees", ()))})


def shape_to_json(shape: Shape) -> dict[str, Any]:
    """A shape's content without what is not set."""
    return {name: value for name in SHAPE_FIELDS if (value := getattr(shape, name)) not in (None, False, "")}


def _fetch_fields(shape: Shape, fetched: Fetched, code: int | str | None) -> dict[str, Any]:
    """What a step event says of the field groups that the step has fetched."""
    found: dict[str, Any] = {
        "fetchCount": fetched.platform + fetched.custom,
        "fetchPlatformCount": fetched.platform,
        "fetchCustomCount": fetched.custom,
        "fetchTotalTime": fetched.took,
        "fetchPlatformTotalTime": 0,  # answered within the step
        "fetchCustomTotalTime": fetched.took,
        "fetchAttempts": fetched.attempts,
    }
    if shape.fetch is not None:
        source, _, group = shape.fetch.partition(".")
        error = "timedout" if shape.error == "timeout" else shape.error
        found |= {"fetchTypeInError": "aep" if source == PLATFORM else "custom", "fieldgroupIdInError": group}
        for name, value in (
            ("fetchError", error),
            ("fetchErrorCode", code),
            ("fetchOriginError", fetched.origin),
            ("fetchOriginErrorCode", fetched.origin_code),
        ):
            if value is not None:
                found[name] = str(value)
    return found


def expand(
    journey: JourneyName, version: int, person: str, supplemental: str, entry: int, rows: Iterable[tuple[Shape, Any]]
) -> Iterator[dict[str, Any]]:
    """The public step events of one stretch of a stay; `rows` are (shape, step as a list)."""
    for shape, (_, n, at, took, attempts, code, *fetched) in rows:
        stay = identifiers.stay_id(journey.sandbox, shape.version, person, supplemental, entry)
        common: dict[str, Any] = {
            "stepID": identifiers.step_id(stay, n),
            "stepName": shape.label,
            "stepType": _STEP_TYPES[shape.node_type],
            "stepStatus": shape.status,
            "nodeID": shape.node,
            "nodeName": f"{shape.node_type} - {shape.label}",
            "nodeType": "start" if shape.entrance else shape.node_type,
            "journeyNodeProcessed": True,
            "journeyID": journey.uid,
            "journeyVersionID": shape.version,
            "journeyVersionName": journey.name,
            "journeyVersion": f"{version}.0",
            "instanceID": stay,
            "instanceType": "unitary",
            "externalKey": person,
            "profileID": person,
            "processingTime": took,
            "inTest": journey.in_test,
        }
        if journey.namespace:
            common["profileNamespace"] = journey.namespace
        if n > 1:
            common["parentStepID"] = identifiers.step_id(stay, n - 1)
        for name, value in (
            ("entrance", shape.entrance),
            ("reentrance", shape.reentrance),
            ("instanceEnded", shape.ended),
            ("transitionID", shape.arrow),
        ):
            if value:
                common[name] = value
        if event := journey.events.get(shape.node):
            common["eventID"] = event
        if shape.action is not None:
            kind = _ACTION_TYPES.get(shape.node_type, shape.node_type)
            common |= {"actionID": shape.action, "actionName": shape.action, "actionType": kind}
            common |= {"actionExecutionTime": took, "attempts": attempts}
            if shape.error is not None and shape.fetch is None:
                common["actionExecutionError"] = shape.error
            if code is not None and shape.status not in ("exited", "skipped") and shape.fetch is None:
                common["actionExecutionErrorCode"] = str(code)
        if fetched and fetched[0] is not None:
            common |= _fetch_fields(shape, Fetched(*fetched[0]), code)
        if shape.status == "exited" and code is not None:
            common["exitReason"] = str(code)
        if shape.status == "skipped" and code is not None:
            common["skipReason"] = str(code)
        identity = {journey.namespace: [{"id": person, "primary": True}]} if journey.namespace else {}
        yield {
            "_id": identifiers.step_id(stay, n),
            "timestamp": datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "identityMap": identity,
            "_experience": {
                "journeyOrchestration": {
                    "stepEvents": common,
                    "journey": {"ID": journey.uid, "versionID": shape.version,
                                "journeyID": journey.uid, "journeyVersionID": shape.version, "name": journey.name,
                                "description": journey.description, "version": f"{version}.0"},
                    "profile": {"ID": person, "namespace": journey.namespace or ""},
                }
            },
        }  # fmt: skip
