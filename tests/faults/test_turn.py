"""A turn that fails half-way is done again, whole: nothing of it stays in memory or on disk."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import apsw
import pytest

from sojourn.clock import VirtualClock
from sojourn.connect.access import Accesses
from sojourn.engine.effect import OK, Answer, Effect, Look, Sending
from sojourn.errors import StoreError
from sojourn.limits.rule import Rules
from sojourn.runtime.engine import Engine
from sojourn.store.database import STORAGE_ERRORS
from sojourn.store.entry import Accepted, Changed, Entry, Marked, Published, Retried
from sojourn.store.journal import Job, Journal, JournalReader
from sojourn.store.shard import Shard

from ..support import win_back

START = 1_700_000_000_000
CUSTOMERS = range(1, 25)
OPERATIONS = ("begin", "commit", "put_effects", "put_meta", "hold", "held_of", "drop_held")
KINDS = {"schemas": "schema", "events": "event", "actions": "action"}


class Faults:
    """Fails the named operation at its `at`-th passing, and that of `then` as often as it says after that."""

    def __init__(self, name: str, at: int, then: dict[str, int]) -> None:
        self._name, self._left, self._then = name, at, dict(then)
        self.hits = 0

    def pass_(self, name: str) -> None:
        if name == self._name and self._left > 0:
            self._left -= 1
            if self._left == 0:
                self._fail(name)
        if self._left == 0 and self._then.get(name, 0) > 0:
            self._then[name] -= 1
            self._fail(name)

    def _fail(self, name: str) -> None:
        self.hits += 1
        raise StoreError("ERR_STORE_IO", path=name, detail="test") if name == "read" else apsw.FullError(name)


class FaultyShard(Shard):
    """A shard whose file fails as told."""

    faults = Faults("", 0, {})

    def rows(self, query: str, *values: Any) -> list[Any]:
        self.faults.pass_(query)
        return super().rows(query, *values)

    def begin(self) -> None:
        self.faults.pass_("begin")
        super().begin()

    def commit(self) -> None:
        self.faults.pass_("commit")
        super().commit()

    def put_effects(self, outgoing: Any) -> Any:
        self.faults.pass_("put_effects")
        return super().put_effects(outgoing)


class FaultyReader(JournalReader):
    """A log that cannot be read for a moment."""

    faults = Faults("", 0, {})

    def read(self, seq: int, limit: int) -> list[tuple[int, list[Entry]]]:
        self.faults.pass_("read")
        return super().read(seq, limit)


class Port:
    """Takes calls; the test answers them."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.sent: Counter[str] = Counter()

    def send(self, batch: list[Sending]) -> None:
        self.open += [each.id for each in batch]
        self.sent.update(each.id for each in batch)

    def cancel(self, effect_ids: list[str]) -> None:
        """What was handed over has gone out."""

    def cached(self, effect: Effect | Look) -> Answer | None:
        return None

    def connect(self, accesses: Accesses) -> None:
        """Calls are answered without being made."""

    def deploy(self, rules: Rules) -> None:
        assert rules == {}


def project_of(job: Job) -> None:
    """The project: the first row of the log."""
    project = win_back.project(1)
    for plural, kind in KINDS.items():
        for document in project[plural]:
            job.append(Changed(START, win_back.SANDBOX, kind, document["name"], json.dumps(document).encode()))
    (journey,) = project["journeys"]
    job.append(Published(START, win_back.SANDBOX, "uid", win_back.JOURNEY, 1, json.dumps(journey).encode()))


def events_of(job: Job) -> None:
    """The events, and a mark behind them all: the second row."""
    for number, message in enumerate(win_back.events(CUSTOMERS)):
        record = json.dumps(message["body"]["xdmEntity"]).encode()
        job.append(Accepted(START + number // 4, win_back.SANDBOX, record))
    job.append(Marked(START + 60_000))


def run(data: Path, faults: Faults) -> tuple[win_back.Outcome, Counter[str]]:
    """Processes the log until nothing is left to do: where everybody got to, and how often each call went out."""
    data.mkdir()
    journal = Journal(data / "journal.db", VirtualClock())
    journal.run(project_of).result()
    journal.run(events_of).result()
    journal.close()
    shard, reader, port = FaultyShard(data / "shard-0.db"), FaultyReader(data / "journal.db"), Port()
    engine = Engine(shard, reader, VirtualClock(), port=port)
    shard.faults = reader.faults = faults
    for _ in range(2_000):
        try:
            busy = engine.turn()
        except STORAGE_ERRORS:
            continue
        for effect_id in port.open:
            engine.answered(effect_id, OK)
        if not (busy or port.open):
            break
        port.open.clear()
    assert engine.open_calls == 0 and engine.position[0] == reader.last() + 1
    reader.close()
    shard.close()
    return win_back.outcome(data), port.sent


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[win_back.Outcome, Counter[str]]:
    return run(tmp_path_factory.mktemp("calm") / "data", Faults("", 0, {}))


@pytest.mark.parametrize("then", [{}, {"get_meta": 1}, {"get_meta": 2}, {"documents": 1}], ids=str)
@pytest.mark.parametrize("name, at", [*product(OPERATIONS, (1, 2, 3)), ("read", 1), ("read", 2)])
def test_a_turn_that_fails(
    tmp_path: Path, calm: tuple[win_back.Outcome, Counter[str]], name: str, at: int, then: dict[str, int]
) -> None:
    """Whichever operation fails, and also if the state cannot be read again at once."""
    faults = Faults(name, at, then)
    found, sent = run(tmp_path / "data", faults)
    assert faults.hits == 1 + sum(then.values())
    assert found.steps == calm[0].steps and found.keys == calm[0].keys
    assert sent == calm[1] and set(sent.values()) == {1}


def test_numbers_of_what_is_set_aside_are_never_given_out_again(tmp_path: Path) -> None:
    """Two that are tried again in one turn, and set aside again: nobody finds other things behind the old numbers."""
    (data := tmp_path / "data").mkdir()
    journal = Journal(data / "journal.db", VirtualClock())
    journal.run(project_of).result()
    shard, reader = Shard(data / "shard-0.db"), JournalReader(data / "journal.db")
    engine = Engine(shard, reader, VirtualClock(), port=Port())
    seen: list[list[int]] = []
    log: list[list[Entry]] = [
        [Accepted(START, win_back.SANDBOX, b"bad"), Accepted(START, win_back.SANDBOX, b"worse")],
        [Retried(START, 1, False), Retried(START, 2, False)],
    ]
    for entries in log:
        journal.run(partial(_append, entries)).result()
        while engine.turn():
            pass
        seen.append([row[0] for row in shard.rows("quarantined")])
    journal.close()
    reader.close()
    shard.close()
    assert seen == [[1, 2], [3, 4]]


def _append(entries: list[Entry], job: Job) -> None:
    job.append(*entries)
