"""What is counted, each defined once: a measure says of a step's shape whether the step counts [6.26, 9.6].

Reports count the shapes of a shard by these; the lake's SQL sums the rows of a shape that they hold for. Everything
that a step event says is in its shape, so nothing more is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from sojourn.journey.node import ACTIONS, Shape

FAILED = ("error", "timedOut", "cappingError", "instanceTimedOut")
Where = Literal["action", "enrichment", "event"]


class Measure(NamedTuple):
    """`counts` says of a shape whether its steps count."""

    counts: Callable[[Shape], bool]


def has_failed(shape: Shape) -> bool:
    """Whether the activity did not do what it was to do."""
    return shape.status in FAILED


def ends_as(shape: Shape) -> Literal["completed", "failed", "exited", "stopped"] | None:
    """What becomes of the stay with this step, None where it goes on.

    A failure whose alternative path is the end was dealt with: it took an arrow, so the stay completed.
    """
    if not shape.ended:
        return None
    if shape.status in ("stopped", "exited"):
        return shape.status
    return "failed" if has_failed(shape) and shape.arrow is None else "completed"


def failed_in(shape: Shape) -> Where | None:
    """What failed: an `action`, an `enrichment` (a fetch), or the activity itself, an `event`."""
    if not has_failed(shape) or shape.error is None:
        return None
    return "enrichment" if shape.fetch else "action" if shape.node_type in ACTIONS else "event"


def calls(shape: Shape) -> bool:
    """Whether the step called an action, or was to; one that was cut off may have sent nothing."""
    return shape.node_type in ACTIONS and shape.action is not None and shape.fetch is None


def _has_status(status: str) -> Measure:
    return Measure(lambda shape: shape.status == status)


def _fails_in(where: Where) -> Measure:
    return Measure(lambda shape: failed_in(shape) == where)


MEASURES: dict[str, Measure] = {
    "entered": Measure(lambda shape: shape.entrance),
    "completed": Measure(lambda shape: ends_as(shape) == "completed"),
    "failed": Measure(lambda shape: ends_as(shape) == "failed"),
    "exited": Measure(lambda shape: ends_as(shape) == "exited"),
    "stopped": Measure(lambda shape: ends_as(shape) == "stopped"),
    "ended": Measure(lambda shape: shape.ended),
    "steps": Measure(lambda shape: True),
    "goals": Measure(lambda shape: shape.goal is not None),
    "errors": Measure(has_failed),
    "errorsHandled": Measure(lambda shape: has_failed(shape) and ends_as(shape) != "failed"),
    "errorsInAction": _fails_in("action"),
    "errorsInEnrichment": _fails_in("enrichment"),
    "errorsInEvent": _fails_in("event"),
    "timedOut": _has_status("timedOut"),
    "capped": _has_status("cappingError"),
    "instanceTimedOut": _has_status("instanceTimedOut"),
    "skipped": _has_status("skipped"),
    "executedEvent": Measure(lambda shape: shape.node_type == "event" and shape.status in ("transitions", "endStep")),
    "executedAction": Measure(
        lambda shape: calls(shape) and shape.status not in ("stopped", "exited", "instanceTimedOut", "skipped")
    ),
    "succeededAction": Measure(lambda shape: calls(shape) and shape.status in ("transitions", "endStep")),
    "executedOrchestration": Measure(
        lambda shape: shape.node_type in ("condition", "wait") and shape.status in ("transitions", "endStep")
    ),
}
"""By name. What they mean in words, in English and Korean, stands in `messages/metrics.yaml`."""
