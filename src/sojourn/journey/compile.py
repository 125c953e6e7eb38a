"""Documents to plans, and all that is wrong with them on the way: the one validator [6.35] and the one compiler.

Checking and compiling are one pass, so what is published is exactly what was checked.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sojourn import identifiers
from sojourn.journey import graph
from sojourn.journey.analysis import analyse
from sojourn.journey.builder import Builder
from sojourn.journey.calls import UrlRule, check_action, check_channel, check_source
from sojourn.journey.dataset import compile_dataset
from sojourn.journey.document import MAX_ACTIVITIES
from sojourn.journey.events import compile_event, event_id_of
from sojourn.journey.finding import Finding, errors
from sojourn.journey.plan import Plan
from sojourn.journey.project import Kind, Project
from sojourn.journey.schemas import check_schemas
from sojourn.journey.segment import compile_segments
from sojourn.journey.uses import Name


def check_project(
    project: Project,
    url_rule: UrlRule | None = None,
    *,
    about: Collection[Name] | None = None,
    activities: int = MAX_ACTIVITIES,
) -> list[Finding]:
    """All findings of a project, in the order of its documents; only those `about` some of them, if these are named.

    A journey may have `activities` at most; one that has more is not looked at any further.
    """

    def named(kind: Kind) -> list[Any]:
        documents = project.of(kind)
        return [documents[name] for name in documents if about is None or (kind, name) in about]

    found: list[Finding] = check_schemas(project, named)
    owners: dict[str, str] = {}
    for event in project.events.values():
        if about is None or ("event", event.name) in about:
            found += compile_event(project, event)[1]
        if event.type == "system":
            event_id = event_id_of(project.sandbox, event)
            if event_id in owners:
                params = {"event_id": event_id, "other": owners[event_id]}
                found.append(Finding("ERR_EVENT_ID_TWICE", "error", "event", event.name, ("eventID",), params))
            owners[event_id] = event.name
    for dataset in named("dataset"):
        found += compile_dataset(project, dataset)[1]
    for source in named("source"):
        found += check_source(project, source, url_rule)
    if named("segment"):
        found += compile_segments(project)[1]
    for action in named("action"):
        found += check_action(action, url_rule)
    for channel in named("channel"):
        found += check_channel(channel, url_rule)
    for journey in named("journey"):
        count = len(journey.activities)
        if count > activities:
            size = {"count": count, "limit": activities}
            found.append(Finding("ERR_JOURNEY_SIZE", "error", "journey", journey.name, ("activities",), size))
        else:
            plan, own = compile_journey(project, journey.name)
            found += own
            if plan is not None:
                found += analyse(project, journey)
    if about is not None:
        return [finding for finding in found if (finding.kind, finding.name) in about]
    return found


def compile_journey(
    project: Project, name: str, *, number: int = 1, journey_id: str | None = None
) -> tuple[Plan | None, list[Finding]]:
    """The plan of a journey (as version `number`), None where findings block it."""
    document = project.journeys[name]
    found, ways = list(document.wrong), list(graph.check(document))
    said = {each.path for each in found}
    found += [each for each in ways if each.path not in said]
    journey_id = journey_id or identifiers.document_id(project.sandbox, "journey", name)
    builder = Builder(project, document, number, journey_id, linked=not errors(ways))
    plan = builder.build()
    found += builder.found
    return (None if errors(found) else plan), found
