"""Written to meaning: finds fields and functions, types everything, and says what is wrong where (rule 7.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sojourn.expression import operations
from sojourn.expression.calls import Calling
from sojourn.expression.diagnostics import Problems, Span
from sojourn.expression.fold import apply, coerce
from sojourn.expression.functions import FUNCTIONS
from sojourn.expression.reference import Loops, Walk
from sojourn.expression.scope import Scope
from sojourn.expression.tree import (
    Call,
    Choose,
    Conditional,
    Const,
    Default,
    Field,
    IsNull,
    Items,
    Listing,
    Logic,
    Meaning,
    Postfix,
    Prefix,
    Reference,
    Run,
    Value,
    Written,
)
from sojourn.expression.types import (
    ANY,
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    ERROR,
    INTEGER,
    NULL,
    NUMBERS,
    OBJECT,
    STRING,
    Type,
    fits,
    is_list,
    list_of,
)
from sojourn.expression.values import (
    MAX_INTEGER,
    MIN_INTEGER,
    read_date,
    read_date_time,
    read_date_time_only,
)
from sojourn.schema import fields as schema

BAD = Const(None, ERROR)
CONVERSIONS = {
    "string": "toString", "integer": "toInteger", "decimal": "toDecimal", "boolean": "toBool",
    "dateOnly": "toDateOnly", "dateTimeOnly": "toDateTimeOnly", "dateTime": "toDateTime", "duration": "toDuration",
}  # fmt: skip
"""The function that converts to a type."""


def conversion(source: Type, target: Type) -> str | None:
    """How to write that a `source` becomes a `target`, None where no function does it."""
    function = FUNCTIONS.get(CONVERSIONS.get(target.name, ""))
    known = function and any([param.type for param in form.params] == [source] for form in function.signatures)
    return f"{function.name}(...)" if function and known else None


LITERALS = ("date", "toDateTime", "toDuration")
"""The functions that the manual counts among the literals: they need no parentheses as a default value."""


class Checker:
    """Checks one expression. After an error it goes on with BAD, which fits everywhere."""

    def __init__(self, problems: Problems, scope: Scope) -> None:
        self.problems = problems
        self.scope = scope
        self.resolved: dict[Reference, Meaning] = {}
        self.loops: Loops = {}
        self.elements = 0
        self.objects: dict[int, Mapping[str, schema.Field]] = {}
        """The attributes of the objects in a list, by the `id` of the reference to it."""
        self.segments: dict[str, None] = {}
        """The names of the segments it asks for, in their order."""

    def expression(self, root: Written, expected: Type | None) -> Meaning:
        """The meaning of the whole, as `expected` if that is given. Raises ExpressionError."""
        found = self.meaning(root)
        if expected is not None and found.type == INTEGER and expected == DECIMAL:
            found = apply(operations.WIDEN, (found,))
        if expected is not None and not fits(found.type, expected):
            suggestion = conversion(found.type, expected)
            self.error("ERR_EXPR_RESULT", root, expected=expected, found=found.type, suggestion=suggestion)
        if self.problems.found:
            self.problems.fail()
        return coerce(found, expected) if expected is not None else found

    def error(self, code: str, span: Span, **params: object) -> Const:
        texts = {name: str(value) if isinstance(value, Type) else value for name, value in params.items()}
        self.problems.add(code, span, **texts)
        return BAD

    def mistyped(self, code: str, span: Span, found: Type, expected: Type, **params: object) -> Const:
        """An error of types, with the conversion that would mend it."""
        return self.error(code, span, found=found, expected=expected, suggestion=conversion(found, expected), **params)

    def meaning(self, node: Written) -> Meaning:
        match node:
            case Value():
                if node.type == INTEGER and not MIN_INTEGER <= int(str(node.value)) <= MAX_INTEGER:
                    return self.error("ERR_EXPR_INTEGER", node)
                if node.type == DECIMAL and str(node.value).endswith("inf"):
                    return self.error("ERR_EXPR_DECIMAL", node)
                return Const(node.value, node.type)
            case Field():
                return self.field(node)
            case Call():
                return self.date(node) if node.name == "date" else Calling(self, node).meaning()
            case Listing():
                return self.listing(node)
            case Conditional():
                return self.conditional(node)
            case Prefix(operator="not"):
                return self.logic("not", (node.operand,))
            case Prefix():
                return self.negative(node)
            case Postfix():
                return self.postfix(node)
            case Run():
                return self.run(node)

    def field(self, node: Field) -> Meaning:
        walk = Walk(self, node)
        found = walk.meaning()
        if found.type == list_of(OBJECT) and walk.here.item:
            self.objects[id(node)] = walk.here.item.fields
        if node.default is None:
            return found
        default = self.meaning(node.default)
        if isinstance(node.default, Call) and node.default.bare and node.default.name not in LITERALS:
            return self.error("ERR_EXPR_DEFAULT_CALL", node.default, name=node.default.name)
        if not fits(default.type, found.type):
            suggestion = conversion(default.type, found.type)
            return self.error(
                "ERR_EXPR_DEFAULT", node.default, expected=found.type, found=default.type, suggestion=suggestion
            )
        if isinstance(found, Const):
            return found if found.value is not None else coerce(default, found.type)
        return Default(found, coerce(default, found.type), found.type)

    def date(self, node: Call) -> Meaning:
        """The literal `date("...")`: its type is in its text, so the text must be a constant and right."""
        args = [self.meaning(arg) for arg in node.args]
        text = args[0].value if len(args) == 1 and isinstance(args[0], Const) else None
        if any(arg.type == ERROR for arg in args):
            return BAD
        if isinstance(text, str):
            for read, kind in (
                (read_date, DATE_ONLY),
                (read_date_time, DATE_TIME),
                (read_date_time_only, DATE_TIME_ONLY),
            ):
                if (value := read(text)) is not None:
                    return Const(value, kind)
        return self.error("ERR_EXPR_DATE", node)

    def listing(self, node: Listing) -> Meaning:
        items = [self.meaning(item) for item in node.items]
        kinds = [item.type for item in items if item.type not in (NULL, ANY, ERROR)]
        kind = kinds[0] if kinds else ANY if any(item.type == ANY for item in items) else NULL
        for item, written in zip(items, node.items, strict=True):
            if not fits(item.type, kind):
                suggestion = conversion(item.type, kind)
                self.error("ERR_EXPR_LIST", written, expected=kind, found=item.type, suggestion=suggestion)
        if any(item.type == ERROR for item in items):
            return BAD
        read = [coerce(item, kind) for item in items if fits(item.type, kind)]
        values = [item.value for item in read if isinstance(item, Const)]
        return Const(values, list_of(kind)) if len(values) == len(items) else Items(tuple(read), list_of(kind))

    def conditional(self, node: Conditional) -> Meaning:
        condition = self.condition(node.condition, "if")
        then, otherwise = self.meaning(node.then), self.meaning(node.otherwise)
        if ERROR in (condition.type, then.type, otherwise.type):
            return BAD
        if {then.type, otherwise.type} == NUMBERS:
            then, otherwise = (
                apply(operations.WIDEN, (branch,)) if branch.type == INTEGER else branch for branch in (then, otherwise)
            )
        kind = then.type if then.type not in (NULL, ANY, list_of(NULL)) else otherwise.type
        if not (fits(then.type, kind) and fits(otherwise.type, kind)):
            suggestion = conversion(otherwise.type, kind)
            return self.error(
                "ERR_EXPR_BRANCHES", node.otherwise, expected=kind, found=otherwise.type, suggestion=suggestion
            )
        then, otherwise = coerce(then, kind), coerce(otherwise, kind)
        if isinstance(condition, Const):
            return then if condition.value is True else otherwise
        return Choose(condition, then, otherwise, kind)

    def condition(self, node: Written, operator: str) -> Meaning:
        found = self.meaning(node)
        if fits(found.type, BOOLEAN):
            return coerce(found, BOOLEAN)
        suggestion = conversion(found.type, BOOLEAN)
        return self.error("ERR_EXPR_CONDITION", node, operator=operator, found=found.type, suggestion=suggestion)

    def logic(self, operator: str, nodes: Sequence[Written]) -> Meaning:
        items = [self.condition(node, operator) for node in nodes]
        if any(item.type == ERROR for item in items):
            return BAD
        truths = [item.value is True for item in items if isinstance(item, Const)]
        if len(truths) == len(items):
            return Const({"and": all(truths), "or": any(truths), "not": not truths[0]}[operator], BOOLEAN)
        return Logic(operator, tuple(items))  # type: ignore[arg-type]

    def negative(self, node: Prefix) -> Meaning:
        operand = self.meaning(node.operand)
        if operand.type in (ERROR, NULL):
            return operand
        operation = operations.NEGATE.get(operand.type)
        if operation is None:
            return self.error("ERR_EXPR_OPERAND", node, operator="-", found=operand.type)
        return apply(operation, (operand,))

    def postfix(self, node: Postfix) -> Meaning:
        operand = self.meaning(node.operand)
        if operand.type == ERROR:
            return BAD
        if node.operator == "has null":
            if operand.type == ANY:
                operand = coerce(operand, list_of(ANY))
            if not is_list(operand.type) and operand.type not in (NULL, ANY):
                return self.error("ERR_EXPR_OPERAND", node, operator=node.operator, found=operand.type)
            return apply(operations.HAS_NULL, (operand,))
        if node.operator in operations.TEST:
            static = operand.type in operations.TESTED[node.operator]
            raw = operand.type == ANY
            return apply(operations.TEST[node.operator] if raw else operations.ALWAYS[static], (operand,))
        test: Meaning = IsNull(operand)
        if isinstance(operand, Const):
            test = Const(operand.value is None, BOOLEAN)
        if node.operator == "is null":
            return test
        return Const(not test.value, BOOLEAN) if isinstance(test, Const) else Logic("not", (test,))

    def run(self, node: Run) -> Meaning:
        """Operands of one precedence, typed from left to right."""
        first = node.rest[0][0]
        if first in ("and", "or"):
            return self.logic(first, (node.first, *(operand for _, operand in node.rest)))
        left, start = self.meaning(node.first), node.start
        for symbol, operand in node.rest:
            right = self.meaning(operand)
            span = replace(node, start=start, end=operand.end)
            compared = symbol in operations.COMPARE
            left = self.compared(symbol, left, right, span) if compared else self.computed(symbol, left, right, span)
        return left

    def compared(self, symbol: str, left: Meaning, right: Meaning, span: Span) -> Meaning:
        if ERROR in (left.type, right.type):
            return BAD
        if NULL in (left.type, right.type):
            return self.error(
                "ERR_EXPR_NULL", span, operator=symbol, suggestion="is not null" if symbol == "!=" else "is null"
            )
        # raw JSON is compared as what stands on the other side
        left, right = (
            coerce(one, other.type) if one.type == ANY else one for one, other in ((left, right), (right, left))
        )
        if left.type != right.type and fits(left.type, right.type):
            left = coerce(left, right.type)
        elif left.type != right.type and fits(right.type, left.type):
            right = coerce(right, left.type)
        operation = operations.comparison(symbol, left.type, right.type)
        if operation is None:
            return self.operands(symbol, left, right, span)
        return apply(operation, (left, right))

    def computed(self, symbol: str, left: Meaning, right: Meaning, span: Span) -> Meaning:
        if ERROR in (left.type, right.type):
            return BAD
        if symbol == "+" and STRING in (left.type, right.type):
            return apply(operations.JOIN, (as_text(left), as_text(right)))
        if NULL in (left.type, right.type):
            known = right.type if left.type == NULL else left.type
            return Const(None, known)
        left, right = (
            coerce(one, other.type) if one.type == ANY else one for one, other in ((left, right), (right, left))
        )
        operation = operations.arithmetic(symbol, left.type, right.type)
        if operation is None:
            return self.operands(symbol, left, right, span)
        return apply(operation, (left, right))

    def operands(self, symbol: str, left: Meaning, right: Meaning, span: Span) -> Meaning:
        """Reports two operands that do not go together, with the conversion that would help."""
        suggestion = conversion(right.type, left.type) if left.type != right.type else None
        if symbol == "*" and {left.type, right.type} == NUMBERS:
            suggestion = "toDecimal(...)"
        return self.error(
            "ERR_EXPR_OPERANDS", span, operator=symbol, left=left.type, right=right.type, suggestion=suggestion
        )


def as_text(node: Meaning) -> Meaning:
    """`node` as string `+` sees it."""
    return node if node.type == STRING else apply(operations.TEXT, (node,))
