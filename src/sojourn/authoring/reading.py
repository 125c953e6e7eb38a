"""What the journal holds of documents, and what all changes to them share."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from sojourn import secrets
from sojourn.authoring.catalogue import Catalogue, Row
from sojourn.authoring.versions import Version, versions_of
from sojourn.errors import InputError, NotFoundError
from sojourn.journey.calls import UrlRule
from sojourn.journey.compile import check_project
from sojourn.journey.document import LARGEST_JOURNEY, JourneyDocument
from sojourn.journey.expressions import segments_in
from sojourn.journey.finding import Finding, errors, nearest
from sojourn.journey.project import Kind, Project, said
from sojourn.journey.succession import succession
from sojourn.journey.uses import Name, closure, users
from sojourn.journey.volume import Call, too_fast
from sojourn.limits.check import capping_rule
from sojourn.limits.pattern import Pattern, target_of
from sojourn.report.progress import Progress, Reached, Status
from sojourn.schema.document import Document
from sojourn.secrets import Keyring
from sojourn.settings import Settings
from sojourn.store.journal import Journal, JournalReader

Change = Literal["created", "updated", "unchanged", "new version"]


class FindingsError(InputError):
    """Documents that cannot be taken as they are; `findings` says everything that is wrong."""

    status = 422

    def __init__(self, findings: list[Finding]) -> None:
        wrong = errors(findings)
        super().__init__("ERR_PROJECT_INVALID", count=len(wrong), first=wrong[0] if wrong else "")
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Inlet:
    """Where records come in, for one sandbox; an authenticated one asks for a token."""

    id: str
    sandbox: str
    name: str
    authenticated: bool


SandboxKind = Literal["production", "development"]
Colour = Literal["", "blue", "orange", "yellow", "green", "teal", "violet", "pink"]
"""What people know a sandbox by; none: one that is made of its name."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A sandbox and how it shows itself [1.3]."""

    name: str
    kind: SandboxKind
    colour: Colour


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

    `keys` seals the secrets of documents; `progress` says how far the engine is, which is nowhere without one.
    """

    def __init__(
        self,
        journal: Journal,
        reader: JournalReader,
        keys: Keyring,
        url_rule: UrlRule | None = None,
        progress: Progress | None = None,
        settings: Settings | None = None,
    ) -> None:
        self._journal = journal
        self._reader = reader
        self._keys = keys
        self._url_rule = url_rule
        self._settings = settings or Settings()
        self._catalogue = Catalogue(reader)
        self._documents: dict[str, dict[tuple[Kind, str], tuple[str, Document | None]]] = {}
        """What each document is as it was last read, with its text: most have not changed since."""
        self.progress = progress or Progress(lambda: None, lambda: 0)
        self.turn = threading.Lock()

    def sandboxes(self) -> list[str]:
        """The names of all sandboxes."""
        return [each.name for each in self.all_sandboxes()]

    def all_sandboxes(self) -> list[Sandbox]:
        """All sandboxes, by name."""
        return [Sandbox(*row) for row in self._reader.rows("sandboxes")]

    def inlets(self) -> list[Inlet]:
        """The inlets of all sandboxes."""
        return [
            Inlet(id_, sandbox, name, bool(authenticated))
            for id_, sandbox, name, authenticated in self._reader.rows("inlets")
        ]

    def project(self, sandbox: str) -> Project:
        """All documents of a sandbox, of each journey its latest version."""
        project = Project(sandbox, journeys=self._catalogue.latest(sandbox))
        known, now = self._documents.get(sandbox, {}), {}
        for kind, name, _, body, *_ in self._reader.rows("documents", sandbox):
            text, document = known.get((kind, name), ("", None))
            if text == body:
                project.of(kind)[name] = document
            else:
                project.add(kind, json.loads(body))
            now[kind, name] = body, project.of(kind).get(name)
        self._documents[sandbox] = now
        return project

    def document(self, sandbox: str, kind: Kind, name: str) -> dict[str, Any]:
        """A document as it was written, but for its secrets. Raises NotFoundError."""
        if kind == "journey":
            return dict(json.loads(self.versions(sandbox, name)[-1].body))
        stored = self._stored(sandbox, kind, name)
        if stored is None:
            raise self._no_such(sandbox, kind, name)
        return secrets.masked(stored)

    def changes(self, sandbox: str, kind: Kind) -> dict[str, int]:
        """When each document of a kind was changed last, epoch ms."""
        return {name: at for of, name, *_, at in self._reader.rows("documents", sandbox) if of == kind}

    def document_tag(self, sandbox: str, kind: Kind, name: str) -> str:
        """Another text whenever a document has changed. Raises NotFoundError."""
        rows = self._reader.rows("document", sandbox, kind, name)
        if not rows:
            raise self._no_such(sandbox, kind, name)
        return hashlib.sha256(rows[0][1].encode()).hexdigest()[:20]

    def _no_such(self, sandbox: str, kind: Kind, name: str) -> NotFoundError:
        return no_such(kind, name, [each for of, each, *_ in self._reader.rows("documents", sandbox) if of == kind])

    def _stored(self, sandbox: str, kind: Kind, name: str) -> dict[str, Any] | None:
        """A document with its secrets sealed, None where there is none."""
        rows = self._reader.rows("document", sandbox, kind, name)
        return dict(json.loads(rows[0][1])) if rows else None

    def journey_id(self, sandbox: str, name: str, field: str = "name") -> str:
        """The id of a journey. Raises NotFoundError, which says that `field` named it."""
        rows = self._reader.rows("journey", sandbox, name)
        if not rows:
            known = nearest((name for _, name in self._reader.rows("journeys", sandbox)), name)
            raise NotFoundError("ERR_JOURNEY_UNKNOWN", field=field, name=name, known=known)
        return str(rows[0][0])

    def versions(self, sandbox: str, name: str) -> list[Version]:
        """All versions of a journey, the oldest first. Raises NotFoundError."""
        return self._versions(self.journey_id(sandbox, name))

    def _versions(self, uid: str) -> list[Version]:
        return versions_of(self._reader.rows("versions", uid))

    def version(self, sandbox: str, name: str, number: int) -> Version:
        """One version of a journey. Raises NotFoundError."""
        for version in self.versions(sandbox, name):
            if version.number == number:
                return version
        raise NotFoundError("ERR_VERSION_UNKNOWN", field="version", name=name, number=number)

    def catalogue(self, sandbox: str) -> list[Row]:
        """All versions of all journeys."""
        return self._catalogue.rows(sandbox)

    def status(self, row: Row, reached: Mapping[tuple[str, int], Reached] | None = None) -> Status:
        """The status of a version; of many, `reached` is how far the engine is with them all."""
        if reached is None:
            reached = self.progress.reached(row.sandbox, row.journey)
        return self.progress.status(reached, row.journey, row.number, row.asked, row.end)

    def tag(self, sandbox: str, name: str) -> str:
        """Another text whenever a journey's latest version has changed. Raises NotFoundError."""
        latest = self.versions(sandbox, name)[-1]
        return hashlib.sha256(f"{latest.number} {latest.status} {latest.body}".encode()).hexdigest()[:20]

    def findings(self, sandbox: str, name: str) -> list[Finding]:
        """What is to say about a journey's latest version and all that it uses."""
        project = self.project(sandbox)
        project.live = self._catalogue.live(sandbox)
        found = self._check(project, {("journey", name)})
        if name not in project.journeys:
            return found
        journey = project.journeys[name]
        found += self._new_segments(journey, sandbox)
        return found if errors(found) else found + list(self._too_fast(project, journey))

    def _too_fast(self, project: Project, journey: JourneyDocument) -> Iterator[Finding]:
        """Calls that come faster than they may be made [6.35]."""
        rules = [json.loads(row[4]) for row in self._reader.rows("limit_configs", "capping", project.sandbox) if row[4]]
        caps = [(Pattern(rule.url, rule.methods), rule.services) for rule in map(capping_rule, rules)]

        def allowed(call: Call) -> float | None:
            rates = [
                1_000 * services[call.service].rating.max_calls_count / services[call.service].rating.period_in_ms
                for pattern, services in caps
                if call.service in services and call.url and pattern.matches(call.method, target_of(call.url))
            ]
            default = self._settings.source_calls if call.service == "dataSource" else None
            return min(rates, default=default)

        for each in too_fast(project, journey, allowed):
            params = {"rate": f"{each.rate:g}", "allowed": f"{each.allowed:g}", "called": each.call.name}
            path = ("activities", each.activity)
            yield Finding("WARN_SEND_RATE", "warning", "journey", journey.name, path, params)

    def _new_segments(self, journey: JourneyDocument, sandbox: str) -> Iterator[Finding]:
        """Segments that were never calculated [6.17]."""
        known = self.progress.evaluated(sandbox)
        for id_, activity in journey.activities.items():
            named = {name for kind, name in activity.uses() if kind == "segment"}
            asked = named.union(*(segments_in(expression) for expression in activity.expressions()))
            for name in sorted(asked - known) if known is not None else ():
                yield Finding(
                    "WARN_SEGMENT_NEW", "warning", "journey", journey.name, ("activities", id_), {"name": name}
                )

    def _check(self, project: Project, about: set[Name]) -> list[Finding]:
        used: set[Name] = about | users(project, about)
        for kind, name in about:
            if kind == "journey" and name in project.journeys:
                used |= closure(project.journeys[name], project)
        journeys = [name for kind, name in sorted(used) if kind == "journey" and name in project.journeys]
        found = check_project(
            project, self._url_rule, about=used, activities=min(self._settings.activities, LARGEST_JOURNEY)
        )
        for name in journeys:
            before = self._newest_published(project.sandbox, name)
            if before is not None:
                found += succession(before.document, project.journeys[name])
        return found

    def _newest_published(self, sandbox: str, name: str) -> Version | None:
        """The version that a draft of a journey follows; None for a first one."""
        for uid, _ in self._reader.rows("journey", sandbox, name):
            ran = [version for version in self._versions(uid) if version.status != "draft"]
            return ran[-1] if ran else None
        return None


def no_such(kind: Kind, name: str, known: Iterable[str], named_by: str = "name") -> NotFoundError:
    """The error of a document that is not there; `known` are those of its kind, `named_by` says where it is named."""
    return NotFoundError("ERR_DOCUMENT_UNKNOWN", field=named_by, kind=said(kind), name=name, known=nearest(known, name))


def refuse_broken_text(data: object) -> None:
    """JSON can spell half a surrogate pair, which no file can hold. Raises InputError."""
    try:
        json.dumps(data, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise InputError("ERR_JSON_ENCODING", field="body") from None
