"""Records out of log entries, many at once: each by itself only where one of them cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sojourn.identifiers import event_key, event_keys
from sojourn.runtime.configuration import Configuration
from sojourn.store.entry import Accepted, Entry

_EVENTS = {Accepted}
_SANDBOX = attrgetter("sandbox")


class Found(NamedTuple):
    """Records with their entries, in order, and the keys by which their ids are remembered [3.2]."""

    records: list[tuple[Accepted, dict[str, Any]]]
    keys: list[bytes]


def all_events(entries: Sequence[Entry]) -> bool:
    """Whether these are events and nothing else."""
    return set(map(type, entries)) == _EVENTS


def read_events(configuration: Configuration, accepted: Sequence[Accepted]) -> Found | None:
    """Reads records as far as events and journeys look at them; None where one cannot be read."""
    found = Found([], [])
    for sandbox, of_it in groupby(accepted, _SANDBOX):
        entries = list(of_it)
        try:
            records = configuration.sandbox(sandbox).read_many([entry.record for entry in entries])
            if len(records) != len(entries):
                return None
            found.keys.extend(event_keys(sandbox, [record["_id"] for record in records]))
        except Exception:
            return None
        found.records.extend(zip(entries, records, strict=True))
    return found


def read_each(
    configuration: Configuration, accepted: Sequence[Accepted], aside: Callable[[Accepted, Exception], None]
) -> Found:
    """The same for records of which one cannot be read: it goes `aside`."""
    found = Found([], [])
    for entry in accepted:
        try:
            record = configuration.sandbox(entry.sandbox).read(entry.record)
            found.keys.append(event_key(entry.sandbox, record["_id"]))
            found.records.append((entry, record))
        except Exception as error:
            aside(entry, error)
    return found
