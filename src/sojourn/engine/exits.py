"""Exit criteria: what takes people out of a journey, wherever they are [6.25]."""

from __future__ import annotations

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
    """The criterion by which somebody inside leaves at this stimulus, None where none holds.

    A condition that cannot be evaluated does not hold: nobody leaves by mistake.
    """
    heard, values, moment = None, stay.values, None
    if type(stimulus) is EventHeard and stimulus.event in plan.reads:
        heard, values = stimulus.event, read(plan, values, stimulus)
    for each in plan.exits:
        if each.event is not None and each.event != heard:
            continue
        if each.test is None:
            return each.name
        if plan.needs_moment:
            who = partial(stay_id, plan, key, stay.entry)
            moment = Moment(who, stay.steps + 1, now, partial(world.member, plan, key))
        data = Enriched(plan, key.person, now, world, thawed(plan, values))
        try:
            data.bring(each.needs, moment)
            if each.test(data.values, moment):
                return each.name
        except EvaluationError:
            continue
    return None
