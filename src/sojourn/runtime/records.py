"""Bringing records to the profile store: events before any journey hears them [3.9], other records by themselves.

What cannot be taken in (a damaged row, a fault of ours) is set aside alone, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sojourn import identifiers
from sojourn.journey.dataset import Intake, moment
from sojourn.profile.events import Event
from sojourn.profile.store import Grown, Profiles
from sojourn.store.entry import Accepted, Recorded
from sojourn.store.shard import Shard

Together = Callable[[Grown, int], None]
Aside = Callable[[Recorded, Exception], None]


class Records:
    """Takes records in; `together` is told of people who turned out to be one, `aside` of what failed."""

    def __init__(self, shard: Shard, profiles: Profiles, together: Together, aside: Aside) -> None:
        self._shard = shard
        self._profiles = profiles
        self._together = together
        self._aside = aside

    def event(self, entry: Accepted, record: dict[str, Any], intake: Intake) -> None:
        """An accepted event; `record` is it, decoded as far as `intake` reads."""
        recorded = Recorded(entry.at, entry.sandbox, entry.dataset, [entry.record])
        self._each(recorded, intake, [(entry.record, record)])

    def recorded(self, entry: Recorded, intake: Intake, *, again: bool = False) -> None:
        """Records that come by themselves. `again`: they were set aside, so their ids have been seen."""
        records = [(text, intake.read(text)) for text in entry.records]
        if intake.kind == "experienceevent" and not again:
            keys = tuple([identifiers.event_key(entry.sandbox, record["_id"]) for _, record in records])
            fresh = self._shard.see(keys)
            records = [each for each, new in zip(records, fresh, strict=True) if new]
        self._each(entry, intake, records)

    def _each(self, entry: Recorded, intake: Intake, records: list[tuple[bytes, dict[str, Any]]]) -> None:
        profiles, sandbox, at = self._profiles, entry.sandbox, entry.at
        identities = [intake.identities(record) for _, record in records]
        if len(records) > 1:
            profiles.prepare(sandbox, identities)
        for (text, record), whose in zip(records, identities, strict=True):
            try:
                if intake.kind == "experienceevent":
                    timestamp = round(datetime.fromisoformat(record["timestamp"]).timestamp() * 1000)
                    grown = profiles.event(sandbox, whose, Event(timestamp, record["_id"], text), at)
                elif intake.kind == "profile":
                    grown = profiles.attribute(sandbox, whose, text, moment(record, entry.moment), at)
                else:
                    key = intake.key(record)
                    assert key is not None  # the inlet has seen to it
                    profiles.record(sandbox, intake.schema, key, text, moment(record, entry.moment), at)
                    continue
            except Exception as error:
                self._aside(Recorded(at, sandbox, entry.dataset, [text], entry.moment), error)
                continue
            for each in grown:
                self._together(each, at)
