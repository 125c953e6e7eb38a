"""The working set of one transaction: stays as they stand, and everything that their moves have put out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from sojourn import identifiers
from sojourn.engine.effect import Effect
from sojourn.engine.stay import AWAY, NOBODY, Stay, StayKey, Step
from sojourn.engine.transition import Discard, due
from sojourn.engine.versions import Versions
from sojourn.journey.plan import Plan, Shape
from sojourn.store.shard import Key, Outgoing, Quarantined, Shard


class Shapes:
    """Numbers of the step shapes: the same shape has the same number for ever, whoever compiled it."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._numbers: dict[Shape, int] = {}
        self._known: dict[bytes, int] = {}
        for number, _, _, body, *_ in shard.rows("shapes"):
            self._known[body.encode()] = number

    def number(self, journey: int, version: int, shape: Shape) -> int:
        """The number of a shape, given out now if it is new (inside the shard's transaction)."""
        number = self._numbers.get(shape)
        if number is None:
            body = msgspec.json.encode(shape)
            if body not in self._known:
                self._known[body] = int(self._shard.rows("put_shape", journey, version, body.decode())[0][0])
            number = self._numbers[shape] = self._known[body]
        return number


class Batch:
    """The sink of the walks of one transaction. `journey` and `sandbox` are set before each walk."""

    def __init__(self, shard: Shard, shapes: Shapes) -> None:
        self._shard = shard
        self._shapes = shapes
        self.stays: dict[Key, Stay] = {}
        self.loaded: dict[Key, Stay] = {}
        self.damaged: dict[Key, str] = {}
        self.outgoing: list[Outgoing] = []
        self.cancelled: list[tuple[Key, int, str]] = []
        self.quarantined: list[Quarantined] = []
        self._steps: list[list[Any]] = []
        self._counts: dict[int, list[int]] = {}
        self._discards: dict[tuple[str, int, str, str], list[Any]] = {}
        self.journey = 0
        self.sandbox = ""

    # --- stays ---

    def load(self, journey: int, people: Iterable[str]) -> None:
        """Brings the stays of these people into the batch."""
        missing = [person for person in set(people) if (journey, person, "") not in self.loaded]
        for person in missing:
            self.loaded[journey, person, ""] = NOBODY
        for person, supplemental, state in self._shard.load(journey, missing):
            key = journey, person, supplemental
            try:
                self.loaded[key] = self._shard.decode(state)
            except msgspec.DecodeError as error:
                self.damaged[key] = f"the stored stay cannot be read: {error}"

    def stay(self, key: Key) -> Stay:
        """Where somebody stands now, this batch's moves included. Raises DamagedError for an unreadable row."""
        if self.damaged and key in self.damaged:
            raise DamagedError(self.damaged[key])
        found = self.stays.get(key)
        return self.loaded.get(key, NOBODY) if found is None else found

    # --- what walks put out (engine.walk.Sink) ---

    def steps(self, plan: Plan, key: StayKey, entry: int, steps: Sequence[Step]) -> None:
        rows = []
        for step in steps:
            number = self._shapes.number(self.journey, plan.version, step.shape)
            rows.append((number, step.n, step.at, step.took, step.attempts))
            count = self._counts.get(number)
            if count is None:
                self._counts[number] = [1, step.attempts, step.took]
            else:
                count[0] += 1
                count[1] += step.attempts
                count[2] += step.took
        self._steps.append([self.journey, plan.version, key.person, key.supplemental, entry, rows])

    def effect(self, plan: Plan, key: StayKey, stay: Stay, n: int, effect: Effect) -> None:
        stay_id = identifiers.stay_id(plan.sandbox, plan.uid, key.person, key.supplemental, stay.entry)
        not_before = getattr(effect, "not_before", None)
        whose = (self.journey, key.person, key.supplemental)
        self.outgoing.append(Outgoing(whose, n, identifiers.effect_id(stay_id, n), effect, not_before))

    def discard(self, versions: Versions | None, key: StayKey, event: str, reason: Discard, at: int) -> None:
        whose = (self.sandbox, versions.id if versions else 0, event, reason)
        count = self._discards.setdefault(whose, [0, at, ""])
        count[0] += 1
        count[1:] = [at, key.person]

    # --- undoing one walk, and writing them all ---

    def mark(self) -> tuple[int, int]:
        """A place to go back to when a walk fails half-way."""
        return len(self._steps), len(self.outgoing)

    def back_to(self, mark: tuple[int, int]) -> None:
        """Takes back what was put out since `mark`. Counts are kept by step rows, so they are taken back too."""
        for *_, rows in self._steps[mark[0] :]:
            for number, _, _, took, attempts in rows:
                count = self._counts[number]
                count[0] -= 1
                count[1] -= attempts
                count[2] -= took
        del self._steps[mark[0] :]
        del self.outgoing[mark[1] :]

    def save(self, journeys: dict[int, Versions]) -> None:
        """Writes everything, inside the shard's transaction."""
        shard = self._shard
        changed = [(key, stay) for key, stay in self.stays.items() if stay is not self.loaded.get(key)]
        if changed:
            shard.save(changed)
            shard.many("put_timer", self._timers(changed, journeys))
        if self.outgoing:
            shard.put_effects(self.outgoing)
        if self.cancelled:
            shard.many("drop_effect", [(*key, n) for key, n, _ in self.cancelled])
        if self._steps:
            shard.put_steps(self._steps)
            shard.many("count_shape", [(*count, number) for number, count in self._counts.items()])
        if self._discards:
            shard.many("discard", [(*whose, *count) for whose, count in self._discards.items()])
        if self.quarantined:
            shard.many("quarantine", self.quarantined)

    def _timers(self, changed: list[tuple[Key, Stay]], journeys: dict[int, Versions]) -> list[tuple[Any, ...]]:
        """A timer row for every stay whose earliest moment is another than before."""
        rows = []
        for key, stay in changed:
            if stay.place == AWAY:
                continue
            versions = journeys[key[0]]
            moment = due(versions.plan(stay), stay)
            before = self.loaded.get(key, NOBODY)
            if before.place == AWAY or due(versions.plan(before), before) != moment:
                rows.append((moment, *key))
        return rows


class DamagedError(Exception):
    """A stored stay that cannot be read."""
