"""The references that stand in an expression's text, and the text with one of its names changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from sojourn.expression.parse import parse
from sojourn.expression.printer import name
from sojourn.expression.tree import Field, Kind, Place


def references(source: str) -> Iterator[Field]:
    """All references, those within others too, in no order. Raises ExpressionError where the text is no expression."""
    todo: list[object] = [parse(source)]
    while todo:
        node = todo.pop()
        if isinstance(node, Field):
            yield node
        if isinstance(node, tuple):
            todo += node
        elif isinstance(node, Place) and is_dataclass(node):
            todo += [getattr(node, field.name) for field in fields(node)]


def names_of(reference: Field) -> tuple[str, ...]:
    """The names on the way to what is referred to; selections take no part."""
    return tuple(step.name for step in reference.path if not step.selects)


def renamed(source: str, kind: Kind, old: str, new: str) -> str:
    """The text with each reference to the event, data source or action `old` leading to `new`; nothing else changes.

    Raises ExpressionError where the text is no expression.
    """
    steps = [found.path[0] for found in references(source) if found.kind == kind and found.path[0].name == old]
    for step in sorted(steps, key=lambda step: step.start, reverse=True):
        source = source[: step.start] + name(new) + source[step.end :]
    return source
