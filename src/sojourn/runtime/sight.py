"""What the built-in source answers: the profile store, as it stands at this place in the turn [3.9, 4.1]."""

from __future__ import annotations

from sojourn.engine.effect import Answer, Effect, Known, Look
from sojourn.profile.store import People


def seeing(people: People, known: Known) -> Known:
    """`known`, with looks at the profile store answered on the spot: live, in a replay and in a backtest alike."""

    def answer(effect: Effect | Look) -> Answer | None:
        if type(effect) is not Look:
            return known(effect)
        whose = effect.sandbox, effect.namespace, effect.key
        if effect.what == "profile":
            found = people.attributes(*whose, effect.read) or {}
            return Answer("ok", found=found)
        return Answer("ok", found={"experienceevent": people.events(*whose, effect.now, effect.read)})

    return answer
