"""Which names an expression sees: the payload of one event, or all that a journey's stay keeps."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter

from sojourn.expression import (
    Constant,
    ExpressionError,
    Kind,
    Reference,
    Slot,
    Type,
    compile_expression,
    reader,
)
from sojourn.expression.access import Get, getter
from sojourn.expression.scope import JOURNEY_PROPERTIES, NOTHING, type_of
from sojourn.expression.types import ANY
from sojourn.journey.fetch import FieldGroups, asking, within
from sojourn.journey.node import Evaluate, Looking, Need
from sojourn.journey.source import PLATFORM, FieldGroup, PlatformGroup
from sojourn.schema.fields import Field
from sojourn.schema.lens import lens

PROPERTIES = "JourneyProperties"
STAY_PROPERTIES = ("instanceUID", "externalKey", "profileId")
"""Journey properties that differ from stay to stay [7.2]."""
VERSION_PROPERTIES = (
    "journeyUID", "journeyVersionUID", "journeyVersionName", "journeyVersionDescription", "journeyVersion",
    "sandboxName", "namespace",
)  # fmt: skip
"""Those that are constants of a version."""


class _Fields:
    """Slots handed out to event fields, one per distinct field; `more` are those handed out to others."""

    def __init__(self, schemas: Mapping[str, Field]) -> None:
        self.root = Field("object", schemas)
        self.slots: dict[tuple[str, ...], tuple[Slot, Get]] = {}
        self.more = 0
        self.thawed: list[tuple[int, Get]] = []

    def resolve(self, reference: Reference, field: Field) -> Slot:
        if reference.path not in self.slots:
            slot = self.slot(type_of(field), 0)
            self.slots[reference.path] = slot, getter(reference.path[1:], type_of(field))
        return self.slots[reference.path][0]

    def slot(self, kind: Type, more: int = 1) -> Slot:
        """The next slot."""
        found = Slot(len(self.slots) + self.more)
        self.more += more
        if any(name in str(kind) for name in ("date", "duration")):
            self.thawed.append((found.index, reader(kind)))
        return found

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
    """What the activities of a journey see: its events (latest occurrence each), data sources, what its actions were
    answered, and journey properties.

    Event fields, answers and what is fetched fill the slots from 0 up and are kept with the stay; the properties that
    differ by stay stand at the end of the values: slot -1 is the first of them.
    """

    def __init__(
        self,
        schemas: Mapping[str, Field],
        constants: Mapping[str, str],
        groups: FieldGroups,
        namespace: str | None,
        answers: Mapping[str, Field],
    ) -> None:
        seen = {event: groups.linked(event, root) for event, root in schemas.items()}
        self._fields = _Fields({event: root for event, (root, _) in seen.items()})
        self._links = {(event, *path): link for event, (_, links) in seen.items() for path, link in links.items()}
        self._constants: dict[str, str | None] = {**constants, "organizationId": None}
        self._groups = groups
        self._namespace = namespace
        self.stand_at("", "")
        self._sources = Field("object", {**groups.root.fields, PROPERTIES: JOURNEY_PROPERTIES})
        self.properties: list[str] = []
        self._answers = Field("object", answers)
        self._answered: dict[tuple[str, ...], tuple[Slot, Get]] = {}
        self._needs: dict[tuple[str, ...], Need] = {}
        self._fetched: dict[tuple[Need, tuple[str, ...]], Slot] = {}
        self.places: dict[Reference, tuple[int, Type]] = {}
        """The slots of all references that have one, and the types of what is there."""
        self.needs_moment = False
        """Whether a parameter looks at the moment."""

    def stand_at(self, node: str, label: str) -> None:
        """Says whose expressions come next: an activity's id and label are constants of them."""
        self._node = node
        self._constants |= {"currentNodeId": node, "currentNodeName": label}

    def root(self, kind: Kind) -> Field:
        return {"event": self._fields.root, "source": self._sources, "action": self._answers}[kind]

    def params(self, source: str, group: str) -> Mapping[str, Type]:
        return self._groups.parameters(source, group)

    def resolve(self, reference: Reference, field: Field) -> Slot | Constant:
        found = self._resolve(reference, field)
        if isinstance(found, Slot):
            self.places[reference] = found.index, type_of(field)
        return found

    def _resolve(self, reference: Reference, field: Field) -> Slot | Constant:
        need = self.need(reference)
        if need is not None:
            record = self._linked(reference)
            return self._fetch(need, reference.path[len(record) :] if record else within(reference.path), field)
        if reference.kind == "event":
            return self._fields.resolve(reference, field)
        if reference.kind == "action":
            return self._answer(reference.path, type_of(field))
        name = reference.path[1]
        if name in self._constants:
            return Constant(self._constants[name])
        if name not in self.properties:
            self.properties.append(name)
        return Slot(-1 - self.properties.index(name))

    def _answer(self, path: tuple[str, ...], kind: Type) -> Slot:
        if path not in self._answered:
            self._answered[path] = self._fields.slot(kind), getter(path[1:], kind)
        return self._answered[path][0]

    def answered(self, name: str) -> tuple[tuple[int, Get], ...]:
        """Which slots the answer of an action fills, and how; `name` is what expressions call its activity."""
        return tuple((slot.index, get) for path, (slot, get) in self._answered.items() if path[0] == name)

    def need(self, reference: Reference) -> Need | None:
        """What is fetched for a reference to a data source or to a record that an event refers to; None for others."""
        if reference.kind == "action":
            return None
        if reference.kind == "event":
            return self._lookup(self._linked(reference))
        source, name, *_ = reference.path
        if source == PROPERTIES:
            return None
        about = self._node if any("currentNode" in text for _, text in reference.params) else ""
        key = (about, source, name, *(part for param in reference.params for part in param))
        if key not in self._needs:
            document, group = self._groups.find(source, name)
            form = list if self._groups.root.lookup((source, name)).kind == "list" else dict  # type: ignore[union-attr]
            if isinstance(group, PlatformGroup):
                looking = self._groups.looking(group, self._namespace or "")
                self._needs[key] = Need(source, name, looking=looking)
            else:
                given = {param: self._given(text, group, param) for param, text in reference.params}
                self._needs[key] = Need(source, name, asking(document, group, given), form=form)
        return self._needs[key]

    def _linked(self, reference: Reference) -> tuple[str, ...]:
        """The part of a path that leads to a record of another schema; empty where none does."""
        starts = (reference.path[:size] for size in range(1, len(reference.path) + 1))
        return next((path for path in starts if reference.kind == "event" and path in self._links), ())

    def _lookup(self, path: tuple[str, ...]) -> Need | None:
        key = ("@", *path)
        if path and key not in self._needs:
            link = self._links[path]
            slot = self._fields.resolve(Reference("event", (path[0], *link.key)), link.field)
            looking = Looking("record", link.schema, lens([()]), itemgetter(slot.index))
            self._needs[key] = Need(PLATFORM, link.schema, looking=looking)
        return self._needs.get(key)

    def _given(self, text: str, group: FieldGroup, name: str) -> Evaluate:
        """What computes a parameter."""
        wanted = group.parameter_types.get(name, ANY)
        try:
            found = compile_expression(text, self, None if wanted == ANY else wanted)
        except ExpressionError:
            return lambda values, moment: None  # the expression that it stands in has the same error
        self.needs_moment = self.needs_moment or found.needs_moment
        return found.evaluate

    def slot(self, kind: Type) -> int:
        """A slot for a value that an activity keeps by itself."""
        return self._fields.slot(kind).index

    def _fetch(self, need: Need, path: tuple[str, ...], field: Field) -> Slot:
        if (need, path) not in self._fetched:
            kind = type_of(field)
            slot = self._fetched[need, path] = self._fields.slot(kind)
            need.fills.append((slot.index, getter(path, kind)))
        return self._fetched[need, path]

    def reads(self, event: str) -> tuple[tuple[int, Get], ...]:
        """Which slots the payload of `event` fills, and how."""
        return self._fields.reads(event)

    def paths(self) -> frozenset[tuple[str, ...]]:
        """The parts of payloads that are looked at."""
        return self._fields.paths()

    @property
    def thawed(self) -> tuple[tuple[int, Get], ...]:
        """The slots of dates and durations, and how their values are read from text."""
        return tuple(self._fields.thawed)

    @property
    def tracked(self) -> dict[str, int]:
        """The slots of the properties that change from activity to activity."""
        return {name: -1 - n for n, name in enumerate(self.properties) if name not in STAY_PROPERTIES}

    @property
    def looks(self) -> bool:
        """Whether anything is read of the built-in source."""
        return any(need.looking is not None for need in self._needs.values())

    @property
    def kept(self) -> int:
        """How many values a stay keeps."""
        return len(self._fields.slots) + self._fields.more
