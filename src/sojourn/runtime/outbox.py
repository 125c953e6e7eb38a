"""Effects on their way out after the commit that put them into the outbox, until they are answered or taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from sojourn.connect.access import Accesses
from sojourn.engine.effect import Answer, Effect, Look, Sending
from sojourn.limits.rule import Rules
from sojourn.runtime.backlog import Backlog
from sojourn.runtime.configuration import Configuration
from sojourn.runtime.delayed import Delayed
from sojourn.store.shard import Key, Outgoing, Shard


class Port(Protocol):
    """Where effects go that are not answered on the spot, in order; `cancel` takes back what has not gone out yet.

    `cached` answers a fetch on the spot, from what the source has answered before.
    """

    def send(self, batch: list[Sending]) -> None: ...
    def cancel(self, effect_ids: list[str]) -> None: ...
    def deploy(self, rules: Rules) -> None: ...
    def connect(self, accesses: Accesses) -> None: ...
    def cached(self, effect: Effect | Look) -> Answer | None: ...


class Open(NamedTuple):
    """A call under way: whose, for which step, and the queue that it stands in."""

    key: Key
    n: int
    queue: str


class Outbox:
    """What is under way of one shard's outbox. Without a `port` nothing goes out: all is answered on the spot."""

    def __init__(self, shard: Shard, port: Port | None) -> None:
        self._shard = shard
        self._port = port
        self._open: dict[str, Open] = {}
        self._delayed = Delayed()
        self._backlog = Backlog(shard)
        self._in_force: Rules = {}
        self._connected: Accesses = {}

    def start(self, configuration: Configuration, now: int) -> None:
        """Sends out what a former process left; `now` is journey time, epoch ms."""
        self.put_in_force(configuration)
        self._release(self._shard.effects(), configuration, now)
        self._backlog.restore()

    def shut(self) -> None:
        """Nothing goes out any more; it stays in the outbox for the next start."""
        self._port = None

    # --- what others see ---

    def find(self, effect_id: str) -> Open | None:
        """Whose a call under way is; None where nobody waits for its answer any more."""
        return self._open.get(effect_id)

    @property
    def unanswered(self) -> int:
        """How many effects are not answered yet, delayed ones included."""
        return len(self._open)

    @property
    def waits(self) -> bool:
        """Whether the answer to a call that has gone out is still to come."""
        return len(self._open) > len(self._delayed)

    @property
    def has_port(self) -> bool:
        return self._port is not None

    def next_moment(self) -> int | None:
        """When (journey time, epoch ms) the next delayed effect goes out."""
        return self._delayed.next_moment()

    def queued(self) -> Counter[tuple[int, str]]:
        """How many calls wait for their turn and are not with the port yet, by (journey's short number, caller)."""
        return self._backlog.waiting()

    # --- before a commit, and after it ---

    def label(self, outgoing: list[Outgoing], configuration: Configuration) -> list[Outgoing]:
        """What is about to be put into the outbox, with the queues that it has to stand in."""
        return self._backlog.label(outgoing, configuration)

    def put_in_force(self, configuration: Configuration) -> None:
        """Tells the port of limits that were deployed or undeployed, and of changes in how calls are made."""
        if self._port is not None and self._in_force is not configuration.limits:
            self._in_force = configuration.limits
            self._port.deploy(self._in_force)
        if self._port is not None and self._connected is not configuration.accesses:
            self._connected = configuration.accesses
            self._port.connect(self._connected)

    def cancel(self, effect_ids: list[str], answered: set[str]) -> None:
        """Forgets effects that nobody waits for any more: those answered, and those to be taken back [6.27]."""
        unsent = []
        for effect_id in effect_ids:
            if (found := self._open.pop(effect_id, None)) is not None:
                self._backlog.leave(found.queue)
                if effect_id not in answered:
                    unsent.append(effect_id)
            self._delayed.drop(effect_id)
        if unsent and self._port is not None:
            self._port.cancel(unsent)

    def put(self, outgoing: list[Outgoing], configuration: Configuration, now: int) -> None:
        """Hands over what was put into the outbox: of a queue only its front, delayed effects when their time comes."""
        ready = [out for out in outgoing if not out.queue or self._backlog.admit(out)]
        self._release(ready, configuration, now)

    def send_waiting(self, configuration: Configuration, moment: int, now: int) -> bool:
        """Hands over delayed effects whose time has come at `moment`, and those whose turn in a queue is near."""
        ready, near = self._delayed.take(moment), self._backlog.more()
        if ready and self._port is not None:
            self._port.send(ready)
        self._release(near, configuration, now)
        return bool(ready or near)

    def _release(self, outgoing: Iterable[Outgoing], configuration: Configuration, now: int) -> None:
        ready: list[Sending] = []
        journeys = configuration.journeys
        for out in outgoing:
            self._open[out.id] = Open(out.key, out.n, out.queue)
            journey = out.key[0]
            sending = Sending(out.id, out.effect, journeys[journey].sandbox, journey, out.made)
            if out.not_before is not None and out.not_before > now:
                self._delayed.put(out.not_before, sending)
            else:
                ready.append(sending)
        if ready and self._port is not None:
            self._port.send(ready)
