"""Findings about the schema registry: what its documents say together [2.1]."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sojourn.errors import InputError
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
    return found


def _checkable(project: Project) -> Callable[[SchemaDocument], object]:
    return lambda schema: Validator(project.registry.schema(schema))


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
