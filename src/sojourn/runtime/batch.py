"""The working set of one transaction: stays as they stand, and everything that their moves have put out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from sojourn import identifiers
from sojourn.engine.effect import Effect
from sojourn.engine.stay import AWAY, NOBODY, Stay, StayKey, Step
from sojourn.engine.transition import Discard, due
from sojourn.engine.versions import Versions
from sojourn.journey.plan import Plan
from sojourn.store.shard import Key, Outgoing, Quarantined, Shard


class Shapes:
    """Numbers of the step shapes in a shard: the same shape has the same number for ever, whoever compiled it."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._known: dict[bytes, int] = {body.encode(): number for number, _, _, body, *_ in shard.rows("shapes")}

    def adopt(self, journey: int, plan: Plan) -> None:
        """Gives a plan's shapes their numbers here; new ones are written (inside the shard's transaction)."""
        for shape in plan.shapes:
            body = msgspec.json.encode(shape.content())
            if body not in self._known:
                row = self._shard.rows("put_shape", journey, plan.version, body.decode())
                self._known[body] = int(row[0][0])
            shape.number = self._known[body]


class Batch:
    """The sink of the walks of one transaction. `journey` and `sandbox` are set before each walk."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self.stays: dict[Key, Stay] = {}
        self.loaded: dict[Key, Stay] = {}
        self.damaged: dict[Key, str] = {}
        self.outgoing: list[Outgoing] = []
        self.cancelled: list[tuple[Key, int, str]] = []
        self.quarantined: list[Quarantined] = []
        self._steps: list[tuple[int, int, str, str, int, Sequence[Step]]] = []
        self._discards: dict[tuple[str, int, str, str], list[Any]] = {}
        self.journey = 0
        self.sandbox = ""

    # --- stays ---

    def load(self, journey: int, people: Iterable[str]) -> None:
        """Brings the stays of these people into the batch."""
        loaded, decode = self.loaded, self._shard.decode
        missing = tuple([person for person in dict.fromkeys(people) if (journey, person, "") not in loaded])
        for person in missing:
            loaded[journey, person, ""] = NOBODY
        for person, supplemental, state in self._shard.load(journey, missing):
            try:
                loaded[journey, person, supplemental] = decode(state)
            except msgspec.DecodeError as error:
                self.damaged[journey, person, supplemental] = f"the stored stay cannot be read: {error}"

    def stay(self, key: Key) -> Stay:
        """Where somebody stands now, this batch's moves included. Raises DamagedError for an unreadable row."""
        if self.damaged and key in self.damaged:
            raise DamagedError(self.damaged[key])
        found = self.stays.get(key)
        return self.loaded.get(key, NOBODY) if found is None else found

    # --- what walks put out (engine.walk.Sink) ---

    def steps(self, plan: Plan, key: StayKey, entry: int, steps: Sequence[Step]) -> None:
        self._steps.append((self.journey, plan.version, key.person, key.supplemental, entry, steps))

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
        """Takes back what was put out since `mark`."""
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
            # A walk may have gone on behind its call, as when the global timeout was due too: not to be made [6.27].
            latest = {out.key: out for out in self.outgoing}
            self.outgoing = [out for out in latest.values() if self._awaits(out)]
            shard.put_effects(self.outgoing)
        if self.cancelled:
            shard.many("drop_effect", [(*key, n) for key, n, _ in self.cancelled])
        if self._steps:
            shard.put_steps(self._steps)
            shard.many("count_shape", self._counts())
        if self._discards:
            shard.many("discard", [(*whose, *count) for whose, count in self._discards.items()])
        if self.quarantined:
            shard.many("quarantine", self.quarantined)

    def _awaits(self, out: Outgoing) -> bool:
        """Whether the stay still rests at the step that an effect belongs to."""
        stay = self.stays[out.key]
        return stay.place != AWAY and stay.steps + 1 == out.n

    def _counts(self) -> list[tuple[int, int, int]]:
        """What the batch adds to each shape: (steps, attempts, shape)."""
        counts = Counter([step.shape for *_, steps in self._steps for step in steps])
        attempts: Counter[int] = Counter()
        for *_, steps in self._steps:
            for step in steps:
                if step.attempts:
                    attempts[step.shape] += step.attempts
        return [(count, attempts[number], number) for number, count in counts.items()]

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
