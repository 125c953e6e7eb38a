"""List functions. An object of a list is compared by all of its attributes, or by the one that a key names."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from sojourn.expression.access import getter
from sojourn.expression.diagnostics import overflow
from sojourn.expression.functions.patterns import MAX_TEXT, too_long
from sojourn.expression.functions.table import category, forms, function
from sojourn.expression.types import ANY, SCALARS, Type
from sojourn.expression.values import reader, text_of

_Objects = list[dict[str, Any] | None]
Key = Callable[[dict[str, Any] | None], Any]


def _identity(value: Any) -> Hashable:
    """What equal values have in common: of JSON values, true is not 1, and the order of attributes is nothing."""
    try:
        return _nested(value) if isinstance(value, dict | list | bool) else value
    except RecursionError:
        overflow()


def _nested(value: Any) -> Hashable:
    if isinstance(value, dict):
        return dict, frozenset((name, _nested(each)) for name, each in value.items())
    if isinstance(value, list):
        return list, tuple(map(_nested, value))
    return (bool, value) if isinstance(value, bool) else value


def _itself(value: Any) -> Any:
    return value


def unique(values: list[Any], keep_null: bool, by: Callable[[Any], Any] = _itself) -> list[Any]:
    """The first of each equal `values`; of those whose `by` is null, one or none."""
    first: dict[Hashable, Any] = {}
    for value in values:
        found = by(value)
        if keep_null or found is not None:
            first.setdefault(_identity(found), value)
    return list(first.values())


def attribute(name: str, kind: Type = ANY) -> Key:
    """A function from an object to its attribute of that name, read as `kind`; null where there is none."""
    get = getter((name,), kind)
    return lambda value: get(value) if value else None


def _filter(kind: str) -> Callable[[_Objects, str, list[Any]], _Objects]:
    read = reader(Type.parse(kind))

    def call(objects: _Objects, name: str, values: list[Any]) -> _Objects:
        wanted = {value for value in values if value is not None}
        return [each for each in objects if each and read(each.get(name)) in wanted]

    return call


def _intersect(left: list[Any] | None, right: list[Any] | None) -> list[Any]:
    common = set(map(_identity, right or ()))
    return [value for value in unique(left or [], keep_null=False) if _identity(value) in common]


def _limit(values: list[Any], count: int, first: bool = True) -> list[Any]:
    count = max(count, 0)
    return values[:count] if first else values[max(len(values) - count, 0) :]


def _sort(values: list[Any], ascending: bool) -> list[Any]:
    present = sorted((value for value in values if value is not None), reverse=not ascending)
    return present + [None] * (len(values) - len(present))


def _sort_by(values: list[Any], by: Callable[[Any], Any], ascending: bool) -> list[Any]:
    keyed = [(by(value), value) for value in values]
    present = [(_order(key), value) for key, value in keyed if key is not None]
    present.sort(key=lambda pair: pair[0], reverse=not ascending)
    return [value for _, value in present] + [value for key, value in keyed if key is None]


def _order(value: object) -> tuple[int, Any]:
    """Of what has no one type: booleans, then numbers, then texts; objects and lists last, in the order they came."""
    if isinstance(value, bool):
        return 0, value
    if isinstance(value, int | float):
        return 1, value
    return (3, None) if isinstance(value, dict | list) else (2, value)


def _serialize(values: list[Any], separator: str, quotes: bool) -> str:
    texts = [text for value in values if (text := text_of(value)) is not None]
    mark = '"' if quotes else ""
    if sum(map(len, texts)) + (len(separator) + 2 * len(mark)) * len(texts) > MAX_TEXT:
        too_long()
    return separator.join(f"{mark}{text}{mark}" for text in texts)


_ANY = (*SCALARS, "object", "any")
_SORTED = "null if an argument is null; null elements, and objects without the key, come last"

FUNCTIONS = category(
    "List",
    function(
        "in",
        forms("T, members<T> -> boolean", over=SCALARS, code="{0} in {1}"),
        example=("in(4, [4, 5, 3, 4])", "true"),
    ),
    function(
        "distinct",
        forms("list<T> -> list<T>", over=_ANY, code=lambda values: unique(values, False)),
        forms(
            "list<object>, key -> list<object>",
            code=lambda objects, by: unique(objects, False, by),
        ),
        nulls="null if an argument is null; null elements, and objects without the key, are left out",
        example=("distinct([10, 2, 10, null])", "[10, 2]"),
    ),
    function(
        "distinctWithNull",
        forms("list<T> -> list<T>", over=_ANY, code=lambda values: unique(values, True)),
        forms("list<object>, key -> list<object>", code=lambda objects, by: unique(objects, True, by)),
        nulls="null if an argument is null; the first null element, or object without the key, is kept",
        example=("distinctWithNull([10, 2, 10, null])", "[10, 2, null]"),
    ),
    function(
        "filter",
        *(forms(f"list<object>, name, list<{kind}> -> list<object>", code=_filter(kind)) for kind in SCALARS),
        nulls="null if an argument is null; null is no value to be among",
        example=(
            'filter(@{Order.items}, "sku", ["a", "z"])',
            '[{"sku": "a", "price": 20}]',
        ),
    ),
    function(
        "getListItem",
        forms(
            "list<T>, integer -> T",
            over=(*SCALARS, "any"),
            code=lambda values, index: values[index] if 0 <= index < len(values) else None,
            nullable=True,
        ),
        nulls="null if an argument is null, or the list has no such element",
        example=('getListItem(["A", "B", "C"], 2)', '"C"'),
    ),
    function(
        "intersect",
        forms("list<T>, list<T> -> list<T>", over=(*SCALARS, "any"), code=_intersect, nulls="own"),
        nulls="an empty list if a list is null; null elements are left out",
        example=(
            'intersect(["sports", "news", "documentary"], ["sports", "movies", "documentary"])',
            '["sports", "documentary"]',
        ),
    ),
    function(
        "limit",
        forms(
            "list<T>, integer -> list<T>",
            "list<T>, integer, boolean -> list<T>",
            over=_ANY,
            code=_limit,
        ),
        example=('limit(["A", "B", "C", "D", "E"], 3, false)', '["C", "D", "E"]'),
    ),
    function(
        "listSize",
        forms("list<T> -> integer", over=_ANY, code=len),
        example=("listSize([10, 2, 3])", "3"),
    ),
    function(
        "serializeList",
        forms("list<T>, string, boolean -> string", over=_ANY, code=_serialize),
        nulls="null if an argument is null; null elements are left out",
        example=('serializeList(["Hello", "World"], ",", true)', r'"\"Hello\",\"World\""'),
    ),
    function(
        "sort",
        forms("list<T>, boolean -> list<T>", over=SCALARS, code=_sort),
        forms(
            "list<any>, boolean -> list<any>",
            code=lambda values, ascending: _sort_by(values, _itself, ascending),
        ),
        forms("list<object>, key, boolean -> list<object>", code=_sort_by),
        nulls=_SORTED,
        example=("sort([1, 3, 2], false)", "[3, 2, 1]"),
    ),
)
