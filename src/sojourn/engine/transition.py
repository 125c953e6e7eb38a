"""The transition function: everything that can move a person through a journey.

Rules of this file
------------------
1. All that decides where a person goes next is here, and nothing else is. No I/O, no clock, no randomness: `now`
   is an argument, random draws are hashes of stay and step [6.29]. Equal arguments give equal results.
2. A person rests in one of three ways: *away* (not inside), at a *group* (listeners and waits in parallel, often
   just one), or at an *action* whose answer is open. `ON` says what each stimulus does in each; a pair that is
   not in it changes nothing.
3. An activity writes its one step event when the person leaves it [9.1]. Arriving writes nothing. Taking an arrow
   whose target is None ends the stay.
4. An event that comes while an answer is open is not for the engine: it returns `held`, the caller keeps the event
   and brings it again after the answer [6.14].
5. A failure (a failed call, an evaluation error) takes the activity's alternative path if it has one, else it ends
   the stay with that error [6.24]. Bad data never raises.

Ties: of several timers due the earliest fires, of equal ones the upper. An event at the very moment of a timer that
stands in the same group: the upper of the two wins [6.16]. The journey's own timers go before its global timeout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from sojourn import identifiers
from sojourn.engine.effect import Answer, Call, Effect, Outcome
from sojourn.engine.stay import AWAY, Stay, StayKey, Step
from sojourn.engine.stimulus import Answered, EventHeard, Stimulus, Stopped, TimerFired
from sojourn.expression import EvaluationError
from sojourn.journey.plan import Action, Arrow, Condition, Group, Node, Plan, Shape, StepStatus

Discard = Literal[
    "EVENT_WITH_NO_JOURNEY", "reentranceNotAllowed", "notAwaited", "notStarted", "ended", "closed", "stopped",
    "keyMissing", "keyFailed",
]  # fmt: skip
"""Why an event had no effect on a journey; the first two are the manual's codes [9.3]."""

_FAILED: dict[Outcome, StepStatus] = {
    "http": "error", "error": "error", "timeout": "timedOut", "capping": "cappingError",
}  # fmt: skip


class Result(msgspec.Struct, gc=False):
    """What a transition gives back.

    `effects` are (step number, effect). `discard` says why an event had no effect; `held` that it has to wait for an
    answer; `again` that a timer of the same moment went first and the event is still to be heard.
    """

    stay: Stay
    effects: Sequence[tuple[int, Effect]] = ()
    steps: Sequence[Step] = ()
    discard: Discard | None = None
    held: bool = False
    again: bool = False


Known = Callable[[Effect], Answer | None]
"""Answers that need no world: a recorded or simulated call. None where the effect has to go out."""


def nothing_known(effect: Effect) -> Answer | None:
    """Every effect has to go out into the world."""
    return None


class Run:
    """One transition under way: the mutable working copy of a stay. Also the `Moment` that expressions see."""

    __slots__ = ("draws", "dues", "effects", "key", "known", "n", "now_ms", "place", "plan", "since", "stay",
                 "steps", "values")  # fmt: skip

    def __init__(self, plan: Plan, key: StayKey, stay: Stay, now: int, known: Known) -> None:
        self.plan = plan
        self.key = key
        self.stay = stay
        self.now_ms = now
        self.known = known
        self.n = stay.steps
        self.place = AWAY
        self.since = stay.since
        self.dues: tuple[int, ...] = ()
        self.values = stay.values
        self.steps: list[Step] = []
        self.effects: list[tuple[int, Effect]] = []
        self.draws = 0
        if plan.properties:
            self.values = (*stay.values, *[PROPERTIES[name](self) for name in plan.properties])

    @property
    def stay_id(self) -> str:
        plan, key = self.plan, self.key
        return identifiers.stay_id(plan.sandbox, plan.uid, key.person, key.supplemental, self.stay.entry)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_ms / 1000, UTC)

    def random(self) -> float:
        self.draws += 1
        return identifiers.fraction(self.stay_id, self.n + 1, self.draws)

    def uuid(self) -> str:
        self.draws += 1
        return identifiers.random_uuid(self.stay_id, self.n + 1, self.draws)

    def read(self, event: str, payload: Any) -> None:
        """Keeps what the plan uses of an event."""
        reads = self.plan.reads.get(event)
        if reads:
            values = list(self.values)
            for slot, get in reads:
                values[slot] = get(payload)
            self.values = tuple(values)

    def result(self) -> Result:
        plan, stay = self.plan, self.stay
        if self.place < 0:
            left = Stay(stay.entry, plan.version, AWAY, self.since)
            return Result(left, self.effects, self.steps)
        values = self.values[: plan.slots] if plan.properties else self.values
        rests = Stay(stay.entry, plan.version, self.place, self.since, stay.entered, self.n, self.dues, values)
        return Result(rests, self.effects, self.steps)


