"""Reading audiences [6.19]: who is in a segment as of a moment enters a journey, at a set rate.

A read is a run with two parts. First, between the turns' other work, it goes through the memberships, profile by
profile, and lets each member wait among the journey's entrants; it begins when no evaluation of the segments is under
way. Then they enter, each in their turn. Both are kept in the shard in the turn's transaction: however often the
process is killed, nobody enters twice by one run, and nobody is left out.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec

from sojourn import identifiers
from sojourn.crash import crash_point
from sojourn.engine.result import Discard
from sojourn.engine.versions import Versions
from sojourn.journey.plan import Audience, Plan
from sojourn.profile.membership import decode_row
from sojourn.profile.people import numbers_of
from sojourn.profile.segments import Segments
from sojourn.profile.store import Profiles
from sojourn.report.facts import Fact
from sojourn.runtime.entrants import NEVER, Entrants
from sojourn.store.shard import Shard

KEPT_RUNS = 1_000
PROFILES_A_BITE = 5_000
EXPORT, DISCARD = "segmenttrigger-orchestrator", "segmenttrigger-discard"
Status = Literal["queued", "started", "finished", "failed"]


class Run(msgspec.Struct):
    """A read of an audience under way: `total` members were found up to profile `place`, `refused` of them have no id
    in the journey's namespace. With `since` (epoch ms) only who has come into the segment later counts."""

    id: int
    uid: str
    journey: int
    version: int
    segment: str
    at: int
    since: int | None
    status: Status
    place: int
    total: int
    refused: int
    payload: bytes


class Brought(NamedTuple):
    """What is to know of a run that has brought somebody."""

    uid: str
    journey: int
    version: int
    segment: str
    payload: bytes


class Calendar(msgspec.Struct):
    """When a version reads its audience next, and when it did last (epoch ms)."""

    due: int | None = None
    read_at: int | None = None


