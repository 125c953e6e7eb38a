"""Activities that people enter by or wait at for something to be heard: events [6.15], reactions [6.18]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from sojourn.journey.activity.base import THEN, TIMEOUT, BaseActivity, Onward
from sojourn.journey.activity.messages import MessageActivity
from sojourn.journey.activity.unfinished import Unfinished
from sojourn.journey.finding import nearest
from sojourn.journey.names import Called
from sojourn.journey.node import Listener, Node
from sojourn.journey.request import ChannelKind
from sojourn.journey.types import ActivityId, Between, Duration, Identifier, milliseconds

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder
    from sojourn.journey.project import Kind


class Listening(Onward):
    """An activity at which people wait for something to be heard, at most for `timeout`."""

    allowed: ClassVar = (THEN, TIMEOUT)
    rests: ClassVar = True

    timeout: Duration | None = None

    @property
    def patience(self) -> int | None:
        """The timeout in ms."""
        return milliseconds(self.timeout) if self.timeout else None

    def arrows(self) -> dict[str, tuple[str, ...]]:
        """Without a path of its own a timeout goes on through the listener's branch [6.15]."""
        ways = self.ways()
        return ways if self.timeout is None else {**ways, TIMEOUT: ways.get(TIMEOUT, ways[THEN])}

    def rehearsed(self, wait: timedelta, path: str | None) -> Self:
        return self if self.timeout is None else self.model_copy(update={"timeout": wait})


class EventActivity(Listening):
    """Start of a journey, or a listener further down [6.15]."""

    starts: ClassVar = True

    type: Literal["event"]
    event: Identifier

    def uses(self) -> Iterator[tuple[Kind, str]]:
        yield "event", self.event

    def node(self, build: Builder, id_: str) -> Node:
        build.check_event(self.event, ("activities", id_, "event"))
        return Listener(id_, "event", self.label or id_, hears=(self.event,), timeout=self.patience)


class ReactionActivity(Listening):
    """Wait for what becomes of a message that was sent earlier in this stay [6.18]; it counts if it was before, too.

    Mails are sent, opened, clicked or failed, pushes sent, clicked or failed, short messages sent or failed.
    """

    type: Literal["reaction"]
    message: ActivityId
    what: Literal["sent", "opened", "clicked", "failed"]
    timeout: Annotated[timedelta, Between("PT40S", "P30D")] | None = None

    def node(self, build: Builder, id_: str) -> Node:
        where = ("activities", id_)
        message: BaseActivity | None = build.document.activities.get(self.message)
        if isinstance(message, Unfinished):
            pass  # what it is to be has findings of its own
        elif not isinstance(message, MessageActivity):
            known = [each for each, kind in build.document.activities.items() if isinstance(kind, MessageActivity)]
            build.say(
                "ERR_REACTION_MESSAGE", (*where, "message"), name=self.message, known=nearest(known, self.message)
            )
        elif not build.leads(self.message, id_):
            name = Called(self.message, build.document)
            build.say("ERR_REACTION_BEFORE", (*where, "message"), name=name)
        elif self.what not in HEARD_OF[message.kind]:
            kinds = ", ".join(HEARD_OF[message.kind])
            build.say("ERR_REACTION_KIND", (*where, "what"), reaction=self.what, kind=message.kind, known=kinds)
        key = build.remember(self.message, self.what)
        return Listener(id_, "event", self.label or id_, hears=(key,), timeout=self.patience)


HEARD_OF: Mapping[ChannelKind, tuple[str, ...]] = {
    "email": ("sent", "opened", "clicked", "failed"),
    "push": ("sent", "clicked", "failed"),
    "sms": ("sent", "failed"),
}
"""What can be heard of messages, by channel."""
