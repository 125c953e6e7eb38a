"""What a transition gives back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from sojourn.engine.effect import Effect
from sojourn.engine.stay import Stay, Step

Discard = Literal[
    "EVENT_WITH_NO_JOURNEY", "reentranceNotAllowed", "notAwaited", "notStarted", "ended", "closed", "stopped",
    "heldOut", "conditionFailed", "keyMissing", "keyFailed", "supplementalKeyMissing", "notTestProfile",
    "testProfilesFull", "inside", "jumpLoop", "ERROR_SEGMENT_REALISATION_CONDITION_MISMATCH",
]  # fmt: skip
"""Why an event had no effect on a journey; the first two are the manual's codes [9.3]."""


class Result(msgspec.Struct, gc=False):
    """What a transition gives back.

    `effects` are (number, effect): the stay awaits the answer to that number. `discard` says why an event had no
    effect; `held` that it has to wait for an answer; `again` that a timer of the same moment went first and the event
    is still to be heard.
    """

    stay: Stay
    effects: Sequence[tuple[int, Effect]] = ()
    steps: Sequence[Step] = ()
    discard: Discard | None = None
    held: bool = False
    again: bool = False
