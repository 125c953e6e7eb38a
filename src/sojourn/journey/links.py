"""How the activities of a plan hang together: arrows, what stands in parallel, and where people may rest.

A way is followed as far as groups: an arrow leads to an activity, or to the one group of all that stands in parallel.
"""

from __future__ import annotations

from collections.abc import Mapping

from sojourn.journey.activity.base import THEN, TIMEOUT
from sojourn.journey.document import JourneyDocument
from sojourn.journey.node import Action, Arrow, Choice, Condition, Group, Listener, Node, Opening, Wait, needs_of
from sojourn.journey.shapes import StepShapes


class Links:
    """Those of one plan. `remembers` are the slots of what is kept of messages; see `Builder` for `linked`."""

    def __init__(
        self, document: JourneyDocument, shapes: StepShapes, remembers: Mapping[str, int], *, linked: bool
    ) -> None:
        self._document = document
        self._shapes = shapes
        self._remembers = remembers
        self._linked = linked
        self._groups: dict[tuple[str, ...], Group] = {}
        self.nodes: dict[str, Node] = {}
        """All activities, by their ids; each is there before any way is followed."""
        self.places: list[Action | Condition | Opening | Group] = []

    def place(self, node: Action | Condition | Opening) -> None:
        """Gives people a place to rest at an activity, while an effect of it is open."""
        node.place = len(self.places)
        self.places.append(node)

    def arrow(self, node: Node, path: str, targets: tuple[str, ...]) -> Arrow:
        """The way from a node by one of its paths."""
        target = self._target(targets)
        id_ = f"{node.id}/{path}"
        return Arrow(id_, target, self._shapes.leaving(node, id_, ended=target is None))

    def _target(self, targets: tuple[str, ...]) -> Condition | Choice | Action | Group | None:
        first = self.nodes[targets[0]] if targets and self._linked else None
        if first is None or first.type == "end":
            return None
        if isinstance(first, Condition | Choice | Action):
            return first
        if targets not in self._groups:
            # Registered before its ways are followed, which may lead to the same group no more: graphs are acyclic.
            group = Group(len(self.places), first, {}, ())
            self.places.append(group)
            self._groups[targets] = group
            self._fill(group, targets)
        return self._groups[targets]

    def _fill(self, group: Group, targets: tuple[str, ...]) -> None:
        listeners: dict[str, tuple[int, Listener, Arrow]] = {}
        timers: list[tuple[int, int, Node, Arrow]] = []
        for rank, id_ in enumerate(targets):
            node, ways = self.nodes[id_], self._document.activities[id_].arrows()
            assert isinstance(node, Listener | Wait)
            then = node.then = node.then or self.arrow(node, THEN, ways[THEN])
            if isinstance(node, Wait):
                timers.append((rank, node.duration, node, then))
                continue
            for key in node.hears:
                listeners.setdefault(key, (rank, node, then))
            if node.timeout is not None:
                timers.append((rank, node.timeout, node, self.arrow(node, TIMEOUT, ways[TIMEOUT])))
        group.listeners, group.timers = listeners, tuple(timers)
        remembers = self._remembers
        group.remembered = tuple(
            (remembers[key], arrow) for key, (_, _, arrow) in listeners.items() if key in remembers
        )
        group.durations = tuple(duration for _, duration, *_ in timers)
        if any(isinstance(node, Wait) and node.until is not None for _, _, node, _ in timers):
            top = group.top
            needs = tuple(dict.fromkeys(need for _, _, node, _ in timers for need in needs_of(node)))
            group.opening = Opening(top.id, top.type, top.label, group=group, needs=needs)
            self.place(group.opening)
