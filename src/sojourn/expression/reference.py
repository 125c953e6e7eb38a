"""References: their paths, selections and projections, typed by the structure of what they lead through (rule 7.2).

Names lead through objects to a value that the scope provides: the *head*. Behind a collection or a map the expression
goes on by itself. A name behind a collection is a projection: the list of what the elements have there. It stays one
flat list however many collections it leads through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, NoReturn, cast

from sojourn.expression import access, operations
from sojourn.expression.diagnostics import nearest
from sojourn.expression.fold import apply, coerce
from sojourn.expression.functions import FUNCTIONS
from sojourn.expression.printer import printed, quoted
from sojourn.expression.scope import Slot, type_of
from sojourn.expression.tree import (
    LOOPS,
    OPENINGS,
    Const,
    Element,
    Field,
    Kind,
    Load,
    Meaning,
    Operation,
    Reference,
    Select,
    Step,
)
from sojourn.expression.types import ANY, BOOLEAN, DECIMAL, ERROR, INTEGER, OBJECT, STRING, Type, fits
from sojourn.schema import fields as schema

if TYPE_CHECKING:
    from sojourn.expression.check import Checker

SELECTIONS: Mapping[str, tuple[str, Type | None]] = {
    "all": ("list", BOOLEAN), "first": ("list", BOOLEAN), "last": ("list", BOOLEAN), "at": ("list", INTEGER),
    "entry": ("map", STRING), "firstEntryKey": ("map", None), "keys": ("map", None),
}  # fmt: skip
"""What can be selected, of a collection or a map, and what is written in the parentheses."""
Loops = dict[str, tuple[Kind, Element, schema.Field]]
"""The elements that the selections around an expression look at, by name, the innermost last."""
_UNKNOWN: Mapping[Kind, str] = {
    "event": "ERR_EXPR_UNKNOWN_EVENT", "source": "ERR_EXPR_UNKNOWN_SOURCE", "action": "ERR_EXPR_UNKNOWN_ACTION"
}  # fmt: skip
_ANYTHING = schema.scalar("any")
_TEXT = schema.scalar("string")


def _list(item: schema.Field) -> schema.Field:
    return schema.Field("list", item=item)


def _item(field: schema.Field) -> schema.Field:
    return field.item or _ANYTHING


_OF_MAP: Mapping[str, Callable[[schema.Field], tuple[Callable[..., object], schema.Field]]] = {
    "entry": lambda item: (access.entry(type_of(item)), item),
    "keys": lambda item: (access.keys, _list(_TEXT)),
    "firstEntryKey": lambda item: (access.first_key, _TEXT),
}
"""What each selection of a map does, and what it gives where the map's values are `item`."""


class _Unusable(Exception):
    pass


