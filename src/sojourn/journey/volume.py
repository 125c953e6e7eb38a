"""The send-limit analysis [6.35]: how much a journey sends to one person, against what rule sets let through, and how
fast it may call, against what is allowed.

Of journeys that compile. What is found are ways that people may go, each as fast as can be; nothing says that they do,
so these are warnings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from sojourn.journey.activity import (
    ActionActivity,
    Activity,
    MessageActivity,
    ReadAudienceActivity,
    WaitActivity,
)
from sojourn.journey.activity.base import TIMEOUT
from sojourn.journey.document import JourneyDocument
from sojourn.journey.expressions import field_groups_in
from sojourn.journey.project import Project
from sojourn.journey.ruleset import FrequencyRule, RulesetDocument
from sojourn.journey.types import milliseconds

Reached = dict[int, int]
"""How many messages may have been sent -> how soon (ms) after the first of them, at least."""


class TooMany(NamedTuple):
    """At `activity` a person may come to more messages in the period of a rule than it lets through: to so many."""

    activity: str
    ruleset: RulesetDocument
    rule: FrequencyRule
    messages: int


def too_many(project: Project, journey: JourneyDocument) -> Iterator[TooMany]:
    """For each rule that a person may come up against within one stay, where that is first; the most messages."""
    order = _in_order(journey)
    for name, ruleset in project.rulesets.items():
        if not (ruleset.everywhere or name in journey.rulesets):
            continue
        for rule in ruleset.frequency:
            counted = {id_ for id_, each in journey.activities.items() if _counts(project, each, rule)}
            first = [id_ for id_ in order if id_ in counted]
            found = [over for id_ in first for over in _over(journey, order, id_, counted, rule)]
            if found:
                most = max(count for _, count in found)
                activity = min((id_ for id_, _ in found), key=order.index)
                yield TooMany(activity, ruleset, rule, most)


class Call(NamedTuple):
    """What an activity calls: an action, or a data source to fetch from, with `url` and method where it has them."""

    name: str
    service: Literal["action", "dataSource"]
    method: str
    url: str | None


class TooFast(NamedTuple):
    """People may come to `activity` at a `rate` (a second) at which what it calls may not be called."""

    activity: str
    call: Call
    rate: float
    allowed: float


def too_fast(project: Project, journey: JourneyDocument, allowed: Callable[[Call], float | None]) -> Iterator[TooFast]:
    """Calls right behind an entry that lets people in at a known rate; `allowed` says how many a second may be made."""
    rate = _rate(journey)
    if rate is None:
        return
    at_once, order = {journey.start}, _in_order(journey)
    for here in order:
        activity = journey.activities[here]
        if here not in at_once:
            continue
        for call in _calls(project, activity):
            limit = allowed(call)
            if limit is not None and limit < rate:
                yield TooFast(here, call, rate, limit)
        if here == journey.start or not activity.rests:
            at_once.update(target for targets in activity.arrows().values() for target in targets)


def _rate(journey: JourneyDocument) -> float | None:
    """How many people a second may enter; None where nothing says it."""
    start, throttle = journey.activities[journey.start], journey.throttle
    rates = [float(start.rate)] if isinstance(start, ReadAudienceActivity) else []
    if throttle is not None:
        rates.append(throttle.entries / throttle.per.total_seconds())
    return min(rates, default=None)


def _calls(project: Project, activity: Activity) -> Iterator[Call]:
    groups = {group for source in activity.expressions() for group in field_groups_in(source)}
    for name, group in sorted(groups):
        source = project.sources.get(name)
        found = source.field_groups.get(group) if source is not None and source.kind != "platform" else None
        if source is not None and found is not None:
            yield Call(f"{name}.{group}", "dataSource", getattr(found, "method", "GET"), source.url)
    if isinstance(activity, ActionActivity) and activity.action in project.actions:
        action = project.actions[activity.action]
        yield Call(action.name, "action", action.method, action.url)


def _counts(project: Project, activity: Activity, rule: FrequencyRule) -> bool:
    """Whether a rule counts the messages of an activity."""
    channel = project.channels.get(activity.channel) if isinstance(activity, MessageActivity) else None
    return channel is not None and channel.category == "marketing" and activity.kind in rule.channels  # type: ignore[union-attr]


def _over(
    journey: JourneyDocument, order: list[str], first: str, counted: set[str], rule: FrequencyRule
) -> Iterator[tuple[str, int]]:
    """The messages above the limit that may follow on `first` within the period: (activity, how many that makes)."""
    period = milliseconds(rule.period)
    reached: dict[str, Reached] = {first: {0: 0}}
    for here in order:
        activity = journey.activities[here]
        more = int(here in counted)
        mine = {count + more: soon for count, soon in reached.get(here, {}).items() if soon < period}
        yield from ((here, count) for count in mine if more and count > rule.limit)
        for path, targets in activity.arrows().items():
            took = _least(activity, path)
            for target in targets:
                known = reached.setdefault(target, {})
                for count, soon in mine.items():
                    known[count] = min(known.get(count, soon + took), soon + took)


def _least(activity: Activity, path: str) -> int:
    """How long (ms) somebody is at an activity at least who leaves it by a path."""
    if isinstance(activity, WaitActivity) and activity.duration is not None:
        return milliseconds(activity.duration)
    timeout = getattr(activity, "timeout", None) if path == TIMEOUT else None
    return milliseconds(timeout) if timeout is not None else 0


def _in_order(journey: JourneyDocument) -> list[str]:
    """The activities that somebody may come to, each behind all that lead to it."""
    found: dict[str, None] = {}
    todo = [(journey.start, False)]
    while todo:
        here, done = todo.pop()
        if here in found:
            continue
        if done:
            found[here] = None
            continue
        todo.append((here, True))
        todo += [(target, False) for targets in journey.activities[here].ways().values() for target in targets]
    return list(reversed(found))
