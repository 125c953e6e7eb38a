"""The simple view: a condition as groups of rows, each a field, an operator and fixed values (rule 7.1).

    to_text(Group(join="or", items=(Row(field="@{Order.city}", operator="equals", values=("Paris",)), ...)), scope)
    to_simple('@{Order.city} == "Paris" or ...', scope)

Every simple view has a text. A text has a simple view only if it is of this shape; otherwise `Advanced` says where and
why it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from sojourn.editor.operators import FIELD, FIRST, OPERATORS, SECOND, SEGMENT, Operator, operators_of
from sojourn.errors import InputError
from sojourn.expression import compile_expression, tree
from sojourn.expression.check import LITERALS, Checker
from sojourn.expression.diagnostics import Diagnostic, ExpressionError, Problems
from sojourn.expression.parse import MAX_DEPTH, parse
from sojourn.expression.printer import printed
from sojourn.expression.scope import Scope
from sojourn.expression.tree import Call, Const, Listing, Postfix, Prefix, Run, Value, Written
from sojourn.expression.types import BOOLEAN, DECIMAL, INTEGER, NUMBERS, STRING, Type, fits
from sojourn.expression.values import reader, text_of, to_json

Scalar = str | bool | int | float
EXACT = 2**53
"""Integers up to here are decimals without loss."""


class Row(BaseModel):
    """A field compared with fixed values; of a data source, asked with what its dynamic values are."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    field: str = Field(description='A reference such as "@{Order.city}", or \'inSegment("name")\'.')
    params: dict[str, str] = Field(
        {}, max_length=100, description="An expression for each dynamic value that the field's source is asked with."
    )
    operator: str = Field(description="One of the operators for the field's type.")
    values: tuple[Scalar, ...] = Field(
        (), max_length=1000, description="As many as the operator takes; dates and durations as ISO 8601."
    )
    case_sensitive: bool = Field(
        True, alias="caseSensitive", description="False: upper and lower case are alike, where the operator can."
    )


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "group" if "join" in value or "items" in value else "row"
    return "group" if isinstance(value, Group) else "row"


class Group(BaseModel):
    """Rows and further groups, all of which (`and`), or one of which (`or`) must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    join: Literal["and", "or"] = "and"
    items: tuple[Annotated[Annotated[Row, Tag("row")] | Annotated[Group, Tag("group")], Discriminator(_kind)], ...] = (
        Field(min_length=1, max_length=1000)
    )


@dataclass(frozen=True, slots=True)
class Advanced:
    """Why a text has no simple view: a sentence's code and the part of the text that is beyond it."""

    reason: Diagnostic


# --- simple to text ------------------------------------------------------------------------------------------------


def to_text(view: Group, scope: Scope) -> str:
    """The condition that `view` shows. Raises InputError naming the row and what is wrong with it."""
    text = printed(_Writer(scope).group(view, "", 1))
    compile_expression(text, scope, BOOLEAN)  # its size and depth; the rest is right by now
    return text


