"""Which calls a limit is about: a URL with wildcards in its path, and methods."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTION")
"""As the public API spells them: OPTION is the method OPTIONS."""
_SCHEMES = ("http", "https")


class WildcardError(ValueError):
    """A wildcard in host or port."""


class Target(NamedTuple):
    """Where a URL leads, in the form that is called: two spellings of one address are equal."""

    origin: tuple[str, str, int]
    path: str
    query: str


def target_of(url: str) -> Target:
    """Raises ValueError for what is no URL of a web server."""
    from yarl import URL  # the client's own parser: what is compared is what is called

    parsed = URL(url)
    host = (parsed.raw_host or "").rstrip(".").lower()
    if parsed.scheme not in _SCHEMES or not host or parsed.port is None or parsed.user or parsed.password:
        raise ValueError(url)
    return Target((parsed.scheme, host, parsed.port), parsed.raw_path or "/", parsed.raw_query_string)


class Pattern:
    """Calls by URL and method. In the path `*` stands for any characters, `/` too.

    A pattern without a query matches whatever query a call has. Raises WildcardError, and ValueError for any other URL
    that cannot be.
    """

    def __init__(self, url: str, methods: Iterable[str]) -> None:
        authority = url.partition("://")[2].partition("/")[0].partition("?")[0]
        if "*" in authority:
            raise WildcardError(url)
        self._origin, path, query = target_of(url)
        self._query = bool(query)
        self._parts = (f"{path}?{query}" if query else path).split("*")
        self._methods = frozenset("OPTIONS" if method == "OPTION" else method for method in methods)

    def matches(self, method: str, target: Target) -> bool:
        """Whether a call is among those meant."""
        if target.origin != self._origin or method not in self._methods:
            return False
        text = f"{target.path}?{target.query}" if self._query else target.path
        first, *middle = self._parts
        if not middle:
            return text == first
        last = middle.pop()
        place, end = len(first), len(text) - len(last)
        if place > end or not text.startswith(first) or not text.endswith(last):
            return False
        for part in middle:  # the earliest place of each part is as good as any: no going back
            place = text.find(part, place, end)
            if place < 0:
                return False
            place += len(part)
        return True
