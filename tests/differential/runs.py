"""The ways in which a journey can be run over the same events, each giving its step events in the same form."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sojourn.clock import VirtualClock
from sojourn.connect.access import Accesses
from sojourn.engine.effect import OK, Answer, Effect, Look, Sending
from sojourn.journey.plan import Plan
from sojourn.journey.project import Project
from sojourn.limits.rule import Rules
from sojourn.report.agreement import Collector, Row, stored
from sojourn.runtime.backtest import backtest
from sojourn.runtime.engine import Engine
from sojourn.runtime.inlet import Checked, InletRules
from sojourn.runtime.replay import CONFIGURATION, Replay
from sojourn.store.entry import Accepted, Changed, Entry, Marked, Published
from sojourn.store.journal import Job, Journal, JournalReader
from sojourn.store.shard import Shard, ShardReader

from ..engine.world import Person

Answers = Callable[[Effect], Answer]


class Found(NamedTuple):
    """What a run left: its step events, and what had no effect, by reason."""

    steps: Counter[Row]
    discards: Counter[str]


def difference(left: Found, right: Found) -> list[str]:
    """What only one of the two has: `<` the left, `>` the right."""
    found = []
    for sign, here, there in (("<", left, right), (">", right, left)):
        found += [f"{sign} {row}" for row in sorted((here.steps - there.steps).elements(), key=str)]
        found += [f"{sign} {reason}" for reason in (here.discards - there.discards).elements()]
    return found


def always_ok(effect: Effect) -> Answer:
    """Every call succeeds, and data sources know nothing: so a backtest has it."""
    return OK


def record(id_: str, at: int, event: str, who: object, payload: dict[str, Any]) -> dict[str, Any]:
    """An xdmEntity of `at` epoch ms."""
    moment = f"1970-01-01T{at // 3_600_000:02}:{at // 60_000 % 60:02}:{at / 1000 % 60:06.3f}Z"
    return {"_id": id_, "timestamp": moment, "eventType": event, "_t": {"who": who, **payload}}


def checked(project: Project, records: Sequence[dict[str, Any]]) -> list[Checked]:
    """The records as the inlet passes them on, in the order given."""
    rules = InletRules(project)
    return [rules.record(json.dumps(each).encode()) for each in records]


# --- one person after the other, by the rules alone ---


def by_the_rules(plan: Plan, records: Sequence[dict[str, Any]], until: int, answers: Answers) -> Found:
    """Everyone walked through by hand (`engine.world`), `records` in order and each once."""
    people: dict[str, Person] = {}
    shapes = [msgspec.json.encode(shape.content()) for shape in plan.shapes]
    for each in records:
        if each["eventType"] in plan.listens:
            name = each["_t"]["who"]
            person = people.setdefault(name, Person(plan, name=name, known=lambda effect: answers(_sent(effect))))
            assert person.hear(each["eventType"], _ms(each["timestamp"]), each)
    steps: Counter[Row] = Counter()
    discards: Counter[str] = Counter()
    for name, person in people.items():
        person.until(until)
        steps.update((name, "", entry, s.n, s.at, s.code, shapes[s.shape]) for _, entry, s in person.taken)
        discards.update(line[2:] for line in person.log if line.startswith("! "))
    return Found(steps, discards)


def _sent(effect: Effect | Look) -> Effect:
    assert not isinstance(effect, Look)
    return effect


def _ms(moment: str) -> int:
    hours, minutes, seconds = moment[11:-1].split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


# --- backtest and replay ---


def in_memory(project: Project, plan: Plan, history: Sequence[Checked | Entry], until: int) -> Found:
    collector = Collector(plan)
    outcome = backtest(project, plan, history, until, keep=collector.keep)
    return Found(collector.rows, Counter(outcome.discards))


def replayed(data: Path, project: Project, plan: Plan, history: Sequence[Checked | Entry], until: int) -> Found:
    with closing(Replay(data, project, plan)) as replay:
        replay.run(history, until)
    return left_behind(data)


# --- the engine on a real shard ---


class Port:
    """Takes calls and answers them when the engine's turn is over."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.open: list[tuple[str, Effect]] = []
        self.sent: Counter[str] = Counter()

    def send(self, batch: list[Sending]) -> None:
        self.open += [(each.id, each.effect) for each in batch]
        self.sent.update(each.id for each in batch)

    def cancel(self, effect_ids: list[str]) -> None:
        """What was handed over has gone out."""

    def cached(self, effect: Effect | Look) -> Answer | None:
        return None

    def connect(self, accesses: Accesses) -> None:
        """Calls are answered without being made."""

    def deploy(self, rules: Rules) -> None:
        assert rules == {}

    def give(self, engine: Engine) -> bool:
        """Answers everything open, in the order of the calls."""
        for effect_id, effect in self.open:
            engine.answered(effect_id, self._answers(effect))
        busy = bool(self.open)
        self.open.clear()
        return busy


