"""The values that a stay keeps: filled from events, stored and read again, and kept up as activities are left."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sojourn.engine.effect import Answer
from sojourn.engine.stay import Fetched
from sojourn.engine.stimulus import EventHeard
from sojourn.expression import to_json
from sojourn.journey.node import Action, Shape
from sojourn.journey.plan import Plan

_decode = msgspec.json.Decoder().decode


def read(plan: Plan, values: Sequence[object], stimulus: EventHeard) -> tuple[object, ...]:
    """The kept values with what the plan uses of an event."""
    found = list(values)
    for slot, get in plan.reads[stimulus.event]:
        found[slot] = get(stimulus.payload)
    return tuple(found)


def kept(node: Action, values: Sequence[object], answer: Answer) -> tuple[object, ...]:
    """The values with what is used later of an action's answer. Of one that has another form everything is null."""
    data = answer.found
    if data is None and answer.body:
        try:
            data = _decode(answer.body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            data = None
    found = list(values)
    usable = answer.outcome == "ok" and type(data) is node.form
    for slot, get in node.keeps:
        found[slot] = get(data) if usable else None
    return tuple(found)


def frozen(plan: Plan, values: Sequence[object]) -> tuple[object, ...]:
    """The values as a stay keeps them: dates and durations as text, which storage leaves as it is."""
    if not plan.thawed:
        return tuple(values)
    found = list(values)
    for slot, _ in plan.thawed:
        found[slot] = to_json(found[slot])
    return tuple(found)


def thawed(plan: Plan, values: Sequence[object]) -> tuple[object, ...]:
    """The values as expressions want them."""
    if not plan.thawed:
        return tuple(values)
    found = list(values)
    for slot, read in plan.thawed:
        found[slot] = read(found[slot])
    return tuple(found)


_ERROR_CODES = {"capping": "capped", "timeout": "timedOut", "error": "error"}
_NODE_TYPES = {
    "event": "Events", "segmentQualification": "Events", "readAudience": "Read Audience", "condition": "Condition",
    "wait": "Wait", "action": "Custom Action", "email": "Email", "push": "Push", "sms": "SMS", "webhook": "Webhook",
    "updateProfile": "Update profile", "jump": "Jump", "end": "End",
}  # fmt: skip


def tracked(
    plan: Plan, values: Sequence[object], shape: Shape, code: int | str | None, fetched: Fetched | None, took: int
) -> tuple[object, ...]:
    """The values with the journey properties that change as an activity is left [7.2]."""
    facts: dict[str, object] = {"previousNodeId": shape.node, "previousNodeName": shape.label}
    if shape.error is not None:
        text = _ERROR_CODES.get(shape.error, str(code))
        facts |= {
            "lastNodeUIDInError": shape.node,
            "lastNodeNameInError": shape.label,
            "lastNodeTypeInError": _NODE_TYPES[shape.node_type],
            "lastErrorCode": text,
        }
        if shape.fetch is not None:
            facts["lastDataFetchErrorCode"] = text
        elif shape.action is not None:
            facts["lastExecutedActionErrorCode"] = text
    if shape.action is not None and shape.fetch is None:
        facts["lastActionExecutionElapsedTime"] = took
    if fetched is not None:
        facts["lastDataFetchElapsedTime"] = fetched.took
    found = list(values)
    for name, slot in plan.tracked.items():
        if name in facts:
            found[slot] = facts[name]
    return tuple(found)
