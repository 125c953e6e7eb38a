"""Written tree to text, in one form: `parse(printed(tree))` is the same tree, spans aside.

Parentheses stand only where the tree needs them, and always where `and` and `or` stand together (surprise 2). Names
in references are quoted only where they must be (surprise 10).
"""

from __future__ import annotations

import re
from typing import assert_never

from sojourn.expression.parse import parse
from sojourn.expression.tree import (
    OPENINGS,
    Call,
    Conditional,
    Field,
    Listing,
    Postfix,
    Prefix,
    Run,
    Step,
    Value,
    Written,
)

OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, ATOM = range(8)
"""How tightly a form binds, the loosest first: the levels of the grammar."""

_LEVELS = {"or": OR, "and": AND, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "%": PRODUCT}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f]')
_ESCAPES = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r", "\b": r"\b", "\f": r"\f"}


def canonical(source: str) -> str:
    """`source` as the printer writes it. Raises ExpressionError on a syntax error."""
    return printed(parse(source))


def printed(node: Written) -> str:
    """The text of `node`."""
    return _at(node, OR)


def quoted(text: str) -> str:
    """`text` as a string literal."""
    return '"' + _SPECIAL.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}", text) + '"'


def name(part: str) -> str:
    """A part of a reference's path, quoted if it must be."""
    return part if _PLAIN.fullmatch(part) else quoted(part)


def _level(node: Written) -> int:
    match node:
        case Run():
            return _LEVELS.get(node.rest[0][0], COMPARISON)
        case Prefix(operator="not"):
            return NOT
        case Postfix():
            return COMPARISON
        case Prefix():
            return UNARY
        case Value(value=int() | float()) if not isinstance(node.value, bool) and str(node.value).startswith("-"):
            return UNARY
    return ATOM


def _at(node: Written, least: int) -> str:
    """`node` where only what binds at least as tightly as `least` can stand."""
    text = _text(node)
    return text if _level(node) >= least else f"({text})"


def _text(node: Written) -> str:
    match node:
        case Value():
            return _literal(node.value)
        case Field():
            return _reference(node)
        case Call():
            return f"{node.name}({_several(node.args)})"
        case Listing():
            return f"[{_several(node.items)}]"
        case Conditional():
            return f"if ({printed(node.condition)}) then ({printed(node.then)}) else ({printed(node.otherwise)})"
        case Prefix(operator="not"):
            return f"not {_at(node.operand, NOT)}"
        case Prefix():
            return f"-{_at(node.operand, UNARY if isinstance(node.operand, Prefix) else ATOM)}"
        case Postfix():
            return f"{_at(node.operand, COMPARISON)} {node.operator}"
        case Run():
            return _run(node)
    assert_never(node)


def _run(node: Run) -> str:
    level = _level(node)
    first, others = level + 1, level + 1
    if level == COMPARISON:  # left to right, one node each
        first = COMPARISON
    if level == OR:
        first = others = NOT  # an `and` is put in parentheses though it binds tighter
    return " ".join((_at(node.first, first), *(f"{symbol} {_at(operand, others)}" for symbol, operand in node.rest)))


def _several(nodes: tuple[Written, ...]) -> str:
    return ", ".join(map(printed, nodes))


def _literal(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case float():
            return _decimal(value)
    return str(value)


def _decimal(value: float) -> str:
    """The shortest digits, always with a point; what is too large to be a number stays too large."""
    text = repr(value).replace("inf", "1.0e999")
    digits, mark, exponent = text.partition("e")
    return f"{digits if '.' in digits else digits + '.0'}{mark}{exponent}"


def _reference(node: Field) -> str:
    path = ".".join(map(_step, node.path))
    if node.kind == "loop":
        return path
    default = node.default
    if default is not None:
        # A call here is right only in parentheses (surprise 9): these two are the one pair that the tree keeps apart.
        parted = isinstance(default, Call) and not default.bare
        path += f", defaultValue: {f'({printed(default)})' if parted else printed(default)}"
    if node.params:
        path += f", params: {{{', '.join(f'{name(param.name)}: {printed(param.value)}' for param in node.params)}}}"
    return f"{OPENINGS[node.kind]}{path}}}"


def _step(step: Step) -> str:
    if not step.selects:
        return name(step.name)
    return f"{step.name}({'' if step.argument is None else printed(step.argument)})"
