"""Calls of functions: which signature fits, and what the arguments are read as once and for all (rules 7.3, 7.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sojourn.expression import operations
from sojourn.expression.diagnostics import nearest
from sojourn.expression.fold import apply, coerce
from sojourn.expression.functions import FUNCTIONS, Param, Signature
from sojourn.expression.functions.date import UNITS
from sojourn.expression.functions.lists import attribute
from sojourn.expression.functions.patterns import read_template
from sojourn.expression.scope import type_of
from sojourn.expression.tree import Call, Const, Meaning, Written
from sojourn.expression.types import ANY, ERROR, NULL, OBJECT, STRING, Type, fits, list_of
from sojourn.expression.values import read_zone

if TYPE_CHECKING:
    from sojourn.expression.check import Checker


def accepts(param: Param, kind: Type) -> bool:
    """Whether an argument of `kind` may stand for `param`.

    An `any` parameter takes only what has no static type, a `list<any>` every list but one of objects.
    """
    if param.type == ANY:
        return kind in (ANY, NULL, ERROR)
    return fits(kind, param.type) and not (param.type == list_of(ANY) and kind == list_of(OBJECT))


class Calling:
    """One call being checked."""

    def __init__(self, checker: Checker, node: Call) -> None:
        self.checker = checker
        self.node = node
        self.args = [checker.meaning(arg) for arg in node.args]

    def meaning(self) -> Meaning:
        """What the call does, of the error type where something is wrong with it."""
        node, args, error = self.node, self.args, self.checker.error
        function = FUNCTIONS.get(node.name)
        if function is None:
            name = replace(node, end=node.name_end)
            suggestion = nearest(node.name, (*FUNCTIONS, "date"))
            return error("ERR_EXPR_UNKNOWN_FUNCTION", name, name=node.name, suggestion=suggestion)
        if any(arg.type == ERROR for arg in args):
            return Const(None, ERROR)
        forms = [form for form in function.signatures if len(form.params) == len(args)]
        shown = "; ".join(function.forms())
        if not forms:
            return error("ERR_EXPR_ARGUMENTS", node, name=node.name, found=len(args), forms=shown)
        exact = [form for form in forms if [param.type for param in form.params] == [arg.type for arg in args]]
        for form in exact or forms:
            if all(self.fitting(form)):
                return self.applied(form)
        return self.mismatch(forms, shown)

    def fitting(self, form: Signature) -> list[bool]:
        """Which arguments may stand for the parameters."""
        return [accepts(param, arg.type) for param, arg in zip(form.params, self.args, strict=True)]

    def applied(self, form: Signature) -> Meaning:
        given: list[Meaning] = []
        for param, arg, written in zip(form.params, self.args, self.node.args, strict=True):
            given.append(self.argument(param, coerce(arg, param.type), written, given))
            if given[-1].type == ERROR:
                return given[-1]
        return apply(form.operation, tuple(given))

    def argument(self, param: Param, arg: Meaning, written: Written, before: Sequence[Meaning]) -> Meaning:
        """An argument as the function takes it: what its text is read as, where the text is a constant."""
        error, name = self.checker.error, self.node.name
        text = arg.value if isinstance(arg, Const) and isinstance(arg.value, str) else None
        match param.role:
            case "zone":
                zone = read_zone(text) if text is not None else None
                return Const(zone, STRING) if zone else error("ERR_EXPR_ZONE", written, name=name)
            case "segment":
                if not text:
                    return error("ERR_EXPR_SEGMENT", written, name=name)
                self.checker.segments.setdefault(text)
            case "unit" if text is not None and text not in UNITS:
                suggestion = nearest(text, UNITS)
                return error("ERR_EXPR_UNIT", written, found=text, units=", ".join(UNITS), suggestion=suggestion)
            case "regex":
                pattern = apply(operations.PATTERN, (arg,))
                if text is not None and isinstance(pattern, Const) and pattern.value is None:
                    return error("ERR_EXPR_PATTERN", written, found=text)
                return pattern
            case "replacement":
                pattern = before[-1]
                if text is not None and isinstance(pattern, Const) and pattern.value is not None:
                    template = read_template(pattern.value, text)
                    if template is None:
                        return error("ERR_EXPR_REPLACEMENT", written, found=text)
                    return Const(template, STRING)
            case "folded":
                return apply(operations.FOLD, (arg,))
            case "members" if isinstance(arg, Const) and isinstance(arg.value, list):
                return Const(frozenset(arg.value), arg.type)
            case "name" | "key":
                return self.attribute(param, arg, text, written)
        return arg

    def attribute(self, param: Param, arg: Meaning, text: str | None, written: Written) -> Meaning:
        """The name of an attribute of the listed objects, or as a key, the function that takes it out."""
        listed: Written = self.node
        while isinstance(listed, Call) and listed.args:  # what it makes of a list of objects is one of the same
            listed = listed.args[0]
        fields = self.checker.objects.get(id(listed))
        if fields and text is not None:
            if text not in fields:
                objects = self.node.args[0]
                where = self.checker.problems.source[objects.start : objects.end]
                suggestion = nearest(text, fields)
                return self.checker.error(
                    "ERR_EXPR_UNKNOWN_FIELD", written, path=text, where=where, suggestion=suggestion
                )
            if param.role == "key":
                return Const(attribute(text, type_of(fields[text])), STRING)
        return arg if param.role == "name" else apply(operations.ATTRIBUTE, (arg,))

    def mismatch(self, forms: Sequence[Signature], shown: str) -> Meaning:
        """Reports the argument that keeps the nearest signature from fitting."""
        # of equal counts, the one whose first arguments fit
        best = max(forms, key=lambda form: (sum(self.fitting(form)), self.fitting(form)))
        wrong = self.fitting(best).index(False)
        written, found, expected = self.node.args[wrong], self.args[wrong].type, best.params[wrong].type
        return self.checker.mistyped("ERR_EXPR_ARGUMENT", written, found, expected, name=self.node.name, forms=shown)
