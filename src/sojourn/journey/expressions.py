"""Expressions of documents: compiled, with what is wrong with them as findings at their field."""

from __future__ import annotations

from sojourn.expression import Expression, ExpressionError, Scope, Type, compile_expression
from sojourn.journey import references
from sojourn.journey.finding import Finding
from sojourn.journey.references import names_of


def sources_in(source: str) -> list[str]:
    """The data sources that an expression names; none where it is no expression, which has its own finding."""
    try:
        return [names_of(each)[0] for each in references.references(source) if each.kind == "source"]
    except ExpressionError:
        return []


def field_groups_in(source: str) -> set[tuple[str, str]]:
    """The field groups that an expression names, each with its data source."""
    try:
        read = [names_of(each) for each in references.references(source) if each.kind == "source"]
    except ExpressionError:
        return set()
    return {(names[0], names[1]) for names in read if len(names) > 1}


def segments_in(source: str) -> set[str]:
    """The segments that an expression asks for; none where it is no expression."""
    try:
        return references.segments_in(source)
    except ExpressionError:
        return set()


def compiled_expression(
    source: str,
    scope: Scope,
    expected: Type | None,
    found: list[Finding],
    about: tuple[str, str],
    path: tuple[str | int, ...],
) -> Expression | None:
    """Compiles an expression; its diagnostics become findings at `path`."""
    try:
        return compile_expression(source, scope, expected)
    except ExpressionError as error:
        for each in error.diagnostics:
            place = (each.line, each.column)
            found.append(Finding(each.code, "error", *about, path, dict(each.params), position=place))
        return None
