"""Texts with personalisation [5.3]: constant text with expressions in double braces, `Hello {{ @{Order.name} }}!`.

Nothing else is in the language: no loops, no raw HTML. What an expression gives stands in the text as `toString`
prints it, escaped where the text is HTML; a null is an empty text. Two opening braces that mean themselves are written
`{{ "{{" }}`.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sojourn.expression import EvaluationError
from sojourn.expression.values import text_of
from sojourn.journey.node import Evaluate, Values

LONGEST = 1_000_000
"""Characters that a text may come to."""
Render = Callable[[Values, Any], str]


class Template(NamedTuple):
    """A text taken apart: `texts` stand before, between and behind the `expressions`."""

    texts: tuple[str, ...]
    expressions: tuple[str, ...]


class UnclosedError(ValueError):
    """Two braces open at a line and column, and nothing closes them."""

    def __init__(self, source: str, at: int) -> None:
        self.line = source.count("\n", 0, at) + 1
        self.column = at - source.rfind("\n", 0, at)
        super().__init__(f"{self.line}:{self.column}")


def split(source: str) -> Template:
    """Takes a text apart. Raises UnclosedError."""
    texts: list[str] = []
    expressions: list[str] = []
    at = 0
    while (start := source.find("{{", at)) >= 0:
        end = _closing(source, start + 2)
        texts.append(source[at:start])
        expressions.append(source[start + 2 : end].strip())
        at = end + 2
    return Template((*texts, source[at:]), tuple(expressions))


def changed(source: str, change: Callable[[str], str]) -> str:
    """The text with `change` made to each of its expressions. Raises UnclosedError."""
    texts, expressions = split(source)
    found = [texts[0]]
    for expression, text in zip(expressions, texts[1:], strict=True):
        found += ("{{ ", change(expression), " }}", text)
    return "".join(found)


def _closing(source: str, at: int) -> int:
    """Where the braces close that stand before `at`: past the texts and the references of the expression."""
    start, depth, quote = at - 2, 0, ""
    while at < len(source):
        letter = source[at]
        if quote:
            at += letter == "\\"
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "{":
            depth += 1
        elif letter == "}" and depth:
            depth -= 1
        elif source.startswith("}}", at):
            return at
        at += 1
    raise UnclosedError(source, start)


def compose(texts: Sequence[str], parts: Sequence[Evaluate], *, escaped: bool = False) -> Render:
    """What renders a text; `parts` evaluate its expressions. It raises EvaluationError as they do, and for one that
    comes out longer than a message may be."""
    if not parts:
        whole = texts[0]
        return lambda values, moment: whole

    def render(values: Values, moment: Any) -> str:
        found = [texts[0]]
        for evaluate, text in zip(parts, texts[1:], strict=True):
            value = text_of(evaluate(values, moment)) or ""
            found += (html.escape(value) if escaped else value, text)
        whole = "".join(found)
        if len(whole) > LONGEST:
            raise EvaluationError("ERR_MESSAGE_LONG", length=len(whole), limit=LONGEST)
        return whole

    return render
