"""The lifecycle of journeys: drafts, publication, closing, stopping, deletion [6.4-6.7]."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sojourn.authoring.reading import Change, FindingsError, Reading, in_turn
from sojourn.authoring.versions import Version, new_journey, new_version, not_a_draft, put, status_said, versions_of
from sojourn.errors import ConflictError, ForbiddenError, NotFoundError
from sojourn.journey.document import JourneyDocument
from sojourn.journey.draft import read_draft
from sojourn.journey.finding import Finding, errors
from sojourn.report.progress import DELETABLE
from sojourn.store import rehearsal
from sojourn.store.entry import Amended, Halted, Published, Removed
from sojourn.store.journal import Job

FREE: Mapping[bool, frozenset[str]] = {False: frozenset({"description", "tags"}), True: frozenset({"label"})}
"""What may change in a journey that is live, and (True) in an activity of one [6.4]."""


NEAR = 0.9
"""The share of the live journeys that a sandbox may have from which on publishing gives notice."""


class Journeys(Reading):
    """Publishes, closes, stops and deletes journeys."""

    @in_turn
    def publish(self, sandbox: str, name: str) -> tuple[int, list[Finding]]:
        """Publishes the latest version, a draft; the version before it is closed [6.4, 6.7].

        Its number, and the warnings there are.
        """
        uid = self.journey_id(sandbox, name)
        versions = self._versions(uid)
        latest = versions[-1]
        if latest.status != "draft":
            raise not_a_draft(name, latest)
        found = self.findings(sandbox, name)
        if errors(found):
            raise FindingsError(found)
        found += self.room(sandbox, name)

        def work(job: Job) -> None:
            now = versions_of(job.rows("versions", uid))[-1]
            if now != latest:
                raise ConflictError("ERR_CHANGED_MEANWHILE", name=name)
            for version in versions[:-1]:
                if version.status == "published":
                    put(job, uid, replace(version, status="closed"), "lastHalted")
            put(job, uid, replace(latest, status="published"), "lastDeployed")
            job.rows("set_numbers", latest.number, uid)
            rehearsal.dismiss(job, sandbox, name, uid, "test")  # straight from the test [6.32]
            job.append(Published(job.at, sandbox, uid, name, latest.number, latest.body.encode()))
            job.record("journey.publish", sandbox, name, None, {"version": latest.number})

        self._journal.run(work).result()
        return latest.number, found

    def room(self, sandbox: str, name: str) -> list[Finding]:
        """A notice when the sandbox is nearly full of live journeys [6.3]. Raises ConflictError when it is full."""
        others = [row for row in self.catalogue(sandbox) if row.asked == "published" and row.name != name]
        live = sum(1 for row in others if self.status(row) in ("live", "publishing"))
        limit = self._settings.live_journeys
        if live >= limit:
            raise ConflictError("ERR_LIVE_LIMIT", limit=limit, sandbox=sandbox)
        if live + 1 >= limit * NEAR:
            params = {"count": live + 1, "limit": limit, "sandbox": sandbox}
            return [Finding("WARN_LIVE_LIMIT", "warning", "journey", name, (), params)]
        return []

    @in_turn
    def halt(self, sandbox: str, name: str, *, stop: bool, number: int | None = None) -> list[int]:
        """Closes the live version, or stops all versions (or one) that people may be inside [6.5]. Their numbers."""
        uid = self.journey_id(sandbox, name)

        def work(job: Job) -> list[int]:
            done = []
            for version in versions_of(job.rows("versions", uid)):
                if number not in (None, version.number):
                    continue
                if version.status == "published" or (stop and version.status == "closed"):
                    put(job, uid, replace(version, status="stopped" if stop else "closed"), "lastHalted")
                    job.append(Halted(job.at, sandbox, uid, version.number, stop))
                    done.append(version.number)
            if not done:
                raise ConflictError("ERR_NOT_LIVE", field="name", name=name)
            job.record("journey.stop" if stop else "journey.close", sandbox, name, None, {"versions": done})
            return done

        return self._journal.run(work).result()  # type: ignore[no-any-return]

    @in_turn
    def delete_version(self, sandbox: str, name: str, number: int | None = None) -> None:
        """Deletes a version of a journey that is a draft, finished or stopped, or all of them; with its reports [6.6].

        Raises NotFoundError, ConflictError.
        """
        uid = self.journey_id(sandbox, name)
        versions = self._versions(uid)
        going = [version for version in versions if number in (None, version.number)]
        if not going:
            raise NotFoundError("ERR_VERSION_UNKNOWN", name=name, number=number)
        rows = {row.number: row for row in self.catalogue(sandbox) if row.journey == uid}
        for version in going:
            status = self.status(rows[version.number])
            if status not in DELETABLE:
                raise ConflictError(
                    "ERR_JOURNEY_RUNS", field="name", name=name, number=version.number, status=status_said(status)
                )
        whole = len(going) == len(versions)

        def work(job: Job) -> None:
            if versions_of(job.rows("versions", uid)) != versions:
                raise ConflictError("ERR_CHANGED_MEANWHILE", name=name)
            if going[-1].status == "draft":
                _refuse_in_test(job, uid, name)
                rehearsal.dismiss(job, sandbox, name, uid, "shadow")
            for version in going:
                job.rows("delete_version", uid, version.number)
            ran = [version.number for version in going if version.status != "draft"]
            known = job.rows("journey", sandbox, name)[0][1] > 0  # to the engine, if only by versions deleted since
            if ran or (whole and known):
                job.append(Removed(job.at, sandbox, uid, [] if whole else ran))
            if whole:
                job.rows("delete_journey", uid)
            if whole and known:
                job.rows("add_journey_gone", uid)
            before = json.loads(going[-1].body) if whole else {"versions": [version.number for version in going]}
            job.record("journey.delete", sandbox, name, before)

        self._journal.run(work).result()

    # --- inside transactions ---

    def _put_journey(self, job: Job, sandbox: str, kind: str, name: str, body: str) -> None:
        rows = job.rows("journey", sandbox, name)
        after = json.loads(body)
        if not rows:
            _refuse_timeout(job, None, after)
            new_version(job, sandbox, new_journey(job, sandbox, name), None, 0, body)
            job.record("journey.create", sandbox, name, None, after)
            return
        uid, numbers = rows[0]
        latest = versions_of(job.rows("versions", uid))[-1]
        before = json.loads(latest.body)
        change = change_of(latest, after)
        if change == "unchanged":
            return
        _refuse_in_test(job, uid, name)
        _refuse_timeout(job, before, after)
        job.record("journey.update", sandbox, name, before, after)
        if change == "new version":
            new_version(job, sandbox, uid, latest, numbers, body)
        elif latest.status == "draft":
            put(job, uid, replace(latest, body=body), "lastModified")
        else:
            text = json.dumps(_amended(before, after), ensure_ascii=False)
            put(job, uid, replace(latest, body=text), "lastModified")
            job.append(Amended(job.at, sandbox, uid, latest.number, text.encode()))


def change_of(latest: Version | None, after: dict[str, Any]) -> Change:
    """What writing a journey's document does to its latest version: a live one takes texts alone [6.4]."""
    if latest is None:
        return "created"
    before = json.loads(latest.body)
    if before == after:
        return "unchanged"
    return "updated" if latest.status == "draft" or _bound(before) == _bound(after) else "new version"


