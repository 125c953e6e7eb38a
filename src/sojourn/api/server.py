"""A running server: the journal, the engine's supervisor and what the routes need of both."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from sojourn.access.accounts import Accounts, User
from sojourn.access.credentials import Credentials
from sojourn.access.store import AccessStore
from sojourn.api.inlet import Door, Inlet
from sojourn.authoring import Authoring, Row
from sojourn.authoring.versions import not_a_draft
from sojourn.clock import Clock
from sojourn.connect.sql import check_target
from sojourn.connect.trial import Trials
from sojourn.deployment import Cappings, Throttlings
from sojourn.errors import InputError, NotFoundError, SojournError, StoreError
from sojourn.journey.difference import Plan, plan
from sojourn.journey.project import Project
from sojourn.journey.rehearse import Kind
from sojourn.lake import alerts
from sojourn.lake import mailing as mailings
from sojourn.lake.alerts import Alerts
from sojourn.lake.link import LakeOptions, Link
from sojourn.lake.mailing import ROWS, SECONDS, Mailing, Mailings
from sojourn.lake.notify import Notifier
from sojourn.lake.question import Question
from sojourn.message.tracking import Tracking
from sojourn.profile.people import People
from sojourn.rehearsals import Rehearsals
from sojourn.report.journey import journey_report
from sojourn.report.progress import Progress, Status
from sojourn.rounds import Rounds
from sojourn.runtime import eraser
from sojourn.runtime.dryrun import DryRuns
from sojourn.runtime.eraser import Eraser
from sojourn.runtime.inlet import Checked, InletRules
from sojourn.runtime.link import ClockState, lock
from sojourn.runtime.supervisor import Supervisor
from sojourn.secrets import Keyring
from sojourn.settings import Settings
from sojourn.store.audit import AuditReader
from sojourn.store.entry import Accepted, Marked
from sojourn.store.journal import Job, Journal, JournalReader
from sojourn.store.shard import Shard, ShardReader, check_fit

if TYPE_CHECKING:
    from sojourn.access.oidc import Identity, Provider

log = logging.getLogger(__name__)

RehearsalState = Literal["off", "activating", "on", "deactivating"]
HOUSEKEEPING = 1.0
"""Seconds between two looks at what time alone brings."""
LAKE_AFTER = 5.0
"""Seconds after which the lake starts to write files; until then, and behind them, answers read the shard."""


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
        self.tracking = Tracking.of(settings.data)
        clock = _clock_state(settings)
        self.clock: Clock = clock.clock()
        self.supervisor = Supervisor(settings, clock)
        path, grew = settings.data / "journal.db", self.supervisor.log_grew
        self.journal = Journal(path, self.clock, lambda rows: grew(), self._settle)
        self.reader = JournalReader(settings.data / "journal.db")
        if (settings.data / "shard-0.db").exists():
            check_fit(settings.data / "shard-0.db", self.reader.last())
        self._shard: ShardReader | None = None
        self.progress = Progress(lambda: self.shard, self.now)
        self.authoring = Authoring(
            self.journal,
            self.reader,
            self.keys,
            lambda url: check_target(url, settings.allow),
            self.progress,
            settings,
        )
        self.rehearsals = Rehearsals(self.journal, self.reader, self.authoring)
        self.dry_runs = DryRuns()
        self.trials = Trials(self.keys, settings.allow, settings.ca)
        self.cappings = Cappings(self.journal, self.reader)
        self.throttlings = Throttlings(self.journal, self.reader)
        self._projects: dict[str, Project] = {}
        self._access = AccessStore(settings.data / "access.db")
        self.accounts = Accounts(self._access)
        self.credentials = Credentials(self._access, self.accounts, settings.data)
        self.cookie = f"sojourn_session_{settings.port}"  # a browser keeps one jar for all ports of a host
        self.provider: Provider | None = None
        if settings.oidc_issuer:
            from sojourn.access.oidc import Provider  # its packages are loaded where they are used

            self.provider = Provider(settings.oidc_issuer, settings.oidc_client, settings.allow, settings.ca)
        self.audit = AuditReader(settings.data / "journal.db", settings.data / "access.db")
        self._rules: dict[str, InletRules] = {}
        self._inlets: dict[str, Door] = {}
        self.inlets_changed()
        self.inlet = Inlet(self.journal, lambda: self._inlets, self.rules)
        self.closing = False
        """Set as soon as the server is told to end: who streams ends."""
        self.lake = Link(LakeOptions(str(settings.data), settings.lake_days, settings.log_level))
        self._eraser = Eraser(settings.data, self.journal, self._running_shard, self.project, self._gone_from_lake)
        self.notifier = Notifier(
            self.trials,
            lambda sandbox, name: self.project(sandbox).channels.get(name),
            self.keys,
            settings.allow,
            settings.ca,
        )
        self.alerts = Alerts(self.journal, self.reader, self._metrics, self.notifier.tell, self.now)
        self.mailings = Mailings(self.journal, self.reader, self._answer, self.notifier.send, self.now)
        self._rounds = (
            Rounds("keeper", self._keep_house, HOUSEKEEPING),
            Rounds("alerts", self.alerts.look, alerts.EVERY),
            Rounds("mailings", self.mailings.look, mailings.EVERY),
            Rounds("eraser", self._eraser.look, eraser.EVERY),
        )
        self.started = time.time()

    def start(self) -> None:
        """Starts the engine, and what time brings."""
        self.supervisor.start()
        for each in self._rounds:
            each.start()

    def close(self) -> None:
        """Stops taking, lets the engine finish, closes the files."""
        self.closing = True
        for each in self._rounds:
            each.stop()
        self.dry_runs.close()
        self.lake.close()
        self.journal.close()
        self.supervisor.stop()
        if self._shard is not None:
            self._shard.close()
        self.reader.close()
        self.audit.close()
        self._access.close()
        self._lock.close()

    def _settle(self, waiters: list[Any], error: Any) -> None:
        self.inlet.settle(waiters, error)

    def _keep_house(self) -> None:
        """What nobody asks for and time alone brings: a test that is forgotten ends [6.32], the lake is written."""
        with suppress(SojournError):  # its time comes again
            self.rehearsals.end_idle(self.now())
        if time.time() - self.started > LAKE_AFTER and self._running_shard() is not None:
            self.lake.start()

    # --- documents ---

    def documents_changed(self) -> None:
        """Lets the inlet, and who asks about expressions, see changed documents from now on."""
        self._projects = {}
        self._rules = {}

    def inlets_changed(self) -> None:
        """Lets the inlet see changed inlets and tokens with the next record."""
        tokens: dict[str, dict[bytes, int | None]] = {}
        for token in self.credentials.inlet_tokens():
            tokens.setdefault(token.inlet, {})[token.hash] = token.expires_at
        self._inlets = {
            inlet.id: Door(inlet.sandbox, tokens.get(inlet.id, {}) if inlet.authenticated else None)
            for inlet in self.authoring.inlets()
        }

    def project(self, sandbox: str) -> Project:
        """The documents of a sandbox as they are now, read once for each change; not to be added to."""
        projects = self._projects  # the one to fill, even if a change replaces it meanwhile
        if sandbox not in projects:
            projects[sandbox] = self.authoring.project(sandbox)
        return projects[sandbox]

    def rules(self, sandbox: str) -> InletRules:
        """What records may come into a sandbox."""
        rules = self._rules.get(sandbox)
        if rules is None:
            rules = self._rules[sandbox] = InletRules(self.project(sandbox))
        return rules

    # --- access ---

    def link(self, user: User, base: str) -> str:
        """A one-time sign-in link for a user; `base` is the address that this server is reached at."""
        return f"{base.rstrip('/')}/sign-in/link?token={self.credentials.make_link(user)}"

    def sign_on(self, identity: Identity) -> str:
        """A session's token for whom the identity provider vouches for, made a user at the first time."""
        user = self.accounts.for_identity(identity.subject, identity.email, identity.name, self.settings.oidc_profile)
        return self.credentials.start_session(user, "oidc")

    def first_link(self) -> str | None:
        """A sign-in link for the administrator of a new server, None once anybody has signed in."""
        user = self.accounts.first_administrator()
        base = self.settings.public_url or f"http://{self.settings.host}:{self.settings.port}"
        return None if user is None else self.link(user, base)

    # --- the lake ---

    def ask_lake(self, name: str, sandbox: str, *arguments: Any) -> Any:
        """An answer of the lake about a sandbox, as of now. Raises what it raises."""
        self.require_shard()
        return self.lake.ask(name, sandbox, *arguments)

    def _metrics(self, sandbox: str, question: Question) -> Any:
        return self.ask_lake("metrics", sandbox, question, "json")

    def _answer(self, sandbox: str, mailing: Mailing, due: int) -> bytes:
        """What a mailing sends, as of when it is due. Raises SojournError."""
        found: bytes
        if mailing.figures is not None:
            found = self.ask_lake("metrics", sandbox, mailing.figures.question(mailing.zone, due), mailing.format)
        else:
            found = self.ask_lake("query", sandbox, mailing.sql, due, ROWS, SECONDS, mailing.format)
        return found

    def _gone_from_lake(self, token: str) -> bool:
        """Whether the lake holds nothing any more of whoever `token` deletes."""
        return not self.lake.exists or bool(self.lake.ask("erased", token))

    # --- the engine's side ---

    @property
    def shard(self) -> ShardReader | None:
        """The engine's state, None while it has not made its file yet, or not brought it to this version."""
        if self._shard is None:
            self._shard = ShardReader.if_complete(self.settings.data / "shard-0.db")
        return self._shard

    def _running_shard(self) -> ShardReader | None:
        """The engine's state once the engine has said anything: its file is then of this version."""
        return self.shard if self.supervisor.state.seq else None

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

    def statuses(self, sandbox: str, journey: str | None = None) -> Callable[[Row], Status]:
        """What tells the status of the versions of a sandbox, or of one journey of it, as of now [6.4]."""
        reached = self.progress.reached(sandbox, journey)
        asked = {row[1] for row in self.reader.rows("all_rehearsals") if row[0] == sandbox and row[2] == "test"}
        rows = self.shard.rows("rehearsals") if self.shard is not None else []
        runs = {of: not ended for _, what, of, _, _, ended in rows if what == "test"}

        def status(row: Row) -> Status:
            if row.asked == "draft" and row.latest:
                if row.name in asked:
                    return "test" if runs.get(row.journey) else "activatingTest"
                if row.journey in runs:
                    return "deactivatingTest"
            return self.authoring.status(row, reached)

        return status

    def plan(self, sandbox: str, name: str, document: dict[str, Any] | None = None) -> Plan:
        """What publishing a journey's latest version, or `document` as a new one, would change against the live one.

        Raises NotFoundError; ConflictError where the latest version is no draft.
        """
        *_, latest = versions = self.authoring.versions(sandbox, name)
        if document is None and latest.status != "draft":
            raise not_a_draft(name, latest)
        live = next((version for version in versions if version.status == "published"), None)
        waiting: dict[str, int] = {}
        if live is not None and self.shard is not None:
            counted = {each["version"]: each for each in self.report(sandbox, name)["versions"]}
            activities = counted.get(live.number, {}).get("activities", {})
            waiting = {id_: each["current"] for id_, each in activities.items() if each.get("current")}
        before = json.loads(live.body) if live is not None else None
        number = live.number if live is not None else None
        following = latest.number + (latest.status != "draft")
        if document is not None:
            return plan(name, following, document, number, before, waiting, [])
        found = self.authoring.findings(sandbox, name)
        return plan(name, following, json.loads(latest.body), number, before, waiting, found)

    def rehearsal_state(self, sandbox: str, name: str, kind: Kind) -> RehearsalState:
        """How far the draft of a journey is in test mode, or as a shadow: what was asked for, and what is done."""
        asked = kind in self.rehearsals.of(sandbox, name)
        uid = self.authoring.journey_id(sandbox, name)
        rows = self.shard.rows("rehearsals") if self.shard is not None else []
        here = [ended for _, what, of, _, _, ended in rows if (what, of) == (kind, uid)]
        if asked:
            return "on" if 0 in here else "activating"
        return "deactivating" if here else "off"

    def people(self) -> People:
        """Reads profiles, as far as the engine has got. Raises NotFoundError while there is no engine state."""
        return People(self.require_shard().rows)

    def accept(self, sandbox: str, record: Checked) -> None:
        """Takes in a record as the inlet does; it is durable when this returns."""
        entry = Accepted(0, sandbox, record.record, record.dataset)

        def work(job: Job) -> None:
            moment = max(job.at, record.at) if self.clock.virtual else job.at
            job.append(msgspec.structs.replace(entry, at=moment))

        self.journal.run(work).result()

    def is_erased(self, token: str) -> bool:
        """Whether a person's delete is through, in all files. Raises NotFoundError for no delete of ours."""
        actions = {each.action for each in self.audit.read(name=token)}
        if "person.delete" not in actions:
            raise NotFoundError("ERR_DELETE_UNKNOWN", field="token", token=token)
        return "person.erased" in actions and not self._eraser.busy

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
            "erasing": self._eraser.busy,
        }

    def now(self) -> int:
        """Journey time; a virtual clock's is where the engine has got to."""
        return self.supervisor.state.now if self.clock.virtual else self.clock.now_ms()

    def set_clock(self, moment: int) -> None:
        """Moves virtual time on to `moment` (epoch ms). Raises InputError on a real clock."""
        if not self.clock.virtual:
            raise InputError("ERR_CLOCK_REAL", field="now")
        self.journal.run(lambda job: job.append(Marked(moment))).result()


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
