"""Dry runs on a server: a draft, and beside it the live version, over recorded or uploaded history [6.33].

Each is a process of its own, so that it takes nothing from intake and engine but what they leave of the machine, and so
that it can be ended at any moment. Nothing is called; results are kept in memory for a while.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from sojourn.errors import ConflictError, NotFoundError, SojournError
from sojourn.journey.compile import compile_journey
from sojourn.journey.plan import Plan
from sojourn.journey.project import Kind, Project
from sojourn.runtime import history, recorded
from sojourn.runtime.backtest import Outcome, backtest
from sojourn.runtime.collector import quiet_collector
from sojourn.runtime.fixtures import Fixtures
from sojourn.runtime.inlet import InletRules
from sojourn.store.shard import ShardReader

AT_ONCE = 2
"""So many run at a time."""
KEPT, KEPT_SECONDS = 20, 3_600.0
"""How many that are over are kept, and how long."""
TOLD_EVERY = 0.2
State = Literal["running", "done", "failed", "cancelled"]


class Order(NamedTuple):
    """What is to be run. `versions` are (draft or live, number, document as JSON); moments are epoch ms.

    `file` holds an uploaded history, else it is the log of the data folder.
    """

    data: Path
    sandbox: str
    documents: list[tuple[Kind, bytes]]
    journey: str
    uid: str
    versions: list[tuple[str, int, bytes]]
    since: int
    until: int
    answers: dict[str, Any]
    file: Path | None = None


@dataclass(slots=True)
class DryRun:
    """One dry run, as far as it is. `result` is its outcome by `draft` and `live`."""

    id: str
    order: Order
    started: float
    state: State = "running"
    stage: str = "reading"
    done: int = 0
    of: int = 0
    result: dict[str, Any] | None = None
    error: SojournError | None = None
    ended: float | None = None
    process: Any = field(default=None, repr=False)


class DryRuns:
    """Those of a server. Blocking; safe to call from several threads."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.Lock()
        self._runs: dict[str, DryRun] = {}

    def begin(self, order: Order) -> DryRun:
        """Starts one. Raises ConflictError while too many run."""
        with self._lock:
            self._forget_old()
            if sum(run.state == "running" for run in self._runs.values()) >= AT_ONCE:
                raise ConflictError("ERR_BACKTESTS_BUSY", limit=AT_ONCE)
            id_ = uuid.uuid4().hex
            if order.file is not None:  # taken: an uploaded history is run once
                order = order._replace(file=order.file.rename(order.file.with_name(f"{id_}.taken")))
            run = DryRun(id_, order, time.time())
            ours, theirs = self._context.Pipe(duplex=False)
            run.process = self._context.Process(target=_main, args=(theirs, order), daemon=True)
            run.process.start()
            theirs.close()
            self._runs[run.id] = run
        threading.Thread(target=self._listen, args=(run, ours), name="dry-run", daemon=True).start()
        return run

    def all(self, sandbox: str) -> list[DryRun]:
        """Those of a sandbox that run or are kept, the latest first."""
        with self._lock:
            self._forget_old()
            return [run for run in reversed(self._runs.values()) if run.order.sandbox == sandbox]

    def read(self, sandbox: str, id_: str) -> DryRun:
        """One of them. Raises NotFoundError."""
        found = self._runs.get(id_)
        if found is None or found.order.sandbox != sandbox:
            raise NotFoundError("ERR_BACKTEST_UNKNOWN", field="id", id=id_)
        return found

    def cancel(self, sandbox: str, id_: str) -> None:
        """Ends one that runs, or forgets one that is over."""
        run = self.read(sandbox, id_)
        with self._lock:
            if run.state == "running":
                self._over(run, "cancelled")
                run.process.kill()
            else:
                del self._runs[id_]

    def close(self) -> None:
        """Ends those that run."""
        for run in list(self._runs.values()):
            if run.state == "running":
                self.cancel(run.order.sandbox, run.id)

    def _listen(self, run: DryRun, pipe: Connection) -> None:
        with suppress(EOFError, OSError):
            while True:
                word, *told = pipe.recv()
                if word == "progress":
                    run.stage, run.done, run.of = told
                elif word == "done":
                    run.result = told[0]
                    self._over(run, "done")
                else:
                    code, where, params = told
                    run.error = SojournError(code, field=where, **params)
                    self._over(run, "failed")
        run.process.join()
        if run.state == "running":
            run.error = SojournError("ERR_BACKTEST_ENDED", code=run.process.exitcode)
            self._over(run, "failed")
        if run.order.file is not None:
            run.order.file.unlink(missing_ok=True)

    def _over(self, run: DryRun, state: State) -> None:
        if run.state == "running":
            run.state, run.ended = state, time.time()

    def _forget_old(self) -> None:
        over = [run for run in self._runs.values() if run.ended is not None]
        for place, run in enumerate(reversed(over)):
            if place >= KEPT or time.time() - (run.ended or 0) > KEPT_SECONDS:
                del self._runs[run.id]


