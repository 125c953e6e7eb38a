"""What a plan is made of: activities, as the engine goes through them.

Pure data. Activities are linked by *arrows*; an arrow's target is an activity to arrive at, a *group* of listeners
and waits that stand in parallel, or None, the end. Each arrow already holds the *shape* of the step event that
taking it writes, so that a step costs one small record at run time and can be joined to its names later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Literal, Protocol

from sojourn.journey.request import Call, Effect, Enter, Request, Write

StepStatus = Literal[
    "transitions", "endStep", "error", "timedOut", "cappingError", "instanceTimedOut", "skipped", "exited", "stopped"
]
"""How a step ended [9.1]."""
NodeType = Literal[
    "event", "segmentQualification", "readAudience", "condition", "wait", "action", "email", "push", "sms", "webhook",
    "updateProfile", "jump", "end",
]  # fmt: skip
ACTIONS: tuple[NodeType, ...] = ("action", "email", "push", "sms", "webhook", "updateProfile", "jump")
"""The types of what `Action` does."""
Values = Sequence[object]
Evaluate = Callable[[Values, Any], object]


Error = Literal["http", "timeout", "capping", "error"]
"""Why a step failed: the manual's values; `error` is everything below HTTP, and an evaluation error."""


@dataclass(slots=True, eq=False)
class Shape:
    """What all step events of one kind share: version, activity, status, arrow, error. Compared by identity.

    A plan has all its shapes from the start. `number` is what step events name a shape by; whoever keeps step events
    gives out the numbers (`Plan.shapes` in order, unless told otherwise).
    """

    version: str
    node: str
    node_type: NodeType
    label: str
    status: StepStatus
    arrow: str | None = None
    entrance: bool = False
    reentrance: bool = False
    ended: bool = False
    action: str | None = None
    error: Error | None = None
    fetch: str | None = None
    """The field group (`Source.Group`) whose fetch failed, for an error of a fetch [9.6]."""
    sees: tuple[str, ...] = ()
    """What names the values that stand with the step events of a decision: references, then segments [6.34]."""
    goal: str | None = None
    """The branch of an A/B split (`split/branch`) whose goal is reached with this step."""
    number: int = -1

    def content(self) -> dict[str, Any]:
        """Everything but the number: by this a shape is found again after a restart."""
        return {name: getattr(self, name) for name in SHAPE_FIELDS}


SHAPE_FIELDS = tuple(name for name in Shape.__slots__ if name != "number")


Get = Callable[[Any], object]
What = Literal["profile", "experienceevent", "record"]


@dataclass(frozen=True, slots=True)
class Looking:
    """What a need looks at in the profile store: a person's attributes or experience events [4.1], or a record [2.2].

    `space` is the namespace of the person's id, or the schema of the record that has `key`; `read` decodes as much as
    is asked for.
    """

    what: What
    space: str
    read: Callable[[bytes], dict[str, Any]]
    key: Callable[[Values], object] | None = None


@dataclass(slots=True, eq=False)
class Need:
    """A field group with its parameters, as activities ask for it [4.4].

    `ask` renders the request to an external source; `looking` stands instead of it for the built-in one. `fills` says
    which slots get which part of the answer, `form` is the type of the whole answer.
    """

    source: str
    group: str
    ask: Callable[[Values, Any], Request] | None = None
    looking: Looking | None = None
    fills: list[tuple[int, Get]] = field(default_factory=list)
    form: type = dict

    @property
    def name(self) -> str:
        return f"{self.source}.{self.group}"


Needs = tuple[Need, ...]


@dataclass(slots=True, eq=False)
class Arrow:
    """A way from one activity on. `entrance`/`reentrance` are the shapes of the entry activity's row."""

    id: str
    target: Condition | Choice | Action | Group | None
    shape: Shape
    entrance: Shape | None = None
    reentrance: Shape | None = None
    mark: tuple[int, str] | None = None
    """The slot that remembers that this branch was taken, and its name."""
    goals: tuple[tuple[int, str, Shape], ...] = ()
    """Of which branches this way is the goal: the slot that remembers one, its name, and the shape of the step then."""