class _Writer:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def group(self, group: Group, where: str, depth: int) -> Written:
        if depth > MAX_DEPTH:
            raise InputError("ERR_EXPR_TOO_DEEP", field=where.rstrip("."), limit=MAX_DEPTH)
        items = [
            self.group(item, f"{where}items.{index}.", depth + 1)
            if isinstance(item, Group)
            else self.row(item, f"{where}items.{index}.")
            for index, item in enumerate(group.items)
        ]
        if len(items) == 1:
            return items[0]
        return Run(0, 0, 0, items[0], tuple((group.join, item) for item in items[1:]))

    def row(self, row: Row, where: str) -> Written:
        field, kind = self.field(row, where)
        known = operators_of(kind)
        operator = next((found for found in known if found.name == row.operator), None)
        if operator is None:
            names = ", ".join(found.name for found in known) or "-"
            raise InputError(
                "ERR_SIMPLE_OPERATOR", field=f"{where}operator", name=row.operator, type=kind, operators=names
            )
        form = operator.written[0] if row.case_sensitive else operator.written[1]
        if form is None:
            raise InputError("ERR_SIMPLE_CASE", field=f"{where}caseSensitive", name=row.operator)
        types = operator.value_types(kind)
        several = types[:1] and types[0].startswith("list<")
        if len(row.values) != len(types) if not several else not row.values:
            expected = "1+" if several else len(types)
            raise InputError(
                "ERR_SIMPLE_COUNT",
                field=f"{where}values",
                name=row.operator,
                expected=expected,
                found=len(row.values),
            )
        if several:
            types = (types[0][5:-1],) * len(row.values)
        values = [
            self.value(value, Type.parse(kind), f"{where}values.{index}", exact=bool(several))
            for index, (value, kind) in enumerate(zip(row.values, types, strict=True))
        ]
        bound: dict[str, Written] = {FIELD: field}
        if several:
            bound[FIRST] = Listing(0, 0, 0, tuple(values))
        else:
            bound |= zip((FIRST, SECOND), values, strict=False)
        return _filled(form, bound)

    def field(self, row: Row, where: str) -> tuple[Written, str]:
        """The field that a row names, with its dynamic values, and its type's name."""
        node = _parsed(row.field, f"{where}field")
        if row.params and isinstance(node, tree.Field):
            params = (
                tree.Param(0, 0, 0, name, _parsed(text, f"{where}params.{name}")) for name, text in row.params.items()
            )
            node = replace(node, params=tuple(params))
        problems = Problems(row.field)
        found = Checker(problems, self.scope).meaning(node)
        if problems.found:
            try:
                problems.fail()
            except ExpressionError as error:
                error.field = f"{where}field"
                raise
        if not _is_field(node):
            raise InputError("ERR_SIMPLE_FIELD", field=f"{where}field", text=row.field)
        return node, SEGMENT if isinstance(node, Call) else str(found.type)

    def value(self, value: Scalar, kind: Type, where: str, *, exact: bool) -> Written:
        """`value` as a literal; a decimal may stand for an integer where the two are only compared."""
        read = reader(kind)(value)
        if read is None and kind == INTEGER and not exact:
            kind, read = DECIMAL, reader(DECIMAL)(value)
        if read is None or (kind == DECIMAL and isinstance(value, int) and abs(value) > EXACT):
            raise InputError("ERR_SIMPLE_VALUE", field=where, value=value, type=str(kind))
        if kind in (STRING, BOOLEAN, *NUMBERS):
            return Value(0, 0, 0, read, kind)
        text = Value(0, 0, 0, text_of(read), STRING)
        return Call(0, 0, 0, "toDuration" if kind.name == "duration" else "date", (text,), 0)


def _parsed(text: str, where: str) -> Written:
    try:
        return parse(text)
    except ExpressionError as error:
        error.field = where
        raise


def _filled(form: Written, bound: dict[str, Written]) -> Written:
    """`form` with its names replaced."""
    match form:
        case tree.Field():
            return bound[form.path[0].name]
        case Run():
            rest = tuple((symbol, _filled(operand, bound)) for symbol, operand in form.rest)
            return replace(form, first=_filled(form.first, bound), rest=rest)
        case Call():
            return replace(form, args=tuple(_filled(arg, bound) for arg in form.args))
        case Prefix() | Postfix():
            return replace(form, operand=_filled(form.operand, bound))
    return form


# --- text to simple ------------------------------------------------------------------------------------------------


def to_simple(source: str, scope: Scope) -> Group | Advanced:
    """The simple view of a condition, or why it has none. Raises ExpressionError where the text itself is wrong."""
    compile_expression(source, scope, BOOLEAN)
    try:
        found = _Reader(source, scope).item(parse(source))
    except _BeyondError as beyond:
        return Advanced(beyond.reason)
    return found if isinstance(found, Group) else Group(items=(found,))


class _BeyondError(Exception):
    def __init__(self, reason: Diagnostic) -> None:
        self.reason = reason


