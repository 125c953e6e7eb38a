"""Calls to a throttled endpoint that wait: a bounded number is in memory, and each goes out once, in order [5.5]."""

from __future__ import annotations

import gc
import os
from contextlib import closing
from pathlib import Path

import msgspec
import psutil

from sojourn.clock import ScaledClock
from sojourn.engine.effect import OK
from sojourn.limits.rule import Rules, Throttling
from sojourn.runtime.backlog import FRONT
from sojourn.runtime.engine import Engine
from sojourn.store.entry import Accepted, Changed, Halted
from sojourn.store.journal import Journal, JournalReader
from sojourn.store.shard import Shard

from ..differential import runs
from ..engine.world import action, compiled, event, project

LONG = bool(os.environ.get("SOJOURN_LONG"))
PEOPLE = 50_000 if LONG else 3_000


class Port(runs.Port):
    """Holds what it is given; `sending` is the order in which that came."""

    def __init__(self) -> None:
        super().__init__(runs.always_ok)
        self.cancelled: list[str] = []

    def deploy(self, rules: Rules) -> None:
        """Nothing goes out here anyway."""

    def cancel(self, effect_ids: list[str]) -> None:
        self.cancelled += effect_ids


class Durable(runs.Durable):
    """On a real clock: nothing stands still while a call is open."""

    def __init__(self, data: Path) -> None:
        data.mkdir()
        self.data = data
        self.port: Port = Port()
        self._open()

    def _open(self) -> None:
        self.journal = Journal(self.data / "journal.db", ScaledClock())
        self.shard = Shard(self.data / "shard-0.db")
        self.reader = JournalReader(self.data / "journal.db")
        self.port.open.clear()
        self.engine = Engine(self.shard, self.reader, ScaledClock(), port=self.port)
        self.engine.start()

    def settle(self) -> None:
        while self.engine.turn():
            assert len(self.port.open) <= FRONT

    def answer(self, count: int) -> list[str]:
        """The first of those under way are over; which these were."""
        done = [effect_id for effect_id, _ in self.port.open[:count]]
        del self.port.open[:count]
        for effect_id in done:
            self.engine.answered(effect_id, OK)
        self.settle()
        return done


def filled(run: Durable, people: int) -> str:
    """People at a throttled call; the journey's id."""
    made = project({"start": event("A", next="x"), "x": action()})
    plan = compiled(made)
    rule = msgspec.json.encode(Throttling(made.actions["send"].url, ("POST",), 200, 0))
    run.append([*runs.publication(made, plan), Changed(0, "prod", "throttling", "t", rule)])
    records = [runs.record(str(number), 0, "A", f"p{number}", {}) for number in range(people)]
    now = ScaledClock().now_ms()
    run.append([Accepted(now, "prod", each.record) for each in runs.checked(made, records)])
    run.settle()
    return plan.journey


def test_the_front_is_in_memory_and_the_rest_on_disk(tmp_path: Path) -> None:
    """Whoever waits goes out in the order of the entries, over restarts too, and nobody twice."""
    process = psutil.Process()
    with closing(Durable(tmp_path / "data")) as run:
        before = process.memory_info().rss
        filled(run, PEOPLE)
        gc.collect()
        assert run.engine.open_calls == FRONT == len(run.port.open)
        assert run.engine.queued() == {(1, "send"): PEOPLE - FRONT}
        assert process.memory_info().rss - before < 100_000_000
        order = [out.id for out in run.shard.queued("t", 0, PEOPLE)]
        assert len(order) == PEOPLE
        done: list[str] = []
        while run.port.open:
            if len(done) in (FRONT * 3 // 4, FRONT * 3 // 2):
                run.restart()
                assert run.engine.open_calls == min(FRONT, PEOPLE - len(done))
            done += run.answer(FRONT * 3 // 4)
        assert done == order
        assert run.engine.open_calls == 0 and not run.engine.queued() and run.shard.rows("effect_count") == [(0,)]


def test_nobody_waits_any_more(tmp_path: Path) -> None:
    """Of a journey that is stopped [6.27]: those at the front are taken back, the others are never handed over."""
    with closing(Durable(tmp_path / "data")) as run:
        journey = filled(run, FRONT + 500)
        run.append([Halted(ScaledClock().now_ms(), "prod", journey, 1, True)])
        run.settle()
        assert len(run.port.cancelled) == len(run.port.sent) and run.shard.rows("effect_count") == [(0,)]
        assert run.engine.open_calls == 0 and not run.engine.queued()
