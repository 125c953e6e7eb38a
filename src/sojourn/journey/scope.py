"""Which names an expression sees: the payload of one event, or all that a journey's stay keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sojourn.expression import Constant, Reference, Slot, Type, Unknown, reader
from sojourn.schema.fields import Field

Get = Callable[[Mapping[str, Any]], object]
PROPERTIES = "JourneyProperties"
STAY_PROPERTIES = ("instanceUID", "externalKey", "profileId")
"""Journey properties that differ from stay to stay; the others are constants of a version [7.2]."""


_AS_IT_IS: dict[str, type] = {"string": str, "boolean": bool, "decimal": float}
"""Types whose JSON value, when it is exactly of this Python type, needs no reading."""


def getter(path: tuple[str, ...], field: Field) -> Get:
    """How to take the value at `path` out of a payload: typed, None where it is missing or of another type."""
    kind = field.type_name()
    read = reader(Type.parse(kind))
    exact = _AS_IT_IS.get(kind)
    *parents, last = path

    def top(payload: Mapping[str, Any]) -> object:
        value = payload.get(last)
        return value if type(value) is exact else read(value)

    def get(payload: Mapping[str, Any]) -> object:
        here: Any = payload
        for name in parents:
            here = here.get(name)
            if type(here) is not dict:
                return None
        value = here.get(last)
        return value if type(value) is exact else read(value)

    return get if parents else top


class _Fields:
    """Slots handed out to event fields, one per distinct field."""

    def __init__(self, schemas: Mapping[str, Field]) -> None:
        self._schemas = schemas
        self.slots: dict[tuple[str, tuple[str, ...]], tuple[Slot, Get]] = {}

    def resolve(self, reference: Reference) -> Slot | Unknown:
        event, path = reference.path[0], reference.path[1:]
        root = self._schemas.get(event)
        if root is None:
            return Unknown("event", tuple(self._schemas))
        if (event, path) in self.slots:
            return self.slots[event, path][0]
        for depth, name in enumerate(path):
            parent = root.lookup(path[:depth])
            if parent is None or parent.kind != "object" or name not in parent.fields:
                return Unknown(
                    ".".join((event, *path[:depth])), tuple(parent.fields) if parent and parent.kind == "object" else ()
                )
        found = root.lookup(path)
        assert found is not None
        slot = Slot(len(self.slots), Type.parse(found.type_name()))
        self.slots[event, path] = slot, getter(path, found)
        return slot

    def reads(self, event: str) -> tuple[tuple[int, Get], ...]:
        """Which slots the payload of `event` fills, and how."""
        return tuple((slot.index, get) for (name, _), (slot, get) in self.slots.items() if name == event)

    def paths(self) -> frozenset[tuple[str, ...]]:
        """The parts of payloads that are looked at, of whichever event."""
        return frozenset(path for _, path in self.slots)


class EventScope:
    """What an event's own condition and key see: its payload, by the event's name."""

    def __init__(self, event: str, root: Field) -> None:
        self._fields = _Fields({event: root})
        self._event = event

    def resolve(self, reference: Reference) -> Slot | Constant | Unknown:
        if reference.kind != "event":
            return Unknown("event", (self._event,))
        return self._fields.resolve(reference)

    def gets(self) -> tuple[Get, ...]:
        """The getters, in the order of their slots."""
        return tuple(get for _, get in self._fields.slots.values())

    def paths(self) -> frozenset[tuple[str, ...]]:
        """The parts of a payload that are looked at."""
        return self._fields.paths()


class JourneyScope:
    """What the activities of a journey see: its events (latest occurrence each) and the journey properties.

    Event fields fill the slots from 0 up and are kept with the stay; the properties that differ by stay are filled in
    at each transition, at the end of the values: slot -1 is the first of them.
    """

    def __init__(self, schemas: Mapping[str, Field], constants: Mapping[str, str]) -> None:
        self._fields = _Fields(schemas)
        self._constants = constants
        self.properties: list[str] = []

    def resolve(self, reference: Reference) -> Slot | Constant | Unknown:
        if reference.kind == "event":
            return self._fields.resolve(reference)
        if reference.path[0] != PROPERTIES:
            return Unknown("source", (PROPERTIES,))
        name = ".".join(reference.path[1:])
        string = Type.parse("string")
        if name in self._constants:
            return Constant(self._constants[name], string)
        if name not in STAY_PROPERTIES:
            return Unknown(PROPERTIES, (*self._constants, *STAY_PROPERTIES))
        if name not in self.properties:
            self.properties.append(name)
        return Slot(-1 - self.properties.index(name), string)

    def reads(self, event: str) -> tuple[tuple[int, Get], ...]:
        """Which slots the payload of `event` fills, and how."""
        return self._fields.reads(event)

    def paths(self) -> frozenset[tuple[str, ...]]:
        """The parts of payloads that are looked at."""
        return self._fields.paths()

    @property
    def kept(self) -> int:
        """How many values a stay keeps."""
        return len(self._fields.slots)
