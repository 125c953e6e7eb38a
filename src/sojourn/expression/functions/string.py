"""String functions. Positions and lengths count code points (rule 7.3, edges)."""

from __future__ import annotations

from collections.abc import Iterable

from sojourn.expression.functions.patterns import matches, replace_all, replace_first, split
from sojourn.expression.functions.table import category, forms, function

_TWO = "string, string -> boolean"
_FOLDED = "string, folded -> boolean"
_REPLACE = "string, regex, replacement -> string"
_PATTERN_NULLS = "null if an argument is null, or holds no usable pattern or replacement when it is run"


def _join(parts: Iterable[str | None]) -> str:
    return "".join(part for part in parts if part is not None)


def _from(text: str, start: int) -> str:
    return text[max(start, 0) :]


def _between(text: str, start: int, end: int) -> str:
    return text[max(start, 0) : max(end, 0)]


FUNCTIONS = category(
    "String",
    function(
        "concat",
        forms("string, string -> string", code="{0} + {1}"),
        forms("list<string> -> string", code=_join),
        nulls="null if an argument is null; null elements of a list are left out",
        example=('concat("Hello", "World")', '"HelloWorld"'),
    ),
    function(
        "contain",
        forms(_TWO, code="{1} in {0}"),
        example=('contain("rowing is great", "great")', "true"),
    ),
    function(
        "containIgnoreCase",
        forms(_FOLDED, code="{1} in {0}.casefold()"),
        example=('containIgnoreCase("rowing is great", "GREAT")', "true"),
    ),
    function(
        "startWith",
        forms(_TWO, code="{0}.startswith({1})"),
        example=('startWith("rowing is great", "rowing")', "true"),
    ),
    function(
        "startWithIgnoreCase",
        forms(_FOLDED, code="{0}.casefold().startswith({1})"),
        example=('startWithIgnoreCase("rowing is great", "ROWING")', "true"),
    ),
    function(
        "endWith",
        forms(_TWO, code="{0}.endswith({1})"),
        example=('endWith("rowing is great", "great")', "true"),
    ),
    function(
        "endWithIgnoreCase",
        forms(_FOLDED, code="{0}.casefold().endswith({1})"),
        example=('endWithIgnoreCase("rowing is great", "GREAT")', "true"),
    ),
    function(
        "equalIgnoreCase",
        forms(_FOLDED, code="{0}.casefold() == {1}"),
        example=('equalIgnoreCase("rowing is great", "rowing is GREAT")', "true"),
    ),
    function(
        "notEqualIgnoreCase",
        forms(_FOLDED, code="{0}.casefold() != {1}"),
        example=('notEqualIgnoreCase("rowing is great", "sailing is GREAT")', "true"),
    ),
    function(
        "isEmpty",
        forms("string -> boolean", code="{0} == ''", nulls="own"),
        nulls="false if null",
        example=('isEmpty("")', "true"),
    ),
    function(
        "isNotEmpty",
        forms("string -> boolean", code="{0} != ''"),
        example=('isNotEmpty("hello")', "true"),
    ),
    function(
        "length",
        forms("string -> integer", code=len),
        example=('length("Hello World")', "11"),
    ),
    function(
        "indexOf",
        forms("string, string -> integer", code="{0}.find({1})"),
        example=('indexOf("Hello", "l")', "2"),
    ),
    function(
        "lastIndexOf",
        forms("string, string -> integer", code="{0}.rfind({1})"),
        example=('lastIndexOf("Hello", "l")', "3"),
    ),
    function(
        "substr",
        forms("string, integer -> string", code=_from),
        forms("string, integer, integer -> string", code=_between),
        example=('substr("Hello World", 0, 5)', '"Hello"'),
    ),
    function(
        "matchRegExp",
        forms("string, regex -> boolean", code=matches),
        nulls=_PATTERN_NULLS,
        example=(r'matchRegExp("username@adobe.com", ".*@adobe\\.com")', "true"),
    ),
    function(
        "replace",
        forms(_REPLACE, code=replace_first, nullable=True),
        nulls=_PATTERN_NULLS,
        example=('replace("Hello World", "l", "x")', '"Hexlo World"'),
    ),
    function(
        "replaceAll",
        forms(_REPLACE, code=replace_all, nullable=True),
        nulls=_PATTERN_NULLS,
        example=('replaceAll("Hello World", "l", "x")', '"Hexxo Worxd"'),
    ),
    function(
        "split",
        forms("string, regex -> list<string>", code=split),
        nulls=_PATTERN_NULLS,
        example=('split("A_B_C", "_")', '["A", "B", "C"]'),
    ),
    function(
        "upper",
        forms("string -> string", code="{0}.upper()"),
        example=('upper("hello")', '"HELLO"'),
    ),
    function(
        "lower",
        forms("string -> string", code="{0}.lower()"),
        example=('lower("HELLO")', '"hello"'),
    ),
    function(
        "trim",
        forms("string -> string", code="{0}.strip()"),
        example=('trim(" Hello ")', '"Hello"'),
    ),
    function(
        "uuid",
        forms("-> string", code="m.uuid()", moment=True),
        nulls="takes no arguments",
        example=("uuid() is not null", "true"),
    ),
)
