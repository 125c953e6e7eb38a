"""The operators of the simple view, one table: which types they are for and what they are as text.

The same forms are written and recognised, so the two directions cannot part ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from sojourn import messages
from sojourn.expression.parse import parse
from sojourn.expression.tree import Written
from sojourn.expression.types import SCALARS

NUMBERS = ("integer", "decimal")
TIMES = ("dateTime", "dateTimeOnly")
LISTS = tuple(f"list<{kind}>" for kind in SCALARS)
SEGMENT = "segment"
"""Stands for a type where the field is `inSegment("name")`."""
FIELD, FIRST, SECOND = "F", "V", "W"
"""The names that stand in a form for the field and for the values."""


@dataclass(frozen=True)
class Operator:
    """One operator. `form` is its text with `@{F}` for the field and `@{V}`, `@{W}` for the values; `folded` is the
    form in which upper and lower case are alike, if there is one; `also` are further forms with the same meaning that
    are recognised but not written. `values` are their types, `T` being the field's and `I` that of a list's items;
    a `list<...>` is one or more values.
    """

    name: str
    types: tuple[str, ...]
    form: str
    folded: str = ""
    values: tuple[str, ...] = ("T",)
    also: tuple[str, ...] = ()

    def label(self, language: messages.Language = "en") -> str:
        """Its name for people."""
        return messages.label("INFO_OPERATOR_", self.name, language)

    def value_types(self, kind: str) -> tuple[str, ...]:
        """The types of its values where the field is a `kind`."""
        item = kind.removeprefix("list<").removesuffix(">")
        return tuple(re.sub(r"\bI\b", item, re.sub(r"\bT\b", kind, text)) for text in self.values)

    @cached_property
    def written(self) -> tuple[Written, Written | None]:
        """`form` and `folded` as trees."""
        return parse(self.form), parse(self.folded) if self.folded else None

    @cached_property
    def read(self) -> tuple[tuple[Written, bool], ...]:
        """Every form that is recognised, and whether it tells upper from lower case."""
        form, folded = self.written
        return ((form, True), *([(folded, False)] if folded else []), *((parse(text), True) for text in self.also))


def _window(direction: str) -> Iterator[Operator]:
    for unit in ("Hours", "Days", "Months", "Years"):
        name = f"in{direction}{unit}"
        yield Operator(name, ("dateTime",), f"{name}(@{{F}}, @{{V}})", values=("integer",))


OPERATORS = (
    Operator(
        "equals", ("string",), "@{F} == @{V}", folded="equalIgnoreCase(@{F}, @{V})", also=("@{V} == @{F}",)
    ),
    Operator(
        "notEquals", ("string",), "@{F} != @{V}", folded="notEqualIgnoreCase(@{F}, @{V})", also=("@{V} != @{F}",)
    ),
    Operator("contains", ("string",), "contain(@{F}, @{V})", folded="containIgnoreCase(@{F}, @{V})"),
    Operator("notContains", ("string",), "not contain(@{F}, @{V})", folded="not containIgnoreCase(@{F}, @{V})"),
    Operator("startsWith", ("string",), "startWith(@{F}, @{V})", folded="startWithIgnoreCase(@{F}, @{V})"),
    Operator("notStartsWith", ("string",), "not startWith(@{F}, @{V})", folded="not startWithIgnoreCase(@{F}, @{V})"),
    Operator("endsWith", ("string",), "endWith(@{F}, @{V})", folded="endWithIgnoreCase(@{F}, @{V})"),
    Operator("notEndsWith", ("string",), "not endWith(@{F}, @{V})", folded="not endWithIgnoreCase(@{F}, @{V})"),
    Operator("equals", (*NUMBERS, *TIMES, "duration"), "@{F} == @{V}", also=("@{V} == @{F}",)),
    Operator("notEquals", (*NUMBERS, *TIMES, "duration"), "@{F} != @{V}", also=("@{V} != @{F}",)),
    Operator("less", NUMBERS, "@{F} < @{V}", also=("@{V} > @{F}",)),
    Operator("lessOrEqual", NUMBERS, "@{F} <= @{V}", also=("@{V} >= @{F}",)),
    Operator("greater", NUMBERS, "@{F} > @{V}", also=("@{V} < @{F}",)),
    Operator("greaterOrEqual", NUMBERS, "@{F} >= @{V}", also=("@{V} <= @{F}",)),
    Operator("before", TIMES, "@{F} < @{V}", also=("@{V} > @{F}",)),
    Operator("beforeOrAt", TIMES, "@{F} <= @{V}", also=("@{V} >= @{F}",)),
    Operator("after", TIMES, "@{F} > @{V}", also=("@{V} < @{F}",)),
    Operator("afterOrAt", TIMES, "@{F} >= @{V}", also=("@{V} <= @{F}",)),
    Operator("between", (*NUMBERS, *TIMES), "@{F} >= @{V} and @{F} <= @{W}", values=("T", "T")),
    Operator("on", ("dateOnly",), "@{F} == @{V}", also=("@{V} == @{F}",)),
    Operator("notOn", ("dateOnly",), "@{F} != @{V}", also=("@{V} != @{F}",)),
    Operator("on", TIMES, "toDateOnly(@{F}) == @{V}", values=("dateOnly",)),
    Operator("notOn", TIMES, "toDateOnly(@{F}) != @{V}", values=("dateOnly",)),
    *_window("Last"),
    *_window("Next"),
    Operator("in", tuple(kind for kind in SCALARS if kind != "boolean"), "in(@{F}, @{V})", values=("list<T>",)),
    Operator("notIn", tuple(kind for kind in SCALARS if kind != "boolean"), "not in(@{F}, @{V})", values=("list<T>",)),
    Operator("isTrue", ("boolean",), "@{F} == true", values=(), also=("@{F}", "true == @{F}")),
    Operator("isFalse", ("boolean",), "@{F} == false", values=(), also=("false == @{F}",)),
    Operator("isTrue", (SEGMENT,), "@{F}", values=(), also=("@{F} == true", "true == @{F}")),
    Operator("isFalse", (SEGMENT,), "not @{F}", values=(), also=("@{F} == false", "false == @{F}")),
    Operator("listContains", LISTS, "in(@{V}, @{F})", values=("I",)),
    Operator("listNotContains", LISTS, "not in(@{V}, @{F})", values=("I",)),
    Operator("isEmpty", ("string",), "isEmpty(@{F})", values=()),
    Operator("isNotEmpty", ("string",), "isNotEmpty(@{F})", values=()),
    Operator("isEmpty", LISTS, "listSize(@{F}) == 0", values=()),
    Operator("isNotEmpty", LISTS, "listSize(@{F}) > 0", values=()),
    Operator("isNull", (*SCALARS, *LISTS, "object", "any"), "@{F} is null", values=(), also=("not @{F} is not null",)),
    Operator(
        "isNotNull", (*SCALARS, *LISTS, "object", "any"), "@{F} is not null", values=(), also=("not @{F} is null",)
    ),
)  # fmt: skip
"""All operators, in the order in which an editor offers them; of one name there is one per type."""


@cache
def operators_of(kind: str) -> tuple[Operator, ...]:
    """The operators for a type, none where the simple view does not know it. Any list of objects has the last two."""
    if kind.startswith("list<") and kind not in LISTS:
        kind = "object"
    return tuple(found for found in OPERATORS if kind in found.types)
