"""The references and names that stand in an expression's text, and the text with one of its names changed."""

from __future__ import annotations

from collections.abc import Iterator

from sojourn.expression.parse import parse
from sojourn.expression.printer import name, quoted
from sojourn.expression.tree import Call, Field, Kind, Value, Written, children


def references(source: str) -> Iterator[Field]:
    """All references, those within others too, in no order. Raises ExpressionError where the text is no expression."""
    return (node for node in _nodes(source) if isinstance(node, Field))


def calls(source: str) -> set[str]:
    """The names of the functions that are called. Raises ExpressionError where the text is no expression."""
    return {node.name for node in _nodes(source) if isinstance(node, Call)}


def segments_in(source: str) -> set[str]:
    """The segments that are asked for. Raises ExpressionError where the text is no expression."""
    return {str(node.value) for node in _segments(source)}


def segment_renamed(source: str, old: str, new: str) -> str:
    """The text asking for the segment `new` wherever it asks for `old`. Raises ExpressionError as `renamed` does."""
    for node in sorted(_segments(source), key=lambda node: node.start, reverse=True):
        if node.value == old:
            source = source[: node.start] + quoted(new) + source[node.end :]
    return source


def _segments(source: str) -> list[Value]:
    """The names of segments in the text."""
    asking = [node for node in _nodes(source) if isinstance(node, Call) and node.name in ("inSegment", "inAudience")]
    return [arg for node in asking for arg in node.args[:1] if isinstance(arg, Value) and isinstance(arg.value, str)]


def _nodes(source: str) -> Iterator[Written]:
    todo: list[Written] = [parse(source)]
    while todo:
        node = todo.pop()
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
