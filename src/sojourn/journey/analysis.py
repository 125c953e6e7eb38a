"""What a document tells before anybody enters its journey: paths that nobody takes, what people cost in calls [6.35].

Of journeys that compile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sojourn.expression import ExpressionError, Type, compile_expression, to_json
from sojourn.journey.activity import Activity, ConditionActivity, EventActivity
from sojourn.journey.activity.base import OTHER
from sojourn.journey.document import JourneyDocument
from sojourn.journey.expressions import field_groups_in
from sojourn.journey.finding import Finding
from sojourn.journey.project import Project
from sojourn.journey.scope import PROPERTIES, EventScope
from sojourn.journey.source import PLATFORM
from sojourn.journey.volume import too_many
from sojourn.schema.fields import Field

_CALLING = frozenset({"action", "email", "push", "sms", "webhook"})
"""The types of activities that call somebody, besides what they fetch."""
BOOLEAN = Type.parse("boolean")


def analyse(project: Project, journey: JourneyDocument) -> Iterator[Finding]:
    """Everything there is to say, in the order of the activities."""

    def say(code: str, *path: str, **params: object) -> Finding:
        return Finding(code, "warning", "journey", journey.name, ("activities", *path), params)

    for id_, activity in journey.activities.items():
        ways = getattr(activity, "next", None)
        for name in activity.branches():
            if not isinstance(ways, Mapping) or name not in ways:
                yield say("WARN_PATH_UNUSED", id_, "paths", name, name=name)
        if isinstance(activity, ConditionActivity):
            for name, before in _shadowed(activity):
                place = ("next", name) if name == OTHER else ("paths", name)
                yield say("WARN_PATH_NEVER", id_, *place, name=name, before=before or "-")
        if isinstance(activity, EventActivity):
            event = project.events.get(activity.event)
            if event is not None and event.condition is not None and constant(event.condition) is False:
                yield say("WARN_LISTENER_NEVER", id_, "event", event=event.name)
    for each in too_many(project, journey):
        facts = {"ruleset": each.ruleset.name, "limit": each.rule.limit, "period": to_json(each.rule.period)}
        yield say("WARN_SEND_FREQUENCY", each.activity, count=each.messages, **facts)


def _shadowed(activity: ConditionActivity) -> Iterator[tuple[str, str | None]]:
    """The paths that nobody takes, each with the one above that takes them all (None: it never holds by itself)."""
    asked: dict[str, str] = {}
    taken: str | None = None
    for name, source in activity.paths.items():
        value = constant(source)
        if taken is not None or source.strip() in asked:
            yield name, taken or asked[source.strip()]
        elif value is False:
            yield name, None
        elif value is True:
            taken = name
        asked.setdefault(source.strip(), name)
    if taken is not None and OTHER in activity.next:
        yield OTHER, taken


def constant(source: str) -> bool | None:
    """What a condition always is; None for one that depends on something."""
    try:
        found = compile_expression(source, EventScope("", Field("object")), BOOLEAN)
    except ExpressionError:  # it names fields, of a scope of its own
        return None
    return None if found.needs_moment or found.segments else bool(found.evaluate((), None))  # type: ignore[arg-type]


class Calls(NamedTuple):
    """How many calls one person costs, on the way with the fewest and on the way with the most; without retries."""

    least: int
    most: int


def calls(journey: JourneyDocument) -> Calls:
    """Calls of actions and messages, and fetches of external data sources. For journeys without loops."""
    known: dict[str, Calls] = {}
    todo = [journey.start]
    while todo:
        here = todo[-1]
        activity = journey.activities[here]
        ways = activity.arrows().values()
        if missing := [target for targets in ways for target in targets if target not in known]:
            todo += missing
            continue
        todo.pop()
        own = _own(activity)
        after = [known[target] for targets in ways for target in targets] + [Calls(0, 0) for way in ways if not way]
        known[here] = Calls(
            own + min((each.least for each in after), default=0), own + max((each.most for each in after), default=0)
        )
    return known[journey.start]


def _own(activity: Activity) -> int:
    groups = {group for source in activity.expressions() for group in field_groups_in(source)}
    fetched = {group for group in groups if group[0] not in (PLATFORM, PROPERTIES)}
    return len(fetched) + (activity.type in _CALLING)
