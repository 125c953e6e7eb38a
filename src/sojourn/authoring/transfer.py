"""A journey version with all that it uses, out of one sandbox and into another [6.8].

An export names what it holds by the public API's words. Secrets leave as placeholders. What is imported has new names
and ids each time; schemas, namespaces and the built-in source are those of the sandbox that it comes to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sojourn import secrets
from sojourn.authoring.documents import Documents
from sojourn.authoring.reading import FindingsError, in_turn, refuse_broken_text
from sojourn.authoring.versions import Version, new_journey, new_version
from sojourn.errors import InputError, NotFoundError
from sojourn.journey.finding import Finding, errors
from sojourn.journey.project import Kind, Project
from sojourn.journey.rename import rewritten
from sojourn.journey.source import PLATFORM
from sojourn.journey.uses import closure
from sojourn.store.journal import Job

FORMAT = "1.0"
PARTS: dict[str, Kind] = {
    "events": "event",
    "dataProviders": "source",
    "actions": "action",
    "segments": "segment",
    "channels": "channel",
    "rulesets": "ruleset",
}
"""What an export holds besides the journey: where, and the kind of document."""
_NOT_IMPORTED = frozenset((PLATFORM, "acsDataProvider", "acppsDataProvider"))
"""Sources that an export may hold and an import makes none of: they are built in, or another product's."""
_LONGEST = 30
"""Characters of the names of events and actions; all names are kept to it."""


class Imported(NamedTuple):
    """A document made by an import, and its name in the export."""

    kind: Kind
    name: str
    source: str


class Transfer(Documents):
    """Exports and imports journey versions."""

    def export(self, sandbox: str, uid: str) -> dict[str, Any]:
        """A version and what it uses, secrets masked. Raises NotFoundError; FindingsError for one in error."""
        name, version = self.version_by_uid(sandbox, uid)
        project = self.project(sandbox)
        project.journeys[name] = version.document
        found = self._check(project, {("journey", name)})
        if errors(found):
            raise FindingsError(found)
        used = closure(version.document, project)
        return {
            "authoringFormatVersion": FORMAT,
            "journeyVersion": {"uid": uid, "version": version.number, "document": json.loads(version.body)},
            **{
                part: [self._exported(sandbox, kind, each) for each in sorted(n for k, n in used if k == kind)]
                for part, kind in PARTS.items()
            },
        }

    def version_by_uid(self, sandbox: str, uid: str) -> tuple[str, Version]:
        """A version by its own id, with its journey's name. Raises NotFoundError."""
        for name, number in self._reader.rows("version_by_uid", sandbox, uid):
            return str(name), self.version(sandbox, name, number)
        raise NotFoundError("ERR_VERSION_UID_UNKNOWN", uid=uid)

    def _exported(self, sandbox: str, kind: Kind, name: str) -> dict[str, Any]:
        uid = self._reader.rows("document", sandbox, kind, name)[0][0]
        return {"uid": uid, **self.document(sandbox, kind, name)}

    @in_turn
    def import_(self, sandbox: str, payload: Any) -> tuple[Version, list[Imported]]:
        """Makes a draft, and what it uses, of an export; the version, and everything that was made.

        What is wrong with what it refers to is found when it is published. Raises InputError naming the field for a
        payload that is none, and FindingsError for documents that are none.
        """
        refuse_broken_text(payload)
        journey, documents = _parts(payload)
        project = self.project(sandbox)
        kept = [(kind, data) for kind, data in documents if kind != "source" or data["name"] not in _NOT_IMPORTED]
        names = dict(_renamed(project, [*kept, ("journey", journey)]))
        made = [(kind, _rewritten(kind, data, names)) for kind, data in [*kept, ("journey", journey)]]
        made = [(kind, self._with_event_id(sandbox, data) if kind == "event" else data) for kind, data in made]
        found: list[Finding] = []
        for place, (kind, data) in enumerate(made):
            found += (wrong := project.add(kind, data))
            if not wrong:
                made[place] = kind, self._seal(project, kind, data, found)
        if errors(found):
            raise FindingsError(found)

        def work(job: Job) -> str:
            for kind, data in made[:-1]:
                self._put(job, sandbox, kind, data["name"], json.dumps(data, ensure_ascii=False))
            (_, last) = made[-1]
            uid = new_journey(job, sandbox, last["name"])
            new_version(job, sandbox, uid, None, 0, json.dumps(last, ensure_ascii=False))
            job.record("journey.import", sandbox, last["name"], None, last)
            return str(last["name"])

        name = self._journal.run(work).result()
        imported = [Imported(kind, new, old) for (kind, old), new in names.items()]
        return self.version(sandbox, name, 1), imported


def _parts(payload: Any) -> tuple[dict[str, Any], list[tuple[Kind, dict[str, Any]]]]:
    """The journey's document and the others of an export, without their ids. Raises InputError."""
    if not isinstance(payload, dict):
        raise InputError("ERR_IMPORT_BODY", field="body")
    version = payload.get("journeyVersion")
    journey = version.get("document") if isinstance(version, dict) else None
    if not isinstance(journey, dict):
        raise _refused("ERR_IMPORT_PAYLOAD", "journeyVersion.document")
    found: list[tuple[Kind, dict[str, Any]]] = []
    for part, kind in PARTS.items():
        given = payload.get(part, [])
        if not isinstance(given, list):
            raise _refused("ERR_IMPORT_PAYLOAD", part)
        for place, data in enumerate(given):
            if not isinstance(data, dict) or not isinstance(data.get("name"), str):
                raise _refused("ERR_IMPORT_PAYLOAD", f"{part}.{place}.name")
            own = {key: value for key, value in data.items() if key not in ("uid", "eventID")}
            if (path := _placeholder(own)) is not None and (kind != "source" or own["name"] not in _NOT_IMPORTED):
                raise _refused("ERR_IMPORT_SECRET", ".".join((part, str(place), *path)))
            found.append((kind, own))
    if not isinstance(journey.get("name"), str):
        raise _refused("ERR_IMPORT_PAYLOAD", "journeyVersion.document.name")
    return journey, found


def _refused(code: str, field: str) -> InputError:
    return InputError(code, field=field, name=field)


def _placeholder(data: Any) -> tuple[str, ...] | None:
    """Where a placeholder of a secret still stands."""
    if isinstance(data, str):
        return () if secrets.PLACEHOLDER in data else None
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, value in items:
        if (path := _placeholder(value)) is not None:
            return (str(name), *path)
    return None


def _renamed(project: Project, documents: list[tuple[Kind, dict[str, Any]]]) -> Iterator[tuple[tuple[Kind, str], str]]:
    """A name for each document that no other has."""
    given: set[tuple[Kind, str]] = set()
    for kind, data in documents:
        old = data["name"]
        stem = re.sub(r"_\d+$", "", old)
        number = 1
        while True:
            end = f"_{number}"
            new = stem[: _LONGEST - len(end)] + end
            if new not in project.of(kind) and (kind, new) not in given:
                break
            number += 1
        given.add((kind, new))
        yield (kind, old), new


def _rewritten(kind: Kind, data: dict[str, Any], names: dict[tuple[Kind, str], str]) -> dict[str, Any]:
    """The document with all names changed, by way of names that are nobody's: a new one may be another's old one."""
    for place, (about, old) in enumerate(names):
        data = rewritten(kind, data, about, old, f"Imported0{place}")
    for place, ((about, _), new) in enumerate(names.items()):
        data = rewritten(kind, data, about, f"Imported0{place}", new)
    own = data["name"]
    return {**data, "name": names[kind, own]}
