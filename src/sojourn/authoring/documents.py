"""Writing documents: all of a project at once, one as a draft, another name, none any more."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, NamedTuple

from sojourn import identifiers, secrets
from sojourn.authoring.journeys import Journeys, change_of
from sojourn.authoring.reading import Change, FindingsError, in_turn, refuse_broken_text
from sojourn.authoring.uses import Uses
from sojourn.authoring.versions import new_journey, new_version, now_ms, put, versions_of
from sojourn.errors import ChangedError, ConflictError
from sojourn.journey.difference import changed_fields
from sojourn.journey.finding import Finding, errors
from sojourn.journey.project import FOLDERS, MODELS, Kind, Project, said
from sojourn.journey.rename import rewritten
from sojourn.journey.uses import Name
from sojourn.lake import renaming
from sojourn.store.entry import Changed, Renamed
from sojourn.store.journal import Job

ANY = "*"
"""The tag that whatever is there has, as `If-Match` has it."""


class Written(NamedTuple):
    """What writing a document does, and the fields in which it differs from the one that is there."""

    kind: Kind
    name: str
    change: Change
    fields: list[str]


class Documents(Journeys, Uses):
    """Writes documents."""

    @in_turn
    def apply(
        self,
        sandbox: str,
        documents: list[tuple[Kind, Any]],
        *,
        dry: bool = False,
        overwrite: bool = True,
        seen: str | None = None,
    ) -> tuple[list[Written], list[Finding]]:
        """Writes a set of documents, all or none: what happened to each, and the warnings there are.

        `dry` writes nothing and tells all the same, errors too. Without `overwrite` what is there is not changed:
        raises ConflictError that names the documents of which it would be. Raises FindingsError when one of them, or
        one that uses it, is in error. `seen` is the tag of the one document that is changed, or ANY: raises
        ChangedError where that is no longer what is there.
        """
        for _, data in documents:
            refuse_broken_text(data)
        for kind, data in documents if seen is not None else ():
            if seen not in (ANY, self.document_tag(sandbox, kind, data["name"])):
                raise ChangedError("ERR_CHANGED_MEANWHILE", field="If-Match", name=data["name"])
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
        if errors(found) and not dry:
            raise FindingsError(found)
        order = list(MODELS)
        documents = sorted(documents, key=lambda each: order.index(each[0]))
        named = [(kind, data) for kind, data in documents if isinstance(data, dict) and "name" in data]
        written = [self._would_write(sandbox, kind, data) for kind, data in named]
        if dry:
            return written, found
        conflicts = [each for each in written if each.change not in ("created", "unchanged")]
        if conflicts and not overwrite:
            all_ = ", ".join(f"{each.kind} {each.name}" for each in conflicts)
            field = FOLDERS[conflicts[0].kind]
            raise ConflictError("ERR_APPLY_CONFLICT", field=field, count=len(conflicts), documents=all_)

        def work(job: Job) -> None:
            for kind, data in documents:
                body = json.dumps(data, ensure_ascii=False, default=str)
                write = self._put_journey if kind == "journey" else self._put
                write(job, sandbox, kind, str(data["name"]), body)

        self._journal.run(work).result()
        return written, found

    def _would_write(self, sandbox: str, kind: Kind, data: dict[str, Any]) -> Written:
        """What writing a document does, and in which fields it differs from what is there."""
        name = str(data["name"])
        after = json.loads(json.dumps(data, ensure_ascii=False, default=str))
        if kind != "journey":
            stored = self._stored(sandbox, kind, name)
            change: Change = "created" if stored is None else "unchanged" if stored == after else "updated"
            return Written(kind, name, change, changed_fields(stored or after, after))
        rows = self._reader.rows("journey", sandbox, name)
        latest = self._versions(rows[0][0])[-1] if rows else None
        before = json.loads(latest.body) if latest is not None else after
        return Written(kind, name, change_of(latest, after), changed_fields(before, after))

    @in_turn
    def save_draft(self, sandbox: str, data: Any, seen: str | None = None) -> list[Finding]:
        """Writes a journey as a draft, whatever is missing or wrong in it; only what is no journey at all is refused.

        `seen` is the tag of what it changes. Raises ChangedError where that is no longer what is there.
        """
        refuse_broken_text(data)
        if seen is not None and seen not in (ANY, self.tag(sandbox, data["name"])):
            raise ChangedError("ERR_CHANGED_MEANWHILE", field="If-Match", name=data["name"])
        project = self.project(sandbox)
        if refused := project.add_draft(data):
            raise FindingsError(refused)
        body = json.dumps(data, ensure_ascii=False, default=str)
        self._journal.run(lambda job: self._put_journey(job, sandbox, "journey", data["name"], body)).result()
        return self._check(project, {("journey", data["name"])})

    @in_turn
    def duplicate(self, sandbox: str, name: str, new: str, number: int | None = None) -> None:
        """Makes a journey with the document of another one's latest version, or of version `number` [6.8].

        Raises NotFoundError; ConflictError where the name is taken; FindingsError where it can be none.
        """
        version = self.version(sandbox, name, number) if number is not None else self.versions(sandbox, name)[-1]
        project = self.project(sandbox)
        if new in project.journeys:
            raise ConflictError("ERR_NAME_TAKEN", field="name", kind=said("journey"), name=new)
        data = {**json.loads(version.body), "name": new}
        if wrong := project.add_draft(data):
            raise FindingsError(wrong)

        def work(job: Job) -> None:
            body = json.dumps(data, ensure_ascii=False)
            new_version(job, sandbox, new_journey(job, sandbox, new), None, 0, body)
            job.record("journey.create", sandbox, new, None, data)

        self._journal.run(work).result()

    @in_turn
    def delete(self, sandbox: str, kind: Kind, name: str) -> None:
        """Deletes a document that nothing uses [3.7]."""
        before = self.document(sandbox, kind, name)
        if using := [str(use) for use in self.used_in(sandbox, kind, name)]:
            raise ConflictError("ERR_IN_USE", field="name", kind=said(kind), name=name, users=", ".join(using))

        def work(job: Job) -> None:
            job.rows("delete_document", sandbox, kind, name)
            job.append(Changed(job.at, sandbox, kind, name, b""))
            job.record(f"{kind}.delete", sandbox, name, before)

        self._journal.run(work).result()

    @in_turn
    def rename(self, sandbox: str, kind: Kind, old: str, new: str) -> None:
        """Gives a document another name, in use or not; all texts that name it follow [3.7].

        Raises NotFoundError; ConflictError where the name is taken; FindingsError where it can be none.
        """
        self.document(sandbox, kind, old)
        data = {**(self._stored(sandbox, kind, old) or {}), "name": new}
        project = self.project(sandbox)
        if new in project.of(kind):
            raise ConflictError("ERR_NAME_TAKEN", field="name", kind=said(kind), name=new)
        if kind == "event":
            data = self._with_event_id(sandbox, data, old)
        if wrong := project.add(kind, data):
            raise FindingsError(wrong)
        data = rewritten(kind, data, kind, old, new)

        def work(job: Job) -> None:
            body = json.dumps(data, ensure_ascii=False)
            job.rows("rename_document", new, body, now_ms(), sandbox, kind, old)
            others = []
            for other, name, _, text, *_ in job.rows("documents", sandbox):
                before = json.loads(text)
                after = rewritten(other, before, kind, old, new)
                if after != before and (other, name) != (kind, new):
                    changed = json.dumps(after, ensure_ascii=False)
                    job.rows("rename_document", name, changed, now_ms(), sandbox, other, name)
                    others.append((other, name, changed.encode()))
            versions = _versions_rewritten(job, sandbox, kind, old, new)
            job.append(Renamed(job.at, sandbox, kind, old, new, body.encode(), others, versions))
            job.record(f"{kind}.rename", sandbox, new, {"name": old}, {"name": new})

        self._journal.run(work).result()

    @in_turn
    def rename_journey(self, sandbox: str, old: str, new: str) -> None:
        """Gives a journey another name, all versions of it, live or not [6.4].

        Raises NotFoundError; ConflictError where the name is taken; FindingsError where it can be none.
        """
        uid = self.journey_id(sandbox, old)
        project = self.project(sandbox)
        if new in project.journeys:
            raise ConflictError("ERR_NAME_TAKEN", field="name", kind=said("journey"), name=new)
        if wrong := project.add_draft({**self.document(sandbox, "journey", old), "name": new}):
            raise FindingsError(wrong)

        def work(job: Job) -> None:
            job.rows("rename_journey", new, uid)
            versions = []
            for version in versions_of(job.rows("versions", uid)):
                changed = json.dumps({**json.loads(version.body), "name": new}, ensure_ascii=False)
                put(job, uid, replace(version, body=changed), "lastModified")
                versions.append((uid, version.number, changed.encode()))
            versions += _versions_rewritten(job, sandbox, "journey", old, new)
            renaming.follow(job, sandbox, old, new)
            job.append(Renamed(job.at, sandbox, "journey", old, new, b"", [], versions))
            job.record("journey.rename", sandbox, new, {"name": old}, {"name": new})

        self._journal.run(work).result()

    def _with_event_id(self, sandbox: str, data: dict[str, Any], name: str | None = None) -> dict[str, Any]:
        """A system-generated event with the eventID that it has from its first save on, whatever its name [3.3]."""
        if data.get("type") != "system" or data.get("eventID") is not None:
            return data
        name = name or str(data.get("name"))
        kept = (self._stored(sandbox, "event", name) or {}).get("eventID")
        return {**data, "eventID": kept or identifiers.document_id(sandbox, "event", name)}

    @in_turn
    def reseal(self) -> int:
        """Seals every stored secret with the present key; how many documents had one of another key."""

        def work(job: Job) -> int:
            count = 0
            for sandbox, *_look in job.rows("sandboxes"):
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

    def _put(self, job: Job, sandbox: str, kind: str, name: str, body: str) -> None:
        rows = job.rows("document", sandbox, kind, name)
        before, after = json.loads(rows[0][1]) if rows else None, json.loads(body)
        if before != after:
            _write(job, sandbox, kind, name, body)
            job.record(f"{kind}.update" if rows else f"{kind}.create", sandbox, name, before, after)


def _versions_rewritten(job: Job, sandbox: str, kind: Kind, old: str, new: str) -> list[tuple[str, int, bytes]]:
    """Lets journeys name a document by its new name: (journey, number, body) of each version that did."""
    found = []
    for uid, _ in job.rows("journeys", sandbox):
        for version in versions_of(job.rows("versions", uid)):
            before = json.loads(version.body) if old in version.body else {}
            after = rewritten("journey", before, kind, old, new)
            if after != before:
                changed = json.dumps(after, ensure_ascii=False)
                put(job, uid, replace(version, body=changed))
                found.append((uid, version.number, changed.encode()))
    return found


def _write(job: Job, sandbox: str, kind: str, name: str, body: str) -> None:
    """Writes a document, and tells the engine."""
    rows = job.rows("document", sandbox, kind, name)
    uid = rows[0][0] if rows else identifiers.document_id(sandbox, kind, name)
    job.rows("put_document", sandbox, kind, name, uid, body, now_ms())
    job.append(Changed(job.at, sandbox, kind, name, body.encode()))
