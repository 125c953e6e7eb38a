"""An expression tried out: on payloads that somebody gives, or on what has happened lately."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sojourn.expression import EvaluationError, Reference, Scope, Slot, Type, compile_expression
from sojourn.expression.access import Get, getter
from sojourn.expression.scope import Constant, type_of
from sojourn.expression.tree import Kind
from sojourn.schema.fields import Field


@dataclass(frozen=True, slots=True)
class Imagined:
    """A moment that is not one of a journey: chance is chance, and the person is in `segments`."""

    now: datetime
    segments: frozenset[str] = frozenset()

    def random(self) -> float:
        return random.random()

    def uuid(self) -> str:
        return str(uuid.uuid4())

    def in_segment(self, name: str) -> bool:
        return name in self.segments


class _Recording:
    """A scope that hands out slots for whatever is named, and keeps what each is."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.fields: dict[Reference, tuple[int, Type]] = {}

    def root(self, kind: Kind) -> Field:
        return self._scope.root(kind)

    def params(self, source: str, group: str) -> Mapping[str, Type] | None:
        return self._scope.params(source, group)

    def resolve(self, reference: Reference, found: Field) -> Slot | Constant:
        if reference not in self.fields:
            self.fields[reference] = len(self.fields), type_of(found)
        return Slot(self.fields[reference][0])


class Tried(NamedTuple):
    """What an expression gave, or the code and parameters of why it gave nothing."""

    value: object = None
    error: EvaluationError | None = None


@dataclass
class Trial:
    """An expression that can be tried. `events` are those whose fields it looks at, `others` what else it looks at,
    which is empty in a trial. Raises ExpressionError."""

    text: str
    scope: Scope
    expected: Type | None
    events: frozenset[str] = field(init=False)
    others: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        recording = _Recording(self.scope)
        self._expression = compile_expression(self.text, recording, self.expected)
        self.type = self._expression.type
        self._gets: list[tuple[str, Get] | None] = [None] * len(recording.fields)
        others = []
        for reference, (slot, kind) in recording.fields.items():
            if reference.kind == "event":
                self._gets[slot] = reference.path[0], getter(reference.path[1:], kind)
            else:
                others.append(".".join(reference.path))
        self.events = frozenset(each[0] for each in self._gets if each is not None)
        self.others = tuple(others)

    @property
    def asks_segments(self) -> bool:
        """Whether it asks if the person is in a segment."""
        return bool(self._expression.segments)

    def on(self, payloads: Mapping[str, Any], moment: Imagined) -> Tried:
        """What it gives for events with these payloads."""
        values = [None if each is None else each[1](payloads.get(each[0], {})) for each in self._gets]
        try:
            return Tried(self._expression.evaluate(values, moment))
        except EvaluationError as error:
            return Tried(error=error)


class Share(NamedTuple):
    """Of how many events a condition was true, and for how many it could not be told."""

    events: int
    true: int
    failed: int


def share(trial: Trial, event: str, payloads: Iterable[tuple[datetime, Any]]) -> Share:
    """How often a condition holds for payloads of an event, each at its moment."""
    events = true = failed = 0
    for at, payload in payloads:
        events += 1
        found = trial.on({event: payload}, Imagined(at))
        failed += found.error is not None
        true += found.value is True
    return Share(events, true, failed)
