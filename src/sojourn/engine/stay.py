"""A stay: where one person is in one journey, small and immutable, the only thing that lasts between stimuli."""

from __future__ import annotations

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
    `dues` are the moments at which the place's timers fire; `values` is what the plan keeps of the events.
    """

    entry: int
    version: int
    place: int
    since: int
    entered: int = 0
    steps: int = 0
    dues: tuple[int, ...] = ()
    values: tuple[object, ...] = ()


NOBODY = Stay(entry=0, version=0, place=AWAY, since=0)
"""Somebody who was never in the journey."""


class Step(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A step event, as short as it can be kept: the shape joins the names, the stay's key the identities.

    `shape` is the number of a `plan.Shape`; `n` numbers the stay's steps from 1; `at` is epoch ms; `took` is ms on
    the journey's clock since the person came to the activity; `attempts` counts the requests of a call; `code` is
    the HTTP status or the evaluation error that made it fail.
    """

    shape: int
    n: int
    at: int
    took: int
    attempts: int = 0
    code: int | str | None = None
