"""Static errors: code, place, words and suggestion (rule 7.4)."""

from __future__ import annotations

import string

import pytest

from sojourn import messages
from sojourn.errors import InputError
from sojourn.expression import ExpressionError, Type
from sojourn.journey.references import names_of, references

from .world import compiled

# source, code, the text the error points at, suggestion
CASES = [
    ("@{E.whle} > 1", "UNKNOWN_FIELD", "whle", "whole"),
    ("@{E.Text} == 'a'", "UNKNOWN_FIELD", "Text", "text"),
    ("@{E.items.prise} has null", "UNKNOWN_FIELD", "prise", "price"),
    ("@{E.text.all} == 1", "UNKNOWN_FIELD", "all", None),
    ("@{Odrer.items} has null", "UNKNOWN_EVENT", "Odrer", "Order"),
    ("#{Q.g.x} == 1", "UNKNOWN_SOURCE", "Q", None),
    ("@action{B.x} == 1", "UNKNOWN_ACTION", "B", None),
    ("#{S} is null", "NO_FIELD", "#{S}", None),
    ("True and false", "UNKNOWN_NAME", "True", "true"),
    ("length + 1", "UNKNOWN_NAME", "length", "length()"),
    ("currentEventFeild.x == 1", "UNKNOWN_NAME", "currentEventFeild", "currentEventField"),
    ("currentEventField.x == 1", "LOOP", "currentEventField", None),
    ("@{E.items.all(currentDataPackField.price > 1)} has null", "LOOP", "currentDataPackField", "currentEventField"),
    ("#{S.g.items.all(currentEventField.price > 1)} has null", "LOOP", "currentEventField", "currentDataPackField"),
    ("@action{A.items.all(currentEventField.price > 1)} has null", "LOOP", "currentEventField", "currentActionField"),
    ("@{E.items.at(currentEventField.count).price} > 1", "LOOP", "currentEventField", None),
    ("@{E.people.Email} is null", "MAP", "Email", '.entry("Email")'),
    ("@{E.items.filter(true)} has null", "UNKNOWN_SELECTION", "filter(true)", None),
    ("@{E.items.frist().sku} is null", "UNKNOWN_SELECTION", "frist()", "first"),
    ("@{E.text.all()} is null", "SELECTION", "all()", None),
    ("@{E.people.first()} is null", "SELECTION", "first()", ".entry(), .firstEntryKey(), .keys()"),
    ("@{E.items.keys()} is null", "SELECTION", "keys()", ".all(), .first(), .last(), .at()"),
    ("@{E.items.at()} is null", "SELECTION_ARGUMENT", "at()", None),
    ("@{E.items.at('1')} is null", "SELECTION_ARGUMENT", "at('1')", None),
    ("@{E.people.keys(1)} is null", "SELECTION_ARGUMENT", "keys(1)", None),
    ("@{E.people.entry(1)} is null", "SELECTION_ARGUMENT", "entry(1)", None),
    ("@{E.items.all(currentEventField.price)} is null", "CONDITION", "currentEventField.price", "toBool(...)"),
    ("@{E.text, params: {city: 'a'}} is null", "PARAMS", "@{E.text, params: {city: 'a'}}", None),
    ("#{S.g.text, params: {city: 'a', city: 'b'}} is null", "PARAM_TWICE", "city: 'b'", None),
    ("#{S.g.text, params: {citty: 'a'}} is null", "UNKNOWN_PARAM", "citty: 'a'", "city"),
    ("#{S.g.text, params: {city: 1}} is null", "PARAM", "1", "toString(...)"),
    (
        "#{S.g.items.all(#{S.g.flag, params: {city: currentDataPackField.sku}})} is null",
        "LOOP",
        "currentDataPackField",
        None,
    ),
    ("1 + lenght('a')", "UNKNOWN_FUNCTION", "lenght", "length"),
    ("Concat('a', 'b')", "UNKNOWN_FUNCTION", "Concat", "concat"),
    ("length()", "ARGUMENTS", "length()", None),
    ("upper(1)", "ARGUMENT", "1", "toString(...)"),
    ("contain(@{E.text}, @{E.whole})", "ARGUMENT", "@{E.whole}", "toString(...)"),
    ("in(1, ['a'])", "ARGUMENT", "['a']", None),
    ("sum(1, 2.5)", "ARGUMENT", "2.5", "toInteger(...)"),
    ("3 * 4.0", "OPERANDS", "3 * 4.0", "toDecimal(...)"),
    ("1 + 2 - 'a'", "OPERANDS", "1 + 2 - 'a'", "toInteger(...)"),
    ("'a' > 'b'", "OPERANDS", "'a' > 'b'", None),
    ("true < false", "OPERANDS", "true < false", None),
    ("@{E.day} < @{E.day}", "OPERANDS", "@{E.day} < @{E.day}", None),
    ("@{E.span} > toDuration(1)", "OPERANDS", "@{E.span} > toDuration(1)", None),
    ("@{E.moment} > @{E.local}", "OPERANDS", "@{E.moment} > @{E.local}", None),
    ("'1' == 1", "OPERANDS", "'1' == 1", "toString(...)"),
    ("@{E.whole} == '1'", "OPERANDS", "@{E.whole} == '1'", "toInteger(...)"),
    ("@{E.span} + @{E.moment}", "OPERANDS", "@{E.span} + @{E.moment}", None),
    ("-'a'", "OPERAND", "-'a'", None),
    ("1 has null", "OPERAND", "1 has null", None),
    ("@{E.text} == null", "NULL", "@{E.text} == null", "is null"),
    ("@{E.text} != null", "NULL", "@{E.text} != null", "is not null"),
    ("1 and true", "CONDITION", "1", "toBool(...)"),
    ("not now()", "CONDITION", "now()", None),
    ("if ('a') then (1) else (2)", "CONDITION", "'a'", "toBool(...)"),
    ("if (true) then (1) else ('a')", "BRANCHES", "'a'", "toInteger(...)"),
    ("[1, 2.5]", "LIST", "2.5", "toInteger(...)"),
    ("@{E.text, defaultValue: 2}", "DEFAULT", "2", "toString(...)"),
    ("@{E.moment, defaultValue: now()}", "DEFAULT_CALL", "now()", None),
    ("date('yesterday')", "DATE", "date('yesterday')", None),
    ("date('2021-02-19T00.00.000')", "DATE", "date('2021-02-19T00.00.000')", None),
    (
        "toDateTime(toDateTimeOnly('UTC', '2016-08-18T23:17:59'))",
        "ARGUMENTS",
        "toDateTimeOnly('UTC', '2016-08-18T23:17:59')",
        None,
    ),
    ("date(@{E.text})", "DATE", "date(@{E.text})", None),
    ("now('Mars/Base')", "ZONE", "'Mars/Base'", None),
    ("now('../../etc/passwd')", "ZONE", "'../../etc/passwd'", None),
    ("now(@{E.text})", "ZONE", "@{E.text}", None),
    ("inSegment(@{E.text})", "SEGMENT", "@{E.text}", None),
    ("inAudience('')", "SEGMENT", "''", None),
    ("matchRegExp('username@adobe.com', '*adobe')", "PATTERN", "'*adobe'", None),
    ("split(@{E.text}, '(?=a)')", "PATTERN", "'(?=a)'", None),
    ("replace(@{E.text}, '(a)', '$2')", "REPLACEMENT", "'$2'", None),
    ("replaceAll(@{E.text}, 'a', 'b$')", "REPLACEMENT", "'b$'", None),
    ("split(['A_B_C'], '_')", "ARGUMENT", "['A_B_C']", None),
    ("sort(@{E.items}, 'skuu', true)", "UNKNOWN_FIELD", "'skuu'", "sku"),
    ("filter(limit(@{E.items.all()}, 2), 'pric', [1])", "UNKNOWN_FIELD", "'pric'", "price"),
    ("countWithNull(@{E.things})", "ARGUMENT", "@{E.things}", None),
    ("in(4.0, [4, 5])", "ARGUMENT", "[4, 5]", None),
    ("max(1, 2.5)", "ARGUMENT", "2.5", "toInteger(...)"),
    ("updateTimeZone(@{E.moment}, @{E.text})", "ZONE", "@{E.text}", None),
    ("toDateTime(@{E.text}, @{E.local})", "ZONE", "@{E.text}", None),
    ("nowWithDelta(1, 'day')", "UNIT", "'day'", "days"),
    ("9223372036854775808", "INTEGER", "9223372036854775808", None),
    ("9" * 5000, "INTEGER", "9" * 5000, None),
    ("9" * 400 + ".0", "DECIMAL", "9" * 400 + ".0", None),
    # syntax
    ("@{E.flag} AND true", "SYNTAX", "AND", "and"),
    ("@{E.flag} && true", "SYNTAX", "&&", "and"),
    ("@{E.whole} = 1", "SYNTAX", "=", "=="),
    ("!@{E.flag}", "VALUE", "!", "not"),
    ("@{E.whole} is nul", "SYNTAX", "nul", "null"),
    ("@{E.whole, default: 1}", "SYNTAX", "default", "defaultValue"),
    ("if true then (1) else (2)", "SYNTAX", "true", None),
    ("1 +", "UNFINISHED", "", None),
    ("(1", "UNFINISHED", "", None),
    ("@{E.text", "UNFINISHED", "", None),
    ("@{E.3h}", "SYNTAX", "3h", '"3h"'),
    ("'abc", "STRING_OPEN", "'abc", None),
    ("1 ? 2", "SYNTAX", "?", None),
    ("1 andtrue", "SYNTAX", "andtrue", "and"),
    ("1, 2", "END", ",", None),
    ("1 'a b'", "SYNTAX", "'a b'", None),
    ("1 2", "SYNTAX", "2", None),
    ("", "EMPTY", "", None),
    (" \n", "EMPTY", "", None),
    ("1" * 10_001, "TOO_LONG", "", None),
    ("not " * 50 + "true", "TOO_DEEP", None, None),
    ("1" + "+1" * 300, "RUN", "1" + "+1" * 300, None),
]


