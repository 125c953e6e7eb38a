"""What can stand at a cursor: fields, functions, operators, words and texts, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal
from zoneinfo import available_timezones

from sojourn.editor.cursor import Frame, Situation, situation
from sojourn.editor.visible import Visible
from sojourn.expression import ExpressionError, Scope
from sojourn.expression.check import Checker
from sojourn.expression.diagnostics import Problems
from sojourn.expression.functions import FUNCTIONS
from sojourn.expression.functions.date import UNITS
from sojourn.expression.operations import arithmetic, comparison
from sojourn.expression.parse import parse
from sojourn.expression.printer import name as quoted_part
from sojourn.expression.printer import quoted
from sojourn.expression.reference import SELECTIONS
from sojourn.expression.tree import LOOPS, OPENINGS
from sojourn.expression.types import BOOLEAN, NUMBERS, SCALARS, STRING, Type, is_list, list_of

LIMIT = 200
"""Most completions in one answer."""
Kind = Literal[
    "event", "source", "action", "field", "selection", "loop", "param", "function", "operator", "word", "text"
]
_ARITHMETIC = ("+", "-", "*", "/", "%")
_COMPARISON = ("==", "!=", "<", "<=", ">", ">=")
_EVERY_TYPE = (*map(Type, SCALARS), Type("object"), *(list_of(Type(kind)) for kind in SCALARS))


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing to insert: `insert` in the place of the answer's range, the cursor then `caret` characters into it.

    `type` is the type of a field or of a function's result, `detail` a field's title or a function's forms.
    """

    label: str
    insert: str
    kind: Kind
    type: str | None = None
    detail: str = ""
    caret: int | None = None


@dataclass(frozen=True, slots=True)
class Completions:
    """What can stand from `start` to `end` (offsets, code points); `more` if there is more than was listed."""

    start: int
    end: int
    items: tuple[Completion, ...]
    more: bool = False


def complete(text: str, cursor: int, visible: Visible, scope: Scope, expected: Type | None = None) -> Completions:
    """The completions for `text` with the cursor at an offset, the whole being of the `expected` type if given."""
    here = situation(text, cursor)
    found = _Completer(text, here, visible, scope, expected).items()
    prefix = here.prefix.strip().lower()
    starting, containing = [], []
    for item in found:
        label = item.label.lower()
        if label.startswith(prefix) or (prefix[:1] in ("@", "#") and item.insert.startswith(prefix)):
            starting.append(item)
        elif prefix in label:
            containing.append(item)
    items = (*starting, *containing)
    return Completions(here.start, here.end, items[:LIMIT], len(items) > LIMIT)


