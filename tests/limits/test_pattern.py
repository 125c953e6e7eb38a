"""Which calls a URL pattern means [5.5]."""

from __future__ import annotations

import fnmatch
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.limits.pattern import Pattern, WildcardError, target_of

MEANT = [
    ("https://api.example.org/data", "https://api.example.org/data"),
    ("https://api.example.org/data", "https://API.EXAMPLE.ORG:443/data?q=1#part"),
    ("https://api.example.org./data", "https://api.example.org/data"),
    ("http://api.example.org:80/", "http://api.example.org"),
    ("https://api.example.org", "https://api.example.org/"),
    ("https://api.example.org/data/*", "https://api.example.org/data/"),
    ("https://api.example.org/data/*", "https://api.example.org/data/2.5/weather?q=1"),
    ("https://api.example.org/*/send", "https://api.example.org/a/b/send"),
    ("https://api.example.org/a*a*a", "https://api.example.org/aaaa"),
    ("https://api.example.org/*", "https://api.example.org"),
    ("https://api.example.org/x/../data", "https://api.example.org/data"),
    ("https://api.example.org/data", "https://api.example.org/x/../data"),
    ("https://api.example.org/data?q=*", "https://api.example.org/data?q=12"),
    ("https://bücher.example/*", "https://xn--bcher-kva.example/buch"),
    ("http://127.0.0.1:8080/a/*", "http://127.0.0.1:8080/a/b"),
]
NOT_MEANT = [
    ("https://api.example.org/data", "http://api.example.org/data"),
    ("https://api.example.org/data", "https://api.example.org:8443/data"),
    ("https://api.example.org/data", "https://api.example.org/data/"),
    ("https://api.example.org/data", "https://api.example.org/Data"),
    ("https://api.example.org/data/*", "https://api.example.org/data"),
    ("https://api.example.org/*", "https://other.example.org/data"),
    ("https://api.example.org/*/send", "https://api.example.org/send"),
    ("https://api.example.org/aa*aa", "https://api.example.org/aaa"),
    ("https://api.example.org/a*b*c", "https://api.example.org/acb"),
    ("https://api.example.org/data?q=1", "https://api.example.org/data"),
    ("https://api.example.org/a.c", "https://api.example.org/abc"),
]


@pytest.mark.parametrize(("pattern", "url"), MEANT)
def test_meant(pattern: str, url: str) -> None:
    assert Pattern(pattern, ["GET"]).matches("GET", target_of(url))


@pytest.mark.parametrize(("pattern", "url"), NOT_MEANT)
def test_not_meant(pattern: str, url: str) -> None:
    assert not Pattern(pattern, ["GET"]).matches("GET", target_of(url))


def test_methods() -> None:
    """OPTION is what the public API calls the method OPTIONS."""
    pattern = Pattern("https://api.example.org/", ["PUT", "OPTION"])
    target = target_of("https://api.example.org/")
    assert [each for each in ("GET", "PUT", "OPTION", "OPTIONS") if pattern.matches(each, target)] == ["PUT", "OPTIONS"]


@pytest.mark.parametrize(
    "url", ["https://*.example.org/", "https://api.example.org:*/", "https://api.example*.org:8*0/x", "https://*?q=1"]
)
def test_no_wildcard_in_the_host(url: str) -> None:
    with pytest.raises(WildcardError):
        Pattern(url, ["GET"])


@pytest.mark.parametrize(
    "url", ["", "api.example.org", "/data", "ftp://api.example.org/", "*://api.example.org/", "https://", "https:///x",
            "https://a:b@example.org/", "https://example.org:port/", "https://[::1/"],
)  # fmt: skip
def test_no_url(url: str) -> None:
    with pytest.raises(ValueError):
        Pattern(url, ["GET"])


@given(pattern=st.text("ab*", max_size=8), path=st.text("ab", max_size=10))
def test_as_a_regular_expression_has_it(pattern: str, path: str) -> None:
    """Found without going back, and still what a search with going back finds."""
    expected = re.fullmatch(fnmatch.translate("/" + pattern), "/" + path) is not None
    found = Pattern(f"https://example.org/{pattern}", ["GET"]).matches("GET", target_of(f"https://example.org/{path}"))
    assert found == expected


def test_many_wildcards_take_no_time() -> None:
    pattern = Pattern("https://example.org/" + "*a" * 500 + "b", ["GET"])
    assert not pattern.matches("GET", target_of("https://example.org/" + "a" * 5_000))
