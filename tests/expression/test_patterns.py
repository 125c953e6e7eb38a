"""Regular expressions: Java's syntax and results, in linear time (rule 7.3, surprise 4)."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.expression import EvaluationError
from sojourn.expression.functions.patterns import MAX_TEXT, read_pattern, replace_all, split

from ..engine.generator import examples
from .world import compiled, run


def literal(text: str) -> str:
    """A string of the language that says `text`."""
    return json.dumps(text, ensure_ascii=False)


def field(expression: str, text: str) -> object:
    """The value of `expression` with `text` in its field `@{E.text}`."""
    return run(expression, {"text": text})


MATCHES = [
    ("[a-z]+@adobe\\.com", "user@adobe.com", True),
    ("adobe", "user@adobe.com", False),  # the whole text has to match
    ("", "", True),
    ("(?i)straße", "STRASSE", False),
    ("(?i)abc", "aBC", True),
    ("a.c", "a\nc", False),
    ("(?s)a.c", "a\nc", True),
    ("\\u0041\\x42", "AB", True),
    ("\\p{Alpha}+\\p{Digit}", "ab1", True),
    ("[\\p{Upper}_]+", "A_B", True),
    ("\\P{Alpha}", "1", True),
    ("[^\\P{Alpha}x]", "a", True),
    ("\\p{L}+", "가é", True),
    ("\\p{IsHangul}+", "가나", True),
    ("\\w+", "é", False),
    ("\\d", "٣", False),
    ("a\\hb", "a\u00a0b", True),
    ("[\\hx]+", "x \t", True),
    ("a\\Rb", "a\r\nb", True),
    ("\\v", "\x85", True),
    ("\\s+", " \t\n\x0b\f\r", True),
    ("a\\Z", "a", True),
    ("\\Qa.b\\E+", "a.bb", True),
    ("\\Q[\\E.", "[x", True),
    ("[]a]+", "]a", True),
    ("[^]a]", "b", True),
    ("[&]&&", "&&&", True),
    ("(?<year>\\d{4})-\\d\\d", "2026-03", True),
    ("\\e", "\x1b", True),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), MATCHES)
def test_match(pattern: str, text: str, expected: bool) -> None:
    assert field(f"matchRegExp(@{{E.text}}, {literal(pattern)})", text) is expected
    assert run("matchRegExp(@{E.text}, @{E.other})", {"text": text, "other": pattern}) is expected


REFUSED = [
    "*a", "(", "[a", "a{2,1}", "a{1001}", "(?=a)", "(?<!a)", "(a)\\1", "a++", "(?>a)", "[a-z&&[^b]]", "[a[bc]]",
    "[a&&b]", "[[:alpha:]]", "\\p{Nope}", "\\G", "(\\w{1000}){1000}", "\\",
]  # fmt: skip


@pytest.mark.parametrize("pattern", REFUSED)
def test_refused_when_constant_and_null_when_not(pattern: str) -> None:
    assert read_pattern(pattern) is None
    for call in ("matchRegExp(@{E.other}, @{E.text})", "replace(@{E.other}, @{E.text}, '')", "split('a', @{E.text})"):
        assert run(call, {"text": pattern, "other": "a"}) is None


REPLACEMENTS = [
    ("l", "x", "Hexxo Worxd"),
    ("(l)(o?)", "<$1|$2>", "He<l|><l|o> Wor<l|>d"),
    ("(?<first>\\w)\\w+", "${first}.", "H. W."),
    ("o", "$0$0", "Helloo Woorld"),
    ("(o)", "$12", "Hello2 Wo2rld"),
    ("o", "\\$1\\\\", "Hell$1\\ W$1\\rld"),
    ("(x)?o", "[$1]", "Hell[] W[]rld"),
    ("", "-", "-H-e-l-l-o- -W-o-r-l-d-"),
    ("z", "$0", "Hello World"),
]


@pytest.mark.parametrize(("pattern", "replacement", "expected"), REPLACEMENTS)
def test_replace_all(pattern: str, replacement: str, expected: str) -> None:
    source = f"replaceAll(@{{E.text}}, {literal(pattern)}, {literal(replacement)})"
    assert field(source, "Hello World") == expected
    values = {"text": pattern, "other": replacement}
    assert run("replaceAll('Hello World', @{E.text}, @{E.other})", values) == expected


@pytest.mark.parametrize("replacement", ["$", "$x", "$1", "${", "${none}", "a\\"])
def test_a_malformed_replacement_is_null_at_run_time(replacement: str) -> None:
    assert field("replaceAll('a', 'a', @{E.text})", replacement) is None
    assert field("replace('b', 'a', @{E.text})", replacement) is None


SPLITS = [
    ("A_B_C", "_", ["A", "B", "C"]),
    ("_A__B__", "_", ["", "A", "", "B"]),
    ("", "_", [""]),
    ("___", "_", []),
    ("abc", "", ["a", "b", "c"]),
    ("abc", "x*", ["a", "b", "c"]),
    ("20.45", "\\.", ["20", "45"]),
    ("a1b22c", "(\\d+)", ["a", "b", "c"]),
    ("가-나", "-", ["가", "나"]),
    ("abc", "z", ["abc"]),
]


@pytest.mark.parametrize(("text", "pattern", "expected"), SPLITS)
def test_split(text: str, pattern: str, expected: list[str]) -> None:
    assert field(f"split(@{{E.text}}, {literal(pattern)})", text) == expected


SHARED = st.recursive(
    st.sampled_from(["a", "b", "é", "가", ".", "[ab]", "[^a]", "\\d", "\\w", "\\u0061"]),
    lambda inner: (
        st.tuples(inner, inner).map("".join)
        | st.tuples(inner, inner).map("|".join).map("({})".format)
        | st.tuples(inner.map("(?:{})".format), st.sampled_from(["*", "+", "?", "{1,2}", "*?"])).map("".join)
    ),
    max_leaves=6,
)


@given(SHARED, st.text("ab1é가-", max_size=8))
@examples(120)
def test_what_python_has_too_gives_the_same(pattern: str, text: str) -> None:
    ours, theirs = read_pattern(pattern), re.compile(pattern, re.ASCII)
    assert ours is not None
    assert (ours.fullmatch(text) is None) == (theirs.fullmatch(text) is None)
    first = theirs.search(text)
    if first is None or first.end() > first.start():  # Java and Python go on differently after empty matches
        expected = text if first is None else text[: first.start()] + "#" + text[first.end() :]
        assert run("replace(@{E.text}, @{E.other}, '#')", {"text": text, "other": pattern}) == expected
    if first is None:
        assert split(text, ours) == [text]


@given(st.text(max_size=12), st.text(max_size=8), st.text(max_size=8))
@examples(120)
def test_any_text_is_a_pattern_or_refused(text: str, pattern: str, replacement: str) -> None:
    values = {"text": text, "other": pattern, "texts": [replacement]}
    for call in ("replaceAll(@{E.text}, @{E.other}, getListItem(@{E.texts}, 0))", "split(@{E.text}, @{E.other})"):
        found = run(call, values)
        assert (found is None) >= (read_pattern(pattern) is None)


@given(st.text(max_size=20))
@examples(80)
def test_quoted_text_matches_itself(text: str) -> None:
    quoted = "\\Q" + text.replace("\\E", "\\E\\\\E\\Q") + "\\E"
    assert run("matchRegExp(@{E.text}, @{E.other})", {"text": text, "other": quoted}) is True


def test_half_a_surrogate_pair_is_no_error() -> None:
    assert run("matchRegExp(@{E.text}, '.')", {"text": "\ud800"}) is True
    assert run("matchRegExp('a', @{E.text})", {"text": "\ud800"}) is None


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|aa)*b", "(.*)*x", "(a?){50}a{50}"])
def test_time_is_linear(pattern: str) -> None:
    start = time.process_time()
    field(f"matchRegExp(@{{E.text}}, {literal(pattern)})", "a" * 20_000)
    assert time.process_time() - start < 1  # a backtracking engine takes years


def test_texts_do_not_explode() -> None:
    source = "@{E.text}"
    for _ in range(6):
        source = f"replaceAll({source}, '', 'xxxxxxxxxxxxxxxxxxxx')"
    with pytest.raises(EvaluationError) as caught:
        field(source, "a" * 100)
    assert caught.value.code == "ERR_EXPR_TEXT"
    with pytest.raises(EvaluationError, match=f"{MAX_TEXT} characters"):
        run("serializeList(@{E.texts}, @{E.text}, false)", {"texts": ["a"] * 2000, "text": "b" * 1000})
    constant = compiled("replaceAll(replaceAll(replaceAll('aaaaaaaaaa', '', 'xxxxxxxxxx'), '', 'yyyyyyyyyy'), '', 'z')")
    assert isinstance(constant.evaluate([], None), str)  # type: ignore[arg-type]


def test_constant_patterns_are_compiled_once() -> None:
    code = compiled("matchRegExp(@{E.text}, '[a-z]+') and replace(@{E.text}, 'a', '$0') is not null").evaluate
    kinds = [type(value) for name, value in code.__globals__.items() if name.startswith("k")]
    assert str not in kinds
    assert replace_all("aa", read_pattern("a"), ("b",)) == "bb"