class _Completer:
    def __init__(self, text: str, here: Situation, visible: Visible, scope: Scope, expected: Type | None) -> None:
        self.text = text
        self.here = here
        self.visible = visible
        self.scope = scope
        self.expected = expected

    def items(self) -> Iterable[Completion]:
        match self.here.expected:
            case "part":
                return self.parts()
            case "text":
                return self.texts()
            case "word":
                return self.words()
            case "operator":
                return self.operators()
        wanted = self.wanted()
        return sorted(self.values(), key=lambda item: bool(wanted) and not _alike(item.type, wanted))

    # --- values ---

    def wanted(self) -> frozenset[str]:
        """The types that would do at the cursor, as names; empty where all may."""
        if self.here.compared and (found := self.visible.at(self.here.compared)):
            return frozenset((found.type_name(),))
        for frame in reversed(self.here.frames):
            if frame.clause != frame.term:  # behind a comparison of something else than a field
                return frozenset()
            if frame.name in FUNCTIONS:
                forms = FUNCTIONS[frame.name].signatures
                return frozenset(
                    str(form.params[frame.commas].type) for form in forms if len(form.params) > frame.commas
                )
            if frame.collection:
                return frozenset((str(SELECTIONS[frame.name][1]),))
            if frame.name == "if":
                return frozenset(("boolean",))
            if frame.reference:
                found = self.visible.at((frame.kind, frame.path))
                return frozenset((found.type_name(),)) if found else frozenset()
            if frame.name or frame.closer == "]":
                return frozenset()
        return frozenset((str(self.expected),)) if self.expected else frozenset()

    def values(self) -> Iterator[Completion]:
        collection = self.here.collection
        if collection and (found := self.visible.at((collection[0], (*collection[1], "first()")))):
            name = LOOPS[collection[0]]
            yield Completion(name, f"{name}." if found.field.fields else name, "loop", found.type_name())
        for kind, root in self.visible.roots.items():
            for name in root.fields:
                insert = f"{OPENINGS[kind]}{quoted_part(name)}.}}"
                yield Completion(name, insert, kind, caret=len(insert) - 1)
        if prefix := self.here.prefix.lower():
            for name, reference, leaf in self.visible.named(prefix):
                yield Completion(name, reference, "field", leaf.type_name(), leaf.title or reference)
        yield Completion("true", "true", "word", "boolean")
        yield Completion("false", "false", "word", "boolean")
        yield Completion("date", 'date("")', "function", "dateTime", caret=6)
        for name in FUNCTIONS:
            result, form, takes = _described(name)
            insert, caret = self.call(name, takes=takes)
            yield Completion(name, insert, "function", result, form, caret)
        yield Completion("not", "not ", "word", "boolean")
        yield Completion("if", "if () then () else ()", "word", caret=4)

    def call(self, name: str, inside: str = "", *, takes: bool) -> tuple[str, int]:
        """A call to insert, and where the cursor is then; without parentheses where they are there already."""
        if self.text[self.here.end :].lstrip().startswith("("):
            return name, len(name)
        insert = f"{name}({inside})"
        return insert, len(insert) - (1 + len(inside) // 2 if takes else 0)

    # --- inside references ---

    def parts(self) -> Iterator[Completion]:
        assert self.here.path is not None
        found = self.visible.at(self.here.path)
        if found is None:
            return
        inside = found.inside()
        for name, child in inside.fields.items():
            after = found.after(name)
            kind = "field" if len(self.here.path[1]) else self.here.path[0]
            shown = after.type_name() if after else child.type_name()
            yield Completion(name, quoted_part(name), kind, shown, child.title)
        for name, (of, takes) in SELECTIONS.items():
            if of == found.field.kind:
                after = found.after(f"{name}()")
                insert, caret = self.call(name, "''" if takes == STRING else "", takes=takes is not None)
                yield Completion(name, insert, "selection", after.type_name() if after else None, caret=caret)

    def words(self) -> Iterator[Completion]:
        top = self.here.frames[-1]
        if top.reference and not self.here.words:
            yield Completion("}", "}", "word")
        if top.reference and top.written:
            yield Completion(", defaultValue:", ", defaultValue: ", "word")
        for name, kind in self.params().items():
            yield Completion(name, f"{quoted_part(name)}: ", "param", str(kind))
        for word in self.here.words:
            if word in ("then", "else"):
                yield Completion(word, f"{word} ()", "word", caret=len(word) + 2)
            else:
                insert = {"defaultValue": "defaultValue: ", "params": "params: {}", "{": "{}"}.get(word, word)
                yield Completion(word, insert, "word", caret=len(insert) - insert.endswith("}"))

    def params(self) -> Mapping[str, Type]:
        """The parameters that may be given at the cursor, with their types."""
        around, top = (Frame(), *self.here.frames)[-2:]
        if top.closer != "}" or top.reference or not around.reference or len(around.path) < 2:
            return {}
        return self.scope.params(*around.path[:2]) or {}

    def texts(self) -> Iterator[Completion]:
        frame = self.here.frames[-1]
        quote = self.text[self.here.start - 1]
        closed = self.text[self.here.end : self.here.end + 1] == quote
        for text in self._known_texts(frame):
            escaped = quoted(text)[1:-1]
            if quote == "'":
                escaped = escaped.replace("'", r"\'")
            yield Completion(text, escaped if closed else escaped + quote, "text", "string")

    def _known_texts(self, frame: Frame) -> Iterable[str]:
        function = FUNCTIONS.get(frame.name)
        if function is None:
            return ()
        roles = {form.params[frame.commas].role for form in function.signatures if len(form.params) > frame.commas}
        if "zone" in roles:
            return _zones()
        if "unit" in roles:
            return UNITS
        return self.visible.segments if "segment" in roles else ()

    # --- operators ---

    def operators(self) -> Iterator[Completion]:
        top = self.here.frames[-1]
        whole, last = self.type_from(top.clause), self.type_from(top.term)
        compared = top.clause != top.term
        condition = whole == BOOLEAN or whole is None
        for symbol in self.symbols(last, compared=compared):
            yield self.operator(symbol)
        if condition:
            yield self.operator("and")
            yield self.operator("or")

    def symbols(self, left: Type | None, *, compared: bool) -> Iterator[str]:
        """The operators that can follow a `left`, all where its type is not known."""
        if not compared:
            for symbol in _COMPARISON:
                if left is None or any(comparison(symbol, left, right) for right in (*_EVERY_TYPE, left)):
                    yield symbol
            yield "is null"
            yield "is not null"
            if left is None or is_list(left):
                yield "has null"
            if left is None or left in NUMBERS or left.name == "any":
                yield from ("is numeric", "is integer", "is decimal")
        for symbol in _ARITHMETIC:
            if left is None or any(arithmetic(symbol, left, right) for right in _EVERY_TYPE if right != STRING):
                yield symbol

    def operator(self, symbol: str) -> Completion:
        before = self.text[: self.here.start]
        gap = " " if before and not before[-1].isspace() else ""
        return Completion(symbol, f"{gap}{symbol} ", "operator")

    def type_from(self, start: int) -> Type | None:
        """The type of what stands from `start` to the cursor, None where it cannot be said."""
        fragment = self.text[start : self.here.start]
        problems = Problems(fragment)
        try:
            found = Checker(problems, self.scope).meaning(parse(fragment)).type
        except ExpressionError:
            found = None
        if found is None or problems.found:
            left = self.visible.at(self.here.left) if self.here.left else None
            return Type.parse(left.type_name()) if left else None
        return found


@cache
def _described(name: str) -> tuple[str | None, str, bool]:
    """A function's type, if all its forms have the same, its first form, and whether it takes arguments."""
    function = FUNCTIONS[name]
    results = {str(form.operation.returns) for form in function.signatures}
    kind = results.pop() if len(results) == 1 else None
    return kind, function.forms()[0], any(form.params for form in function.signatures)


def _alike(kind: str | None, wanted: frozenset[str]) -> bool:
    """Whether a value of `kind` is what is wanted; what has no one type may always be."""
    if kind is None or kind in wanted or "any" in wanted:
        return True
    if kind.startswith("list<"):
        return "list<any>" in wanted
    return {kind, *wanted} == {"integer", "decimal"}


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))
