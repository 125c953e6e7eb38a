"""What leaves the engine for the world, and what comes back.

The engine never calls anybody: a transition returns *effects*, the runtime carries them out after its commit, and
the world's answer returns as a stimulus. What effects there are: `sojourn.journey.request`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import msgspec

from sojourn.journey.node import Error, What
from sojourn.journey.request import Call, Effect, Enter, Fetch, Request, Send, Write

Outcome = Literal["ok", "skipped"] | Error
"""How a call ended: `ok` (2xx), `skipped` (a message that is not to be sent, `reply` says why), or the
manual's error kinds; `error` is everything below HTTP (refused, DNS, TLS)."""


def called(effect: Effect) -> str:
    """The action, the field group or the channel configuration that an effect calls."""
    if isinstance(effect, Call):
        return effect.action
    return effect.channel if isinstance(effect, Send) else f"{effect.source}.{effect.field_group}"


class Look(NamedTuple):
    """What the profile store is asked for [2.2, 4.1]: answered on the spot and never in the outbox.

    `what` of the person with the id `key` in the namespace `space`, or the record with the `key` of the schema
    `space`; `read` says how much of it is wanted, `now` is epoch ms. The answer's `found` has it.
    """

    what: What
    sandbox: str
    space: str
    key: str
    now: int
    read: Callable[[bytes], dict[str, Any]]


class Ask(NamedTuple):
    """What somebody is to be sent, or what is to be written of them: asked before it is done, answered on the spot.

    A write and a jump are done then and there. A message that rules or the suppression list forbid is answered
    `skipped`, one that may go not at all.
    """

    effect: Send | Write | Enter
    sandbox: str
    namespace: str | None
    person: str
    now: int


class Sending(NamedTuple):
    """An effect on its way out: of which sandbox and journey (its short number), and since when (epoch ms, real)."""

    id: str
    effect: Effect
    sandbox: str
    journey: int
    since: int


class Answer(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What became of an effect.

    `code` is the last HTTP status, if any answered. `attempts` counts requests sent. `took` is real ms from the
    first attempt to the end. `origin`/`origin_code` tell the error before the one that ended a retried call.
    """

    outcome: Outcome
    code: int | None = None
    attempts: int = 1
    took: int = 0
    origin: Outcome | None = None
    origin_code: int | None = None
    body: bytes | None = None
    found: Any = None
    """What a `Look` has brought, or a fetch that was answered without a call; takes the place of `body`."""
    reply: str | None = None
    """What the server or service has said to a message, None for what is no message."""
    gone: tuple[str, ...] = ()
    """The addresses of a message that are of no use any more."""


Known = Callable[[Effect | Look], Answer | None]
"""Answers that need no world: a recorded or simulated call, the profile store. None where the effect has to go out."""

Asked = Callable[[Ask], Answer | None]

OK = Answer("ok", attempts=1)
DONE = Answer("ok", attempts=0)
"""Something was done without a call."""

__all__ = [
    "DONE", "OK", "Answer", "Ask", "Asked", "Call", "Effect", "Enter", "Fetch", "Known", "Look", "Outcome", "Request",
    "Send", "Sending", "Write", "called",
]  # fmt: skip