class Durable:
    """A journal, a shard and an engine on them; `restart` closes and opens all three."""

    def __init__(self, data: Path, answers: Answers = always_ok) -> None:
        data.mkdir()
        self.data = data
        self.port = Port(answers)
        self._open()

    def _open(self) -> None:
        self.journal = Journal(self.data / "journal.db", VirtualClock())
        self.shard = Shard(self.data / "shard-0.db")
        self.reader = JournalReader(self.data / "journal.db")
        self.port.open.clear()
        self.engine = Engine(self.shard, self.reader, VirtualClock(), port=self.port)
        self.engine.start()

    def restart(self) -> None:
        self.close()
        self._open()

    def append(self, entries: Sequence[Entry]) -> None:
        def work(job: Job) -> None:
            for entry in entries:
                job.append(entry)

        self.journal.run(work).result()

    def work(self, restart: bool = False) -> None:
        """Turns until nothing is left to do; with `restart` each in a process of its own, so to say."""
        busy = True
        while busy:
            busy = self.engine.turn()
            if restart:
                self.restart()
            busy = self.port.give(self.engine) or busy

    def close(self) -> None:
        self.journal.close()
        self.reader.close()
        self.shard.close()


def publication(project: Project, plan: Plan) -> list[Entry]:
    """The log entries that make a project and its journey known."""
    entries: list[Entry] = []
    for kind in CONFIGURATION:
        for name, document in project.of(kind).items():
            entries.append(Changed(0, "prod", kind, name, _body(document)))
    body = _body(project.journeys[plan.name])
    return [*entries, Published(0, "prod", plan.journey, plan.name, plan.version, body)]


def _body(document: Any) -> bytes:
    text: str = document.model_dump_json(by_alias=True, exclude_unset=True)
    return text.encode()


def durable(
    data: Path,
    project: Project,
    plan: Plan,
    history: list[Checked],
    until: int,
    *,
    batch: int = 1_000_000,
    restart: bool = False,
    answers: Answers = always_ok,
) -> Found:
    """The engine over a log that grows by `batch` events at a time."""
    with closing(Durable(data, answers)) as run:
        run.append(publication(project, plan))
        for some in _batches(history, batch):
            run.append([Accepted(each.at, "prod", each.record, each.dataset) for each in some])
            run.work(restart)
        run.append([Marked(until)])
        run.work(restart)
        assert run.engine.open_calls == 0 and run.engine.position[0] == run.reader.last() + 1
        assert set(run.shard.rows("quarantined")) == set()
        if not restart:
            assert set(run.port.sent.values()) <= {1}
    return left_behind(data)


def _batches(history: list[Checked], size: int) -> Iterator[list[Checked]]:
    for start in range(0, len(history), size):
        yield history[start : start + size]


def left_behind(data: Path) -> Found:
    """What a shard holds."""
    with closing(ShardReader(data / "shard-0.db")) as shard:
        discards: Counter[str] = Counter()
        for _, journey, _, reason, count, *_ in shard.rows("discards"):
            if journey:
                discards[reason] += count
        return Found(stored(shard), discards)
