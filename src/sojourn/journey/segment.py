"""From segments' documents to what evaluates them for a profile [8.1, 8.2].

A definition sees the union of the schemas that are enabled for profile: `#{ExperiencePlatform.profile.person.name}` for
attributes, `#{ExperiencePlatform.experienceevent.all(...)}` for experience events, the newest first. All segments of a
sandbox are compiled together: they share what is read of a profile, and stand in the order in which they ask for each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from sojourn.expression import Constant, ExpressionError, Kind, Reference, Slot, Type
from sojourn.expression.access import Get, getter
from sojourn.expression.functions import FUNCTIONS
from sojourn.expression.parse import parse
from sojourn.expression.scope import NOTHING, type_of
from sojourn.expression.tree import LOOPS, Call, Step, Written, children
from sojourn.expression.tree import Field as Named
from sojourn.expression.types import BOOLEAN
from sojourn.journey.document import SegmentDocument
from sojourn.journey.expressions import compiled_expression
from sojourn.journey.finding import Finding, nearest
from sojourn.journey.project import Project
from sojourn.journey.references import calls, references
from sojourn.schema.fields import Field, merge
from sojourn.schema.lens import Path, Read, ReadMany, lens, lens_of_many

SOURCE, ATTRIBUTES, EVENTS = "ExperiencePlatform", "profile", "experienceevent"
EVENTS_SLOT = 0
IDENTITIES = "identityMap"
_CHANCE = frozenset({"random", "uuid"})
_TIMED = frozenset(
    name
    for name, function in FUNCTIONS.items()
    if function.category != "Segment" and any(form.operation.moment for form in function.signatures)
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment with a definition. `test` takes the values that its sandbox's `Segments` reads.

    `slots` are the attributes that it looks at, `events` whether it looks at experience events, `asks` the segments
    that it asks for.
    """

    name: str
    test: Callable[[Sequence[object], Any], object]
    slots: frozenset[int]
    events: bool
    asks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of a sandbox: each after those that it asks for.

    `gets` take the attributes out of what `read` leaves of a profile, in the order of their slots from 1 on; slot 0 is
    for the events, as `read_events` leaves them. `identities`: whether the profile's identities are among them.
    """

    order: tuple[Segment, ...] = ()
    gets: tuple[Get, ...] = ()
    read: Read = field(default_factory=lambda: lens([]))
    read_events: ReadMany = field(default_factory=lambda: lens_of_many([]))
    identities: bool = False


def compile_segments(project: Project) -> tuple[Segments, list[Finding]]:
    """All segments of a project that can be evaluated, and what is wrong with the others."""
    scope = SegmentScope(project)
    found: list[Finding] = []
    compiled: dict[str, Segment] = {}
    for document in project.segments.values():
        if document.definition is not None:
            segment = compile_segment(project, scope, document, found)
            if segment is not None:
                compiled[document.name] = segment
    order, circles = _in_order(compiled)
    for name in circles:
        params = {"names": ", ".join(circles)}
        found.append(Finding("ERR_SEGMENT_CYCLE", "error", "segment", name, ("definition",), params))
    return scope.reading(order), found


def evaluation_of(document: SegmentDocument) -> str:
    """How a segment is evaluated: `streaming`, `streaming and scheduled`, or `uploaded` [8.2]."""
    if document.definition is None:
        return "uploaded"
    return "streaming and scheduled" if is_timed(document.definition) else "streaming"


def check_asked(project: Project, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The parameters of a finding for each segment that is asked for and that there is not."""
    for name in names:
        if name not in project.segments:
            yield {"name": name, "known": nearest(project.segments, name)}


def compile_segment(
    project: Project, scope: SegmentScope, document: SegmentDocument, found: list[Finding]
) -> Segment | None:
    """One segment, its values found in `scope`; None where findings, which are added to `found`, block it."""
    source, about, where = document.definition or "", ("segment", document.name), ("definition",)
    scope.begin(source)
    expression = compiled_expression(source, scope, BOOLEAN, found, about, where)
    if expression is None:
        return None
    wrong = [
        Finding("ERR_SEGMENT_UNKNOWN", "error", *about, where, params)
        for params in check_asked(project, expression.segments)
    ]
    if chance := calls(source) & _CHANCE:
        wrong.append(Finding("ERR_SEGMENT_CHANCE", "error", *about, where, {"name": min(chance)}))
    if wrong:
        found += wrong
        return None
    slots = frozenset(scope.asked - {EVENTS_SLOT})
    asks = frozenset(expression.segments)
    return Segment(document.name, expression.evaluate, slots, EVENTS_SLOT in scope.asked, asks)


