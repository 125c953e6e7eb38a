"""Every metric and dimension of journeys and messages, defined once [9.6]: reports, the metrics API, alerts and
`docs/metrics.md` are made from these.

A *count* adds up what a measure holds for; a *rate* divides two counts; a *level* is how many there are at the end of a
range; *people* counts different people; a *time* is a quantile. What they are in words stands in
`messages/metrics.yaml`, in English and Korean (`INFO_METRIC_...`, `INFO_DIMENSION_...`).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["count", "rate", "level", "people", "time"]
Source = Literal["steps", "messages", "events"]


class Metric(NamedTuple):
    """`of` is the measure that counts (`report/measures.py`; of records, `RECORD_MEASURES`), or what a time is of.

    `over` is the metric that a rate is divided by, with `joined` by both together; `amount` is what of a step is added
    up, `quantile` where a time stands.
    """

    kind: Kind
    source: Source
    of: str
    over: str = ""
    amount: Literal["steps", "attempts", "fetches"] = "steps"
    quantile: float = 0.0
    joined: bool = False

    @property
    def unit(self) -> str:
        """What a value is in."""
        return {"rate": "share", "time": "ms"}.get(self.kind, "number")


def _counts(source: Source, names: str) -> dict[str, Metric]:
    return {name: Metric("count", source, name) for name in names.split()}


def _rates(source: Source, **pairs: tuple[str, str]) -> dict[str, Metric]:
    return {name: Metric("rate", source, of, over) for name, (of, over) in pairs.items()}


def _times(of: str) -> dict[str, Metric]:
    quantiles = {"Median": 0.5, "P95": 0.95, "P99": 0.99}
    return {f"{of}{name}": Metric("time", "steps", of, quantile=quantile) for name, quantile in quantiles.items()}


METRICS: dict[str, Metric] = {
    **_counts("steps", "entered completed failed exited stopped"),
    "current": Metric("level", "steps", "entered", "ended"),
    "people": Metric("people", "steps", "entered"),
    **_rates(
        "steps",
        completionRate=("completed", "entered"),
        failedRate=("failed", "entered"),
        currentRate=("current", "entered"),
        errorRate=("errors", "steps"),
    ),
    **_counts("steps", "errors errorsHandled errorsInAction errorsInEnrichment errorsInEvent"),
    **_counts("steps", "timedOut capped instanceTimedOut skipped goals"),
    **_counts("steps", "executedEvent executedAction succeededAction executedOrchestration steps"),
    "executedEnrichment": Metric("count", "steps", "steps", amount="fetches"),
    "attempts": Metric("count", "steps", "steps", amount="attempts"),
    **_times("callTime"),
    **_times("fetchTime"),
    **_times("waitingTime"),
    **_counts("messages", "sent delivered bounced hardBounced softBounced quarantined complained"),
    **_counts("messages", "retried opened clicked unsubscribed"),
    "uniqueOpened": Metric("people", "messages", "opened"),
    "uniqueClicked": Metric("people", "messages", "clicked"),
    **_rates(
        "messages",
        deliveredRate=("delivered", "sent"),
        bounceRate=("bounced", "sent"),
        hardBounceRate=("hardBounced", "sent"),
        softBounceRate=("softBounced", "sent"),
        quarantineRate=("quarantined", "sent"),
        complaintRate=("complained", "sent"),
        openRate=("uniqueOpened", "delivered"),
        clickRate=("uniqueClicked", "delivered"),
        unsubscribeRate=("unsubscribed", "delivered"),
    ),
    **_counts("events", "discarded"),
    "discardRate": Metric("rate", "events", "discarded", "executedEvent", joined=True),
}

TIMES = {
    "callTime": 'CASE WHEN d."is executedAction" THEN s.took END',
    "fetchTime": "CASE WHEN s.fetches_custom > 0 THEN s.fetch_took END",
    "waitingTime": "CASE WHEN d.kind IN ('wait', 'event') AND NOT d.\"is entered\" THEN s.took END",
}
"""What a time is of, as SQL over a step `s` and its shape `d`."""

_DELIVERY = "m._experience.customerJourneyManagement"
_FEEDBACK = f"{_DELIVERY}.messageDeliveryfeedback"
_STATUS = f"{_FEEDBACK}.feedbackStatus"
_FAILURE = f"{_FEEDBACK}.messageFailure"
_INTERACTION = f"{_DELIVERY}.messageInteraction.interactionType"
_ORCHESTRATION = "m._experience.journeyOrchestration"
_DISPATCHER = f"{_ORCHESTRATION}.serviceEvents.dispatcher"
_MACHINE = f"{_ORCHESTRATION}.serviceEvents.stateMachine"

_REASON = f"CASE WHEN {_DISPATCHER}.eventCode = 'discard' THEN {_DISPATCHER}.eventType ELSE {_MACHINE}.eventCode END"


def _if(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


RECORD_MEASURES: dict[str, str] = {
    # One that the server did not take was sent too; one that comes back later was not delivered after all.
    "sent": _if(f"{_STATUS} = 'sent' OR {_STATUS} IN ('bounce', 'error') AND {_FAILURE}.category = 'sync'"),
    "delivered": f"CASE WHEN {_STATUS} = 'sent' THEN 1 "
    f"WHEN {_STATUS} IN ('bounce', 'error') AND {_FAILURE}.category = 'async' THEN -1 ELSE 0 END",
    "bounced": _if(f"{_STATUS} IN ('bounce', 'error')"),
    "hardBounced": _if(f"{_STATUS} = 'bounce' AND {_FAILURE}.type = 'Hard'"),
    "softBounced": _if(f"{_STATUS} = 'bounce' AND {_FAILURE}.type = 'Soft'"),
    "quarantined": _if(f"{_STATUS} = 'bounce' AND {_FAILURE}.type = 'Hard' OR {_INTERACTION} = 'spam_complaint'"),
    "complained": _if(f"{_INTERACTION} = 'spam_complaint'"),
    "retried": f"coalesce({_FEEDBACK}.retryCount, 0)",
    "opened": _if(f"{_INTERACTION} = 'open'"),
    "clicked": _if(f"{_INTERACTION} = 'click'"),
    "unsubscribed": _if(f"{_INTERACTION} = 'unsubscribe'"),
    "discarded": _if(f"{_DISPATCHER}.eventCode = 'discard' OR {_MACHINE}.eventType = 'discard'"),
}
"""What a record `m` of feedback, tracking or service events adds to a count, as SQL."""
MESSAGE = f"{_DELIVERY}.messageExecution.messageExecutionID"
"""Whom a unique open or click is of: one message, which went to one person."""
MESSAGE_VERSION = f"{_DELIVERY}.messageExecution.journeyVersionID"
NO_TEST = f"NOT coalesce({_DELIVERY}.messageProfile.isTestExecution, false)"


class Dimension(NamedTuple):
    """How a row is told apart, as SQL over a step's shape `d` and code `c.code`, or over a record `m`, of a message or
    of an event."""

    steps: str = ""
    messages: str = ""
    events: str = ""


DIMENSIONS: dict[str, Dimension] = {
    "journey": Dimension("d.journey", "v.name", f"{_ORCHESTRATION}.journey.name"),
    "version": Dimension("d.journey || ' v' || d.number", "v.name || ' v' || v.number"),
    "activity": Dimension("d.node", f"{_DELIVERY}.messageExecution.journeyActionID"),
    "activityType": Dimension("d.kind"),
    "label": Dimension("d.label"),
    "event": Dimension("d.event"),
    "action": Dimension("d.action"),
    "source": Dimension("d.source"),
    "fieldGroup": Dimension("d.field_group"),
    "orchestration": Dimension("CASE WHEN d.kind IN ('condition', 'wait') THEN d.node END"),
    "status": Dimension("d.status"),
    "path": Dimension("d.arrow"),
    "goal": Dimension("d.goal"),
    "error": Dimension("d.error"),
    "errorCode": Dimension("CASE WHEN d.error IS NOT NULL THEN c.code END"),
    "exitReason": Dimension("CASE WHEN d.status = 'exited' THEN c.code END"),
    "channel": Dimension("", f"split_part({_DELIVERY}.messageProfile.channel._id, '/', -1)"),
    "message": Dimension("", f"{_DELIVERY}.messageExecution.messageExecutionID"),
    "domain": Dimension("", f"nullif(split_part({_DELIVERY}.emailChannelContext.address, '@', 2), '')"),
    "platform": Dimension("", f"{_DELIVERY}.pushChannelContext.platform"),
    "url": Dimension("", f"{_DELIVERY}.messageInteraction.urlID"),
    "urlLabel": Dimension("", f"{_DELIVERY}.messageInteraction.label"),
    "failureReason": Dimension("", f"{_FAILURE}.reason"),
    "discardReason": Dimension(events=_REASON),
}
LEVELS = frozenset(("journey", "version"))
"""The dimensions of a level: a person is inside a journey, and stands in one version of it."""
