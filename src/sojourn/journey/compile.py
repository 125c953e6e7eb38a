"""Documents to plans, and all that is wrong with them on the way: the one validator [6.35] and the one compiler.

Checking and compiling are one pass, so what is published is exactly what was checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sojourn import identifiers
from sojourn.expression import ExpressionError, Reference, Type
from sojourn.journey import graph
from sojourn.journey.action import ActionDocument, Key, compile_request, given_by, parts
from sojourn.journey.calls import UrlRule, check_action, check_source
from sojourn.journey.dataset import compile_dataset
from sojourn.journey.document import (
    ERROR,
    OTHER,
    THEN,
    TIMEOUT,
    ActionActivity,
    ConditionActivity,
    EventActivity,
    JourneyDocument,
    WaitActivity,
    epoch_ms,
    milliseconds,
    paths_of,
)
from sojourn.journey.events import compile_event, event_id_of, payloads, whom
from sojourn.journey.expressions import compiled_expression
from sojourn.journey.fetch import FieldGroups
from sojourn.journey.finding import Finding, nearest
from sojourn.journey.plan import (
    Action,
    Arrow,
    Condition,
    Error,
    Evaluate,
    Group,
    Listener,
    Need,
    Needs,
    Node,
    Plan,
    Request,
    Shape,
    StepStatus,
    Values,
    Wait,
    needs_of,
)
from sojourn.journey.project import Project
from sojourn.journey.references import names_of, references
from sojourn.journey.schemas import check_schemas
from sojourn.journey.scope import VERSION_PROPERTIES, JourneyScope
from sojourn.journey.segment import check_asked, compile_segments
from sojourn.journey.source import PLATFORM

ERRORS: tuple[Error, ...] = ("http", "timeout", "capping", "error")
STATUS_OF: Mapping[Error, StepStatus] = {"timeout": "timedOut", "capping": "cappingError"}
"""The step status of an error; `error` for all others [9.1]."""

BOOLEAN = Type.parse("boolean")


def check_project(project: Project, url_rule: UrlRule | None = None) -> list[Finding]:
    """All findings of a project, in the order of its documents."""
    found: list[Finding] = check_schemas(project)
    owners: dict[str, str] = {}
    for event in project.events.values():
        found += compile_event(project, event)[1]
        if event.type == "system":
            event_id = event_id_of(project.sandbox, event)
            if event_id in owners:
                params = {"event_id": event_id, "other": owners[event_id]}
                found.append(Finding("ERR_EVENT_ID_TWICE", "error", "event", event.name, ("eventID",), params))
            owners[event_id] = event.name
    for dataset in project.datasets.values():
        found += compile_dataset(project, dataset)[1]
    for source in project.sources.values():
        found += check_source(project, source, url_rule)
    found += compile_segments(project)[1]
    for action in project.actions.values():
        found += check_action(action, url_rule)
    for name in project.journeys:
        found += compile_journey(project, name)[1]
    return found


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that block test and publish."""
    return [finding for finding in findings if finding.severity == "error"]


# --- journeys ------------------------------------------------------------------------------------------------------


def compile_journey(
    project: Project, name: str, *, number: int = 1, journey_id: str | None = None
) -> tuple[Plan | None, list[Finding]]:
    """The plan of a journey (as version `number`), None where findings block it."""
    document = project.journeys[name]
    found = list(graph.check(document))
    if errors(found):
        return None, found
    builder = _Builder(
        project, document, number, journey_id or identifiers.document_id(project.sandbox, "journey", name)
    )
    plan = builder.build()
    found += builder.found
    return (None if errors(found) else plan), found


