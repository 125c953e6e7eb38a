"""What people do to a project on a server: write documents, apply a folder, publish, close and stop journeys.

Every change is one transaction of the journal that holds both the document and the log entry that tells the engine,
so there is no moment at which one is known and the other is not.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from sojourn import identifiers, secrets
from sojourn.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from sojourn.journey.calls import UrlRule
from sojourn.journey.change import forbidden
from sojourn.journey.compile import check_project, compile_journey, errors
from sojourn.journey.document import JourneyDocument, expressions_of
from sojourn.journey.expressions import field_groups_in
from sojourn.journey.finding import Finding
from sojourn.journey.project import MODELS, REGISTRY, Kind, Project
from sojourn.journey.rename import rewritten
from sojourn.journey.uses import Name, closure, naming, users
from sojourn.secrets import Keyring
from sojourn.store import rehearsal
from sojourn.store.entry import Changed, Halted, Published, Renamed
from sojourn.store.journal import Job, Journal, JournalReader

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
class Use:
    """A document that stands on another; of journeys the version, its status, and whether it runs."""

    kind: Kind
    name: str
    version: int | None = None
    status: str | None = None
    running: bool = False
    """Live, or closed with people inside."""
    field_groups: frozenset[str] = frozenset()
    """Those that it uses, where it stands on a data source."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" + (f" v{self.version}" if self.version is not None else "")


@dataclass(frozen=True, slots=True)
class Inlet:
    """Where records come in, for one sandbox; an authenticated one asks for a token."""

    id: str
    sandbox: str
    name: str
    authenticated: bool


P = ParamSpec("P")
R = TypeVar("R")


