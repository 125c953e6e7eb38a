"""How a function is declared, and every declared function by name (rule 7.3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from sojourn import messages
from sojourn.expression.tree import Operation
from sojourn.expression.types import Type

Nulls = Literal["null", "own"]
Code = str | Callable[..., object]
Role = Literal["", "zone", "segment", "unit", "regex", "replacement", "name", "key", "folded", "members"]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter. `role` says what its value is read as, when compiling if it is a constant.

    A "zone" and a "segment" must be constants; the date part of a "unit", a "regex", the "replacement" that follows
    one, and the "name" of an attribute need not. A "key" is such a name, given as the function that takes it out;
    "folded" text comes without its case; "members" is a list of which only membership counts.
    """

    type: Type
    role: Role = ""

    def __str__(self) -> str:
        return f"{self.type} constant" if self.role in ("zone", "segment") else str(self.type)


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function."""

    params: tuple[Param, ...]
    operation: Operation


@dataclass(frozen=True, slots=True)
class Function:
    """A function as the reference shows it; what it does is said in the catalogue of messages.

    `nulls` says in words what it makes of null arguments; `example` is an expression and the text of its result
    (JSON), run as a test. The example's moment is 2026-03-01T10:00:00Z.
    """

    name: str
    category: str
    signatures: tuple[Signature, ...]
    nulls: str
    example: tuple[str, str]

    def meaning(self, language: messages.Language = "en") -> str:
        """What it does, in a sentence or two."""
        return messages.label("INFO_FUNCTION_", self.name, language)

    def forms(self) -> tuple[str, ...]:
        """Its signatures as text, such as `length(string) -> integer`."""
        return tuple(
            f"{self.name}({', '.join(map(str, form.params))}) -> {form.operation.returns}" for form in self.signatures
        )


_ROLES: tuple[Role, ...] = get_args(Role)[1:]
PROPAGATES = "null if any argument is null"


def _param(text: str) -> Param:
    if text.startswith("members<"):
        return Param(Type.parse("list" + text.removeprefix("members")), "members")
    return Param(Type.parse("string"), text) if text in _ROLES else Param(Type.parse(text))


def forms(
    *texts: str,
    code: Code,
    over: tuple[str, ...] = (),
    nulls: Nulls = "null",
    nullable: bool = False,
    moment: bool = False,
    range_of: Literal["", "integer", "decimal"] = "",
) -> tuple[Signature, ...]:
    """Signatures that share one implementation, written "string, integer -> string".

    `over` repeats each text for every type that a `T` in it stands for: "list<T> -> T".
    """
    found = []
    for text in texts:
        for kind in over or ("",):
            left, _, right = re.sub(r"\bT\b", kind, text).partition("->")
            params = tuple(_param(part.strip()) for part in left.split(",")) if left else ()
            operation = Operation(code, Type.parse(right.strip()), nulls == "own", nullable, moment, range_of)
            found.append(Signature(params, operation))
    return tuple(found)


def function(
    name: str, *signatures: tuple[Signature, ...], example: tuple[str, str], nulls: str = PROPAGATES
) -> Function:
    """One row of a category's table; the category fills itself in."""
    return Function(name, "", tuple(form for group in signatures for form in group), nulls, example)


def category(title: str, *rows: Function) -> dict[str, Function]:
    """The functions of one category by name."""
    return {row.name: replace(row, category=title) for row in rows}
