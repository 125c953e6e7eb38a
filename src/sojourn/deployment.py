"""Limits on a server: written, deployed and undeployed [5.5].

Every change is one transaction of the journal that holds both the configuration and the log entry that tells the
engine, so what is answered as deployed is in force for every event accepted after it.
"""

from __future__ import annotations

import json
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import msgspec

from sojourn.actor import Actor, stamped
from sojourn.limits import check
from sojourn.limits.errors import LimitError
from sojourn.limits.rule import Rule, Throttling
from sojourn.store.entry import Changed
from sojourn.store.journal import Job, Journal, JournalReader

State = Literal["created", "updated", "deployed"]
PRODUCTION = "prod"
"""The sandbox in which throttling is configured, for all of them."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A configuration: `body` as it was written, `running` as it is deployed (None: it is not).

    `runtime` is the id under which the engine knows what runs, `returns_to` the state that undeploying leads back to.
    """

    uid: str
    sandbox: str
    state: State
    body: dict[str, Any]
    running: dict[str, Any] | None = None
    runtime: str | None = None
    returns_to: State = "created"
    metadata: dict[str, str] = field(default_factory=dict)


class Limits(ABC):
    """The configurations of one kind. Blocking; safe to call from several threads. Raises LimitError."""

    kind: ClassVar[str]
    unknown: ClassVar[str]
    """The code of the error for a configuration that is not there."""
    deployed: ClassVar[str]
    """... for one that cannot be deleted as it is deployed."""
    second: ClassVar[str | None] = None
    """... where there may be one only; None where there may be many."""
    idle: ClassVar[str | None] = None
    """... for undeploying what is not deployed; None where that is nothing to complain about."""

    def __init__(self, journal: Journal, reader: JournalReader) -> None:
        self._journal = journal
        self._reader = reader

    # --- what differs between the kinds ---

    @abstractmethod
    def checked(self, body: Any) -> dict[str, Any]:
        """A body as it is saved."""

    @abstractmethod
    def _run(self, limit: Limit) -> Limit:
        """The configuration, deployed."""

    @abstractmethod
    def _rule(self, limit: Limit) -> Rule:
        """What the engine is told of a deployed configuration."""

    def _changed(self, limit: Limit) -> Limit:
        """What a change does to a deployed configuration: nothing, until it is deployed again."""
        return limit

    # --- reading ---

    def all(self, sandbox: str) -> list[Limit]:
        """Those of a sandbox, the oldest first."""
        return [_limit(row) for row in self._reader.rows("limit_configs", self.kind, sandbox)]

    def read(self, sandbox: str, uid: str) -> Limit:
        """One of them."""
        return self._of(self._reader.rows("limit_config", self.kind, sandbox, uid))

    def _of(self, rows: list[tuple[Any, ...]]) -> Limit:
        if not rows:
            raise LimitError(self.unknown)
        return _limit(rows[0])

    # --- writing ---

    def create(self, sandbox: str, body: Any) -> Limit:
        """Saves a new configuration."""
        config = self.checked(body)

        def work(job: Job) -> Limit:
            if self.second and job.rows("limit_config_count", self.kind)[0][0]:
                raise LimitError(self.second)
            stamps = stamped({}, job.actor, "created", "lastModified")
            made = Limit(str(uuid.uuid4()), sandbox, "created", config, metadata=stamps)
            job.rows("add_limit_config", self.kind, made.uid, sandbox, *_columns(made))
            job.record(f"{self.kind}.create", sandbox, made.uid, None, config)
            return made

        return self._journal.run(work).result()  # type: ignore[no-any-return]

    def update(self, sandbox: str, uid: str, body: Any) -> Limit:
        """Overwrites a configuration."""

        def change(limit: Limit, actor: Actor) -> Limit:
            stamps = stamped(limit.metadata, actor, "lastModified")
            config = self.checked(body)
            return self._changed(replace(limit, body=config, state="updated", returns_to="updated", metadata=stamps))

        return self._change("update", sandbox, uid, change)

    def deploy(self, sandbox: str, uid: str) -> None:
        """Puts a configuration in force as it is now."""

        def change(limit: Limit, actor: Actor) -> Limit:
            back = limit.returns_to if limit.state == "deployed" else limit.state
            deployed = replace(self._run(limit), state="deployed", returns_to=back)
            return replace(deployed, metadata=stamped(limit.metadata, actor, "lastDeployed"))

        self._change("deploy", sandbox, uid, change)

    def undeploy(self, sandbox: str, uid: str) -> None:
        """Takes a configuration out of force."""

        def change(limit: Limit, actor: Actor) -> Limit:
            if limit.running is None:
                if self.idle:
                    raise LimitError(self.idle)
                return limit
            back = limit.returns_to if limit.state == "deployed" else limit.state
            return replace(limit, state=back, running=None, runtime=None)

        self._change("undeploy", sandbox, uid, change)

    def delete(self, sandbox: str, uid: str, *, force: bool) -> None:
        """Deletes a configuration; one that is deployed only with `force`."""

        def work(job: Job) -> None:
            limit = self._of(job.rows("limit_config", self.kind, sandbox, uid))
            if limit.running is not None and not force:
                raise LimitError(self.deployed)
            self._tell(job, limit, replace(limit, running=None, runtime=None))
            job.rows("delete_limit_config", uid)
            job.record(f"{self.kind}.delete", sandbox, uid, limit.body, None)

        self._journal.run(work).result()

    def _change(self, what: str, sandbox: str, uid: str, change: Callable[[Limit, Actor], Limit]) -> Limit:
        def work(job: Job) -> Limit:
            before = self._of(job.rows("limit_config", self.kind, sandbox, uid))
            after = change(before, job.actor)
            if after == before:
                return after
            job.rows("change_limit_config", *_columns(after), uid)
            job.record(f"{self.kind}.{what}", sandbox, uid, _shown(before), _shown(after))
            self._tell(job, before, after)
            return after

        return self._journal.run(work).result()  # type: ignore[no-any-return]

    def _tell(self, job: Job, before: Limit, after: Limit) -> None:
        """Tells the engine what is in force now, if that has changed."""
        if after.running is not None and after.runtime is not None and after.running != before.running:
            self._append(job, after.sandbox, after.runtime, self._rule(after))
        elif after.running is None and before.runtime is not None:
            self._append(job, before.sandbox, before.runtime, self._ended(before))

    def _ended(self, before: Limit) -> Rule | None:
        """What is left in the engine of a configuration that is taken out of force."""
        return None

    def _append(self, job: Job, sandbox: str, runtime: str, rule: Rule | None) -> None:
        body = b"" if rule is None else msgspec.json.encode(rule)
        job.append(Changed(job.at, sandbox, self.kind, runtime, body))


