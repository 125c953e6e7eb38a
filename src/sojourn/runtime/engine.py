"""The embedded runtime's loop: one bite of the log, of answers and of due timers after the other.

A turn is one transaction of the shard:

    read log entries from the cursor, take answers         (nothing durable yet)
    BEGIN -> dedupe, load, walk, save stays, timers, outbox, step events, cursor -> COMMIT
    hand new effects to the port                            (the network, elsewhere)

Killed before the COMMIT, the turn never happened and is done again from the same cursor. Killed after it, the outbox
holds what was to be called; it is called at the next start under the same Idempotency-Key. Answers are not durable by
themselves: until the turn that takes one in has committed, its effect stays in the outbox.

One stimulus that cannot be processed is set aside (quarantine) and the rest of the turn goes on; that is for faults of
ours or damaged rows only, as the engine never raises for data. If the commit itself fails, nothing in memory is
trusted any more: everything is read from the shard again.

Under a virtual clock time goes from moment to moment, and stands still while a call is open [6.30]. When all answers
are `known` no call is ever open, so a turn may then hold many moments: each person's own timers still go before their
events, and people do not see each other.
"""

from __future__ import annotations

import heapq
import logging
import queue
from collections import deque
from collections.abc import Iterable
from itertools import groupby, islice
from typing import Any, NamedTuple, Protocol

import msgspec

from sojourn import identifiers
from sojourn.clock import Clock, VirtualClock
from sojourn.crash import crash_point
from sojourn.engine.effect import Answer, Effect
from sojourn.engine.stay import Stay, StayKey
from sojourn.engine.stimulus import Answered, EventHeard
from sojourn.engine.transition import Known, nothing_known
from sojourn.engine.versions import Versions
from sojourn.engine.walk import Walk
from sojourn.errors import StoreError
from sojourn.journey.plan import Action
from sojourn.runtime.batch import Batch
from sojourn.runtime.configuration import Configuration
from sojourn.store.database import STORAGE_ERRORS
from sojourn.store.entry import Accepted, Changed, Entry, Halted, Marked, Published, Retried
from sojourn.store.journal import JournalReader
from sojourn.store.shard import Key, Outgoing, Quarantined, Shard

log = logging.getLogger(__name__)

EVENTS_A_TURN = 2_000
TIMERS_A_TURN = 2_000
ANSWERS_A_TURN = 2_000
SWEEP_A_TURN = 500
ROWS_A_READ = 8
_decode = msgspec.json.Decoder().decode


class Port(Protocol):
    """Where effects go that are not answered on the spot: (id, effect, real seconds to wait before)."""

    def send(self, batch: list[tuple[str, Effect, float]]) -> None: ...


class Open(NamedTuple):
    """A call under way: whose, and for which step."""

    key: Key
    n: int


class Bite(NamedTuple):
    """What a turn takes on: log entries, the moment before which timers fire, and the journey time it brings."""

    entries: list[Entry]
    timers_before: int
    now: int


