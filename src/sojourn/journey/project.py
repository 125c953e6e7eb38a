"""A project: all documents of one sandbox, by kind and name, as typed models.

Documents come from files, REST bodies or the store as plain data; `Project.add` turns one into its model, or into
findings that name the field. What they mean together is checked in `sojourn.journey.findings`.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ValidationError

from sojourn.errors import InputError
from sojourn.journey.action import ActionDocument
from sojourn.journey.channel import ChannelDocument
from sojourn.journey.document import EventDocument, JourneyDocument, SegmentDocument
from sojourn.journey.draft import read_draft
from sojourn.journey.finding import Finding
from sojourn.journey.ruleset import RulesetDocument
from sojourn.journey.source import SourceDocument
from sojourn.journey.unread import findings_of
from sojourn.messages import Said
from sojourn.schema.dataset import DatasetDocument, NamespaceDocument
from sojourn.schema.document import ClassDocument, DataTypeDocument, Document, FieldGroupDocument, SchemaDocument
from sojourn.schema.fields import Field
from sojourn.schema.registry import Registry

Kind = Literal[
    "namespace",
    "datatype",
    "fieldgroup",
    "class",
    "schema",
    "dataset",
    "segment",
    "event",
    "source",
    "action",
    "channel",
    "ruleset",
    "journey",
]
MODELS: dict[Kind, type[Document]] = {
    "namespace": NamespaceDocument,
    "datatype": DataTypeDocument,
    "fieldgroup": FieldGroupDocument,
    "class": ClassDocument,
    "schema": SchemaDocument,
    "dataset": DatasetDocument,
    "segment": SegmentDocument,
    "event": EventDocument,
    "source": SourceDocument,
    "action": ActionDocument,
    "channel": ChannelDocument,
    "ruleset": RulesetDocument,
    "journey": JourneyDocument,
}
"""The kinds of documents, in the order in which they build on each other."""
FOLDERS: dict[Kind, str] = {kind: "classes" if kind == "class" else f"{kind}s" for kind in MODELS}
"""Where the documents of a kind are: the folder of files, and the name in paths of the API."""
REGISTRY: tuple[Kind, ...] = ("datatype", "fieldgroup", "class", "schema")


def said(kind: Kind) -> Said:
    """A kind as a sentence names it."""
    return Said("INFO_KIND_" + kind.upper())


@dataclass(slots=True)
class Project:
    """The documents of one sandbox."""

    sandbox: str = "prod"
    namespaces: dict[str, NamespaceDocument] = field(default_factory=dict)
    datatypes: dict[str, DataTypeDocument] = field(default_factory=dict)
    fieldgroups: dict[str, FieldGroupDocument] = field(default_factory=dict)
    classes: dict[str, ClassDocument] = field(default_factory=dict)
    schemas: dict[str, SchemaDocument] = field(default_factory=dict)
    datasets: dict[str, DatasetDocument] = field(default_factory=dict)
    segments: dict[str, SegmentDocument] = field(default_factory=dict)
    events: dict[str, EventDocument] = field(default_factory=dict)
    sources: dict[str, SourceDocument] = field(default_factory=dict)
    actions: dict[str, ActionDocument] = field(default_factory=dict)
    channels: dict[str, ChannelDocument] = field(default_factory=dict)
    rulesets: dict[str, RulesetDocument] = field(default_factory=dict)
    journeys: MutableMapping[str, JourneyDocument] = field(default_factory=dict)
    live: dict[str, JourneyDocument] | None = None
    """The newest live version of each journey, where that is known; else the documents stand for them."""
    alone: bool = False
    """Whether other journeys are not here: the engine's project, whose journeys were checked when published."""
    _registry: Registry | None = None

    @property
    def registry(self) -> Registry:
        """The schemas' documents and those of the library, ready to compose."""
        if self._registry is None:
            self._registry = Registry(self.classes, self.fieldgroups, self.datatypes)
        return self._registry

    def root(self, schema: str) -> Field | None:
        """All fields of a schema; None for one that there is not, or that is in error."""
        return self.tree("schema", schema)

    def tree(self, kind: Kind, name: str) -> Field | None:
        """The fields of a document of the registry; None for one that there is not, or that is in error."""
        document = self.of(kind).get(name)
        try:
            compiled = self.registry.schema if kind == "schema" else self.registry.tree
            return compiled(document) if document is not None else None
        except InputError:
            return None

    def of(self, kind: Kind) -> MutableMapping[str, Any]:
        """The documents of a kind, by name."""
        found: MutableMapping[str, Any] = getattr(self, FOLDERS[kind])
        return found

    def add(self, kind: Kind, data: object) -> list[Finding]:
        """Adds a document given as plain data, or says why it cannot be read."""
        name = data.get("name") if isinstance(data, dict) else None
        try:
            document = MODELS[kind].model_validate(data)
        except ValidationError as error:
            return findings_of(kind, str(name or ""), data, error)
        self.of(kind)[document.name] = document  # type: ignore[attr-defined]
        self._registry = None if kind in REGISTRY else self._registry
        return []

    def add_draft(self, data: object) -> list[Finding]:
        """Adds a journey as far as it can be read: what is missing or wrong is found when it is checked [6.35].

        Says why, if it is no journey at all.
        """
        document, refused = read_draft(data)
        if document is not None:
            self.journeys[document.name] = document
        return refused

    def remove(self, kind: Kind, name: str) -> None:
        """Takes a document out, if it is there."""
        self.of(kind).pop(name, None)
        self._registry = None if kind in REGISTRY else self._registry
