"""A world with segments: what is in them, and the same by evaluating each definition for everybody, from scratch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sojourn.identifiers import document_id
from sojourn.journey.project import Project
from sojourn.journey.segment import compile_segments
from sojourn.profile.evaluation import SegmentMoment, values_of
from sojourn.profile.membership import STATUSES, Qualification, decode_qualifications, decode_row
from sojourn.store.entry import Changed, Entry

from ..profiles.world import World, project, world

N = "#{ExperiencePlatform.profile._t.n}"
VISITS = "#{ExperiencePlatform.experienceevent.all(currentDataPackField._t.n > 1)}"
DEFINITIONS = {
    "big": f"{N} >= 2",
    "named": "isNotEmpty(#{ExperiencePlatform.profile._t.text})",
    "regular": f"count({VISITS}) >= 2",
    "spender": "sum(#{ExperiencePlatform.experienceevent.all(true)._t.n}) > 4",
    "both": 'inSegment("big") and inSegment("regular")',
    "neither": 'not (inSegment("big") or inAudience("spender"))',
    "recent": "count(#{ExperiencePlatform.experienceevent.all(inLastDays(currentDataPackField.timestamp, 2))}) > 0",
    "mail": "count(#{ExperiencePlatform.profile.identityMap.entry('Email')}) > 0",
    "overflow": f"{N} + 9223372036854775806 > 0",
}


def definition(name: str, text: str | None, at: int, daily: str = "02:00") -> Changed:
    """The log entry that makes a segment."""
    body = {"name": name, "daily": daily} | ({} if text is None else {"definition": text})
    return Changed(at, "prod", "segment", name, json.dumps(body).encode())


def deletion(name: str, at: int) -> Changed:
    return Changed(at, "prod", "segment", name, b"")


class Segmented(World):
    """Membership by status, by hand, and in order of entry and exit."""

    def ids(self) -> dict[str, int]:
        return {row[0]: row[8] for row in self.run.shard.rows("segment_states", "prod")}

    def memberships(self) -> dict[str, dict[str, str]]:
        """By segment, the status of everybody who was ever in it, by their first identity."""
        names = {id_: name for name, id_ in self.ids().items()}
        found: dict[str, dict[str, str]] = {name: {} for name in names.values()}
        for number, person in self.people.walk("prod"):
            rows = self.run.shard.rows("membership", number)
            for id_, each in (decode_row(rows[0][0]) if rows else {}).items():
                if id_ in names:
                    found[names[id_]][min(person.identities)[1]] = STATUSES[each.status]
        return found

    def members(self) -> dict[str, set[str]]:
        return {
            name: {who for who, status in found.items() if status != "exited"}
            for name, found in self.memberships().items()
        }

    def by_hand(self, made: Project, now: int) -> dict[str, set[str]]:
        """Who is in each segment of the project as of `now`."""
        segments, wrong = compile_segments(made)
        assert wrong == []
        found: dict[str, set[str]] = {segment.name: set() for segment in segments.order}
        for number, person in self.people.walk("prod"):
            mine: set[str] = set()
            events = [event.record for event in self.people.all_events(number, person, now)]
            values = values_of(segments, person, events)
            for segment in segments.order:
                try:
                    if segment.test(values, SegmentMoment(now, mine.__contains__)):
                        mine.add(segment.name)
                        found[segment.name].add(min(person.identities)[1])
                except Exception:
                    assert segment.name == "overflow"
        return found

    def sizes(self) -> dict[str, tuple[int, int, int]]:
        """(realized, existing, exited) as they are counted."""
        return {row[0]: row[1:4] for row in self.run.shard.rows("segment_states", "prod")}

    def qualifications(self) -> list[Qualification]:
        return [
            each for _, body in self.run.shard.rows("qualifications", 0, 10**6) for each in decode_qualifications(body)
        ]


def with_segments(**definitions: str | None) -> Project:
    """The project of the profiles' tests with these segments."""
    made = project()
    for name, text in definitions.items():
        body = {"name": name} | ({} if text is None else {"definition": text})
        assert made.add("segment", body) == []
    return made


@contextmanager
def segmented(data: Path, made: Project | None = None) -> Iterator[Segmented]:
    with world(data, made or with_segments(**DEFINITIONS)) as here:
        yield Segmented(here.run)


def uid(name: str) -> str:
    return document_id("prod", "segment", name)


__all__ = ["DEFINITIONS", "Entry", "Segmented", "definition", "deletion", "segmented", "uid", "with_segments"]
