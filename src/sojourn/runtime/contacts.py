"""Who may be written to, as the shard knows [5.6, 5.7]: the suppression list, and how often somebody was written to.

A shadow writes to nobody, and decides as if it did [6.33]: it counts what others have sent and what it would have, and
not what the live version has sent in its place.
"""

from __future__ import annotations

import apsw

from sojourn.engine.effect import Answer, Ask, Send
from sojourn.identifiers import identity_key
from sojourn.profile.store import Profiles
from sojourn.schema.identity import Identity
from sojourn.store.shard import Shard

SUPPRESSED, TOO_OFTEN = "suppressed", "frequency"
KEPT = 31 * 86_400_000
"""How long it is kept when somebody was written to, ms: the longest period that a rule may have."""


def plain(channel: str, address: str) -> str:
    """An address as the suppression list knows it."""
    return address.lower() if channel == "email" else address


def _skipped(reason: str) -> Answer:
    return Answer("skipped", attempts=0, reply=reason)


class Contacts:
    """Reads and writes inside the shard's transaction. `shadow` is the short number of a shadow."""

    def __init__(self, shard: Shard, profiles: Profiles) -> None:
        self._shard = shard
        self._profiles = profiles

    def hindrance(self, ask: Ask, send: Send, shadow: int = 0) -> Answer | None:
        """`skipped`, and why, where a message may not go; where it may it is counted, for a shadow for it alone."""
        rows = self._shard.rows
        addresses = [plain(send.kind, address) for address in send.to]
        if all(rows("suppression", ask.sandbox, send.kind, address) for address in addresses):
            return _skipped(SUPPRESSED)
        if not send.limits:
            return None
        keys = self._keys(ask)
        for limit in send.limits:
            since = ask.now - limit.period
            count = rows("contacts", apsw.carray(keys), limit.counter, since)[0][0] or 0
            if shadow:
                count += rows("shadow_contacts", apsw.carray(keys), limit.counter, shadow, since)[0][0] or 0
            if count >= limit.most:
                return _skipped(TOO_OFTEN)
        if shadow:
            self._put(shadow, ask, send, 1)
            return None
        for limit in send.limits:
            rows("drop_contacts", keys[0], limit.counter, ask.now - KEPT)
            rows("put_contact", keys[0], limit.counter, ask.now)
        return None

    def leave_out(self, ask: Ask, send: Send, shadow: int) -> None:
        """A live message that was counted is none for a shadow, which takes its sender's place."""
        self._put(shadow, ask, send, -1)

    def _put(self, shadow: int, ask: Ask, send: Send, count: int) -> None:
        person = self._keys(ask)[0]
        for limit in send.limits:
            self._shard.rows("put_shadow_contact", person, limit.counter, shadow, ask.now, count)

    def _keys(self, ask: Ask) -> tuple[bytes, ...]:
        """Everything that the person is known by: they are one person under all of it [1.2]."""
        mine: Identity = (ask.namespace or "", ask.person)
        found = self._profiles.person(ask.sandbox, *mine)
        identities = dict.fromkeys([mine, *(found.identities if found is not None else ())])
        return tuple(identity_key(ask.sandbox, *each) for each in identities)
