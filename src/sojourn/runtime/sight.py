"""What the built-in source and lookups answer: the profile store, as it stands at this place in the turn [3.9, 4.1]."""

from __future__ import annotations

from sojourn.engine.effect import Answer, Effect, Known, Look
from sojourn.profile.store import People


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
