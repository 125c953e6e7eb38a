"""The two trees between text and Python: what was written (`Written`) and what it means (`Meaning`).

The parser makes the first, the checker turns it into the second, the compiler prints that as Python. Written nodes
know their span in the source (offsets, code points) and how deep they nest; meant nodes know their type and whether
they may be null.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from sojourn.expression.types import BOOLEAN, Type


@dataclass(frozen=True, slots=True)
class Reference:
    """A field named in an expression (rule 7.2): `kind` is "event" for `@{...}` and "source" for `#{...}`.

    `path` begins with the event's or the data source's name. The span does not count for equality.
    """

    kind: Literal["event", "source"]
    path: tuple[str, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return ".".join(self.path)


# What was written -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a written node stands, and the number of levels below it."""

    start: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True)
class Value(Place):
    """A string, number, boolean or null."""

    value: object
    type: Type


@dataclass(frozen=True, slots=True)
class Field(Place):
    """A reference, with its `defaultValue` if it has one."""

    reference: Reference
    default: Written | None


@dataclass(frozen=True, slots=True)
class Call(Place):
    """A function call; `bare` unless it stands in parentheses."""

    name: str
    args: tuple[Written, ...]
    name_end: int
    bare: bool = True


@dataclass(frozen=True, slots=True)
class Listing(Place):
    """`[a, b]`."""

    items: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Place):
    """`if (c) then (a) else (b)`."""

    condition: Written
    then: Written
    otherwise: Written


@dataclass(frozen=True, slots=True)
class Prefix(Place):
    """`not x` or `- x`."""

    operator: str
    operand: Written


@dataclass(frozen=True, slots=True)
class Postfix(Place):
    """`x is null`, `x is not null`, `x has null`, `x is numeric` and its siblings."""

    operator: str
    operand: Written


@dataclass(frozen=True, slots=True)
class Run(Place):
    """Operands of one precedence, left to right: `first`, then operator and operand. All of and, or, +, ==, *...

    One flat node instead of a left-leaning tree: a sum of a hundred terms is no deeper than one of two.
    """

    first: Written
    rest: tuple[tuple[str, Written], ...]


Written = Value | Field | Call | Listing | Conditional | Prefix | Postfix | Run

# What it means --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Operation:
    """How an operator or a function of fixed types is computed.

    `code` is a Python expression over `{0}`, `{1}`... (each used once), or a function. `own_nulls`: it is given nulls;
    otherwise any null argument makes the result null and `code` never sees one. `nullable`: it may give null for
    arguments that are not. `moment`: it looks at the moment `m`, so it is no constant. `range_of` names the range
    that the result is held to. `joint`: the infix operator, if a run of these may be printed as one Python
    expression with operations of the same `family`.
    """

    code: str | Callable[..., object]
    returns: Type
    own_nulls: bool = False
    nullable: bool = False
    moment: bool = False
    range_of: Literal["", "integer", "decimal"] = ""
    family: str = ""
    joint: str = ""


@dataclass(frozen=True, slots=True)
class Const:
    """A value known when compiling."""

    value: object
    type: Type

    @property
    def nullable(self) -> bool:
        return self.value is None


@dataclass(frozen=True, slots=True)
class Load:
    """The value found at `slots[index]` at run time."""

    index: int
    type: Type
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation on its arguments; with `joints`, the run `args[0] joints[0] args[1] joints[1] ...`."""

    operation: Operation
    args: tuple[Meaning, ...]
    type: Type
    joints: tuple[str, ...] = ()

    @property
    def nullable(self) -> bool:
        return self.operation.nullable or (not self.operation.own_nulls and any(arg.nullable for arg in self.args))


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` / `or` of two or more conditions, `not` of one. Null counts as false (rule 7.3)."""

    operator: Literal["and", "or", "not"]
    items: tuple[Meaning, ...]
    type: Type = BOOLEAN
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class IsNull:
    """Whether `operand` is null."""

    operand: Meaning
    type: Type = BOOLEAN
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Choose:
    """`then` where the condition is true, else `otherwise`."""

    condition: Meaning
    then: Meaning
    otherwise: Meaning
    type: Type

    @property
    def nullable(self) -> bool:
        return self.then.nullable or self.otherwise.nullable


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values; its elements may be null, the list is not."""

    items: tuple[Meaning, ...]
    type: Type
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Default:
    """`value`, or `fallback` where that is null."""

    value: Meaning
    fallback: Meaning
    type: Type

    @property
    def nullable(self) -> bool:
        return self.fallback.nullable


Meaning = Const | Load | Apply | Logic | IsNull | Choose | Items | Default
