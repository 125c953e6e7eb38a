"""A stay: where one person is in one journey, small and immutable, the only thing that lasts between stimuli."""

from __future__ import annotations

from typing import Any

import msgspec

AWAY = -1
"""The `place` of somebody who is not inside."""


class StayKey(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Whose stay: the person (the id in the journey's namespace) and the supplemental key, "" without one [6.10]."""

    person: str
    supplemental: str = ""


class Stay(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A person in a journey, or the memory that they were there.

    `entry` counts entries, over all versions, from 1; `version` is the number of the version entered last. `place`
    indexes the plan's places, `since` (epoch ms) is when the person came to it; `steps` counts step events so far;
    `dues` are the moments at which the place's timers fire; `values` is what the plan keeps of the events. `fetches`
    are those that the activity at `place` has behind it: (ms that it took, requests sent) for each [4.4].
    """

    entry: int
    version: int
    place: int
    since: int
    entered: int = 0
    steps: int = 0
    dues: tuple[int, ...] = ()
    values: tuple[object, ...] = ()
    fetches: tuple[tuple[int, int], ...] = ()

    @property
    def awaited(self) -> int:
        """The number of the effect whose answer somebody at an activity waits for.

        It is that of the step, with the number of the fetches that the step has behind it in its upper bits.
        """
        return self.steps + 1 + (len(self.fetches) << 20)


NOBODY = Stay(entry=0, version=0, place=AWAY, since=0)
"""Somebody who was never in the journey."""


class Fetched(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a step has fetched: how many field groups of the built-in source and of others, how long these took (real
    ms), and the requests that were sent for them. `origin`/`origin_code`: the error before the one that ended it."""

    platform: int
    custom: int
    took: int
    attempts: int
    origin: str | None = None
    origin_code: int | None = None


class Step(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A step event, as short as it can be kept: the shape joins the names, the stay's key the identities.

    `shape` is the number of a `plan.Shape`; `n` numbers the stay's steps from 1; `at` is epoch ms; `took` is ms on
    the journey's clock since the person came to the activity; `attempts` counts the requests of a call; `code` is
    the HTTP status or the evaluation error that made it fail. `seen` are the values that a decision saw, named by the
    shape: one alone as it is, several as a list [6.34].
    """

    shape: int
    n: int
    at: int
    took: int
    attempts: int = 0
    code: int | str | None = None
    fetched: Fetched | None = None
    seen: Any = None


SEEN = Step.__struct_fields__.index("seen")
"""Where it stands in a step as it is stored."""
