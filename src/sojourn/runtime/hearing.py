"""Events: read, remembered against repeats, matched, and brought to everyone whose they are, in order [3.2-3.9]."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sojourn.engine.stay import StayKey
from sojourn.engine.stimulus import EventHeard
from sojourn.engine.versions import Versions
from sojourn.expression import EvaluationError
from sojourn.profile.store import Profiles
from sojourn.runtime.arrivals import Arrivals
from sojourn.runtime.audience import Audiences
from sojourn.runtime.batch import Batch
from sojourn.runtime.configuration import Configuration
from sojourn.runtime.moves import Moves
from sojourn.runtime.persons import NO_STAY, Persons
from sojourn.runtime.reading import Found, read_each, read_events
from sojourn.runtime.sandbox import Sandbox
from sojourn.schema.identity import Identity
from sojourn.store.entry import Accepted
from sojourn.store.shard import Key, Shard

ABOUT_NOBODY: Key = (0, "", "business")


class Hearing:
    """Those of one turn; `complete` tells of who has entered or left segments by what was heard so far."""

    def __init__(
        self,
        shard: Shard,
        batch: Batch,
        configuration: Configuration,
        profiles: Profiles,
        audiences: Audiences,
        moves: Moves,
        arrivals: Arrivals,
        persons: Persons,
        complete: Callable[[], None],
    ) -> None:
        self._shard = shard
        self._batch = batch
        self._configuration = configuration
        self._profiles = profiles
        self._audiences = audiences
        self._moves = moves
        self._arrivals = arrivals
        self._persons = persons
        self._complete = complete

    def events(self, accepted: Sequence[Accepted], found: Found | None = None) -> None:
        """Takes in events, in order; `found` is what is in them, if that was read already."""
        found = found or read_events(self._configuration, accepted)
        if found is None:
            found = read_each(self._configuration, accepted, self._unreadable)
        fresh = self._shard.see(tuple(found.keys))
        records = found.records
        self.route(records if all(fresh) else [each for each, new in zip(records, fresh, strict=True) if new])

    def _unreadable(self, entry: Accepted, error: Exception) -> None:
        self._batch.sandbox = entry.sandbox
        self._moves.set_aside(NO_STAY, "event", entry.record, entry.at, error)

    def _match(self, records: list[tuple[Accepted, dict[str, Any]]]) -> list[tuple[Key, EventHeard, Accepted]]:
        """Whom records concern, in order: the profile store (NO_STAY) and those whose events they are.

        A journey's number below zero: all stays of the person there, whatever their supplemental keys.
        """
        heard: list[tuple[Key, EventHeard, Accepted]] = []
        known: dict[str, list[list[Identity]]] = {}
        name = records[0][0].sandbox
        here = self._configuration.sandbox(name)
        for entry, record in records:
            if entry.sandbox != name:
                name = entry.sandbox
                here = self._configuration.sandbox(name)
            if here.intakes and entry.dataset in here.intakes:
                heard.append((NO_STAY, EventHeard("", record), entry))
                known.setdefault(name, []).append(here.intakes[entry.dataset].identities(record))
            try:
                matches = here.routes.match(record)
            except Exception as error:
                self._unreadable(entry, error)
                continue
            for event, person, reason in matches:
                journeys = here.listening.get(event)
                if not person or not journeys:
                    if person == "" and event in here.reading:
                        heard.append((ABOUT_NOBODY, EventHeard(event, record), entry))
                        continue
                    self._batch.sandbox = entry.sandbox
                    why = reason or "EVENT_WITH_NO_JOURNEY"
                    self._batch.discard(None, StayKey(person or ""), event, why, entry.at, record["_id"])
                    continue
                stimulus = EventHeard(event, record)
                for versions in journeys:
                    supplemental: str | None = ""
                    if here.keyed:
                        if versions.keyed and event not in here.keyed:
                            heard.append(((-versions.id, person, ""), stimulus, entry))
                            continue
                        supplemental = self._supplemental(here, versions, person, stimulus, entry)
                    if supplemental is not None:
                        heard.append(((versions.id, person, supplemental), stimulus, entry))
        for name, identities in known.items():
            self._profiles.prepare(name, identities)
        return heard

    def route(self, records: list[tuple[Accepted, dict[str, Any]]]) -> None:
        """Brings records to the profile store and then to everyone whose events they are, in order [3.9]."""
        heard = self._match(records) if records else []
        seats = self._batch.load([key for key, _, _ in heard if key[0] > 0])
        imported: set[int] = set()
        qualifying, last = self._configuration.qualifying, None
        hear, kin = self._moves.hear, self._profiles.has_kin
        gone: set[tuple[int, Key]] = set()
        for key, stimulus, entry in heard:
            if qualifying and entry is not last:  # behind what the event itself has done
                self._complete()
                last = entry
            if key is ABOUT_NOBODY:
                self._business(stimulus, entry)
                continue
            if key is NO_STAY:
                intake = self._configuration.sandbox(entry.sandbox).intakes[entry.dataset]
                self._persons.before_record(entry.sandbox, intake.identities(stimulus.payload), entry.at)
                if not self._persons.records.event(entry, stimulus.payload, intake):
                    imported.add(id(entry))
                else:
                    left = self._persons.behind_record(entry.sandbox, intake.identities(stimulus.payload), entry.at)
                    gone.update((id(entry), seat_key) for seat_key in left)
                kin = self._profiles.has_kin
                continue
            if imported and id(entry) in imported:
                continue
            if key[0] < 0:
                self._whole(key, stimulus, entry)
                continue
            seat = seats[key] if not kin else self._persons.seat(key, stimulus.event)
            if gone and (id(entry), seat.key) in gone:
                continue  # it has ended the stay: it does not also enter [6.11]
            if seat.versions.guarded:
                self._arrivals.receive(seat, stimulus, entry.record, entry.at)
            elif not hear(seat, stimulus, entry.record, entry.at):
                self._moves.hold(seat, stimulus.event, entry.record, entry.at)
        if qualifying:
            self._complete()

    def _whole(self, key: Key, heard: EventHeard, entry: Accepted) -> None:
        """An event without a supplemental key, in a journey whose people have one: it may take the person out, and all
        of their stays hear it [6.25]."""
        journey, person, _ = key
        seats = [seat for seat in self._persons.seats(-journey, person, heard.event) if seat.now.place >= 0]
        for seat in seats:
            if seat.versions.guarded:
                self._arrivals.receive(seat, heard, entry.record, entry.at)
            elif not self._moves.hear(seat, heard, entry.record, entry.at):
                self._moves.hold(seat, heard.event, entry.record, entry.at)
        if not seats:
            versions, self._batch.sandbox = self._configuration.journeys[-journey], entry.sandbox
            self._batch.discard(versions, StayKey(person), heard.event, "notAwaited", entry.at, heard.payload["_id"])

    def _supplemental(
        self, here: Sandbox, versions: Versions, person: str, heard: EventHeard, entry: Accepted
    ) -> str | None:
        """The supplemental key by which an event concerns a journey; None where it cannot have an effect on it."""
        try:
            found, why = here.supplemental(versions, heard.event, heard.payload), "supplementalKeyMissing"
        except EvaluationError:
            found, why = None, "keyFailed"
        if found is None:
            self._batch.sandbox = entry.sandbox
            self._batch.discard(versions, StayKey(person), heard.event, why, entry.at, heard.payload["_id"])  # type: ignore[arg-type]
        return found

    def _business(self, heard: EventHeard, entry: Accepted) -> None:
        """An event about nobody: journeys read their audience after it [3.8]."""
        here = self._configuration.sandbox(entry.sandbox)
        for versions in here.reading[heard.event]:
            reason = self._audiences.happened(versions, heard.event, entry.record, entry.at)
            if reason is not None:
                self._batch.sandbox = entry.sandbox
                self._batch.discard(versions, StayKey(""), heard.event, reason, entry.at, heard.payload["_id"])
