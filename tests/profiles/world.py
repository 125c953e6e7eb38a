"""A journal, a shard and an engine with a profile-enabled project, driven by records in virtual time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sojourn.journey.project import Project
from sojourn.profile.people import People
from sojourn.runtime.inlet import Checked, InletRules
from sojourn.store.entry import Accepted, Entry, Marked, Recorded

from ..differential.runs import Durable, publication
from ..engine.world import compiled

PROFILES, EVENTS, PRODUCTS = "people", "visits", "catalogue"
WAITING = {
    "start": {"type": "event", "event": "A", "next": ["b", "long"]},
    "b": {"type": "event", "event": "B", "next": "call"},
    "long": {"type": "wait", "duration": "P10D"},
    "call": {"type": "action", "action": "send", "parameters": {"who": "@{B._t.who}"}},
}
FIELDS = {"_t": {"who": "string", "mail": "string", "n": "integer", "text": "string"}}


def project(activities: dict[str, Any] | None = None) -> Project:
    """Events A and B by CRMID, a journey that waits for B, and a dataset of each class, all enabled for profile."""
    made = Project()
    body = {"who": {"$variable": "string", "$mandatory": True}}
    identities = {"_t.who": {"namespace": "CRMID", "primary": True}, "_t.mail": {"namespace": "Email"}}
    documents: list[tuple[Any, dict[str, Any]]] = [
        ("namespace", {"name": "Loyalty"}),
        ("schema", {"name": "visit", "profile": True, "fields": FIELDS, "identities": identities}),
        ("schema", {"name": "person", "base": "profile", "profile": True, "fields": FIELDS, "identities": identities}),
        (
            "schema",
            {
                "name": "product",
                "base": "record",
                "profile": True,
                "fields": {"_t": {"sku": "string", "price": "decimal", "title": "string"}},
                "identities": {"_t.sku": {"namespace": "Loyalty", "primary": True}},
            },
        ),
        ("dataset", {"name": EVENTS, "schema": "visit", "profile": True}),
        ("dataset", {"name": "unseen", "schema": "visit"}),
        ("dataset", {"name": PROFILES, "schema": "person", "profile": True}),
        ("dataset", {"name": PRODUCTS, "schema": "product", "profile": True}),
        *(
            (
                "event",
                {
                    "name": name,
                    "schema": "visit",
                    "condition": f'@{{{name}.eventType}} == "{name}"',
                    "namespace": "CRMID",
                    "key": f"@{{{name}._t.who}}",
                },
            )
            for name in "AB"
        ),
        ("action", {"name": "send", "url": "https://example.com/", "body": body}),
        ("journey", {"name": "j", "namespace": "CRMID", "start": "start", "activities": activities or WAITING}),
    ]
    for kind, data in documents:
        assert made.add(kind, data) == []
    return made


def moment(at: int) -> str:
    return f"1970-01-{at // 86_400_000 + 1:02}T{at // 3_600_000 % 24:02}:{at // 60_000 % 60:02}:{at / 1000 % 60:06.3f}Z"


def event(id_: str, at: int, kind: str, who: str, mail: str | None = None, **more: Any) -> dict[str, Any]:
    return {"_id": id_, "timestamp": moment(at), "eventType": kind, "_t": {"who": who, "mail": mail, **more}}


def accepted(at: int, record: dict[str, Any], dataset: str = EVENTS) -> Accepted:
    return Accepted(at, "prod", json.dumps(record).encode(), dataset)


def recorded(at: int, *records: dict[str, Any], dataset: str = PROFILES, moment: int | None = None) -> Recorded:
    return Recorded(at, "prod", dataset, [json.dumps(record).encode() for record in records], moment)


class World:
    """`log` processes entries at once; `people` reads the profiles."""

    def __init__(self, run: Durable) -> None:
        self.run = run
        self.people = People(run.shard.rows)

    def log(self, *entries: Entry) -> None:
        self.run.append(entries)
        self.run.work()

    def until(self, at: int) -> None:
        self.log(Marked(at))

    def attributes(self, who: str, namespace: str = "CRMID") -> dict[str, Any]:
        found = self.people.attributes("prod", namespace, who) or {}
        return dict(found.get("_t", {}))

    def identities(self, who: str, namespace: str = "CRMID") -> set[tuple[str, str]]:
        found = self.people.person("prod", namespace, who)
        return set(found.identities) if found else set()

    def events(self, who: str, namespace: str = "CRMID", now: int = 0) -> list[str]:
        return [each["_id"] for each in self.people.events("prod", namespace, who, now)]

    def quarantined(self) -> list[Any]:
        return self.run.shard.rows("quarantined")


@contextmanager
def world(data: Path, made: Project | None = None) -> Iterator[World]:
    """A world whose project is known and whose journey is live."""
    made = made or project()
    with closing(Durable(data)) as run:
        run.append(publication(made, compiled(made)))
        run.work()
        yield World(run)


def checked(made: Project, messages: Sequence[tuple[str, dict[str, Any]]]) -> list[Checked]:
    """Records of datasets as the inlet passes them on."""
    rules = InletRules(made)
    return [rules.of_dataset(rules.intake(dataset), json.dumps(record).encode()) for dataset, record in messages]
