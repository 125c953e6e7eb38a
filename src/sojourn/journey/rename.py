"""Another name for a document, in all texts that name it [3.7]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sojourn.expression import ExpressionError
from sojourn.expression.tree import Kind as Reference
from sojourn.journey import template
from sojourn.journey.project import Kind
from sojourn.journey.references import renamed, segment_renamed

_PLACES: dict[Kind, tuple[tuple[Kind, tuple[str, ...]], ...]] = {
    "event": (("journey", ("activities", "*", "event")), ("journey", ("exitCriteria", "*", "event"))),
    "action": (("journey", ("activities", "*", "action")),),
    "channel": (("journey", ("activities", "*", "channel")),),
    "ruleset": (("journey", ("rulesets", "*")),),
    "schema": (
        ("event", ("schema",)),
        ("dataset", ("schema",)),
        ("schema", ("relationships", "*", "schema")),
        ("source", ("fieldGroups", "*", "schema")),
    ),
    "dataset": (("journey", ("activities", "*", "dataset")),),
    "class": (("schema", ("base",)),),
    "fieldgroup": (("schema", ("fieldGroups", "*")),),
    "segment": (("journey", ("activities", "*", "segment")),),
    "journey": (("journey", ("activities", "*", "journey")),),
}
"""Where documents of a kind are named: in documents of which kind, at which path."""
RENAMED: tuple[Kind, ...] = (*(kind for kind in _PLACES if kind != "journey"), "datatype", "source")
"""The kinds that can have another name. A namespace is part of people's identities, a journey has its own way."""


def rewritten(kind: Kind, data: dict[str, Any], about: Kind, old: str, new: str) -> dict[str, Any]:
    """A document of `kind` in which the document `old` of the kind `about` is called `new`."""
    found: Any = data
    for within, path in _PLACES.get(about, ()):
        if within == kind:
            found = _named(found, path, old, new)
    if about in ("event", "source") and kind in ("event", "journey"):
        reference: Reference = "event" if about == "event" else "source"
        found = _expressions(found, lambda text: renamed(text, reference, old, new), old)
    if about == "segment" and kind in ("segment", "journey"):
        found = _expressions(found, lambda text: segment_renamed(text, old, new), old)
    if about in ("datatype", "fieldgroup", "class") and kind in ("datatype", "fieldgroup", "class", "schema"):
        found = _references(found, old, new)
    return dict(found)


def _named(node: Any, path: tuple[str, ...], old: str, new: str) -> Any:
    if not path:
        return new if node == old else node
    step, *rest = path
    if step == "*" and isinstance(node, list):
        return [_named(each, tuple(rest), old, new) for each in node]
    if step == "*" and isinstance(node, dict):
        return {name: _named(each, tuple(rest), old, new) for name, each in node.items()}
    if isinstance(node, dict) and step in node:
        return {**node, step: _named(node[step], tuple(rest), old, new)}
    return node


def _expressions(node: Any, change: Callable[[str], str], old: str) -> Any:
    if isinstance(node, dict):
        return {name: _expressions(each, change, old) for name, each in node.items()}
    if isinstance(node, list):
        return [_expressions(each, change, old) for each in node]
    if isinstance(node, str) and old in node and ("{" in node or "(" in node):
        try:
            return template.changed(node, change) if "{{" in node else change(node)
        except (ExpressionError, template.UnclosedError):
            return node  # a text that only looks like one
    return node


def _references(node: Any, old: str, new: str) -> Any:
    if isinstance(node, dict):
        found = {name: _references(each, old, new) for name, each in node.items()}
        target, hash_, rest = str(node.get("$ref", "")).partition("#")
        return {**found, "$ref": new + hash_ + rest} if target == old else found
    if isinstance(node, list):
        return [_references(each, old, new) for each in node]
    return node