class Engine:
    """Drives one shard. Single-threaded; only `answered` may be called from elsewhere."""

    def __init__(
        self,
        shard: Shard,
        journal: JournalReader,
        clock: Clock,
        *,
        port: Port | None = None,
        known: Known | None = None,
    ) -> None:
        self._shard = shard
        self._journal = journal
        self._clock = clock
        self._port = port
        self._known = known or nothing_known
        self._stepwise = clock.virtual and known is None
        self._answers: queue.SimpleQueue[tuple[str, Answer]] = queue.SimpleQueue()
        self._open: dict[str, Open] = {}
        self._delayed: list[tuple[int, str, Effect]] = []
        self._restore()

    def _restore(self) -> None:
        """Takes everything from the shard: at the start, and after a turn that failed."""
        self._stale = True
        shard = self._shard
        self._cursor = (shard.get("cursor_seq", 1), shard.get("cursor_index"))
        self._now = shard.get("now")
        self._held = int(shard.rows("held_count")[0][0])
        self._configuration = Configuration(shard)
        self._pending: deque[tuple[Entry, tuple[int, int]]] = deque()
        self._read_from = self._cursor
        self._sweeps: dict[tuple[int, int], tuple[str, str]] = {}
        end = self._journal.last()
        if end < self._cursor[0] - 1:
            raise StoreError("ERR_STORE_BEHIND", path=str(shard.path.parent), end=end, cursor=self._cursor[0] - 1)
        self._stale = False

    # --- what others see ---

    def start(self) -> None:
        """Sends out what a former process left in the outbox."""
        self._release(self._shard.effects())

    def finish(self) -> None:
        """Takes the answers that are in; what they lead to stays in the outbox for the next start."""
        self._port = None
        while not self._answers.empty():
            self.turn()

    def answered(self, effect_id: str, answer: Answer) -> None:
        """Takes the answer to an effect; from any thread."""
        self._answers.put((effect_id, answer))

    @property
    def position(self) -> tuple[int, int]:
        """The next log entry to process: (row, index in it)."""
        return self._cursor

    @property
    def now(self) -> int:
        """Journey time as of the last turn, epoch ms."""
        return self._now

    @property
    def open_calls(self) -> int:
        """How many effects are not answered yet."""
        return len(self._open)

    def next_moment(self) -> int | None:
        """The journey time at which there may be something to do even if nothing comes in."""
        moments = [self._shard.next_timer(), self._delayed[0][0] if self._delayed else None]
        return min((moment for moment in moments if moment is not None), default=None)

    # --- a turn ---

    def turn(self) -> bool:
        """Does one transaction's worth of work. False when there was nothing to do."""
        if self._stale:
            self._restore()
        answers = self._take_answers()
        shard = self._shard
        batch = Batch(shard)
        walk = Walk(batch, self._known)
        try:
            if self._stepwise and (answers or self._open):
                bite = Bite([], self._now, self._now)  # time stands still while a call is open
            else:
                bite = self._take_entries()
            shard.begin()
            crash_point("engine-begun")
            self._process_answers(batch, walk, answers)
            self._process_entries(batch, walk, bite.entries)
            fired = self._process_timers(batch, walk, bite.timers_before)
            swept = self._sweep(batch, walk)
            if not (answers or bite.entries or fired or swept):
                shard.rollback()
                return self._send_delayed()
            self._advance(bite, fired)
            batch.save(self._configuration.journeys)
            crash_point("engine-before-commit")
            shard.commit()
        except BaseException:
            self._stale = True  # also if what is wrong with the disk keeps us from reading it now
            for answer in answers:
                self._answers.put(answer)
            shard.rollback()
            raise
        crash_point("engine-committed")
        for _, _, effect_id in batch.cancelled:
            self._open.pop(effect_id, None)
        self._release(batch.outgoing)
        self._send_delayed()
        return True

    def _take_answers(self) -> list[tuple[str, Answer]]:
        found: list[tuple[str, Answer]] = []
        while len(found) < ANSWERS_A_TURN:
            try:
                found.append(self._answers.get_nowait())
            except queue.Empty:
                break
        return found

    def _take_entries(self) -> Bite:
        """The next entries of the log, and how far time goes in this turn."""
        while len(self._pending) < EVENTS_A_TURN and self._read_more():
            pass
        entries = [entry for entry, _ in islice(self._pending, EVENTS_A_TURN)]
        if not self._clock.virtual:
            now = max(self._now, self._clock.now_ms())
            return Bite(entries, now, now)
        if not entries:
            return Bite([], self._now, self._now)
        first = entries[0]
        limit = first.at + 1 if isinstance(first, Marked) else first.at
        if self._stepwise:
            earliest = self._shard.next_timer()
            if earliest is not None and earliest < limit:
                return Bite([], earliest + 1, earliest)
        if isinstance(first, Marked):
            return Bite([first], limit, first.at)
        taken: list[Entry] = []
        for entry in entries:
            if isinstance(entry, Marked) or (self._stepwise and entry.at != first.at):
                break
            taken.append(entry)
        return Bite(taken, taken[-1].at, taken[-1].at)

    def _read_more(self) -> bool:
        seq, index = self._read_from
        rows = self._journal.read(seq, ROWS_A_READ)
        for number, entries in rows:
            for position in range(index if number == seq else 0, len(entries)):
                last = position + 1 == len(entries)
                self._pending.append((entries[position], (number + 1, 0) if last else (number, position + 1)))
            self._read_from = (number + 1, 0)
        return bool(rows)

    def _advance(self, bite: Bite, fired: int) -> None:
        """Moves the cursor behind what was taken; a mark is passed when everything due until it has happened."""
        if bite.entries and not (isinstance(bite.entries[0], Marked) and fired == TIMERS_A_TURN):
            for _ in bite.entries:
                _, self._cursor = self._pending.popleft()
        self._now = max(self._now, bite.now)
        if isinstance(self._clock, VirtualClock):
            self._clock.advance(self._now)
        self._shard.put("cursor_seq", self._cursor[0])
        self._shard.put("cursor_index", self._cursor[1])
        self._shard.put("now", self._now)

    # --- answers ---

    def _process_answers(self, batch: Batch, walk: Walk, answers: list[tuple[str, Answer]]) -> None:
        known = [(id_, found, answer) for id_, answer in answers if (found := self._open.get(id_))]
        self._load(batch, [found.key for _, found, _ in known])
        for id_, found, answer in known:
            self._answer(batch, walk, found.key, Answered(found.n, answer), id_)

    def _answer(self, batch: Batch, walk: Walk, key: Key, answered: Answered, effect_id: str = "") -> None:
        versions, stay_key = self._enter(batch, key)
        mark = batch.mark()
        try:
            before = batch.stay(key)
            after = walk.answer(versions, stay_key, before, answered, self._moment())
            self._moved(batch, walk, key, before, after)
            if after is before and effect_id:  # nobody waits for it any more
                batch.cancelled.append((key, answered.n, effect_id))
        except Exception as error:
            batch.back_to(mark)
            self._set_aside(batch, key, "answer", msgspec.json.encode(answered), self._now, error)
            if effect_id:
                batch.cancelled.append((key, answered.n, effect_id))  # it was answered: not to be called again

    def _moment(self) -> int:
        return self._now if self._clock.virtual else max(self._now, self._clock.now_ms())

    # --- entries ---

    def _process_entries(self, batch: Batch, walk: Walk, entries: list[Entry]) -> None:
        for kind, group in groupby(entries, type):
            if kind is Accepted:
                self._process_events(batch, walk, list(group))  # type: ignore[arg-type]
                continue
            for entry in group:
                self._process_control(batch, walk, entry)

    def _process_control(self, batch: Batch, walk: Walk, entry: Entry) -> None:
        match entry:
            case Changed():
                self._configuration.changed(entry)
            case Published():
                self._configuration.published(entry)
            case Halted():
                self._configuration.halted(entry)
            case Retried():
                self._retry(batch, walk, entry)

    def _process_events(self, batch: Batch, walk: Walk, accepted: list[Accepted]) -> None:
        records: list[tuple[Accepted, dict[str, Any]]] = []
        keys: list[bytes] = []
        for entry in accepted:
            try:
                record = _decode(entry.record)
                keys.append(identifiers.event_key(entry.sandbox, record["_id"]))
                records.append((entry, record))
            except Exception as error:
                batch.sandbox = entry.sandbox
                self._set_aside(batch, (0, "", ""), "event", entry.record, entry.at, error)
        fresh = self._shard.see(tuple(keys))
        self._route(batch, walk, [each for each, new in zip(records, fresh, strict=True) if new])

    def _route(self, batch: Batch, walk: Walk, records: list[tuple[Accepted, dict[str, Any]]]) -> None:
        """Brings records to everyone whose events they are, in order."""
        heard: list[tuple[Key, str, Accepted, dict[str, Any]]] = []
        for entry, record in records:
            sandbox = self._configuration.sandbox(entry.sandbox)
            try:
                matches = sandbox.routes.match(record)
            except Exception as error:
                batch.sandbox = entry.sandbox
                self._set_aside(batch, (0, "", ""), "event", entry.record, entry.at, error)
                continue
            for event, person, reason in matches:
                journeys = sandbox.listening.get(event, ())
                if person is None or not journeys:
                    batch.sandbox = entry.sandbox
                    why = reason or "EVENT_WITH_NO_JOURNEY"
                    batch.discard(None, StayKey(person or ""), event, why, entry.at)
                    continue
                heard += [((versions.id, person, ""), event, entry, record) for versions in journeys]
        self._load(batch, [key for key, *_ in heard])
        for key, event, entry, record in heard:
            if not self._hear(batch, walk, key, event, record, entry.record, entry.at):
                self._hold(key, event, entry.record, entry.at)

    def _hear(
        self, batch: Batch, walk: Walk, key: Key, event: str, payload: dict[str, Any], record: bytes, at: int
    ) -> bool:
        """One event for one stay. False where it has to wait for an answer."""
        versions, stay_key = self._enter(batch, key)
        mark = batch.mark()
        try:
            before = batch.stay(key)
            after = walk.hear(versions, stay_key, before, EventHeard(event, payload), at)
            if after is not None:
                self._moved(batch, walk, key, before, after)
                return True
        except Exception as error:
            batch.back_to(mark)
            self._set_aside(batch, key, "event", record, at, error, event)
            return True
        return False

    def _hold(self, key: Key, event: str, record: bytes, at: int) -> None:
        self._shard.rows("hold", *key, at, event, record)
        self._held += 1

    # --- timers ---

    def _process_timers(self, batch: Batch, walk: Walk, before: int) -> int:
        timers = self._shard.due_timers(before, TIMERS_A_TURN)
        if not timers:
            return 0
        self._load(batch, [timer.key for timer in timers])
        for timer in timers:
            versions, stay_key = self._enter(batch, timer.key)
            mark = batch.mark()
            try:
                stay = batch.stay(timer.key)
                if stay.place >= 0:
                    self._moved(batch, walk, timer.key, stay, walk.pass_time(versions, stay_key, stay, before))
            except Exception as error:
                batch.back_to(mark)
                self._set_aside(batch, timer.key, "timer", b"", timer.due, error)
        self._shard.rows("drop_timers", *timers[-1])  # those read, and no other: they come in the order of the key
        return len(timers)

    # --- stopped versions ---

    def _sweep(self, batch: Batch, walk: Walk) -> int:
        """Lets go of people inside stopped versions, some in each turn."""
        done = 0
        for id_, number in list(self._configuration.unswept):
            after = self._sweeps.get((id_, number), ("", ""))
            rows = self._shard.rows("stays_after", id_, *after, SWEEP_A_TURN)
            self._load(batch, [(id_, person, "") for person, *_ in rows])
            for person, supplemental, _ in rows:
                key = (id_, person, supplemental)
                versions, stay_key = self._enter(batch, key)
                mark = batch.mark()
                try:
                    stay = batch.stay(key)
                    if stay.place >= 0 and stay.version == number:
                        self._moved(batch, walk, key, stay, walk.stop(versions, stay_key, stay, self._moment()))
                except Exception as error:
                    batch.back_to(mark)
                    self._set_aside(batch, key, "timer", b"", self._now, error)
            done += len(rows) or 1
            if len(rows) < SWEEP_A_TURN:
                self._configuration.swept(id_, number)
                self._sweeps.pop((id_, number), None)
            else:
                self._sweeps[id_, number] = (rows[-1][0], rows[-1][1])
        return done

    # --- common to all stimuli ---

    def _enter(self, batch: Batch, key: Key) -> tuple[Versions, StayKey]:
        versions = self._configuration.journeys[key[0]]
        batch.journey, batch.sandbox = key[0], versions.sandbox
        return versions, StayKey(key[1], key[2])

    def _load(self, batch: Batch, keys: Iterable[Key]) -> None:
        people: dict[int, list[str]] = {}
        for journey, person, _ in keys:
            people.setdefault(journey, []).append(person)
        for journey, persons in people.items():
            batch.load(journey, persons)

    def _moved(self, batch: Batch, walk: Walk, key: Key, before: Stay, after: Stay) -> None:
        """Notes where somebody stands now. Who has left an action needs no answer any more, and hears what waited."""
        if after is before:
            return
        batch.stays[key] = after
        if before.place < 0:
            return
        versions = self._configuration.journeys[key[0]]
        plan = versions.plan(before)
        if type(plan.places[before.place]) is Action:
            n = before.steps + 1
            stay_id = identifiers.stay_id(plan.sandbox, plan.uid, key[1], key[2], before.entry)
            batch.cancelled.append((key, n, identifiers.effect_id(stay_id, n)))
            if self._held:
                self._release_held(batch, walk, key)

    def _release_held(self, batch: Batch, walk: Walk, key: Key) -> None:
        for id_, at, event, record in self._shard.rows("held_of", *key):
            if not self._hear(batch, walk, key, event, _decode(record), record, at):
                return  # the next call is open: this one and those behind it wait on
            self._shard.rows("drop_held", id_)
            self._held -= 1

    def _set_aside(
        self, batch: Batch, key: Key, kind: str, payload: bytes, at: int, error: Exception, event: str = ""
    ) -> None:
        if isinstance(error, STORAGE_ERRORS):
            raise error  # the file's fault, not that of what was being processed: the turn is done again
        reason = f"{event + ': ' if event else ''}{type(error).__name__}: {error}"
        batch.quarantined.append(Quarantined(batch.sandbox, *key, at, kind, payload, reason))
        facts = {"action": "quarantined", "journey": key[0], "person": key[1], "kind": kind}
        log.error("set aside: %s", reason, extra=facts)

    def _retry(self, batch: Batch, walk: Walk, entry: Retried) -> None:
        """Processes something set aside once more, or gives it up."""
        rows = self._shard.rows("quarantined_item", entry.item)
        self._shard.rows("drop_quarantined", entry.item)
        if not rows or entry.drop:
            return
        item = Quarantined(*rows[0])
        key = (item.journey, item.person, item.supplemental)
        try:
            self._retry_item(batch, walk, item, key, entry.at)
        except Exception as error:
            batch.sandbox = item.sandbox
            self._set_aside(batch, key, item.kind, item.payload, item.at, error)

    def _retry_item(self, batch: Batch, walk: Walk, item: Quarantined, key: Key, at: int) -> None:
        self._load(batch, [key])
        if item.kind == "answer":
            self._answer(batch, walk, key, msgspec.json.decode(item.payload, type=Answered))
        elif item.kind == "timer":
            self._shard.rows("put_timer", item.at, *key)
        elif item.journey:
            event = item.reason.partition(":")[0]
            if not self._hear(batch, walk, key, event, _decode(item.payload), item.payload, at):
                self._hold(key, event, item.payload, at)
        else:
            record = _decode(item.payload)
            self._shard.see((identifiers.event_key(item.sandbox, record["_id"]),))
            self._route(batch, walk, [(Accepted(at, item.sandbox, item.payload), record)])

    # --- effects ---

    def _release(self, outgoing: Iterable[Outgoing]) -> None:
        """Hands effects to the port; delayed ones when their time has come."""
        ready: list[tuple[str, Effect, float]] = []
        for out in outgoing:
            self._open[out.id] = Open(out.key, out.n)
            if out.not_before is not None and out.not_before > self._now:
                heapq.heappush(self._delayed, (out.not_before, out.id, out.effect))
            else:
                ready.append((out.id, out.effect, 0.0))
        if ready and self._port is not None:
            self._port.send(ready)

    def _send_delayed(self) -> bool:
        now = self._moment()
        ready: list[tuple[str, Effect, float]] = []
        while self._delayed and self._delayed[0][0] <= now:
            _, effect_id, effect = heapq.heappop(self._delayed)
            if effect_id in self._open:
                ready.append((effect_id, effect, 0.0))
        if ready and self._port is not None:
            self._port.send(ready)
        return bool(ready)
