"""The expression language (rules 7.1 to 7.4): text, checked and compiled once, evaluated as plain Python.

    condition = compile_expression('@{Purchase.amount} >= 50', scope, Type.parse("boolean"))
    condition.evaluate(slots, moment)

The path: `grammar.lark` and `parse` make a written tree, `check` gives it meaning and types, `compile` prints Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sojourn.expression.check import Checker
from sojourn.expression.compile import Evaluate, Moment, compile_meaning
from sojourn.expression.diagnostics import Diagnostic, EvaluationError, ExpressionError, Problems
from sojourn.expression.parse import MAX_DEPTH, parse
from sojourn.expression.scope import Constant, Scope, Slot
from sojourn.expression.tree import Kind, Reference
from sojourn.expression.types import BOOLEAN, Type
from sojourn.expression.values import reader, to_json
from sojourn.schema.fields import Field

__all__ = [
    "Constant",
    "Diagnostic",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Kind",
    "Moment",
    "Reference",
    "Scope",
    "Slot",
    "Type",
    "compile_expression",
    "reader",
    "to_json",
]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A checked and compiled expression.

    `evaluate(slots, moment)` gives a value of `type` or None, for an expected boolean always True or False; it
    raises EvaluationError and nothing else, given slots of the promised types. `needs_moment` tells whether it looks
    at the moment at all. `references` are what the scope resolved, in the order in which their values are needed;
    `segments` are the names that it asks the moment for; `attributes` are those of the objects in the list that it
    gives, empty where nobody knows. A list it returns may be shared: do not change it.
    """

    source: str
    type: Type
    references: tuple[Reference, ...]
    segments: tuple[str, ...]
    attributes: Mapping[str, Field]
    evaluate: Evaluate
    needs_moment: bool


def compile_expression(source: str, scope: Scope, expected: Type | None = None) -> Expression:
    """`source` as a function, its fields found in `scope` and its result an `expected` if given.

    Raises ExpressionError with everything that is wrong: positions, reasons, suggestions (rule 7.4).
    """
    root = parse(source)
    problems = Problems(source)
    checker = Checker(problems, scope)
    meaning = checker.expression(root, expected)
    try:
        evaluate, needs_moment = compile_meaning(meaning, condition=expected == BOOLEAN)
    except (SyntaxError, RecursionError):  # Python's own limits; the parser's are meant to come first
        problems.at("ERR_EXPR_TOO_DEEP", 0, len(source), limit=MAX_DEPTH)
        problems.fail()
    asked = tuple(checker.resolved), tuple(checker.segments), checker.objects.get(id(root), {})
    return Expression(source, meaning.type, *asked, evaluate, needs_moment)
