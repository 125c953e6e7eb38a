"""From a dataset's document to how its records are read: whose they are, and how new [1.5, 2.2]."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sojourn.journey.finding import Finding
from sojourn.journey.project import Project
from sojourn.schema.dataset import DatasetDocument
from sojourn.schema.identity import STANDARD, Extract, Path, extractor
from sojourn.schema.lens import Read, lens
from sojourn.schema.registry import Kind

UPDATED = ("extSourceSystemAudit", "lastUpdatedDate")
"""Where a profile or lookup record says how new it is."""


@dataclass(frozen=True, slots=True)
class Intake:
    """How records of one dataset are read.

    `identities` are the people of an event or a profile record; `key` is a lookup record's primary identity, at
    `key_field`. `paths` is all that these look at; `read` reads
    just that, and what every event has.
    """

    dataset: str
    schema: str
    kind: Kind
    enabled: bool
    identities: Extract
    key: Callable[[Mapping[str, Any]], str | None]
    key_field: str
    paths: frozenset[Path]
    read: Read


def namespaces(project: Project) -> tuple[str, ...]:
    """All namespaces of a sandbox."""
    return (*STANDARD, *(name for name in project.namespaces if name not in STANDARD))


def compile_dataset(project: Project, dataset: DatasetDocument) -> tuple[Intake | None, list[Finding]]:
    """The dataset ready to read records, or the findings that stand in its way."""

    def wrong(code: str, field: str, **params: object) -> tuple[None, list[Finding]]:
        return None, [Finding(code, "error", "dataset", dataset.name, (field,), params)]

    schema = project.schemas.get(dataset.schema_)
    if schema is None:
        return wrong("ERR_SCHEMA_UNKNOWN", "schema", name=dataset.schema_, known=", ".join(project.schemas) or "-")
    if dataset.profile and not schema.profile:
        return wrong("ERR_DATASET_PROFILE", "profile", schema=schema.name)
    fields = [(tuple(path.split(".")), each.namespace, each.primary) for path, each in schema.identities.items()]
    known = namespaces(project)
    for _, namespace, _ in fields:
        if namespace not in known:
            return wrong("ERR_NAMESPACE_UNKNOWN", "schema", name=namespace, known=", ".join(known))
    primary = next((path for path, _, is_primary in fields if is_primary), ())
    kind = project.registry.kind_of(schema)
    if kind == "record" and not primary:
        return wrong("ERR_SCHEMA_PRIMARY", "schema", schema=schema.name)
    paths = {("identityMap",), UPDATED, *(path for path, _, _ in fields)}
    return Intake(
        dataset.name,
        schema.name,
        kind,
        dataset.profile,
        extractor(known, fields),
        lambda record: _text_at(record, primary),
        ".".join(primary),
        frozenset(paths),
        lens([*paths, ("_id",), ("timestamp",)]),
    ), []


def moment(record: Mapping[str, Any], other: int | None = None) -> int | None:
    """How new a profile or lookup record says it is, epoch ms; `other` where it does not say."""
    text = _text_at(record, UPDATED)
    if text is None:
        return other
    try:
        found = datetime.fromisoformat(text)
        return round(found.timestamp() * 1000) if found.tzinfo is not None else other
    except (ValueError, OverflowError):
        return other


def _text_at(record: Mapping[str, Any], path: Path) -> str | None:
    here: Any = record
    for name in path:
        here = here.get(name) if type(here) is dict else None
    if type(here) is int:
        return str(here)
    return here if type(here) is str and here else None
