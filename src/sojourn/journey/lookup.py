"""Lookups: the record of another schema that a field of an event refers to [2.2].

Its fields stand beside that field, under the name of their schema: with `_t.sku` referring to a `product`,
`@{Purchase._t.product.price}`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from sojourn.journey.project import Project
from sojourn.schema.fields import Field

Path = tuple[str, ...]


class Link(NamedTuple):
    """Where in an event the key of a record stands, its field, and the schema of the record."""

    key: Path
    field: Field
    schema: str


def linked(project: Project, event: str, root: Field) -> tuple[Field, dict[Path, Link]]:
    """The fields of an event with those of the records that it refers to, and where these stand.

    A field inside of a list or a map refers to no one record; a name that is taken stays what it is.
    """
    links: dict[Path, Link] = {}
    definition = project.events.get(event)
    schema = project.schemas.get(definition.schema_) if definition is not None else None
    for relationship in schema.relationships if schema is not None else ():
        path = tuple(relationship.field.split("."))
        field, parent = root.lookup(path), root.lookup(path[:-1])
        record, name = project.root(relationship.schema_), relationship.schema_
        if field is None or field.kind not in ("string", "integer") or record is None:
            continue
        if parent is None or name in parent.fields:
            continue
        changed = root.changed(path[:-1], lambda here, n=name, r=record: replace(here, fields={**here.fields, n: r}))  # type: ignore[misc]
        if changed is not None:
            root = changed
            links[*path[:-1], name] = Link(path, field, name)
    return root, links
