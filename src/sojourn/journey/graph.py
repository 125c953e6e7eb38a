"""The rules of a journey's graph: what may stand where and lead where [6.1, 6.15, 6.16]."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sojourn.journey.activity import Activity, EventActivity, Listening
from sojourn.journey.activity.base import RESERVED_PATHS, TIMEOUT
from sojourn.journey.document import JourneyDocument
from sojourn.journey.finding import Finding, Severity
from sojourn.journey.names import Called

Path = tuple[str | int, ...]


def check(journey: JourneyDocument) -> Iterator[Finding]:
    """All findings about the graph alone; what it refers to is looked at elsewhere."""

    def say(code: str, path: Path, severity: Severity = "error", **params: object) -> Finding:
        if "activity" in params:
            params["activity"] = Called(str(params["activity"]), journey)
        return Finding(code, severity, "journey", journey.name, path, params)

    activities = journey.activities
    if journey.start_date and journey.end_date and journey.end_date <= journey.start_date:
        yield say("ERR_JOURNEY_DATES", ("endDate",))
    start = activities.get(journey.start)
    if start is None:
        yield say("ERR_START_UNKNOWN", ("start",), activity=journey.start)
        return
    if not start.starts:
        yield say("ERR_START_NOT_EVENT", ("start",), activity=journey.start)
    elif getattr(start, "timeout", None) is not None:
        yield say("ERR_START_TIMEOUT", ("activities", journey.start, "timeout"))
    if journey.supplemental_key and start.type != "event":
        yield say("ERR_SUPPLEMENTAL_START", ("supplementalKey",))
    if journey.reentrance_wait is not None and not journey.reentrance:
        yield say("ERR_REENTRANCE_WAIT", ("reentranceWait",))
    broken = False
    for id_, activity in activities.items():
        for finding in _ways(journey, id_, activity, say):
            broken = broken or finding.severity == "error"
            yield finding
    if broken:
        return
    yield from _reach(journey, say)


def before(journey: JourneyDocument, id_: str) -> set[str]:
    """The activities that a person may have gone through when getting to `id_`."""
    found: set[str] = set()
    left = [id_]
    while left:
        here = left.pop()
        for other, activity in journey.activities.items():
            if other not in found and any(here in targets for targets in activity.ways().values()):
                found.add(other)
                left.append(other)
    return found


def _ways(journey: JourneyDocument, id_: str, activity: Activity, say: object) -> Iterator[Finding]:
    assert callable(say)
    own = tuple(activity.branches())
    for name in own:
        if name in RESERVED_PATHS:
            yield say("ERR_PATH_RESERVED", ("activities", id_, "paths", name), name=name)
    for name, targets in activity.ways().items():
        where: Path = ("activities", id_, "next")
        if isinstance(activity.next, dict):  # type: ignore[union-attr]
            where = (*where, name)
        if name not in activity.allowed and name not in own:
            yield say("ERR_PATH_UNKNOWN", where, name=name, paths=", ".join(dict.fromkeys((*own, *activity.allowed))))
        if name == TIMEOUT and isinstance(activity, Listening) and activity.timeout is None:
            yield say("ERR_TIMEOUT_PATH", where)
        if unknown := [target for target in targets if target not in journey.activities]:
            yield say("ERR_TARGET_UNKNOWN", where, activity=unknown[0])
        elif len(targets) > 1 or (targets and journey.activities[targets[0]].rests):
            yield from _group(journey, where, targets, say)


def _group(journey: JourneyDocument, where: Path, targets: tuple[str, ...], say: object) -> Iterator[Finding]:
    """A set of activities in parallel [6.16]."""
    assert callable(say)
    members = [(target, journey.activities[target]) for target in targets]
    if len(set(targets)) < len(targets):
        yield say("ERR_PARALLEL_TWICE", where)
    timeouts = 0
    heard: set[str] = set()
    for target, activity in members:
        if not activity.rests:
            yield say("ERR_PARALLEL", where, activity=target)
            continue
        if isinstance(activity, Listening):
            timeouts += activity.timeout is not None
        if isinstance(activity, EventActivity):
            if activity.event in heard:
                yield say("WARN_LISTENER_SHADOWED", where, "warning", activity=target, event=activity.event)
            heard.add(activity.event)
    if timeouts > 1:
        yield say("ERR_TWO_TIMEOUTS", where)


def _reach(journey: JourneyDocument, say: object) -> Iterator[Finding]:
    """Loops, activities that nobody reaches, and waits that the global timeout cuts short."""
    assert callable(say)
    longest: dict[str, timedelta] = {}
    on_path: set[str] = set()
    loops: list[str] = []
    # Depth first with an explicit stack: a document may be as deep as it has activities.
    order: list[str] = []
    stack: list[tuple[str, bool]] = [(journey.start, False)]
    seen: set[str] = set()
    while stack:
        here, done = stack.pop()
        if done:
            on_path.discard(here)
            order.append(here)
            continue
        if here in on_path:
            loops.append(here)
            continue
        if here in seen:
            continue
        seen.add(here)
        on_path.add(here)
        stack.append((here, True))
        for targets in journey.activities[here].ways().values():
            for target in targets:
                if target in on_path:
                    loops.append(target)
                elif target not in seen:
                    stack.append((target, False))
    for activity in dict.fromkeys(loops):
        yield say("ERR_LOOP", ("activities", activity), activity=activity)
    for id_ in journey.activities:
        if id_ not in seen:
            yield say("WARN_UNREACHABLE", ("activities", id_), "warning", activity=id_)
    if loops:
        return
    for here in reversed(order):
        stands = journey.activities[here]
        spent = longest.get(here, timedelta())
        if stands.longest:
            spent += stands.longest
            if spent > journey.global_timeout:
                field = "duration" if getattr(stands, "duration", None) else "time"
                yield say("WARN_WAIT_TOO_LONG", ("activities", here, field), "warning", activity=here)
        for targets in stands.ways().values():
            for target in targets:
                longest[target] = max(longest.get(target, timedelta()), spent)
