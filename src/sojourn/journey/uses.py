"""Which documents stand on which others [3.7]."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sojourn.journey.document import EventDocument, JourneyDocument, SegmentDocument
from sojourn.journey.expressions import field_groups_in, segments_in, sources_in
from sojourn.journey.project import Kind, Project
from sojourn.journey.scope import PROPERTIES
from sojourn.journey.source import PlatformGroup, SourceDocument
from sojourn.schema.dataset import DatasetDocument
from sojourn.schema.document import Document, Resource, SchemaDocument
from sojourn.schema.registry import ORCHESTRATION

Name = tuple[Kind, str]


def direct(document: Document, project: Project) -> set[Name]:
    """The documents of the project that `document` itself names."""
    return {(kind, name) for kind, name in _named(document, project) if name in project.of(kind)}


def closure(document: Document, project: Project) -> set[Name]:
    """All documents of the project that `document` stands on."""
    return below(direct(document, project), project)


def below(names: Iterable[Name], project: Project) -> set[Name]:
    """`names`, and all documents of the project that these stand on."""
    found: set[Name] = set()
    todo = [each for each in names if each[1] in project.of(each[0])]
    while todo:
        each = todo.pop()
        if each not in found:
            found.add(each)
            todo += direct(project.of(each[0])[each[1]], project)
    return found


_USERS: tuple[Kind, ...] = ("datatype", "fieldgroup", "class", "schema", "dataset", "segment", "event", "source")


def naming(project: Project, kind: Kind, name: str) -> list[Name]:
    """The documents, but for journeys, that name one: what has to change before it can go."""
    return [
        (user, document.name)
        for user in _USERS
        for document in project.of(user).values()
        if (kind, name) in direct(document, project) and (user, document.name) != (kind, name)
    ]


def named_directly(project: Project) -> Iterator[Name]:
    """What documents, but for journeys, name: once for each document that names it."""
    for user in _USERS:
        for document in project.of(user).values():
            yield from direct(document, project) - {(user, document.name)}


def users(project: Project, names: Collection[Name]) -> set[Name]:
    """The documents, but for journeys, that stand on one of `names`, however far below."""
    return Users(project).of(names)


class Users:
    """Who stands on whom in a project that changes: what a document names is read once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._named: dict[Name, frozenset[Name]] = {}

    def changed(self, kind: Kind, name: str) -> None:
        """A document is another one, or there is none any more."""
        self._named.pop((kind, name), None)

    def of(self, names: Collection[Name]) -> set[Name]:
        """The documents, but for journeys, that stand on one of `names`, however far below."""
        above: dict[Name, list[Name]] = {}
        for user in _USERS:
            for name, document in self._project.of(user).items():
                if (user, name) not in self._named:
                    self._named[user, name] = frozenset(_named(document, self._project))
                for used in self._named[user, name]:
                    above.setdefault(used, []).append((user, name))
        found: set[Name] = set()
        todo = list(names)
        while todo:
            new = [each for each in above.get(todo.pop(), ()) if each not in found]
            found.update(new)
            todo += new
        return found


def named_by(journey: JourneyDocument) -> set[str]:
    """What a journey's document names, as text: `event:Purchase`, and of data sources the field groups too."""
    found = {f"{kind}:{name}" for kind, name in names_in(journey) if name != PROPERTIES}
    groups = (group for expression in journey.expressions() for group in field_groups_in(expression))
    return found | {f"{FIELD_GROUP}:{source}.{group}" for source, group in groups if source != PROPERTIES}


FIELD_GROUP = "sourcegroup"
"""What stands for a kind where a field group of a data source is named: `sourcegroup:Weather.City`."""


def names_in(journey: JourneyDocument) -> Iterator[Name]:
    """The documents that a journey's document names, whether there are such or not."""
    yield from journey.uses()
    for expression in journey.expressions():
        yield from (("segment", name) for name in segments_in(expression))
        yield from (("source", name) for name in sources_in(expression))


def _named(document: Document, project: Project) -> Iterator[Name]:
    match document:
        case JourneyDocument():
            yield from names_in(document)
        case SourceDocument():
            for group in document.field_groups.values():
                if isinstance(group, PlatformGroup):
                    yield "schema", group.schema_
        case EventDocument():
            yield "schema", document.schema_
            if document.namespace is not None:
                yield "namespace", document.namespace
        case SegmentDocument():
            yield from (("segment", name) for name in segments_in(document.definition or ""))
        case DatasetDocument():
            yield "schema", document.schema_
        case Resource():
            for reference in _references(document.fields) | _references(document.definition):
                target = project.registry.referred(reference)
                if target is not None:
                    yield target
            if isinstance(document, SchemaDocument):
                yield "class", document.base
                yield from (("fieldgroup", group) for group in document.field_groups or (ORCHESTRATION,))
                yield from (("namespace", identity.namespace) for identity in document.identities.values())
                yield from (("schema", relationship.schema_) for relationship in document.relationships)


def _references(node: Any) -> set[str]:
    """The documents that the `$ref`s in a document name."""
    if isinstance(node, dict):
        own = {node["$ref"].partition("#")[0]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(_references(child) for child in node.values()))
    if isinstance(node, list):
        return set().union(*(_references(child) for child in node))
    return set()
