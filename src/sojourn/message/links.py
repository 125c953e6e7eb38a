"""Rewriting an HTML mail for tracking: links lead by this server, and a pixel says that it was opened.

The text stays as it is but for those places: mail programs are particular, so nothing is parsed and printed anew.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser

UNSUBSCRIBE = "sojourn:unsubscribe"
"""What authors write as the target of an unsubscribe link, in either part."""
_HREF = re.compile(r"""(\shref\s*=\s*)("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)


class _Links(HTMLParser):
    """Finds the places of start tags `<a>`, and of the last `</body>`."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self._starts = [0]
        for line in source.split("\n")[:-1]:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self.tags: list[tuple[int, str]] = []
        self.end: int | None = None
        self.feed(source)
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("a", "area"):
            self.tags.append((self._at(), self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "body":
            self.end = self._at()


def rewrite(source: str, link: Callable[[str], str], pixel: str | None) -> str:
    """The HTML with `link(target)` in place of each http(s) target of a link, and the image `pixel` at its end."""
    links = _Links(source)
    found: list[str] = []
    at = 0
    for start, tag in links.tags:
        if source.startswith(tag, start):
            found += (source[at:start], _HREF.sub(lambda match: _replaced(match, link), tag, count=1))
            at = start + len(tag)
    end = len(source) if links.end is None or links.end < at else links.end
    found.append(source[at:end])
    if pixel is not None:
        found.append(f'<img src="{html.escape(pixel)}" width="1" height="1" alt="" style="display:none">')
    found.append(source[end:])
    return "".join(found)


def _replaced(match: re.Match[str], link: Callable[[str], str]) -> str:
    written = match[2]
    quoted = written[:1] in "\"'"
    target = html.unescape(written[1:-1] if quoted else written).strip()
    if not target.lower().startswith(("http://", "https://")):
        return match[0]
    return f'{match[1]}"{html.escape(link(target))}"'