@pytest.mark.parametrize(("source", "code", "span", "suggestion"), CASES)
def test_error(source: str, code: str, span: str | None, suggestion: str | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled(source)
    (found,) = caught.value.diagnostics
    assert found.code == f"ERR_EXPR_{code}" == caught.value.code
    assert span is None or source[found.start : found.end] == span
    assert found.params.get("suggestion") == suggestion
    assert isinstance(caught.value, InputError)
    for language in messages.LANGUAGES:
        assert found.text(language) in caught.value.text(language)
        hint = found.hint(language)
        assert suggestion is None or (hint and suggestion in hint)
    assert str(caught.value)


def test_several_errors_in_the_order_of_the_source() -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled("@{E.nothing} > 1\n and upper(2) == 'A'\n or foo() + 'x' == bar(@{E.wohle})")
    places = [(found.code, found.line, found.column) for found in caught.value.diagnostics]
    assert places == [
        ("ERR_EXPR_UNKNOWN_FIELD", 1, 5),
        ("ERR_EXPR_ARGUMENT", 2, 12),
        ("ERR_EXPR_UNKNOWN_FUNCTION", 3, 5),
        ("ERR_EXPR_UNKNOWN_FUNCTION", 3, 20),
        ("ERR_EXPR_UNKNOWN_FIELD", 3, 28),
    ]
    assert caught.value.text().startswith("1:5: 'E.nothing' is not a field of E. 2:12: ")


@pytest.mark.parametrize(
    ("source", "expected", "suggestion"),
    [("1", "boolean", "toBool(...)"), ("now()", "string", "toString(...)"), ("[1]", "list<string>", None)],
)
def test_expected_type(source: str, expected: str, suggestion: str | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled(source, expected)
    assert caught.value.code == "ERR_EXPR_RESULT"
    assert caught.value.params["expected"] == expected
    assert caught.value.params.get("suggestion") == suggestion


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1", "integer"),
        ("1 / 2.0", "decimal"),
        ("[null, 'a']", "list<string>"),
        ("[]", "list<null>"),
        ("null", "null"),
        ("if (@{E.flag}) then (null) else (now())", "dateTime"),
        ("if (@{E.flag}) then (1) else (2.0)", "decimal"),
        ("@{E.raw}", "any"),
        ("@{E.things}", "list<object>"),
        ("max(@{E.wholes})", "integer"),
        ("@{E.local} + @{E.span}", "dateTimeOnly"),
    ],
)
def test_type(source: str, expected: str) -> None:
    assert str(compiled(source).type) == expected