class Cappings(Limits):
    """Capping configurations, of one sandbox each."""

    kind = "capping"
    unknown = "ERR_CAPPING_UNKNOWN"
    deployed = "ERR_CAPPING_DEPLOYED"

    def checked(self, body: Any) -> dict[str, Any]:
        return check.capping(body)

    def _run(self, limit: Limit) -> Limit:
        if wrong := check.capping_errors(limit.body):
            raise wrong[0].error()
        return replace(limit, running=limit.body, runtime=limit.uid)

    def _rule(self, limit: Limit) -> Rule:
        assert limit.running is not None
        return check.capping_rule(limit.running)


class Throttlings(Limits):
    """The throttling configuration: one, for all sandboxes. A deployed one takes changes up at once."""

    kind = "throttling"
    unknown = "ERR_THROTTLING_UNKNOWN"
    deployed = "ERR_THROTTLING_DEPLOYED"
    second = "ERR_THROTTLING_SECOND"
    idle = "ERR_THROTTLING_NOT_DEPLOYED"

    def checked(self, body: Any) -> dict[str, Any]:
        return check.throttling(body)

    def _run(self, limit: Limit) -> Limit:
        if limit.running is not None:
            raise LimitError("ERR_THROTTLING_ALREADY_DEPLOYED")
        since = int(time.time() * 1000)
        return replace(limit, running=limit.body | {"since": since}, runtime=f"{limit.uid}.{since}")

    def _rule(self, limit: Limit) -> Rule:
        return msgspec.convert(limit.running, Throttling)

    def _ended(self, before: Limit) -> Rule:
        return msgspec.convert({**(before.running or {}), "until": int(time.time() * 1000)}, Throttling)

    def _changed(self, limit: Limit) -> Limit:
        if limit.running is None:
            return limit
        return replace(limit, running=limit.body | {"since": limit.running["since"]})


def _limit(row: tuple[Any, ...]) -> Limit:
    uid, sandbox, state, body, running, runtime, returns_to, metadata = row
    deployed = None if running is None else json.loads(running)
    return Limit(uid, sandbox, state, json.loads(body), deployed, runtime, returns_to, json.loads(metadata))


def _columns(limit: Limit) -> tuple[Any, ...]:
    running = None if limit.running is None else json.dumps(limit.running)
    return (
        limit.state, json.dumps(limit.body), running, limit.runtime, limit.returns_to, json.dumps(limit.metadata),
    )  # fmt: skip


def _shown(limit: Limit) -> dict[str, Any]:
    """A configuration as the audit log has it."""
    return {"state": limit.state, "config": limit.body, "running": limit.running}
