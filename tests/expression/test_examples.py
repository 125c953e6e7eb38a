"""The language by example: literals, operators, functions, nulls (rule 7.3)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from sojourn.expression import EvaluationError, to_json
from sojourn.expression.functions import FUNCTIONS

from .world import compiled, run

MAX = 9223372036854775807

LITERALS = [
    ('"text"', "text"),
    ("'it\"s'", 'it"s'),
    (r'"a\"b\\c\n\u0041"', 'a"b\\c\nA'),
    (r'"\\."', "\\."),
    (r'"\d"', "\\d"),
    (r'"\ud83d\ude00"', "\U0001f600"),
    ("42", 42),
    ("-1", -1),
    ("007", 7),
    (f"-{MAX + 1}", -MAX - 1),
    ("3.14", 3.14),
    ("1.0e3", 1000.0),
    ("true", True),
    ("null", None),
    ('date("2021-02-19")', date(2021, 2, 19)),
    ('date("2021-02-19T10:00")', datetime(2021, 2, 19, 10)),
    ('date("2021-02-19T10:00:00.5+02:00")', datetime(2021, 2, 19, 10, 0, 0, 500000, timezone(timedelta(hours=2)))),
    ("[3, 5, null]", [3, 5, None]),
    ("[]", []),
    ("[toDuration(500), toDuration(800)]", [timedelta(milliseconds=500), timedelta(milliseconds=800)]),
]

ARITHMETIC = [
    ("1 + 2", 3),
    ("2 - 1", 1),
    ("3 -1", 2),
    ("2 - -1", 3),
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("10 - 2 - 3", 5),
    ("10 - (2 - 3)", 11),
    ("100 / 10 / 5", 2),
    ("7 / 2", 3),
    ("-7 / 2", -3),
    ("7.0 / 2", 3.5),
    ("1 / 0", 0),
    ("1.5 / 0", 0.0),
    ("1 % 0", 0),
    ("3 % 2", 1),
    ("-7 % 3", -1),
    ("7.5 % 2", 1.5),
    ("3.0 * 4.0", 12.0),
    ("1 + 0.5", 1.5),
    ("1 + 2 + 0.5 + 1", 4.5),
    ("-(1 + 2)", -3),
    ("@{E.fixed} * 6", 42),
    ('"a" + "b" + "c" + 1234', "abc1234"),
    ('1 + 2 + "a" + 1 + 2', "3a12"),
    ('"" + 1.0 + true', "1.0true"),
    ('now() + " is now"', "2026-03-01T10:00:00Z is now"),
    ('"" + [1, null]', "[1,null]"),
    ('toDateTime("2011-12-03T15:15:30Z") + toDuration("PT15M")', datetime(2011, 12, 3, 15, 30, 30, tzinfo=UTC)),
    ('date("2011-12-03T15:15:30") + toDuration("PT15M")', datetime(2011, 12, 3, 15, 30, 30)),
    ('toDuration("PT1H") + toDuration("PT1H")', timedelta(hours=2)),
]

LOGIC = [
    ("3.14 > 2 and 3.15 < 1", False),
    ("3.14 > 2 or 3.15 < 1", True),
    ("not 3.15 < 1", True),
    ("not true or true", True),
    ("not (true or true)", False),
    ("true or false and false", True),
    ("not not true", True),
    ("3.14 == 42", False),
    ("1 == 1.0", True),
    ('"foo" != "bar"', True),
    ("1 < 2 == true", True),
    ("42 >= 3.14", True),
    ('["foo", "bar", null] has null', True),
    ('["foo", "bar", ""] has null', False),
    ("null is null", True),
    ("1 is not null", True),
    ("1 is numeric", True),
    ("1 is integer", True),
    ("1 is decimal", False),
    ('"1" is numeric', False),
    ('date("2021-02-19T00:00:00Z") == date("2021-02-19T01:00:00+01:00")', True),
    ('date("2021-02-19T00:00:00Z") < date("2021-02-19T00:30:00-01:00")', True),
    ('date("2021-02-19") == date("2021-02-19")', True),
    ("[1, 2] == [1, 2]", True),
    ("if (1 < 2) then ('a') else ('b')", "a"),
    ("if (true) then (1) else (2.5)", 1.0),
    ("if(false)then(null)else([1])", [1]),
]

FUNCTION_CASES = [
    ('concat(["Hello", " ", null, "World"])', "Hello World"),
    ('contain("abc", "")', True),
    ('containIgnoreCase("STRASSE", "straße")', True),
    ('endWith("abc", "bc")', True),
    ('isEmpty("x")', False),
    ('isNotEmpty("")', False),
    ('length("\U0001f600é")', 2),
    ('trim(" \t a b\n")', "a b"),
    ("round(3.14)", 3),
    ("round(3.54)", 4),
    ("round(-3.14)", -3),
    ("round(2.5)", 3),
    ("round(0.49999999999999994)", 0),
    ("round(3)", 3),
    ("toInteger(-2.9)", -2),
    ('toInteger("4x")', None),
    (f'toInteger("{MAX + 1}")', None),
    ("toInteger(true)", 1),
    ("toInteger(toDateTime(1560762190189))", 1560762190189),
    ('toDecimal("nan")', None),
    ('toDecimal("1e999")', None),
    ("toDecimal(false)", 0.0),
    ("toDecimal(toDateTime(5))", 5.0),
    ('toBool("TRUE")', False),
    ('toBool("1")', False),
    ("toBool(0.0)", False),
    ("toBool(3)", True),
    ('toDateTime("2016-08-18T23:17:59.123Z") == toDateTime(1471562279123)', True),
    ('toDateTime("2016-13-18T23:17:59Z")', None),
    ('toDateTime("2016-08-18T23:17:59")', None),
    (
        'toString(toDateTime("Europe/Paris", toDateTimeOnly("2016-08-18T23:17:59.123")))',
        "2016-08-18T23:17:59.123+02:00",
    ),
    ('toDateTimeOnly(toDateTime("2016-08-18T23:17:59+02:00"))', datetime(2016, 8, 18, 23, 17, 59)),
    ('toDateOnly(date("2016-08-18T23:17:59"))', date(2016, 8, 18)),
    ('toString(toDuration("PT1.52S"))', "PT1.52S"),
    ('toString(toDuration("PT0S"))', "PT0S"),
    ('toString(toDuration("P2DT3H4M"))', "PT51H4M"),
    ('toString(toDuration("-pt6h3m"))', "-PT6H3M"),
    ('toDuration("PT-6H+3M")', timedelta(hours=-6, minutes=3)),
    ('toDuration("-PT-6H+3M")', timedelta(hours=6, minutes=-3)),
    ('toDuration("PT20,345S")', timedelta(seconds=20.345)),
    ('toDuration("PT-0.5S")', timedelta(seconds=-0.5)),
    ('toDuration("P-6H3M")', None),
    ('toDuration("-P6H3M")', None),
    ('toDuration("-P-6H+3M")', None),
    ('toDuration("P1M")', None),
    ('toDuration("PT")', None),
    ('toDuration("P")', None),
    ("toString(2.0)", "2.0"),
    ("toString(date('2021-02-19T10:00:00'))", "2021-02-19T10:00:00"),
    ("count([null, 1])", 1),
    ("count([])", 0),
    ("sum([10, 3, 8])", 21),
    ("sum([])", None),
    ("max([null])", None),
    ("max(1, 2)", 2),
    ("max([toDuration(1), toDuration(2)])", timedelta(milliseconds=2)),
    ("min(date('2021-02-19T00:00:00Z'), date('2021-02-19T00:00:00+01:00')) == date('2021-02-18T23:00:00Z')", True),
    ("avg(10.2, 3)", 6.6),
    ("in(8, [4, 5, 3, 4])", False),
    ('in("a", ["a", null])', True),
    ("now()", datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ("toString(now('Asia/Seoul'))", "2026-03-01T19:00:00+09:00"),
    ('toString(nowWithDelta(1, "months", "Europe/Paris"))', "2026-04-01T11:00:00+02:00"),
    ('toString(nowWithDelta(-1, "days"))', "2026-02-28T10:00:00Z"),
    ('nowWithDelta(1, "da" + "ys") == nowWithDelta(24, "hours")', True),
    ("inLastDays(nowWithDelta(-4, 'days'), 4)", True),
    ("inLastDays(now(), 0)", True),
    ("inLastHours(nowWithDelta(1, 'seconds'), 4)", False),
    ("random()", 0.25),
    # edges of dates
    ("toDateTimeOnly('2023-08-18T23:17:59.123+02:00')", datetime(2023, 8, 18, 23, 17, 59, 123000)),
    ("toDateOnly('2023-08-18T23:59:59-08:00')", date(2023, 8, 18)),
    ("toDateOnly(2023, 2, 29)", None),
    (f"toDateOnly({MAX}, 1, 1)", None),
    ("toString(toDateTime('Europe/Paris', date('2026-03-29T02:30:00')))", "2026-03-29T03:30:00+02:00"),
    ("toString(toDateTime('Europe/Paris', date('2026-10-25T02:30:00')))", "2026-10-25T02:30:00+02:00"),
    ("toString(toDateTime('Europe/Paris', date('1900-01-01')))", "1900-01-01T00:00:00+00:09:21"),
    ("toDateTime(toString(toDateTime('Europe/Paris', date('1900-01-01')))) is not null", True),
    ("setDays(date('2024-02-10T08:00:00'), 31)", datetime(2024, 2, 29, 8)),
    ("setDays(date('2024-02-10T08:00:00'), 0)", None),
    ("setDays(date('2024-02-10T08:00:00'), 32)", None),
    ("setHours(date('2024-02-10T08:15:00'), 0)", datetime(2024, 2, 10, 0, 15)),
    ("setHours(now(), 24)", None),
    ("setHours(now(), -1)", None),
    ("toString(updateTimeZone(now(), '+05:30'))", "2026-03-01T15:30:00+05:30"),
    ("inLastDays(nowWithDelta(1, 'seconds'), 4)", False),
    ("inLastHours(nowWithDelta(-4, 'hours'), 4)", True),
    ("inLastMonths(now(), 0)", True),
    ("inLastMonths(date('2025-11-01T10:00:00Z'), 4)", True),
    ("inLastMonths(date('2025-11-01T09:59:59Z'), 4)", False),
    ("inLastYears(date('2025-03-01T10:00:00Z'), 1)", True),
    ("inLastYears(date('2025-03-01T09:59:59.999Z'), 1)", False),
    ("inNextDays(nowWithDelta(4, 'days'), 4)", True),
    ("inNextMonths(date('2026-07-01T12:00:00+02:00'), 4)", True),
    ("inNextMonths(date('2026-07-01T10:00:00.001Z'), 4)", False),
    ("inNextYears(date('2027-03-01T10:00:00Z'), 1)", True),
    ("inNextYears(date('2026-02-01T10:00:00Z'), 1)", False),
    ("inNextYears(now(), -1)", False),
    # edges of lists
    ("distinct([1.0, -0.0, 0.0, 1.0])", [1.0, -0.0]),
    (
        "distinct([date('2026-01-01T00:00:00Z'), date('2026-01-01T01:00:00+01:00')]) == [date('2026-01-01T00:00:00Z')]",
        True,
    ),
    ("distinct([])", []),
    ("distinct([null])", []),
    ("distinctWithNull([null, null])", [None]),
    ("distinctCountWithNull([])", 0),
    ("getListItem([1], 1)", None),
    ("getListItem([1], -1)", None),
    ("getListItem([null], 0)", None),
    ("intersect([1, 2], [])", []),
    ("intersect([3, 1, null, 3], [null, 3, 1])", [3, 1]),
    ("intersect(null, ['a'])", []),
    ("limit([1, 2], 5)", [1, 2]),
    ("limit([1, 2], 5, false)", [1, 2]),
    ("limit([1, 2], 0, false)", []),
    ("limit([1, 2], -1)", []),
    ("limit([1, 2], -1, false)", []),
    (f"limit([1, 2], {MAX}, false)", [1, 2]),
    ("sort([], true)", []),
    ("sort([null, 2, null, 1], false)", [2, 1, None, None]),
    ("sort(['b', 'B', 'a', 'é'], true)", ["B", "a", "b", "é"]),
    ("sort(@{Order.mixed}, 'key', true) == @{Order.sorted}", True),
    ("sort(@{Order.mixed}, 'key', false) == @{Order.reversed}", True),
    ("distinctCount(@{Order.mixed}, 'key')", 7),
    ("distinctCount(@{Order.mixed})", 8),
    ("count(filter(@{Order.mixed}, 'key', [1, null]))", 1),
    ("count(filter(@{Order.mixed}, 'key', [1.0]))", 1),
    ("count(filter(@{Order.mixed}, 'key', [true, false]))", 1),
    ("serializeList([], ',', true)", ""),
    ("serializeList([null, 'a'], ',', true)", '"a"'),
    ("serializeList(['a\"b'], ',', true)", '"a"b"'),
    ("serializeList(split('a-b', '-'), '', false)", "ab"),
    ("listSize([null])", 1),
    # edges of strings
    ("indexOf('abc', '')", 0),
    ("lastIndexOf('abc', 'd')", -1),
    ("indexOf('\U0001f600b', 'b')", 1),
    ("substr('abc', -5)", "abc"),
    ("substr('abc', 3)", ""),
    ("substr('abc', 9)", ""),
    ("substr('abc', -2, 2)", "ab"),
    ("substr('abc', 2, 1)", ""),
    ("substr('abc', 1, 99)", "bc"),
    ("substr('abc', 0, -1)", ""),
    ("substr('\U0001f600bc', 1)", "bc"),
    ("inSegment('VIP')", True),
    ("inSegment('no such')", False),
    ("inSegment('V' + 'IP')", True),
]


@pytest.mark.parametrize(("source", "expected"), LITERALS + ARITHMETIC + LOGIC + FUNCTION_CASES)
def test_value(source: str, expected: object) -> None:
    found = run(source)
    assert found == expected
    assert type(found) is type(expected)


NULLS = [
    # operators (rule 7.3, surprise 12): null in, null out, but logic takes null for false
    ("@{E.whole} + 1", None),
    ("1 - @{E.real}", None),
    ("-@{E.whole}", None),
    ("@{E.whole} / 0", None),
    ('"a" + @{E.whole}', None),
    ("@{E.moment} + toDuration(1)", None),
    ("@{E.whole} > 1", None),
    ("@{E.whole} == 1", None),
    ("@{E.text} != 'a'", None),
    ("@{E.whole} + null", None),
    ("@{E.flag} and true", False),
    ("@{E.flag} or true", True),
    ("@{E.flag} or @{E.whole} > 1", False),
    ("not @{E.flag}", True),
    ("not @{E.whole} > 1", True),
    ("@{E.whole} is null", True),
    ("@{E.whole} + 1 is not null", False),
    ("@{E.wholes} has null", None),
    ("@{E.whole} is numeric", None),
    ("if (@{E.flag}) then (1) else (2)", 2),
    ("if (true) then (@{E.whole}) else (2)", None),
    ("[@{E.whole}, 1] has null", True),
    ("@{E.whole, defaultValue: 5}", 5),
    ("@{E.whole, defaultValue: @{E.more}}", None),
    # functions, each signature in test_functions.py
    ("isEmpty(@{E.text})", False),
    ("isNotEmpty(@{E.text})", None),
    ("not isEmpty(@{E.text})", True),
    ("length(@{E.text})", None),
    ("length(null)", None),
    ("concat(@{E.text}, 'a')", None),
    ("concat(@{E.texts})", None),
    ("toString(@{E.moment})", None),
    ("toBool(@{E.text})", None),
    ("count(@{E.wholes})", 0),
    ("sum(@{E.wholes})", None),
    ("sum(@{E.whole}, 5)", 5),
    ("max(@{E.whole}, @{E.more})", None),
    ("min(@{E.whole}, 3)", 3),
    ("in(@{E.whole}, [1])", None),
    ("in(1, @{E.wholes})", None),
    ("inLastDays(@{E.moment}, 1)", None),
    ("nowWithDelta(@{E.whole}, 'days')", None),
    ("nowWithDelta(1, @{E.text})", None),
]


WITH_VALUES = {
    "text": "hi", "other": "HI", "whole": 5, "more": -3, "real": 2.5, "flag": True, "day": "2026-02-01",
    "local": "2026-02-01T09:00:00", "moment": "2026-02-28T23:00:00+01:00", "span": "PT1H", "raw": "41",
    "thing": {"a": [1]}, "texts": ["a", None], "wholes": [1, 2, "x"], "reals": [1, 2.5], "odd name": "odd", "3h": 3,
    "and": True,
}  # fmt: skip

OPERANDS = [
    *((left, symbol, right) for symbol in "+-/%" for left in ("whole", "real") for right in ("more", "real")),
    *((left, symbol, right) for symbol in ("<", "<=", ">", ">=", "==", "!=") for left, right in (
        ("whole", "more"), ("whole", "real"), ("moment", "moment"), ("local", "local"))),
    *((kind, symbol, kind) for symbol in ("==", "!=") for kind in ("text", "flag", "day", "span", "thing", "texts")),
    ("whole", "*", "more"), ("real", "*", "real"), ("moment", "+", "span"), ("local", "+", "span"),
    ("span", "+", "span"),
    *(pair for name in WITH_VALUES for pair in (("text", "+", name), (name, "+", "text"))),
]  # fmt: skip


@pytest.mark.parametrize(("left", "symbol", "right"), OPERANDS)
def test_a_null_operand_makes_null(left: str, symbol: str, right: str) -> None:
    source = f"@{{E.'{left}'}} {symbol} @{{E.'{right}'}}"
    assert run(source, WITH_VALUES) is not None
    for nulls in ({left}, {right}, {left, right}):
        assert run(source, {name: value for name, value in WITH_VALUES.items() if name not in nulls}) is None


@pytest.mark.parametrize("test", ["numeric", "integer", "decimal"])
@pytest.mark.parametrize("name", ["text", "whole", "real", "raw", "flag"])
def test_a_type_test_of_null_is_null(test: str, name: str) -> None:
    assert run(f"@{{E.{name}}} is {test}") is None
    assert run(f"@{{E.{name}}} is {test}", {"raw": 1.5, **WITH_VALUES}) is not None


@pytest.mark.parametrize(("source", "expected"), NULLS)
def test_null(source: str, expected: object) -> None:
    assert run(source) is expected or run(source) == expected


@pytest.mark.parametrize("source", [source for source, value in NULLS if compiled(source).type.name == "boolean"])
def test_condition_is_never_null(source: str) -> None:
    value = run(source)
    assert run(source, expected="boolean") is (value is True)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@{E.whole} >= 5 and @{E.text} == 'hi'", True),
        ("@event{E.whole} + #{S.g.more}", 2),
        ("@{\n E . 'odd name' , defaultValue : 'x' }", "odd"),
        ("#{S.g.'3h'} > 0", True),
        ("@{E.and} and @{E.flag}", True),
        ("@{E.whole} * @{E.more} * 2", -30),
        ("@{E.whole} - @{E.more} + @{E.real}", 10.5),
        ("@{E.text} + ' ' + @{E.span} + ' ' + @{E.day}", "hi PT1H 2026-02-01"),
        ("equalIgnoreCase(@{E.text}, @{E.other})", True),
        ("@{E.wholes} has null", True),
        ("sum(@{E.wholes})", 3),
        ("sum(@{E.reals})", 3.5),
        ("inLastHours(@{E.moment}, 12)", True),
        ("@{E.moment} + @{E.span} < now()", True),
        ("if (@{E.flag}) then (@{E.whole}) else (@{E.real})", 5.0),
        ("toDateTime('Asia/Seoul', @{E.local}) == date('2026-02-01T00:00:00Z')", True),
        ("@{E.whole, defaultValue: (toInteger('9'))}", 5),
        ("@{E.raw} == '41'", True),
        ("@{E.raw} == 41", None),
        ("toInteger(@{E.raw}) + 1", 42),
        ("@{E.raw} is numeric", False),
        ("@{E.raw} + 1", None),
        ("length(@{E.raw})", 2),
        ("@{E.thing} == @{E.thing}", True),
        ("count(@{E.things})", 0),
    ],
)
def test_fields(source: str, expected: object) -> None:
    assert run(source, WITH_VALUES) == expected


@pytest.mark.parametrize(
    "source",
    [
        f"{MAX} + 1",
        f"@{{E.whole}} + {MAX}",
        f"@{{E.whole}} * {MAX}",
        f"-(-{MAX} - 1)",
        f"(-{MAX} - @{{E.flag, defaultValue: true}}) / -1".replace("@{E.flag, defaultValue: true}", "1"),
        "1.0e308 * 10.0",
        "1.0e308 / 0.1",
        f"sum([{MAX}, 1])",
        "round(1.0e300)",
        "toInteger(1.0e300)",
        f"toDateTime({MAX})",
        f"toDuration({MAX})",
        "nowWithDelta(9000, 'years')",
        f"inLastDays(now(), {MAX})",
        "date('9999-12-31T00:00:00Z') + toDuration('P2D')",
        "@{E.moment} + toDuration('P999999999D')",
    ],
)
def test_overflow_is_an_evaluation_error(source: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        run(source, WITH_VALUES)
    assert caught.value.code == "ERR_EXPR_OVERFLOW"
    assert "range" in str(caught.value)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_table_example(name: str) -> None:
    function = FUNCTIONS[name]
    source, expected = function.example
    assert name in source
    assert function.meaning() and function.nulls and function.category and function.forms()
    assert to_json(run(source)) == json.loads(expected)


def test_constants_are_computed_when_compiling() -> None:
    code = compiled("toDateTime('2026-01-01T00:00:00Z') + toDuration('P1D')").evaluate.__code__
    assert "toDateTime" not in code.co_names and len(code.co_names) == 1


def test_constants_are_ready_when_compiled() -> None:
    ready = {
        "in(@{E.text}, ['a', 'b'])": frozenset(("a", "b")),
        "equalIgnoreCase(@{E.text}, 'STRASSE')": "strasse",
        "@{E.moment} > toDateTime('2026-01-01T00:00:00Z')": datetime(2026, 1, 1, tzinfo=UTC),
    }
    for source, constant in ready.items():
        assert constant in compiled(source).evaluate.__globals__.values()


def test_needs_moment() -> None:
    assert compiled("random() > @{E.real}").needs_moment
    assert compiled("if (now() > date('2020-01-01T00:00:00Z')) then (1) else (2)").needs_moment
    assert not compiled("@{E.whole} > 1").needs_moment


def test_a_simple_condition_is_a_simple_function() -> None:
    code = compiled("@{E.real} >= 50", "boolean").evaluate.__code__
    assert code.co_names == () and code.co_nlocals == 3
