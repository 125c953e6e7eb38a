"""What becomes of messages, brought to the stays that it belongs to [6.18].

A message is known by its id, which is derived from version, stay and step. In other runs of the same history, a replay,
a backtest of a draft, a shadow, these are others, and nothing is sent. What is heard of a recorded message is heard of
theirs: of the same activity, to the same person, by the stay in which the person was when the recorded one was sent
[6.31].
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sojourn import identifiers
from sojourn.engine.stimulus import EventHeard
from sojourn.engine.versions import Versions
from sojourn.journey.node import feedback_key
from sojourn.profile.store import Profiles
from sojourn.runtime.batch import Batch, Seat
from sojourn.runtime.configuration import Configuration
from sojourn.runtime.messages import Messages, Reaction
from sojourn.runtime.moves import Moves
from sojourn.runtime.persons import Persons
from sojourn.store.entry import Feedback, Written

_VERSIONS = 1_000
"""Of how many versions of a journey messages are known as its own."""
_ENTRIES = 100
"""Of how many entries under one supplemental key messages are known as of that."""


class Reactions:
    """Those of one turn."""

    def __init__(
        self,
        batch: Batch,
        moves: Moves,
        configuration: Configuration,
        profiles: Profiles,
        messages: Messages,
        persons: Persons,
    ) -> None:
        self._batch = batch
        self._moves = moves
        self._configuration = configuration
        self._profiles = profiles
        self._messages = messages
        self._persons = persons

    def heard(self, entry: Feedback) -> None:
        """Something was heard of a message: it counts if the person is in the stay that it belongs to."""
        whose = self._messages.whose(entry)
        if whose is not None:
            self._persons.before_record(entry.sandbox, [whose], entry.at)
        found = self._messages.feedback(entry)
        if whose is not None:
            self._persons.behind_record(entry.sandbox, [whose], entry.at)
        if found is None:
            return
        own = found.own
        if own is not None and own.journey in self._configuration.journeys:
            key = (own.journey, own.person, own.supplemental)
            seat = self._batch.load([key])[key]
            self._moves.passed(seat, entry.at, entry.at)
            if seat.now.entry == own.entry:
                self._hear(seat, found.event, entry.at)
        for versions in self._others(entry, found):
            self._echo(versions, found, entry.at)

    def _hear(self, seat: Seat, event: str, at: int) -> None:
        stay = seat.now
        if stay.place < 0 or event not in seat.versions.plan(stay).listens:
            return
        if not self._moves.hear(seat, EventHeard(event, {}), b"{}", at):
            self._moves.hold(seat, event, b"{}", at)

    # --- messages that others have sent ---

    def _others(self, entry: Feedback, found: Reaction) -> Iterator[Versions]:
        """The journeys that answer the messages of the same journey on the spot."""
        for versions in list(self._configuration.journeys.values()):
            if versions.sandbox != entry.sandbox:
                continue
            if versions.kind == "shadow":
                journey = self._configuration.rehearsals.running[versions.id].of
            elif found.own is None and versions.kind == "live":
                journey = versions.journey
            else:
                continue
            if not found.message.version or found.message.version in _uids(entry.sandbox, journey):
                yield versions

    def _echo(self, versions: Versions, found: Reaction, at: int) -> None:
        of = found.message
        seats = self._seats(versions, of)
        for seat in seats:
            self._moves.passed(seat, at, at)
        inside = [seat for seat in seats if _has_written(seat, of)]
        if inside:
            self._hear(max(inside, key=lambda seat: seat.now.entered), found.event, at)

    def _seats(self, versions: Versions, of: Written) -> list[Seat]:
        """Where the person is in a journey, of each supplemental key that may be that of the message."""
        kin = self._profiles.kin(versions.sandbox, versions.namespace, of.person)
        ids = [of.person, *(id_ for id_ in kin if id_ != of.person)]
        if versions.keyed and of.supplemental is None:
            return [seat for seat in self._batch.whose(versions.id, ids) if _may_be(seat, of)]
        return [self._moves.seat_of(versions, ids, of.supplemental or "")]


def _may_be(seat: Seat, of: Written) -> bool:
    """Whether a message may be of the seat's supplemental key: the id of its stay is derived from that [6.29]."""
    if not of.stay or not of.version:
        return True
    entries = dict.fromkeys((seat.now.entry, *range(1, _ENTRIES)))
    whose = (seat.versions.sandbox, of.version, of.person, seat.key[2])
    return any(identifiers.stay_id(*whose, entry) == of.stay for entry in entries)


def _has_written(seat: Seat, of: Written) -> bool:
    """Whether the stay has sent its own message, and was under way when the recorded one was sent."""
    stay = seat.now
    if stay.place < 0 or of.at < stay.entered:
        return False
    slot = seat.versions.plan(stay).remembers.get(feedback_key(of.activity, "sent"))
    return slot is not None and stay.values[slot] is True


@lru_cache(100)
def _uids(sandbox: str, journey: str) -> frozenset[str]:
    """The uids that the versions of a journey have."""
    return frozenset(identifiers.version_id(sandbox, journey, number) for number in range(1, _VERSIONS + 1))
