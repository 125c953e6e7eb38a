"""What concerns people as such: records of them, ids that turn out to be one person's, and deleting somebody."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sojourn.engine.versions import Versions
from sojourn.profile.store import Grown, Profiles
from sojourn.runtime.batch import Batch, Seat
from sojourn.runtime.configuration import Configuration
from sojourn.runtime.entrants import Entrants
from sojourn.runtime.forget import Forgetting, Target
from sojourn.runtime.messages import Messages
from sojourn.runtime.moves import Moves
from sojourn.runtime.records import Records
from sojourn.schema.identity import Identity
from sojourn.store.entry import Forgotten, Recorded
from sojourn.store.shard import Key, Shard

NO_STAY: Key = (0, "", "")


class Persons:
    """Those of one turn."""

    def __init__(
        self,
        shard: Shard,
        batch: Batch,
        moves: Moves,
        configuration: Configuration,
        profiles: Profiles,
        messages: Messages,
        entrants: Entrants,
        forgetting: Forgetting,
    ) -> None:
        self._shard = shard
        self._batch = batch
        self._moves = moves
        self._configuration = configuration
        self._profiles = profiles
        self._messages = messages
        self._entrants = entrants
        self._forgetting = forgetting
        moves.watch(self.behind_record)
        self.records = Records(shard, profiles, self._bring_together, self._aside)

    # --- records ---

    def recorded(self, entry: Recorded, *, again: bool = False) -> None:
        """Takes in records that are for the profile store alone."""
        intake = self._configuration.sandbox(entry.sandbox).intakes.get(entry.dataset)
        if intake is not None:  # else the dataset is no longer enabled for profile
            if self._configuration.sandbox(entry.sandbox).looking and intake.kind != "record":
                for record in entry.records:
                    self.before_record(entry.sandbox, intake.identities(intake.read(record)), entry.at)
            self.records.recorded(entry, intake, again=again)
            if self._configuration.sandbox(entry.sandbox).watching and intake.kind == "profile":
                for record in entry.records:
                    self.behind_record(entry.sandbox, intake.identities(intake.read(record)), entry.at)

    def before_record(self, sandbox: str, whose: Sequence[Identity], at: int) -> None:
        """Fires the timers of a record's people that are due before it: what they lead to must not see it yet [6.14].

        For journeys that look at the profile store; others cannot tell.
        """
        for seat in self._seats_of(sandbox, self._configuration.sandbox(sandbox).looking, whose):
            self._moves.passed(seat, at, at)

    def behind_record(self, sandbox: str, whose: Sequence[Identity], at: int) -> list[Key]:
        """Whether a record's people have to leave, now that more is known of them [6.25]. Returns who has left."""
        left = []
        for seat in self._seats_of(sandbox, self._configuration.sandbox(sandbox).watching, whose):
            stay = seat.now
            self._moves.changed(seat, at)
            if seat.now is not stay:
                left.append(seat.key)
        return left

    def _aside(self, entry: Recorded, error: Exception) -> None:
        self._batch.sandbox = entry.sandbox
        self._moves.set_aside(NO_STAY, "record", msgspec.json.encode(entry), entry.at, error)

    # --- several ids of one person ---

    def _seats_of(self, sandbox: str, journeys: Sequence[Versions], whose: Sequence[Identity]) -> list[Seat]:
        """Where the people with these identities are in journeys."""
        if not journeys:
            return []
        known = [person for each in whose if (person := self._profiles.person(sandbox, *each)) is not None]
        ids = dict.fromkeys([*whose, *(each for person in known for each in person.identities)])
        found: list[Seat] = []
        keys: list[Key] = []
        for versions in journeys:
            mine = [id_ for namespace, id_ in ids if namespace == versions.namespace]
            if versions.keyed:
                found += self._batch.whose(versions.id, mine)
            else:
                keys += [(versions.id, id_, "") for id_ in mine]
        seats = self._batch.load(keys)
        return found + [seats[key] for key in keys]

    def seat(self, key: Key, event: str) -> Seat:
        """Where the person of `key` is in a journey, under whichever of their ids [1.2]."""
        journey, person, supplemental = key
        versions = self._configuration.journeys[journey]
        namespace = self._configuration.sandbox(versions.sandbox).namespaces.get(event)
        kin = self._profiles.kin(versions.sandbox, namespace, person)
        return self._moves.seat_of(versions, [person, *(id_ for id_ in kin if id_ != person)], supplemental)

    def seats(self, journey: int, person: str, event: str) -> list[Seat]:
        """Where they are in a journey, of each supplemental key."""
        versions = self._configuration.journeys[journey]
        namespace = self._configuration.sandbox(versions.sandbox).namespaces.get(event)
        return self._batch.whose(journey, [person, *self._profiles.kin(versions.sandbox, namespace, person)])

    def _bring_together(self, grown: Grown, at: int) -> None:
        """Of several stays of one person in a journey the oldest goes on, the others end as merged [1.2]."""
        for versions in self._configuration.in_namespace(grown.sandbox, grown.namespace):
            seats = self._batch.whose(versions.id, grown.ids)
            for supplemental in dict.fromkeys(seat.key[2] for seat in seats):
                self._merge([seat for seat in seats if seat.key[2] == supplemental], at)

    def _merge(self, seats: list[Seat], at: int) -> None:
        """`seats` are one person's, in one journey and of one supplemental key."""
        for seat in seats:
            self._moves.passed(seat, at, at)
        inside = sorted([seat for seat in seats if seat.now.place >= 0], key=lambda seat: (seat.now.entered, seat.key))
        for seat in inside[1:]:
            self._shard.rows("pass_held", inside[0].key[1], *seat.key)
            self._moves.exit(seat, "merged", at)
        if self._moves.held and len(inside) > 1 and not inside[0].damage:
            self._moves.release_held(inside[0])

    # --- deleting somebody ---

    def forget(self, entry: Forgotten) -> None:
        """Deletes a person: their stays exit, and everything about them goes [1.6]."""
        identities = self._profiles.forget(entry.sandbox, entry.identities)
        stays: list[tuple[int, str]] = []
        for versions in self._configuration.journeys.values():
            if versions.sandbox == entry.sandbox:
                namespaces = {plan.namespace or "" for plan in versions.plans.values()}
                stays += [(versions.id, id_) for namespace, id_ in identities if namespace in namespaces]
        self._messages.forget_contacts(entry.sandbox, identities)
        for journey, person in stays:
            self._moves.held -= len(self._shard.rows("held_of_person", journey, person))
            self._shard.rows("drop_held_of", journey, person)
            identities += self._messages.forget(journey, person)
            self._entrants.forget(journey, person)
            for seat in self._batch.whose(journey, (person,)):
                if seat.now.place >= 0:
                    self._moves.exit(seat, "privacy", entry.at)
                self._batch.forget(seat)
        self._batch.forget_discards(entry.sandbox, {id_ for _, id_ in identities})
        self._configuration.rehearsals.forget(stays)
        self._forgetting.begin(entry.token, Target(entry.sandbox, identities, stays))
