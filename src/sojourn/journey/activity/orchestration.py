"""Activities that decide, wait, or end a path [6.20, 6.21, 6.22]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from sojourn.journey.activity.base import BOOLEAN, ERROR, OTHER, BaseActivity, Onward, Target, Ways, together
from sojourn.journey.plan import Condition, Node, Wait
from sojourn.journey.types import Duration, Expression, PathName, milliseconds

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder


class ConditionActivity(BaseActivity):
    """Data source condition [6.20]: `paths` top-down, the first that holds is taken; `other` is for the rest."""

    allowed: ClassVar = (OTHER, ERROR)

    type: Literal["condition"]
    paths: Annotated[dict[PathName, Expression], Field(min_length=1, max_length=50)]
    next: dict[PathName, Target] = {}

    def branches(self) -> Iterable[str]:
        return self.paths

    def ways(self) -> dict[str, tuple[str, ...]]:
        order = [*self.paths, *(name for name in (OTHER, ERROR) if name in self.next), *self.next]
        return {name: together(self.next.get(name)) for name in order}

    def arrows(self) -> dict[str, tuple[str, ...]]:
        ways = self.ways()
        return ways if OTHER in ways else {**ways, OTHER: ()}

    def conditions(self) -> Iterator[tuple[str, str]]:
        yield from self.paths.items()

    def expressions(self) -> Iterator[str]:
        yield from self.paths.values()

    def node(self, build: Builder, id_: str) -> Node:
        return Condition(id_, "condition", self.label or id_)

    def link(self, build: Builder, node: Any, ways: Ways) -> None:
        paths, needs = [], []
        for name, source in self.paths.items():
            test, asked = build.evaluate(source, BOOLEAN, ("activities", node.id, "paths", name))
            paths.append((test, build.arrow(node, name, ways[name])))
            needs.append(asked)
        node.paths = tuple(paths)
        if any(needs):
            node.needs = tuple(needs)
            build.place(node)
        node.other = build.arrow(node, OTHER, ways.get(OTHER, ()))


class WaitActivity(Onward):
    """Wait for a duration [6.21]."""

    rests: ClassVar = True

    type: Literal["wait"]
    duration: Duration

    def hurried(self, wait: timedelta) -> Self:
        return self.model_copy(update={"duration": wait})

    def node(self, build: Builder, id_: str) -> Node:
        return Wait(id_, "wait", self.label or id_, duration=milliseconds(self.duration))


class EndActivity(BaseActivity):
    """A named end of a path; makes no step event of its own [6.22]."""

    type: Literal["end"]

    def node(self, build: Builder, id_: str) -> Node:
        return Node(id_, "end", self.label or id_)
