"""One transaction's worth of stimuli: answers, log entries and due timers, each brought to whom it concerns, in order.

Nothing here begins or ends the transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from itertools import zip_longest

import msgspec

from sojourn import identifiers
from sojourn.engine.effect import Answer, Known
from sojourn.engine.stimulus import Answered, EventHeard
from sojourn.engine.walk import Walk
from sojourn.engine.world import World
from sojourn.identifiers import event_key
from sojourn.journey.plan import Plan
from sojourn.profile.segments import Segments
from sojourn.profile.store import Profiles
from sojourn.runtime.arrivals import Arrivals
from sojourn.runtime.audience import Audiences
from sojourn.runtime.batch import Batch
from sojourn.runtime.configuration import Configuration
from sojourn.runtime.contacts import Contacts
from sojourn.runtime.entrants import Entrants
from sojourn.runtime.forget import Forgetting
from sojourn.runtime.hearing import Hearing
from sojourn.runtime.messages import Messages
from sojourn.runtime.moves import Moves
from sojourn.runtime.persons import Persons
from sojourn.runtime.reactions import Reactions
from sojourn.runtime.reading import Found, all_events
from sojourn.runtime.sight import minding, seeing
from sojourn.store.entry import (
    Accepted,
    Amended,
    Blank,
    Changed,
    Dismissed,
    Entry,
    Erased,
    Evaluated,
    Feedback,
    Forgotten,
    Halted,
    Prompted,
    Published,
    Recorded,
    Rehearsed,
    Removed,
    Renamed,
    Retried,
    Suppressed,
    Uploaded,
)
from sojourn.store.shard import Key, Quarantined, Shard

log = logging.getLogger(__name__)

TIMERS_A_TURN = 1_500
VIRTUAL_TIMERS_A_TURN = 20_000
"""How many timers a turn fires at most: who comes in meanwhile is to wait no longer. On a virtual clock nobody does."""
SWEEP_A_TURN = 500
PROFILES_AT_ONCE = 5_000


class Turn:
    """Processes stimuli into a batch; `moment` tells the journey time for what has no moment of its own.

    `virtual`: what takes no virtual time is done at once; `still`: it stands still while a call is open [6.30]. `held`
    is how many held events the shard has: who leaves an action is asked about them only if there are any.
    """

    def __init__(
        self,
        shard: Shard,
        configuration: Configuration,
        profiles: Profiles,
        forgetting: Forgetting,
        segments: Segments,
        messages: Messages,
        entrants: Entrants,
        audiences: Audiences,
        known: Known,
        moment: Callable[[], int],
        *,
        virtual: bool,
        still: bool,
        held: int,
    ) -> None:
        self._shard = shard
        self._configuration = configuration
        self._profiles = profiles
        self._forgetting = forgetting
        self._segments = segments
        self._messages = messages
        self._entrants = entrants
        self._audiences = audiences
        self._moment = moment
        self._virtual = virtual
        self._most = VIRTUAL_TIMERS_A_TURN if virtual else TIMERS_A_TURN
        self.overdue = False
        self._rehearsals = configuration.rehearsals
        self.batch = Batch(shard, configuration.journeys, self._rehearsals)
        self.moves = Moves(shard, self.batch, configuration, profiles, moment, held)
        self.arrivals = Arrivals(self.moves, self.batch, configuration, profiles, segments, entrants, audiences)
        known = self._rehearsals.known(seeing(profiles, known), lambda: self.batch.journey)
        written = self.batch.written.append
        contacts = Contacts(shard, profiles)
        asked = minding(profiles, contacts, self.arrivals.entering, written)
        ask = self._rehearsals.asked(asked, contacts, lambda: (self.batch.seat.versions, self.batch.seat.now))
        walk = Walk(self.batch, World(known, segments.member, ask, self._count), still=still)
        self.moves.begin(walk, self.arrivals)
        self._persons = Persons(shard, self.batch, self.moves, configuration, profiles, messages, entrants, forgetting)
        self._reactions = Reactions(self.batch, self.moves, configuration, profiles, messages, self._persons)
        self._hearing = Hearing(
            shard,
            self.batch,
            configuration,
            profiles,
            audiences,
            self.moves,
            self.arrivals,
            self._persons,
            self._complete,
        )

    def _count(self, plan: Plan, counter: str, at: int, limit: int, period: int) -> int:
        rows = self._shard.rows("count", self.batch.journey, plan.version, counter, at, limit, period)
        return int(rows[0][0]) if rows else limit

    # --- answers ---

    def answers(self, answers: list[tuple[str, Key, int, Answer]]) -> None:
        """Takes in answers to effects: (effect id, whose, step, answer)."""
        seats = self.batch.load([key for _, key, _, _ in answers])
        for effect_id, key, n, answer in answers:
            self.moves.answer(seats[key], Answered(n, answer), effect_id)

    def replies(self, replies: list[tuple[str, Answer]]) -> None:
        """What was said to messages, whether or not anybody waits for it."""
        for id_, answer in replies:
            self._messages.answered(id_, answer, self._moment())

    # --- log entries ---

    def entries(self, entries: list[Entry], found: Found | None = None) -> None:
        """Processes log entries, in order; `found` is what is in them, where that was read already."""
        if entries and entries[-1].at <= self._due and (found is not None or all_events(entries)):
            self._hearing.events(entries, found)  # type: ignore[arg-type]
            return
        events: list[Accepted] = []
        for entry, then in zip_longest(entries, entries[1:]):
            if entry.at > self._due:
                self._hearing.events(events)
                events = []
                self.schedules(entry.at)
            if type(entry) is Accepted:
                events.append(entry)
                continue
            self._hearing.events(events)
            events = []
            self._control(entry)
            if _together(entry, then):
                continue
            self._configuration.settle()
            if self._configuration.qualifying:
                self._complete()
        self._hearing.events(events)

    @property
    def _due(self) -> int:
        """When the clock starts something next that concerns many."""
        return min(self._segments.due, self._audiences.due)

    def schedules(self, before: int) -> int:
        """Begins what is due earlier than `before` for many: evaluations of segments, reads of audiences; how many."""
        begun = 0
        while (due := self._due) < before:
            begun += self._segments.pass_time(due + 1)
            if self._configuration.qualifying:
                self._complete()
            begun += self._audiences.pass_time(due + 1)
            self._complete()
        return begun

    def _complete(self) -> None:
        """Tells of those who have entered or left segments. In virtual time, what was begun for many is done whole."""
        if self._segments.stirred:
            self.arrivals.qualify()
        while self._virtual and (self._segments.sweeping or self._audiences.reading):
            self._profiles.save()
            self._segments.save()
            self._segments.sweep(PROFILES_AT_ONCE)
            self.arrivals.qualify()
            self._audiences.read(PROFILES_AT_ONCE)

    def _control(self, entry: Entry) -> None:
        match entry:
            case Changed():
                self._configuration.changed(entry)
                if entry.kind == "segment":
                    uid = identifiers.document_id(entry.sandbox, entry.kind, entry.name)
                    self._segments.defined(entry.sandbox, entry.name, entry.body, uid, entry.at)
            case Renamed():
                self._configuration.renamed(entry)
                if entry.kind == "segment":
                    self._segments.renamed(entry.sandbox, entry.old, entry.new)
                    for name, body in [(name, body) for kind, name, body in entry.others if kind == "segment"]:
                        self._segments.reworded(entry.sandbox, name, body)
            case Published():
                self._configuration.published(entry)
                self._audiences.published(self._configuration.journey(entry.sandbox, entry.journey), entry.at)
            case Halted():
                self._configuration.halted(entry)
                self._audiences.published(self._configuration.journey(entry.sandbox, entry.journey), entry.at)
            case Retried():
                self._retry(entry)
            case Recorded():
                self._persons.recorded(entry)
            case Forgotten():
                self._persons.forget(entry)
            case Erased():
                self._shard.rows("drop_forgotten", entry.token)
            case Blank():
                self._shard.see(tuple(entry.keys))
            case Uploaded():
                self._segments.uploaded(entry.sandbox, entry.segment, entry.namespace, entry.ids, entry.mode, entry.at)
            case Feedback():
                self._reactions.heard(entry)
            case Suppressed():
                self._messages.suppressed(entry)
            case Evaluated(cancel=True):
                self._segments.give_up(entry.sandbox, entry.segment)
            case Evaluated():
                self._segments.evaluate(entry.sandbox, entry.segment, entry.at)
            case Rehearsed():
                self._audiences.published(self._configuration.rehearsed(entry), entry.at)
            case Dismissed():
                self._dismiss(entry)
            case Prompted():
                self._prompt(entry)
            case Amended():
                self._configuration.amended(entry)
            case Removed():
                self._remove(entry)

    # --- drafts that run apart ---

    def _dismiss(self, entry: Dismissed) -> None:
        """A draft that ran apart ends; what it has left behind goes by and by."""
        journey = self._configuration.dismissed(entry)
        if journey is None:
            return
        calls, held = self._rehearsals.end(journey)
        self._drop(journey)
        self.batch.cancelled += calls
        self.moves.held -= held

    def _remove(self, entry: Removed) -> None:
        """Versions that nobody is inside are deleted; what is kept of them goes by and by."""
        journey = self._configuration.removed(entry)
        if journey is not None and not entry.numbers:
            self._drop(journey)

    def _drop(self, journey: int) -> None:
        """Nothing of a journey is written any more, and nobody waits to enter it."""
        self.batch.drop(journey)
        self._entrants.drop(journey)
        self._audiences.drop(journey)

    def _prompt(self, entry: Prompted) -> None:
        """Somebody in a test hears what whoever tests it says."""
        versions = self._configuration.running(entry.sandbox, entry.uid)
        if versions is None or versions.kind != "test":
            return
        here = self._configuration.sandbox(entry.sandbox)
        ids = self._profiles.kin(entry.sandbox, versions.namespace, entry.person)
        seat = self.moves.seat_of(versions, [entry.person, *(id_ for id_ in ids if id_ != entry.person)])
        self.arrivals.receive(seat, EventHeard(entry.key, here.read(entry.payload)), entry.payload, entry.at)

    def wipe(self) -> int:
        """Goes on deleting what drafts that have ended left behind, and versions that are deleted."""
        return self._rehearsals.wipe() + self._configuration.removals.work()

    # --- deleting people ---

    def forget(self) -> int:
        """Goes on with the deletes under way."""
        return self._forgetting.work()

    # --- timers ---

    def timers(self, before: int) -> int:
        """Fires timers due earlier than `before`, the earliest first; returns how many.

        `overdue`: there may be others.
        """
        timers = self._shard.due_timers(before, self._most)
        if not timers:
            return 0
        self.overdue = len(timers) == self._most
        batch = self.batch
        keys = [timer[1:] for timer in timers]
        seats, passed = batch.load(keys), self.moves.passed
        for timer, key in zip(timers, keys, strict=True):
            passed(seats[key], before, timer[0])
        self._shard.rows("drop_timers", *timers[-1])  # those read, and no other: they come in the order of the key
        return len(timers)

    def save(self) -> None:
        """Writes everything but profiles and segments, inside the shard's transaction."""
        self.batch.save()
        if sent := self.batch.sent():
            self._messages.put(sent)
        self._messages.save()

    # --- stopped versions ---

    def sweep(self, places: dict[tuple[int, int], tuple[str, str]], at: int) -> int:
        """Lets go of people inside stopped versions at `at`, some in each turn; `places` is how far each sweep is."""
        done = 0
        batch = self.batch
        for id_, number in list(self._configuration.unswept):
            after = places.get((id_, number), ("", ""))
            keys = [(id_, *row[:2]) for row in self._shard.rows("stays_after", id_, *after, SWEEP_A_TURN)]
            seats = batch.load(keys)
            for key in keys:
                seat = seats[key]
                if seat.damage or (seat.now.place >= 0 and seat.now.version == number):
                    self.moves.stop(seat, at)
            done += len(keys) or 1
            if len(keys) < SWEEP_A_TURN:
                self._configuration.swept(id_, number)
                places.pop((id_, number), None)
            else:
                places[id_, number] = keys[-1][1:]
        return done

    # --- quarantine ---

    def _retry(self, entry: Retried) -> None:
        """Processes something set aside once more, or gives it up."""
        rows = self._shard.rows("quarantined_item", entry.item)
        self._shard.rows("drop_quarantined", entry.item)
        if not rows or entry.drop:
            return
        item = Quarantined(*rows[0])
        try:
            self._retry_item(item, entry.at)
        except Exception as error:
            self.batch.sandbox = item.sandbox
            self.moves.set_aside(
                (item.journey, item.person, item.supplemental), item.kind, item.payload, item.at, error
            )

    def _retry_item(self, item: Quarantined, at: int) -> None:
        read = self._configuration.sandbox(item.sandbox).read
        if item.kind == "record":
            self._persons.recorded(msgspec.json.decode(item.payload, type=Recorded), again=True)
            return
        if not item.journey:
            record = read(item.payload)
            self._shard.see((event_key(item.sandbox, record["_id"]),))
            self._hearing.route([(Accepted(at, item.sandbox, item.payload), record)])
            return
        key = (item.journey, item.person, item.supplemental)
        seat = self.batch.load([key])[key]
        if item.kind == "answer":
            self.moves.answer(seat, msgspec.json.decode(item.payload, type=Answered))
        elif item.kind == "timer":
            self._shard.rows("put_timer", item.at, *key)
        else:
            event = item.reason.partition(": ")[0]  # what is heard may have a colon in its key
            if not self.moves.hear(seat, EventHeard(event, read(item.payload)), item.payload, at):
                self.moves.hold(seat, event, item.payload, at)


def _together(entry: Entry, then: Entry | None) -> bool:
    """Whether an entry and the one after it are of documents written at once. A segment is evaluated before that."""
    return type(entry) is Changed and type(then) is Changed and entry.kind != "segment" and entry.at == then.at
