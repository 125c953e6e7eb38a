"""What the reference says of the language besides its functions: operators, literals, patterns, departures.

The examples are run as tests. Moments and fields are those of the functions' examples (see `Function`).
"""

from __future__ import annotations

from typing import NamedTuple


class Operator(NamedTuple):
    """An operator: its operands and result, what it makes of null, and an example with its result (JSON)."""

    form: str
    operands: str
    nulls: str
    example: tuple[str, str]


_ANY_NULL = "null if an operand is null"

OPERATORS = (
    Operator("a or b", "booleans -> boolean", "null counts as false", ("3.14 > 2 or 3.15 < 1", "true")),
    Operator("a and b", "booleans -> boolean", "null counts as false", ("3.14 > 2 and 3.15 < 1", "false")),
    Operator("not a", "boolean -> boolean", "null counts as false: true", ("not 3.15 < 1", "true")),
    Operator("a is null", "any -> boolean", "true", ("@{E.text} is null", "true")),
    Operator("a is not null", "any -> boolean", "false", ("1 is not null", "true")),
    Operator(
        "a has null",
        "list -> boolean",
        "null for a list that is null itself; true for one with a null element",
        ('["foo", "bar", null] has null', "true"),
    ),
    Operator("a == b", "two of one type, or two numbers -> boolean", _ANY_NULL, ("1 == 1.0", "true")),
    Operator("a != b", "two of one type, or two numbers -> boolean", _ANY_NULL, ('"foo" != "bar"', "true")),
    Operator("a > b", "two numbers, dateTimes or dateTimeOnlys -> boolean", _ANY_NULL, ("3.14 > 42", "false")),
    Operator("a >= b", "two numbers, dateTimes or dateTimeOnlys -> boolean", _ANY_NULL, ("42 >= 3.14", "true")),
    Operator(
        "a < b",
        "two numbers, dateTimes or dateTimeOnlys -> boolean",
        _ANY_NULL,
        ('date("2026-02-19T00:00:00Z") < date("2026-02-19T00:30:00-01:00")', "true"),
    ),
    Operator("a <= b", "two numbers, dateTimes or dateTimeOnlys -> boolean", _ANY_NULL, ("42 <= 3.14", "false")),
    Operator("a is numeric", "any -> boolean, by its type", "null", ("1 is numeric", "true")),
    Operator("a is integer", "any -> boolean, by its type", "null", ("1.0 is integer", "false")),
    Operator("a is decimal", "any -> boolean, by its type", "null", ("1.0 is decimal", "true")),
    Operator("a + b", "two numbers -> integer, or decimal if one is", _ANY_NULL, ("1 + 0.5", "1.5")),
    Operator("a + b", "string and any -> string", _ANY_NULL, ('"a" + "b" + "c" + 1234', '"abc1234"')),
    Operator(
        "a + b",
        "dateTime, dateTimeOnly or duration, and duration -> the first",
        _ANY_NULL,
        ('date("2011-12-03T15:15:30Z") + toDuration("PT15M")', '"2011-12-03T15:30:30Z"'),
    ),
    Operator("a - b", "two numbers -> integer, or decimal if one is", _ANY_NULL, ("10 - 2 - 3", "5")),
    Operator("a * b", "two integers or two decimals -> the same", _ANY_NULL, ("3.0 * 4.0", "12.0")),
    Operator(
        "a / b",
        "two numbers -> integer, cut towards zero, or decimal if one is; by zero 0",
        _ANY_NULL,
        ("-7 / 2", "-3"),
    ),
    Operator(
        "a % b", "two numbers -> the remainder, with the sign of the first; by zero 0", _ANY_NULL, ("-7 % 3", "-1")
    ),
    Operator("-a", "number -> the same", _ANY_NULL, ("-(1 + 2)", "-3")),
    Operator(
        "if (c) then (a) else (b)",
        "boolean, and two of one type or two numbers -> their type, decimal for an integer and a decimal",
        "a null condition counts as false; else null if what is chosen is null",
        ("if (@{E.flag}) then (1) else (2.5)", "2.5"),
    ),
)
"""By precedence, the loosest first within each line of PRECEDENCE."""