PROPERTIES: dict[str, Callable[[Run], str]] = {
    "externalKey": lambda run: run.key.person,
    "profileId": lambda run: run.key.person,
    "instanceUID": lambda run: run.stay_id,
}
"""Journey properties that differ by stay; at run time they stand behind the kept values, the first one last."""


def transition(
    plan: Plan, key: StayKey, stay: Stay, stimulus: Stimulus, now: int, known: Known = nothing_known
) -> Result:
    """What `stimulus` at `now` (epoch ms) does to `stay`.

    `plan` is that of the version the person is inside, or, for somebody away, that of the version to enter. An
    effect that `known` answers does not leave: the person goes on with that answer in the same transition, just as
    they would in the next one. Never raises for data; an exception is a bug, and the caller sets the stimulus aside.
    """
    rests = type(plan.places[stay.place]) if stay.place >= 0 else None
    handler = ON.get((rests, type(stimulus)))
    return Result(stay) if handler is None else handler(plan, key, stay, stimulus, now, known)


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


def _enter(plan: Plan, key: StayKey, stay: Stay, stimulus: EventHeard, now: int, known: Known) -> Result:
    entry = plan.entry
    if stimulus.event != entry.event:
        return Result(stay, discard="notAwaited")
    if not plan.reentrance and stay.entry:
        return Result(stay, discard="reentranceNotAllowed")
    if plan.start is not None and now < plan.start:
        return Result(stay, discard="notStarted")
    if plan.end is not None and now >= plan.end:
        return Result(stay, discard="ended")
    begun = Stay(stay.entry + 1, plan.version, AWAY, now, now, 0, (), (None,) * plan.slots)
    run = Run(plan, key, begun, now, known)
    run.read(stimulus.event, stimulus.payload)
    arrow = entry.then
    assert arrow is not None and arrow.entrance is not None and arrow.reentrance is not None
    run.n = 1
    run.steps.append(Step(arrow.reentrance if stay.entry else arrow.entrance, 1, now, 0))
    _walk(run, arrow)
    return run.result()


def _hear(plan: Plan, key: StayKey, stay: Stay, stimulus: EventHeard, now: int, known: Known) -> Result:
    group = plan.places[stay.place]
    assert type(group) is Group
    found = group.listeners.get(stimulus.event)
    if found is None:
        return Result(stay, discard="notAwaited")
    rank, _, arrow = found
    if stay.dues and _upper_timer_is_due(group, stay, rank, now):
        result = _wake(plan, key, stay, stimulus, now, known)
        result.again = True
        return result
    run = Run(plan, key, stay, now, known)
    run.read(stimulus.event, stimulus.payload)
    _follow(run, arrow)
    return run.result()


def _upper_timer_is_due(group: Group, stay: Stay, rank: int, now: int) -> bool:
    return any(moment <= now and timer[0] < rank for moment, timer in zip(stay.dues, group.timers, strict=True))


def _hold(plan: Plan, key: StayKey, stay: Stay, stimulus: EventHeard, now: int, known: Known) -> Result:
    return Result(stay, held=True)


def _wake(plan: Plan, key: StayKey, stay: Stay, stimulus: Stimulus, now: int, known: Known) -> Result:
    group = plan.places[stay.place]
    assert type(group) is Group
    limit = stay.entered + plan.global_timeout
    first: int | None = None
    arrow: Arrow | None = None
    for moment, timer in zip(stay.dues, group.timers, strict=True):  # upper ones first
        if moment <= now and (first is None or moment < first):
            first, arrow = moment, timer[3]
    if first is not None and first <= limit:
        run = Run(plan, key, stay, now, known)
        _follow(run, arrow)
        return run.result()
    if now < limit:
        return Result(stay)  # an old timer: the person has moved since
    return _leave(plan, key, stay, now, group.top, "instanceTimedOut")


def _time_out(plan: Plan, key: StayKey, stay: Stay, stimulus: TimerFired, now: int, known: Known) -> Result:
    action = plan.places[stay.place]
    assert type(action) is Action
    if now < stay.entered + plan.global_timeout:
        return Result(stay)
    return _leave(plan, key, stay, now, action, "instanceTimedOut")


def _answer(plan: Plan, key: StayKey, stay: Stay, stimulus: Answered, now: int, known: Known) -> Result:
    action = plan.places[stay.place]
    assert type(action) is Action
    if stimulus.n != stay.steps + 1:
        return Result(stay)  # the answer to a call that no longer matters [6.27]
    run = Run(plan, key, stay, now, known)
    _walk(run, _answered(run, action, stimulus.answer))
    return run.result()


