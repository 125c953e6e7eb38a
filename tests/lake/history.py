"""A shard with a history that was made by hand: journeys, shapes and steps as the engine writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from sojourn import identifiers
from sojourn.journey.document import JourneyDocument
from sojourn.journey.node import Shape
from sojourn.report.facts import Discarded, Fact
from sojourn.report.steps import expand, name_of
from sojourn.store.shard import Shard, ShardReader

SANDBOX = "prod"
ACTIVITIES: dict[str, Any] = {
    "start": {"type": "event", "event": "Bought", "label": "Buys", "next": "size"},
    "size": {"type": "condition", "paths": {"big": "true"}, "next": {"big": "thanks", "other": "rest"}},
    "thanks": {"type": "action", "action": "send", "parameters": {}, "next": "rest"},
    "rest": {"type": "wait", "duration": "P1D", "next": "done"},
    "done": {"type": "end"},
}


class History:
    """Writes a shard, batch by batch."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data = data
        self.shard = Shard(data / "shard-0.db")
        self._ids: dict[tuple[str, str], int] = {}
        self._numbers: dict[tuple[int, int, bytes], int] = {}

    def journey(self, name: str, versions: int = 1, sandbox: str = SANDBOX, namespace: str | None = "CRMID") -> int:
        """A journey with so many versions; its short number."""
        uid = identifiers.document_id(sandbox, "journey", name)
        document = JourneyDocument.model_validate(
            {
                "name": name,
                "namespace": namespace,
                "start": "start",
                "activities": ACTIVITIES,
                "description": f"of {name}",
            }
        )
        self.shard.begin()
        id_ = int(self.shard.rows("add_journey", sandbox, uid, name)[0][0])
        for number in range(1, versions + 1):
            version = identifiers.version_id(sandbox, uid, number)
            body = document.model_dump_json(by_alias=True, exclude_unset=True)
            self.shard.rows("put_version", id_, number, version, "live" if number == versions else "closed", body, 0)
        self.shard.commit()
        self._ids[sandbox, name] = id_
        return id_

    def uid(self, name: str, version: int = 1, sandbox: str = SANDBOX) -> str:
        """The id of a journey version."""
        return identifiers.version_id(sandbox, identifiers.document_id(sandbox, "journey", name), version)

    def shape(self, journey: int, version: int, content: dict[str, Any]) -> int:
        """The number of a shape, made when it is new."""
        body = msgspec.json.encode(Shape(**content).content())
        key = (journey, version, body)
        if key not in self._numbers:
            self._numbers[key] = int(self.shard.rows("put_shape", journey, version, body.decode())[0][0])
        return self._numbers[key]

    def batch(self, rows: Iterable[tuple[int, int, str, str, int, Sequence[Any]]]) -> None:
        """A batch of step events: (journey, version, person, supplemental, entry, steps)."""
        found = list(rows)
        self.shard.begin()
        self.shard.put_steps(found)
        for _, _, _, _, _, steps in found:
            for step in steps:
                self.shard.rows("count_shape", 1, step[4], step[0])
        self.shard.commit()

    def facts(self, kind: str, rows: Sequence[Discarded | Fact]) -> None:
        """What happened besides."""
        self.shard.begin()
        self.shard.put_facts(kind, rows)
        self.shard.commit()

    def at(self, moment: int) -> None:
        """Journey time, epoch ms."""
        self.shard.begin()
        self.shard.put("now", moment)
        self.shard.commit()


def expanded(data: Path) -> list[dict[str, Any]]:
    """All step events of a shard in their public form, one after the other."""
    reader = ShardReader(data / "shard-0.db")
    try:
        journeys = {row[0]: row[1:] for row in reader.rows("journeys")}
        names = {}
        for id_, number, _, _, body, *_ in reader.rows("versions"):
            sandbox, uid, name, *_ = journeys[id_]
            names[id_, number] = name_of(sandbox, uid, name, body)
        shapes = {row[0]: Shape(**msgspec.json.decode(row[3])) for row in reader.rows("shapes")}
        return [
            record
            for _, batch in reader.step_batches(0, 1_000_000)
            for journey, version, person, supplemental, entry, steps in batch
            if entry
            for record in expand(
                names[journey, version],
                version,
                person,
                supplemental,
                entry,
                [(shapes[each[0]], each) for each in steps],
            )
        ]
    finally:
        reader.close()
