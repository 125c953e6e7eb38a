"""Aggregation functions: nulls are skipped, of nothing there is nothing but a count of 0 (surprise 12)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from sojourn.expression.diagnostics import overflow
from sojourn.expression.functions.lists import unique
from sojourn.expression.functions.table import category, forms, function
from sojourn.expression.values import MAX_INTEGER, MIN_INTEGER

_SKIPS = "nulls are skipped; null if nothing is left"
# decimals first: what has no static type is read as one
_ORDERED = ("decimal", "integer", "duration", "dateTime", "dateTimeOnly", "dateOnly")
_PAIRED = ("decimal", "integer", "duration", "dateTime", "dateTimeOnly")  # the manual has no pair of dateOnly


def _present(values: Iterable[Any] | None) -> list[Any]:
    return [value for value in values or () if value is not None]


def _count(values: Iterable[Any] | None) -> int:
    return len(_present(values))


def _of_list(aggregate: Callable[[list[Any]], Any]) -> Callable[[Iterable[Any] | None], Any]:
    def call(values: Iterable[Any] | None) -> Any:
        found = _present(values)
        return aggregate(found) if found else None

    return call


def _of_pair(aggregate: Callable[[list[Any]], Any]) -> Callable[[Any, Any], Any]:
    on_list = _of_list(aggregate)
    return lambda left, right: on_list((left, right))


def _total_integer(values: list[int]) -> int:
    total = sum(values)
    return total if MIN_INTEGER <= total <= MAX_INTEGER else overflow()


def _total(values: list[float]) -> float:
    # fsum: the order of the elements does not show in the result
    return math.fsum(values)


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


FUNCTIONS = category(
    "Aggregation",
    function(
        "count",
        forms("list<any> -> integer", "list<object> -> integer", code=_count, nulls="own"),
        nulls="null elements are not counted; 0 if the list is null",
        example=("count([10, 2, 10, null])", "3"),
    ),
    function(
        "countOnlyNull",
        forms("list<any> -> integer", code="{0}.count(None)"),
        nulls="null elements are counted; null if the list is null",
        example=("countOnlyNull([10, 2, 10, null])", "1"),
    ),
    function(
        "countWithNull",
        forms("list<any> -> integer", code=len),
        nulls="null elements are counted; null if the list is null",
        example=("countWithNull([10, 2, 10, null])", "4"),
    ),
    function(
        "distinctCount",
        forms(
            "list<any> -> integer",
            "list<object> -> integer",
            code=lambda values: len(unique(values, False)),
        ),
        forms("list<object>, key -> integer", code=lambda objects, by: len(unique(objects, False, by))),
        nulls="null elements, and objects without the key, are not counted; null if an argument is null",
        example=("distinctCount([10, 2, 10, null])", "2"),
    ),
    function(
        "distinctCountWithNull",
        forms("list<any> -> integer", code=lambda values: len(unique(values, True))),
        nulls="null elements count once; null if the list is null",
        example=("distinctCountWithNull([10, 2, 10, null])", "3"),
    ),
    function(
        "sum",
        forms("list<decimal> -> decimal", code=_of_list(_total), nulls="own", nullable=True),
        forms("list<integer> -> integer", code=_of_list(_total_integer), nulls="own", nullable=True),
        forms("decimal, decimal -> decimal", code=_of_pair(_total), nulls="own", nullable=True),
        forms("integer, integer -> integer", code=_of_pair(_total_integer), nulls="own", nullable=True),
        nulls=_SKIPS,
        example=("sum([10.5, null, 8.1])", "18.6"),
    ),
    function(
        "avg",
        forms("list<T> -> decimal", over=("decimal", "integer"), code=_of_list(_mean), nulls="own", nullable=True),
        forms(
            "decimal, decimal -> decimal",
            "decimal, integer -> decimal",
            "integer, decimal -> decimal",
            "integer, integer -> decimal",
            code=_of_pair(_mean),
            nulls="own",
            nullable=True,
        ),
        nulls=_SKIPS,
        example=("avg([10, 3, 8])", "7.0"),
    ),
    function(
        "max",
        forms("list<T> -> T", over=_ORDERED, code=_of_list(max), nulls="own", nullable=True),
        forms("T, T -> T", over=_PAIRED, code=_of_pair(max), nulls="own", nullable=True),
        nulls=_SKIPS,
        example=("max([10, null, 8])", "10"),
    ),
    function(
        "min",
        forms("list<T> -> T", over=_ORDERED, code=_of_list(min), nulls="own", nullable=True),
        forms("T, T -> T", over=_PAIRED, code=_of_pair(min), nulls="own", nullable=True),
        nulls=_SKIPS,
        example=("min([10, null, 8])", "8"),
    ),
)
