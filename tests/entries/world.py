"""A world of several journeys, and what became of everybody in them, in a line each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from sojourn.journey.compile import compile_journey
from sojourn.journey.plan import Plan
from sojourn.journey.project import Project
from sojourn.report.steps import shape_of
from sojourn.runtime.replay import CONFIGURATION
from sojourn.store.entry import Changed, Entry, Marked, Published

from ..differential.runs import Durable
from ..profiles.world import project

SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
N = "#{ExperiencePlatform.profile._t.n}"


def journeys(*bodies: Mapping[str, Any], segments: Mapping[str, str | None] | None = None) -> Project:
    """The project of the profiles' tests with these journeys and segments, and a business event `Launch`."""
    made = project()
    made.journeys.clear()
    order = {"name": "Order", "schema": "visit", "namespace": "CRMID", "key": "@{Order._t.who}",
             "condition": '@{Order.eventType} == "Order"', "supplementalKey": "@{Order._t.text}"}  # fmt: skip
    paid = {"name": "Paid", "schema": "visit", "namespace": "CRMID", "key": "@{Paid._t.who}",
            "condition": '@{Paid.eventType} == "Paid"', "supplementalKey": "@{Paid._t.text}"}  # fmt: skip
    launch = {"name": "Launch", "schema": "visit", "about": "business", "condition": '@{Launch.eventType} == "Launch"'}
    for event in (order, paid, launch):
        assert made.add("event", event) == []
    for name, definition in (segments or {}).items():
        assert made.add("segment", {"name": name} | ({"definition": definition} if definition else {})) == []
    for body in bodies:
        assert made.add("journey", {"namespace": "CRMID", "start": "start", **body}) == []
    return made


def plan_of(made: Project, name: str, number: int = 1) -> Plan:
    plan, found = compile_journey(made, name, number=number)
    assert plan is not None, [str(each) for each in found]
    return plan


def documents(made: Project) -> list[Entry]:
    return [
        Changed(0, "prod", kind, name, document.model_dump_json(by_alias=True, exclude_unset=True).encode())
        for kind in CONFIGURATION
        for name, document in made.of(kind).items()
    ]


def published(made: Project, name: str, at: int = 0, number: int = 1) -> Published:
    body = made.journeys[name].model_dump_json(by_alias=True, exclude_unset=True).encode()
    return Published(at, "prod", plan_of(made, name, number).journey, name, number, body)


class Lines:
    """`run` processes entries; `steps` and `discards` say what became of it."""

    def __init__(self, run: Durable) -> None:
        self.run = run

    def log(self, *entries: Entry, restart: bool = False) -> None:
        self.run.append(entries)
        self.run.work(restart)

    def until(self, at: int) -> None:
        self.log(Marked(at))

    @property
    def shard(self) -> Any:
        return self.run.shard

    def names(self) -> dict[int, str]:
        return {row[0]: row[3] for row in self.shard.rows("journeys")}

    def steps(self) -> list[str]:
        """Each step event as `SECOND JOURNEY PERSON[/KEY]#ENTRY NODE STATUS`, in order of time."""
        shapes = {row[0]: shape_of(row[3]) for row in self.shard.rows("shapes")}
        names, found = self.names(), []
        for _, body in self.shard.rows("steps", 0, 10**6):
            for journey, _, person, key, entry, steps in msgspec.msgpack.decode(
                zstandard.ZstdDecompressor().decompress(body)
            ):
                whose = person + (f"/{key}" if key else "")
                for number, n, at, *_ in steps:
                    shape = shapes[number]
                    line = f"{at / 1000:g} {names[journey]} {whose}#{entry} {shape.node} {shape.status}"
                    found.append(((at, names[journey], whose, entry, n), line))
        return [line for _, line in sorted(found)]

    def entered(self, journey: str) -> list[str]:
        """`SECOND PERSON#ENTRY` of each entry to a journey, in order of time."""
        rows = [line.split() for line in self.steps()]
        return [f"{at} {who}" for at, name, who, node, _ in rows if name == journey and node == "start"]

    def discards(self) -> dict[str, int]:
        """How often something had no effect: `JOURNEY REASON`."""
        names = self.names()
        found: dict[str, int] = {}
        for _, journey, _, reason, count, *_ in self.shard.rows("discards"):
            key = f"{names.get(journey, '-')} {reason}"
            found[key] = found.get(key, 0) + count
        return found

    def facts(self, kind: str) -> list[Any]:
        return [
            row
            for _, of, body in self.shard.rows("facts", 0, 10**6)
            if of == kind
            for row in msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(body))
        ]

    def exports(self) -> list[dict[str, Any]]:
        """The service events of the reads of audiences."""
        bodies = [json.loads(row[4])["_experience"]["journeyOrchestration"] for row in self.facts("record")]
        return [body["serviceEvents"]["segmentExportJob"] for body in bodies]


@contextmanager
def world(data: Path, made: Project, *live: str) -> Iterator[Lines]:
    """A world in which the documents of a project are known and these journeys are live."""
    with closing(Durable(data)) as run:
        run.append([*documents(made), *(published(made, name) for name in live)])
        run.work()
        yield Lines(run)
        assert run.shard.rows("quarantined") == []


def split(entries: Sequence[Entry], size: int) -> Iterator[Sequence[Entry]]:
    for start in range(0, len(entries), size):
        yield entries[start : start + size]
