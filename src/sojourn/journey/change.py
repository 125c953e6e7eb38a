"""What may change in a document while a journey uses it [2.5, 3.7, 4.3, 5.2]."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sojourn.journey.action import ActionDocument
from sojourn.journey.channel import ChannelDocument
from sojourn.journey.document import EventDocument, SegmentDocument
from sojourn.journey.project import REGISTRY, Kind, Project
from sojourn.journey.ruleset import RulesetDocument
from sojourn.journey.source import PlatformGroup, SourceDocument
from sojourn.schema.dataset import DatasetDocument, NamespaceDocument
from sojourn.schema.document import Document
from sojourn.schema.fields import Field

Path = tuple[str, ...]

_FREE: dict[type[Document], frozenset[str]] = {
    EventDocument: frozenset({"name", "description", "fields"}),
    ActionDocument: frozenset(
        {"name", "description", "url", "labels", "authentication", "client_certificate", "response", "types"}
    ),
    SourceDocument: frozenset(SourceDocument.model_fields) - {"database"},
    DatasetDocument: frozenset({"name", "description", "profile"}),
    NamespaceDocument: frozenset({"name", "description"}),
    ChannelDocument: frozenset(ChannelDocument.model_fields),
    RulesetDocument: frozenset(RulesetDocument.model_fields),
    SegmentDocument: frozenset({"name", "description", "definition", "daily"}),
}
_MAY_GROW: dict[type[Document], frozenset[str]] = {ActionDocument: frozenset({"headers", "query"})}
_LOWER = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_UPPER = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})


def forbidden(before: Project, after: Project, kind: Kind, name: str, *, drafts: bool = False) -> Iterator[Path]:
    """The fields in which a document changes as it must not while something in use stands on it.

    `drafts`: only drafts do, so that an action may get more headers and query parameters [5.2].
    """
    old, new = before.of(kind)[name], after.of(kind)[name]
    if kind in REGISTRY:
        yield from _forbidden_in_schemas(before, after, kind, name)
        return
    for attribute, field in type(old).model_fields.items():
        was, becomes = getattr(old, attribute), getattr(new, attribute)
        if attribute in _FREE[type(old)] or was == becomes:
            continue
        if not (drafts and attribute in _MAY_GROW.get(type(old), ()) and was.items() <= becomes.items()):
            yield (field.alias or attribute,)
    if isinstance(old, ActionDocument) and old.answer is not None:
        yield from narrowed(old.answer, new.answer or Field("object"), ("response",))
    if isinstance(old, SourceDocument):
        yield from _forbidden_in_groups(old, new)
    if isinstance(old, ChannelDocument) and old.kind != new.kind:
        yield (old.kind,)
    if isinstance(old, EventDocument) and (lost := _lost(old.fields, new.fields)):
        yield ("fields", ".".join(lost))


def _forbidden_in_groups(old: SourceDocument, new: SourceDocument) -> Iterator[Path]:
    """Field groups stay, with their fields and parameters; fields may be added [4.3]."""
    for name, group in old.field_groups.items():
        where = ("fieldGroups", name)
        after = new.field_groups.get(name)
        if after is None:
            yield where
        elif isinstance(group, PlatformGroup) and isinstance(after, PlatformGroup):
            if group.schema_ != after.schema_:
                yield (*where, "schema")
            if lost := _lost(group.fields, after.fields):
                yield (*where, "fields", ".".join(lost))
        else:
            if group.parameter_types != after.parameter_types:
                yield (*where, "parameters")
            yield from narrowed(group.root, after.root, where)


def _lost(old: list[str], new: list[str]) -> list[str]:
    """Selected fields that are selected no more; none selected means all."""
    if not new:
        return []
    return [path for path in old if path not in new] if old else ["*"]


def _forbidden_in_schemas(before: Project, after: Project, kind: Kind, name: str) -> Iterator[Path]:
    """For a schema or a part of schemas: what becomes narrower in it itself."""
    old, new = before.of(kind)[name], after.of(kind)[name]
    was, is_ = before.tree(kind, name), after.tree(kind, name)
    if was is not None and is_ is not None:
        for path in narrowed(was, is_):
            yield ("fields", *path)
    if kind == "schema":
        if old.base != new.base:
            yield ("base",)
        kept = all(new.identities.get(path) == identity for path, identity in old.identities.items())
        if not kept or old.primary != new.primary:
            yield ("identities",)
        if old.profile and not new.profile:
            yield ("profile",)
    if kind == "class" and old.behavior != new.behavior:
        yield ("behavior",)


def narrowed(old: Field, new: Field, path: Path = ()) -> Iterator[Path]:
    """Where records or expressions that fitted `old` may not fit `new`; added fields are none of it."""
    if new.kind != old.kind or (new.required and not old.required) or _stricter(old, new):
        yield path
        return
    for name, child in old.fields.items():
        if name in new.fields:
            yield from narrowed(child, new.fields[name], (*path, name))
        else:
            yield (*path, name)
    yield from ((*path, name) for name, child in new.fields.items() if child.required and name not in old.fields)
    if old.item is not None and new.item is not None:
        yield from narrowed(old.item, new.item, path)


def _stricter(old: Field, new: Field) -> bool:
    if new.whole is not None:
        return new.whole != old.whole
    return any(not _looser(rule, old.rules.get(rule), value) for rule, value in new.rules.items())


def _looser(rule: str, old: Any, new: Any) -> bool:
    """Whether what kept the rule with `old` (None: no rule) keeps it with `new`."""
    if old is None or old == new:
        return bool(old == new)
    if rule == "enum":
        return all(value in new for value in old)
    return bool((rule in _LOWER and new <= old) or (rule in _UPPER and new >= old))
