"""`kinds_per_win_back`: what a step event costs in a journey of twenty activities of many kinds, by what it costs in
win-back: CPU time in memory (`backtest`) and durably (`replay`). `compile_ms`: a journey of fifty activities."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from sojourn.demo.history import END, PROJECT, in_order
from sojourn.journey.compile import compile_journey
from sojourn.journey.files import ProjectFiles
from sojourn.journey.plan import Plan
from sojourn.journey.project import Project
from sojourn.report.metrics import Report
from sojourn.runtime.backtest import backtest
from sojourn.runtime.inlet import Checked, InletRules
from sojourn.runtime.replay import Replay

UNTIL = round(END.timestamp() * 1000)
AWAITED = {"event": "Purchase", "type": "event"}
VALUE = "@{Purchase._tenant.value}"
CALLS = {"type": "action", "parameters": {"customer": "#{JourneyProperties.externalKey}", "paid": VALUE}}
KINDS: dict[str, dict[str, Any]] = {
    "start": {**AWAITED, "next": "worth"},
    "worth": {
        "type": "condition", "paths": {"much": f"{VALUE} >= 100", "some": f"{VALUE} > 15"},
        "next": {"much": "thanks", "some": "season", "other": "share"},
    },
    "thanks": {**CALLS, "action": "vip_thanks", "next": {"then": "answered", "error": "office"}},
    "answered": {
        "type": "condition", "paths": {"no": "@action{thanks.no} > 1"}, "next": {"no": "office", "other": "day"},
    },
    "season": {
        "type": "dateCondition", "paths": {"spring": {"from": "1997-03-01", "to": "1997-06-01"}},
        "next": {"spring": "office", "other": "day"},
    },
    "share": {
        "type": "percentageSplit", "paths": {"a": 30, "b": 30}, "next": {"a": "day", "b": "office", "other": "again"},
    },
    "day": {"type": "wait", "duration": "P1D", "next": "office"},
    "office": {
        "type": "timeCondition",
        "paths": {"open": {"from": "09:00", "to": "18:00"}, "night": {"from": "22:00", "to": "06:00"}},
        "next": {"open": ["buys", "week"], "night": "morning", "other": "again"},
    },
    "buys": {**AWAITED, "timeout": "P5D", "next": {"then": "more", "timeout": "morning"}},
    "week": {"type": "wait", "duration": "P7D", "next": "morning"},
    "morning": {"type": "wait", "time": "09:00", "next": "again"},
    "again": {
        "type": "condition", "paths": {"yes": f"{VALUE} > 30 and {VALUE} != 50"},
        "next": {"yes": "sell", "other": "rest"},
    },
    "more": {**CALLS, "action": "cross_sell", "next": "monday"},
    "sell": {**CALLS, "action": "cross_sell", "next": "monday"},
    "monday": {"type": "wait", "time": "08:00", "days": ["monday"], "next": "late"},
    "late": {"type": "wait", "until": "toDateTimeOnly(now()) + toDuration('PT36H')", "next": "last"},
    "rest": {"type": "wait", "duration": "P2D", "next": "last"},
    "last": {"type": "condition", "paths": {"big": f"{VALUE} > 80"}, "next": {"big": "back", "other": "done"}},
    "back": {**CALLS, "action": "win_back", "next": "done"},
    "done": {"type": "end"},
}  # fmt: skip
"""Twenty activities of every kind that decides, waits or calls."""


def kinds(quick: bool) -> dict[str, float]:
    """Ratios of CPU time for a step event, and what compiling takes."""
    project = ProjectFiles(PROJECT).project()
    (win_back,) = project.journeys
    thanks = project.actions["vip_thanks"].model_dump(by_alias=True, exclude_unset=True)
    journey = {
        "name": "kinds", "namespace": "CRMID", "timeZone": "America/New_York", "start": "start", "activities": KINDS,
    }  # fmt: skip
    for kind, document in (("action", {**thanks, "response": {"no": 1}}), ("journey", journey)):
        assert project.add(kind, document) == []  # type: ignore[arg-type]
    plans = [compiled(project, name) for name in (win_back, "kinds")]
    rules = InletRules(project)
    bought = in_order()
    history = [rules.message(msgspec.json.encode(each.message())) for each in (bought[:15_000] if quick else bought)]
    until = history[-1].at if quick else UNTIL
    found: dict[str, float] = {}
    for name, run in (("backtest", in_memory), ("replay", durably)):
        plain, many = (run(project, plan, history, until) for plan in plans)
        found |= {f"kinds_{name}_us": many, f"kinds_{name}_per_win_back": many / plain}
    return found | {"compile_ms": compiling()}


def compiled(project: Project, name: str) -> Plan:
    plan, findings = compile_journey(project, name)
    if plan is None:
        raise RuntimeError([str(finding) for finding in findings])
    return plan


def in_memory(project: Project, plan: Plan, history: list[Checked], until: int) -> float:
    """CPU microseconds for a step event."""
    return _each(lambda: backtest(project, plan, history, until).report)


def durably(project: Project, plan: Plan, history: list[Checked], until: int) -> float:
    """The same with every commit on disk, the journal's thread included."""
    with tempfile.TemporaryDirectory() as folder, closing(Replay(Path(folder) / "data", project, plan)) as replay:
        return _each(lambda: replay.run(history, until))


def _each(run: Callable[[], Report]) -> float:
    begun = time.process_time()
    report = run()
    spent = time.process_time() - begun
    return 1e6 * spent / sum(activity.left for activity in report.activities.values())


def compiling() -> float:
    """A journey of fifty activities with simple conditions, from documents to plan: the median of twenty."""
    project = ProjectFiles(PROJECT).project()
    paths = {"a": f"{VALUE} > 10", "b": f"{VALUE} > 5 and {VALUE} < 9"}
    activities: dict[str, Any] = {"x0": {**AWAITED, "next": "x1"}}
    for number in range(1, 49):
        ways = {"a": f"x{number + 1}", "other": "x49"}
        activities[f"x{number}"] = {"type": "condition", "paths": paths, "next": ways}
    activities["x49"] = {"type": "end"}
    journey = {"name": "fifty", "namespace": "CRMID", "start": "x0", "activities": activities}
    taken = []
    for _ in range(20):
        begun = time.process_time()
        assert project.add("journey", journey) == []
        compiled(project, "fifty")
        taken.append(1_000 * (time.process_time() - begun))
    return sorted(taken)[len(taken) // 2]
