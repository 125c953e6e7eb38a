"""Event documents to plans: which payloads are the event, and whom they are about [3.3, 3.4]."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sojourn import identifiers
from sojourn.expression import Type
from sojourn.expression.printer import name as quoted
from sojourn.journey.document import EventDocument
from sojourn.journey.expressions import compiled_expression, sources_in
from sojourn.journey.finding import Finding
from sojourn.journey.plan import EventPlan
from sojourn.journey.project import Project, said
from sojourn.journey.scope import EventScope
from sojourn.schema.fields import Field
from sojourn.schema.registry import EVENT_ID

BOOLEAN, STRING = Type.parse("boolean"), Type.parse("string")
_ALWAYS = (("_id",), ("timestamp",))
"""Fields that are selected whatever the document says: every event has them."""


def event_id_of(sandbox: str, event: EventDocument) -> str:
    """The eventID of a system-generated event: the document's own, else one derived from its name [3.3]."""
    return event.event_id or identifiers.document_id(sandbox, "event", event.name)


def event_id_in(payload: Mapping[str, Any]) -> object:
    """The orchestration eventID that a payload carries [2.3], None without one."""
    here: object = payload
    for name in EVENT_ID:
        if not isinstance(here, Mapping):
            return None
        here = here.get(name)
    return here


@dataclass(frozen=True, slots=True)
class Whom:
    """How a person is found in a payload: the namespace, and the key as an expression; None: by `identityMap`."""

    namespace: str | None
    key: str | None
    prefilled: bool = False
    """Whether the schema has given it."""


def whom(project: Project, event: EventDocument) -> Whom:
    """Namespace and key of an event: its own, else those of the schema's primary identity [3.4]."""
    if event.key is not None or event.about == "business":
        return Whom(event.namespace, event.key)
    schema = project.schemas.get(event.schema_)
    primary = schema.primary if schema is not None else None
    if primary is None or event.namespace not in (None, primary[1].namespace):
        return Whom(event.namespace, None)
    field, identity = primary
    path = tuple(field.split("."))
    root = project.root(event.schema_)
    found = root.lookup(path) if root is not None else None
    reference = f"@{{{'.'.join(map(quoted, (event.name, *path)))}}}"
    key = f"toString({reference})" if found is not None and found.kind == "integer" else reference
    return Whom(identity.namespace, key, prefilled=True)


def visible(project: Project, event: EventDocument) -> Field | None:
    """The payload as journeys see it: the selected fields [3.3]. None where the schema is in error."""
    root = project.root(event.schema_)
    if root is None or not event.fields:
        return root
    selected = [tuple(path.split(".")) for path in event.fields]
    return root.only([*selected, *_ALWAYS, *([EVENT_ID] if event.type == "system" else [])])


def payloads(project: Project, events: Iterable[str]) -> dict[str, Field]:
    """The fields of each of the events that journeys see, by its name; those without a schema are left out."""
    found = {name: visible(project, project.events[name]) for name in events if name in project.events}
    return {name: root for name, root in found.items() if root is not None}


def compile_event(project: Project, event: EventDocument) -> tuple[EventPlan | None, list[Finding]]:
    """The event ready to match payloads, or the findings that stand in its way."""
    found: list[Finding] = []

    def say(code: str, *path: str | int, **params: object) -> None:
        found.append(Finding(code, "error", "event", event.name, path, params))

    schema, root = project.schemas.get(event.schema_), project.root(event.schema_)
    if schema is None:
        say("ERR_SCHEMA_UNKNOWN", "schema", name=event.schema_, known=", ".join(project.schemas) or "-")
    elif root is None:
        say("ERR_BROKEN", "schema", kind=said("schema"), name=event.schema_)
    elif project.registry.kind_of(schema) != "experienceevent":
        say("ERR_EVENT_CLASS", "schema", name=event.schema_)
    elif event.type == "system" and root.lookup(EVENT_ID) is None:
        say("ERR_EVENT_ID_FIELD", "schema", name=event.schema_)
    if found or root is None:
        return None, found
    for number, path in enumerate(event.fields):
        if root.changed(tuple(path.split(".")), lambda field: field) is None:
            say("ERR_EVENT_FIELD", "fields", number, name=path, schema=event.schema_)
    paths: set[tuple[str, ...]] = set()

    def compiled(source: str, field: str, expected: Type) -> Callable[[Mapping[str, Any]], object] | None:
        scope = EventScope(event.name, root)
        if outside := sources_in(source):
            say("ERR_EVENT_SOURCE", field, name=outside[0])
            return None
        expression = compiled_expression(source, scope, expected, found, ("event", event.name), (field,))
        if expression is None:
            return None
        if expression.needs_moment:
            say("ERR_EVENT_MOMENT", field)
            return None
        paths.update(scope.paths())
        gets, evaluate = scope.gets(), expression.evaluate
        if len(gets) == 1:
            only = gets[0]
            return lambda payload: evaluate((only(payload),), None)  # type: ignore[arg-type]
        return lambda payload: evaluate([get(payload) for get in gets], None)  # type: ignore[arg-type]

    if event.type == "system":
        wanted = event_id_of(project.sandbox, event)
        paths.add(EVENT_ID)

        def test(payload: Mapping[str, Any]) -> object:
            return event_id_in(payload) == wanted
    else:
        assert event.condition is not None
        test = compiled(event.condition, "condition", BOOLEAN)  # type: ignore[assignment]
    supplemental = compiled(event.supplemental_key, "supplementalKey", STRING) if event.supplemental_key else None
    if event.about == "business":
        plan = EventPlan(event.name, None, test, lambda payload: "", frozenset(paths), business=True)  # type: ignore[arg-type]
        return (None if found else plan), found
    person = whom(project, event)
    key: Callable[[Mapping[str, Any]], object] | None
    if person.key is not None:
        key = compiled(person.key, "key", STRING)
    elif person.namespace is not None:
        key = _identity(person.namespace)
        paths.add(("identityMap", person.namespace))
    else:
        key = None
        say("ERR_EVENT_KEY", "key")
    if found or key is None:
        return None, found
    return EventPlan(event.name, person.namespace, test, key, frozenset(paths), supplemental), found  # type: ignore[arg-type]


def _identity(namespace: str) -> Callable[[Mapping[str, Any]], str | None]:
    """The key that an event has without a key of its own: the primary identity of the namespace, else its first."""

    def key(payload: Mapping[str, Any]) -> str | None:
        identities = payload.get("identityMap")
        items = identities.get(namespace) if isinstance(identities, dict) else None
        if not isinstance(items, list):
            return None
        first = None
        for item in items:
            found = item.get("id") if isinstance(item, dict) else None
            if isinstance(found, str) and found:
                if item.get("primary") is True:
                    return found
                first = first or found
        return first

    return key
