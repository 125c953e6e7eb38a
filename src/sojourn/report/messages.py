"""What became of messages, in its public form: the records of the feedback and tracking datasets [5.7, 9.5]."""

from __future__ import annotations

from typing import Any, NamedTuple

from sojourn import identifiers
from sojourn.report.facts import Dataset
from sojourn.store.entry import Written


class Message(NamedTuple):
    """A message as the shard keeps it. `uid` is that of the journey version, `stay` the stay's."""

    id: str
    journey: int
    person: str
    supplemental: str
    version: int
    entry: int
    sandbox: str
    uid: str
    stay: str
    activity: str
    channel: str
    configuration: str
    address: str
    namespace: str | None
    marketing: bool
    test: bool
    at: int
    status: str


def written(message: Message) -> Written:
    """A message as another run of its history knows of it."""
    whose = (message.person, message.supplemental, message.namespace)
    return Written(message.uid, message.activity, *whose, message.channel, message.address, message.at)


FEEDBACK = {
    "sent": "sent",
    "delivered": "delivered",
    "delayed": "delay",
    "hardBounce": "bounce",
    "softBounce": "bounce",
    "failed": "error",
}
INTERACTIONS = {"opened": "open", "clicked": "click", "unsubscribed": "unsubscribe", "complaint": "spam_complaint"}


def record_of(
    message: Message, kind: str, at: int, code: str = "", detail: str = "", attempts: int | None = None
) -> tuple[Dataset, dict[str, Any]]:
    """The dataset that something belongs to which became of a message, and its record."""
    known: dict[str, Any] = {
        "messageExecution": {
            "messageExecutionID": message.id,
            "messageID": message.activity,
            "messageType": "marketing" if message.marketing else "transactional",
            "journeyVersionID": message.uid,
            "journeyVersionInstanceID": message.stay,
            "journeyActionID": message.activity,
        },
        "messageProfile": {
            "messageProfileID": message.id,
            "isTestExecution": bool(message.test),
            "channel": {"_id": f"https://ns.adobe.com/xdm/channels/{message.channel}"},
        },
    }
    if message.channel == "push":
        platform = message.address.partition(":")[0]
        known["pushChannelContext"] = {"platform": platform, "messageID": message.id}
    else:
        known[f"{message.channel}ChannelContext"] = {"address": message.address}
    if kind in INTERACTIONS:
        interaction = {"interactionType": INTERACTIONS[kind]}
        if kind == "clicked" and detail:
            interaction |= {"label": detail, "urlID": identifiers.digest("url", detail).hex()}
        known["messageInteraction"] = interaction
        dataset: Dataset = "push_tracking" if message.channel == "push" else "email_tracking"
        event = "pushTracking.applicationOpened" if message.channel == "push" else "message.tracking"
    else:
        feedback: dict[str, Any] = {"feedbackStatus": FEEDBACK[kind]}
        if attempts is not None:
            feedback["retryCount"] = max(0, attempts - 1)
        if kind in ("hardBounce", "softBounce", "failed"):
            failure = {"hardBounce": "Hard", "softBounce": "Soft", "failed": "Ignored"}[kind]
            category = "async" if attempts is None else "sync"
            feedback["messageFailure"] = {"type": failure, "category": category, "reason": detail, "code": code}
        known["messageDeliveryfeedback"] = feedback
        dataset, event = "feedback", "message.feedback"
    record = {
        "_id": identifiers.digest("feedback", message.id, kind, at, detail).hex(),
        "eventType": event,
        "identityMap": {message.namespace: [{"id": message.person, "primary": True}]} if message.namespace else {},
        "_experience": {"customerJourneyManagement": known},
    }
    return dataset, record
