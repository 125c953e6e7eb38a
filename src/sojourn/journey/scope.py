"""Which names an expression sees: the payload of one event, or all that a journey's stay keeps."""

from __future__ import annotations

from collections.abc import Mapping

from sojourn.expression import Constant, Kind, Reference, Slot, Type
from sojourn.expression.access import Get, getter
from sojourn.expression.scope import JOURNEY_PROPERTIES, NOTHING, type_of
from sojourn.schema.fields import Field

PROPERTIES = "JourneyProperties"
STAY_PROPERTIES = ("instanceUID", "externalKey", "profileId")
"""Journey properties that differ from stay to stay [7.2]."""
VERSION_PROPERTIES = (
    "journeyUID", "journeyVersionUID", "journeyVersionName", "journeyVersionDescription", "journeyVersion",
    "sandboxName", "namespace",
)  # fmt: skip
"""Those that are constants of a version."""


class _Fields:
    """Slots handed out to event fields, one per distinct field."""

    def __init__(self, schemas: Mapping[str, Field]) -> None:
        self.root = Field("object", schemas)
        self.slots: dict[tuple[str, ...], tuple[Slot, Get]] = {}

    def resolve(self, reference: Reference, field: Field) -> Slot:
        if reference.path not in self.slots:
            self.slots[reference.path] = Slot(len(self.slots)), getter(reference.path[1:], type_of(field))
        return self.slots[reference.path][0]

    def reads(self, event: str) -> tuple[tuple[int, Get], ...]:
        """Which slots the payload of `event` fills, and how."""
        return tuple((slot.index, get) for (name, *_), (slot, get) in self.slots.items() if name == event)

    def paths(self) -> frozenset[tuple[str, ...]]:
        """The parts of payloads that are looked at, of whichever event."""
        return frozenset(path[1:] for path in self.slots)


class EventScope:
    """What an event's own condition and key see: its payload, by the event's name."""

    def __init__(self, event: str, root: Field) -> None:
        self._fields = _Fields({event: root})

    def root(self, kind: Kind) -> Field:
        return self._fields.root if kind == "event" else NOTHING

    def params(self, source: str, group: str) -> Mapping[str, Type]:
        return {}

    def resolve(self, reference: Reference, field: Field) -> Slot | Constant:
        return self._fields.resolve(reference, field)

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
        self._constants = dict(constants)
        self.stand_at("", "")
        known = {name: JOURNEY_PROPERTIES.fields[name] for name in (*self._constants, *STAY_PROPERTIES)}
        self._sources = Field("object", {PROPERTIES: Field("object", known)})
        self.properties: list[str] = []

    def stand_at(self, node: str, label: str) -> None:
        """Says whose expressions come next: an activity's id and label are constants of them."""
        self._constants |= {"currentNodeId": node, "currentNodeName": label}

    def root(self, kind: Kind) -> Field:
        return {"event": self._fields.root, "source": self._sources, "action": NOTHING}[kind]

    def params(self, source: str, group: str) -> Mapping[str, Type]:
        return {}

    def resolve(self, reference: Reference, field: Field) -> Slot | Constant:
        if reference.kind == "event":
            return self._fields.resolve(reference, field)
        name = reference.path[1]
        if name in self._constants:
            return Constant(self._constants[name])
        if name not in self.properties:
            self.properties.append(name)
        return Slot(-1 - self.properties.index(name))

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
