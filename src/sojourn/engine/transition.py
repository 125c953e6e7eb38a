"""The transition function: everything that can move a person through a journey.

Rules of this file and of `moving`, its second half
---------------------------------------------------
1. All that decides where a person goes next is here, and nothing else is. No I/O, no clock, no randomness: `now`
   is an argument, random draws are hashes of stay and step [6.29]. Equal arguments give equal results.
2. A person rests in one of three ways: *away* (not inside), at a *group* (listeners and waits in parallel, often
   just one), or at an *action* or *condition*, or at the *opening* of a group, of which a call or a fetch is open.
   `ON` says what each stimulus does in each; a pair that is not in it changes nothing. Exit criteria go before [6.25].
3. An activity writes its one step event when the person leaves it [9.1]. Arriving writes nothing. Taking an arrow
   whose target is None ends the stay.
4. An event that comes while an answer is open is not for the engine: it returns `held`, the caller keeps the event
   and brings it again after the answer [6.14].
5. A failure (a failed call or fetch, an evaluation error) takes the activity's alternative path if it has one, else
   it ends the stay with that error [6.24]. Bad data never raises.

Ties: of several timers due the earliest fires, of equal ones the upper. An event at the very moment of a timer that
stands in the same group: the upper of the two wins [6.16]. The journey's own timers go before its global timeout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec

from sojourn import identifiers
from sojourn.engine.enrich import Enriched, Way, awaits_fetch, cleared, fetched_by, opened, outcome, perform
from sojourn.engine.exits import reason_to_go
from sojourn.engine.here import Here
from sojourn.engine.moment import PROPERTIES, Moment, saw, stay_id
from sojourn.engine.moving import fed, move
from sojourn.engine.result import Result
from sojourn.engine.stay import AWAY, Fetched, Stay, StayKey, Step
from sojourn.engine.stimulus import TIMER_FIRED, Answered, Changed, EventHeard, Exited, Stimulus, Stopped, TimerFired
from sojourn.engine.values import frozen, kept, read, thawed
from sojourn.engine.world import ALONE, World
from sojourn.journey.node import Action, Arrow, Condition, Group, Node, Opening, StepStatus
from sojourn.journey.plan import Plan


def transition(
    plan: Plan,
    key: StayKey,
    stay: Stay,
    stimulus: Stimulus,
    now: int,
    world: World = ALONE,
) -> Result:
    """What `stimulus` at `now` (epoch ms) does to `stay`.

    `plan` is that of the version the person is inside, or, for somebody away, that of the version to enter. Never
    raises for data; an exception is a bug, and the caller sets the stimulus aside.
    """
    kind = type(stimulus)
    if stay.place < 0:
        return _enter(plan, key, stay, stimulus, now, world) if kind is EventHeard else Result(stay)  # type: ignore[arg-type]
    if plan.exits and kind in (EventHeard, TimerFired, Changed):
        name = reason_to_go(plan, key, stay, stimulus, now, world)
        if name is not None:
            return _exit(plan, key, stay, Exited(f"exitCriteria.{name}"), now, world)
    handler = ON[type(plan.places[stay.place])].get(kind)
    return Result(stay) if handler is None else handler(plan, key, stay, stimulus, now, world)


def due(plan: Plan, stay: Stay) -> int | None:
    """When (epoch ms) the stay wants its `TimerFired`; None for somebody away."""
    if stay.place < 0:
        return None
    first = stay.entered + plan.global_timeout
    for moment in stay.dues:
        if moment < first:
            first = moment
    return first


# --- stimuli -------------------------------------------------------------------------------------------------------


def _enter(plan: Plan, key: StayKey, stay: Stay, stimulus: EventHeard, now: int, world: World) -> Result:
    entry = plan.entry
    if stimulus.event not in entry.hears:
        return Result(stay, discard="notAwaited")
    if stay.entry and (not plan.reentrance or (plan.again_after and now < stay.since + plan.again_after)):
        return Result(stay, discard="reentranceNotAllowed")
    if plan.start is not None and now < plan.start:
        return Result(stay, discard="notStarted")
    if plan.end is not None and now >= plan.end:
        return Result(stay, discard="ended")
    if plan.held_out and 100 * identifiers.share(plan.journey, "heldOut", key.person, "") < plan.held_out:
        return Result(stay, discard="heldOut")
    arrow = entry.then
    assert arrow is not None
    shape = arrow.reentrance if stay.entry else arrow.entrance
    assert shape is not None
    number = stay.entry + 1
    begun = Stay(number, plan.version, AWAY, now, now)
    begins: list[object] = [None] * plan.slots
    if plan.properties:
        begins += [PROPERTIES[name](plan, key, number) if name in PROPERTIES else None for name in plan.properties]
    return move(plan, key, begun, read(plan, begins, stimulus), arrow, shape, now, world)


def _hear(plan: Plan, key: StayKey, stay: Stay, stimulus: EventHeard, now: int, world: World) -> Result:
    group = plan.places[stay.place]
    assert type(group) is Group
    found = group.listeners.get(stimulus.event)
    if found is None:
        if stimulus.event in plan.remembers:
            return Result(msgspec.structs.replace(stay, values=read(plan, stay.values, stimulus)))
        return Result(stay, discard="notAwaited")
    rank, _, arrow = found
    for index, moment in enumerate(stay.dues):
        if moment <= now and group.timers[index][0] < rank:  # a tie goes to the upper one: the timer
            result = _wake(plan, key, stay, TIMER_FIRED, now, world)
            result.again = True
            return result
    enriched = _enriched(group, stay) if stay.fetches else None
    values = read(plan, stay.values, stimulus)
    return move(plan, key, stay, values, arrow, arrow.shape, now, world, fetched=enriched)


def _enriched(group: Group, stay: Stay) -> Fetched | None:
    """What was fetched on the way into a group."""
    assert group.opening is not None
    return fetched_by(group.opening.needs, stay.fetches)


def _hold(plan: Plan, key: StayKey, stay: Stay, stimulus: EventHeard, now: int, world: World) -> Result:
    if stay.dues:  # the quiet hours of a message: nothing is open that it had to wait for
        if stimulus.event in plan.remembers:
            return Result(msgspec.structs.replace(stay, values=read(plan, stay.values, stimulus)))
        return Result(stay, discard="notAwaited")
    return Result(stay, held=True)


def _wake(plan: Plan, key: StayKey, stay: Stay, stimulus: TimerFired, now: int, world: World) -> Result:
    group = plan.places[stay.place]
    assert type(group) is Group
    limit = stay.entered + plan.global_timeout
    first = limit + 1  # a timer of the very moment of the global timeout goes before it
    arrow: Arrow | None = None
    for index, moment in enumerate(stay.dues):  # upper ones first
        if moment <= now and moment < first:
            first, arrow = moment, group.timers[index][3]
    if arrow is not None:
        enriched = _enriched(group, stay) if stay.fetches else None
        return move(plan, key, stay, stay.values, arrow, arrow.shape, now, world, fetched=enriched)
    if now < limit:
        return Result(stay)  # an old timer: the person has moved since
    return _cut(plan, stay, group.top, "instanceTimedOut", now)


def _time_out(plan: Plan, key: StayKey, stay: Stay, stimulus: TimerFired, now: int, world: World) -> Result:
    node = plan.places[stay.place]
    assert not isinstance(node, Group)
    limit = stay.entered + plan.global_timeout
    if stay.dues and stay.dues[0] <= min(now, limit):
        return _write(plan, key, stay, node, now, world)
    if now < limit:
        return Result(stay)
    return _cut(plan, stay, node, "instanceTimedOut", now)


def _write(plan: Plan, key: StayKey, stay: Stay, node: Node, now: int, world: World) -> Result:
    """The quiet hours of somebody who is to be written to are over: the activity begins now."""
    assert type(node) is Action
    begun = msgspec.structs.replace(stay, since=now, dues=())
    values = thawed(plan, stay.values)
    data = Enriched(plan, key.person, now, world, values)
    way = perform(node, data, _moment(plan, key, begun, world))
    return _go_on(plan, key, begun, node, data, values, way, now, world)


def _answer(plan: Plan, key: StayKey, stay: Stay, stimulus: Answered, now: int, world: World) -> Result:
    node = plan.places[stay.place]
    assert not isinstance(node, Group)
    if stimulus.n != stay.awaited:
        return Result(stay)  # the answer to a call that no longer matters [6.27]
    if not node.needs:
        assert type(node) is Action
        arrow, shape, attempts, code, took = outcome(node, stimulus.answer)
        values = kept(node, stay.values, stimulus.answer) if node.keeps else stay.values
        return move(plan, key, stay, values, arrow, shape, now, world, attempts, code, None, took)
    values = thawed(plan, stay.values)
    fetching = awaits_fetch(node, stay)
    since = stay.since
    data = Enriched(plan, key.person, since, world, values, stay.fetches, stimulus.answer if fetching else None)
    # Begun again at the moment at which the person came to it: one step has one `now()` [6.29].
    moment = _moment(plan, key, stay, world)
    if not fetching:
        assert type(node) is Action
        data.bring(node.needs, moment)
        way: Way | None = outcome(node, stimulus.answer)
        data.answered = stimulus.answer
    elif type(node) is Opening:
        assert node.group is not None
        way = opened(node.group, data, moment, Here(plan, key, since, world), now)
        if way is None and data.effect is None:
            return Result(msgspec.structs.replace(
                stay, place=node.group.place, dues=data.dues, values=cleared(node, stay.values),
                fetches=tuple(data.fetches),
            ))  # fmt: skip
    else:
        assert type(node) is not Opening
        way = perform(node, data, moment)
    return _go_on(plan, key, stay, node, data, values, way, now, world)


def _moment(plan: Plan, key: StayKey, stay: Stay, world: World) -> Moment | None:
    """What expressions of the activity where somebody rests may know."""
    if not plan.needs_moment:
        return None
    who = partial(stay_id, plan, key, stay.entry)
    return Moment(who, stay.steps + 1, stay.since, partial(world.member, plan, key))


def _go_on(
    plan: Plan,
    key: StayKey,
    stay: Stay,
    node: Condition | Action | Opening,
    data: Enriched,
    values: Sequence[object],
    way: Way | None,
    now: int,
    world: World,
) -> Result:
    """On from an activity that has fetched, or at it until the next answer."""
    if way is None:
        if data.until is not None:
            stored = frozen(plan, cleared(node, data.values))
            return Result(msgspec.structs.replace(stay, values=stored, fetches=(), dues=(data.until,)))
        assert data.effect is not None
        rests = msgspec.structs.replace(stay, values=frozen(plan, data.values), fetches=tuple(data.fetches))
        return Result(rests, ((rests.awaited, data.effect),))
    arrow, shape, attempts, code, took = way
    values = cleared(node, values)
    seen = None if isinstance(node, Opening) else saw(node, data.values, _moment(plan, key, stay, world))
    if type(node) is Action and node.feeds:
        values = fed(node, values, shape)
    if data.answered is not None and type(node) is Action and node.keeps:
        values = kept(node, values, data.answered)
    return move(plan, key, stay, values, arrow, shape, now, world, attempts, code, data.fetched, took, seen)


def _stop(plan: Plan, key: StayKey, stay: Stay, stimulus: Stopped, now: int, world: World) -> Result:
    place = plan.places[stay.place]
    return _cut(plan, stay, place.top if isinstance(place, Group) else place, "stopped", now)


def _exit(plan: Plan, key: StayKey, stay: Stay, stimulus: Exited, now: int, world: World) -> Result:
    place = plan.places[stay.place]
    return _cut(plan, stay, place.top if isinstance(place, Group) else place, "exited", now, stimulus.reason)


def _cut(plan: Plan, stay: Stay, node: Node, status: StepStatus, now: int, reason: str | None = None) -> Result:
    """Ends the stay where it stands."""
    step = Step(node.cut[status].number, stay.steps + 1, now, now - stay.since, code=reason)
    return Result(Stay(stay.entry, plan.version, AWAY, now), (), [step])


Handler = Callable[[Plan, StayKey, Stay, Any, int, World], Result]
_AT_ONE: dict[type, Handler] = {
    EventHeard: _hold,
    TimerFired: _time_out,
    Answered: _answer,
    Stopped: _stop,
    Exited: _exit,
}
ON: dict[type, dict[type, Handler]] = {
    Group: {EventHeard: _hear, TimerFired: _wake, Stopped: _stop, Exited: _exit},
    Action: _AT_ONE,
    Condition: _AT_ONE,
    Opening: _AT_ONE,
}
"""Where the person rests -> what happens -> what it does. What is missing: nothing (a late timer or answer)."""
