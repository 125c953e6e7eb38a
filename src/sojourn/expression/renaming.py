"""The references that stand in an expression's text, and the text with one of its names changed."""

from __future__ import annotations

from collections.abc import Iterator

from sojourn.expression.parse import parse
from sojourn.expression.printer import name
from sojourn.expression.tree import Field, Kind, children


def references(source: str) -> Iterator[Field]:
    """All references, those within others too, in no order. Raises ExpressionError where the text is no expression."""
    todo = [parse(source)]
    while todo:
        node = todo.pop()
        if isinstance(node, Field):
            yield node
        todo += children(node)


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
