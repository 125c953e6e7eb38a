"""Texts that patterns match, for examples of records."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.schema.matching import matching

_PARTS = st.sampled_from(
    ["a", "[A-Z]", "[0-9]", r"\d", r"\w", r"\s", ".", "[^a]", r"[^\w]", "(b|c)", "(?:de)", r"\.", "[xyz]", r"[\d.]"]
)
_TIMES = st.sampled_from(["", "?", "*", "+", "{2}", "{2,5}", "+?"])
_PATTERNS = st.lists(st.tuples(_PARTS, _TIMES), max_size=8).map(lambda parts: "".join(map("".join, parts)))


@given(_PATTERNS)
def test_it_matches(pattern: str) -> None:
    found = matching(pattern)
    assert found is not None and re.fullmatch(pattern, found), (pattern, found)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^[A-Z]{3}[0-9]+$", "AAA0"),
        (r"^[^@\s]+@[^@]+\.kr$", "a@a.kr"),
        (r"^(\+82|0)10-\d{4}-\d{4}$", "+8210-1111-1111"),
        ("^(?!x)y$", None),
        ("a{5000}", None),
        ("(", None),
    ],
)
def test_patterns(pattern: str, text: str | None) -> None:
    assert matching(pattern) == text
