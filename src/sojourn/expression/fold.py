"""Operations applied when compiling: what is constant is computed once, not per evaluation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sojourn.expression import operations
from sojourn.expression.diagnostics import EvaluationError
from sojourn.expression.tree import Apply, Const, Meaning, Operation
from sojourn.expression.types import ANY, ERROR, NULL, Type, list_of
from sojourn.expression.values import MAX_INTEGER, MIN_INTEGER


@cache
def _function(code: str) -> Callable[..., object]:
    """A template of ours (never text of a user) as a function of its arguments."""
    names = ("a0", "a1", "a2", "a3")
    found: Callable[..., object] = eval(f"lambda {', '.join(n + '=None' for n in names)}: {code.format(*names)}", {})  # noqa: S307 - code that the compiler made
    return found


def apply(operation: Operation, args: tuple[Meaning, ...], kind: Type | None = None) -> Meaning:
    """`operation` on `args`: its value if that is known already, joined to a run on its left if there is one."""
    kind = kind or operation.returns
    constants = [arg for arg in args if isinstance(arg, Const)]
    if len(constants) == len(args) and not operation.moment:
        folded = _fold(operation, [arg.value for arg in constants], kind)
        if folded is not None:
            return folded
    elif not operation.own_nulls and any(arg.value is None for arg in constants):
        return Const(None, kind)
    left = args[0] if args else None
    if operation.joint and isinstance(left, Apply) and left.joints and left.operation.family == operation.family:
        return Apply(left.operation, (*left.args, args[1]), kind, (*left.joints, operation.joint))
    return Apply(operation, args, kind, (operation.joint,) if operation.joint else ())


def coerce(node: Meaning, target: Type) -> Meaning:
    """`node`, which fits `target`, as a `target`: raw JSON is read, null takes the type."""
    if node.type == target or ERROR in (node.type, target) or target in (ANY, list_of(ANY)):
        return node
    if isinstance(node, Const) and (node.value is None or node.type.item == NULL):
        return Const(node.value, target)
    return apply(operations.cast(target), (node,))


def _fold(operation: Operation, values: list[object], kind: Type) -> Const | None:
    if not operation.own_nulls and None in values:
        return Const(None, kind)
    call = _function(operation.code) if isinstance(operation.code, str) else operation.code
    try:
        value = call(*values)
    except (EvaluationError, ArithmeticError):  # stays in the program, to fail when it runs
        return None
    if isinstance(value, int) and not MIN_INTEGER <= value <= MAX_INTEGER:
        return None
    if isinstance(value, float) and value - value != 0.0:
        return None
    return Const(value, kind)
