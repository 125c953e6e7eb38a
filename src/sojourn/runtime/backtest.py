"""Backtest: a journey over recorded history, in memory, in virtual time [6.33].

The same walk and transition as live. As long as nothing is shared between people (no caps, no throttles), nobody can
tell in which order *different* people are served, so each person's history is run through at once: no global timer
queue, and one person's state stays warm. A journey that looks at the profile store, or whose people have several ids,
is run as `replay` does it, in a folder of its own for the time: the code that knows of it is the runtime's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from sojourn.engine.effect import OK, Answer, Call, Effect, Fetch, Look, called
from sojourn.engine.result import Discard
from sojourn.engine.route import Routes
from sojourn.engine.stay import NOBODY, Stay, StayKey, Step
from sojourn.engine.stimulus import EventHeard
from sojourn.engine.versions import Versions
from sojourn.engine.walk import Walk
from sojourn.engine.world import World
from sojourn.journey.events import compile_event
from sojourn.journey.plan import Plan
from sojourn.journey.project import Project
from sojourn.report.metrics import Report, report
from sojourn.runtime.collector import quiet_collector
from sojourn.runtime.fixtures import NOTHING_KNOWN, Fixtures
from sojourn.runtime.history import Progress
from sojourn.runtime.inlet import Checked
from sojourn.runtime.replay import KeepSteps, Replay, count
from sojourn.schema.lens import Read, lens
from sojourn.store.entry import Entry

Heard = tuple[int, EventHeard]
"""An event and its moment (epoch ms)."""
Pick = Callable[[str, Mapping[str, Any]], tuple[object, ...]]


class Outcome(NamedTuple):
    """What a backtest found: distinct events, people who entered, calls by action, and the journey's report."""

    events: int
    people: int
    calls: dict[str, int]
    discards: dict[str, int]
    report: Report


class _Counts:
    """A sink that keeps numbers only; `keep` sees the step events, if somebody wants them."""

    def __init__(self, plan: Plan, keep: KeepSteps | None) -> None:
        self.steps_by_shape = [0] * len(plan.shapes)
        self.attempts_by_shape = [0] * len(plan.shapes)
        self.discards: Counter[str] = Counter()
        self._keep = keep

    def steps(self, plan: Plan, key: StayKey, entry: int, steps: Sequence[Step]) -> None:
        count, attempts = self.steps_by_shape, self.attempts_by_shape
        for step in steps:
            count[step.shape] += 1
            if step.attempts:
                attempts[step.shape] += step.attempts
        if self._keep is not None:
            self._keep(plan, key, entry, steps)

    def effect(self, plan: Plan, key: StayKey, stay: Stay, n: int, effect: Effect) -> None:
        raise AssertionError("a backtest answers every effect itself")

    def discard(self, versions: Versions | None, key: StayKey, event: str, reason: Discard, at: int) -> None:
        self.discards[reason] += 1


def backtest(
    project: Project,
    plan: Plan,
    history: Sequence[Checked | Entry],
    until: int,
    *,
    keep: KeepSteps | None = None,
    progress: Progress = lambda done, all_: None,
    fixtures: Fixtures = NOTHING_KNOWN,
    durably: bool = False,
) -> Outcome:
    """Runs `plan` over `history` (in replay order) until `until` (epoch ms) inclusive.

    `durably`: somebody in it has several ids of the journey's namespace [1.2], or is deleted, as the profile store
    alone knows.

    Every call and data source is answered by `fixtures`. For a plan that looks at the profile store, and with
    `durably`, entries of a log may stand in the history.
    """
    if plan.looks or plan.counts or plan.pace or plan.keyed or durably:
        return _durably(project, plan, history, until, keep, progress, fixtures)
    calls: Counter[str] = Counter()

    def answer(effect: Effect | Look) -> Answer:
        if type(effect) is Call:
            calls[effect.action] += 1
            return OK if fixtures is NOTHING_KNOWN else fixtures(effect)
        assert type(effect) is Fetch
        calls[called(effect)] += 1
        return fixtures(effect)

    counts = _Counts(plan, keep)
    walk = Walk(counts, World(answer))
    compiled = [compile_event(project, project.events[name])[0] for name in sorted(plan.listens)]
    events = [each for each in compiled if each is not None]
    read = lens([*plan.paths, *(path for each in events for path in each.paths)])
    plan, pick = plan.picked()
    versions = Versions(project.sandbox, plan.journey, 1)
    versions.publish(plan)
    entered = 0
    with quiet_collector():
        people = _by_person(Routes(events), read, pick, history)
        for done, (person, heard) in enumerate(people.items()):
            key = StayKey(person)
            stay = NOBODY
            for at, event in heard:
                stay, _ = walk.hear(versions, key, stay, event, at)
            stay = walk.pass_time(versions, key, stay, until + 1)
            entered += stay.entry > 0
            if done % 1_000 == 0:
                progress(done, len(people))
    progress(len(people), len(people))
    counted = zip(plan.shapes, counts.steps_by_shape, counts.attempts_by_shape, strict=True)
    return Outcome(count(history), entered, dict(calls), dict(counts.discards), report(counted))


def _durably(
    project: Project,
    plan: Plan,
    history: Sequence[Checked | Entry],
    until: int,
    keep: KeepSteps | None,
    progress: Progress,
    fixtures: Fixtures,
) -> Outcome:
    """The same through the durable runtime, which has the profile store: what people share there is shared in order."""
    with (
        TemporaryDirectory(prefix="sojourn-") as folder,
        closing(Replay(Path(folder) / "data", project, plan, fixtures)) as run,
    ):
        found = run.run(history, until, progress)
        if keep is not None:
            run.each_step(plan, keep)
        return Outcome(count(history), run.people(), run.calls, run.discards(), found)


def _by_person(routes: Routes, read: Read, pick: Pick, history: Sequence[Checked | Entry]) -> dict[str, list[Heard]]:
    """Each person's events that the journey listens to, in order; of the records only what the journey reads."""
    people: dict[str, list[Heard]] = {}
    for checked in history:
        if not isinstance(checked, Checked) or not checked.event:
            continue
        record = read(checked.record)
        for event, person, _ in routes.match(record):
            if person is not None:
                people.setdefault(person, []).append((checked.at, EventHeard(event, pick(event, record))))
    return people