def is_timed(definition: str) -> bool:
    """Whether time alone can change who is in a segment; false for what is no expression.

    An event is known for a year [4.1]: with time alone it is no longer among them.
    """
    try:
        looks = any(_is_events(reference) for reference in references(definition))
        return looks or not _TIMED.isdisjoint(calls(definition))
    except ExpressionError:
        return False


def _is_events(reference: Named) -> bool:
    return reference.kind == "source" and [step.name for step in reference.path[:2]] == [SOURCE, EVENTS]


def _in_order(segments: Mapping[str, Segment]) -> tuple[list[Segment], list[str]]:
    """The segments, each after those that it asks for, and the names of those that ask for each other in a circle.

    Of segments that do not ask for each other the order is that of their names: the same in any process.
    """
    order: dict[str, Segment] = {}
    left = {name: segments[name] for name in sorted(segments)}
    while ready := [segment for segment in left.values() if not any(name in left for name in segment.asks)]:
        for segment in ready:
            order[segment.name] = left.pop(segment.name)
    return list(order.values()), sorted(left)


class SegmentScope:
    """What definitions see: the union of the sandbox's profile-enabled schemas. Slot 0 is for events."""

    def __init__(self, project: Project) -> None:
        members: dict[str, Field] = {}
        attributes, events = union(project, "profile"), union(project, "experienceevent")
        if attributes is not None:
            members[ATTRIBUTES] = attributes
        if events is not None:
            members[EVENTS] = Field("list", item=events)
        self._root = Field("object", {SOURCE: Field("object", members)})
        self._slots: dict[tuple[str, ...], tuple[Slot, Get]] = {}
        self._event_paths: set[Path] = set()
        self.begin("true")

    def begin(self, source: str) -> None:
        """Says whose references come next: `asked` are the slots that they take."""
        self._source = source
        self.asked: set[int] = set()

    def root(self, kind: Kind) -> Field:
        return self._root if kind == "source" else NOTHING

    def params(self, source: str, group: str) -> Mapping[str, Type]:
        return {}

    def resolve(self, reference: Reference, field: Field) -> Slot | Constant:
        path = reference.path[1:]
        if path[0] == EVENTS:
            if EVENTS_SLOT not in self.asked:
                self._event_paths |= event_paths(self._source)
            self.asked.add(EVENTS_SLOT)
            return Slot(EVENTS_SLOT)
        if path not in self._slots:
            self._slots[path] = Slot(len(self._slots) + 1), getter(path[1:], type_of(field))
        slot = self._slots[path][0]
        self.asked.add(slot.index)
        return slot

    def reading(self, order: Sequence[Segment]) -> Segments:
        """The segments, with how their values are read."""
        paths = [path[1:] for path in self._slots]
        identities = any(not path or path[0] == IDENTITIES for path in paths)
        gets = tuple(get for _, get in self._slots.values())
        return Segments(tuple(order), gets, lens(paths), lens_of_many(self._event_paths), identities)


def union(project: Project, kind: str) -> Field | None:
    """All fields that profile-enabled schemas of a class have; None where there is none."""
    roots = [
        root
        for schema in project.schemas.values()
        if schema.profile and project.registry.kind_of(schema) == kind
        if (root := project.root(schema.name)) is not None
    ]
    return reduce(merge, roots) if roots else None


def event_paths(source: str) -> set[Path]:
    """The parts of experience events that a definition looks at; the empty path is a whole event."""
    return set(_event_paths(parse(source), counted=False))


def _event_paths(node: Written, *, counted: bool) -> Iterator[Path]:
    if isinstance(node, Named):
        steps = node.path
        if node.kind == "loop" and steps[0].name == LOOPS["source"]:
            yield _names(steps[1:])
        elif _is_events(node):
            rest = steps[2:]
            while rest and rest[0].selects:
                rest = rest[1:]
            if rest or not counted:  # how many they are says nothing of what is in them
                yield _names(rest)
    for below in children(node):
        yield from _event_paths(below, counted=isinstance(node, Call) and node.name == "count")


def _names(steps: Sequence[Step]) -> Path:
    found: list[str] = []
    for step in steps:
        if step.selects:
            break
        found.append(step.name)
    return tuple(found)
