"""What editors ask about expressions, under /api/expressions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sojourn.api.problems import language_of
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.editor.analyse import Analysis, analyse
from sojourn.editor.operators import OPERATORS
from sojourn.editor.simple import Group, to_text
from sojourn.editor.visible import Visible
from sojourn.errors import NotFoundError, RuleError
from sojourn.expression import Scope, Type
from sojourn.expression.parse import MAX_LENGTH
from sojourn.expression.scope import NOTHING
from sojourn.journey.activity import EventActivity
from sojourn.journey.activity.actions import answers
from sojourn.journey.events import payloads
from sojourn.journey.fetch import FieldGroups
from sojourn.journey.graph import before
from sojourn.journey.project import Project
from sojourn.journey.scope import VERSION_PROPERTIES, EventScope, JourneyScope
from sojourn.journey.segment import SegmentScope
from sojourn.schema.fields import Field as Fields

router = routes_at("/api/expressions", tags=["expressions"])
Use = Literal["condition", "key", "timer", "parameter"]
EXPECTED: dict[Use, Type | None] = {
    "condition": Type.parse("boolean"),
    "key": Type.parse("string"),
    "timer": Type.parse("dateTimeOnly"),
    "parameter": None,
}
"""The type that each use of an expression needs; a parameter takes any."""


class Sight(BaseModel):
    """Where an expression stands, and so what it sees."""

    model_config = ConfigDict(extra="forbid")

    journey: Annotated[str | None, Field(description="Sees this journey's events and properties ...")] = None
    activity: Annotated[str | None, Field(description="... of which those that come before are offered.")] = None
    events: Annotated[list[str] | None, Field(description="Sees these events, and the journey properties.")] = None
    event: Annotated[str | None, Field(description="Sees the payload of this event: its condition or its key.")] = None
    schema_: Annotated[
        str | None, Field(alias="schema", description="The event's schema, where the event is not saved yet.")
    ] = None
    segment: Annotated[bool, Field(description="Sees what the definition of a segment sees: profiles.")] = False

    @model_validator(mode="after")
    def _one_sight(self) -> Self:
        if (self.journey is not None) + (self.events is not None) + (self.event is not None) + self.segment != 1:
            raise RuleError("INFO_RULE_ONE_CONTEXT")
        if self.activity is not None and self.journey is None:
            raise RuleError("INFO_RULE_ACTIVITY_OF_JOURNEY")
        if self.schema_ is not None and self.event is None:
            raise RuleError("INFO_RULE_SCHEMA_OF_EVENT")
        return self


class ExpressionBody(Sight):
    """An expression in an editor, as text or as a simple view, and where it is used."""

    text: Annotated[str, Field(max_length=10 * MAX_LENGTH)] | None = None
    simple: Annotated[Group | None, Field(description="The simple view instead of a text.")] = None
    cursor: Annotated[int | None, Field(ge=0, description="Offset in code points; asks for completions.")] = None
    use: Annotated[Use, Field(description="What for: a parameter may be of any type.")] = "condition"

    @model_validator(mode="after")
    def _text_or_simple(self) -> Self:
        if (self.text is None) == (self.simple is None):
            raise RuleError("INFO_RULE_TEXT_OR_SIMPLE")
        return self


@dataclass(frozen=True, slots=True)
class OperatorView:
    """An operator of the simple view: its name, its label for people, the types of the fields that have it, and those
    of its values.

    T is the field's type, I that of a list's items, and a list stands for one or more values.
    """

    name: str
    label: str
    types: tuple[str, ...]
    values: tuple[str, ...]
    folds: bool
    """Whether it can take upper and lower case for alike."""


@router.post("/analyse")
def analyse_expression(server: ServerOf, sandbox: Sandbox, body: ExpressionBody, request: Request) -> Analysis:
    """Its type, its errors and its simple view; with a cursor, what can stand there and what is under it."""
    scope, visible = seen(server.project(sandbox), body)
    text = to_text(body.simple, scope) if body.simple is not None else body.text or ""
    return analyse(text, scope, EXPECTED[body.use], body.cursor, visible, language_of(request))


@router.get("/operators")
def operators(request: Request) -> list[OperatorView]:
    """The operators of the simple view, in the order in which they are offered."""
    language = language_of(request)
    return [
        OperatorView(each.name, each.label(language), each.types, each.values, bool(each.folded)) for each in OPERATORS
    ]


def seen(project: Project, body: Sight) -> tuple[Scope, Visible]:
    """What the expression sees, and what of it is offered. Raises NotFoundError."""
    if body.event is not None:
        event = project.events.get(body.event)
        name = body.schema_ or (event.schema_ if event else None)
        if name is None:
            raise _unknown("ERR_EVENT_UNKNOWN", "event", body.event, project.events)
        if name not in project.schemas:
            raise _unknown("ERR_SCHEMA_UNKNOWN", "schema", name, project.schemas)
        scope: Scope = EventScope(body.event, project.root(name) or NOTHING)
        return scope, Visible.of(scope)
    segments = tuple(project.segments)
    if body.segment:
        scope = SegmentScope(project)
        return scope, Visible(Visible.of(scope).roots, segments)
    events = offered = {*(body.events or ())}
    answered: dict[str, Fields] = {}
    behind: set[str] = set()
    if body.journey is not None:
        journey = project.journeys.get(body.journey)
        if journey is None:
            raise _unknown("ERR_JOURNEY_UNKNOWN", "journey", body.journey, project.journeys)
        heard = {id_: found.event for id_, found in journey.activities.items() if isinstance(found, EventActivity)}
        if body.activity is not None and body.activity not in journey.activities:
            raise _unknown("ERR_ACTIVITY_UNKNOWN", "activity", body.activity, journey.activities)
        earlier = heard if body.activity is None else before(journey, body.activity)
        events, offered = {*heard.values()}, {heard[id_] for id_ in earlier if id_ in heard}
        named = answers(project, journey.activities)
        answered = {name: answer for name, (_, answer) in named.items()}
        behind = {name for name, (id_, _) in named.items() if body.activity is None or id_ in earlier}
    for name in body.events or ():
        if name not in project.events:
            raise _unknown("ERR_EVENT_UNKNOWN", "events", name, project.events)
    scope = JourneyScope(
        payloads(project, sorted(events)), dict.fromkeys(VERSION_PROPERTIES, ""), FieldGroups(project), None, answered
    )
    roots = dict(Visible.of(scope).roots)
    roots["event"] = Fields("object", {name: root for name, root in roots["event"].fields.items() if name in offered})
    roots["action"] = Fields("object", {name: root for name, root in answered.items() if name in behind})
    return scope, Visible(roots, segments)


def _unknown(code: str, field: str, name: str, known: Iterable[str]) -> NotFoundError:
    return NotFoundError(code, field=field, name=name, known=", ".join(known) or "-")
