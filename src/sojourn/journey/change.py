"""What may change in a document while a live journey uses it [2.5, 3.7, 5.2]."""

from __future__ import annotations

from collections.abc import Iterator

from sojourn.journey.document import ActionDocument, EventDocument
from sojourn.schema.dataset import DatasetDocument, NamespaceDocument
from sojourn.schema.document import Document, SchemaDocument
from sojourn.schema.fields import Field

Path = tuple[str, ...]

_FREE: dict[type[Document], frozenset[str]] = {
    EventDocument: frozenset({"name", "description"}),
    ActionDocument: frozenset({"name", "description", "url"}),
    DatasetDocument: frozenset({"name", "description", "profile"}),
    NamespaceDocument: frozenset({"name", "description"}),
}


def forbidden(old: Document, new: Document) -> Iterator[Path]:
    """The fields in which `new` differs from `old` as it must not while a live journey uses the document."""
    if isinstance(old, SchemaDocument) and isinstance(new, SchemaDocument):
        for path in _narrowed(old.root, new.root):
            yield ("fields", *path)
        return
    for name, field in type(old).model_fields.items():
        if name not in _FREE[type(old)] and getattr(old, name) != getattr(new, name):
            yield (field.alias or name,)


def _narrowed(old: Field, new: Field, path: Path = ()) -> Iterator[Path]:
    """Where records or expressions that fitted `old` may not fit `new`; added fields are none of it."""
    if new.kind != old.kind or (new.required and not old.required):
        yield path
        return
    for name, child in old.fields.items():
        if name in new.fields:
            yield from _narrowed(child, new.fields[name], (*path, name))
        else:
            yield (*path, name)
    yield from ((*path, name) for name, child in new.fields.items() if child.required and name not in old.fields)
    if old.item is not None and new.item is not None:
        yield from _narrowed(old.item, new.item, path)
