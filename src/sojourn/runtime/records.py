"""Bringing records to the profile store: events before any journey hears them [3.9], other records by themselves.

What cannot be taken in (a damaged row, a fault of ours) is set aside alone, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import groupby
from typing import Any

from msgspec import structs

from sojourn.identifiers import event_key
from sojourn.journey.dataset import Intake, moment
from sojourn.profile.events import Event
from sojourn.profile.store import Grown, Profiles
from sojourn.schema.identity import Identity
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

    def event(self, entry: Accepted, record: dict[str, Any], intake: Intake) -> bool:
        """An accepted event; `record` is it, decoded as far as `intake` reads. False if it was imported before."""
        profiles, whose = self._profiles, intake.identities(record)
        try:
            grown = profiles.event(entry.sandbox, whose, _event(entry.record, record), entry.at)
        except Exception as error:
            self._aside(Recorded(entry.at, entry.sandbox, entry.dataset, [entry.record]), error)
            return True
        for each in grown or ():
            self._together(each, entry.at)
        return grown is not None

    def recorded(self, entry: Recorded, intake: Intake, *, again: bool = False) -> None:
        """Records that come by themselves. `again`: they were set aside, so the ids of events have been seen."""
        read, extract = intake.read, intake.identities
        records = [(text, read(text)) for text in entry.records]
        identities = [extract(record) for _, record in records]
        if len(records) > 1:
            self._profiles.prepare(entry.sandbox, identities)
        if intake.kind == "experienceevent":
            self._imported(entry, records, identities, again)
            return
        for record, whose in zip(records, identities, strict=True):
            try:
                grown = self._record(entry, intake, *record, whose)
            except Exception as error:
                self._aside(structs.replace(entry, records=[record[0]]), error)
                continue
            for each in grown:
                self._together(each, entry.at)

    def _record(
        self, entry: Recorded, intake: Intake, text: bytes, record: dict[str, Any], whose: list[Identity]
    ) -> list[Grown]:
        new = moment(record, entry.moment)
        if intake.kind == "profile":
            return self._profiles.attribute(entry.sandbox, whose, text, new, entry.at)
        key = intake.key(record)
        assert key is not None  # the inlet has seen to it
        self._profiles.record(entry.sandbox, intake.schema, key, text, new, entry.at)
        return []

    def _imported(
        self,
        entry: Recorded,
        records: list[tuple[bytes, dict[str, Any]]],
        identities: list[list[Identity]],
        again: bool,
    ) -> None:
        """Events of a file: those of one person that stand together are taken in at once."""
        sandbox = entry.sandbox
        keys = [event_key(sandbox, record["_id"]) for _, record in records]
        seen = set() if again else self._shard.seen_among(tuple(keys))
        at = 0
        for whose, group in groupby(identities):
            size = sum(1 for _ in group)
            mine = range(at, at + size)
            at += size
            try:
                events = [(keys[n], _event(*records[n])) for n in mine if keys[n] not in seen]
                grown = self._profiles.imported(sandbox, whose, events, entry.at)
            except Exception as error:
                self._aside(structs.replace(entry, records=[records[n][0] for n in mine]), error)
                continue
            for each in grown:
                self._together(each, entry.at)


def _event(text: bytes, record: dict[str, Any]) -> Event:
    return Event(round(datetime.fromisoformat(record["timestamp"]).timestamp() * 1000), record["_id"], text)