def _amended(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """`before` with the texts of `after`.

    Everything else stays as it stood, the order of the activities too: the engine knows places by it.
    """
    found = {name: value for name, value in before.items() if name not in FREE[False]}
    found |= {name: after[name] for name in FREE[False] if name in after}
    found["activities"] = {
        id_: {name: value for name, value in activity.items() if name not in FREE[True]}
        | {name: after["activities"][id_][name] for name in FREE[True] if name in after["activities"][id_]}
        for id_, activity in before["activities"].items()
    }
    return found


def _bound(document: dict[str, Any]) -> dict[str, Any]:
    """A journey's document, which may be in error, without what may change while it is live."""
    found = {name: value for name, value in document.items() if name not in FREE[False]}
    if isinstance(activities := document.get("activities"), dict):
        found["activities"] = {
            id_: {name: value for name, value in activity.items() if name not in FREE[True]}
            if isinstance(activity, dict)
            else activity
            for id_, activity in activities.items()
        }
    return found


def _refuse_timeout(job: Job, before: Any, after: Any) -> None:
    """Only administrators set a journey's timeout-and-error [1.4]. Raises ForbiddenError."""
    default = JourneyDocument.model_fields["timeout"].default
    old, new = (default if each is None else read_draft(each)[0].timeout for each in (before, after))  # type: ignore[union-attr]
    if old != new and not job.actor.administrator:
        raise ForbiddenError("ERR_ADMINISTRATORS_TIMEOUT", field="timeout", name=after["name"])


def _refuse_in_test(job: Job, uid: str, name: str) -> None:
    """A journey in test is locked [6.32]. Raises ConflictError."""
    if "test" in rehearsal.rehearsals(job.rows("rehearsals", uid)):
        raise ConflictError("ERR_JOURNEY_IN_TEST", name=name)
