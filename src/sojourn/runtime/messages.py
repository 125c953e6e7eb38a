"""What was written to people and what came back, in the shard: feedback finds its stay by it [5.7, 6.18].

Each message is a row from the moment at which it is decided on. What becomes of it (an answer of the server, or
feedback from the log) is a fact for the lake, moves whoever waits for it, and may put an address on the suppression
list or take a consent back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from sojourn import identifiers
from sojourn.engine.effect import Answer, Send
from sojourn.engine.stay import Stay
from sojourn.engine.versions import Versions
from sojourn.identifiers import identity_key
from sojourn.journey.node import feedback_key
from sojourn.profile.store import Profiles
from sojourn.report.facts import Fact
from sojourn.report.messages import Message, record_of, written
from sojourn.runtime.contacts import plain
from sojourn.schema.identity import Identity
from sojourn.store.entry import Feedback, FeedbackKind, Suppressed, Written
from sojourn.store.shard import Outgoing, Shard

REACTIONS: dict[FeedbackKind, str] = {
    "opened": "opened",
    "clicked": "clicked",
    "hardBounce": "failed",
    "softBounce": "failed",
    "failed": "failed",
}
"""What a reaction calls feedback."""
_SUPPRESSING: dict[FeedbackKind, str] = {"hardBounce": "hardBounce", "complaint": "complaint"}
_LEAVING: tuple[FeedbackKind, ...] = ("unsubscribed", "complaint")


class Reaction(NamedTuple):
    """What is heard of a message further down in its stay: the key that listeners go by. `own` is the message where
    it was sent here; a recorded one, or a shadow's, was not."""

    message: Written
    event: str
    own: Message | None


class Messages:
    """Reads and writes inside the shard's transaction; facts wait for `save`."""

    def __init__(self, shard: Shard, profiles: Profiles) -> None:
        self._shard = shard
        self._profiles = profiles
        self._facts: list[Fact] = []

    # --- sending ---

    def put(self, sent: Iterable[tuple[Outgoing, Send, Versions, Stay]]) -> None:
        """Writes messages down that go out: the effect, the message, the journey and the stay of each."""
        rows = []
        for out, send, versions, now in sent:
            sandbox, uid, test = versions.sandbox, versions.plans[now.version].uid, versions.kind == "test"
            stay = identifiers.stay_id(sandbox, uid, *out.key[1:], now.entry)
            whose = (out.id, *out.key, now.version, now.entry, sandbox, uid, stay)
            what = (send.activity, send.kind, send.channel, send.to[0], send.namespace, send.marketing)
            rows.append((*whose, *what, test, now.since))
        self._shard.many("put_message", rows)

    def answered(self, id_: str, answer: Answer, at: int) -> None:
        """What the server or service has said to a message, also to one that nobody waits for any more [6.27]."""
        message = self._message(id_)
        if message is None or message.status != "pending":
            return
        kind: FeedbackKind = "sent" if answer.outcome == "ok" else "hardBounce" if answer.gone else "failed"
        self._note(message, kind, at, str(answer.code or ""), answer.reply or "", attempts=answer.attempts)
        for address in answer.gone:
            self._suppress(message.sandbox, message.channel, address, "hardBounce", at)

    # --- what comes back ---

    def feedback(self, entry: Feedback) -> Reaction | None:
        """Takes in feedback; returns what the message's stay is to hear. None for a message that is not known."""
        own, message = self._of(entry)
        if message is None or (entry.once and not self._first(entry)):
            return None
        if own is not None:
            self._note(own, entry.kind, entry.at, entry.code, entry.detail)
        if entry.kind in _SUPPRESSING and message.address:
            self._suppress(entry.sandbox, message.channel, message.address, _SUPPRESSING[entry.kind], entry.at)
        if entry.kind in _LEAVING:
            self._leave(message, entry)
        reaction = REACTIONS.get(entry.kind)
        if reaction is None:
            return None
        if message.channel == "push" and reaction == "opened":
            reaction = "clicked"  # that is how an app's user opens it
        return Reaction(message, feedback_key(message.activity, reaction), own)

    def whose(self, entry: Feedback) -> tuple[str, str] | None:
        """The identity whose profile feedback changes, None where it changes none."""
        message = self._of(entry)[1] if entry.kind in _LEAVING else None
        return None if message is None or message.namespace is None else (message.namespace, message.person)

    def _of(self, entry: Feedback) -> tuple[Message | None, Written | None]:
        """The message that feedback is about, as it was sent here, and as it was sent anywhere."""
        own = self._message(entry.message)
        return own, entry.of if own is None else written(own)

    def suppressed(self, entry: Suppressed) -> None:
        """The suppression list was changed by hand."""
        address = plain(entry.channel, entry.address)
        if entry.remove:
            self._shard.rows("drop_suppression", entry.sandbox, entry.channel, address)
        else:
            self._suppress(entry.sandbox, entry.channel, address, entry.reason, entry.at)

    def forget(self, journey: int, person: str) -> list[Identity]:
        """Somebody is deleted: what was written to them goes, and their addresses from the suppression list. Returns
        these, as identities without a namespace."""
        addresses = self._shard.rows("addresses_of", journey, person)
        for sandbox, channel, address in addresses:
            self._shard.rows("drop_suppression", sandbox, channel, plain(channel, address))
        self._shard.rows("drop_messages", journey, person)
        return [("", address) for _, _, address in addresses]

    def forget_contacts(self, sandbox: str, identities: Iterable[Identity]) -> None:
        """Somebody is deleted: when they were written to is forgotten."""
        keys = [(identity_key(sandbox, *each),) for each in identities]
        self._shard.many("drop_all_contacts", keys)
        self._shard.many("drop_all_shadow_contacts", keys)

    def save(self) -> None:
        """Writes the facts of this transaction."""
        if self._facts:
            self._shard.put_facts("record", self._facts)
            self._facts = []

    def _message(self, id_: str) -> Message | None:
        found = self._shard.rows("message", id_)
        return Message(*found[0]) if found else None

    def _first(self, entry: Feedback) -> bool:
        """Whether this is said for the first time: reports come again, and from several sides."""
        said = f"feedback {entry.message} {entry.kind}"
        return self._shard.see((identifiers.event_key(entry.sandbox, said),))[0]

    def _note(
        self, message: Message, kind: FeedbackKind, at: int, code: str, detail: str, attempts: int | None = None
    ) -> None:
        if kind not in ("opened", "clicked", "unsubscribed", "complaint"):
            self._shard.rows("set_message", kind, message.id)
        dataset, body = record_of(message, kind, at, code, detail, attempts)
        self._facts.append(Fact(at, message.sandbox, dataset, (message.person,), msgspec.json.encode(body)))

    def _suppress(self, sandbox: str, channel: str, address: str, reason: str, at: int) -> None:
        self._shard.rows("put_suppression", sandbox, channel, plain(channel, address), reason, at)

    def _leave(self, message: Written, entry: Feedback) -> None:
        """The person wants no messages of this channel any more [5.6]."""
        if message.namespace is None:  # no profile to say it in
            self._suppress(entry.sandbox, message.channel, message.address, "unsubscribed", entry.at)
            return
        moment = datetime.fromtimestamp(entry.at / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
        consent = {"val": "n", "time": moment, "reason": entry.kind}
        record = msgspec.json.encode({"consents": {"marketing": {message.channel: consent}}})
        identity = (message.namespace, message.person)
        self._profiles.attribute(entry.sandbox, [identity], record, None, entry.at)
