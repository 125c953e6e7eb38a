"""The report of a journey: each version's metrics, all versions together, and who stands where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sojourn.journey.document import JourneyDocument
from sojourn.report.metrics import Report, report
from sojourn.report.steps import shape_of
from sojourn.store.shard import ShardReader


def journey_report(
    shard: ShardReader, sandbox: str, uid: str, queued: Iterable[tuple[int, str, int]] = ()
) -> dict[str, Any]:
    """The report as REST and `sojourn report --json` give it. All zero for a journey that never ran.

    `queued` are the calls that throttling makes wait now: (journey's short number, action, how many).
    """
    rows = [row for row in shard.rows("journeys") if row[1] == sandbox and row[2] == uid]
    if not rows:
        return {**Report().to_json(), "versions": [], "queued": {}, "discarded": {}, "quarantined": 0}
    journey = rows[0][0]
    stored = [row for row in shard.rows("versions") if row[0] == journey and row[3] != "removed"]
    numbers = {row[1] for row in stored}
    shapes = [row for row in shard.rows("shapes") if row[1] == journey and row[2] in numbers]
    versions = []
    for _, number, _, state, body, published_at, swept in stored:
        own = report((shape_of(row[3]), row[4], row[5]) for row in shapes if row[2] == number)
        document = JourneyDocument.model_validate_json(body)
        status = "stopping" if state == "stopped" and not swept else state
        if state == "closed" and own.current == 0:
            status = "finished"
        found = own.to_json()
        for activity, current in standing(document, own).items():
            found["activities"].setdefault(activity, _untouched(document, activity))["current"] = current
        versions.append({"version": number, "status": status, "publishedAt": published_at, **found})
    total = report((shape_of(row[3]), row[4], row[5]) for row in shapes)
    discarded: dict[str, int] = {}
    for _, id_, _, reason, count, *_ in shard.rows("discards"):
        if id_ == journey:
            discarded[reason] = discarded.get(reason, 0) + count
    quarantined = sum(1 for row in shard.rows("quarantined") if row[2] == journey)
    waiting = {name: count for number, name, count in queued if number == journey}
    return {
        **total.to_json(),
        "versions": versions,
        "queued": waiting,
        "discarded": discarded,
        "quarantined": quarantined,
    }


def counted_since(shard: ShardReader, sandbox: str, uid: str, baseline: Mapping[str, Sequence[int]]) -> Report:
    """What a journey's versions have counted beyond `baseline`: (steps, attempts) by the number of a shape."""
    journeys = [row[0] for row in shard.rows("journeys") if row[1] == sandbox and row[2] == uid]
    counted = []
    for number, journey, _, body, steps, attempts in shard.rows("shapes"):
        if journey in journeys:
            before = baseline.get(str(number), (0, 0))
            counted.append((shape_of(body), steps - before[0], attempts - before[1]))
    return report(counted)


def _untouched(document: JourneyDocument, activity: str) -> dict[str, Any]:
    here = document.activities[activity]
    return {"type": here.type, "label": here.label or activity, "left": 0, "ended": 0, "arrows": {}}


def standing(document: JourneyDocument, counted: Report) -> dict[str, int]:
    """How many people stand at each resting place now: who came by its arrows less who left it [9.1].

    The people of a parallel group stand at its top activity. Of groups that share an activity nobody can tell from
    step events who left which: they count as one, at the top of the first of them.
    """
    came: dict[tuple[str, ...], int] = {}
    for id_, activity in document.activities.items():
        done = counted.activities.get(id_)
        for path, targets in activity.arrows().items():
            if targets and document.activities[targets[0]].type != "end":
                came[targets] = came.get(targets, 0) + (done.arrows.get(f"{id_}/{path}", 0) if done else 0)
    groups: list[tuple[set[str], str, int]] = []  # (activities, top, how many came)
    for targets, count in came.items():
        near = [group for group in groups if group[0] & {*targets}]
        groups = [group for group in groups if group not in near]
        top = near[0][1] if near else targets[0]
        groups.append((set(targets).union(*[group[0] for group in near]), top, count + sum(g[2] for g in near)))
    found = {
        top: count - sum(counted.activities[id_].left for id_ in members if id_ in counted.activities)
        for members, top, count in groups
    }
    # At a condition people stand only while a fetch of it is open.
    return {top: count for top, count in found.items() if count or document.activities[top].type != "condition"}