@dataclass(slots=True, eq=False)
class Node:
    """An activity of the plan.

    `failure` is where its alternative path leads, None where it has none [6.24]; `failures` are the shapes of its
    step events by error, `fetch_failures` those of a fetch that failed; `cut` those of a stay that ends while it stands
    here (`instanceTimedOut`, `stopped`).
    """

    id: str
    type: NodeType
    label: str
    failure: Arrow | None = None
    failures: Mapping[Error, Shape] = field(default_factory=dict)
    cut: Mapping[str, Shape] = field(default_factory=dict)
    fetch_failures: Mapping[Need, Mapping[Error, Shape]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Condition(Node):
    """Paths top-down as (test, arrow); `other` is taken where none holds.

    `needs` is empty, or has for each path what is fetched before its test; a person rests at `place` meanwhile.
    """

    paths: tuple[tuple[Evaluate, Arrow], ...] = ()
    other: Arrow | None = None
    needs: tuple[Needs, ...] = ()
    place: int = -1
    sees: Callable[[Values], object] = lambda values: None
    """The values that it looks at, of one that looks at something at all."""
    asks: tuple[str, ...] = ()
    """The segments that it asks for."""


@dataclass(slots=True, eq=False)
class Manner:
    """How a message goes to somebody [5.6].

    By what the first of the activity's needs has brought, `quiet` says until when (epoch ms) they are not to be written
    to at a moment, None where they may, and `declined` whether they have said no; when everything is there, `hindrance`
    says why they cannot be written to. `skipped` is the shape of the step of whoever is not.
    """

    declined: Callable[[Values], bool]
    hindrance: Callable[[Values, Any], str | None]
    quiet: Callable[[Values, int], int | None] | None = None
    skipped: Shape | None = None


@dataclass(slots=True, eq=False)
class Action(Node):
    """Something done by an effect that is answered, a call or another: `render` makes it.

    `place` is where a person rests until the answer comes; `needs` are fetched before.
    """

    action: str = ""
    place: int = -1
    needs: Needs = ()
    keeps: tuple[tuple[int, Get], ...] = ()
    """Which slots get which part of what it is answered, as far as that is used later; `form` is the type of all."""
    form: type = dict
    render: Callable[[Values, Any], Effect | Write | Enter] = lambda values, moment: Call("", Request("POST", ""), 0)
    then: Arrow | None = None
    sees: Callable[[Values], object] = lambda values: None
    """What it looks at, of one that fetches: so it is known what was fetched."""
    asks: tuple[str, ...] = ()
    manner: Manner | None = None
    """Of a message."""
    feeds: Mapping[str, int] = field(default_factory=dict)
    """Of a message that somebody reacts to: the slots that remember what became of it."""


class Here(Protocol):
    """Who has come to an activity and when, for what decides by these and not by an expression."""

    person: str
    supplemental: str
    now: int
    """Epoch ms."""

    @property
    def zone(self) -> tzinfo:
        """The journey's time zone, or the profile's, as it is now [6.28]."""
        ...

    def local(self) -> datetime:
        """Now, in the time zone."""
        ...

    def take(self, counter: str, limit: int, period: int) -> int:
        """Counts one more on a counter of the version, if there were less than `limit` in its period (ms): how many
        there were."""
        ...


@dataclass(slots=True, eq=False)
class Choice(Node):
    """A decision by who it is and when [6.20]: `choose` says the way, and what it saw (`sees` says what that is). It
    never fails."""

    choose: Callable[[Here], tuple[Arrow, object]] | None = None
    sees: str = ""
    needs: Needs = ()


def feedback_key(message: str, reaction: str) -> str:
    """What somebody hears who waits for a reaction to the message of an activity [6.18]."""
    return f"feedback:{message}:{reaction}"


def needs_of(node: Node) -> Sequence[Need]:
    """All that an activity may fetch, each once."""
    if isinstance(node, Condition):
        return tuple(dict.fromkeys(need for needs in node.needs for need in needs))
    return node.needs if isinstance(node, Action | Wait | Opening) else ()


@dataclass(slots=True, eq=False)
class Listener(Node):
    """Somebody who waits for one of the things that it `hears` (or enters by it), at most `timeout` ms."""

    hears: tuple[str, ...] = ()
    """Keys of what is heard: an event's name, or another that `EventHeard` goes by."""
    gives: str = ""
    """The name under which expressions see what it hears, where that is not the key."""
    timeout: int | None = None
    then: Arrow | None = None


@dataclass(slots=True, eq=False)
class Wait(Node):
    """A wait: `duration` ms, or `until` a moment (epoch ms; null is an error), before which `needs` are fetched."""

    duration: int = 0
    then: Arrow | None = None
    until: Callable[[Values, Any, Here], int | None] | None = None
    needs: Needs = ()


@dataclass(slots=True, eq=False)
class Group:
    """Events and waits in parallel [6.16]: the first to happen wins, a tie goes to the upper one.

    `timers` are (rank, duration ms, node, arrow), `durations` theirs alone; `listeners` maps what is heard to (rank,
    node, arrow).
    """

    place: int
    top: Node
    listeners: Mapping[str, tuple[int, Listener, Arrow]]
    timers: tuple[tuple[int, int, Node, Arrow], ...]
    durations: tuple[int, ...] = ()
    remembered: tuple[tuple[int, Arrow], ...] = ()
    """Reactions to what may have happened before [6.18], upper first: the slot that remembers it, and the way."""
    opening: Opening | None = None
    """Where a moment has to be worked out: what people come to before they rest here."""


@dataclass(slots=True, eq=False)
class Opening(Node):
    """The way into a group with waits until a moment. People rest here while what is fetched for them is open.

    `id`, `label` and `cut` are those of the group's top activity.
    """

    group: Group | None = None
    place: int = -1
    needs: Needs = ()
