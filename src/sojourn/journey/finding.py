"""One thing to say about a document: what, how bad, where, and what to do [6.35]."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sojourn import messages

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding. `path` leads to the field inside the document; `file` and `line` are known for projects of files."""

    code: str
    severity: Severity
    kind: str
    name: str
    path: tuple[str | int, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    file: str | None = None
    line: int | None = None
    detail: str | None = None
    """A sentence already made by somebody else; the code's own text else."""
    position: tuple[int, int] | None = None
    """Line and column in an expression, counted from 1."""

    @property
    def activity(self) -> str | None:
        """The activity that the finding is about, if one."""
        return str(self.path[1]) if len(self.path) > 1 and self.path[0] == "activities" else None

    @property
    def field(self) -> str:
        """The field as a dotted path."""
        return ".".join(str(part) for part in self.path)

    def text(self, language: messages.Language = "en") -> str:
        if self.detail:
            return self.detail
        place = f" ({self.position[0]}:{self.position[1]})" if self.position else ""
        return messages.text(self.code, self._params(), language) + place

    def hint(self, language: messages.Language = "en") -> str | None:
        try:
            return None if self.detail else messages.hint(self.code, self._params(), language)
        except KeyError:  # the hint names a parameter, mostly a suggestion, that this case does not have
            return None

    def _params(self) -> dict[str, Any]:
        """Who writes files knows an activity by its key there, others by its name."""
        return {
            key: str(value) if self.file and isinstance(value, str) else value for key, value in self.params.items()
        }

    def at(self, file: str, line: int | None) -> Finding:
        """The same finding, with its place in a file."""
        return replace(self, file=file, line=line)

    def to_json(self, language: messages.Language = "en") -> dict[str, Any]:
        """The finding as the API and `sojourn validate --json` give it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "kind": self.kind,
            "name": self.name,
            "activity": self.activity,
            "field": self.field,
            "params": {key: str(value) for key, value in self.params.items()},
            "message": self.text(language),
            "hint": self.hint(language),
            "file": self.file,
            "line": self.line,
        }

    def said(self, language: messages.Language) -> str:
        """All of it in one line."""
        about = f"INFO_KIND_{self.kind.upper()}"
        kind = messages.text(about, {}, language) if about in messages.catalogue() else self.kind
        where = f"{self.file}:{self.line or 1}" if self.file else f"{kind} {self.name}"
        severity, hint = messages.label("INFO_SEVERITY_", self.severity, language), self.hint(language)
        return (
            f"{where}: {severity}: {self.field + ': ' if self.field else ''}{self.text(language)}"
            + (f" {hint}" if hint else "")
            + f" ({self.code})"
        )

    def __str__(self) -> str:
        return self.said("en")


def nearest(known: Iterable[str], wanted: str) -> str:
    """The names there are, the nearest first."""
    names = list(known)
    near = difflib.get_close_matches(wanted, names, n=3)
    return ", ".join([*near, *[name for name in names if name not in near]][:8]) or "-"


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that block test and publish."""
    return [finding for finding in findings if finding.severity == "error"]
