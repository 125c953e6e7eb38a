"""A journey as a flow: how many took each path, and how many dropped off where [9.7]; and its report for a range."""

from __future__ import annotations

from typing import Any

from sojourn.journey.document import JourneyDocument
from sojourn.report.metrics import Report, report
from sojourn.report.steps import shape_of
from sojourn.report.story import ways_of
from sojourn.store.shard import ShardReader

Counts = list[tuple[int, int, int]]
"""(shape, steps, attempts)."""


def flow(document: JourneyDocument, counted: Report) -> dict[str, Any]:
    """Paths: `count`, `share` of whoever left the activity, and `conversion`, the share of whoever entered.

    Activities: how many `came`, `left`, and `dropped` there: their stay ended, but on no path. People of a parallel
    group come to its upper activity.
    """
    came = {document.start: counted.entered}
    paths: dict[str, Any] = {}
    for arrow, targets in ways_of(document).items():
        activity = arrow.partition("/")[0]
        done = counted.activities.get(activity)
        count = done.arrows.get(arrow, 0) if done else 0
        if targets:
            came[targets[0]] = came.get(targets[0], 0) + count
        left = done.left if done else 0
        paths[arrow] = {
            "from": activity,
            "to": list(targets),
            "count": count,
            "share": count / left if left else None,
            "conversion": count / counted.entered if counted.entered else None,
        }
    activities = {}
    for id_ in document.activities:
        done = counted.activities.get(id_)
        went = sum(path["count"] for path in paths.values() if path["from"] == id_)
        left = done.left if done else 0
        activities[id_] = {"came": came.get(id_, 0), "left": left, "dropped": left - went}
    return {"paths": paths, "activities": activities}


def range_report(shard: ShardReader, sandbox: str, uid: str, before: Counts, until: Counts) -> dict[str, Any]:
    """A journey's report for a range, from what its shapes had counted before it and until its end.

    `current` is how many are inside at its end and `currentBefore` at its beginning: with them
    currentBefore + entered = completed + failed + exited + stopped + current. Each version has its `flow`.
    """
    shapes = {row[0]: (row[1], shape_of(row[2])) for row in shard.rows("journey_shapes", sandbox, uid)}
    was = {shape: (steps, attempts) for shape, steps, attempts in before}
    within = [(shape, steps - was[shape][0], attempts - was[shape][1]) for shape, steps, attempts in until]

    def of(counts: Counts, version: int | None) -> Report:
        known = ((*shapes[number], steps, tries) for number, steps, tries in counts if steps and number in shapes)
        return report((shape, steps, tries) for number, shape, steps, tries in known if version in (None, number))

    def told(version: int | None) -> tuple[Report, dict[str, Any]]:
        earlier, own = of(before, version).current, of(within, version)
        return own, {**own.to_json(), "currentBefore": earlier, "current": earlier + own.current}

    versions = []
    for number, body in shard.rows("journey_versions", sandbox, uid):
        own, found = told(number)
        drawn = flow(JourneyDocument.model_validate_json(body), own)
        versions.append({"version": number, **found, "flow": drawn})
    return {**told(None)[1], "versions": versions}
