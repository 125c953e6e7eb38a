"""Jump: whoever comes to it enters another journey too, and goes on [6.23]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import msgspec

from sojourn.expression import Type, to_json
from sojourn.expression.scope import type_of
from sojourn.journey.activity.base import ERROR, THEN, Onward
from sojourn.journey.activity.events import EventActivity
from sojourn.journey.activity.segments import SegmentQualificationActivity
from sojourn.journey.finding import nearest
from sojourn.journey.node import Action, Evaluate, Need, Node
from sojourn.journey.request import Enter
from sojourn.journey.types import Expression, Identifier
from sojourn.schema.document import FieldPath, Name
from sojourn.schema.fields import Field

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder, Path
    from sojourn.journey.document import JourneyDocument


class JumpActivity(Onward):
    """Lets the person enter another journey by its first event, whose fields `parameters` give.

    `event` is that event's name, so that it is noticed when the journey begins with another one.
    """

    allowed: ClassVar = (THEN, ERROR)

    type: Literal["jump"]
    journey: Name
    event: Identifier | None = None
    parameters: dict[FieldPath, Expression] = {}

    def expressions(self) -> Iterator[str]:
        yield from self.parameters.values()

    def node(self, build: Builder, id_: str) -> Node:
        where: Path = ("activities", id_)
        fields = self._land(build, where)
        given: list[tuple[tuple[str, ...], Evaluate]] = []
        needs: dict[Need, None] = {}
        for name, source in self.parameters.items():
            evaluate, asked = build.evaluate(source, _wanted(build, fields, name, where), (*where, "parameters", name))
            given.append((tuple(name.split(".")), evaluate))
            needs |= dict.fromkeys(asked)
        action = Action(id_, self.type, self.label or id_, action=self.journey, needs=tuple(needs))
        target = self.journey

        def render(values: Any, moment: Any) -> Enter:
            record: dict[str, Any] = {}
            for path, evaluate in given:
                _put(record, path, to_json(evaluate(values, moment)))
            return Enter(target, msgspec.json.encode(record))

        action.render = render
        build.links.place(action)
        build.jump(target)
        return action

    def _land(self, build: Builder, where: Path) -> Field | None:
        """The fields of the event that the target begins with, and what is wrong with jumping there."""
        project, document = build.project, build.document
        where = (*where, "journey")
        if document.namespace is None:
            build.say("ERR_JUMP_NO_NAMESPACE", where)
        if any(isinstance(each, SegmentQualificationActivity) for each in document.activities.values()):
            build.say("ERR_JUMP_QUALIFICATION", where)
        if project.alone:
            return None
        known = project.journeys if project.live is None else project.live
        target = document if self.journey == document.name else known.get(self.journey)
        if target is None:
            if self.journey in project.journeys:
                build.say("ERR_JUMP_NOT_LIVE", where, name=self.journey)
            else:
                build.say("ERR_JUMP_UNKNOWN", where, name=self.journey, known=nearest(project.journeys, self.journey))
            return None
        if target.namespace != document.namespace:
            found, expected = target.namespace or "-", document.namespace or "-"
            build.say("ERR_JUMP_NAMESPACE", where, name=self.journey, found=found, expected=expected)
        if loop := _way_back(document, target, known):
            build.say("ERR_JUMP_LOOP", where, names=" > ".join((document.name, *loop)))
        start = target.activities.get(target.start)
        if not isinstance(start, EventActivity):
            build.say("ERR_JUMP_START", where, name=self.journey)
            return None
        if self.event not in (None, start.event):
            build.say("ERR_JUMP_EVENT", (*where[:2], "event"), name=self.journey, event=start.event)
        return build.payload(start.event)


def _wanted(build: Builder, fields: Field | None, name: str, where: Path) -> Type | None:
    """The type of a field of the target's event; a finding where there is none."""
    if fields is None:
        return None
    found = fields.lookup(tuple(name.split(".")))
    if found is None:
        build.say("ERR_JUMP_FIELD", (*where, "parameters", name), name=name)
        return None
    return None if found.kind in ("object", "list", "map", "any") else type_of(found)


def _way_back(
    origin: JourneyDocument, target: JourneyDocument, known: Mapping[str, JourneyDocument]
) -> tuple[str, ...]:
    """The journeys by which one would jump back from `target` to `origin`; empty where there is no such way."""
    ways: list[tuple[JourneyDocument, tuple[str, ...]]] = [(target, (target.name,))]
    seen: set[str] = set()
    while ways:
        here, path = ways.pop()
        if here.name == origin.name:
            return path
        if here.name in seen:
            continue
        seen.add(here.name)
        for activity in here.activities.values():
            if isinstance(activity, JumpActivity):
                following = origin if activity.journey == origin.name else known.get(activity.journey)
                if following is not None:
                    ways.append((following, (*path, following.name)))
    return ()


def _put(record: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    *above, last = path
    for name in above:
        below = record.setdefault(name, {})
        if not isinstance(below, dict):
            return  # a parameter has given the whole of it
        record = below
    record[last] = value
