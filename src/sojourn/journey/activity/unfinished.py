"""An activity of a draft in which something is missing or wrong: what can be told of it all the same [6.35]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import PrivateAttr, TypeAdapter, ValidationError, model_serializer

from sojourn.journey.activity.base import KNOWN_BY, THEN, BaseActivity, Next, Ways, together
from sojourn.journey.node import Action, Node, Wait

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder
    from sojourn.journey.project import Kind

Class = type[BaseActivity]
_NEXT: TypeAdapter[Any] = TypeAdapter(Next)
_NAMING: tuple[Kind, ...] = ("event", "segment", "action", "dataset", "channel")
"""The fields of activities that name documents are called what these are."""


class Unfinished(BaseActivity):
    """Stands where `kind` will stand, with the ways out that it has so far; it has no node that anybody comes to."""

    type: str
    _kind: Class = PrivateAttr()
    _given: dict[str, Any] = PrivateAttr()

    @classmethod
    def of(cls, kind: Class, given: dict[str, Any]) -> Unfinished:
        """What is `given` of an activity. Raises ValidationError where it has ways that are none."""
        _NEXT.validate_python(given.get("next"))
        try:
            found = cls(type=given["type"], label=given.get("label", ""))
        except ValidationError:
            found = cls(type=given["type"])
        found._kind, found._given = kind, given
        return found

    @property
    def allowed(self) -> tuple[str, ...]:  # type: ignore[override]
        return self._kind.allowed

    @property
    def starts(self) -> bool:  # type: ignore[override]
        return self._kind.starts

    @property
    def rests(self) -> bool:  # type: ignore[override]
        return self._kind.rests

    @property
    def next(self) -> Next:
        return self._given.get("next")

    def known_by(self) -> str:
        named = self._given.get(KNOWN_BY.get(self.type, ""))
        return named if isinstance(named, str) else ""

    def branches(self) -> Iterable[str]:
        paths = self._given.get("paths")
        return paths if isinstance(paths, dict) else ()

    def ways(self) -> dict[str, tuple[str, ...]]:
        first: dict[str, Any] = {THEN: None} if THEN in self.allowed else dict.fromkeys(self.branches())
        named = self.next if isinstance(self.next, dict) else {THEN: self.next} if THEN in first else {}
        return {name: together(target) for name, target in (first | named).items()}

    def expressions(self) -> Iterator[str]:
        yield from _texts({name: value for name, value in self._given.items() if name not in ("type", "next", "label")})

    def uses(self) -> Iterator[tuple[Kind, str]]:
        for kind in _NAMING:
            if isinstance(name := self._given.get(kind), str) and kind in self._kind.model_fields:
                yield kind, name

    def node(self, build: Builder, id_: str) -> Node:
        if self.rests:
            return Wait(id_, "wait", self.label or id_)
        return Action(id_, "action", self.label or id_) if THEN in self.allowed else Node(id_, "end", self.label or id_)

    def link(self, build: Builder, node: Any, ways: Ways) -> None:
        if THEN in ways:
            node.then = build.links.arrow(node, THEN, ways[THEN])

    @model_serializer
    def _as_given(self) -> Mapping[str, Any]:
        return self._given


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _texts(each)
