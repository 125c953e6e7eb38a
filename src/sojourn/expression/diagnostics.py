"""What is wrong with an expression: static diagnostics with a position, and typed run-time errors (rule 7.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NoReturn, Protocol, cast

from sojourn import messages
from sojourn.errors import InputError


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One static error. `start` and `end` are offsets in the source (code points), line and column count from 1."""

    code: str
    params: dict[str, object] = field(hash=False)
    line: int
    column: int
    start: int
    end: int

    def text(self, language: messages.Language = "en") -> str:
        """The sentence for people, without the position."""
        return messages.text(self.code, self.params, language)

    def hint(self, language: messages.Language = "en") -> str | None:
        """What to write instead, where something is known."""
        try:
            return messages.hint(self.code, self.params, language)
        except KeyError:  # the hint names a parameter, mostly the suggestion, that this case does not have
            return None


class ExpressionError(InputError):
    """The expression cannot be used; `diagnostics` says why, in the order of the source."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(diagnostics, key=lambda found: (found.start, found.end)))
        first = self.diagnostics[0]
        super().__init__(first.code, **cast(dict[str, Any], first.params))

    def text(self, language: messages.Language = "en") -> str:
        """All diagnostics, each after its line and column."""
        return " ".join(f"{found.line}:{found.column}: {found.text(language)}" for found in self.diagnostics)

    def hint(self, language: messages.Language = "en") -> str | None:
        """The hint of the first diagnostic."""
        return self.diagnostics[0].hint(language)


class EvaluationError(Exception):
    """A run-time impossibility that is not null, such as overflow (rule 7.4); `code` finds its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(code)

    def text(self, language: messages.Language = "en") -> str:
        """The sentence for people."""
        return messages.text(self.code, self.params, language)

    def __str__(self) -> str:
        return f"{self.text()} ({self.code})"


def overflow() -> NoReturn:
    """Raises EvaluationError: a number, date or duration left its range."""
    raise EvaluationError("ERR_EXPR_OVERFLOW")


class Span(Protocol):
    """Anything with a place in the source."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Problems:
    """Collects the diagnostics of one source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.found: list[Diagnostic] = []

    def add(self, code: str, span: Span, **params: object) -> None:
        """Notes an error at `span`. A `suggestion` that is None is left out, so that no hint is shown."""
        self.at(code, span.start, span.end, **params)

    def at(self, code: str, start: int, end: int, **params: object) -> None:
        """As `add`, with offsets."""
        line = self.source.count("\n", 0, start) + 1
        column = start - self.source.rfind("\n", 0, start)
        kept = {name: value for name, value in params.items() if value is not None}
        self.found.append(Diagnostic(code, kept, line, column, start, end))

    def fail(self) -> NoReturn:
        """Raises ExpressionError with what was found."""
        raise ExpressionError(self.found)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` most like `name`, or None where none is near; case does not count."""
    lowered = {candidate.lower(): candidate for candidate in names}
    close = get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return lowered[close[0]] if close else None
