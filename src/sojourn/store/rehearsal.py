"""Drafts that run apart, as the journal has them: begun and ended in the transaction that tells the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from sojourn.journey.rehearse import Kind, Options
from sojourn.store.entry import Dismissed, Rehearsed
from sojourn.store.journal import Job


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A draft that runs in test or as a shadow; moments are epoch ms of journey time.

    `triggered_at` is when an event was triggered for it last; at first it is its start.
    """

    uid: str
    journey: str
    kind: Kind
    number: int
    options: Options
    started_at: int
    triggered_at: int


def rehearsals(rows: list[tuple[Any, ...]]) -> dict[Kind, Rehearsal]:
    """The rows of the query of that name, by kind: one of each at most."""
    found = [
        Rehearsal(uid, journey, kind, number, msgspec.json.decode(options, type=Options), started_at, triggered_at)
        for uid, journey, kind, number, options, started_at, triggered_at in rows
    ]
    return {each.kind: each for each in found}


def begin(job: Job, sandbox: str, name: str, rehearsal: Rehearsal, body: bytes) -> None:
    """Lets a draft with this body run."""
    options = msgspec.json.encode(rehearsal.options)
    row = (rehearsal.uid, rehearsal.journey, rehearsal.kind, rehearsal.number, options.decode(), job.at, job.at)
    job.rows("add_rehearsal", *row)
    told = (rehearsal.journey, rehearsal.uid, rehearsal.kind, name, rehearsal.number, body, options)
    job.append(Rehearsed(job.at, sandbox, *told))
    job.record(f"journey.{rehearsal.kind}", sandbox, name, None, {"version": rehearsal.number})


def dismiss(job: Job, sandbox: str, name: str, journey: str, kind: Kind) -> bool:
    """Ends it; whether there was one."""
    rows = job.rows("delete_rehearsal", journey, kind)
    for (uid,) in rows:
        job.append(Dismissed(job.at, sandbox, uid))
        job.record(f"journey.{kind}-end", sandbox, name)
    return bool(rows)
