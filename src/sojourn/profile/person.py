"""A profile: everything that is known of one person, and how two of them become one [1.2]."""

from __future__ import annotations

import msgspec

from sojourn.profile.attributes import Layers, union
from sojourn.profile.events import Events
from sojourn.schema.identity import Identity

MAX_IDENTITIES = 50
"""Of one person. A value that stands for many people ("none@example.com") must not make one of them all."""


MARK, MARKS = 8, 4_096
"""Bytes of a mark, and how many are kept."""


class Person(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A profile as it is stored.

    `tail` are events in order of arrival, `sealed` how many rows of earlier events there are, with `put_away` events
    together. `imported` are marks of the latest events that were imported, 8 bytes each: an import remembers them with
    the person, who is being written anyway, and not among all ids of the sandbox, far apart from each other.
    """

    identities: tuple[Identity, ...] = ()
    layers: Layers = ()
    tail: Events = ()
    sealed: int = 0
    put_away: int = 0
    imported: bytes = b""

    def marks(self) -> set[bytes]:
        """The marks of imported events."""
        return {self.imported[at : at + MARK] for at in range(0, len(self.imported), MARK)}

    def ids(self, namespace: str) -> tuple[str, ...]:
        """The ids of a namespace, the longest known first."""
        return tuple([id_ for name, id_ in self.identities if name == namespace])


NOBODY_KNOWN = Person()


def merged(left: Person, right: Person) -> Person:
    """Two profiles that turned out to be one person: of each field the newest, all events. Sealed rows add up."""
    return Person(
        (*left.identities, *(each for each in right.identities if each not in left.identities)),
        union(left.layers, right.layers),
        left.tail + right.tail,
        left.sealed + right.sealed,
        left.put_away + right.put_away,
        (left.imported + right.imported)[-MARK * MARKS :],
    )
