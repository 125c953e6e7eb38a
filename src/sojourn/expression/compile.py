"""Meaning to Python: one flat function of the slots `s` and the moment `m`.

Every meaning prints in one of two ways: as a *value*, None for null, or as a *test*, which is True or False and takes
null for false (rule 7.3). The text is made of our own templates, numbers and names; strings and all other constants
are bound by name, and the function sees nothing but what it is given, not even the builtins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, cast

from sojourn.expression.diagnostics import overflow
from sojourn.expression.tree import Apply, Choose, Const, Default, Element, IsNull, Items, Load, Logic, Meaning, Select
from sojourn.expression.types import BOOLEAN
from sojourn.expression.values import MAX_INTEGER, MIN_INTEGER


class Moment(Protocol):
    """What a running expression may know of the outside (rule 6.29), the same on replay."""

    @property
    def now(self) -> datetime:
        """The moment of the step, aware."""
        ...

    def random(self) -> float:
        """A number from 0 to 1."""
        ...

    def uuid(self) -> str:
        """A UUID's text."""
        ...

    def in_segment(self, name: str) -> bool:
        """Whether the person is in the segment `name`; false for one that there is not (rule 8.3)."""
        ...


Evaluate = Callable[[Sequence[object], Moment], object]

_NO_BUILTINS: dict[str, object] = {}


class _Printer:
    """Prints one meaning, collecting what its text refers to by name."""

    def __init__(self) -> None:
        self.names: dict[str, object] = {}
        self.temporaries = 0
        self.needs_moment = False
        self.may_overflow = False  # Python's own OverflowError, of dates and durations

    def temporary(self) -> str:
        self.temporaries += 1
        return f"v{self.temporaries}"

    def bind(self, value: object) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def constant(self, value: object) -> str:
        if value is None or isinstance(value, bool):
            return str(value)
        if isinstance(value, int | float):
            return f"({value!r})" if value < 0 else repr(value)
        return self.bind(value)

    def value(self, node: Meaning) -> str:
        """The text of `node`'s value, in brackets unless it is a single term."""
        match node:
            case Const():
                return self.constant(node.value)
            case Load():
                return f"s[{node.index}]"
            case Element():
                return f"e{node.number}"
            case Select():
                return self.select(node)
            case Apply():
                guards, body = self.apply(node)
                return (
                    f"(None if {' or '.join(f'{guard} is None' for guard in guards)} else {body})" if guards else body
                )
            case Logic() | IsNull():
                return self.test(node)
            case Choose():
                return f"({self.value(node.then)} if {self.test(node.condition)} else {self.value(node.otherwise)})"
            case Items():
                return f"[{', '.join(map(self.value, node.items))}]"
            case Default():
                name, value = self.temporary(), self.value(node.value)
                return f"({name} if ({name} := {value}) is not None else {self.value(node.fallback)})"

    def test(self, node: Meaning) -> str:
        """The text of `node` as a condition: True or False, false where it is null."""
        match node:
            case Const():
                return str(node.value is True)
            case Logic(operator="not"):
                return f"(not {self.test(node.items[0])})"
            case Logic():
                return f"({f' {node.operator} '.join(map(self.test, node.items))})"
            case IsNull():
                return f"({self.value(node.operand)} is None)" if node.operand.nullable else "False"
            case Apply():
                guards, body = self.apply(node)
                if node.operation.nullable:
                    body = f"{body} is True"
                return f"({' and '.join([*(f'{guard} is not None' for guard in guards), body])})"
            case _:
                return f"({self.value(node)} is True)" if node.nullable else self.value(node)

    def select(self, node: Select) -> str:
        """The items are named first: Python wants no assignment where a comprehension says what it goes through."""
        items, name, element = self.value(node.items), self.temporary(), self.value(node.element)
        test = self.test(node.condition)
        if node.which == "all":
            found = f"[{element} for {element} in {name} if {test}]"
        else:
            order = name if node.which == "first" else f"{self.bind(reversed)}({name})"
            found = f"{self.bind(next)}(({element} for {element} in {order} if {test}), None)"
        return f"(None if ({name} := {items}) is None else {found})"

    def apply(self, node: Apply) -> tuple[list[str], str]:
        """The arguments that must not be null, as texts, and the text of the result when none is."""
        operation, guards, args = node.operation, [], []
        for arg in node.args:
            text = self.value(arg)
            if arg.nullable and not operation.own_nulls:
                name = self.temporary()
                guards.append(f"({name} := {text})")
                text = name
            args.append(text)
        self.needs_moment |= operation.moment
        if node.joints:
            body = args[0] + "".join(f" {joint} {arg}" for joint, arg in zip(node.joints, args[1:], strict=True))
        elif isinstance(operation.code, str):
            body = operation.code.format(*args)
        else:
            given = ["m", *args] if operation.moment else args
            body = f"{self.bind(operation.code)}({', '.join(given)})"
        self.may_overflow |= not isinstance(operation.code, str) or bool(operation.family and not operation.range_of)
        return guards, self.held(body, operation.range_of)

    def held(self, body: str, range_of: str) -> str:
        """`body`, raising EvaluationError where it leaves the range of its type."""
        if not range_of:
            return f"({body})"
        self.names["overflow"] = overflow
        name = self.temporary()
        if range_of == "integer":
            return f"({name} if {MIN_INTEGER} <= ({name} := {body}) <= {MAX_INTEGER} else overflow())"
        return f"({name} if ({name} := {body}) - {name} == 0.0 else overflow())"  # inf - inf is nan


def compile_meaning(node: Meaning, condition: bool) -> tuple[Evaluate, bool]:
    """The function of `node`, and whether it looks at the moment. A `condition` always gives True or False."""
    printer = _Printer()
    body = printer.test(node) if condition and node.type == BOOLEAN else printer.value(node)
    if printer.may_overflow:
        printer.names.update(overflow=overflow, OverflowError=OverflowError)
        body = f"\n try:\n  return {body}\n except OverflowError:\n  overflow()"
    else:
        body = f" return {body}"
    names: dict[str, object] = {"__builtins__": _NO_BUILTINS, **printer.names}
    exec(compile(f"def _f(s, m):{body}\n", "<expression>", "exec"), names)  # noqa: S102 - see the note on generated code above
    return cast(Evaluate, names.pop("_f")), printer.needs_moment
