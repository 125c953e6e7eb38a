"""What an editor is told about a text besides completions, and that no text is too odd for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn import messages
from sojourn.editor.analyse import WORDS, analyse, hover
from sojourn.editor.simple import to_text
from sojourn.editor.visible import Visible
from sojourn.expression import ExpressionError, Type, compile_expression
from sojourn.expression.functions import FUNCTIONS

from ..engine.generator import examples
from ..expression.world import World
from .test_complete import TEXTS

WORLD = World()
VISIBLE = Visible.of(WORLD)

HOVERS = [
    # the marked word, what is said of it, the text it covers
    ("@{E.wh|ole} > 1", "@{E.whole}: integer", "whole"),
    ("@{E|.whole} > 1", "@{E}: object", "E"),
    ("@{E.'odd |name'} == 'a'", '@{E."odd name"}: string', "'odd name'"),
    ("#{S.g.te|xt}", "#{S.g.text}: string", "text"),
    ("@action{A.te|xt}", "@action{A.text}: string", "text"),
    ("@{E.items.sk|u}", "@{E.items.sku}: list<string>", "sku"),
    ("@{E.items.first(true).sk|u}", "@{E.items.first().sku}: string", "sku"),
    ("@{E.items.all(currentEventField.pri|ce > 1)}", "@{E.items.first().price}: decimal", "price"),
    ("@{E.items.all(currentEvent|Field.price > 1)}", "currentEventField", "currentEventField"),
    ("@{E.people.entry('a').i|d}", "@{E.people.entry().id}: list<string>", "id"),
    ("@{E.people.ke|ys()}", "keys", "keys"),
    ("upp|er('a')", "upper", "upper"),
    ("in|('a', ['a'])", "in", "in"),
    ("1 == 1 a|nd true", "and", "and"),
    ("@{E.text} is no|t null", "not", "not"),
    ("4 |/ 2", "/", "/"),
    ("@{E.text, default|Value: 'a'}", "defaultValue", "defaultValue"),
]


@pytest.mark.parametrize("marked, title, covered", HOVERS)
def test_what_is_under_the_cursor(marked: str, title: str, covered: str) -> None:
    text = marked.replace("|", "")
    found = hover(text, marked.index("|"), VISIBLE)
    assert found is not None
    assert (found.title, text[found.start : found.end]) == (title, covered)


@pytest.mark.parametrize("marked", ["'a|nd'", "@{E.nothing|.text}", "nothing|('a')", "|  1", "12|3", "", "@{Z|.x}"])
def test_nothing_to_say(marked: str) -> None:
    assert hover(marked.replace("|", ""), max(marked.find("|"), 0), VISIBLE) is None


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_function_is_explained(language: messages.Language) -> None:
    for name, function in FUNCTIONS.items():
        found = hover(f"{name}()", 1, VISIBLE, language)
        assert found is not None and found.title == name
        assert found.forms == function.forms() and found.text == function.meaning(language) and found.example


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_explained(word: str, language: messages.Language) -> None:
    found = hover(word, 0, VISIBLE, language)
    assert found is not None and found.text


@examples(200)
@given(TEXTS, st.integers(-2, 80), st.sampled_from([None, "boolean", "string"]), st.sampled_from(messages.LANGUAGES))
def test_whatever_the_text(text: str, cursor: int, expected: str | None, language: messages.Language) -> None:
    """Never an exception; a type or an error, as compiling has it; a simple view that means the same."""
    kind = Type.parse(expected) if expected else None
    found = analyse(text, WORLD, kind, cursor, language=language)
    try:
        compiled = str(compile_expression(text, WORLD, kind).type)
    except ExpressionError as error:
        assert (found.type, [each.code for each in found.errors]) == (None, [each.code for each in error.diagnostics])
    else:
        assert (found.type, found.errors) == (compiled, ())
    assert all(0 <= each.start <= each.end <= len(text) and each.message for each in found.errors)
    assert found.hover is None or 0 <= found.hover.start < found.hover.end <= len(text)
    if found.simple is not None:
        assert analyse(to_text(found.simple, WORLD), WORLD, kind).simple == found.simple
