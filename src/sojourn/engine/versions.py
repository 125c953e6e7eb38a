"""The versions of one journey that people may be inside, and which of them takes new people [6.4-6.7]."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sojourn.engine.result import Discard
from sojourn.engine.stay import Stay
from sojourn.journey.plan import Plan

VersionState = Literal["live", "closed", "stopped"]
Kind = Literal["live", "test", "shadow"]


@dataclass(slots=True, eq=False)
class Versions:
    """Published versions by number, in order. `id` is the store's short number of the journey in its sandbox.

    A draft that runs apart, in test or as a shadow, is versions of its own: `kind` says which [6.32, 6.33].
    """

    sandbox: str
    journey: str
    id: int
    kind: Kind = "live"
    plans: dict[int, Plan] = field(default_factory=dict)
    origins: tuple[Versions, ...] = ()
    """The journeys that jump into this one."""
    guarded: bool = False
    """Whether people get into it in other ways than by their own events, or one by one: the order is to be kept."""
    states: dict[int, VersionState] = field(default_factory=dict)

    @property
    def namespace(self) -> str | None:
        """That of its people's ids."""
        return next((plan.namespace for plan in self.plans.values()), None)

    @property
    def keyed(self) -> bool:
        """Whether its people are inside once for each supplemental key [6.10]."""
        return any(plan.keyed for plan in self.plans.values())

    def publish(self, plan: Plan) -> None:
        """Makes `plan` the live version; an earlier live one is closed [6.7]."""
        for number, state in self.states.items():
            if state == "live":
                self.states[number] = "closed"
        self.plans[plan.version] = plan
        self.states[plan.version] = "live"

    def entering(self) -> tuple[Plan | None, Discard]:
        """The version that takes new people, or why none does."""
        states = self.states
        if not states:
            return None, "EVENT_WITH_NO_JOURNEY"
        newest = next(reversed(states))
        state = states[newest]
        if state != "live":
            return None, state
        plan = self.plans.get(newest)  # None: published with documents that have changed since
        return plan, "EVENT_WITH_NO_JOURNEY"

    @property
    def newest(self) -> Plan | None:
        """The version published last."""
        return next((self.plans[number] for number in reversed(self.states) if number in self.plans), None)

    def plan(self, stay: Stay) -> Plan:
        """The plan of the version that somebody is inside."""
        return self.plans[stay.version]
