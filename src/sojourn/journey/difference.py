"""What changes between two versions of a journey, activity by activity: the publish plan [6.9]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from sojourn.journey import graph
from sojourn.journey.analysis import Calls, calls
from sojourn.journey.draft import read_draft
from sojourn.journey.finding import Finding, errors

Change = Literal["added", "removed", "changed", "unchanged"]


class Difference(NamedTuple):
    """A field that has another value, as the documents have it; None where it is not set."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ActivityPlan:
    """What happens to an activity; `waiting` people stand at it in the version before, and stay there."""

    id: str
    type: str
    label: str
    change: Change
    fields: list[Difference] = field(default_factory=list)
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing `version` would do; `against` is the version that it would close, None where none is live."""

    journey: str
    version: int
    against: int | None
    properties: list[Difference]
    activities: list[ActivityPlan]
    calls: Calls | None = None
    """What one person costs in calls; None for a document in which that cannot be told."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """How many people are inside the version before; they stay on it."""
        return sum(each.waiting for each in self.activities)


def plan(
    journey: str,
    version: int,
    after: dict[str, Any],
    against: int | None,
    before: dict[str, Any] | None,
    waiting: Mapping[str, int],
    findings: list[Finding],
) -> Plan:
    """`after` and `before` are documents; `waiting` is how many people stand at each activity of `against`."""
    new, old = _Read(after), _Read(before or after)
    are, were = new.meant["activities"], old.meant["activities"] if before is not None else {}
    activities = []
    for id_ in [*are, *(id_ for id_ in were if id_ not in are)]:
        was, is_ = were.get(id_), are.get(id_)
        fields = _differences(old, new, ("activities", id_)) if was is not None and is_ is not None else []
        change: Change = "added" if was is None else "removed" if is_ is None else "changed" if fields else "unchanged"
        shown: dict[str, Any] = is_ or was or {}
        label = shown.get("label") or id_
        activities.append(ActivityPlan(id_, shown["type"], label, change, fields, waiting.get(id_, 0)))
    properties = [each for each in _differences(old, new) if not each.field.startswith("activities")]
    cost = None if errors(graph.check(new.document)) else calls(new.document)
    return Plan(journey, version, against, properties, activities, cost, findings)


class _Read:
    """A document as it is written, and as it is meant: with its defaults, and one form for each value."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.written = written
        document, _ = read_draft(written)
        assert document is not None
        self.document = document
        activities = {id_: each.model_dump(mode="json", by_alias=True) for id_, each in document.activities.items()}
        self.meant = document.model_dump(mode="json", by_alias=True, exclude={"activities"}) | {
            "activities": activities
        }


def _differences(before: _Read, after: _Read, path: tuple[str, ...] = ()) -> list[Difference]:
    """The fields that differ in what they mean, below `path`; the order of what has names is none of it."""
    found = []
    for place in _places(_at(before.meant, path), _at(after.meant, path)):
        values = (_at(each.written, (*path, *place)) for each in (before, after))
        found.append(Difference(".".join(place), *values))
    return found


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The fields in which two documents differ as they are written, by dotted path."""
    return [".".join(place) for place in _places(before, after)]


def _places(before: Any, after: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*after, *(name for name in before if name not in after)]:
            yield from ((name, *place) for place in _places(before.get(name), after.get(name)))
    elif before != after:
        yield ()


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def to_json(found: Plan) -> dict[str, Any]:
    """The plan as REST and `sojourn plan --json` give it, but for the findings."""
    return {
        "journey": found.journey,
        "version": found.version,
        "against": found.against,
        "waiting": found.waiting,
        "calls": None if found.calls is None else found.calls._asdict(),
        "properties": [each._asdict() for each in found.properties],
        "activities": [
            {
                "id": each.id,
                "type": each.type,
                "label": each.label,
                "change": each.change,
                "waiting": each.waiting,
                "fields": [difference._asdict() for difference in each.fields],
            }
            for each in found.activities
        ],
    }
