"""What the journal holds of documents, and what all changes to them share."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from sojourn import secrets
from sojourn.errors import InputError, NotFoundError
from sojourn.journey.calls import UrlRule
from sojourn.journey.compile import check_project, errors
from sojourn.journey.finding import Finding
from sojourn.journey.project import Kind, Project
from sojourn.journey.uses import Name, closure, users
from sojourn.secrets import Keyring
from sojourn.store.journal import Journal, JournalReader

Change = Literal["created", "updated", "unchanged", "new version"]


class FindingsError(InputError):
    """Documents that cannot be taken as they are; `findings` says everything that is wrong."""

    status = 422

    def __init__(self, findings: list[Finding]) -> None:
        wrong = errors(findings)
        super().__init__("ERR_PROJECT_INVALID", count=len(wrong), first=str(wrong[0]) if wrong else "")
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Version:
    """A journey version as the journal has it. `status` is what was asked for: draft, published, closed, stopped."""

    number: int
    uid: str
    status: str
    body: str
    changed_at: int


@dataclass(frozen=True, slots=True)
class Inlet:
    """Where records come in, for one sandbox; an authenticated one asks for a token."""

    id: str
    sandbox: str
    name: str
    authenticated: bool


P = ParamSpec("P")
R = TypeVar("R")


def in_turn(method: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:
    """One change at a time, from its checks to its commit: of two that exclude each other, the second is refused."""

    @wraps(method)
    def alone(self: Reading, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.turn:
            return method(self, *args, **kwargs)

    return alone


class Reading:
    """Reads documents.

    `keys` seals the secrets of documents; `inside` gives the versions of a journey that people are inside.
    """

    def __init__(
        self,
        journal: Journal,
        reader: JournalReader,
        keys: Keyring,
        url_rule: UrlRule | None = None,
        inside: Callable[[str, str], set[int]] = lambda sandbox, journey: set(),
    ) -> None:
        self._journal = journal
        self._reader = reader
        self._keys = keys
        self._url_rule = url_rule
        self._inside = inside
        self.turn = threading.Lock()

    def sandboxes(self) -> list[str]:
        """The names of all sandboxes."""
        return [name for (name,) in self._reader.rows("sandboxes")]

    def inlets(self) -> list[Inlet]:
        """The inlets of all sandboxes."""
        return [
            Inlet(id_, sandbox, name, bool(authenticated))
            for id_, sandbox, name, authenticated in self._reader.rows("inlets")
        ]

    def project(self, sandbox: str) -> Project:
        """All documents of a sandbox, of each journey its latest version."""
        project = Project(sandbox)
        for kind, _, _, body, *_ in self._reader.rows("documents", sandbox):
            project.add(kind, json.loads(body))
        for uid, _ in self._reader.rows("journeys", sandbox):
            project.add("journey", json.loads(self._versions(uid)[-1].body))
        return project

    def document(self, sandbox: str, kind: Kind, name: str) -> dict[str, Any]:
        """A document as it was written, but for its secrets. Raises NotFoundError."""
        if kind == "journey":
            return dict(json.loads(self.versions(sandbox, name)[-1].body))
        stored = self._stored(sandbox, kind, name)
        if stored is None:
            raise NotFoundError("ERR_DOCUMENT_UNKNOWN", kind=kind, name=name)
        return secrets.masked(stored)

    def _stored(self, sandbox: str, kind: Kind, name: str) -> dict[str, Any] | None:
        """A document with its secrets sealed, None where there is none."""
        rows = self._reader.rows("document", sandbox, kind, name)
        return dict(json.loads(rows[0][1])) if rows else None

    def journey_id(self, sandbox: str, name: str) -> str:
        """The id of a journey. Raises NotFoundError."""
        rows = self._reader.rows("journey", sandbox, name)
        if not rows:
            known = ", ".join(name for _, name in self._reader.rows("journeys", sandbox)) or "-"
            raise NotFoundError("ERR_JOURNEY_UNKNOWN", name=name, known=known)
        return str(rows[0][0])

    def versions(self, sandbox: str, name: str) -> list[Version]:
        """All versions of a journey, the oldest first. Raises NotFoundError."""
        return self._versions(self.journey_id(sandbox, name))

    def _versions(self, uid: str) -> list[Version]:
        return [Version(*row) for row in self._reader.rows("versions", uid)]

    def tag(self, sandbox: str, name: str) -> str:
        """Another text whenever a journey's latest version has changed. Raises NotFoundError."""
        latest = self.versions(sandbox, name)[-1]
        return hashlib.sha256(f"{latest.number} {latest.status} {latest.body}".encode()).hexdigest()[:20]

    def findings(self, sandbox: str, name: str) -> list[Finding]:
        """What is to say about a journey's latest version and all that it uses."""
        return self._check(self.project(sandbox), {("journey", name)})

    def _check(self, project: Project, about: set[Name]) -> list[Finding]:
        found = check_project(project, self._url_rule)
        used: set[Name] = about | users(project, about)
        for kind, name in about:
            if kind == "journey" and name in project.journeys:
                used |= closure(project.journeys[name], project)
        return [finding for finding in found if (finding.kind, finding.name) in used]


def refuse_broken_text(data: object) -> None:
    """JSON can spell half a surrogate pair, which no file can hold. Raises InputError."""
    try:
        json.dumps(data, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise InputError("ERR_JSON_ENCODING") from None


def now_ms() -> int:
    return round(time.time() * 1000)
