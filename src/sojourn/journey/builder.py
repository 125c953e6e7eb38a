"""From a journey's document to its plan: what the activities of all kinds need to become nodes, and to be linked.

Nodes come first, without their ways; then the ways, when every target exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, timedelta

from sojourn import identifiers
from sojourn.expression import Reference, Type
from sojourn.expression.access import getter
from sojourn.expression.printer import quoted
from sojourn.expression.values import read_zone
from sojourn.journey.activity.actions import answers
from sojourn.journey.activity.base import BOOLEAN, ERROR
from sojourn.journey.dataset import Intake, compile_dataset
from sojourn.journey.document import ExitCriterion, JourneyDocument, Throttle
from sojourn.journey.events import payloads, whom
from sojourn.journey.expressions import compiled_expression, segments_in
from sojourn.journey.fetch import FieldGroups
from sojourn.journey.finding import Finding, Severity, errors, nearest
from sojourn.journey.graph import before
from sojourn.journey.links import Links
from sojourn.journey.names import Called
from sojourn.journey.node import (
    Action,
    Choice,
    Condition,
    Evaluate,
    Get,
    Listener,
    Looking,
    Need,
    Needs,
    Opening,
    Shape,
    Wait,
    feedback_key,
)
from sojourn.journey.plan import Audience, Exit, Plan, Zone
from sojourn.journey.project import Project
from sojourn.journey.qualification import CONTEXT, FIELDS
from sojourn.journey.ruleset import RulesetDocument
from sojourn.journey.scope import VERSION_PROPERTIES, JourneyScope
from sojourn.journey.seen import named, seeing
from sojourn.journey.segment import check_asked
from sojourn.journey.shapes import StepShapes
from sojourn.journey.source import PLATFORM
from sojourn.journey.types import epoch_ms, milliseconds
from sojourn.schema.dataset import DatasetDocument
from sojourn.schema.fields import Field
from sojourn.schema.lens import lens

Path = tuple[str | int, ...]
STRING = Type.parse("string")
_BY_SEGMENT = ("segmentQualification", "readAudience")
"""Starts after which the person's experience events are not asked for [4.1]."""


