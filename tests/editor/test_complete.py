"""What is offered at a cursor, and that it is right: whatever is inserted, the text goes on being an expression."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.editor.complete import Completion, Completions, complete
from sojourn.editor.visible import Visible
from sojourn.expression import ExpressionError, Type
from sojourn.expression.functions import FUNCTIONS
from sojourn.expression.parse import parse
from sojourn.expression.printer import printed

from ..engine.generator import examples
from ..expression.trees import WRITTEN
from ..expression.world import World

WORLD = World()
VISIBLE = Visible(Visible.of(WORLD).roots, segments=("VIP", 'The "best"'))


def completions(marked: str, expected: str | None = None) -> Completions:
    """Those at the `|` in a text."""
    before, _, after = marked.partition("|")
    kind = Type.parse(expected) if expected else None
    return complete(before + after, len(before), VISIBLE, WORLD, kind)


def labels(marked: str, expected: str | None = None) -> list[str]:
    return [item.label for item in completions(marked, expected).items]


def inserted(marked: str, label: str) -> str:
    """The text with a completion taken, the cursor marked."""
    text, found = marked.replace("|", ""), completions(marked)
    item = next(item for item in found.items if item.label == label)
    caret = len(item.insert) if item.caret is None else item.caret
    return text[: found.start] + item.insert[:caret] + "|" + item.insert[caret:] + text[found.end :]


# cursor, some of what is offered, some of what is not
OFFERED = [
    # references
    ("|", "E Order S A true not if upper date", "and =="),
    ("@|", "E Order A", "S upper true"),
    ("#|", "S", "E upper"),
    ("@{|", "E Order", "S A items"),
    ("#{|", "S", "E"),
    ("#{S.|", "g", "text"),
    ("@action{|}", "A", "E"),
    ("@{E.|}", "text whole items", "E upper all"),
    ("@{E.te|}", "text texts", "whole"),
    ("@{E.items.|}", "sku price all first last at", "entry keys"),
    ("@{E.items.first().|}", "sku price", "all first"),
    ("@{E.items.parts.|}", "name weight all", "sku"),
    ("@{E.people.|}", "entry keys firstEntryKey", "id all"),
    ("@{E.people.entry('Email').|}", "id primary first", "entry"),
    ("@{E.people.entry('Email').at(0).|}", "id primary", "first"),
    ("@{E.thing.nothing.|}", "", "text all"),
    ("@{E.text |", "} defaultValue", "text =="),
    ("@{E.text, |", "defaultValue params", "text"),
    ("#{S.g.text, params: |", "{", "E upper"),
    ("#{S.g.text, params: {city: 'a'} |", "}", "=="),
    ("#{S.g.text, params: {|}}", "city most", "text defaultValue"),
    ("#{S.g.text, params: {city: 'a', |}}", "city most", ""),
    ("#{S.g.text, params: {city: |}}", "E upper", "city"),
    # loop variables
    ("@{E.items.all(|)}", "currentEventField true E", "currentDataPackField"),
    ("#{S.g.items.all(cur|)}", "currentDataPackField", "currentEventField"),
    ("@action{A.items.all(|)}", "currentActionField", ""),
    ("@{E.items.all(currentEventField.|)}", "sku tags parts", "all text"),
    ("@{E.items.all(currentEventField.parts.|)}", "name weight all", "sku"),
    ("@{E.items.all(currentEventField.parts.first(currentEventField.|).name == 'a')}", "name weight", "sku"),
    ("@{E.items.all(currentEventField.price |)}", ">= + is numeric", "and has null"),
    ("@{E.items.all(true)} |", "has null ==", "> +"),
    # operators, by the type on their left
    ("@{E.whole} =|", "== >= <=", "> is null"),
    ("@{E.flag} |", "and or == is null", "> + has null is numeric"),
    ("@{E.whole} |", "> + % is numeric is null", "and has null"),
    ("@{E.whole} + 1 |", "> +", "and"),
    ("@{E.moment} |", "> == +", "- * and"),
    ("@{E.span} |", "== +", "> and"),
    ("@{E.text} |", "==", "> and - has null"),
    ("@{E.texts} |", "has null", "> +"),
    ("@{E.whole} > 5 |", "and or +", "> is null"),
    ("@{E.flag} and @{E.whole} |", "> +", "and"),
    ("upper('a') |", "==", "and >"),
    ("(1 + 2) |", "+ >", "and"),
    ("unknown('a') |", "== > + and has null", ""),
    ("@{E.whole} is |", "null not null numeric", "true"),
    ("@{E.whole} is n|", "null not null numeric integer", "upper"),
    ("@{E.whole} is not |", "null", "numeric"),
    ("@{E.texts} has |", "null", "not null"),
    ("if (true) |", "then", "else and"),
    ("if (true) then (1) |", "else", "then and"),
    ("if (true) then (1) else (2) |", "> +", "and"),
    # texts
    ("now('|')", "Africa/Cairo", "years"),
    ("now('seo|')", "Asia/Seoul", "Europe/Paris"),
    ('nowWithDelta(1, "|', "years days", "Asia/Seoul"),
    ('nowWithDelta(1, "days", "se|")', "Asia/Seoul", "days"),
    ("inSegment('|')", "VIP", "Asia/Seoul"),
    ("upper('|')", "", "VIP text"),
    ("'any |text'", "", "and"),
    # fields by their own name, wherever a value can stand
    ("sku|", "", "upper"),
    ("wid|", "", "upper"),
    ("who|", "whole wholes", "text"),
]


@pytest.mark.parametrize("marked, wanted, unwanted", OFFERED)
def test_what_is_offered(marked: str, wanted: str, unwanted: str) -> None:
    """A few of those that must be there, and of those that must not."""
    words = ["not null", "is null", "has null", "is numeric"]
    found = labels(marked)
    found += ["defaultValue"] if ", defaultValue:" in found else []
    for text, there in ((wanted, True), (unwanted, False)):
        for word in words:
            if word in text:
                assert (word in found) is there, (word, found)
                text = text.replace(word, "")
        for word in text.split():
            assert (word in found) is there, (word, found)


INSERTED = [
    ("|", "upper", "upper(|)"),
    ("|", "now", "now(|)"),
    ("|", "uuid", "uuid()|"),
    ("|", "date", 'date("|")'),
    ("|", "if", "if (|) then () else ()"),
    ("up|('a')", "upper", "upper|('a')"),
    ("up|per('a')", "upper", "upper|('a')"),
    ("tex|", "text", "@{E.text}|"),
    ("odd|", "odd name", '@{E."odd name"}|'),
    ("@|", "E", "@{E.|}"),
    ("@{E.od|}", "odd name", '@{E."odd name"|}'),
    ('@{E."od|', "odd name", '@{E."odd name"|'),
    ("@{E.fla|g} and true", "flag", "@{E.flag|} and true"),
    ("@{E.items.|}", "all", "@{E.items.all(|)}"),
    ("@{E.items.fi|rst(true)}", "first", "@{E.items.first|(true)}"),
    ("@{E.people.|}", "entry", "@{E.people.entry('|')}"),
    ("@{E.people.|}", "keys", "@{E.people.keys()|}"),
    ("@{E.flag}|", "and", "@{E.flag} and |"),
    ("@{E.flag} a|", "and", "@{E.flag} and |"),
    ("if (true) |", "then", "if (true) then (|)"),
    ("now('seo|ul')", "Asia/Seoul", "now('Asia/Seoul|')"),
    ("now('Asia|", "Asia/Seoul", "now('Asia/Seoul'|"),
    ('inSegment("|', 'The "best"', r'inSegment("The \"best\""|'),
    ("inSegment('|", 'The "best"', r"inSegment('The \"best\"'|"),
]


@pytest.mark.parametrize("marked, label, text", INSERTED)
def test_what_a_completion_writes(marked: str, label: str, text: str) -> None:
    assert inserted(marked, label) == text


FIRST = [
    ("@{E.flag} == |", None, "boolean"),
    ("@{E.whole} > |", None, "integer"),
    ("upper(|)", None, "string"),
    ("setHours(@{E.moment}, |)", None, "integer"),
    ("@{E.moment, defaultValue: (|)}", None, "dateTime"),
    ("if (|)", None, "boolean"),
    ("@{E.items.at(|)}", None, "integer"),
    ("|", "dateTimeOnly", "dateTimeOnly"),
    ("true and |", "boolean", "boolean"),
]


@pytest.mark.parametrize("marked, expected, kind", FIRST)
def test_what_fits_comes_first(marked: str, expected: str | None, kind: str) -> None:
    """Functions of another type come behind those of the type that the place asks for."""
    functions = [item for item in completions(marked, expected).items if item.kind == "function" and item.type]
    fits = [item.type == kind or {item.type, kind} == {"integer", "decimal"} for item in functions]
    assert any(fits) and fits == sorted(fits, reverse=True)


def test_a_field_has_its_type() -> None:
    found = {item.label: item.type for item in completions("@{E.items.|}").items}
    assert (found["price"], found["tags"], found["all"], found["first"]) == (
        "list<decimal>", "list<string>", "list<object>", "object",
    )  # fmt: skip


def test_every_function_is_offered_with_a_form() -> None:
    functions = {item.label: item for item in completions("|").items if item.kind == "function"}
    assert {*functions} == {*FUNCTIONS, "date"}
    assert functions["length"].detail == "length(string) -> integer"


def test_too_many_are_cut() -> None:
    assert not completions("@{E.|}").more
    assert completions("now('|')").more


# --- whatever the text ---

FRAGMENTS = st.sampled_from(
    ["@{E.", "@{", "#{S.g.", "@action{", "}", "(", ")", "[", "]", "{", ",", ":", ".", "'", '"', "\\", "all(", "entry('",
     "currentEventField.", "items", "parts", "people", "and ", "or ", "not ", "is ", "has ", "null", "if ", "then ",
     "else ", "now(", "in(", "defaultValue: ", "params: {", "==", ">=", "+", "-", "5", "3h", " ", "\n", "é", "한",
     "@", "#"]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS, max_size=25).map("".join) | st.text(max_size=60) | WRITTEN.map(printed)


@examples(200)
@given(TEXTS, st.integers(-2, 80), st.sampled_from([None, "boolean", "dateTimeOnly"]))
def test_no_text_and_no_cursor_is_too_odd(text: str, cursor: int, expected: str | None) -> None:
    """The range to replace is always around the cursor, and carets are within what is inserted."""
    cursor = min(max(cursor, 0), len(text))
    found = complete(text, cursor, VISIBLE, WORLD, Type.parse(expected) if expected else None)
    assert 0 <= found.start <= cursor <= found.end <= len(text)
    assert all(item.caret is None or 0 <= item.caret <= len(item.insert) for item in found.items)


RIGHT = [
    "@{E.flag} and not @{E.whole} >= 5 or length(@{E.text}) > 3",
    "count(@{E.items.all(currentEventField.price > 10 and currentEventField.parts.first(true).name == 'a').sku}) > 0",
    "@{E.people.entry('Email').first(currentEventField.primary).id, defaultValue: 'none'} == #{S.g.'odd name'}",
    "if (@{E.whole} is not null) then ([1, 2] has null) else (inLastDays(@{E.moment, defaultValue: (now())}, 3))",
    '#{S.g.text, params: {city: upper("a"), most: 1.5}} + @action{A.text} == nowWithDelta(-1, "days", \'Asia/Seoul\')',
]


def viable(text: str) -> bool:
    """Whether `text` can go on to be an expression."""
    try:
        parse(text)
    except ExpressionError as error:
        return error.code in ("ERR_EXPR_UNFINISHED", "ERR_EXPR_STRING_OPEN", "ERR_EXPR_EMPTY")
    return True


@pytest.mark.parametrize("whole", RIGHT)
def test_every_completion_goes_on(whole: str) -> None:
    """Wherever a right expression is cut: up to where the cursor is then, the text is still the beginning of one."""
    for text in cuts(whole):
        found = complete(text, len(text), VISIBLE, WORLD, Type.parse("boolean"))
        for item in found.items:
            assert viable(after(text, found, item)), (item, after(text, found, item))


def cuts(whole: str) -> list[str]:
    return [whole[:end] for end in range(len(whole) + 1)]


def after(text: str, found: Completions, item: Completion) -> str:
    """The text up to the cursor once the completion is taken."""
    return text[: found.start] + item.insert[: len(item.insert) if item.caret is None else item.caret]


NEXT = ("@{E", "#{S", "and ", "or ", "not ", ">=", "length", "items", "all", "currentEventField", "sku", "has null")


@pytest.mark.parametrize("whole", RIGHT)
def test_the_next_word_is_offered(whole: str) -> None:
    """Of a right expression, wherever it is cut, what comes next is offered."""
    for text in cuts(whole):
        found = complete(text, len(text), VISIBLE, WORLD, Type.parse("boolean"))
        for word in NEXT:
            if whole[found.start :].lstrip().startswith(word) and found.items:
                inserts = [item.insert.strip() for item in found.items]
                assert any(insert.startswith(word.strip()) for insert in inserts), (text, word, inserts[:20])
