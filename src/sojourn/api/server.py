"""A running server: the journal, the engine's supervisor and what the routes need of both."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sojourn.api.inlet import Inlet
from sojourn.authoring import Authoring
from sojourn.clock import Clock
from sojourn.connect.guard import check_url
from sojourn.errors import InputError, NotFoundError, StoreError
from sojourn.journey.project import Project
from sojourn.report.journey import journey_report
from sojourn.runtime.inlet import InletRules
from sojourn.runtime.link import ClockState, lock
from sojourn.runtime.supervisor import Supervisor
from sojourn.secrets import Keyring
from sojourn.settings import Settings
from sojourn.store.entry import Marked, Retried
from sojourn.store.journal import Job, Journal, JournalReader
from sojourn.store.shard import Shard, ShardReader, check_fit

log = logging.getLogger(__name__)


class Server:
    """Owns the data folder for as long as it lives. Blocking methods; the routes call them from worker threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        try:
            settings.data.mkdir(parents=True, exist_ok=True)
            self._lock = lock(settings.data / "lock")
        except OSError as error:
            raise StoreError("ERR_STORE_IO", path=str(settings.data), detail=str(error)) from error
        self.keys = Keyring(settings.data)
        clock = _clock_state(settings)
        self.clock: Clock = clock.clock()
        self.supervisor = Supervisor(settings, clock)
        self.journal = Journal(settings.data / "journal.db", self.clock, self.supervisor.log_grew, self._settle)
        self.reader = JournalReader(settings.data / "journal.db")
        if (settings.data / "shard-0.db").exists():
            check_fit(settings.data / "shard-0.db", self.reader.last())
        self.authoring = Authoring(
            self.journal,
            self.reader,
            self.keys,
            lambda url: check_url(url, settings.allow),
            self._versions_with_people,
        )
        self._shard: ShardReader | None = None
        self._projects: dict[str, Project] = {}
        self._rules: dict[str, InletRules] = {}
        self._inlets = self.authoring.inlets()
        self.inlet = Inlet(self.journal, lambda: self._inlets, self._rules_of)
        self.started = time.time()

    def start(self) -> None:
        """Starts the engine."""
        self.supervisor.start()

    def close(self) -> None:
        """Stops taking, lets the engine finish, closes the files."""
        self.journal.close()
        self.supervisor.stop()
        if self._shard is not None:
            self._shard.close()
        self.reader.close()
        self._lock.close()

    def _settle(self, waiters: list[Any], error: Any) -> None:
        self.inlet.settle(waiters, error)

    # --- documents ---

    def documents_changed(self) -> None:
        """Lets the inlet, and who asks about expressions, see changed documents and sandboxes from now on."""
        self._projects = {}
        self._rules = {}
        self._inlets = self.authoring.inlets()

    def project(self, sandbox: str) -> Project:
        """The documents of a sandbox as they are now, read once for each change; not to be added to."""
        projects = self._projects  # the one to fill, even if a change replaces it meanwhile
        if sandbox not in projects:
            projects[sandbox] = self.authoring.project(sandbox)
        return projects[sandbox]

    def _rules_of(self, sandbox: str) -> InletRules:
        rules = self._rules.get(sandbox)
        if rules is None:
            rules = self._rules[sandbox] = InletRules(self.project(sandbox))
        return rules

    # --- the engine's side ---

    @property
    def shard(self) -> ShardReader | None:
        """The engine's state, None while it has not made its file yet."""
        if self._shard is None:
            path = self.settings.data / "shard-0.db"
            if not path.exists():
                return None
            self._shard = ShardReader(path)
        return self._shard

    def require_shard(self) -> ShardReader:
        """Raises NotFoundError while there is no engine state."""
        if self.shard is None:
            raise NotFoundError("ERR_ENGINE_STARTING")
        return self.shard

    def report(self, sandbox: str, name: str) -> dict[str, Any]:
        """A journey's report. Raises NotFoundError."""
        uid = self.authoring.journey_id(sandbox, name)
        queued = self.supervisor.state.queued
        return {"journey": name, "sandbox": sandbox, **journey_report(self.require_shard(), sandbox, uid, queued)}

    def _versions_with_people(self, sandbox: str, name: str) -> set[int]:
        if self.shard is None:
            return set()
        return {version["version"] for version in self.report(sandbox, name)["versions"] if version["current"]}

    def status(self) -> dict[str, Any]:
        """How the server is: what was taken, how far the engine is, and what the time is."""
        state = self.supervisor.state
        last = self.reader.last()
        return {
            "clock": {
                "kind": "virtual" if self.clock.virtual else "real",
                "scale": self.settings.time_scale,
                "now": self.now(),
            },
            "accepted": self.inlet.accepted,
            "refused": self.inlet.refused,
            "log": {"last": last, "processed": state.seq - 1},
            "settled": state.idle and state.seq > last and not state.error,
            "engine": {
                "alive": self.supervisor.alive,
                "restarts": max(0, self.supervisor.restarts),
                "error": state.error,
            },
            "openCalls": state.open_calls,
        }

    def now(self) -> int:
        """Journey time; a virtual clock's is where the engine has got to."""
        return self.supervisor.state.now if self.clock.virtual else self.clock.now_ms()

    def set_clock(self, moment: int) -> None:
        """Moves virtual time on to `moment` (epoch ms). Raises InputError on a real clock."""
        if not self.clock.virtual:
            raise InputError("ERR_CLOCK_REAL", field="now")
        self.journal.run(lambda job: job.append(Marked(moment))).result()

    def quarantine(self) -> list[dict[str, Any]]:
        """What was set aside."""
        names = {row[0]: row[3] for row in self.require_shard().rows("journeys")}
        return [
            {
                "id": id_, "sandbox": sandbox, "journey": names.get(journey), "person": person, "at": at, "kind": kind,
                "payload": payload.decode("utf-8", "replace"), "reason": reason,
            }
            for id_, sandbox, journey, person, _, at, kind, payload, reason in self.require_shard().rows("quarantined")
        ]  # fmt: skip

    def settle_quarantined(self, item: int, *, drop: bool) -> None:
        """Tries something set aside once more, or gives it up. Raises NotFoundError."""
        if not self.require_shard().rows("quarantined_item", item):
            raise NotFoundError("ERR_QUARANTINE_UNKNOWN", id=item)

        def work(job: Job) -> None:
            job.append(Retried(job.at, item, drop))

        self.journal.run(work).result()


def _clock_state(settings: Settings) -> ClockState:
    """The clock of this run: a scaled or virtual one goes on where the last run was."""
    virtual = settings.clock == "virtual"
    if not virtual and settings.time_scale == 1.0:
        return ClockState(False, 1.0, 0, 0.0)
    start = 0
    if settings.start_at:
        try:
            moment = datetime.fromisoformat(settings.start_at)
            start = round(moment.astimezone(UTC).timestamp() * 1000)
            if moment.tzinfo is None:
                raise ValueError(settings.start_at)
        except (ValueError, OverflowError):
            raise InputError("ERR_START_AT", field="start-at", value=settings.start_at) from None
    elif not virtual:
        start = round(time.time() * 1000)
    reached = max(_reached(settings.data), start)
    return ClockState(virtual, settings.time_scale, reached, time.time())


def _reached(data: Path) -> int:
    """The journey time that a former run got to, 0 for a new folder."""
    if not (data / "shard-0.db").exists():
        return 0
    shard = Shard(data / "shard-0.db")
    try:
        return shard.get("now")
    finally:
        shard.close()
