"""Who has come to an activity and when: what decisions go by that look at no expression."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sojourn.engine.effect import Look
from sojourn.engine.stay import StayKey
from sojourn.engine.world import World
from sojourn.expression.values import read_zone
from sojourn.journey.plan import Plan


class Here:
    """See `journey.node.Here`."""

    __slots__ = ("_plan", "_world", "_zone", "now", "person", "supplemental")

    def __init__(self, plan: Plan, key: StayKey, now: int, world: World) -> None:
        self.person = key.person
        self.supplemental = key.supplemental
        self.now = now
        self._plan = plan
        self._world = world
        self._zone: tzinfo | None = None

    @property
    def zone(self) -> tzinfo:
        if self._zone is None:
            fixed, looking = self._plan.zone.fixed, self._plan.zone.looking
            named: object = None
            if looking is not None:
                look = Look(looking.what, self._plan.sandbox, looking.space, self.person, self.now, looking.read)
                answer = self._world.known(look)
                named = answer.found.get("timeZone") if answer is not None and answer.found else None
            self._zone = (read_zone(named) if isinstance(named, str) else None) or fixed
        return self._zone

    def local(self) -> datetime:
        return datetime.fromtimestamp(self.now / 1000, self.zone)

    def take(self, counter: str, limit: int, period: int) -> int:
        return self._world.count(self._plan, counter, self.now, limit, period)
