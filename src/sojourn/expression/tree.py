"""The two trees between text and Python: what was written (`Written`) and what it means (`Meaning`).

The parser makes the first, the checker turns it into the second, the compiler prints that as Python. Written nodes
know their span in the source (offsets, code points) and how deep they nest; meant nodes know their type and whether
they may be null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sojourn.expression.types import BOOLEAN, Type

Kind = Literal["event", "source", "action"]
OPENINGS: Mapping[Kind, str] = {"event": "@{", "source": "#{", "action": "@action{"}
LOOPS: Mapping[Kind, str] = {
    "event": "currentEventField", "source": "currentDataPackField", "action": "currentActionField"
}  # fmt: skip
"""The name of the element that a selection looks at, by what its collection belongs to (rule 7.2)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What is read of an event, a data source or an action's answer (rule 7.2): names that lead through objects only.

    `path` begins with the event's name, the data source's and field group's, or the action's label; collections and
    maps end it. `params` are the parameters of a data source's call, by name, each as canonical text: equal references
    share one value, and one fetch serves those that agree in source, field group and params (rule 4.4).
    """

    kind: Kind
    path: tuple[str, ...]
    params: tuple[tuple[str, str], ...] = ()

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
class Step(Place):
    """One step of a path: a field's name, or with `selects` one of `.all(...)` and its siblings."""

    name: str
    selects: bool = False
    argument: Written | None = None


@dataclass(frozen=True, slots=True)
class Param(Place):
    """`name: value` in the `params` of a data source."""

    name: str
    value: Written


@dataclass(frozen=True, slots=True)
class Field(Place):
    """A reference, with its `defaultValue` and `params` if it has them; of kind "loop", the element of a selection."""

    kind: Kind | Literal["loop"]
    path: tuple[Step, ...]
    default: Written | None = None
    params: tuple[Param, ...] = ()


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


def children(node: Written) -> tuple[Written, ...]:
    """The nodes right below, in the order of the source."""
    match node:
        case Value():
            return ()
        case Field():
            below = [*(step.argument for step in node.path), node.default, *(param.value for param in node.params)]
            return tuple(sorted((each for each in below if each is not None), key=lambda each: each.start))
        case Call():
            return node.args
        case Listing():
            return node.items
        case Conditional():
            return node.condition, node.then, node.otherwise
        case Run():
            return node.first, *(operand for _, operand in node.rest)
        case _:
            return (node.operand,)


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
class Element:
    """The element that the selection of this number looks at."""

    number: int
    type: Type
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Select:
    """The elements of a list for which a condition holds: all of them, or the first or last one."""

    which: Literal["all", "first", "last"]
    items: Meaning
    element: Element
    condition: Meaning
    type: Type

    @property
    def nullable(self) -> bool:
        return self.which != "all" or self.items.nullable


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


Meaning = Const | Load | Element | Select | Apply | Logic | IsNull | Choose | Items | Default
