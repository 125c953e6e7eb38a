"""A draft that runs apart from what is live: its document as it runs in test mode [6.32], or as a shadow [6.33].

A test is no second engine: it is the same journey over a document in which waits are short. So what holds of journeys
holds of it, and a backtest of that document goes the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

import msgspec

from sojourn.journey.document import JourneyDocument

TEST_WAIT = timedelta(seconds=10)
"""How long waits and timeouts last in a test, unless it says otherwise."""
Kind = Literal["test", "shadow"]


class Options(msgspec.Struct, frozen=True):
    """How a draft runs apart. `wait` (ms) is how long each wait and timeout lasts in a test; `paths` says which path
    of a percentage split is taken there, the top one unless it does; `answers` are what a shadow's calls come to, as
    `runtime.fixtures` reads them."""

    wait: int = TEST_WAIT // timedelta(milliseconds=1)
    paths: Mapping[str, str] = {}
    answers: Mapping[str, Any] = {}


def least_wait(document: JourneyDocument) -> int:
    """The shortest wait (ms) that a test of a journey may have."""
    return max((activity.least_wait for activity in document.activities.values()), default=0)


def rehearsed(document: JourneyDocument, kind: Kind, options: Options) -> JourneyDocument:
    """The document that runs: in a test every wait and timeout is short, and no date keeps anybody out."""
    if kind == "shadow":
        return document
    wait = timedelta(milliseconds=options.wait)
    activities = {id_: each.rehearsed(wait, options.paths.get(id_)) for id_, each in document.activities.items()}
    return document.model_copy(update={"activities": activities, "start_date": None, "end_date": None})
