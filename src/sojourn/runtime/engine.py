"""The embedded runtime's loop: one bite of the log, of answers and of due timers after the other.

A turn is one transaction of the shard:

    read log entries from the cursor, take answers         (nothing durable yet)
    BEGIN -> dedupe, load, walk, save stays, timers, outbox, step events, cursor -> COMMIT
    hand new effects to the port                            (the network, elsewhere)

Killed before the COMMIT, the turn never happened and is done again from the same cursor. Killed after it, the outbox
holds what was to be called; it is called at the next start under the same Idempotency-Key. Answers are not durable by
themselves: until the turn that takes one in has committed, its effect stays in the outbox.

If a turn fails, nothing in memory is trusted any more: everything is read from the shard again.

Under a virtual clock time goes from moment to moment, and stands still while a call is open [6.30]. When all answers
are `known` no call is ever open, so a turn may then hold many moments: each person's own timers still go before their
events, and people do not see each other. Unless they share a counter: then moment by moment too.
"""

from __future__ import annotations

import queue
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from sojourn.clock import Clock, VirtualClock
from sojourn.crash import crash_point
from sojourn.engine.effect import Answer, Known
from sojourn.engine.world import nothing_known
from sojourn.errors import StoreError
from sojourn.profile.segments import Segments
from sojourn.profile.store import Profiles
from sojourn.runtime.audience import Audiences
from sojourn.runtime.configuration import Configuration
from sojourn.runtime.entrants import NEVER, Entrants
from sojourn.runtime.forget import Forgetting
from sojourn.runtime.messages import Messages
from sojourn.runtime.outbox import Outbox, Port
from sojourn.runtime.reading import Found, all_events, read_events
from sojourn.runtime.turn import Turn
from sojourn.store.entry import (
    Accepted,
    Entry,
    Evaluated,
    Feedback,
    Forgotten,
    Halted,
    Marked,
    Published,
    Recorded,
    Uploaded,
    weight,
)
from sojourn.store.journal import JournalReader
from sojourn.store.shard import Shard

EVENTS_A_TURN = 20_000
VIRTUAL_EVENTS_A_TURN = 40_000
"""How many events a turn takes at most: who comes in meanwhile waits no longer. On a virtual clock nobody does, and the
more there are the fewer rows are written, as who has several is written once."""
ANSWERS_A_TURN = 2_000
ROWS_A_READ = 8
AHEAD_FROM = 1_000
"""From how many log entries on a turn reads the next ones while its commit is written."""
PROFILES_A_TURN, PROFILES_BESIDE_ENTRIES = 2_000, 200
"""How many profiles a turn evaluates for segments, with nothing else to do and beside entries that wait."""


