"""The metrics of a journey, each defined once, as a fold over counted step shapes [6.26, 9.6].

Live counters, a replay's and a backtest's report are this same fold: only where the counts come from differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sojourn.journey.node import Shape
from sojourn.report.measures import calls, ends_as, failed_in, has_failed


@dataclass(slots=True)
class ActivityReport:
    """One activity: how many left it, by which arrow, and for how many the stay ended here."""

    type: str
    label: str
    left: int = 0
    ended: int = 0
    arrows: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class ActionReport:
    """One custom action or channel configuration: steps that called it, how they ended, and requests sent, retries
    included."""

    called: int = 0
    ok: int = 0
    skipped: int = 0
    """Messages that were not sent: by consent, frequency rules, the suppression list, or for want of an address."""
    failed: dict[str, int] = field(default_factory=dict)
    attempts: int = 0


@dataclass(slots=True)
class Report:
    """entered = completed + failed + exited + stopped + current, always."""

    entered: int = 0
    completed: int = 0
    failed: int = 0
    exited: int = 0
    stopped: int = 0
    activities: dict[str, ActivityReport] = field(default_factory=dict)
    actions: dict[str, ActionReport] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    """By step status."""
    errors_in: dict[str, int] = field(default_factory=dict)
    """By what failed (`measures.failed_in`)."""

    goals: dict[str, int] = field(default_factory=dict)
    """By branch of an A/B split (`split/branch`): how many of those who took it have reached its goal."""

    @property
    def current(self) -> int:
        return self.entered - self.completed - self.failed - self.exited - self.stopped

    def add(self, shape: Shape, steps: int, attempts: int) -> None:
        """Counts `steps` step events of a shape, with `attempts` requests together."""
        self.entered += steps if shape.entrance else 0
        failed = has_failed(shape)
        if (end := ends_as(shape)) is not None:
            setattr(self, end, getattr(self, end) + steps)
        if failed and steps:
            self.errors[shape.status] = self.errors.get(shape.status, 0) + steps
            if (where := failed_in(shape)) is not None:
                self.errors_in[where] = self.errors_in.get(where, 0) + steps
        activity = self.activities.setdefault(shape.node, ActivityReport(shape.node_type, shape.label))
        activity.left += steps
        if shape.goal is not None and steps:
            self.goals[shape.goal] = self.goals.get(shape.goal, 0) + steps
        if shape.ended:
            activity.ended += steps
        if shape.arrow is not None:
            activity.arrows[shape.arrow] = activity.arrows.get(shape.arrow, 0) + steps
        if calls(shape) and shape.action is not None and (attempts or shape.status not in ("stopped", "exited")):
            action = self.actions.setdefault(shape.action, ActionReport())
            action.called += steps
            action.attempts += attempts
            if failed and steps:
                kind = shape.error or shape.status
                action.failed[kind] = action.failed.get(kind, 0) + steps
            elif shape.status in ("transitions", "endStep"):
                action.ok += steps
            elif shape.status == "skipped":
                action.skipped += steps

    def to_json(self) -> dict[str, Any]:
        """The report as REST and `--json` give it."""
        return {
            "entered": self.entered,
            "completed": self.completed,
            "failed": self.failed,
            "exited": self.exited,
            "stopped": self.stopped,
            "current": self.current,
            "errors": self.errors,
            "errorsIn": self.errors_in,
            "goals": self.goals,
            "activities": {
                id_: {
                    "type": activity.type,
                    "label": activity.label,
                    "left": activity.left,
                    "ended": activity.ended,
                    "arrows": activity.arrows,
                }
                for id_, activity in sorted(self.activities.items())
            },
            "actions": {
                name: {
                    "called": action.called,
                    "ok": action.ok,
                    "skipped": action.skipped,
                    "failed": action.failed,
                    "attempts": action.attempts,
                }
                for name, action in sorted(self.actions.items())
            },
        }


def report(counted: Iterable[tuple[Shape, int, int]]) -> Report:
    """The report of (shape, steps, attempts)."""
    found = Report()
    for shape, steps, attempts in counted:
        found.add(shape, steps, attempts)
    return found