# --- in the process of its own ---


def _main(pipe: Connection, order: Order) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its server ends it
    os.nice(10)
    try:
        with quiet_collector():
            pipe.send(("done", run(order, _Teller(pipe))))
    except SojournError as error:
        pipe.send(("failed", error.code, error.field, {name: str(value) for name, value in error.params.items()}))
    except BrokenPipeError:  # nobody waits for it any more
        return


class _Teller:
    """Says how far it is, now and then."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._said = 0.0
        self.stage = "reading"

    def __call__(self, done: int, all_: int) -> None:
        now = time.monotonic()
        if now - self._said > TOLD_EVERY or done == all_:
            self._said = now
            self._pipe.send(("progress", self.stage, done, all_))


def run(order: Order, told: _Teller) -> dict[str, Any]:
    """The outcome of each version. Raises InputError."""
    project = Project(order.sandbox, alone=True)
    for kind, body in order.documents:
        project.add(kind, msgspec.json.decode(body))
    fixtures = Fixtures(order.answers)
    found: dict[str, Any] = {}
    plain: Sequence[Any] | None = None
    several = set() if order.file is not None else _namespaces_of_kin(order)
    for label, number, body in order.versions:
        project.add("journey", msgspec.json.decode(body))
        plan, _ = compile_journey(project, order.journey, number=number, journey_id=order.uid)
        assert plan is not None  # it was checked before
        told.stage = "reading"
        whole = order.file is None and (plan.looks or plan.namespace in several)
        plain = plain or (None if whole else _plain(order, project, told))
        if whole or plain is None:
            past: Sequence[Any] = recorded.everything(order.data, order.sandbox, order.since, order.until, told)
        else:
            past = plain
        told.stage = label
        durably = past is not plain
        outcome = backtest(project, plan, past, order.until, progress=told, fixtures=fixtures, durably=durably)
        found[label] = _told(number, plan, outcome)
    return found


def _namespaces_of_kin(order: Order) -> set[str]:
    """The namespaces in which somebody has several ids, as far as the engine has got."""
    with closing(ShardReader(order.data / "shard-0.db")) as shard:
        return {namespace for sandbox, namespace in shard.rows("kin") if sandbox == order.sandbox}


def _plain(order: Order, project: Project, told: _Teller) -> Sequence[Any] | None:
    """The history as far as journeys need it that do not look at profiles, None where that is not enough."""
    if order.file is not None:
        return history.read(order.file, InletRules(project), order.until)
    return recorded.events(order.data / "journal.db", order.sandbox, order.since, order.until, told)


def _told(number: int, plan: Plan, outcome: Outcome) -> dict[str, Any]:
    return {
        "version": number,
        "events": outcome.events,
        "people": outcome.people,
        "calls": outcome.calls,
        "discards": outcome.discards,
        "report": outcome.report.to_json(),
    }
