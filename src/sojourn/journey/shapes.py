"""The shapes of step events, made with the plan: one for each way in which an activity can be left [9.1]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn.journey.node import Action, Arrow, Error, Listener, Node, Shape, StepStatus, needs_of

ERRORS: tuple[Error, ...] = ("http", "timeout", "capping", "error")
STATUS_OF: Mapping[Error, StepStatus] = {"timeout": "timedOut", "capping": "cappingError"}
"""The step status of an error; `error` for all others [9.1]."""
CUTS: tuple[StepStatus, ...] = ("instanceTimedOut", "stopped", "exited")
"""How a stay ends from outside, wherever somebody is."""


class StepShapes:
    """Those of one version, in the order of their numbers; the same content is the same shape."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._shapes: dict[tuple[object, ...], Shape] = {}

    def all(self) -> tuple[Shape, ...]:
        return tuple(self._shapes.values())

    def leaving(self, node: Node, arrow: str, *, ended: bool) -> Shape:
        """Somebody goes on by an arrow, or comes to the end behind it."""
        action = node.action if isinstance(node, Action) else None
        return self._of(node, "endStep" if ended else "transitions", arrow=arrow, ended=ended, action=action)

    def entering(self, entry: Listener) -> None:
        """Gives the entry's way the shapes of its first step, and of later ones."""
        arrow = entry.then
        assert arrow is not None
        facts = {"arrow": arrow.id, "ended": arrow.target is None, "entrance": True}
        arrow.entrance = self._of(entry, arrow.shape.status, **facts)
        arrow.reentrance = self._of(entry, arrow.shape.status, **facts, reentrance=True)

    def skipped(self, node: Action) -> Shape:
        """Somebody is not written to, and goes on."""
        arrow = node.then
        assert arrow is not None
        return self._of(node, "skipped", arrow=arrow.id, ended=arrow.target is None, action=node.action)

    def reaching(self, node: Node, arrow: Arrow, branch: str) -> Shape:
        """Somebody goes on by an arrow and so reaches the goal of a branch."""
        own = arrow.shape
        facts = {"arrow": own.arrow, "ended": own.ended, "action": own.action}
        return self._of(node, own.status, **facts, goal=branch)

    def failing(self, node: Node) -> None:
        """Gives a node the shapes of all the ways in which it can fail or be cut short."""
        action = node.action if isinstance(node, Action) else None
        way = node.failure
        facts: dict[str, Any] = {"action": action, "arrow": way.id if way else None}
        facts["ended"] = way is None or way.target is None
        kinds = ERRORS if isinstance(node, Action) else ERRORS[-1:]
        node.failures = {kind: self._failed(node, kind, facts) for kind in kinds}
        node.fetch_failures = {
            need: {kind: self._failed(node, kind, facts | {"fetch": need.name}) for kind in ERRORS}
            for need in needs_of(node)
            if need.ask is not None  # the profile store answers always
        }
        node.cut = {status: self._of(node, status, ended=True, action=action) for status in CUTS}

    def show(self, node: Node, names: tuple[str, ...]) -> None:
        """Notes with the shapes of a decision what the values are called that stand with its step events [6.34]."""
        for shape in self._shapes.values():
            if shape.node == node.id and shape.status not in node.cut:
                shape.sees = names

    def _failed(self, node: Node, kind: Error, facts: dict[str, Any]) -> Shape:
        return self._of(node, STATUS_OF.get(kind, "error"), error=kind, **facts)

    def _of(self, node: Node, status: StepStatus, **facts: Any) -> Shape:
        """The one shape with this content."""
        shape = Shape(self._version, node.id, node.type, node.label, status, **facts, number=len(self._shapes))
        return self._shapes.setdefault(tuple(shape.content().values()), shape)