class _Builder:
    def __init__(self, project: Project, document: JourneyDocument, number: int, journey_id: str) -> None:
        self.project = project
        self.document = document
        self.number = number
        self.journey_id = journey_id
        self.uid = identifiers.version_id(project.sandbox, journey_id, number)
        self.found: list[Finding] = []
        self.shapes: dict[tuple[object, ...], Shape] = {}
        self.needs_moment = False
        self.asks = False
        self.places: list[Action | Condition | Group] = []
        self.groups: dict[tuple[str, ...], Group] = {}
        self.nodes: dict[str, Node] = {}
        heard = {activity.event for activity in document.activities.values() if isinstance(activity, EventActivity)}
        self.heard = frozenset(heard)
        constants = (
            journey_id, self.uid, document.name, document.description, str(number), project.sandbox,
            document.namespace or "",
        )  # fmt: skip
        self.scope = JourneyScope(
            payloads(project, sorted(heard)),
            dict(zip(VERSION_PROPERTIES, constants, strict=True)),
            FieldGroups(project),
            document.namespace,
        )

    def say(self, code: str, path: graph.Path, **params: object) -> None:
        self.found.append(Finding(code, "error", "journey", self.document.name, path, params))

    def build(self) -> Plan | None:
        document = self.document
        for id_, activity in document.activities.items():
            self.nodes[id_] = self._node(id_, activity)
        for id_, activity in document.activities.items():
            self._link(self.nodes[id_], activity)
        if self.found:
            return None
        entry = self.nodes[document.start]
        assert isinstance(entry, Listener)
        assert entry.then is not None
        ended = entry.then.target is None
        facts = {"arrow": entry.then.id, "ended": ended, "entrance": True}
        status = entry.then.shape.status
        entry.then.entrance = self._shape(entry, status, **facts)
        entry.then.reentrance = self._shape(entry, status, **facts, reentrance=True)
        return Plan(
            sandbox=self.project.sandbox,
            journey=self.journey_id,
            name=document.name,
            version=self.number,
            uid=self.uid,
            namespace=document.namespace,
            reentrance=document.reentrance,
            timeout=milliseconds(document.timeout),
            global_timeout=milliseconds(document.global_timeout),
            start=epoch_ms(document.start_date) if document.start_date else None,
            end=epoch_ms(document.end_date) if document.end_date else None,
            entry=entry,
            places=tuple(self.places),
            listens=self.heard,
            slots=self.scope.kept,
            reads={event: self.scope.reads(event) for event in self.heard},
            paths=self.scope.paths(),
            shapes=tuple(self.shapes.values()),
            needs_moment=self.needs_moment or self.scope.needs_moment,
            properties=tuple(reversed(self.scope.properties)),
            tracked=self.scope.tracked,
            thawed=self.scope.thawed,
            looks=self.scope.looks or self.asks,
        )

    # Nodes first, without their ways; then the ways, when every target exists.

    def _node(self, id_: str, activity: Any) -> Node:
        label = activity.label or id_
        if isinstance(activity, EventActivity):
            self._check_event(id_, activity)
            return Listener(id_, "event", label, event=activity.event)
        if isinstance(activity, WaitActivity):
            return Wait(id_, "wait", label, duration=milliseconds(activity.duration))
        if isinstance(activity, ConditionActivity):
            return Condition(id_, "condition", label)
        if isinstance(activity, ActionActivity):
            render, needs = self._render(id_, activity)
            action = Action(
                id_, "action", label, action=activity.action, place=len(self.places), render=render, needs=needs
            )
            self.places.append(action)
            return action
        return Node(id_, "end", label)

    def _check_event(self, id_: str, activity: EventActivity) -> None:
        event = self.project.events.get(activity.event)
        where = ("activities", id_, "event")
        if event is None:
            known = nearest(self.project.events, activity.event)
            self.say("ERR_EVENT_UNKNOWN", where, name=activity.event, known=known)
        elif event.about == "business":
            self.say("ERR_EVENT_BUSINESS", where, event=event.name)
        elif (namespace := whom(self.project, event).namespace) != self.document.namespace:
            self.say(
                "ERR_NAMESPACE", where, event=event.name, found=namespace or "-",
                expected=self.document.namespace or "-",
            )  # fmt: skip

    def _link(self, node: Node, activity: Any) -> None:
        ways = paths_of(activity)
        if isinstance(node, Condition):
            paths, needs = [], []
            for name, source in activity.paths.items():
                where = ("activities", node.id, "paths", name)
                test, asked = self._evaluate(source, BOOLEAN, where)
                paths.append((test, self._arrow(node, name, ways.get(name, ()))))
                needs.append(asked)
            node.paths = tuple(paths)
            if any(needs):
                node.needs, node.place = tuple(needs), len(self.places)
                self.places.append(node)
            node.other = self._arrow(node, OTHER, ways.get(OTHER, ()))
        elif isinstance(node, Listener | Wait | Action):
            node.then = node.then or self._arrow(node, THEN, ways[THEN])
        if ERROR in ways:
            node.failure = self._arrow(node, ERROR, ways[ERROR])
        if node.type != "end":
            self._failures(node)

    def _arrow(self, node: Node, path: str, targets: tuple[str, ...]) -> Arrow:
        target = self._target(targets)
        id_ = f"{node.id}/{path}"
        action = node.action if isinstance(node, Action) else None
        ended = target is None
        shape = self._shape(node, "endStep" if ended else "transitions", arrow=id_, ended=ended, action=action)
        return Arrow(id_, target, shape)

    def _shape(self, node: Node, status: StepStatus, **facts: Any) -> Shape:
        """The one shape with this content."""
        shape = Shape(self.uid, node.id, node.type, node.label, status, **facts, number=len(self.shapes))
        return self.shapes.setdefault(tuple(shape.content().values()), shape)

    def _failures(self, node: Node) -> None:
        """The shapes of all the ways in which an activity can fail or be cut short."""
        action = node.action if isinstance(node, Action) else None
        way = node.failure
        kinds: tuple[Error, ...] = ERRORS if isinstance(node, Action) else ("error",)
        facts: dict[str, Any] = {"action": action, "arrow": way.id if way else None}
        ended = way is None or way.target is None
        node.failures = {
            kind: self._shape(node, STATUS_OF.get(kind, "error"), error=kind, ended=ended, **facts) for kind in kinds
        }
        node.fetch_failures = {
            need: {
                kind: self._shape(node, STATUS_OF.get(kind, "error"), error=kind, ended=ended, **facts, fetch=need.name)
                for kind in ERRORS
            }
            for need in needs_of(node)
            if need.ask is not None  # the profile store answers always
        }
        cuts: tuple[StepStatus, ...] = ("instanceTimedOut", "stopped", "exited")
        node.cut = {status: self._shape(node, status, ended=True, action=action) for status in cuts}

    def _target(self, targets: tuple[str, ...]) -> Condition | Action | Group | None:
        first = self.nodes[targets[0]] if targets else None
        if first is None or first.type == "end":
            return None
        if isinstance(first, Condition | Action):
            return first
        if targets not in self.groups:
            # Registered before its ways are followed, which may lead to the same group no more: graphs are acyclic.
            group = Group(len(self.places), first, {}, ())
            self.places.append(group)
            self.groups[targets] = group
            self._fill(group, targets)
        return self.groups[targets]

    def _fill(self, group: Group, targets: tuple[str, ...]) -> None:
        listeners: dict[str, tuple[int, Listener, Arrow]] = {}
        timers: list[tuple[int, int, Node, Arrow]] = []
        for rank, id_ in enumerate(targets):
            node, activity = self.nodes[id_], self.document.activities[id_]
            ways = paths_of(activity)
            assert isinstance(node, Listener | Wait)
            then = node.then = node.then or self._arrow(node, THEN, ways[THEN])
            if isinstance(node, Wait):
                timers.append((rank, node.duration, node, then))
            else:
                listeners.setdefault(node.event, (rank, node, then))
                assert isinstance(activity, EventActivity)
                if activity.timeout is not None:
                    # Without a path of its own a timeout goes on through the listener's branch [6.15].
                    arrow = self._arrow(node, TIMEOUT, ways.get(TIMEOUT, ways[THEN]))
                    timers.append((rank, milliseconds(activity.timeout), node, arrow))
        group.listeners, group.timers = listeners, tuple(timers)
        group.durations = tuple(duration for _, duration, *_ in timers)

    # Expressions and requests.

    def _evaluate(self, source: str, expected: Type | None, where: graph.Path) -> tuple[Evaluate, Needs]:
        """An expression of an activity, and what is fetched before it."""
        about, node = ("journey", self.document.name), str(where[1])
        self.scope.stand_at(node, self.document.activities[node].label or node)
        expression = compiled_expression(source, self.scope, expected, self.found, about, where)
        if expression is None:
            return lambda values, moment: None, ()
        self.needs_moment = self.needs_moment or expression.needs_moment
        self.asks = self.asks or bool(expression.segments)
        for params in check_asked(self.project, expression.segments):
            self.say("ERR_SEGMENT_UNKNOWN", where, **params)
        return expression.evaluate, self._needs(expression.references, where)

    def _needs(self, references: Iterable[Reference], where: graph.Path) -> Needs:
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
            given = dict(reference.params)
            for name in self.scope.params(need.source, need.group):
                if name not in given:
                    self.say("ERR_SOURCE_PARAMETER", where, group=need.name, name=name)
        return tuple(asked)

    def _render(self, id_: str, activity: ActionActivity) -> tuple[Callable[[Values, Any], Request], Needs]:
        definition = self.project.actions.get(activity.action)
        where = ("activities", id_)
        if definition is None:
            known = nearest(self.project.actions, activity.action)
            self.say("ERR_ACTION_UNKNOWN", (*where, "action"), name=activity.action, known=known)
            return lambda values, moment: Request("POST", ""), ()
        try:
            wanted = dict(parts(definition))
        except ValueError as error:
            self.say("ERR_ACTION_BODY", (*where, "action"), rule=str(error))
            return lambda values, moment: Request("POST", ""), ()
        given: dict[Key, Evaluate] = {}
        needs: dict[Need, None] = {}
        for key, source in given_by(activity):
            path = (*where, *key)
            if key not in wanted:
                near = nearest((name[-1] for name in wanted if name[0] == key[0]), key[-1])
                self.say("ERR_PARAM_UNKNOWN", path, action=activity.action, name=key[-1], known=near)
            else:
                given[key], asked = self._evaluate(source, Type.parse(wanted[key].type), path)
                needs |= dict.fromkeys(asked)
                self._check_labels(source, definition, path)
        for key, variable in wanted.items():
            if key not in given and (variable.mandatory or key == ("path",)):
                self.say("ERR_PARAM_MANDATORY", (*where, key[0]), action=activity.action, name=variable.path)
        fields = [f"{variable.path}.{name}" for variable in wanted.values() for name in variable.fields]
        for name in activity.mapping:
            if name not in fields:
                path = (*where, "mapping", name)
                self.say("ERR_PARAM_UNKNOWN", path, action=activity.action, name=name, known=nearest(fields, name))
        return compile_request(definition, given, activity.mapping), tuple(needs)

    def _check_labels(self, source: str, action: ActionDocument, where: graph.Path) -> None:
        """A field with a data-usage label that the action may not receive is not sent to it [2.5]."""
        try:
            read = [each for each in references(source) if each.kind != "loop"]
        except ExpressionError:
            return  # said already
        for each in read:
            path = names_of(each)
            refused = self.scope.root(each.kind).labels_at(path) - set(action.labels)  # type: ignore[arg-type]
            if refused:
                labels = ", ".join(sorted(refused))
                self.say("ERR_RESTRICTED_FIELD", where, name=".".join(path), labels=labels, action=action.name)
