"""What activities ask of the world. Each is complete in itself (all values rendered), so it can be stored, retried
after a crash, recorded by a backtest, or carried by another process."""

from __future__ import annotations

import msgspec


class Request(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One HTTP exchange, rendered. `headers` are (name, value) pairs; `body` is JSON text."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


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
    sandbox: str = "prod"


Effect = Call | Fetch
