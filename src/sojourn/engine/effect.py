"""What leaves the engine for the world, and what comes back.

The engine never calls anybody: a transition returns *effects*, the runtime carries them out after its commit, and
the world's answer returns as a stimulus. An effect is complete in itself (all values rendered), so it can be
stored, retried after a crash, recorded by a backtest, or carried by another process.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from sojourn.journey.plan import Error, Request

Outcome = Literal["ok"] | Error
"""How a call ended: `ok` (2xx), or the manual's error kinds; `error` is everything below HTTP (refused, DNS, TLS)."""


class Call(msgspec.Struct, frozen=True, tag="call", gc=False):
    """A custom action to execute.

    `timeout` (ms, real time) covers all attempts together [5.4]. `not_before` (epoch ms on the journey's clock)
    makes it a delayed call, None sends it at once.
    """

    action: str
    request: Request
    timeout: int
    not_before: int | None = None


class Fetch(msgspec.Struct, frozen=True, tag="fetch", gc=False):
    """A field group of a data source to read [4.4]; `body` of its answer is kept."""

    source: str
    field_group: str
    request: Request
    timeout: int


Effect = Call | Fetch


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


OK = Answer("ok", attempts=1)

__all__ = ["OK", "Answer", "Call", "Effect", "Fetch", "Outcome", "Request", "Sending"]
