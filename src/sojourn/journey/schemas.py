"""Findings about the schema registry: what its documents say together [2.1]."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sojourn.errors import InputError
from sojourn.journey.dataset import namespaces
from sojourn.journey.finding import Finding, nearest
from sojourn.journey.project import REGISTRY, Kind, Project
from sojourn.schema.document import SchemaDocument
from sojourn.schema.validate import Validator


def check_schemas(project: Project, named: Callable[[Kind], list[Any]]) -> list[Finding]:
    """Findings about what documents of the schema registry say together [2.1]: those that are `named`."""
    found: list[Finding] = []

    def look(kind: Kind, document: Any, compile_: Callable[[Any], object]) -> None:
        try:
            compile_(document)
        except InputError as error:
            path = tuple((error.field or "").split("."))
            found.append(Finding(error.code, "error", kind, document.name, path, error.params))

    for kind in REGISTRY:
        for document in named(kind):
            look(kind, document, _checkable(project) if kind == "schema" else project.registry.tree)
    for schema in named("schema"):
        found += _check_relationships(project, schema)
    found += _check_namespaces(project, named)
    return found


def _checkable(project: Project) -> Callable[[SchemaDocument], object]:
    return lambda schema: Validator(project.registry.schema(schema))


def _check_namespaces(project: Project, named: Callable[[Kind], list[Any]]) -> Iterator[Finding]:
    """What people are known by is one of the four, or one that the user has made [1.1]."""
    known = namespaces(project)
    places: list[tuple[Kind, str, str | None, tuple[str, ...]]] = [
        *(
            ("schema", schema.name, identity.namespace, ("identities", path, "namespace"))
            for schema in named("schema")
            for path, identity in schema.identities.items()
        ),
        *(("event", event.name, event.namespace, ("namespace",)) for event in named("event")),
        *(("journey", journey.name, journey.namespace, ("namespace",)) for journey in named("journey")),
    ]
    for kind, name, namespace, path in places:
        if namespace is not None and namespace not in known:
            params = {"name": namespace, "known": nearest(known, namespace)}
            yield Finding("ERR_NAMESPACE_UNKNOWN", "error", kind, name, path, params)


def _check_relationships(project: Project, schema: SchemaDocument) -> Iterator[Finding]:
    """The other side is a record schema, enabled for profile, that has a primary identity [2.1]."""
    for number, relationship in enumerate(schema.relationships):
        other = project.schemas.get(relationship.schema_)
        where = ("relationships", number, "schema")
        if other is None:
            params = {"name": relationship.schema_, "known": nearest(project.schemas, relationship.schema_)}
            yield Finding("ERR_SCHEMA_UNKNOWN", "error", "schema", schema.name, where, params)
        elif other.primary is None or not other.profile or project.registry.kind_of(other) != "record":
            yield Finding("ERR_RELATIONSHIP", "error", "schema", schema.name, where, {"name": other.name})
