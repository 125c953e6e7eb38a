"""What has happened lately: events of a definition as the log has them, the newest first, within bounds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sojourn.expression import EvaluationError
from sojourn.journey.plan import EventPlan
from sojourn.store.entry import Accepted
from sojourn.store.journal import JournalReader

ROWS = 50
WEEK = 7 * 24 * 3600 * 1000


class Happened(NamedTuple):
    """An event: when it was accepted (epoch ms of journey time), and its payload."""

    at: int
    payload: Any


def recent(
    journal: Path, sandbox: str, event: EventPlan, since: int, most: int, seconds: float = 0.5
) -> Iterator[Happened]:
    """At most `most` events accepted from `since` on, as many as `seconds` are enough for."""
    end = time.monotonic() + seconds
    with closing(JournalReader(journal)) as reader:
        row = reader.last()
        while row > 0:
            first = max(1, row - ROWS + 1)
            for _, entries in reversed(reader.read(first, row - first + 1)):
                for entry in reversed(entries):
                    if time.monotonic() > end or most == 0:
                        return
                    if not isinstance(entry, Accepted) or entry.sandbox != sandbox:
                        continue
                    if entry.at < since:
                        return
                    payload = msgspec.json.decode(entry.record)
                    if _is(event, payload):
                        most -= 1
                        yield Happened(entry.at, payload)
            row = first - 1


def _is(event: EventPlan, payload: Any) -> bool:
    try:
        return bool(event.test(payload))
    except EvaluationError:
        return False
