"""What happened besides step events, as the shard keeps it for the lake: short rows, named here [9.3].

Whoever sees such a thing happen puts it out with `Shard.put_facts`, in the transaction in which it happens.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

FactKind = Literal["discard", "record"]
Dataset = Literal["service", "feedback", "email_tracking", "push_tracking"]


class Discarded(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An event that had no effect on a journey. `journey` is the short number, 0 where no journey wanted it."""

    at: int
    sandbox: str
    journey: int
    event: str
    person: str
    reason: str
    id: str = ""
    """The event's own `_id`, where it has one."""


class Fact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One record of a dataset of the lake, in its public form. `at` is epoch ms; `people` are the ids that it names.

    `body` is the record as JSON, without `timestamp`; its fields are those of `lake/datasets.py`, others are refused.
    """

    at: int
    sandbox: str
    dataset: Dataset
    people: tuple[str, ...]
    body: bytes


def people_of(row: list[Any]) -> list[str]:
    """The ids that a fact names, given as it is stored."""
    return [row[4]] if isinstance(row[4], str) else row[3]
