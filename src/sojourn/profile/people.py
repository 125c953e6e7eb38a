"""Profiles and lookup records as they are stored: what anybody reads of them, from any process."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apsw
import msgspec
import zstandard

from sojourn.identifiers import identity_key
from sojourn.profile.attributes import Layers, entity
from sojourn.profile.events import Event, Events, latest
from sojourn.profile.person import Person
from sojourn.schema.lens import Read

Rows = Callable[..., list[Any]]

_PERSON = msgspec.msgpack.Decoder(Person)
_EVENTS = msgspec.msgpack.Decoder(Events)
_LAYERS = msgspec.msgpack.Decoder(Layers)
_json: Read = msgspec.json.Decoder().decode
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class People:
    """Reads profiles and lookup records; `rows` runs a named query of the shard. Not for sharing between threads."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._decompress = zstandard.ZstdDecompressor().decompress

    def person(self, sandbox: str, namespace: str, id_: str) -> Person | None:
        """Who has this identity, None where nobody has."""
        number = self._number(identity_key(sandbox, namespace, id_))
        found = self._person(number) if number else None
        return found if found is not None and found.identities else None

    def attributes(self, sandbox: str, namespace: str, id_: str, read: Read = _json) -> dict[str, Any] | None:
        """The attributes of whoever has this identity, None for nobody; `read` (a lens) says which parts are wanted.

        `identityMap` is among them, with everything that the person is known by.
        """
        found = self.person(sandbox, namespace, id_)
        return None if found is None else attributes_of(found, read)

    def events(self, sandbox: str, namespace: str, id_: str, now: int, read: Read = _json) -> list[dict[str, Any]]:
        """The experience events of whoever has this identity, as of `now` (epoch ms), newest first [4.1]."""
        number = self._number(identity_key(sandbox, namespace, id_))
        found = self._person(number) if number else None
        if found is None:
            return []
        return [read(event.record) for event in latest(self._all_events(number, found), now)]

    def lookup(self, sandbox: str, schema: str, key: str, read: Read = _json) -> dict[str, Any] | None:
        """The record of `schema` whose primary identity is `key`, None where there is none [2.2]."""
        layers = self._layers(sandbox, schema, key)
        return entity(layers, read) if layers else None

    def walk(self, sandbox: str, after: int = 0, limit: int = 1_000) -> list[tuple[int, Person]]:
        """Profiles of a sandbox behind number `after`, in order of their numbers."""
        return [(number, self.decode(body)) for number, body in self._rows("profiles_after", sandbox, after, limit)]

    def newest(self, sandbox: str) -> Iterator[Person]:
        """Profiles of a sandbox, the one that was first heard of last before the others."""
        before = (1 << 63) - 1
        while rows := self._rows("profiles_before", sandbox, before, 500):
            yield from (self.decode(body) for _, body in rows)
            before = rows[-1][0]

    def number(self, sandbox: str, namespace: str, id_: str) -> int:
        """The number of whoever has this identity, or had it; 0 for nobody."""
        return self._number(identity_key(sandbox, namespace, id_))

    def all_events(self, number: int, person: Person, now: int) -> list[Event]:
        """The events of a profile that `walk` has given, as of `now` (epoch ms), newest first."""
        return latest(self._all_events(number, person), now)

    def _number(self, key: bytes) -> int:
        found = self._rows("identities_of", apsw.carray((key,)))
        return int(found[0][1]) if found else 0

    def _person(self, number: int) -> Person | None:
        found = self._rows("load_profiles", numbers_of((number,)))
        return self.decode(found[0][1]) if found else None

    def _all_events(self, number: int, person: Person) -> list[Event]:
        found = list(person.tail)
        if person.sealed:
            for (body,) in self._rows("events_of", number):
                found += _EVENTS.decode(self._decompress(body))
        return found

    def _layers(self, sandbox: str, schema: str, key: str) -> Layers:
        found = self._rows("lookup", sandbox, schema, key)
        return _LAYERS.decode(found[0][0]) if found else ()

    def decode(self, body: bytes) -> Person:
        """A stored profile. Raises msgspec.DecodeError or zstandard.ZstdError for a damaged row."""
        return _PERSON.decode(self._decompress(body) if body[:4] == _ZSTD_MAGIC else body)


def numbers_of(numbers: Iterable[int]) -> Any:
    """Numbers of profiles as an argument of a query."""
    return apsw.carray(array("q", numbers))


def attributes_of(person: Person, read: Read = _json) -> dict[str, Any]:
    """A profile's attributes, with everything that the person is known by as `identityMap`."""
    found = entity(person.layers, read)
    identities: dict[str, list[dict[str, str]]] = {}
    for namespace, id_ in person.identities:
        identities.setdefault(namespace, []).append({"id": id_})
    found["identityMap"] = identities
    return found
