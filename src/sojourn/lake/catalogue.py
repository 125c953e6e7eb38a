"""The datasets that SQL sees, their fields and types, by the names of the manual [9.2, 9.3, 9.5].

A tree of fields is given once: as the columns of files of records (`ddl`), as nested fields of a view (`packed`), and
leaf by leaf, which is how a query reads only what it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

Tree = Mapping[str, "Tree | str"]
"""Fields by name: a type of DuckDB, or fields again."""

TEXT, INTEGER, BOOLEAN, MOMENT = "VARCHAR", "BIGINT", "BOOLEAN", "TIMESTAMP"


def _of(type_: str, names: str) -> dict[str, Tree | str]:
    return dict.fromkeys(names.split(), type_)


STEP_EVENTS: Tree = {
    # common fields
    **_of(BOOLEAN, "entrance reentrance instanceEnded"),
    **_of(TEXT, "eventID nodeID nodeName nodeType stepID stepName stepType stepStatus"),
    **_of(BOOLEAN, "journeyNodeProcessed"),
    **_of(TEXT, "journeyID journeyVersionID journeyVersionName journeyVersion instanceID externalKey interactionType"),
    **_of(TEXT, "parentStepID parentStepName parentTransitionID parentTransitionName transitionID"),
    **_of(BOOLEAN, "inTest"),
    **_of(INTEGER, "processingTime"),
    **_of(TEXT, "instanceType batchExternalKey batchInstanceID batchUnitaryBranchID exitReason skipReason"),
    **_of(INTEGER, "recurrenceIndex"),
    **_of(BOOLEAN, "isBatchToUnitary"),
    # identity
    **_of(TEXT, "profileID profileNamespace"),
    # execution of actions
    **_of(TEXT, "actionID actionName actionType actionBusinessType actionExecutionError actionExecutionErrorCode"),
    **_of(TEXT, "actionExecutionOriginError actionExecutionOriginCode deliveryJobID batchDeliveryID"),
    **_of(BOOLEAN, "actionParameterized fromSegmentTrigger"),
    **_of(INTEGER, "actionExecutionTime actionSchedulerCount attempts"),
    **_of(TEXT, "actionOriginEndpoint actionOriginMethod actionIsThrottled"),
    **_of(MOMENT, "actionExecutionOriginStartTime"),
    **_of(INTEGER, "actionExecutionOriginTime actionWaitTime"),
    # enrichment
    **_of(INTEGER, "fetchCount fetchTotalTime fetchAttempts"),
    **_of(INTEGER, "fetchPlatformCount fetchPlatformTotalTime fetchCustomCount fetchCustomTotalTime"),
    **_of(TEXT, "fetchTypeInError fieldgroupIdInError fetchError fetchErrorCode fetchOriginError fetchOriginErrorCode"),
}
_RULES: Tree = {**_of(TEXT, "ID name"), "rejectedRules": _of(TEXT, "ID name")}
SERVICE_EVENTS: Tree = {
    "dispatcher": {
        **_of(TEXT, "eventType eventCode eventCodeReason eventID projectionID"),
        "rejectedRuleset": _RULES,
    },
    "stateMachine": _of(TEXT, "eventType eventCode eventID"),
    "segmentExportJob": {
        **_of(TEXT, "ID status exportSegmentID eventType eventCode"),
        **_of(INTEGER, "exportCountTotal exportCountRealized exportCountFailed"),
    },
}
JOURNEY: Tree = _of(TEXT, "ID versionID journeyID journeyVersionID name description version")
ORCHESTRATION: Tree = {
    "stepEvents": STEP_EVENTS,
    "serviceType": TEXT,
    "serviceEvents": SERVICE_EVENTS,
    "journey": JOURNEY,
    "profile": _of(TEXT, "ID namespace"),
}
IDENTITY_MAP = 'MAP(VARCHAR, STRUCT(id VARCHAR, "primary" BOOLEAN)[])'
RECORD: Tree = {"_id": TEXT, "timestamp": MOMENT, "identityMap": IDENTITY_MAP}
STEPS: Tree = {**RECORD, "_experience": {"journeyOrchestration": ORCHESTRATION}}

MANAGEMENT: Tree = {
    "messageExecution": _of(
        TEXT,
        "messageExecutionID messageID messageType journeyVersionID journeyVersionInstanceID journeyActionID "
        "batchInstanceID campaignID campaignVersionID",
    ),
    "messageProfile": {
        **_of(TEXT, "messageProfileID variant"),
        **_of(BOOLEAN, "isTestExecution isSendTimeOptimized"),
        "channel": _of(TEXT, "_id _type"),
    },
    "messageDeliveryfeedback": {
        "feedbackStatus": TEXT,
        **_of(INTEGER, "retryCount"),
        "messageFailure": _of(TEXT, "type category reason code"),
        "messageExclusion": _of(TEXT, "reason rule ruleID"),
    },
    "messageInteraction": {
        **_of(TEXT, "interactionType label urlID landingPageID openedBy device platform browser"),
        "offers": {**_of(TEXT, "offerID offerName"), **_of(INTEGER, "offerCount")},
    },
    "emailChannelContext": _of(TEXT, "address namespace outboundIP"),
    "smsChannelContext": _of(TEXT, "address messageType"),
    "pushChannelContext": _of(TEXT, "platform messageID"),
}
PUSH: Tree = {
    **_of(TEXT, "pushProvider pushProviderMessageID"),
    "customAction": {"actionID": TEXT, "value": INTEGER},
}
MESSAGES: Tree = {
    **RECORD,
    "eventType": TEXT,
    "_experience": {"customerJourneyManagement": MANAGEMENT},
    "pushNotificationTracking": PUSH,
}
JOURNEYS: Tree = {
    "_id": TEXT,
    "timestamp": MOMENT,
    "_experience": {"journeyOrchestration": {"journey": JOURNEY}},
    **_of(TEXT, "journeyID journeyVersionID name description version status"),
}

FACTS: Mapping[str, Tree] = {
    "service": {**RECORD, "_experience": {"journeyOrchestration": ORCHESTRATION}},
    "feedback": MESSAGES,
    "email_tracking": MESSAGES,
    "push_tracking": MESSAGES,
}
"""The datasets that are kept as records, each in files of its own; steps are kept apart, in short rows."""

TABLES: Mapping[str, Tree] = {
    "journey_step_events": STEPS,
    "journeys": JOURNEYS,
    "cjm_message_feedback_event_dataset": MESSAGES,
    "cjm_email_tracking_experience_event_dataset": MESSAGES,
    "cjm_push_tracking_experience_event_dataset": MESSAGES,
}
"""What SQL can ask, by the name of the table."""
ALIASES = {name.replace("cjm_", "ajo_", 1): name for name in TABLES if name.startswith("cjm_")} | {
    "journey_step_event": "journey_step_events"
}
"""Other names that the manual has for them."""
KEPT_AS = {
    "cjm_message_feedback_event_dataset": "feedback",
    "cjm_email_tracking_experience_event_dataset": "email_tracking",
    "cjm_push_tracking_experience_event_dataset": "push_tracking",
}
"""The files of a table of records."""


class Leaf(NamedTuple):
    """A field that is not made of others: its dotted path and its type."""

    path: str
    type: str


def leaves(tree: Tree, prefix: str = "") -> Iterator[Leaf]:
    """All leaves of a tree, in order."""
    for name, below in tree.items():
        if isinstance(below, str):
            yield Leaf(prefix + name, below)
        else:
            yield from leaves(below, f"{prefix}{name}.")


def quoted(name: str) -> str:
    """An identifier of SQL."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def text(value: str) -> str:
    """A text of SQL."""
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def ddl(tree: Tree) -> str:
    """The type of a struct with these fields."""
    fields = (f"{quoted(name)} {below if isinstance(below, str) else ddl(below)}" for name, below in tree.items())
    return f"STRUCT({', '.join(fields)})"


def packed(tree: Tree, of: Callable[[str], str], prefix: str = "") -> str:
    """The fields as columns of a view, nested; `of` gives the SQL of each leaf by its path."""
    return ", ".join(f"{_packed(below, of, prefix + name)} AS {quoted(name)}" for name, below in tree.items())


def _packed(below: Tree | str, of: Callable[[str], str], path: str) -> str:
    if isinstance(below, str):
        return of(path)
    fields = ", ".join(f"{quoted(name)} := {_packed(each, of, f'{path}.{name}')}" for name, each in below.items())
    return f"struct_pack({fields})"


def flat(record: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """A nested record, leaf by leaf."""
    for name, value in record.items():
        if isinstance(value, Mapping) and prefix + name != "identityMap":
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
