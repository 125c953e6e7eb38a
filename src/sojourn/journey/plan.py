"""The plan: a journey version compiled to what the engine walks, and what else it has to know of it. Pure data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from operator import itemgetter
from typing import Any

from sojourn.journey.node import Action, Condition, Evaluate, Get, Group, Listener, Looking, Needs, Opening, Shape


@dataclass(slots=True, eq=False)
class Exit:
    """A criterion that takes people out, wherever they are [6.25]: an `event`, if `test` holds of it; or `test` alone,
    with what is looked up before it."""

    name: str
    event: str | None = None
    test: Evaluate | None = None
    needs: Needs = ()


@dataclass(frozen=True, slots=True)
class Zone:
    """A journey's time zone: the profile's where `looking` finds one, else `fixed`."""

    fixed: tzinfo = UTC
    looking: Looking | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """An audience that a journey begins with [6.19]: the members of a segment, each by the event `event`.

    `pace` is µs from one to the next. It is read when `following` says, or after the business event `business`;
    `incremental`: only who has come since the last time.
    """

    event: str
    segment: str
    pace: int
    following: Callable[[int, bool], int | None] | None
    """The first moment (epoch ms) behind one at which it is read, and whether that is the first time."""
    business: str | None
    incremental: bool


@dataclass(slots=True, eq=False)
class Plan:
    """A journey version, compiled. Times in ms; `start`/`end` epoch ms or None."""

    sandbox: str
    journey: str
    name: str
    version: int
    uid: str
    namespace: str | None
    reentrance: bool
    timeout: int
    global_timeout: int
    start: int | None
    end: int | None
    entry: Listener
    places: tuple[Action | Condition | Opening | Group, ...]
    listens: frozenset[str]
    slots: int
    reads: Mapping[str, tuple[tuple[int, Callable[[Any], object]], ...]]
    """Per event: which slot of a stay's values gets which part of the payload."""
    paths: frozenset[tuple[str, ...]]
    """The parts of payloads that `reads` looks at."""
    shapes: tuple[Shape, ...]
    needs_moment: bool
    """Whether an expression asks for the time or draws a random number."""
    properties: tuple[str, ...] = ()
    """Journey properties that differ by stay: slot -1 is the last of them, behind what is kept of events."""
    tracked: Mapping[str, int] = field(default_factory=dict)
    """Those of them that change from activity to activity, and their slots."""
    thawed: tuple[tuple[int, Get], ...] = ()
    """Slots whose values come out of storage as text: dates and durations, and how they are read."""
    remembers: Mapping[str, int] = field(default_factory=dict)
    """The slots that remember feedback to messages, by what reactions listen to."""
    looks: bool = False
    """Whether anything is read of the built-in source, or asked of segments."""
    zone: Zone = Zone()
    exits: tuple[Exit, ...] = ()
    watches: bool = False
    """Whether a change of what is known of somebody may take them out."""
    watched: frozenset[str] = frozenset()
    """The segments that may take somebody out who enters or leaves one."""
    held_out: float = 0
    """The share of people (percent) who do not enter, for comparison."""
    measures: bool = False
    """Whether branches have goals."""
    counts: bool = False
    """Whether people share a counter: then it matters who comes first."""
    again_after: int = 0
    """How long (ms) after the end of a stay nobody enters again [6.2]."""
    pace: int = 0
    """µs from one entry to the next; 0 for none [6.13]."""
    keyed: bool = False
    """Whether a person is inside once for each supplemental key [6.10]."""
    audience: Audience | None = None
    jumps: frozenset[str] = frozenset()
    """The journeys that it jumps to, by their names."""

    def picked(self) -> tuple[Plan, Callable[[str, Mapping[str, Any]], tuple[object, ...]]]:
        """This plan for payloads of which only what it reads is left, and what makes them: (event, payload) -> that."""
        gets = {event: tuple(get for _, get in reads) for event, reads in self.reads.items()}

        def pick(event: str, payload: Mapping[str, Any]) -> tuple[object, ...]:
            return tuple([get(payload) for get in gets[event]])

        reads = {
            event: tuple((slot, itemgetter(index)) for index, (slot, _) in enumerate(reads))
            for event, reads in self.reads.items()
        }
        return replace(self, reads=reads), pick


@dataclass(slots=True, eq=False)
class EventPlan:
    """An event definition, compiled. `test` says whether a payload is this event, `key` whose it is.

    `key` returns the id in `namespace`, None where the payload has none; it raises EvaluationError as expressions do.
    `paths` are the parts of the payload that both look at.
    """

    name: str
    namespace: str | None
    test: Callable[[Mapping[str, Any]], bool]
    key: Callable[[Mapping[str, Any]], str | None]
    paths: frozenset[tuple[str, ...]]
    supplemental: Callable[[Mapping[str, Any]], str | None] | None = None
    """What it is about besides the person, as `key` says whose it is [6.10]."""
    business: bool = False
    """Whether it is about nobody [3.8]; its `key` is empty."""
