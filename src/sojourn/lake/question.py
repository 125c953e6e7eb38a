"""What is asked: of metrics, and what cannot be; of groups that are compared; of the people behind a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sojourn.errors import InputError
from sojourn.journey.finding import nearest
from sojourn.report.definitions import DIMENSIONS, LEVELS, METRICS

Grain = Literal["all", "hour", "day", "week", "month"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked. `since` and `until` are epoch ms, `until` not included; without them, from first to last.

    `filters` keep rows whose dimension is one of the values. `order` names a metric, a dimension or `time`, with `-`
    before it for the largest first; without it, by time and then by the first metric, the largest first.
    """

    metrics: tuple[str, ...]
    dimensions: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    grain: Grain = "all"
    zone: str = "UTC"
    filters: dict[str, list[str | None]] = {}
    order: str = ""
    limit: int = 10_000


def checked(question: Question) -> Question:
    """Raises InputError for what cannot be asked together."""
    if not question.metrics:
        raise InputError("ERR_METRIC_NONE", field="metrics")
    for name in question.metrics:
        if name not in METRICS:
            raise InputError("ERR_METRIC_UNKNOWN", field="metrics", name=name, known=nearest(METRICS, name))
    for field, names in (("dimensions", question.dimensions), ("filters", tuple(question.filters))):
        for name in names:
            if name not in DIMENSIONS:
                raise InputError("ERR_DIMENSION_UNKNOWN", field=field, name=name, known=nearest(DIMENSIONS, name))
            for metric in question.metrics:
                if not fits(metric, name):
                    raise InputError("ERR_METRIC_DIMENSION", field=field, metric=metric, dimension=name)
    if question.since is not None and question.until is not None and question.since >= question.until:
        raise InputError("ERR_RANGE_EMPTY", field="until")
    try:
        ZoneInfo(question.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError("ERR_REPORT_ZONE", field="zone", name=question.zone) from None
    given = question.order.removeprefix("-")
    if given and given not in (
        *question.metrics,
        *question.dimensions,
        *(("time",) if question.grain != "all" else ()),
    ):
        raise InputError("ERR_ORDER_UNKNOWN", field="order", name=given)
    return question


def made_of(metrics: Sequence[str]) -> list[str]:
    """The metrics and, for rates, those that they are made of."""
    found: dict[str, None] = {}
    for name in metrics:
        metric = METRICS[name]
        found |= dict.fromkeys((metric.of, metric.over) if metric.kind == "rate" else (name,))
    return list(found)


def fits(name: str, dimension: str) -> bool:
    """Whether a metric can be told apart by a dimension; a rate can where both of its parts can."""
    metric = METRICS[name]
    if metric.kind == "rate":
        return all(fits(part, dimension) for part in made_of([name]))
    if metric.kind == "level":
        return dimension in LEVELS
    return bool(getattr(DIMENSIONS[dimension], metric.source))


COMPLETED, BRANCH = "completed", "branch"
ENTERED, HELD_OUT = "entered", "heldOut"
"""Those who came into a journey, and its control group."""


class Sought(NamedTuple):
    """What is compared, in a range (epoch ms): the versions of a journey, by its uid; the paths of an `activity`; or,
    with `control`, people who entered with those who were held out.

    Of versions and paths stays are counted: they came to the version or took the path in the range, and may come to the
    goal later. It is `completed`; `branch`, the goal that an A/B split gives each of its paths; or an activity that is
    left by a path. Of the control group people are counted, and the goal is another journey, by its uid, that they come
    into after that.
    """

    journey: str
    activity: str = ""
    control: bool = False
    goal: str = COMPLETED
    since: int | None = None
    until: int | None = None


Outcome = Literal["entered", "completed", "failed", "exited", "stopped", "current"]
Cursor = tuple[int, str]
"""The moment (epoch ms) and the stay of the last one of the page before."""


class Wanted(NamedTuple):
    """Whom to find; all that is said must hold of one step.

    `here` are the arrows, by version, that lead to where they stand.
    """

    journey: str
    version: int | None = None
    left: str | None = None
    dropped: str | None = None
    took: str | None = None
    outcome: Outcome | None = None
    here: tuple[tuple[int, str], ...] | None = None
    since: int | None = None
    until: int | None = None


class Found(NamedTuple):
    """Somebody's stay; `at` (epoch ms) is when they did what was asked, or came to where they stand."""

    stay: str
    person: str
    version: int
    at: int
