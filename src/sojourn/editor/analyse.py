"""All that an editor shows of a text at once: its type, what is wrong, completions, what is under the cursor, and the
simple view (rule 7.1)."""

from __future__ import annotations

from dataclasses import dataclass

from sojourn import messages
from sojourn.editor.complete import Completions, complete
from sojourn.editor.cursor import under
from sojourn.editor.simple import Advanced, Group, to_simple
from sojourn.editor.visible import Visible
from sojourn.expression import Diagnostic, ExpressionError, Scope, Type, compile_expression
from sojourn.expression.functions import FUNCTIONS
from sojourn.expression.parse import MAX_LENGTH
from sojourn.expression.printer import name as quoted_part
from sojourn.expression.tree import OPENINGS
from sojourn.expression.types import BOOLEAN
from sojourn.messages import Language

WORDS = {
    "and": "AND", "or": "OR", "not": "NOT", "is": "IS", "null": "IS", "has": "HAS", "if": "IF", "then": "IF",
    "else": "IF", "date": "DATE", "defaultValue": "DEFAULT_VALUE", "params": "PARAMS", "all": "ALL", "first": "FIRST",
    "last": "LAST", "at": "AT", "entry": "ENTRY", "firstEntryKey": "FIRST_ENTRY_KEY", "keys": "KEYS", "/": "DIVIDE",
    "%": "REMAINDER", "*": "TIMES", "currentEventField": "LOOP", "currentDataPackField": "LOOP",
    "currentActionField": "LOOP",
}  # fmt: skip
"""The words that have something to explain, and the end of the message that does."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A static error: `start` to `end` in the text (offsets, code points), line and column counted from 1."""

    code: str
    message: str
    hint: str | None
    line: int
    column: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hover:
    """What is under the cursor: a field with its type, a function with its forms, or a word of the language."""

    start: int
    end: int
    title: str
    text: str = ""
    forms: tuple[str, ...] = ()
    example: str | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What an editor shows.

    `type` is None while the text is in error. `simple` is the condition as groups of rows, None where it has no such
    view; `advanced` then says why, if the text is right otherwise. `completions` and `hover` are those at the cursor.
    """

    text: str
    type: str | None
    expected: str | None
    errors: tuple[Problem, ...]
    simple: Group | None = None
    advanced: Problem | None = None
    completions: Completions | None = None
    hover: Hover | None = None


def analyse(
    text: str,
    scope: Scope,
    expected: Type | None = None,
    cursor: int | None = None,
    visible: Visible | None = None,
    language: Language = "en",
) -> Analysis:
    """The analysis of `text`, the value of which must be of the `expected` type if given.

    `visible` is what is offered of the scope: all of it unless given. A cursor outside the text is at its end. Nothing
    is offered in a text that is too long to be an expression.
    """
    kind = simple = advanced = None
    errors: tuple[Problem, ...] = ()
    try:
        kind = str(compile_expression(text, scope, expected).type)
        if expected == BOOLEAN:
            view = to_simple(text, scope)
            simple = view if isinstance(view, Group) else None
            advanced = _problem(view.reason, language) if isinstance(view, Advanced) else None
    except ExpressionError as error:
        errors = tuple(_problem(found, language) for found in error.diagnostics)
    completions = shown = None
    if cursor is not None and len(text) <= MAX_LENGTH:
        offered = visible or Visible.of(scope)
        at = min(max(cursor, 0), len(text))
        completions, shown = complete(text, at, offered, scope, expected), hover(text, at, offered, language)
    return Analysis(text, kind, str(expected) if expected else None, errors, simple, advanced, completions, shown)


def _problem(found: Diagnostic, language: Language) -> Problem:
    return Problem(
        found.code, found.text(language), found.hint(language), found.line, found.column, found.start, found.end
    )


def hover(text: str, cursor: int, visible: Visible, language: Language = "en") -> Hover | None:
    """What there is to say about the word at the cursor."""
    found = under(text, cursor)
    if found is None:
        return None
    if found.path is not None:
        field = visible.at(found.path)
        if field is None:
            return None
        kind, steps = found.path
        written = ".".join(step if step.endswith("()") else quoted_part(step) for step in steps)
        return Hover(found.start, found.end, f"{OPENINGS[kind]}{written}}}: {field.type_name()}", field.field.title)
    if function := FUNCTIONS.get(found.function):
        source, result = function.example
        return Hover(
            found.start, found.end, function.name, function.meaning(language), function.forms(), f"{source} -> {result}"
        )
    word = found.word or found.function
    if word not in WORDS:
        return None
    return Hover(found.start, found.end, word, messages.text("INFO_WORD_" + WORDS[word], {}, language))
