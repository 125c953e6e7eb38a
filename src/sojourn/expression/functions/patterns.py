"""Regular expressions: Java's syntax, read into RE2's, whose time grows with the text alone, whatever the pattern.

What has no such form is refused: `(?=...)`, `(?<!...)`, `\\1`, `a++`, `(?>...)`, and classes within classes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Any, NoReturn

import re2

from sojourn.expression.diagnostics import EvaluationError

MAX_TEXT = 1_000_000
"""The most code points that a text may grow to."""

Pattern = Any
"""A compiled pattern of RE2, which brings no types."""
Template = tuple[str | int, ...]
"""What replaces a match: texts, and the numbers of groups."""

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 2 << 20  # bytes of one pattern, with its cache

_POSIX = ("Alnum", "Alpha", "ASCII", "Blank", "Cntrl", "Digit", "Graph", "Lower", "Print", "Punct", "Space", "Upper",
          "XDigit")  # fmt: skip
_ENDS = r"\n\v\f\r\x{85}\x{2028}\x{2029}"
_CLASSES = {
    "s": r"\s\v",
    "h": r" \t\x{a0}\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}",
    "v": _ENDS,
    "e": r"\x1b",
    **{f"p{{{name}}}": f"[:{name.lower()}:]" for name in _POSIX},
    **{f"P{{{name}}}": f"[:^{name.lower()}:]" for name in _POSIX},
}
"""Escapes of Java that RE2 lacks or reads otherwise, as they are written in brackets."""
_SEQUENCES = {"R": rf"(?:\r\n|[{_ENDS}])", "Z": r"(?:(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])?\z)"}
_TOKEN = re.compile(
    r"\\Q.*?(?:\\E|\Z)|\\u(?P<code>[0-9a-fA-F]{4})|\\(?P<escape>[pP]\{\w+\}|.)|(?P<open>\[\^?\]?)|&&|.", re.DOTALL
)
_REFERENCE = re.compile(
    r"\$(?P<number>\d+)|\$\{(?P<name>[a-zA-Z][a-zA-Z0-9]*)\}|\\(?P<plain>.)|(?P<text>[^\\$]+)|(?P<wrong>.)",
    re.DOTALL | re.ASCII,
)


@lru_cache(maxsize=128)
def read_pattern(text: str) -> Pattern | None:
    """The pattern that `text` writes in Java's syntax, None where that is malformed or more than RE2 can do."""
    translated = _translated(text)
    try:
        return None if translated is None else re2.compile(translated, _OPTIONS)
    except (re2.error, UnicodeEncodeError):
        return None


def _translated(text: str) -> str | None:
    parts: list[str] = []
    inside = False  # a class in brackets
    for found in _TOKEN.finditer(text):
        part, escape = found[0], (found["escape"] or "").replace("{Is", "{")
        if found["code"]:
            part = f"\\x{{{found['code']}}}"
        elif escape in _CLASSES:
            part = _CLASSES[escape] if inside else f"[{_CLASSES[escape]}]"
        elif escape:
            part = f"\\{escape}" if inside else _SEQUENCES.get(escape, f"\\{escape}")
        elif inside and (found["open"] or part == "&&"):
            return None  # RE2 would take it for plain characters
        elif found["open"] or part == "]":
            inside = bool(found["open"])
        parts.append(part)
    return "".join(parts)


@lru_cache(maxsize=128)
def read_template(pattern: Pattern, text: str) -> Template | None:
    """The replacement that `text` writes in Java's syntax (`$1`, `${name}`, `\\$`), None where it is malformed.

    Of `$12`, as many digits count as make a group that `pattern` has.
    """
    parts: list[str | int] = []
    for found in _REFERENCE.finditer(text):
        if digits := found["number"]:
            length = 1
            while length < len(digits) and int(digits[: length + 1]) <= pattern.groups:
                length += 1
            if int(digits[:length]) > pattern.groups:
                return None
            parts += (int(digits[:length]), digits[length:])
        elif name := found["name"]:
            if name not in pattern.groupindex:
                return None
            parts.append(pattern.groupindex[name])
        elif found["wrong"]:
            return None
        else:
            parts.append(found["plain"] or found["text"])
    return tuple(parts)


def too_long() -> NoReturn:
    """Raises EvaluationError: a text grew beyond MAX_TEXT."""
    raise EvaluationError("ERR_EXPR_TEXT", limit=MAX_TEXT)


def _whole(text: str) -> str:
    """`text` without halves of surrogate pairs, which UTF-8 cannot hold."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def matches(text: str, pattern: Pattern) -> bool:
    """Whether `pattern` matches the whole of `text`."""
    return pattern.fullmatch(_whole(text)) is not None


def replace_first(text: str, pattern: Pattern, replacement: str | Template) -> str | None:
    """`text` with its first match replaced; None for a malformed replacement."""
    return _replaced(text, pattern, replacement, 1)


def replace_all(text: str, pattern: Pattern, replacement: str | Template) -> str | None:
    """`text` with every match replaced; None for a malformed replacement."""
    return _replaced(text, pattern, replacement, None)


def _replaced(text: str, pattern: Pattern, replacement: str | Template, most: int | None) -> str | None:
    template = read_template(pattern, replacement) if isinstance(replacement, str) else replacement
    if template is None:
        return None
    parts: list[str] = []
    text = _whole(text)
    start, size = 0, len(text)
    for found in islice(pattern.finditer(text), most):
        new = "".join(part if isinstance(part, str) else found[part] or "" for part in template)
        parts += (text[start : found.start()], new)
        start = found.end()
        size += len(new)
        if size > MAX_TEXT:
            too_long()
    return "".join((*parts, text[start:]))


def split(text: str, pattern: Pattern) -> list[str]:
    """What lies between the matches; as in Java, empty texts at the end are dropped."""
    tokens: list[str] = []
    text = _whole(text)
    start = 0
    for found in pattern.finditer(text):
        if found.end() > 0:  # an empty match at the very start parts nothing
            tokens.append(text[start : found.start()])
            start = found.end()
    if not tokens:
        return [text]
    tokens.append(text[start:])
    while tokens and not tokens[-1]:
        tokens.pop()
    return tokens