def _stop(plan: Plan, key: StayKey, stay: Stay, stimulus: Stopped, now: int, known: Known) -> Result:
    place = plan.places[stay.place]
    return _leave(plan, key, stay, now, place.top if isinstance(place, Group) else place, "stopped")


def _leave(plan: Plan, key: StayKey, stay: Stay, now: int, node: Node, status: StepStatus) -> Result:
    """Ends the stay where it stands."""
    run = Run(plan, key, stay, now, nothing_known)
    _end(run, node, status)
    return run.result()


# --- moving --------------------------------------------------------------------------------------------------------


def _follow(run: Run, arrow: Arrow | None) -> None:
    """Leaves a group by `arrow`: its step event, then on to wherever the person comes to rest."""
    assert arrow is not None
    _walk(run, _cross(run, arrow, arrow.shape, 0))


def _cross(run: Run, arrow: Arrow, shape: Shape, attempts: int) -> Arrow:
    """Writes the step event of the activity that the person leaves by `arrow`."""
    run.n = n = run.n + 1
    now = run.now_ms
    run.steps.append(Step(shape, n, now, now - run.since, attempts))
    run.since = now
    return arrow


def _walk(run: Run, arrow: Arrow | None) -> None:
    """Goes on from `arrow`, whose step event is written, through all activities that do not hold the person."""
    while arrow is not None:
        target = arrow.target
        if target is None:
            run.place = AWAY
            return
        arrow = ARRIVE[type(target)](run, target)


def _arrive_condition(run: Run, condition: Condition) -> Arrow | None:
    try:
        for test, arrow in condition.paths:
            if test(run.values, run):
                return _cross(run, arrow, arrow.shape, 0)
    except EvaluationError as error:
        return _fail(run, condition, "error", 0, error.code)
    assert condition.other is not None
    return _cross(run, condition.other, condition.other.shape, 0)


def _arrive_group(run: Run, group: Group) -> None:
    now = run.now_ms
    run.place = group.place
    run.dues = tuple([now + timer[1] for timer in group.timers])


def _arrive_action(run: Run, action: Action) -> Arrow | None:
    try:
        request = action.render(run.values, run)
    except EvaluationError as error:
        return _fail(run, action, "error", 0, error.code)
    effect = Call(action.action, request, run.plan.timeout)
    answer = run.known(effect)
    if answer is not None:
        return _answered(run, action, answer)
    run.place = action.place
    run.dues = ()
    run.effects.append((run.n + 1, effect))
    return None


def _answered(run: Run, action: Action, answer: Answer) -> Arrow | None:
    """An action's call came to an end: the way on."""
    if answer.outcome == "ok":
        assert action.then is not None
        return _cross(run, action.then, action.then.shape, answer.attempts)
    return _fail(run, action, _FAILED[answer.outcome], answer.attempts, answer.outcome, answer.code)


def _fail(
    run: Run, node: Node, status: StepStatus, attempts: int, error: str, error_code: int | None = None
) -> Arrow | None:
    """The activity failed: its alternative path, or the end [6.24]."""
    facts: dict[str, Any] = {"action": node.action if isinstance(node, Action) else None}
    facts |= {"error": error, "error_code": error_code}
    way = node.failure
    if way is None:
        _end(run, node, status, attempts, **facts)
        return None
    return _cross(run, way, run.plan.shape(node, status, arrow=way.id, ended=way.target is None, **facts), attempts)


def _end(run: Run, node: Node, status: StepStatus, attempts: int = 0, **facts: Any) -> None:
    run.n += 1
    shape = run.plan.shape(node, status, ended=True, **facts)
    run.steps.append(Step(shape, run.n, run.now_ms, run.now_ms - run.since, attempts))
    run.since = run.now_ms
    run.place = AWAY


ARRIVE: dict[type, Callable[[Run, Any], Arrow | None]] = {
    Condition: _arrive_condition,
    Group: _arrive_group,
    Action: _arrive_action,
}

ON: dict[tuple[type | None, type], Callable[[Plan, StayKey, Stay, Any, int, Known], Result]] = {
    (None, EventHeard): _enter,
    (Group, EventHeard): _hear,
    (Action, EventHeard): _hold,
    (Group, TimerFired): _wake,
    (Action, TimerFired): _time_out,
    (Action, Answered): _answer,
    (Group, Stopped): _stop,
    (Action, Stopped): _stop,
}
"""(where the person rests, what happens) -> what it does. Missing pairs: nothing (a late timer or answer)."""
