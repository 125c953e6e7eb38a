"""A project: all documents of one sandbox, by kind and name, as typed models.

Documents come from files, REST bodies or the store as plain data; `Project.add` turns one into its model, or into
findings that name the field. What they mean together is checked in `sojourn.journey.findings`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ValidationError

from sojourn.errors import InputError
from sojourn.journey.document import ActionDocument, EventDocument, JourneyDocument
from sojourn.journey.finding import Finding
from sojourn.schema.dataset import DatasetDocument, NamespaceDocument
from sojourn.schema.document import ClassDocument, DataTypeDocument, Document, FieldGroupDocument, SchemaDocument
from sojourn.schema.fields import Field
from sojourn.schema.registry import Registry

Kind = Literal["namespace", "datatype", "fieldgroup", "class", "schema", "dataset", "event", "action", "journey"]
MODELS: dict[Kind, type[Document]] = {
    "namespace": NamespaceDocument,
    "datatype": DataTypeDocument,
    "fieldgroup": FieldGroupDocument,
    "class": ClassDocument,
    "schema": SchemaDocument,
    "dataset": DatasetDocument,
    "event": EventDocument,
    "action": ActionDocument,
    "journey": JourneyDocument,
}
"""The kinds of documents, in the order in which they build on each other."""
FOLDERS: dict[Kind, str] = {kind: "classes" if kind == "class" else f"{kind}s" for kind in MODELS}
"""Where the documents of a kind are: the folder of files, and the name in paths of the API."""
REGISTRY: tuple[Kind, ...] = ("datatype", "fieldgroup", "class", "schema")


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
    events: dict[str, EventDocument] = field(default_factory=dict)
    actions: dict[str, ActionDocument] = field(default_factory=dict)
    journeys: dict[str, JourneyDocument] = field(default_factory=dict)
    _registry: Registry | None = None

    @property
    def registry(self) -> Registry:
        """The schemas' documents and those of the library, ready to compose."""
        if self._registry is None:
            self._registry = Registry(self.classes, self.fieldgroups, self.datatypes)
        return self._registry

    def root(self, schema: str) -> Field | None:
        """All fields of a schema; None for one that there is not, or that is in error."""
        document = self.schemas.get(schema)
        try:
            return self.registry.schema(document) if document is not None else None
        except InputError:
            return None

    def of(self, kind: Kind) -> dict[str, Any]:
        """The documents of a kind, by name."""
        found: dict[str, Any] = getattr(self, FOLDERS[kind])
        return found

    def add(self, kind: Kind, data: object) -> list[Finding]:
        """Adds a document given as plain data, or says why it cannot be read."""
        name = data.get("name") if isinstance(data, dict) else None
        try:
            document = MODELS[kind].model_validate(data)
        except ValidationError as error:
            return [_finding(kind, str(name or ""), each) for each in error.errors(include_url=False)]
        self.of(kind)[document.name] = document  # type: ignore[attr-defined]
        self._registry = None if kind in REGISTRY else self._registry
        return []

    def remove(self, kind: Kind, name: str) -> None:
        """Takes a document out, if it is there."""
        self.of(kind).pop(name, None)
        self._registry = None if kind in REGISTRY else self._registry


def _finding(kind: Kind, name: str, error: Any) -> Finding:
    """Pydantic's error as a finding; its location without the tags that pydantic adds for unions and models."""
    path: list[str | int] = []
    for place, part in enumerate(error["loc"]):
        tag = place == 2 and path[0] == "activities"  # which kind of activity was tried
        if tag or part == "[key]" or ("next" in path and isinstance(part, str) and part.startswith(_FORMS_OF_NEXT)):
            continue
        path.append(part)
    message = error["msg"].removeprefix("Value error, ")
    code = {"missing": "ERR_FIELD_MISSING", "extra_forbidden": "ERR_FIELD_UNKNOWN"}.get(
        error["type"], "ERR_FIELD_INVALID"
    )
    last = str(path[-1]) if path else kind
    return Finding(code, "error", kind, name, tuple(path), {"name": last, "rule": message})


_FORMS_OF_NEXT = ("str", "list[", "dict[")
