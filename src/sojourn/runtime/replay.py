"""Replay: the durable runtime fed from a file under a virtual clock, every call answered on the spot.

What `serve` does with two processes happens here in one, by the same journal, shard and engine: each record goes into
the journal and is on disk before the engine sees it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from sojourn.clock import VirtualClock
from sojourn.engine.effect import Answer, Effect, Look, called
from sojourn.engine.stay import StayKey, Step
from sojourn.errors import StoreError
from sojourn.journey.plan import Plan
from sojourn.journey.project import MODELS, Kind, Project
from sojourn.report.metrics import Report, report
from sojourn.report.steps import shape_of
from sojourn.runtime.engine import VIRTUAL_EVENTS_A_TURN, Engine
from sojourn.runtime.fixtures import NOTHING_KNOWN, Fixtures
from sojourn.runtime.history import Progress
from sojourn.runtime.inlet import Checked
from sojourn.store.entry import Accepted, Changed, Entry, Marked, Published, Recorded
from sojourn.store.journal import Job, Journal, JournalReader, Row
from sojourn.store.shard import Shard, ShardReader

KeepSteps = Callable[[Plan, StayKey, int, Sequence[Step]], None]
_AHEAD = VIRTUAL_EVENTS_A_TURN
"""How many records the journal may be ahead of the engine."""


CONFIGURATION: tuple[Kind, ...] = tuple(kind for kind in MODELS if kind != "journey")


class Replay:
    """A new data folder, a project and a plan; `run` takes the history through. `fixtures` answer data sources."""

    def __init__(self, data: Path, project: Project, plan: Plan, fixtures: Fixtures = NOTHING_KNOWN) -> None:
        data.mkdir(parents=True, exist_ok=True)
        if any(data.iterdir()):
            raise StoreError("ERR_STORE_EXISTS", path=str(data))
        self._clock = VirtualClock()
        committed: deque[Row] = deque()
        self._journal = Journal(data / "journal.db", self._clock, committed.extend)
        self._reader = FreshReader(data / "journal.db", committed)
        self._shard = Shard(data / "shard-0.db")
        self._sandbox = project.sandbox
        self._fixtures = fixtures
        self.calls: Counter[str] = Counter()
        self._journal.run(lambda job: _publish(job, project, plan)).result()
        self._engine = Engine(self._shard, self._reader, VirtualClock(), known=self._answer)

    def _answer(self, effect: Effect | Look) -> Answer:
        self.calls[called(effect)] += 1  # type: ignore[arg-type]  # looks are answered before
        return self._fixtures(effect)  # type: ignore[arg-type]

    def run(
        self, history: Sequence[Checked | Entry], until: int, progress: Progress = lambda done, all_: None
    ) -> Report:
        """Journals the history (in replay order) and processes it, until `until` (epoch ms) inclusive.

        Entries of another log stand in it as they are.
        """
        starts = range(0, len(history), _AHEAD)
        chunks = [history[start : start + _AHEAD] for start in starts]
        # The journal commits the next chunk while the engine works on the one before: as live, they do not wait for
        # each other.
        journaled = [self._journal.run(partial(self._append, chunk=chunk)) for chunk in chunks[:1]]
        self._work()  # the project
        for number, chunk in enumerate(chunks):
            if number + 1 < len(chunks):
                journaled.append(self._journal.run(partial(self._append, chunk=chunks[number + 1])))
            journaled[number].result()
            self._work()
            progress(starts[number] + len(chunk), len(history))
        self._journal.run(lambda job: job.append(Marked(until))).result()
        self._work()
        counted = ((shape_of(body), steps, tries) for _, _, _, body, steps, tries in self._shard.rows("shapes"))
        return report(counted)

    def _work(self) -> None:
        while self._engine.turn():
            pass

    def _append(self, job: Job, *, chunk: Sequence[Checked | Entry]) -> None:
        sandbox = self._sandbox
        job.append(*[
            each
            if not isinstance(each, Checked)
            else Accepted(each.at, sandbox, each.record, each.dataset)
            if each.event
            else Recorded(each.at, sandbox, each.dataset, [each.record])
            for each in chunk
            if not isinstance(each, Checked) or each.event or each.dataset
        ])  # fmt: skip

    def each_step(self, plan: Plan, keep: KeepSteps) -> None:
        """Shows `keep` every step event, its shape by its number in `plan`."""
        numbers = {msgspec.json.encode(shape.content()): shape.number for shape in plan.shapes}
        shapes = {id_: numbers[body.encode()] for id_, _, _, body, *_ in self._shard.rows("shapes")}
        with closing(ShardReader(self._shard.path)) as reader:
            after = 0
            while batches := reader.step_batches(after):
                after = batches[-1][0]
                for _, _, person, supplemental, entry, steps in (row for _, batch in batches for row in batch):
                    found = [Step(shapes[shape], *rest) for shape, *rest in steps]
                    keep(plan, StayKey(person, supplemental), entry, found)

    def discards(self) -> dict[str, int]:
        """How often an event had no effect on the journey, by reason."""
        found: Counter[str] = Counter()
        for _, journey, _, reason, count, *_ in self._shard.rows("discards"):
            if journey:
                found[reason] += count
        return dict(found)

    def people(self) -> int:
        """How many people have entered."""
        return int(self._shard.rows("people")[0][0])

    def table_bytes(self, table: str) -> int:
        """What a table of the shard takes on disk."""
        return int(self._shard.rows("table_bytes", table)[0][0] or 0)

    def close(self) -> None:
        self._journal.close()
        self._reader.close()
        self._shard.close()


class FreshReader(JournalReader):
    """The log for an engine beside its writer: rows just `committed` are there as they were, and not read again."""

    def __init__(self, path: Path, committed: deque[Row]) -> None:
        super().__init__(path)
        self._committed = committed

    def read(self, seq: int, limit: int) -> list[Row]:
        committed = self._committed
        while committed and committed[0][0] < seq:
            committed.popleft()
        if not committed or committed[0][0] > seq:
            return super().read(seq, limit)
        return [committed.popleft() for _ in range(min(limit, len(committed)))]


def count(history: Sequence[Checked | Entry]) -> int:
    """How many events are in a history."""
    return sum(each.event if isinstance(each, Checked) else type(each) is Accepted for each in history)


def _publish(job: Job, project: Project, plan: Plan) -> None:
    for kind in CONFIGURATION:
        for name, document in project.of(kind).items():
            job.append(Changed(0, project.sandbox, kind, name, _json(document)))
    body = _json(project.journeys[plan.name])
    job.append(Published(0, project.sandbox, plan.journey, plan.name, plan.version, body))


def _json(document: Any) -> bytes:
    text: str = document.model_dump_json(by_alias=True, exclude_unset=True)
    return text.encode()