def test_an_expected_type_is_the_type() -> None:
    assert str(compiled("@{E.raw}", "boolean").type) == "boolean"
    assert str(compiled("@{E.whole}", "decimal").type) == "decimal"
    assert str(compiled("@{E.whole}", "any").type) == "integer"


def test_references() -> None:
    source = "@{A.b.'c d', defaultValue: #{S.g.x}} == @event{A.e.at(@{A.f}).h} + #{S.y, params: {z: @action{B.c}}}"
    found = {(one.kind, names_of(one)) for one in references(source)}
    assert found == {
        ("event", ("A", "b", "c d")),
        ("source", ("S", "g", "x")),
        ("event", ("A", "e", "h")),
        ("event", ("A", "f")),
        ("source", ("S", "y")),
        ("action", ("B", "c")),
    }
    with pytest.raises(ExpressionError):
        list(references("@{A.b"))


def test_types_parse_and_print() -> None:
    for text in ("string", "list<string>", "list<list<any>>", "object", "null"):
        assert str(Type.parse(text)) == text
    assert Type.parse("list<string>") == Type.parse("list<string>") != Type.parse("string")
    for text in ("list", "list<>", "text", "", "list<list<string>", "list<" * 40 + "any" + ">" * 40):
        with pytest.raises(ValueError):
            Type.parse(text)


def test_messages_have_both_languages_and_the_same_parameters() -> None:
    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    entries = {code: entry for code, entry in messages.catalogue().items() if code.startswith("ERR_EXPR_")}
    assert {f"ERR_EXPR_{code}" for _, code, _, _ in CASES} | {
        "ERR_EXPR_RESULT",
        "ERR_EXPR_OVERFLOW",
        "ERR_EXPR_TEXT",
    } == set(entries)
    for code, entry in entries.items():
        assert fields(entry.en) == fields(entry.ko), code
        if entry.hint:
            assert fields(entry.hint["en"]) == fields(entry.hint["ko"]), code