def _in_turn(method: Callable[Concatenate[Authoring, P], R]) -> Callable[Concatenate[Authoring, P], R]:
    """One change at a time, from its checks to its commit: of two that exclude each other, the second is refused."""

    @wraps(method)
    def alone(self: Authoring, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.turn:
            return method(self, *args, **kwargs)

    return alone


class Authoring:
    """All changes to documents, for every face. Blocking; safe to call from several threads.

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

    # --- reading ---

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

    # --- writing ---

    @_in_turn
    def add_sandbox(self, name: str) -> None:
        """Makes a sandbox and its inlet of the same id. Raises ConflictError."""
        if name in self.sandboxes():
            raise ConflictError("ERR_SANDBOX_EXISTS", field="name", name=name)

        def work(job: Job) -> None:
            job.rows("add_sandbox", name)
            job.rows("add_inlet", name, name, "default inlet")
            job.record("sandbox.create", name, name, None, {"name": name})

        self._journal.run(work).result()

    @_in_turn
    def add_inlet(self, id_: str, sandbox: str, name: str, *, authenticated: bool) -> None:
        """Makes an inlet of a sandbox. Raises ConflictError."""
        if any(inlet.id == id_ for inlet in self.inlets()):
            raise ConflictError("ERR_INLET_EXISTS", field="inletId", inlet=id_)

        def work(job: Job) -> None:
            job.rows("add_inlet", id_, sandbox, name)
            job.rows("set_inlet", authenticated, id_)
            job.record("inlet.create", sandbox, id_, None, {"name": name, "authenticated": authenticated})

        self._journal.run(work).result()

    @_in_turn
    def set_inlet(self, id_: str, *, authenticated: bool) -> None:
        """Sets whether an inlet asks for a token."""
        inlet = next(inlet for inlet in self.inlets() if inlet.id == id_)

        def work(job: Job) -> None:
            job.rows("set_inlet", authenticated, id_)
            before, after = {"authenticated": inlet.authenticated}, {"authenticated": authenticated}
            job.record("inlet.update", inlet.sandbox, id_, before, after)

        self._journal.run(work).result()

    @_in_turn
    def apply(
        self, sandbox: str, documents: list[tuple[Kind, Any]]
    ) -> tuple[list[tuple[str, str, Change]], list[Finding]]:
        """Writes a set of documents, all or none: (kind, name, what happened) for each, and the warnings there are.

        Raises FindingsError when one of them, or one that uses it, is in error.
        """
        for _, data in documents:
            refuse_broken_text(data)
        project = self.project(sandbox)
        found: list[Finding] = []
        about: set[Name] = set()
        before = self.project(sandbox)
        documents = [
            (kind, self._with_event_id(sandbox, data) if kind == "event" and isinstance(data, dict) else data)
            for kind, data in documents
        ]
        for place, (kind, data) in enumerate(documents):
            found += (wrong := project.add(kind, data))
            if not wrong:
                documents[place] = kind, self._seal(project, kind, data, found)
            about.add((kind, str(data.get("name")) if isinstance(data, dict) else ""))
        if not errors(found):
            found += self._check(project, about) + self._changes_in_use(before, project, about)
        if errors(found):
            raise FindingsError(found)

        def work(job: Job) -> list[tuple[str, str, Change]]:
            order = list(MODELS)
            done: list[tuple[str, str, Change]] = []
            for kind, data in sorted(documents, key=lambda each: order.index(each[0])):
                body = json.dumps(data, ensure_ascii=False, default=str)
                write = self._put_journey if kind == "journey" else self._put
                done.append((kind, str(data["name"]), write(job, sandbox, kind, str(data["name"]), body)))
            return done

        return self._journal.run(work).result(), found

    @_in_turn
    def save_draft(self, sandbox: str, data: Any) -> list[Finding]:
        """Writes a journey as a draft, whatever is still wrong with it; only what is no journey at all is refused."""
        refuse_broken_text(data)
        project = self.project(sandbox)
        found = project.add("journey", data)
        if errors(found):
            raise FindingsError(found)
        body = json.dumps(data, ensure_ascii=False, default=str)
        self._journal.run(lambda job: self._put_journey(job, sandbox, "journey", data["name"], body)).result()
        return self._check(project, {("journey", data["name"])})

    @_in_turn
    def delete(self, sandbox: str, kind: Kind, name: str) -> None:
        """Deletes a document that nothing uses [3.7], or a journey whose versions are all drafts [6.6]."""
        before = self.document(sandbox, kind, name)
        if kind == "journey":
            self._delete_journey(sandbox, name)
            return
        if using := [str(use) for use in self.used_in(sandbox, kind, name)]:
            raise ConflictError("ERR_IN_USE", kind=kind, name=name, users=", ".join(using))

        def work(job: Job) -> None:
            job.rows("delete_document", sandbox, kind, name)
            job.append(Changed(job.at, sandbox, kind, name, b""))
            job.record(f"{kind}.delete", sandbox, name, before)

        self._journal.run(work).result()

    @_in_turn
    def rename(self, sandbox: str, kind: Kind, old: str, new: str) -> None:
        """Gives a document another name, in use or not; all texts that name it follow [3.7].

        Raises NotFoundError; ConflictError where the name is taken; FindingsError where it can be none.
        """
        self.document(sandbox, kind, old)
        data = {**(self._stored(sandbox, kind, old) or {}), "name": new}
        project = self.project(sandbox)
        if new in project.of(kind):
            raise ConflictError("ERR_NAME_TAKEN", field="name", kind=kind, name=new)
        if kind == "event":
            data = self._with_event_id(sandbox, data, old)
        if wrong := project.add(kind, data):
            raise FindingsError(wrong)
        data = rewritten(kind, data, kind, old, new)

        def work(job: Job) -> None:
            body = json.dumps(data, ensure_ascii=False)
            job.rows("rename_document", new, body, _now(), sandbox, kind, old)
            others, versions = [], []
            for other, name, _, text, *_ in job.rows("documents", sandbox):
                before = json.loads(text)
                after = rewritten(other, before, kind, old, new)
                if after != before and (other, name) != (kind, new):
                    changed = json.dumps(after, ensure_ascii=False)
                    job.rows("rename_document", name, changed, _now(), sandbox, other, name)
                    others.append((other, name, changed.encode()))
            for uid, _ in job.rows("journeys", sandbox):
                for version in [Version(*row) for row in job.rows("versions", uid)]:
                    before = json.loads(version.body)
                    after = rewritten("journey", before, kind, old, new)
                    if after != before:
                        changed = json.dumps(after, ensure_ascii=False)
                        job.rows("put_version", uid, version.number, version.uid, version.status, changed, _now())
                        versions.append((uid, version.number, changed.encode()))
            job.append(Renamed(job.at, sandbox, kind, old, new, body.encode(), others, versions))
            job.record(f"{kind}.rename", sandbox, new, {"name": old}, {"name": new})

        self._journal.run(work).result()

    def _with_event_id(self, sandbox: str, data: dict[str, Any], name: str | None = None) -> dict[str, Any]:
        """A system-generated event with the eventID that it has from its first save on, whatever its name [3.3]."""
        if data.get("type") != "system" or data.get("eventID") is not None:
            return data
        name = name or str(data.get("name"))
        kept = (self._stored(sandbox, "event", name) or {}).get("eventID")
        return {**data, "eventID": kept or identifiers.document_id(sandbox, "event", name)}

    @_in_turn
    def publish(self, sandbox: str, name: str) -> int:
        """Publishes the latest version, a draft; the version before it is closed [6.4, 6.7]. Its number."""
        uid = self.journey_id(sandbox, name)
        versions = self._versions(uid)
        latest = versions[-1]
        if latest.status != "draft":
            raise ConflictError("ERR_NOT_DRAFT", name=name, number=latest.number, status=latest.status)
        found = self.findings(sandbox, name)
        if len(versions) > 1:
            found += _version_rules(name, latest, versions[-2])
        _, own = compile_journey(self.project(sandbox), name, number=latest.number, journey_id=uid)
        if errors(found) or errors(own):
            raise FindingsError(found or own)

        def work(job: Job) -> None:
            now = [Version(*row) for row in job.rows("versions", uid)][-1]
            if now != latest:
                raise ConflictError("ERR_CHANGED_MEANWHILE", name=name)
            for version in versions[:-1]:
                if version.status == "published":
                    _set_status(job, uid, version, "closed")
            _set_status(job, uid, latest, "published")
            rehearsal.dismiss(job, sandbox, name, uid, "test")  # straight from the test [6.32]
            job.append(Published(job.at, sandbox, uid, name, latest.number, latest.body.encode()))
            job.record("journey.publish", sandbox, name, None, {"version": latest.number})

        self._journal.run(work).result()
        return latest.number

    @_in_turn
    def halt(self, sandbox: str, name: str, *, stop: bool) -> list[int]:
        """Closes the live version, or stops all versions that people may be inside [6.5]. Their numbers."""
        uid = self.journey_id(sandbox, name)

        def work(job: Job) -> list[int]:
            done = []
            for version in [Version(*row) for row in job.rows("versions", uid)]:
                if version.status == "published" or (stop and version.status == "closed"):
                    _set_status(job, uid, version, "stopped" if stop else "closed")
                    job.append(Halted(job.at, sandbox, uid, version.number, stop))
                    done.append(version.number)
            if not done:
                raise ConflictError("ERR_NOT_LIVE", name=name)
            job.record("journey.stop" if stop else "journey.close", sandbox, name, None, {"versions": done})
            return done

        return self._journal.run(work).result()  # type: ignore[no-any-return]

    @_in_turn
    def reseal(self) -> int:
        """Seals every stored secret with the present key; how many documents had one of another key."""

        def work(job: Job) -> int:
            count = 0
            for (sandbox,) in job.rows("sandboxes"):
                for kind, name, _, body, *_ in job.rows("documents", sandbox):
                    sealed = secrets.resealed(data := json.loads(body), self._keys)
                    if sealed != data:
                        _write(job, sandbox, kind, name, json.dumps(sealed, ensure_ascii=False))
                        job.record(f"{kind}.reseal", sandbox, name, None, {"key": self._keys.current})
                        count += 1
            return count

        return self._journal.run(work).result()  # type: ignore[no-any-return]

    def keys_in_use(self) -> set[str]:
        """The ids of the keys that stored secrets are sealed with."""
        bodies = [row[3] for sandbox in self.sandboxes() for row in self._reader.rows("documents", sandbox)]
        return {key for body in bodies for key in secrets.keys_in(json.loads(body))}

    def _seal(self, project: Project, kind: Kind, data: dict[str, Any], found: list[Finding]) -> dict[str, Any]:
        """The document with its secrets sealed, in `project` too; adds a finding for each that is not there."""
        name = str(data["name"])

        def missing(path: secrets.Place) -> None:
            params = {"field": ".".join(map(str, path)), "placeholder": secrets.PLACEHOLDER}
            found.append(Finding("ERR_SECRET_MISSING", "error", kind, name, path, params))

        document = project.of(kind)[name]
        if next(secrets.places(document, data), None) is None:
            return data
        sealed = secrets.seal(document, data, self._stored(project.sandbox, kind, name), self._keys, missing)
        project.add(kind, sealed)
        return sealed

    # --- inside transactions ---

    def _put(self, job: Job, sandbox: str, kind: str, name: str, body: str) -> Change:
        rows = job.rows("document", sandbox, kind, name)
        before, after = json.loads(rows[0][1]) if rows else None, json.loads(body)
        if before == after:
            return "unchanged"
        _write(job, sandbox, kind, name, body)
        job.record(f"{kind}.update" if rows else f"{kind}.create", sandbox, name, before, after)
        return "updated" if rows else "created"

    def _put_journey(self, job: Job, sandbox: str, kind: str, name: str, body: str) -> Change:
        rows = job.rows("journey", sandbox, name)
        after = json.loads(body)
        if not rows:
            _refuse_timeout(job, None, after)
            uid = identifiers.document_id(sandbox, "journey", name)
            job.rows("add_journey", uid, sandbox, name)
            job.rows("put_version", uid, 1, identifiers.version_id(sandbox, uid, 1), "draft", body, _now())
            job.record("journey.create", sandbox, name, None, after)
            return "created"
        uid = rows[0][0]
        latest = [Version(*row) for row in job.rows("versions", uid)][-1]
        before = json.loads(latest.body)
        if before == after:
            return "unchanged"
        _refuse_in_test(job, uid, name)
        _refuse_timeout(job, before, after)
        number = latest.number if latest.status == "draft" else latest.number + 1
        job.rows("put_version", uid, number, identifiers.version_id(sandbox, uid, number), "draft", body, _now())
        job.record("journey.update", sandbox, name, before, after)
        return "updated" if number == latest.number else "new version"

    def _delete_journey(self, sandbox: str, name: str) -> None:
        uid = self.journey_id(sandbox, name)

        def work(job: Job) -> None:
            versions = [Version(*row) for row in job.rows("versions", uid)]
            if any(version.status != "draft" for version in versions):
                raise ConflictError("ERR_JOURNEY_RUNS", name=name)
            _refuse_in_test(job, uid, name)
            rehearsal.dismiss(job, sandbox, name, uid, "shadow")
            for version in versions:
                job.rows("delete_version", uid, version.number)
            job.rows("delete_journey", uid)
            job.record("journey.delete", sandbox, name, json.loads(versions[-1].body))

        self._journal.run(work).result()

    def _changes_in_use(self, before: Project, after: Project, about: set[Name]) -> list[Finding]:
        """Changes that what stands on a document could not take up [2.5, 3.7, 5.2]."""
        found: list[Finding] = []
        for kind, name in about:
            if kind == "journey" or name not in before.of(kind):
                continue
            using, drafts = self._holding(before, kind, name)
            paths = list(forbidden(before, after, kind, name, drafts=drafts)) if using else []
            if kind == "source":
                used = frozenset().union(*(use.field_groups for use in self._journeys_with(before, kind, name)))
                paths = [path for path in paths if path[0] != "fieldGroups" or path[1] in used]
            if paths:
                params = {"kind": kind, "users": ", ".join(using)}
                found += [Finding("ERR_CHANGE_IN_USE", "error", kind, name, path, params) for path in paths]
        return found

    def _holding(self, project: Project, kind: Kind, name: str) -> tuple[list[str], bool]:
        """What keeps a document as it is, and whether that is drafts alone: journeys that run, of an event, a source
        or an action also drafts [3.7, 4.3, 5.2]; of what schemas are made of also datasets, and a schema's own word
        that it is for profiles [2.5]."""
        uses = list(self._journeys_with(project, kind, name))
        running = [str(use) for use in uses if use.running]
        drafts = kind in ("event", "source", "action")
        found = running + [str(use) for use in uses if drafts and use.status == "draft" and not use.running]
        if kind in REGISTRY:
            found += [
                f"schema {schema.name} (profile)"
                for schema in project.schemas.values()
                if schema.profile and (kind, name) in {("schema", schema.name), *closure(schema, project)}
            ]
            found += [
                f"dataset {dataset.name}"
                for dataset in project.datasets.values()
                if (kind, name) in closure(dataset, project)
            ]
        return found, not running

    def used_in(self, sandbox: str, kind: Kind, name: str) -> list[Use]:
        """Everything that names a document, and the journey versions that stand on it [3.7]. Raises NotFoundError."""
        self.document(sandbox, kind, name)
        project = self.project(sandbox)
        others = [Use(user, named) for user, named in naming(project, kind, name)]
        return others + list(self._journeys_with(project, kind, name))

    def _journeys_with(self, project: Project, kind: Kind, name: str) -> Iterator[Use]:
        """The journey versions that stand on a document."""
        for uid, journey in self._reader.rows("journeys", project.sandbox):
            for version in self._versions(uid):
                document = JourneyDocument.model_validate_json(version.body)
                if (kind, name) in closure(document, project):
                    running = version.status == "published" or (
                        version.status == "closed" and version.number in self._inside(project.sandbox, journey)
                    )
                    groups = _field_groups(document, name) if kind == "source" else frozenset()
                    yield Use("journey", journey, version.number, version.status, running, groups)


def _field_groups(journey: JourneyDocument, source: str) -> frozenset[str]:
    return frozenset().union(*(field_groups_in(each, source) for each in expressions_of(journey)))


def _version_rules(name: str, version: Version, before: Version) -> list[Finding]:
    """A new version keeps the kind of entry and the re-entrance rule of the one before [6.7]."""
    old, new = JourneyDocument.model_validate_json(before.body), JourneyDocument.model_validate_json(version.body)
    if old.reentrance != new.reentrance:
        return [Finding("ERR_VERSION_REENTRANCE", "error", "journey", name, ("reentrance",))]
    return []


def refuse_broken_text(data: object) -> None:
    """JSON can spell half a surrogate pair, which no file can hold. Raises InputError."""
    try:
        json.dumps(data, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise InputError("ERR_JSON_ENCODING") from None


def _refuse_timeout(job: Job, before: Any, after: Any) -> None:
    """Only administrators set a journey's timeout-and-error [1.4]. Raises ForbiddenError."""
    default = JourneyDocument.model_fields["timeout"].default
    old, new = (default if each is None else JourneyDocument.model_validate(each).timeout for each in (before, after))
    if old != new and not job.actor.administrator:
        raise ForbiddenError("ERR_ADMINISTRATORS_TIMEOUT", field="timeout", name=after["name"])


def _refuse_in_test(job: Job, uid: str, name: str) -> None:
    """A journey in test is locked [6.32]. Raises ConflictError."""
    if "test" in rehearsal.rehearsals(job.rows("rehearsals", uid)):
        raise ConflictError("ERR_JOURNEY_IN_TEST", name=name)


def _write(job: Job, sandbox: str, kind: str, name: str, body: str) -> None:
    """Writes a document, and tells the engine."""
    rows = job.rows("document", sandbox, kind, name)
    uid = rows[0][0] if rows else identifiers.document_id(sandbox, kind, name)
    job.rows("put_document", sandbox, kind, name, uid, body, _now())
    job.append(Changed(job.at, sandbox, kind, name, body.encode()))


def _set_status(job: Job, uid: str, version: Version, status: str) -> None:
    job.rows("put_version", uid, version.number, version.uid, status, version.body, _now())


def _now() -> int:
    return round(time.time() * 1000)