class _Reader:
    def __init__(self, source: str, scope: Scope) -> None:
        self.source = source
        self.checker = Checker(Problems(source), scope)

    def item(self, node: Written) -> Row | Group:
        row = self.row(node)
        if row is not None:
            return row
        if isinstance(node, Run) and node.rest[0][0] in ("and", "or"):
            items = tuple(self.item(part) for part in (node.first, *(operand for _, operand in node.rest)))
            return Group(join=node.rest[0][0], items=items)
        self.beyond(node)

    def row(self, node: Written) -> Row | None:
        """`node` as the first operator has it that can."""
        for operator in OPERATORS:
            for form, sensitive in operator.read:
                bound: dict[str, Written] = {}
                if not _matches(form, node, bound):
                    continue
                field = bound[FIELD]
                kind = SEGMENT if isinstance(field, Call) else str(self.checker.meaning(field).type)
                if operator not in operators_of(kind):
                    continue
                values = self.values(operator, kind, bound)
                if values is not None:
                    name, params = _named(field)
                    return Row(
                        field=name, params=params, operator=operator.name, values=values, case_sensitive=sensitive
                    )
        return None

    def values(self, operator: Operator, kind: str, bound: dict[str, Written]) -> tuple[Scalar, ...] | None:
        types = operator.value_types(kind)
        nodes: Sequence[Written] = [bound[name] for name in (FIRST, SECOND) if name in bound]
        several = types[:1] and types[0].startswith("list<")
        if several:
            if not isinstance(nodes[0], Listing) or not nodes[0].items:
                return None
            nodes = nodes[0].items
            types = (types[0][5:-1],) * len(nodes)
        found = [
            self.value(node, Type.parse(name), exact=bool(several)) for node, name in zip(nodes, types, strict=True)
        ]
        return None if None in found else tuple(value for value in found if value is not None)

    def value(self, node: Written, kind: Type, *, exact: bool) -> Scalar | None:
        """A literal as the JSON value that a row holds, None where it is no literal of the type."""
        if not _is_literal(node):
            return None
        found = self.checker.meaning(node)
        if not isinstance(found, Const) or found.value is None:
            return None
        value: Any = found.value
        if kind == DECIMAL and found.type == INTEGER and abs(value) <= EXACT and not exact:
            return float(value)
        if kind == INTEGER and found.type == DECIMAL and not exact:
            return int(value) if value.is_integer() and abs(value) <= EXACT else float(value)
        return to_json(value) if fits(found.type, kind) else None  # type: ignore[return-value]

    def beyond(self, node: Written) -> NoReturn:
        """Says which part the simple view cannot show, and of what kind it is."""
        problems = Problems(self.source)
        text = self.source[node.start : node.end]
        negated = isinstance(node, Prefix) and node.operator == "not"
        problems.add("INFO_SIMPLE_NOT" if negated else "INFO_SIMPLE_SHAPE", node, text=_short(text))
        raise _BeyondError(problems.found[0])


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _named(field: Written) -> tuple[str, dict[str, str]]:
    """The name of a field, and its dynamic values."""
    if not isinstance(field, tree.Field):
        return printed(field), {}
    return printed(replace(field, params=())), {param.name: printed(param.value) for param in field.params}


def _is_field(node: Written) -> bool:
    """Whether the simple view can show `node` as a field: a reference without a default, or a segment by its name."""
    if isinstance(node, tree.Field):
        return node.default is None and not any(step.selects for step in node.path)
    return isinstance(node, Call) and node.name in ("inSegment", "inAudience") and _is_literal(node.args[0])


def _is_literal(node: Written) -> bool:
    if isinstance(node, Call):
        return node.name in LITERALS and len(node.args) == 1 and isinstance(node.args[0], Value)
    return isinstance(node, Value)


def _matches(form: Written, node: Written, bound: dict[str, Written]) -> bool:
    """Whether `node` is `form` with something in the place of its names, which is noted in `bound`."""
    match form, node:
        case tree.Field(), _:
            name = form.path[0].name
            if name in bound:
                return printed(bound[name]) == printed(node)
            bound[name] = node
            return _is_field(node) if name == FIELD else True
        case Run(), Run():
            symbols = [symbol for symbol, _ in form.rest] == [symbol for symbol, _ in node.rest]
            return (
                symbols
                and _matches(form.first, node.first, bound)
                and all(_matches(one[1], other[1], bound) for one, other in zip(form.rest, node.rest, strict=True))
            )
        case Call(), Call():
            alike = form.name == node.name and len(form.args) == len(node.args)
            return alike and all(_matches(one, other, bound) for one, other in zip(form.args, node.args, strict=True))
        case Prefix(), Prefix():
            return form.operator == node.operator and _matches(form.operand, node.operand, bound)
        case Postfix(), Postfix():
            return form.operator == node.operator and _matches(form.operand, node.operand, bound)
        case Value(), Value():
            return form.type == node.type and form.value == node.value
    return False
