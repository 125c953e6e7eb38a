"""What people do with a draft before it is published: run it in test mode [6.32], or as a shadow [6.33]."""

from __future__ import annotations

import uuid
from dataclasses import replace

from sojourn.authoring import Authoring, FindingsError
from sojourn.authoring.versions import not_a_draft
from sojourn.errors import ConflictError, InputError
from sojourn.journey.activity.conditions import ABSplitActivity, PercentageSplitActivity
from sojourn.journey.document import JourneyDocument
from sojourn.journey.finding import errors
from sojourn.journey.rehearse import Kind, Options, least_wait
from sojourn.store import rehearsal as stored
from sojourn.store.entry import Prompted
from sojourn.store.journal import Job, Journal, JournalReader
from sojourn.store.rehearsal import Rehearsal

WEEK = 7 * 86_400_000
"""A test that nobody triggers an event in for so long (ms of journey time) ends."""

_RUNS: dict[Kind, str] = {"test": "ERR_TEST_RUNS", "shadow": "ERR_SHADOW_RUNS"}
_OFF: dict[Kind, str] = {"test": "ERR_TEST_OFF", "shadow": "ERR_SHADOW_OFF"}


class Rehearsals:
    """Begins and ends them. Blocking; safe to call from several threads."""

    def __init__(self, journal: Journal, reader: JournalReader, authoring: Authoring) -> None:
        self._journal = journal
        self._reader = reader
        self._authoring = authoring

    def of(self, sandbox: str, name: str) -> dict[Kind, Rehearsal]:
        """Those of a journey's draft. Raises NotFoundError."""
        return stored.rehearsals(self._reader.rows("rehearsals", self._authoring.journey_id(sandbox, name)))

    def begin(self, sandbox: str, name: str, kind: Kind, options: Options) -> Rehearsal:
        """Lets the latest version, a draft without errors, run.

        Raises ConflictError where it is no draft or runs already, FindingsError, and InputError for a wait too short.
        """
        with self._authoring.turn:
            latest = self._authoring.versions(sandbox, name)[-1]
            if latest.status != "draft":
                raise not_a_draft(name, latest)
            if kind in self.of(sandbox, name):
                raise ConflictError(_RUNS[kind], field="name", name=name)
            found = self._authoring.findings(sandbox, name)
            if errors(found):
                raise FindingsError(found)
            document = latest.document
            if kind == "test":
                _check_test(document, options)
            journey = self._authoring.journey_id(sandbox, name)
            made = Rehearsal(str(uuid.uuid4()), journey, kind, latest.number, options, 0, 0)

            def work(job: Job) -> Rehearsal:
                stored.begin(job, sandbox, name, made, latest.body.encode())
                return replace(made, started_at=job.at, triggered_at=job.at)

            return self._journal.run(work).result()  # type: ignore[no-any-return]

    def end(self, sandbox: str, name: str, kind: Kind) -> None:
        """Ends one; all that it has left behind goes. Raises ConflictError where none runs."""
        journey = self._authoring.journey_id(sandbox, name)

        def work(job: Job) -> None:
            if not stored.dismiss(job, sandbox, name, journey, kind):
                raise ConflictError(_OFF[kind], field="name", name=name)

        self._journal.run(work).result()

    def triggered(self, test: Rehearsal, sandbox: str, name: str, event: str, profile: str) -> None:
        """Notes that an event was triggered for a test."""

        def work(job: Job) -> None:
            job.rows("trigger_rehearsal", job.at, test.uid)
            job.record("journey.test-event", sandbox, name, None, {"event": event, "profile": profile})

        self._journal.run(work).result()

    def prompt(self, test: Rehearsal, sandbox: str, name: str, key: str, profile: str, payload: bytes) -> None:
        """Lets somebody hear `key`, as if they had entered or left a segment, or were of an audience."""

        def work(job: Job) -> None:
            job.append(Prompted(job.at, sandbox, test.uid, key, profile, payload))

        self._journal.run(work).result()
        self.triggered(test, sandbox, name, key, profile)

    def end_idle(self, now: int) -> list[str]:
        """Ends the tests in which nothing was triggered for a week until `now` (epoch ms); their journeys' names."""
        rows = self._reader.rows("all_rehearsals")
        idle = [(sandbox, name) for sandbox, name, kind, _, at in rows if kind == "test" and at + WEEK <= now]
        for sandbox, name in idle:
            self.end(sandbox, name, "test")
        return [name for _, name in idle]


def _check_test(document: JourneyDocument, options: Options) -> None:
    """What a test asks of a journey, and of its settings [6.32]."""
    if document.namespace is None:
        raise ConflictError("ERR_TEST_NAMESPACE", name=document.name)
    least = least_wait(document)
    if options.wait < least:
        raise InputError("ERR_TEST_WAIT", field="wait", least=f"PT{least // 1000}S")
    for activity, path in options.paths.items():
        split = document.activities.get(activity)
        if not isinstance(split, PercentageSplitActivity | ABSplitActivity) or path not in split.paths:
            raise InputError("ERR_TEST_PATH", field=f"paths.{activity}", activity=activity, path=path)
