"""Versions of journeys and their lifecycle [6.4-6.7]."""

from __future__ import annotations

import json
from typing import Any

from sojourn import identifiers
from sojourn.authoring.reading import Change, FindingsError, Reading, Version, in_turn, now_ms
from sojourn.errors import ConflictError, ForbiddenError
from sojourn.journey.compile import compile_journey, errors
from sojourn.journey.document import JourneyDocument
from sojourn.journey.finding import Finding
from sojourn.store import rehearsal
from sojourn.store.entry import Halted, Published
from sojourn.store.journal import Job


class Journeys(Reading):
    """Publishes, closes, stops and deletes journeys."""

    @in_turn
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

    @in_turn
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

    def _put_journey(self, job: Job, sandbox: str, kind: str, name: str, body: str) -> Change:
        rows = job.rows("journey", sandbox, name)
        after = json.loads(body)
        if not rows:
            _refuse_timeout(job, None, after)
            uid = identifiers.document_id(sandbox, "journey", name)
            job.rows("add_journey", uid, sandbox, name)
            job.rows("put_version", uid, 1, identifiers.version_id(sandbox, uid, 1), "draft", body, now_ms())
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
        job.rows("put_version", uid, number, identifiers.version_id(sandbox, uid, number), "draft", body, now_ms())
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


def _version_rules(name: str, version: Version, before: Version) -> list[Finding]:
    """A new version keeps the kind of entry and the re-entrance rule of the one before [6.7]."""
    old, new = JourneyDocument.model_validate_json(before.body), JourneyDocument.model_validate_json(version.body)
    if old.reentrance != new.reentrance:
        return [Finding("ERR_VERSION_REENTRANCE", "error", "journey", name, ("reentrance",))]
    return []


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


def _set_status(job: Job, uid: str, version: Version, status: str) -> None:
    job.rows("put_version", uid, version.number, version.uid, status, version.body, now_ms())
