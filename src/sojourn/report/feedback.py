"""Reading records of what became of messages, as `report.messages` makes them: feedback of another run [6.31]."""

from __future__ import annotations

from typing import get_args

import msgspec

from sojourn.report.messages import FEEDBACK, INTERACTIONS
from sojourn.store.entry import Feedback, FeedbackKind, Written

ABOUT_MESSAGES = b'"customerJourneyManagement"'
"""What stands in such a record."""
_KINDS: dict[str, FeedbackKind] = {
    shown: kind
    for kind in get_args(FeedbackKind)
    if (shown := (FEEDBACK | INTERACTIONS)[kind]) != FEEDBACK["hardBounce"]
}


class _Identity(msgspec.Struct):
    id: str


class _Execution(msgspec.Struct):
    id: str = msgspec.field(name="messageExecutionID")
    activity: str | None = msgspec.field(name="journeyActionID", default=None)
    version: str | None = msgspec.field(name="journeyVersionID", default=None)
    stay: str | None = msgspec.field(name="journeyVersionInstanceID", default=None)


class _Channel(msgspec.Struct):
    id: str | None = msgspec.field(name="_id", default=None)


class _Profile(msgspec.Struct):
    channel: _Channel | None = None


class _Failure(msgspec.Struct):
    type: str | None = None
    reason: str | None = None
    code: str | None = None


class _Delivery(msgspec.Struct):
    status: str | None = msgspec.field(name="feedbackStatus", default=None)
    failure: _Failure | None = msgspec.field(name="messageFailure", default=None)


class _Interaction(msgspec.Struct):
    type: str | None = msgspec.field(name="interactionType", default=None)


class _Context(msgspec.Struct):
    address: str | None = None


class _Management(msgspec.Struct):
    execution: _Execution = msgspec.field(name="messageExecution")
    profile: _Profile | None = msgspec.field(name="messageProfile", default=None)
    delivery: _Delivery | None = msgspec.field(name="messageDeliveryfeedback", default=None)
    interaction: _Interaction | None = msgspec.field(name="messageInteraction", default=None)
    email: _Context | None = msgspec.field(name="emailChannelContext", default=None)
    sms: _Context | None = msgspec.field(name="smsChannelContext", default=None)


class _Experience(msgspec.Struct):
    management: _Management = msgspec.field(name="customerJourneyManagement")


class _Record(msgspec.Struct):
    experience: _Experience = msgspec.field(name="_experience")
    identities: dict[str, list[_Identity]] | None = msgspec.field(name="identityMap", default=None)


_DECODER = msgspec.json.Decoder(_Record)


def feedback_in(text: bytes, sandbox: str, at: int) -> Feedback | None:
    """What a record says of a message that another run has sent; None where it says nothing that concerns journeys."""
    try:
        record = _DECODER.decode(text)
    except msgspec.DecodeError:  # an event of somebody else's with such a field
        return None
    known = record.experience.management
    execution, delivery = known.execution, known.delivery or _Delivery()
    failure = delivery.failure or _Failure()
    shown = delivery.status or (known.interaction or _Interaction()).type or ""
    kind = _KINDS.get(shown)
    if shown == FEEDBACK["hardBounce"]:
        kind = "hardBounce" if (failure.type or "").lower() == "hard" else "softBounce"
    people = [(space, each.id) for space, ids in (record.identities or {}).items() for each in ids]
    channel = ((known.profile or _Profile()).channel or _Channel()).id or ""
    if kind is None or not people or not execution.activity or not channel:
        return None
    (namespace, person), address = people[0], (known.email or known.sms or _Context()).address or ""
    channel = channel.rpartition("/")[2]
    whose, stay = (person, None, namespace), execution.stay or ""
    of = Written(execution.version or "", execution.activity, *whose, channel, address, at, stay)
    return Feedback(at, sandbox, execution.id, kind, failure.code or "", failure.reason or "", of=of)


def sent_at(said: Feedback, at: int) -> Feedback:
    """Feedback to a message that was sent at another moment."""
    assert said.of is not None
    return msgspec.structs.replace(said, of=msgspec.structs.replace(said.of, at=at))
