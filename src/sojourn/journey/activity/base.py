"""What all activities have in common: one class for each kind, the document and how it compiles alike.

A kind says what may lead out of it (`allowed`, `branches`), what it names (`uses`, `expressions`), and becomes a node
of the plan in two steps: `node` makes it, `link` gives it its ways when every target exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import StringConstraints

from sojourn.expression import Type
from sojourn.journey.node import Node
from sojourn.journey.types import PathName
from sojourn.schema.document import Document

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder
    from sojourn.journey.project import Kind

Ways = Mapping[str, tuple[str, ...]]
"""The ways out of an activity: path name -> the activities it leads to."""
Target = str | list[str] | None
"""Where a path leads: an activity, several (events and waits in parallel, upper first), or nowhere (the end)."""
Next = Target | dict[PathName, Target]
"""The one way out, or several by name."""

THEN, OTHER, TIMEOUT, ERROR = "then", "other", "timeout", "error"
RESERVED_PATHS = (THEN, OTHER, TIMEOUT, ERROR)
BOOLEAN = Type.parse("boolean")
KNOWN_BY = {
    "event": "event",
    "action": "action",
    "segmentQualification": "segment",
    "readAudience": "segment",
    "jump": "journey",
}
"""By kind the field that says most of an activity without a label."""


class BaseActivity(Document):
    """An activity."""

    allowed: ClassVar[tuple[str, ...]] = ()
    """The ways out that it may have besides its branches."""
    starts: ClassVar[bool] = False
    """Whether a journey may start with it."""
    rests: ClassVar[bool] = False
    """Whether people rest at it for something to happen: it may stand in parallel with others [6.16]."""
    least_wait: ClassVar[int] = 1_000
    """The shortest wait (ms) that a test of a journey with it may have [6.32]."""

    label: Annotated[str, StringConstraints(max_length=100)] = ""

    def known_by(self) -> str:
        """The document that it is known by where it has no label; empty for a kind that has none."""
        field = KNOWN_BY.get(str(getattr(self, "type", "")))
        return str(getattr(self, field) or "") if field else ""

    def branches(self) -> Iterable[str]:
        """The names of its own paths, top-down."""
        return ()

    def ways(self) -> dict[str, tuple[str, ...]]:
        """Every way out, in order: path name -> the activities it leads to (none: the end)."""
        return {}

    def arrows(self) -> dict[str, tuple[str, ...]]:
        """Its ways out with those that the document does not write out."""
        return self.ways()

    @property
    def longest(self) -> timedelta:
        """How long somebody may wait at it, as far as that is known beforehand."""
        return timedelta()

    def rehearsed(self, wait: timedelta, path: str | None) -> Self:
        """The same as it is in a test: whoever comes to it waits no longer than `wait`; of paths that chance gives,
        `path` is taken, or the top one [6.20, 6.32]."""
        return self

    def conditions(self) -> Iterator[tuple[str, str]]:
        """What each of its paths asks, top-down: (path, the condition as text); of one that decides [6.34]."""
        yield from ()

    def expressions(self) -> Iterator[str]:
        """Every expression in it."""
        yield from ()

    def uses(self) -> Iterator[tuple[Kind, str]]:
        """The documents that it names outside of expressions."""
        yield from ()

    def node(self, build: Builder, id_: str) -> Node:
        """Its node in the plan, with all but the ways out."""
        raise NotImplementedError

    def link(self, build: Builder, node: Any, ways: Ways) -> None:
        """Gives its node, as `node` made it, the ways out."""


class Onward(BaseActivity):
    """An activity with one way on, and perhaps others besides."""

    allowed: ClassVar[tuple[str, ...]] = (THEN,)

    next: Next = None

    def ways(self) -> dict[str, tuple[str, ...]]:
        named = self.next if isinstance(self.next, dict) else {THEN: self.next}
        return {name: together(target) for name, target in ({THEN: None} | named).items()}

    def link(self, build: Builder, node: Any, ways: Ways) -> None:
        node.then = build.links.arrow(node, THEN, ways[THEN])


def together(target: Target) -> tuple[str, ...]:
    """The activities that a path leads to."""
    return (target,) if isinstance(target, str) else tuple(target or ())
