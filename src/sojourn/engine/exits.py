"""Exit criteria: what takes people out of a journey, wherever they are [6.25]."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sojourn.engine.enrich import Enriched
from sojourn.engine.moment import Moment, stay_id
from sojourn.engine.stay import Stay, StayKey
from sojourn.engine.stimulus import EventHeard, Stimulus
from sojourn.engine.values import read, thawed
from sojourn.engine.world import World
from sojourn.expression import EvaluationError
from sojourn.journey.plan import Plan


def reason_to_go(plan: Plan, key: StayKey, stay: Stay, stimulus: Stimulus, now: int, world: World) -> str | None:
    """The criterion by which somebody inside leaves at this stimulus, None where none holds."""
    heard, values = None, stay.values
    if type(stimulus) is EventHeard and stimulus.event in plan.reads:
        heard, values = stimulus.event, read(plan, values, stimulus)
    return _first(plan, key, stay.entry, stay.steps + 1, thawed(plan, values), heard, now, world)


def reason_not_to_stay(
    plan: Plan, key: StayKey, entry: int, n: int, values: Sequence[object], now: int, world: World
) -> str | None:
    """The condition by which somebody leaves who has just entered, or knows more by an action that is done; `values`
    are as expressions want them, `n` is the number of the step that they come to."""
    return _first(plan, key, entry, n, values, None, now, world)


def _first(
    plan: Plan, key: StayKey, entry: int, n: int, values: Sequence[object], heard: str | None, now: int, world: World
) -> str | None:
    """A condition that cannot be evaluated does not hold: nobody leaves by mistake."""
    moment = None
    for each in plan.exits:
        if each.event is not None and each.event != heard:
            continue
        if each.test is None:
            return each.name
        if plan.needs_moment:
            moment = Moment(partial(stay_id, plan, key, entry), n, now, partial(world.member, plan, key))
        data = Enriched(plan, key.person, now, world, values)
        try:
            data.bring(each.needs, moment)
            if each.test(data.values, moment):
                return each.name
        except EvaluationError:
            continue
    return None