class Walk:
    """One reference on its way: the value so far and its structure."""

    value: Meaning
    here: schema.Field

    def __init__(self, checker: Checker, node: Field) -> None:
        self.checker = checker
        self.node = node
        self.steps = node.path
        self.index = 0
        self.kind: Kind = "event" if node.kind == "loop" else node.kind

    def meaning(self) -> Meaning:
        """The value of the whole path, of the error type where something is wrong with it."""
        try:
            if self.node.kind == "loop":
                self.loop()
            else:
                self.head()
            while self.index < len(self.steps):
                step = self.steps[self.index]
                if step.selects:
                    self.select(step)
                else:
                    self.names()
        except _Unusable:
            return Const(None, ERROR)
        return self.value

    def fail(self, code: str, span: Step | Field, **params: object) -> NoReturn:
        self.checker.error(code, span, **params)
        raise _Unusable

    def shown(self, count: int) -> str:
        """The first steps as one reads them."""
        return ".".join(step.name + ("(...)" if step.selects else "") for step in self.steps[:count])

    def loop(self) -> None:
        """Begins at the element that a selection looks at."""
        step, loops = self.steps[0], self.checker.loops
        name = step.name
        if name not in loops:
            kind = next((kind for kind, known in LOOPS.items() if known == name), None)
            if kind is not None:
                inside = OPENINGS[kind] + "...}"
                self.fail("ERR_EXPR_LOOP", step, name=name, inside=inside, suggestion=next(reversed(loops), None))
            suggestion = nearest(name, (*LOOPS.values(), "true", "false", "null", *FUNCTIONS))
            suggestion = f"{suggestion}()" if suggestion in FUNCTIONS else suggestion
            self.fail("ERR_EXPR_UNKNOWN_NAME", step, name=name, suggestion=suggestion)
        self.kind, self.value, self.here = loops[name]
        self.index = 1

    def head(self) -> None:
        """Begins at what the scope provides: as far as names lead through objects."""
        self.here = self.checker.scope.root(self.kind)
        while self.index < len(self.steps) and self.here.kind == "object" and not self.steps[self.index].selects:
            self.here = self.child(self.here, self.index)
            self.index += 1
        path = tuple(step.name for step in self.steps[: self.index])
        if self.kind == "source" and len(path) < 2:
            self.fail("ERR_EXPR_NO_FIELD", self.node, path=path[0])
        reference = Reference(self.kind, path, self.params(path))
        if reference not in self.checker.resolved:
            found, kind = self.checker.scope.resolve(reference, self.here), type_of(self.here)
            known = Load(found.index, kind) if isinstance(found, Slot) else Const(found.value, kind)
            self.checker.resolved[reference] = known
        self.value = self.checker.resolved[reference]

    def params(self, path: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """The parameters as canonical text, by name. They are computed before the fetch, so no loop is around them."""
        given, checker = self.node.params, self.checker
        if given and self.kind != "source":
            self.fail("ERR_EXPR_PARAMS", self.node)
        known = checker.scope.params(*path[:2]) if given else None
        loops, checker.loops = checker.loops, {}
        texts: dict[str, str] = {}
        for param in given:
            value = checker.meaning(param.value)
            wanted = ANY if known is None else known.get(param.name)
            if param.name in texts:
                checker.error("ERR_EXPR_PARAM_TWICE", param, name=param.name)
            elif wanted is None:
                near = nearest(param.name, known or ())
                checker.error(
                    "ERR_EXPR_UNKNOWN_PARAM", param, name=param.name, group=".".join(path[:2]), suggestion=near
                )
            elif not fits(value.type, wanted) and (value.type, wanted) != (INTEGER, DECIMAL):
                checker.mistyped("ERR_EXPR_PARAM", param.value, value.type, wanted, name=param.name)
            texts[param.name] = printed(param.value)
        checker.loops = loops
        return tuple(sorted(texts.items()))

    def child(self, parent: schema.Field, index: int) -> schema.Field:
        """The field that a name names in an object, or that is as open as what it stands in."""
        step = self.steps[index]
        if parent.kind == "any":
            return parent
        found = parent.fields.get(step.name)
        if found is None:
            near = nearest(step.name, parent.fields)
            if self.node.kind != "loop" and not index:
                self.fail(_UNKNOWN[self.kind], step, name=step.name, suggestion=near)
            where, path = self.shown(index), self.shown(index + 1)
            if parent.kind == "map":
                self.fail("ERR_EXPR_MAP", step, path=where, suggestion=f".entry({quoted(step.name)})")
            self.fail("ERR_EXPR_UNKNOWN_FIELD", step, path=path, where=where, suggestion=near)
        return found

    def names(self) -> None:
        """As many names as lead through objects: in this one, or in each of a collection."""
        self.flatten()
        several = self.here.kind == "list"
        item = self.child(_item(self.here) if several else self.here, self.index)
        start, self.index = self.index, self.index + 1
        while self.index < len(self.steps) and item.kind in ("object", "any") and not self.steps[self.index].selects:
            item = self.child(item, self.index)
            self.index += 1
        get = access.getter(tuple(step.name for step in self.steps[start : self.index]), type_of(item))
        if several:
            self.go(access.each(get), _list(item), nullable=False)
            self.flatten()
        else:
            self.go(get, item)

    def flatten(self) -> None:
        """Lists in a list become one list."""
        while self.here.kind == "list" and _item(self.here).kind == "list":
            self.go(access.flat, _item(self.here), nullable=False)

    def go(self, code: Callable[..., object], here: schema.Field, *args: Meaning, nullable: bool = True) -> None:
        """Applies a step to the value."""
        value = self.value if self.value.type != ANY else coerce(self.value, OBJECT)
        self.value = apply(Operation(code, type_of(here), nullable=nullable), (value, *args))
        self.here = here

    def select(self, step: Step) -> None:
        of, takes = SELECTIONS.get(step.name, ("", None))
        if not of:
            near = nearest(step.name, SELECTIONS)
            self.fail("ERR_EXPR_UNKNOWN_SELECTION", step, name=step.name, suggestion=near)
        if self.here.kind == "any":
            self.here = schema.Field(of, item=_ANYTHING)
            self.value = apply(operations.cast(type_of(self.here)), (self.value,))
        several = of == "map" and self.here.kind == "list" and _item(self.here).kind == "map"
        if self.here.kind != of and not several:
            found = self.here.kind if self.here.kind == "map" else self.value.type
            near = ", ".join(f".{name}()" for name, (kind, _) in SELECTIONS.items() if kind == self.here.kind) or None
            path = self.shown(self.index)
            self.fail("ERR_EXPR_SELECTION", step, name=step.name, path=path, found=found, suggestion=near)
        item = _item(_item(self.here) if several else self.here)
        if takes == BOOLEAN:
            self.search(step, item)
        elif takes == INTEGER:
            self.go(access.at, item, *self.argument(step, takes))
        else:
            code, gives = _OF_MAP[step.name](item)
            args = self.argument(step, takes)
            if several:
                self.go(access.each(code), _list(gives), *args)
                self.flatten()
            else:
                self.go(code, gives, *args)
        self.index += 1

    def search(self, step: Step, item: schema.Field) -> None:
        """`.all(...)`, `.first(...)`, `.last(...)`: the condition sees the element by its name."""
        checker = self.checker
        which = cast(Literal["all", "first", "last"], step.name)
        here = self.here if which == "all" else item
        if step.argument is None:
            if which != "all":
                self.go(access.first if which == "first" else access.last, here)
            return
        checker.elements += 1
        element = Element(checker.elements, type_of(item))
        name, loops = LOOPS[self.kind], checker.loops
        checker.loops = {known: loops[known] for known in loops if known != name} | {name: (self.kind, element, item)}
        condition = checker.condition(step.argument, f".{which}()")
        checker.loops = loops
        if condition.type == ERROR:
            raise _Unusable
        self.value = Select(which, self.value, element, condition, type_of(here))
        self.here = here

    def argument(self, step: Step, wanted: Type | None) -> tuple[Meaning, ...]:
        """What stands in the parentheses, as a `wanted`; nothing where that is None."""
        found = None if step.argument is None else self.checker.meaning(step.argument)
        if found is not None and found.type == ERROR:
            raise _Unusable
        if found is not None and wanted is not None and fits(found.type, wanted):
            return (coerce(found, wanted),)
        if found is not None or wanted is not None:
            form, kind = f".{step.name}({wanted or ''})", "-" if found is None else found.type
            self.fail("ERR_EXPR_SELECTION_ARGUMENT", step, form=form, found=kind)
        return ()
