"""From one activity on to wherever a person comes to rest: the second half of `transition`, whose rules hold here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from sojourn.engine.effect import Ask, Enter
from sojourn.engine.enrich import Enriched, cleared, opened, outcome, perform
from sojourn.engine.exits import reason_not_to_stay
from sojourn.engine.here import Here
from sojourn.engine.moment import Moment, saw, stay_id
from sojourn.engine.result import Result
from sojourn.engine.stay import AWAY, Fetched, Stay, StayKey, Step
from sojourn.engine.values import frozen, kept, thawed, tracked
from sojourn.engine.world import World
from sojourn.expression import EvaluationError
from sojourn.journey.node import Action, Arrow, Choice, Condition, Group, Shape
from sojourn.journey.plan import Plan


def move(
    plan: Plan,
    key: StayKey,
    stay: Stay,
    values: tuple[object, ...],
    arrow: Arrow | None,
    shape: Shape,
    now: int,
    world: World,
    attempts: int = 0,
    code: int | str | None = None,
    fetched: Fetched | None = None,
    took: int = 0,
    seen: object = None,
) -> Result:
    """Leaves an activity by `arrow` with a step event of `shape`, and goes on to wherever the person comes to rest.

    No arrow: the stay ends. This loop is what a journey costs, so it keeps to local variables: what it does for an
    activity of each kind stands here and is not called.
    """
    n, since, entry, changing = stay.steps, stay.since, stay.entry, plan.tracked
    steps: list[Step] = []
    if plan.thawed:
        values = thawed(plan, values)
    measures, watches = plan.measures, plan.watches
    while True:
        n += 1
        if measures and arrow is not None and arrow.goals and shape is arrow.shape:
            shape = next((reached for slot, branch, reached in arrow.goals if values[slot] == branch), shape)
        steps.append(Step(shape.number, n, now, now - since, attempts, code, fetched, seen))
        since = now
        if changing:
            values = tracked(plan, values, shape, code, fetched, took)
        target = None if arrow is None else arrow.target
        if target is None:
            return Result(Stay(entry, plan.version, AWAY, now), (), steps)
        if watches and (shape.entrance or shape.action is not None):  # they are inside, or more is known of them
            name = reason_not_to_stay(plan, key, entry, n + 1, values, now, world)
            if name is not None:
                cut = (target.top if isinstance(target, Group) else target).cut["exited"]
                steps.append(Step(cut.number, n + 1, now, 0, code=f"exitCriteria.{name}"))
                return Result(Stay(entry, plan.version, AWAY, now), (), steps)
        moment = None
        if plan.needs_moment:
            who = partial(stay_id, plan, key, entry)
            moment = Moment(who, n + 1, now, partial(world.member, plan, key))
        if isinstance(target, Group):
            if target.remembered and (way := _remembered(target, values)) is not None:
                arrow, shape, attempts, code, fetched, seen = way, way.shape, 0, None, None, None
                continue
            if target.opening is not None:
                data = Enriched(plan, key.person, now, world, values)
                left = opened(target, data, moment, Here(plan, key, now, world), now)
                if left is not None:
                    arrow, shape, attempts, code, took = left
                    fetched, seen = data.fetched, None
                    continue
                return _come(plan, stay, values, target, data, now, steps)
            rests = Stay(
                entry,
                plan.version,
                target.place,
                now,
                stay.entered,
                n,
                tuple([now + each for each in target.durations]),
                frozen(plan, values) if plan.thawed else values,
            )
            return Result(rests, (), steps)
        attempts, code, fetched, seen = 0, None, None, None
        if target.needs:
            assert not isinstance(target, Choice)
            data = Enriched(plan, key.person, now, world, values)
            left = perform(target, data, moment)
            if left is None:
                if data.until is not None:
                    stored = frozen(plan, cleared(target, data.values))
                    rests = Stay(entry, plan.version, target.place, now, stay.entered, n, (data.until,), stored)
                    return Result(rests, (), steps)
                assert data.effect is not None
                stored, fetches = frozen(plan, data.values), tuple(data.fetches)
                rests = Stay(entry, plan.version, target.place, now, stay.entered, n, (), stored, fetches)
                return Result(rests, ((rests.awaited, data.effect),), steps)
            arrow, shape, attempts, code, took = left
            fetched, seen = data.fetched, saw(target, data.values, moment)
            if type(target) is Action and target.feeds:
                values = fed(target, values, shape)
            if data.answered is not None and type(target) is Action and target.keeps:
                values = kept(target, values, data.answered)
            continue
        try:
            if type(target) is Condition:
                seen = target.sees(values)
                arrow = target.other
                for test, way in target.paths:
                    if test(values, moment):
                        arrow = way
                        break
                assert arrow is not None
                shape = arrow.shape
                if target.asks:
                    seen = saw(target, values, moment)
            elif type(target) is Choice:
                assert target.choose is not None
                arrow, seen = target.choose(Here(plan, key, now, world))
                shape = arrow.shape
                if arrow.mark is not None:
                    slot, branch = arrow.mark
                    values = (*values[:slot], branch, *values[slot + 1 :])
            else:
                assert type(target) is Action
                effect: Any = target.render(values, moment)
                if type(effect) is Enter:
                    answer = world.ask(Ask(effect, plan.sandbox, plan.namespace, key.person, now))
                else:
                    answer = world.known(effect)
                if answer is None:
                    stored = frozen(plan, values) if plan.thawed else values
                    rests = Stay(entry, plan.version, target.place, now, stay.entered, n, (), stored)
                    return Result(rests, ((n + 1, effect),), steps)
                arrow, shape, attempts, code, took = outcome(target, answer)
                if target.keeps:
                    values = kept(target, values, answer)
        except EvaluationError as error:
            assert isinstance(target, Condition | Action)
            arrow, shape, code = target.failure, target.failures["error"], error.code
            if type(target) is Condition and target.asks:
                seen = saw(target, values, moment)


def _come(
    plan: Plan, stay: Stay, values: Sequence[object], group: Group, data: Enriched, now: int, steps: list[Step]
) -> Result:
    """Comes to rest at a group with waits until a moment, or on the way into it, where a fetch is open."""
    assert group.opening is not None
    fetches, n = tuple(data.fetches), stay.steps + len(steps)
    if data.effect is None:
        stored = frozen(plan, values)
        rests = Stay(stay.entry, plan.version, group.place, now, stay.entered, n, data.dues, stored, fetches)
        return Result(rests, (), steps)
    place, stored = group.opening.place, frozen(plan, data.values)
    rests = Stay(stay.entry, plan.version, place, now, stay.entered, n, (), stored, fetches)
    return Result(rests, ((rests.awaited, data.effect),), steps)


def fed(node: Action, values: Sequence[object], shape: Shape) -> tuple[object, ...]:
    """The values with what became of a message that somebody reacts to."""
    assert node.then is not None
    slot = node.feeds.get("sent" if shape is node.then.shape else "failed" if shape.error is not None else "")
    return tuple(True if index == slot else value for index, value in enumerate(values))


def _remembered(group: Group, values: Sequence[object]) -> Arrow | None:
    """The way of the first reaction to something that has happened before."""
    return next((arrow for slot, arrow in group.remembered if values[slot]), None)
