"""Who may be written to, as the shard knows [5.6, 5.7]: the suppression list, and how often somebody was written to."""

from __future__ import annotations

import apsw

from sojourn.engine.effect import Ask, Send
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


class Contacts:
    """Reads and writes inside the shard's transaction."""

    def __init__(self, shard: Shard, profiles: Profiles) -> None:
        self._shard = shard
        self._profiles = profiles

    def hindrance(self, ask: Ask, send: Send) -> str | None:
        """Why a message may not go, None where it may: it is counted then."""
        rows = self._shard.rows
        addresses = [plain(send.kind, address) for address in send.to]
        if all(rows("suppression", ask.sandbox, send.kind, address) for address in addresses):
            return SUPPRESSED
        if not send.limits:
            return None
        keys = self._keys(ask)
        for limit in send.limits:
            found = rows("contacts", apsw.carray(keys), limit.counter, ask.now - limit.period)
            if (found[0][0] or 0) >= limit.most:
                return TOO_OFTEN
        for limit in send.limits:
            rows("drop_contacts", keys[0], limit.counter, ask.now - KEPT)
            rows("put_contact", keys[0], limit.counter, ask.now)
        return None

    def _keys(self, ask: Ask) -> tuple[bytes, ...]:
        """Everything that the person is known by: they are one person under all of it [1.2]."""
        mine: Identity = (ask.namespace or "", ask.person)
        found = self._profiles.person(ask.sandbox, *mine)
        identities = dict.fromkeys([mine, *(found.identities if found is not None else ())])
        return tuple(identity_key(ask.sandbox, *each) for each in identities)