class Builder:
    """Builds one plan. Activities use what has no underscore; what is wrong with them goes to `say`.

    Without `linked` the ways between activities lead nowhere that is known: they are looked at one by one, for what
    else is wrong.
    """

    def __init__(
        self, project: Project, document: JourneyDocument, number: int, journey_id: str, *, linked: bool = True
    ) -> None:
        self.project = project
        self.document = document
        self.uid = identifiers.version_id(project.sandbox, journey_id, number)
        self.timeout = milliseconds(document.timeout)
        """Timeout-and-error (ms)."""
        self.found: list[Finding] = []
        self.zone = read_zone(document.time_zone) or UTC
        """The journey's own time zone."""
        self.audience: Audience | None = None
        self._jumps: set[str] = set()
        self._number = number
        self._linked = linked
        self._journey_id = journey_id
        self._shapes = StepShapes(self.uid)
        self._needs_moment = False
        self._asks = False
        self._counts = False
        self._local = False
        self._seen: dict[str, dict[Reference, None]] = {}
        self._segments: dict[str, dict[str, None]] = {}
        self._remembers: dict[str, int] = {}
        self.links = Links(document, self._shapes, self._remembers, linked=linked)
        self._profiles: dict[tuple[tuple[str, ...], ...], tuple[Need, dict[tuple[str, ...], int]]] = {}
        self._goals: list[tuple[str, int, str, Path]] = []
        self._answers = answers(project, document.activities)
        constants = (
            journey_id, self.uid, document.name, document.description, str(number), project.sandbox,
            document.namespace or "",
        )  # fmt: skip
        seen = payloads(project, sorted({name for kind, name in document.uses() if kind == "event"}))
        if any(each.type == "segmentQualification" for each in document.activities.values()):
            seen[CONTEXT] = FIELDS
        self.scope = JourneyScope(
            seen,
            dict(zip(VERSION_PROPERTIES, constants, strict=True)),
            FieldGroups(project),
            document.namespace,
            {name: answer for name, (_, answer) in self._answers.items()},
        )

    def build(self) -> Plan | None:
        """The plan, None where there are findings."""
        document = self.document
        if document.profile_time_zone and document.namespace is None:
            self.say("ERR_ZONE_NAMESPACE", ("profileTimeZone",))
        for number, name in enumerate(document.rulesets):
            if name not in self.project.rulesets:
                known = nearest(self.project.rulesets, name)
                self.say("ERR_RULESET_UNKNOWN", ("rulesets", number), name=name, known=known)
        for id_, activity in document.activities.items():
            self.links.nodes[id_] = activity.node(self, id_)
        for id_ in document.activities:
            self._link(id_)
        for key, slot in self._remembers.items():
            _, message, reaction = key.split(":")
            node = self.links.nodes[message]
            if isinstance(node, Action):
                node.feeds = {**node.feeds, reaction: slot}
        exits = tuple(self._exits())
        for goal in self._goals:
            self._reach(*goal)
        for place in self.links.places:
            if isinstance(place, Opening):
                assert place.group is not None
                place.cut = place.group.top.cut
        if errors(self.found) or document.wrong or not self._linked:
            return None
        self._see()
        for name, (id_, answer) in self._answers.items():
            action = self.links.nodes[id_]
            assert isinstance(action, Action)
            action.keeps, action.form = self.scope.answered(name), list if answer.kind == "list" else dict
        entry = self.links.nodes[document.start]
        assert isinstance(entry, Listener)
        self._shapes.entering(entry)
        zone = self._zone()
        listeners = [node for node in self.links.nodes.values() if isinstance(node, Listener)]
        listens = {key: node.gives or key for node in listeners for key in node.hears}
        listens |= {each.event: each.event for each in exits if each.event is not None}
        return Plan(
            sandbox=self.project.sandbox,
            journey=self._journey_id,
            name=document.name,
            version=self._number,
            uid=self.uid,
            namespace=document.namespace,
            reentrance=document.reentrance,
            timeout=self.timeout,
            global_timeout=milliseconds(document.global_timeout),
            start=epoch_ms(document.start_date) if document.start_date else None,
            end=epoch_ms(document.end_date) if document.end_date else None,
            entry=entry,
            places=tuple(self.links.places),
            listens=frozenset(listens),
            slots=self.scope.kept,
            reads={key: self._reads(key, name) for key, name in listens.items()},
            paths=self.scope.paths(),
            shapes=self._shapes.all(),
            needs_moment=self._needs_moment or self.scope.needs_moment,
            properties=tuple(reversed(self.scope.properties)),
            tracked=self.scope.tracked,
            thawed=self.scope.thawed,
            remembers=self._remembers,
            looks=self.scope.looks or self._asks or zone.looking is not None,
            zone=zone,
            exits=exits,
            watches=any(each.event is None for each in exits),
            watched=frozenset(name for each in document.exit_criteria.values() for name in _watched(each)),
            held_out=document.control_group,
            measures=bool(self._goals),
            counts=self._counts,
            again_after=milliseconds(document.reentrance_wait) if document.reentrance_wait else 0,
            pace=_pace(document.throttle),
            keyed=document.supplemental_key,
            audience=self.audience,
            jumps=frozenset(self._jumps),
        )

    def _see(self) -> None:
        """Notes what a condition, or an action that fetches, looks at: in its node, and with the shapes of its step
        events."""
        for id_, node in self.links.nodes.items():
            if isinstance(node, Choice):
                self._shapes.show(node, (node.sees,))
            if not isinstance(node, Condition | Action) or not (isinstance(node, Condition) or node.needs):
                continue
            places = self.scope.places
            looked = [each for each in self._seen.get(id_, ()) if each in places]
            node.sees = seeing([places[each] for each in looked])
            node.asks = tuple(self._segments.get(id_, ()))
            names = (*map(named, looked), *(f"inSegment({quoted(each)})" for each in node.asks))
            self._shapes.show(node, names)

    def _exits(self) -> Iterator[Exit]:
        for name, given in self.document.exit_criteria.items():
            where: Path = ("exitCriteria", name)
            found = Exit(name, given.event)
            if given.event is not None:
                self.check_event(given.event, (*where, "event"), keyed=False)
            if given.condition is not None:
                found.test, found.needs = self.evaluate(given.condition, BOOLEAN, (*where, "condition"))
                for need in found.needs:
                    if need.looking is None:
                        self.say("ERR_EXIT_SOURCE", (*where, "condition"), group=need.name)
            yield found

    def _zone(self) -> Zone:
        """The time zone, that of the profile only where it makes a difference."""
        fixed, whose = self.zone, self.document.namespace
        if not (self.document.profile_time_zone and self._local and whose):
            return Zone(fixed)
        return Zone(fixed, Looking("profile", whose, lens([("timeZone",)])))

    def _reads(self, key: str, name: str) -> tuple[tuple[int, Get], ...]:
        slot = self._remembers.get(key)
        return self.scope.reads(name) if slot is None else ((slot, lambda payload: True),)

    # --- for activities ---

    def say(self, code: str, path: Path, severity: Severity = "error", **params: object) -> None:
        """A finding at `path` of the document."""
        self.found.append(Finding(code, severity, "journey", self.document.name, path, params))

    def check_event(self, name: str, where: Path, *, keyed: bool = True) -> None:
        """Findings about an event that somebody waits for, if `keyed` by its supplemental key where the journey has
        them."""
        event = self.project.events.get(name)
        if event is None:
            self.say("ERR_EVENT_UNKNOWN", where, name=name, known=nearest(self.project.events, name))
        elif event.about == "business":
            self.say("ERR_EVENT_BUSINESS", where, event=name)
        elif (namespace := whom(self.project, event).namespace) != self.document.namespace:
            expected = self.document.namespace or "-"
            self.say("ERR_NAMESPACE", where, event=name, found=namespace or "-", expected=expected)
        elif keyed and self.document.supplemental_key and event.supplemental_key is None:
            self.say("ERR_SUPPLEMENTAL_KEY", where, event=name)

    def check_business_event(self, name: str, where: Path) -> None:
        """Findings about a business event after which something happens [3.8]."""
        event = self.project.events.get(name)
        if event is None:
            self.say("ERR_EVENT_UNKNOWN", where, name=name, known=nearest(self.project.events, name))
        elif event.about != "business":
            self.say("ERR_EVENT_PERSON", where, event=name)

    def check_segment(self, name: str, where: Path) -> bool:
        """Whether there is a segment that somebody enters or leaves by; a finding where there is not."""
        self._asks = True
        found = list(check_asked(self.project, [name]))
        for params in found:
            self.say("ERR_SEGMENT_UNKNOWN", where, **params)
        return not found

    def payload(self, event: str) -> Field | None:
        """The fields of an event that journeys see; None where it is in error."""
        return payloads(self.project, [event]).get(event)

    def jump(self, journey: str) -> None:
        """The journey jumps to another one."""
        self._jumps.add(journey)

    def evaluate(self, source: str, expected: Type | None, where: Path) -> tuple[Evaluate, Needs]:
        """An expression of an activity, and what is fetched before it."""
        about, node = ("journey", self.document.name), str(where[1]) if where[0] == "activities" else ""
        self.scope.stand_at(node, self.document.activities[node].label or node if node else "")
        expression = compiled_expression(source, self.scope, expected, self.found, about, where)
        if expression is None:
            return lambda values, moment: None, ()
        self._needs_moment = self._needs_moment or expression.needs_moment
        self._asks = self._asks or bool(expression.segments)
        for params in check_asked(self.project, expression.segments):
            self.say("ERR_SEGMENT_UNKNOWN", where, **params)
        self._seen.setdefault(node, {}).update(dict.fromkeys(expression.references))
        self._segments.setdefault(node, {}).update(dict.fromkeys(expression.segments))
        return expression.evaluate, self._needs(expression.references, where)

    def _needs(self, references: Iterable[Reference], where: Path) -> Needs:
        """What is fetched for references, in the order in which it is needed; findings about it."""
        asked: dict[Need, None] = {}
        for reference in references:
            need = self.scope.need(reference)
            if need is None or need in asked:
                continue
            asked[need] = None
            if reference.kind == "event":
                continue
            if need.source == PLATFORM and self.document.namespace is None:
                self.say("ERR_PLATFORM_NAMESPACE", where, group=need.name)
            start = self.document.activities.get(self.document.start)
            by_segment = start is not None and start.type in _BY_SEGMENT
            if need.looking is not None and need.looking.what == "experienceevent" and by_segment:
                self.say("ERR_SEGMENT_START_EVENTS", where, group=need.name)
            given = dict(reference.params)
            for name in self.scope.params(need.source, need.group):
                if name not in given:
                    self.say("ERR_SOURCE_PARAMETER", where, group=need.name, name=name)
        return tuple(asked)

    def local(self) -> None:
        """Says that an activity looks at the clock on the wall."""
        self._local = True

    def goal(self, activity: str, branch: str, where: Path) -> tuple[int, str]:
        """Says that coming by an activity is the goal of a branch; where it is remembered that somebody took that."""
        slot = self.scope.slot(STRING)
        self._goals.append((activity, slot, branch, where))
        return slot, branch

    def shared(self) -> None:
        """Says that an activity has a counter that people share."""
        self._counts = True

    def profile(self, kinds: Mapping[tuple[str, ...], Type]) -> tuple[Need, dict[tuple[str, ...], int]]:
        """Attributes that an activity itself looks at, whatever data sources there are: the need, and their slots."""
        self._asks = True
        key = tuple(kinds)
        if key not in self._profiles:
            slots = {path: self.scope.slot(kind) for path, kind in kinds.items()}
            looking = Looking("profile", self.document.namespace or "", lens(list(kinds)))
            fills = [(slots[path], getter(path, kind)) for path, kind in kinds.items()]
            self._profiles[key] = Need(PLATFORM, "profile", looking=looking, fills=fills), slots
        return self._profiles[key]

    def intake(self, dataset: DatasetDocument) -> Intake | None:
        """How records of a dataset are taken in; None for one that is in error."""
        return compile_dataset(self.project, dataset)[0]

    def leads(self, first: str, then: str) -> bool:
        """Whether people may come to one activity after another."""
        return first in before(self.document, then)

    def remember(self, message: str, reaction: str) -> str:
        """What a listener to feedback of a message hears, which is kept from when it happens on.

        That it was sent is kept, too: of recorded feedback it is asked [6.31].
        """
        for key in (feedback_key(message, "sent"), feedback_key(message, reaction)):
            if key not in self._remembers:
                self._remembers[key] = self.scope.slot(BOOLEAN)
        return key

    def rulesets(self) -> list[RulesetDocument]:
        """The rule sets that marketing messages of this journey have to keep [5.6]."""
        named = self.document.rulesets
        return [each for name, each in self.project.rulesets.items() if each.everywhere or name in named]

    def skipping(self, node: Action) -> Shape:
        """The shape of the step of somebody who is not written to, and goes on."""
        return self._shapes.skipped(node)

    # --- linking ---

    def _reach(self, activity: str, slot: int, branch: str, where: Path) -> None:
        """Gives an activity's own way the shape of a step that reaches the goal of a branch."""
        node = self.links.nodes.get(activity)
        arrow = node.then if isinstance(node, Listener | Wait | Action) else None
        if node is None or arrow is None:
            self.say("ERR_GOAL", where, activity=Called(activity, self.document))
            return
        arrow.goals = (*arrow.goals, (slot, branch, self._shapes.reaching(node, arrow, branch)))

    def _link(self, id_: str) -> None:
        node, activity = self.links.nodes[id_], self.document.activities[id_]
        ways = activity.ways()
        if not isinstance(node, Listener | Wait) or node.then is None:  # those in groups have theirs already
            activity.link(self, node, ways)
        if ERROR in ways:
            node.failure = self.links.arrow(node, ERROR, ways[ERROR])
        if node.type != "end":
            self._shapes.failing(node)


def _watched(criterion: ExitCriterion) -> Iterator[str]:
    """The segments that a condition that is looked at at any time asks for."""
    if criterion.event is None and criterion.condition is not None:
        yield from segments_in(criterion.condition)


def _pace(throttle: Throttle | None) -> int:
    """µs from one entry to the next."""
    return 0 if throttle is None else throttle.per // timedelta(microseconds=1) // throttle.entries