class Bite(NamedTuple):
    """What a turn takes on: log entries, the moment before which timers fire, and the journey time it brings.

    `found` is what is in the entries, where that was read already.
    """

    entries: list[Entry]
    timers_before: int
    now: int
    found: Found | None = None


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
        self._known = known or (nothing_known if port is None else port.cached)
        self._at_once = clock.virtual and known is not None
        self._beside = ThreadPoolExecutor(1, "commit")
        self._answers: queue.SimpleQueue[tuple[str, Answer]] = queue.SimpleQueue()
        self._outbox = Outbox(shard, port)
        self._restore()

    def _restore(self) -> None:
        """Takes everything from the shard: at the start, and after a turn that failed."""
        self._stale = True
        shard = self._shard
        self._cursor = (shard.get("cursor_seq", 1), shard.get("cursor_index"))
        self._now = shard.get("now")
        self._held = int(shard.rows("held_count")[0][0])
        self._configuration = Configuration(shard)
        self._profiles = Profiles(shard)
        self._forgetting = Forgetting(shard)
        self._segments = Segments(shard, self._profiles, self._configuration.segments)
        self._messages = Messages(shard, self._profiles)
        self._entrants = Entrants(shard)
        journeys = self._configuration.journeys
        self._audiences = Audiences(shard, journeys, self._segments, self._profiles, self._entrants)
        self._pending: deque[tuple[int, list[Entry], int]] = deque()
        self._read_from = self._cursor[0]
        self._ahead: tuple[list[Entry], Found | None] = ([], None)
        self._sweeps: dict[tuple[int, int], tuple[str, str]] = {}
        end = self._journal.last()
        if end < self._cursor[0] - 1:
            raise StoreError("ERR_STORE_BEHIND", path=str(shard.path.parent), end=end, cursor=self._cursor[0] - 1)
        self._stale = False

    # --- what others see ---

    def start(self) -> None:
        """Sends out what a former process left in the outbox."""
        self._outbox.start(self._configuration, self._now)
        self._send_waiting()

    def finish(self) -> None:
        """Takes the answers that are in; what they lead to stays in the outbox for the next start."""
        self._outbox.shut()
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
        return self._outbox.unanswered

    def queued(self) -> Counter[tuple[int, str]]:
        """How many calls wait for their turn and are not with the port yet, by (journey's short number, caller)."""
        return self._outbox.queued()

    def next_moment(self) -> int | None:
        """The journey time at which there may be something to do even if nothing comes in."""
        moments = [self._shard.next_timer(), self._outbox.next_moment(), self._segments.next_due]
        moments += [due for due in (self._entrants.due, self._audiences.due) if due != NEVER]
        return min((moment for moment in moments if moment is not None), default=None)

    # --- a turn ---

    def turn(self) -> bool:
        """Does one transaction's worth of work. False when there was nothing to do."""
        if self._stale:
            self._restore()
        answers = self._take_answers()
        shard = self._shard
        turn = Turn(
            shard,
            self._configuration,
            self._profiles,
            self._forgetting,
            self._segments,
            self._messages,
            self._entrants,
            self._audiences,
            self._known,
            self._moment,
            virtual=self._clock.virtual,
            still=self._stepwise,
            held=self._held,
        )
        try:
            if self._stepwise and (answers or self._outbox.waits):
                bite = Bite([], self._now, self._now)  # time stands still while a call is open
            else:
                bite = self._take_entries()
            shard.begin()
            crash_point("engine-begun")
            swept = self._segments.sweep(PROFILES_BESIDE_ENTRIES if bite.entries else PROFILES_A_TURN)
            if self._configuration.qualifying:
                swept = swept or self._audiences.read(PROFILES_BESIDE_ENTRIES if bite.entries else PROFILES_A_TURN)
                turn.arrivals.qualify()
            turn.answers([(id_, *found[:2], answer) for id_, answer in answers if (found := self._outbox.find(id_))])
            turn.replies([each for each in answers if each[1].reply is not None])
            turn.entries(bite.entries, bite.found)
            swept += turn.schedules(bite.timers_before) + turn.arrivals.enter(bite.timers_before)
            fired = turn.timers(bite.timers_before)
            swept += turn.sweep(self._sweeps, max(self._now, bite.now)) + turn.wipe() + turn.forget()
            turn.arrivals.settle(bite.timers_before)
            moves = self._stepwise and bite.now > self._now  # to when a delayed call goes out
            if not (answers or bite.entries or fired or swept or moves):
                shard.rollback()
                return self._send_waiting()
            self._advance(bite, overdue=turn.overdue)
            turn.batch.outgoing = self._outbox.label(turn.batch.outgoing, self._configuration)
            turn.save()
            self._profiles.save()
            self._segments.save()
            self._entrants.save()
            self._audiences.save()
            crash_point("engine-before-commit")
            if len(bite.entries) < AHEAD_FROM:
                shard.commit()
            else:
                committed = self._beside.submit(shard.commit)
                self._look_ahead()
                committed.result()
        except BaseException:
            self._stale = True  # also if what is wrong with the disk keeps us from reading it now
            for answer in answers:
                self._answers.put(answer)
            shard.rollback()
            raise
        crash_point("engine-committed")
        self._held = turn.moves.held
        outbox = self._outbox
        outbox.put_in_force(self._configuration)
        outbox.cancel([effect_id for _, _, effect_id in turn.batch.cancelled], {effect_id for effect_id, _ in answers})
        outbox.put(turn.batch.outgoing, self._configuration, self._now)
        self._send_waiting()
        return True

    def _send_waiting(self) -> bool:
        """Hands over what has waited in the outbox, as far as its time has come."""
        return self._outbox.send_waiting(self._configuration, self._moment(), self._now)

    @property
    def _stepwise(self) -> bool:
        """Whether time goes from moment to moment: it does on a virtual clock, unless nobody could tell."""
        return self._clock.virtual and not (self._at_once and not self._configuration.counts)

    def _take_answers(self) -> list[tuple[str, Answer]]:
        found: list[tuple[str, Answer]] = []
        while len(found) < ANSWERS_A_TURN:
            try:
                found.append(self._answers.get_nowait())
            except queue.Empty:
                break
        return found

    def _moment(self) -> int:
        return self._now if self._clock.virtual else max(self._now, self._clock.now_ms())

    # --- the log ---

    def _take_entries(self) -> Bite:
        """The next entries of the log, and how far time goes in this turn."""
        (entries, found), self._ahead = self._ahead, ([], None)
        entries = entries or self._next_entries()
        if not self._clock.virtual:
            now = max(self._now, self._clock.now_ms())
            return Bite(entries, now, now, found)
        stepwise = self._stepwise
        if not entries or self._for_many:  # what is done for many takes no virtual time
            return Bite([], self._now, self._now)
        first = entries[0]
        if not stepwise and (found is not None or all_events(entries)):
            return Bite(entries, entries[-1].at, entries[-1].at, found)
        limit = first.at + 1 if isinstance(first, Marked) else first.at
        if stepwise or isinstance(first, Halted):  # nobody is stopped before what was due earlier
            earliest = self.next_moment()
            if earliest is not None and earliest < limit:
                return Bite([], earliest + 1, earliest)
        if isinstance(first, Marked):
            return Bite([first], limit, first.at)
        taken: list[Entry] = []
        for entry in entries:
            if isinstance(entry, Marked) or (stepwise and entry.at != first.at):
                break
            if taken and (isinstance(entry, Halted) or (stepwise and self._may_end_open(entry))):
                break  # its people leave at its moment, and when what was called before is answered
            taken.append(entry)
            if isinstance(entry, Published | Halted):  # the people of a new version may share a counter
                break
        return Bite(taken, taken[-1].at, taken[-1].at, found if len(taken) == len(entries) else None)

    def _may_end_open(self, entry: Entry) -> bool:
        """Whether an entry may end stays, or merge them, of which a call is open."""
        if not self._outbox.has_port:  # all is answered on the spot
            return False
        if type(entry) is Accepted:
            return bool(entry.dataset) or bool(self._configuration.sandbox(entry.sandbox).watching)
        return isinstance(entry, Recorded | Uploaded | Evaluated | Forgotten | Feedback)

    @property
    def _for_many(self) -> bool:
        """Whether something is under way that concerns many."""
        sweeping = self._segments.sweeping or bool(self._configuration.unswept)
        return sweeping or self._audiences.reading or self._entrants.due < self._now

    def _look_ahead(self) -> None:
        """Reads what comes next while the disk writes; only where there is much to do is that worth a thread."""
        entries = self._next_entries()
        self._ahead = entries, read_events(self._configuration, entries) if all_events(entries) else None  # type: ignore[arg-type]

    def _next_entries(self) -> list[Entry]:
        """What is next in the log: as many whole rows as make a turn, the first of them from the cursor on."""
        rows = self._pending
        wanted = 1 if self._stepwise else VIRTUAL_EVENTS_A_TURN if self._clock.virtual else EVENTS_A_TURN
        size = sum(heavy for *_, heavy in rows)
        while size < wanted and (more := self._journal.read(self._read_from, ROWS_A_READ)):
            for number, entries in more:
                heavy = weight(entries)
                rows.append((number, entries, heavy))
                size += heavy
            self._read_from = more[-1][0] + 1
        found: list[Entry] = []
        size = 0
        for number, entries, heavy in rows:
            left = entries[self._cursor[1] :] if number == self._cursor[0] else entries
            found += left
            size += heavy if left is entries else weight(left)
            if size >= wanted:
                break
        return found

    def _advance(self, bite: Bite, *, overdue: bool) -> None:
        """Moves the cursor behind what was taken; a mark is passed when everything due until it has happened."""
        marked = bool(bite.entries) and isinstance(bite.entries[0], Marked)
        left = overdue or self._entrants.due < bite.timers_before
        if bite.entries and not (marked and left):
            self._pass(len(bite.entries))
        self._now = max(self._now, bite.now)
        if isinstance(self._clock, VirtualClock):
            self._clock.advance(self._now)
        self._shard.put("cursor_seq", self._cursor[0])
        self._shard.put("cursor_index", self._cursor[1])
        self._shard.put("now", self._now)

    def _pass(self, count: int) -> None:
        """Moves the cursor behind the next `count` entries, and lets go of rows that are through."""
        rows = self._pending
        while count:
            number, entries, _ = rows[0]
            index = self._cursor[1] if self._cursor[0] == number else 0
            left = len(entries) - index
            if count < left:
                self._cursor = (number, index + count)
                return
            rows.popleft()
            count -= left
            self._cursor = (number + 1, 0)
