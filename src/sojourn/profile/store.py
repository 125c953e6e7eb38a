"""The engine's profiles and lookup records: what records of a turn make of them, written when the turn is saved.

Until then what was taken in is what is read, so an event finds itself among the person's events [3.9], and those
accepted after it not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import apsw
import msgspec
import zstandard

from sojourn.identifiers import event_key, identity_key
from sojourn.profile.attributes import Layer, Layers, upsert
from sojourn.profile.events import KEPT, Event, Events, is_full, latest
from sojourn.profile.people import People, numbers_of
from sojourn.profile.person import MARK, MARKS, MAX_IDENTITIES, NOBODY_KNOWN, Person, merged
from sojourn.schema.identity import Identity
from sojourn.store.shard import Shard

_encode = msgspec.msgpack.Encoder().encode
_COMPRESS_FROM = 1_024


class Grown(NamedTuple):
    """Somebody is now known by several ids of one namespace: their stays are to be brought together."""

    sandbox: str
    namespace: str
    ids: tuple[str, ...]


class Watcher(Protocol):
    """Hears of each change of a profile, before and after; a merge and a delete have words of their own."""

    def changing(self, sandbox: str, number: int, person: Person | None, *, attributes: bool) -> None: ...
    def changed(self, sandbox: str, number: int, person: Person, at: int, *, events: bool) -> None: ...
    def joined(self, sandbox: str, number: int, other: int) -> None: ...
    def gone(self, sandbox: str, number: int, person: Person) -> None: ...


class Profiles(People):
    """The engine's profiles: one turn's changes are written by `save`. After a turn that failed, make another.

    `watcher` hears of each change.
    """

    def __init__(self, shard: Shard) -> None:
        super().__init__(shard.rows)
        self._shard = shard
        self.watcher: Watcher | None = None
        self._compress = zstandard.ZstdCompressor(level=1).compress
        self._last = shard.get("profiles")
        self._order = shard.get("profile_order")
        self._several: set[tuple[str, str]] = {(row[0], row[1]) for row in shard.rows("kin")}
        self._clear()

    def _clear(self) -> None:
        self._known: dict[bytes, int] = {}
        self._people: dict[int, Person | None] = {}
        self._sandbox_of: dict[int, str] = {}
        self._owned: dict[bytes, int] = {}
        self._records: dict[tuple[str, str, str], Layers] = {}
        self._changed = False

    # --- taking in ---

    def prepare(self, sandbox: str, identities: Iterable[Sequence[Identity]]) -> None:
        """Reads in a few queries all that records with these identities will ask for."""
        wanted = {each for found in identities for each in found}
        keys = {identity_key(sandbox, namespace, id_) for namespace, id_ in wanted}
        new = tuple(keys - self._known.keys())
        if new:
            self._known.update(dict.fromkeys(new, 0))
            self._known.update(self._rows("identities_of", apsw.carray(new)))
        numbers = {number for key in new if (number := self._known[key]) and number not in self._people}
        if numbers:
            self._people.update(dict.fromkeys(numbers))
            for number, body in self._rows("load_profiles", numbers_of(sorted(numbers))):
                self._people[number] = self.decode(body)

    def event(self, sandbox: str, identities: Sequence[Identity], event: Event, now: int) -> list[Grown] | None:
        """Takes in an experience event. Returns who has become known by several ids of one namespace.

        None for an event that an import has brought before: it has had its effect [3.2].
        """
        number, grown = self._whose(sandbox, identities)
        if number:
            person = self._people[number] or NOBODY_KNOWN
            if person.imported and event_key(sandbox, event.id)[:MARK] in person.marks():
                self._tell(sandbox, number, now)
                return None
            self._warn(sandbox, number, attributes=False)
            self._put(sandbox, number, self._with_events(number, person, (event,), now))
            self._tell(sandbox, number, now, events=True)
        return grown

    def imported(
        self, sandbox: str, identities: Sequence[Identity], events: Iterable[tuple[bytes, Event]], now: int
    ) -> list[Grown]:
        """Takes in imported events of one person, with the key of each: those that no import has brought before."""
        number, grown = self._whose(sandbox, identities)
        if number:
            person = self._people[number] or NOBODY_KNOWN
            marks = person.marks()
            fresh: list[Event] = []
            added: list[bytes] = []
            for key, event in events:
                mark = key[:MARK]
                if mark not in marks:
                    marks.add(mark)
                    added.append(mark)
                    fresh.append(event)
            if fresh:
                self._warn(sandbox, number, attributes=False)
                kept = (person.imported + b"".join(added))[-MARK * MARKS :]
                person = self._with_events(number, person, tuple(fresh), now)
                self._put(sandbox, number, msgspec.structs.replace(person, imported=kept))
            self._tell(sandbox, number, now, events=bool(fresh))
        return grown

    def attribute(
        self, sandbox: str, identities: Sequence[Identity], record: bytes, moment: int | None, now: int
    ) -> list[Grown]:
        """Takes in a profile record of `moment` (epoch ms); without one it is as new as its acceptance, `now`."""
        number, grown = self._whose(sandbox, identities)
        if number:
            person = self._people[number] or NOBODY_KNOWN
            layers = upsert(person.layers, self._layer(record, moment, now))
            if layers is not person.layers:
                self._warn(sandbox, number)
                self._put(sandbox, number, msgspec.structs.replace(person, layers=layers))
            self._tell(sandbox, number, now)
        return grown

    def known_by(self, sandbox: str, identity: Identity, now: int) -> int:
        """The number of whoever has an identity; nobody known before is, from now on."""
        number, _ = self._whose(sandbox, (identity,))
        self._tell(sandbox, number, now)
        return number

    def record(self, sandbox: str, schema: str, key: str, record: bytes, moment: int | None, now: int) -> None:
        """Takes in a lookup record; `moment` as for profiles."""
        before = self._layers(sandbox, schema, key)
        after = upsert(before, self._layer(record, moment, now))
        if after is not before:
            self._records[sandbox, schema, key] = after
            self._changed = True

    def forget(self, sandbox: str, identities: Iterable[Identity]) -> list[Identity]:
        """Deletes whoever has these identities: all that they were known by. The hashes of identities stay."""
        found = dict.fromkeys(identities)
        for each in list(found):
            number = self._number(identity_key(sandbox, *each))
            person = self._person(number) if number else None
            if person is not None:
                found.update(dict.fromkeys(person.identities))
                if self.watcher is not None:
                    self.watcher.gone(sandbox, number, person)
                self._rows("drop_events", number)
                self._people[number] = None
                self._sandbox_of[number] = sandbox
                self._changed = True
        return list(found)

    def kin(self, sandbox: str, namespace: str | None, id_: str) -> tuple[str, ...]:
        """All ids of the namespace that belong to whoever has this one; just it where there are no others."""
        if namespace is None or (sandbox, namespace) not in self._several:
            return (id_,)
        found = self.person(sandbox, namespace, id_)
        return (found and found.ids(namespace)) or (id_,)

    def numbered(self, number: int) -> Person | None:
        """The profile of a number, None where there is none (any more)."""
        return self._person(number)

    @property
    def last(self) -> int:
        """The highest number of a profile."""
        return self._last

    @property
    def has_kin(self) -> bool:
        """Whether anybody has several ids in one namespace."""
        return bool(self._several)

    def _layer(self, record: bytes, moment: int | None, now: int) -> Layer:
        self._order += 1
        return Layer(now, self._order, record) if moment is None else Layer(moment, 0, record)

    def _whose(self, sandbox: str, identities: Sequence[Identity]) -> tuple[int, list[Grown]]:
        """The profile of these identities, one from now on; 0 for none. The oldest profile goes on."""
        if not identities:
            return 0, []
        if len(identities) == 1:  # most often: nothing that was not known
            number = self._number(identity_key(sandbox, *identities[0]))
            found = self._person(number) if number else None
            if found is not None and identities[0] in found.identities:
                return number, []
        keys = [identity_key(sandbox, *each) for each in identities]
        numbers = sorted({number for key in keys if (number := self._number(key))})
        if not numbers:
            self._last += 1
            numbers = [self._last]
            self._people[self._last] = None
        number = numbers[0]
        person = self._person(number) or NOBODY_KNOWN
        known = person.identities
        for other in numbers[1:]:
            person = merged(person, self._person(other) or NOBODY_KNOWN)
        added = [each for each in identities if each not in person.identities]
        if len(person.identities) + len(added) > MAX_IDENTITIES and len(identities) > 1:
            return self._whose(sandbox, identities[:1])  # too many to be one person: only the primary one counts
        if added:
            person = msgspec.structs.replace(person, identities=(*person.identities, *added))
        if person.identities == known:
            return number, []
        self._link(sandbox, number, numbers[1:], person)
        return number, self._grown(sandbox, known, person)

    def _link(self, sandbox: str, number: int, others: list[int], person: Person) -> None:
        """Makes `person` the one profile of all its identities."""
        self._warn(sandbox, number)
        sealed = (self._person(number) or NOBODY_KNOWN).sealed
        for other in others:
            self._warn(sandbox, other)
            if self.watcher is not None:
                self.watcher.joined(sandbox, number, other)
            moved = (self._person(other) or NOBODY_KNOWN).sealed
            if moved:
                self._rows("move_events", number, sealed, other)
                sealed += moved
            self._people[other] = None
            self._sandbox_of[other] = sandbox
        for each in person.identities:
            key = identity_key(sandbox, *each)
            if self._known.get(key) != number:
                self._known[key] = self._owned[key] = number
        self._put(sandbox, number, person)

    def _grown(self, sandbox: str, before: tuple[Identity, ...], person: Person) -> list[Grown]:
        grown = []
        for namespace in dict.fromkeys(name for name, _ in person.identities[len(before) :]):
            ids = person.ids(namespace)
            if len(ids) > 1:
                grown.append(Grown(sandbox, namespace, ids))
                if (sandbox, namespace) not in self._several:
                    self._several.add((sandbox, namespace))
                    self._rows("put_kin", sandbox, namespace)
        return grown

    def _with_events(self, number: int, person: Person, events: Events, now: int) -> Person:
        tail = person.tail + events
        if not is_full(tail):
            return msgspec.structs.replace(person, tail=tail)
        if person.put_away + len(tail) >= 2 * KEPT:  # half of them count no more
            kept = tuple(latest([*self._all_events(number, person), *events], now))
            self._rows("drop_events", number)
            self._seal(number, 0, kept)
            return msgspec.structs.replace(person, tail=(), sealed=1, put_away=len(kept))
        self._seal(number, person.sealed, tail)
        return msgspec.structs.replace(person, tail=(), sealed=person.sealed + 1, put_away=person.put_away + len(tail))

    def _seal(self, number: int, row: int, events: Events) -> None:
        self._rows("put_events", number, row, self._compress(_encode(events)))

    def _warn(self, sandbox: str, number: int, *, attributes: bool = True) -> None:
        """Says that a profile is about to change: in its events alone, or in `attributes` too."""
        if self.watcher is not None:
            self.watcher.changing(sandbox, number, self._person(number), attributes=attributes)

    def _tell(self, sandbox: str, number: int, at: int, *, events: bool = False) -> None:
        """Says that the changes of a profile are made."""
        person = self._people.get(number) if self.watcher is not None else None
        if self.watcher is not None and person is not None:
            self.watcher.changed(sandbox, number, person, at, events=events)

    def _put(self, sandbox: str, number: int, person: Person) -> None:
        self._people[number] = person
        self._sandbox_of[number] = sandbox
        self._changed = True

    # --- reading what was taken in ---

    def _number(self, key: bytes) -> int:
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = super()._number(key)
        return number

    def _person(self, number: int) -> Person | None:
        if number not in self._people:
            self._people[number] = super()._person(number)
        return self._people[number]

    def _layers(self, sandbox: str, schema: str, key: str) -> Layers:
        found = self._records.get((sandbox, schema, key))
        return super()._layers(sandbox, schema, key) if found is None else found

    # --- writing ---

    def save(self) -> None:
        """Writes what was taken in, inside the shard's transaction."""
        if self._changed:
            shard, people = self._shard, self._people
            shard.many("put_identity", sorted(self._owned.items()))
            shard.many("put_profile", self._bodies())
            shard.many("drop_profile", [(number,) for number in self._sandbox_of if people[number] is None])
            shard.many("put_lookup", [(*key, _encode(layers)) for key, layers in sorted(self._records.items())])
            shard.put("profiles", self._last)
            shard.put("profile_order", self._order)
        self._clear()

    def _bodies(self) -> Iterable[tuple[int, str, bytes]]:
        people = self._people
        for number in sorted(self._sandbox_of):
            person = people[number]
            if person is not None:
                body = _encode(person)
                yield number, self._sandbox_of[number], (self._compress(body) if len(body) >= _COMPRESS_FROM else body)
