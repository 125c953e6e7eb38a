"""What the built-in source and lookups answer: the profile store, as it stands at this place in the turn [3.9, 4.1]."""

from __future__ import annotations

from collections.abc import Callable

from sojourn.engine.effect import OK, Answer, Ask, Asked, Effect, Enter, Known, Look, Write
from sojourn.profile.people import People
from sojourn.profile.store import Profiles
from sojourn.runtime.contacts import Contacts
from sojourn.schema.identity import Identity


def seeing(people: People, known: Known) -> Known:
    """`known`, with looks at the profile store answered on the spot: live, in a replay and in a backtest alike."""

    def answer(effect: Effect | Look) -> Answer | None:
        if type(effect) is not Look:
            return known(effect)
        whose = effect.sandbox, effect.space, effect.key
        if effect.what == "profile":
            return Answer("ok", found=people.attributes(*whose, effect.read) or {})
        if effect.what == "record":
            return Answer("ok", found=people.lookup(*whose, effect.read) or {})
        return Answer("ok", found={"experienceevent": people.events(*whose, effect.now, effect.read)})

    return answer


def minding(
    profiles: Profiles,
    contacts: Contacts,
    enter: Callable[[Ask], Answer],
    written: Callable[[tuple[str, Identity, int]], None],
) -> Asked:
    """Writes to the profile, done then and there [5.3], and whether messages may go [5.6].

    `enter` does jumps, `written` is told of writes. A write stands even if the walk that it is part of fails later and
    is set aside: done again, it is the same.
    """

    def answer(ask: Ask) -> Answer | None:
        if isinstance(ask.effect, Enter):
            return enter(ask)
        if not isinstance(ask.effect, Write):
            return contacts.hindrance(ask, ask.effect)
        identity = (ask.namespace or "", ask.person)
        profiles.attribute(ask.sandbox, [identity], ask.effect.record, None, ask.now)
        written((ask.sandbox, identity, ask.now))
        return OK

    return answer
