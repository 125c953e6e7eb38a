"""The shapes of step events and the journeys they are of, as the shard has them, and as a table for DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from sojourn.journey.document import EventDocument
from sojourn.journey.events import event_id_of
from sojourn.lake.catalogue import JOURNEYS, flat, leaves, packed, quoted, text
from sojourn.lake.lines import read_lines, written
from sojourn.lake.steps import SHAPE_COLUMNS, shape_row
from sojourn.report.steps import JourneyName, name_of, shape_of
from sojourn.store.shard import ShardReader

SHAPES, JOURNEY_VERSIONS = "shapes.parquet", "journeys.parquet"


class Journey(NamedTuple):
    """A journey by its short number."""

    sandbox: str
    uid: str
    name: str
    versions: dict[int, tuple[str, JourneyName, str]]
    """Each version's uid, what step events say of it, and its state."""


class Shapes:
    """Read from the shard; `refresh` takes up what has changed."""

    def __init__(self, shard: ShardReader) -> None:
        self._shard = shard
        self._seen: object = None
        self.changes = 0
        """Counts up whenever anything is new."""
        self.journeys: dict[int, Journey] = {}
        self.versions: dict[int, tuple[int, str]] = {}
        """Of each shape, the number by which its version is known here, and the version's uid."""
        self.of_journey: dict[str, list[int]] = {}
        """The shapes of a journey, by its uid."""
        self.rows: list[dict[str, Any]] = []
        self.event_ids: dict[tuple[str, str], str] = {}
        """The eventID of each system-generated event, by (sandbox, name)."""
        self.refresh()

    def refresh(self) -> None:
        """Takes up new versions and shapes."""
        versions = self._shard.rows("versions")
        shapes = self._shard.rows("shapes")
        seen = ([row[:4] for row in versions], len(shapes), hash(tuple(row[4] for row in versions)))
        if seen == self._seen:
            return
        self._seen = seen
        self.changes += 1
        self.journeys = {
            id_: Journey(sandbox, uid, name, {}) for id_, sandbox, uid, name in self._shard.rows("live_journeys")
        }  # not drafts that run apart; and one that has just been deleted may still have rows among the others
        for id_, number, uid, state, body, *_ in versions:
            if id_ not in self.journeys:
                continue
            journey = self.journeys[id_]
            journey.versions[number] = (uid, name_of(journey.sandbox, journey.uid, journey.name, body), state)
        first: dict[tuple[int, int], int] = {}
        self.versions, self.of_journey, self.rows = {}, {}, []
        for number, id_, version, body, *_ in shapes:
            if id_ not in self.journeys:
                continue
            key = first.setdefault((id_, version), number)
            shape = shape_of(body)
            shape.number = number
            self.versions[number] = (key, shape.version)
            journey = self.journeys[id_]
            self.of_journey.setdefault(journey.uid, []).append(number)
            if version in journey.versions:
                row = shape_row(journey.versions[version][1], version, key, shape)
                self.rows.append({"sandbox": journey.sandbox, **row})
        self.event_ids = {}
        for sandbox, kind, name, body in self._shard.rows("documents"):
            if kind == "event":
                event = EventDocument.model_validate_json(body)
                if event.type == "system":
                    self.event_ids[sandbox, name] = event_id_of(sandbox, event)

    def keep(self, db: duckdb.DuckDBPyConnection, folder: Path, sandbox: str) -> None:
        """Writes the shapes and the journeys of a sandbox beside its files, where they say what the rows are."""
        _keep(
            db, folder / sandbox / SHAPES, SHAPE_COLUMNS, "*", [row for row in self.rows if row["sandbox"] == sandbox]
        )
        rows = [
            dict(flat(_journey_record(journey, number, uid, name, state)))
            for journey in self.journeys.values()
            if journey.sandbox == sandbox
            for number, (uid, name, state) in journey.versions.items()
        ]
        types = {leaf.path: leaf.type for leaf in leaves(JOURNEYS)}
        _keep(db, folder / sandbox / JOURNEY_VERSIONS, types, packed(JOURNEYS, quoted), rows)


def _journey_record(journey: Journey, number: int, uid: str, name: JourneyName, state: str) -> dict[str, Any]:
    common = {"name": journey.name, "description": name.description, "version": f"{number}.0"}
    ids = {"journeyID": journey.uid, "journeyVersionID": uid}
    inner = {"ID": journey.uid, "versionID": uid, **ids, **common}
    return {"_id": uid, "_experience": {"journeyOrchestration": {"journey": inner}}, **ids, **common, "status": state}


def _keep(
    db: duckdb.DuckDBPyConnection, path: Path, types: dict[str, str], select: str, rows: list[dict[str, Any]]
) -> None:
    """Rows as a Parquet file, there at once."""
    lines = written(path.with_suffix(".ndjson"), rows)
    unfinished = path.with_suffix(".tmp")
    db.execute(f"COPY (SELECT {select} FROM {read_lines(lines, types)}) TO {text(str(unfinished))} (FORMAT parquet)")
    unfinished.replace(path)
    lines.unlink()
