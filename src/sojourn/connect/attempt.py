"""How one attempt of an effect ended."""

from __future__ import annotations

from dataclasses import dataclass

from sojourn.engine.effect import Outcome


@dataclass(frozen=True, slots=True)
class Attempt:
    """`after` is the server's wish for the next one, in seconds; `retry` whether another may help.

    Of a message, `reply` is what was said and `gone` the addresses that are of no use any more.
    """

    outcome: Outcome
    code: int | None = None
    after: float | None = None
    body: bytes | None = None
    retry: bool = False
    reply: str | None = None
    gone: tuple[str, ...] = ()