class Audiences:
    """The reads of a shard. Changes are written at once; `facts` are for the lake. After a failed turn, make another.

    `journeys` are by their short numbers.
    """

    def __init__(
        self, shard: Shard, journeys: dict[int, Versions], segments: Segments, profiles: Profiles, entrants: Entrants
    ) -> None:
        self._shard = shard
        self._journeys = journeys
        self._segments = segments
        self._profiles = profiles
        self._entrants = entrants
        self._calendars: dict[tuple[int, int], Calendar] = {}
        for journey, version, due, read_at in shard.rows("audiences"):
            self._calendars[journey, version] = Calendar(due, read_at)
        self._runs = [Run(*row) for row in shard.rows("audience_runs")]
        self._brought: dict[int, Brought] = {}
        self.facts: list[Fact] = []
        self._set_due()

    def _set_due(self) -> None:
        self.due = min((each.due for each in self._calendars.values() if each.due is not None), default=NEVER)
        """When (epoch ms) the clock says that an audience is read next."""

    @property
    def reading(self) -> bool:
        """Whether a run goes through the memberships."""
        return bool(self._runs)

    def save(self) -> None:
        """Writes what is for the lake, inside the shard's transaction."""
        if self.facts:
            self._shard.put_facts("record", self.facts)
            self.facts = []
        self._brought.clear()

    # --- when ---

    def published(self, versions: Versions, at: int) -> None:
        """A version went live, was closed or stopped, at `at` (epoch ms): another one reads its audience, or none.

        So does a shadow; in a test nobody enters who was not named [6.32].
        """
        plan, _ = versions.entering()
        number = plan.version if plan is not None else 0
        for key in [key for key in self._calendars if key[0] == versions.id and key[1] != number]:
            del self._calendars[key]
        self._shard.rows("drop_audiences", versions.id, number)
        new = (versions.id, number) not in self._calendars
        if new and plan is not None and plan.audience is not None and versions.kind != "test":
            self._plan_next(versions.id, plan, plan.audience, Calendar(), at)
        self._set_due()

    def drop(self, journey: int) -> None:
        """Nothing is read for a journey any more, which is being deleted."""
        self._calendars = {key: each for key, each in self._calendars.items() if key[0] != journey}
        self._runs = [run for run in self._runs if run.journey != journey]
        self._shard.rows("drop_audiences_in", journey)
        self._shard.rows("drop_audience_runs", journey)
        self._set_due()

    def _plan_next(self, journey: int, plan: Plan, audience: Audience, calendar: Calendar, after: int) -> None:
        due = None
        if audience.following is not None:
            due = audience.following(max(after, plan.start or 0), calendar.read_at is None)
        if due is not None and plan.end is not None and due >= plan.end:
            due = None
        calendar.due = due
        self._calendars[journey, plan.version] = calendar
        self._shard.rows("put_audience", journey, plan.version, due, calendar.read_at)

    def pass_time(self, before: int) -> int:
        """Begins the reads that are due earlier than `before` (epoch ms), in order; how many."""
        begun = 0
        while self.due < before:
            for (journey, version), calendar in sorted(self._calendars.items()):
                due = calendar.due
                plan = self._journeys[journey].plans.get(version)
                if due != self.due or due is None:
                    continue
                if plan is None or plan.audience is None:  # published with documents that have changed since
                    calendar.due = None
                    self._shard.rows("put_audience", journey, version, None, calendar.read_at)
                    continue
                self._begin(journey, plan, plan.audience, calendar, due, b"")
                self._plan_next(journey, plan, plan.audience, calendar, due)
                begun += 1
            self._set_due()
        return begun

    def happened(self, versions: Versions, event: str, record: bytes, at: int) -> Discard | None:
        """A business event came at `at` (epoch ms) [3.8]. Why no audience is read after it; None if one is."""
        plan, reason = versions.entering()
        if plan is None:
            return reason
        if plan.audience is None or plan.audience.business != event:
            return "notAwaited"
        if plan.start is not None and at < plan.start:
            return "notStarted"
        if plan.end is not None and at >= plan.end:
            return "ended"
        calendar = self._calendars.setdefault((versions.id, plan.version), Calendar())
        self._begin(versions.id, plan, plan.audience, calendar, at, record)
        self._shard.rows("put_audience", versions.id, plan.version, calendar.due, calendar.read_at)
        return None

    def _begin(self, journey: int, plan: Plan, audience: Audience, calendar: Calendar, at: int, payload: bytes) -> None:
        since = calendar.read_at if audience.incremental else None
        calendar.read_at = at
        uid = identifiers.document_id(plan.uid, "run", f"{at}:{len(self._runs)}")
        segment = self._segments.uid(plan.sandbox, audience.segment)
        values = (uid, journey, plan.version, segment, at, since, payload)
        id_ = int(self._shard.rows("add_audience_run", *values)[0][0])
        self._shard.rows("trim_audience_runs", journey, KEPT_RUNS)
        run = Run(id_, uid, journey, plan.version, segment, at, since, "queued", 0, 0, 0, payload)
        self._runs.append(run)
        self._tell(run, plan, "INFO_EXPORTJOB_QUEUED")

    # --- going through the memberships ---

    def read(self, limit: int = PROFILES_A_BITE) -> int:
        """Goes on with the run under way by `limit` profiles at most; how much was done.

        Before anything else in a turn, as what is read is what is stored; and not while segments are evaluated.
        """
        if not self._runs or self._segments.sweeping:
            return 0
        run = self._runs[0]
        versions = self._journeys.get(run.journey)
        plan = versions.plans.get(run.version) if versions is not None else None
        segment = self._segments.number(run.segment)
        if plan is None or plan.audience is None or not segment:  # deleted meanwhile
            self._end(run, plan, "failed", "ERROR_EXPORTJOB_FAILED")
            return 1
        if run.status == "queued":
            run.status = "started"
            self._tell(run, plan, "INFO_EXPORTJOB_STARTED")
        rows = self._shard.rows("memberships_after", run.place, limit)
        members = [number for number, body in rows if _belongs(run, segment, body)]
        self._let_wait(run, plan, plan.audience, members)
        crash_point("audience-read")
        if len(rows) < limit:
            self._end(run, plan, "finished", "INFO_EXPORTJOB_SUCCEEDED")
        else:
            run.place = rows[-1][0]
            self._put(run)
        return len(rows) + 1

    def _let_wait(self, run: Run, plan: Plan, audience: Audience, members: list[int]) -> None:
        for number, body in self._shard.rows("load_profiles", numbers_of(members)) if members else ():
            ids = self._profiles.decode(body).ids(plan.namespace or "")
            run.total += 1
            if not ids:
                run.refused += 1
                self._tell(run, plan, "ERROR_INSTANCE_BAD_NAMESPACE", kind=DISCARD, person=str(number))
                continue
            due = self._entrants.place(run.journey, run.at)
            self._entrants.took(run.journey, due, audience.pace)
            self._entrants.put(due, (run.journey, ids[0], ""), run.at, audience.event, b"", run.id)

    def _end(self, run: Run, plan: Plan | None, status: Status, code: str) -> None:
        run.status = status
        self._put(run)
        self._runs.remove(run)
        if plan is not None:
            self._tell(run, plan, code)

    def _put(self, run: Run) -> None:
        self._shard.rows("set_audience_run", run.status, run.place, run.total, run.refused, run.id)

    # --- who has waited ---

    def run(self, id_: int) -> Brought:
        """The run that has brought somebody."""
        if id_ not in self._brought:
            self._brought[id_] = Brought(*self._shard.rows("audience_run", id_)[0])
        return self._brought[id_]

    # --- telling ---

    def refused(self, run: Brought, plan: Plan, person: str, code: str, at: int) -> None:
        """Somebody of an audience did not enter, which is told as the export's own [9.3]."""
        job = {"ID": run.uid, "eventType": DISCARD, "eventCode": code, "exportSegmentID": run.segment}
        self._fact(run.journey, plan, at, (person,), job)

    def _tell(
        self, run: Run, plan: Plan, code: str, kind: str = "segmenttrigger-orchestrator", person: str = ""
    ) -> None:
        job = {
            "ID": run.uid,
            "status": "finished" if run.status == "failed" else run.status,
            "eventType": kind,
            "eventCode": code,
            "exportSegmentID": run.segment,
            "exportCountTotal": run.total,
            "exportCountRealized": run.total - run.refused,
            "exportCountFailed": run.refused,
        }
        self._fact(run.journey, plan, run.at, (person,) if person else (), job)

    def _fact(self, journey: int, plan: Plan, at: int, people: tuple[str, ...], job: dict[str, Any]) -> None:
        if self._journeys[journey].kind != "live":
            return
        ids = {"journeyID": plan.journey, "journeyVersionID": plan.uid}
        orchestration: dict[str, Any] = {
            "serviceType": "segmentExportJob",
            "serviceEvents": {"segmentExportJob": job},
            "journey": {"ID": plan.journey, "versionID": plan.uid, "name": plan.name, **ids},
            "stepEvents": {**ids, "journeyVersionName": plan.name},
        }
        if people:
            orchestration["profile"] = {"ID": people[0], "namespace": plan.namespace or ""}
        body = msgspec.json.encode({"_experience": {"journeyOrchestration": orchestration}})
        self.facts.append(Fact(at, plan.sandbox, "service", people, body))


def _belongs(run: Run, segment: int, body: bytes) -> bool:
    """Whether a profile, by its stored memberships, is in the audience of a run."""
    found = decode_row(body).get(segment)
    return found is not None and found.member_at(run.at) and (run.since is None or found.since > run.since)