PRECEDENCE = (
    "or",
    "and",
    "not",
    "== != > >= < <= is has",
    "+ -",
    "* / %",
    "- before an operand",
)
"""The loosest first. Within a line, from left to right."""

LITERALS = (
    ("string", "\"text\" 'text'", r"""escapes \n \t \r \b \f \\ \" \' \/ \uXXXX; another \ stays: "\d" is \d"""),
    ("integer", "42 -1", "from -2^63 to 2^63 - 1"),
    ("decimal", "3.14 1.0e3", "a 64-bit floating-point number"),
    ("boolean", "true false", ""),
    ("dateOnly", 'date("2021-02-19")', ""),
    ("dateTimeOnly", 'date("2021-02-19T10:00:00")', "no offset; seconds may be left out"),
    ("dateTime", 'date("2021-02-19T10:00:00Z")', 'also toDateTime("...") and toDateTime(0), epoch milliseconds'),
    ("duration", 'toDuration("P1DT2H") toDuration(500)', "ISO 8601 without years, months and weeks; milliseconds"),
    ("list", "[1, 2, null]", "values of one type"),
    ("null", "null", "of every type"),
)
"""Type, forms, remarks."""

PATTERNS = (
    "lookahead and lookbehind `(?=a)` `(?!a)` `(?<=a)` `(?<!a)`, backreferences `\\1` `\\k<name>`: errors",
    "possessive quantifiers `a++`, atomic groups `(?>a)`, `\\G`, `\\b{g}`, the flags `d`, `u`, `x`: errors",
    "classes within classes `[a[bc]]` and their intersections `[a-z&&[^b]]`: errors",
    "repetitions beyond 1000, and patterns that take more than 2 MiB: errors",
    "`.` leaves out the line feed only, `$` stands for the very end, `(?i)` covers all letters and not ASCII alone",
)
"""What the regular expressions of Java have and ours have not."""

DEPARTURES = (
    ("`toString(duration)`: milliseconds", "ISO 8601 (`PT1.52S`), as another of its pages prints it"),
    ('`matchRegExp("username@adobe.com", "*adobe")` is true', "an error: `*` repeats nothing, in Java as well"),
    ("`intersect`, its example", "all common values, also `documentary`, which the printed result leaves out"),
    ('`"P-6H3M"` `"-P6H3M"` `"-P-6H+3M"` as durations', "null: they lack the `T` that the same page asks for"),
    ('`date("2021-02-19T00.00.000")`', "an error: not the ISO 8601 that the page names; write `T00:00:00.000`"),
    ('`split(["A_B_C"], "_")`', "an error: the signature has a string, not a list"),
    ('`toDateTime(toDateTimeOnly("UTC", "..."))`', 'an error: `toDateTime("UTC", toDateTimeOnly("..."))` is meant'),
    ("`updateTimeZone`, its second example", "keeps the microseconds, which the printed result changes"),
    ("`max` and `min` of integers return a duration", "they return an integer"),
    ("`getListItem` of dates returns a list", "it returns a dateOnly"),
    ("`toDateOnly` returns a dateTimeOnly", "it returns a dateOnly"),
    ("`distinctCount` of objects returns a list", "it returns an integer"),
    ("`==` and `!=` check no types, or need the same", "two types are an error, but for two numbers"),
    ("`+` wants calls in parentheses", "it does not need them"),
    ("`toDateTimeOnly` of a text with an offset", "leaves the offset out, as `toDateOnly` leaves out the time"),
    ("`sort` of durations, `toString` of a dateOnly, `toDecimal` of a dateTime: not in every table", "accepted"),
    ("`listPoint` has no page", "a list of objects; `serializeList` writes a point as JSON"),
    ("`if` has no pair of integers, decimals or dateOnlys", "two of one type are always accepted"),
)
"""What the manual of the original says or prints, and what is done here."""
