"""From the shard to files: what is new goes into Parquet by sandbox and day, exactly once.

The shard's batches are read behind the lake's own cursor, laid out in columns by DuckDB, written, and entered in the
manifest with the cursor in one transaction. Killed before that, the files are nobody's and the batches are read again.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec

from sojourn.crash import crash_point
from sojourn.lake.catalogue import FACTS, quoted, text
from sojourn.lake.facts import columns, line
from sojourn.lake.lines import read_lines, written
from sojourn.lake.manifest import ROLLUP, STEP, File, Manifest
from sojourn.lake.shapes import Shapes
from sojourn.lake.steps import COLUMNS, FROM_LINES, LINE_TYPES, lines
from sojourn.store.shard import ShardReader

log = logging.getLogger(__name__)

ROWS_A_FILE = 200_000
"""A file is written when so many step events wait, or so many seconds after the first that does."""
SECONDS_A_FILE = 20.0
BATCHES_A_READ = 200
MEMORY = "384MB"
PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, PARQUET_VERSION v2, ROW_GROUP_SIZE 61440"
ROLLED_UP = """
    SELECT date_trunc('hour', timestamp) AS hour, shape, code, count(*)::UINTEGER AS steps,
        sum(attempts)::UINTEGER AS attempts,
        sum(coalesce(fetches_platform, 0) + coalesce(fetches_custom, 0))::UINTEGER AS fetches
    FROM {rows} GROUP BY ALL ORDER BY shape, hour
"""
"""The roll-up of rows: how many steps of a shape and code there were in an hour."""


class Fresh(NamedTuple):
    """What is behind a place in the shard, by sandbox: lines of step events, lines of each dataset of facts."""

    steps: dict[str, list[Any]]
    facts: dict[tuple[str, str], list[bytes]]
    step: int
    fact: int

    @property
    def rows(self) -> int:
        return sum(map(len, self.steps.values())) + sum(map(len, self.facts.values()))


def fresh(shard: ShardReader, shapes: Shapes, step: int, fact: int, limit: int = ROWS_A_FILE) -> Fresh:
    """What the shard has behind batch `step` and fact row `fact`: some `limit` rows at most, whole batches."""
    steps: dict[str, list[Any]] = {}
    facts: dict[tuple[str, str], list[bytes]] = {}
    count = 0
    while count < limit and (batches := shard.step_batches(step, BATCHES_A_READ)):
        shapes.refresh()
        for number, batch in batches:
            step = number
            for row in batch:
                if row[0] not in shapes.journeys or row[5][0][0] not in shapes.versions:
                    continue  # deleted, with its reports
                sandbox = shapes.journeys[row[0]].sandbox
                found = list(lines(sandbox, shapes.versions, row))
                steps.setdefault(sandbox, []).extend(found)
                count += len(found)
            if count >= limit:
                break
    while count < limit and (stored := shard.facts(fact, BATCHES_A_READ)):
        shapes.refresh()
        for number, kind, rows in stored:
            fact = number
            for index, each in enumerate(rows):
                try:
                    sandbox, dataset, text_ = line(shapes, kind, each, number, index)
                except (ValueError, KeyError, msgspec.MsgspecError) as error:  # a fault of ours: it holds up nobody
                    log.error("fact %s.%s cannot be read: %s", number, index, error, extra={"action": "fact_damaged"})
                    continue
                facts.setdefault((sandbox, dataset), []).append(text_)
            count += len(rows)
    return Fresh(steps, facts, step, fact)


class Writer:
    """Writes files of the lake. One thread."""

    def __init__(self, manifest: Manifest, shard: ShardReader) -> None:
        self._manifest = manifest
        self._shard = shard
        self.shapes = Shapes(shard)
        spill = str(manifest.folder / "spill")
        self._db = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": spill})
        self._last = time.monotonic()

    @property
    def db(self) -> duckdb.DuckDBPyConnection:
        return self._db

    def export(self, *, now: bool = False) -> int:
        """Writes what is new, if it is enough or old enough, or `now`; returns how many rows."""
        manifest = self._manifest
        step, fact = manifest.cursor("step"), manifest.cursor("fact")
        if not now and time.monotonic() - self._last < SECONDS_A_FILE and not self._many(step):
            return 0
        self._last = time.monotonic()
        found = fresh(self._shard, self.shapes, step, fact)
        if (found.step, found.fact) == (step, fact):
            return 0
        files: list[File] = []
        for sandbox, rows in found.steps.items():
            files += self._steps(sandbox, rows)
        for (sandbox, dataset), rows in found.facts.items():
            files += self._records(sandbox, dataset, rows)
        crash_point("lake-files-written")
        manifest.commit(files, cursors={"step": found.step, "fact": found.fact})
        return found.rows

    def _many(self, step: int) -> bool:
        """Whether so much waits that it is not to wait any longer."""
        return self._shard.step_bytes(step) > ROWS_A_FILE * 12

    def _steps(self, sandbox: str, rows: list[Any]) -> Iterator[File]:
        for day, of_day in self._days(rows, LINE_TYPES, f"{FROM_LINES}, v"):
            yield self.write_steps(sandbox, day, of_day)

    def _records(self, sandbox: str, dataset: str, rows: list[bytes]) -> Iterator[File]:
        as_kept = "* REPLACE (epoch_ms(timestamp) AS timestamp)"
        for day, of_day in self._days(rows, columns(FACTS[dataset]), as_kept):
            yield self.write_records(sandbox, dataset, day, of_day)

    def _days(self, rows: list[Any], types: dict[str, str], select: str) -> Iterator[tuple[str, str]]:
        """The days of some lines, and SQL for the rows of each."""
        path = written(self._manifest.folder / "new.ndjson", rows)
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT {select} FROM {read_lines(path, types)}")
        path.unlink()
        for (day,) in self._db.execute("SELECT DISTINCT timestamp::DATE::VARCHAR FROM fresh ORDER BY 1").fetchall():
            yield day, f"(SELECT * FROM fresh WHERE timestamp::DATE = {text(day)})"

    def write_steps(self, sandbox: str, day: str, rows: str) -> File:
        """A file of steps and its roll-up, from SQL that gives `COLUMNS` and the version `v` of each."""
        names = ", ".join(map(quoted, COLUMNS))
        file = self._write(sandbox, STEP, day, f"SELECT {names} FROM {rows} ORDER BY v, _id, timestamp")
        self.write_rollup(file)
        return file

    def write_rollup(self, file: File) -> None:
        """The roll-up beside a file of steps."""
        path = file.path(self._manifest.folder)
        self._copy(ROLLED_UP.format(rows=f"read_parquet({text(str(path))})"), file.path(self._manifest.folder, ROLLUP))

    def write_records(self, sandbox: str, dataset: str, day: str, rows: str) -> File:
        """A file of records, from SQL that gives them."""
        return self._write(sandbox, dataset, day, f"SELECT * FROM {rows} ORDER BY timestamp")

    def _write(self, sandbox: str, dataset: str, day: str, query: str) -> File:
        file = File(self._manifest.new_id(), sandbox, dataset, day, 0, 0)
        path = file.path(self._manifest.folder)
        rows = self._copy(query, path)
        return file._replace(rows=rows, bytes=path.stat().st_size)

    def _copy(self, query: str, path: Path) -> int:
        path.parent.mkdir(parents=True, exist_ok=True)
        done = self._db.execute(f"COPY ({query}) TO {text(str(path))} ({PARQUET})").fetchall()
        for each in (path, path.parent):  # what the manifest names must be there after a power cut
            descriptor = os.open(each, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return int(done[0][0])

    def close(self) -> None:
        self._db.close()
