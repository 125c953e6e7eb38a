"""Everything said to a person is in the catalogue, in both languages alike."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import sojourn
from sojourn.messages import Message, catalogue

SOURCES = Path(sojourn.__file__).parent
CODE = re.compile(r"(?:ERR|WARN|INFO)_[A-Z0-9_]+")
# Words of the pattern's form that are not messages.
OTHER: frozenset[str] = frozenset(("INFO_EXPORTJOB_QUEUED", "INFO_EXPORTJOB_STARTED", "INFO_EXPORTJOB_SUCCEEDED"))


def parameters(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def literals() -> dict[str, list[str]]:
    """Every code that stands as a string in the sources, and in which files."""
    found: dict[str, list[str]] = {}
    for path in sorted([*SOURCES.rglob("*.py"), *SOURCES.rglob("*.html")]):
        for code in re.findall(rf"""["']({CODE.pattern})["']""", path.read_text(encoding="utf-8")):
            found.setdefault(code, []).append(str(path.relative_to(SOURCES)))
    return found


@pytest.mark.parametrize(("code", "message"), catalogue().items(), ids=list(catalogue()))
def test_entry_is_complete(code: str, message: Message) -> None:
    assert CODE.fullmatch(code)
    assert message.en.strip()
    assert message.ko.strip()
    assert parameters(message.en) == parameters(message.ko)
    if message.hint is not None:
        assert set(message.hint) == {"en", "ko"}
        assert message.hint["en"].strip()
        assert message.hint["ko"].strip()
        assert parameters(message.hint["en"]) == parameters(message.hint["ko"])


def test_the_scan_sees_codes() -> None:
    assert len(literals()) > 50


def test_every_code_that_is_used_has_an_entry() -> None:
    """A literal that ends in `_` is the beginning of a family: at least one entry must begin so."""
    known = set(catalogue()) | OTHER
    missing = {
        code: files
        for code, files in literals().items()
        if code not in known and not (code.endswith("_") and any(entry.startswith(code) for entry in known))
    }
    assert missing == {}
