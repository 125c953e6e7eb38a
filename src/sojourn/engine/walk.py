"""Taking one person through what happens to them, in the right order: the loop around `transition`.

Every driver (live runtime, replay, backtest) uses this one: before an event, the person's own timers that are due
earlier fire, each at its own moment [6.14]; a stopped version lets go of whoever it touches [6.5].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sojourn.engine.effect import Effect
from sojourn.engine.result import Discard, Result
from sojourn.engine.stay import Stay, StayKey, Step
from sojourn.engine.stimulus import CHANGED, STOPPED, TIMER_FIRED, Answered, EventHeard, Exited, ExitReason, Stimulus
from sojourn.engine.transition import due, transition
from sojourn.engine.versions import Versions
from sojourn.engine.world import ALONE, World
from sojourn.journey.node import Group
from sojourn.journey.plan import Plan


class Sink(Protocol):
    """Where a walk puts what comes out of it."""

    def steps(self, plan: Plan, key: StayKey, entry: int, steps: Sequence[Step]) -> None: ...
    def effect(self, plan: Plan, key: StayKey, stay: Stay, n: int, effect: Effect) -> None: ...
    def discard(self, versions: Versions, key: StayKey, event: str, reason: Discard, at: int) -> None: ...


class Walk:
    """Moves stays. Holds no state of its own between calls.

    `still`: time stands still while a call is open [6.30], so who has just made one hears its answer before any timer.
    """

    __slots__ = ("_sink", "_still", "_world")

    def __init__(self, sink: Sink, world: World = ALONE, *, still: bool = False) -> None:
        self._sink = sink
        self._world = world
        self._still = still

    def hear(self, versions: Versions, key: StayKey, stay: Stay, heard: EventHeard, at: int) -> tuple[Stay, bool]:
        """An event at `at` (epoch ms): the stay after it, and whether the event has to wait there for an answer."""
        if stay.place >= 0:
            stay = self.pass_time(versions, key, stay, at)
        while True:
            if stay.place >= 0:
                plan = versions.plan(stay)
                if self._still and plan.exits and not stay.dues and type(plan.places[stay.place]) is not Group:
                    return stay, True  # the answer is there before anything else of this moment happens
            else:
                entering, reason = versions.entering()
                if entering is None:
                    self._sink.discard(versions, key, heard.event, reason, at)
                    return stay, False
                plan = entering
            result = transition(plan, key, stay, heard, max(stay.since, at), self._world)
            if result.held:
                return stay, True
            if result.discard is not None:
                self._sink.discard(versions, key, heard.event, result.discard, at)
                return stay, False
            stay = self._settle(plan, key, result)
            if not result.again:
                return stay, False

    def pass_time(self, versions: Versions, key: StayKey, stay: Stay, before: int) -> Stay:
        """Fires the stay's timers that are due earlier than `before` (epoch ms), one after the other."""
        while stay.place >= 0:
            version = stay.version
            if versions.states[version] == "stopped":
                return self.stop(versions, key, stay, before)
            plan = versions.plans[version]
            moment = due(plan, stay)
            if moment is None or moment >= before:
                break
            result = transition(plan, key, stay, TIMER_FIRED, moment, self._world)
            stay = self._settle(plan, key, result)
            if self._still and result.effects:
                break
        return stay

    def answer(self, versions: Versions, key: StayKey, stay: Stay, answered: Answered, at: int) -> Stay:
        """The answer to a call, come at `at`."""
        return self._stimulate(versions, key, stay, answered, at)

    def stop(self, versions: Versions, key: StayKey, stay: Stay, at: int) -> Stay:
        """The person's version was stopped at `at`."""
        return self._stimulate(versions, key, stay, STOPPED, at)

    def exit(self, versions: Versions, key: StayKey, stay: Stay, reason: ExitReason, at: int) -> Stay:
        """The person leaves for `reason` at `at`."""
        return self._stimulate(versions, key, stay, Exited(reason), at)

    def changed(self, versions: Versions, key: StayKey, stay: Stay, at: int) -> Stay:
        """What is known of the person changed at `at`."""
        return self._stimulate(versions, key, stay, CHANGED, at)

    def _stimulate(self, versions: Versions, key: StayKey, stay: Stay, stimulus: Stimulus, at: int) -> Stay:
        if stay.place < 0:
            return stay
        plan = versions.plan(stay)
        return self._settle(plan, key, transition(plan, key, stay, stimulus, max(at, stay.since), self._world))

    def _settle(self, plan: Plan, key: StayKey, result: Result) -> Stay:
        stay = result.stay
        if result.steps:
            self._sink.steps(plan, key, stay.entry, result.steps)
        for n, effect in result.effects:
            self._sink.effect(plan, key, stay, n, effect)
        return stay
