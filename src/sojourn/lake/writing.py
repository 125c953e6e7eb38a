"""From the shard to files: what is new goes into Parquet by sandbox and day, exactly once.

The shard's batches are read behind the lake's own cursor, laid out in columns by DuckDB, written, and entered in the
manifest with the cursor in one transaction. Killed before that, the files are nobody's and the batches are read again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import msgspec

from sojourn.crash import crash_point
from sojourn.lake import moments
from sojourn.lake.catalogue import FACTS, quoted, text
from sojourn.lake.facts import columns, line
from sojourn.lake.lines import read_lines, written
from sojourn.lake.manifest import MOMENTS, ROLLUP, STEP, File, Manifest
from sojourn.lake.shapes import Shapes
from sojourn.lake.steps import COLUMNS, FROM_LINES, LINE_TYPES, Line, lines
from sojourn.store.shard import ShardReader

log = logging.getLogger(__name__)
Key = TypeVar("Key")
Row = TypeVar("Row")

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


Steps = dict[str, list[Line]]
"""Rows of step events by sandbox."""
Facts = dict[tuple[str, str], list[bytes]]
"""Lines of records by sandbox and dataset."""


def new_steps(shard: ShardReader, shapes: Shapes, after: int) -> Iterator[tuple[int, Steps]]:
    """The batches of step events behind batch `after`, each with its number."""
    while batches := shard.step_batches(after, BATCHES_A_READ):
        shapes.refresh()
        for after, batch in batches:
            found: Steps = {}
            for row in batch:
                if row[0] in shapes.journeys and row[5][0][0] in shapes.versions:  # others are deleted, with reports
                    sandbox = shapes.journeys[row[0]].sandbox
                    found.setdefault(sandbox, []).extend(lines(sandbox, shapes.versions, row))
            yield after, found


def new_facts(shard: ShardReader, shapes: Shapes, after: int) -> Iterator[tuple[int, Facts]]:
    """What else the shard has behind row `after` of its facts, row by row with its number."""
    while stored := shard.facts(after, BATCHES_A_READ):
        shapes.refresh()
        for after, kind, rows in stored:
            found: Facts = {}
            for index, each in enumerate(rows):
                try:
                    sandbox, dataset, text_ = line(shapes, kind, each, after, index)
                except (ValueError, KeyError, msgspec.MsgspecError) as error:  # a fault of ours: it holds up nobody
                    log.error("fact %s.%s cannot be read: %s", after, index, error, extra={"action": "fact_damaged"})
                    continue
                found.setdefault((sandbox, dataset), []).append(text_)
            yield after, found


def _some(batches: Iterator[tuple[int, dict[Key, list[Row]]]]) -> tuple[int | None, dict[Key, list[Row]]]:
    """So many batches as make a file, and the number of the last of them."""
    last: int | None = None
    found: dict[Key, list[Row]] = {}
    count = 0
    for number, batch in batches:
        last = number
        for key, rows in batch.items():
            found.setdefault(key, []).extend(rows)
            count += len(rows)
        if count >= ROWS_A_FILE:
            break
    return last, found


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
        last_step, steps = _some(new_steps(self._shard, self.shapes, step))
        last_fact, facts = _some(new_facts(self._shard, self.shapes, fact))
        if last_step is None and last_fact is None:
            return 0
        files: list[File] = []
        for sandbox, rows in steps.items():
            files += self._steps(sandbox, rows)
        for (sandbox, dataset), records in facts.items():
            files += self._records(sandbox, dataset, records)
        crash_point("lake-files-written")
        manifest.commit(files, cursors={"step": last_step or step, "fact": last_fact or fact})
        return sum(map(len, steps.values())) + sum(map(len, facts.values()))

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

    def complete(self) -> None:
        """Writes moments beside files of steps that have none: those of an older version."""
        folder = self._manifest.folder
        for file in self._manifest.files():
            path = file.path(folder, MOMENTS)
            if file.dataset == STEP and not path.exists():
                self._write_moments(f"read_parquet({text(str(file.path(folder)))})", path)

    def write_steps(self, sandbox: str, day: str, rows: str) -> File:
        """A file of steps and what is beside it, from SQL that gives `COLUMNS` and the version `v` of each."""
        names = ", ".join(map(quoted, COLUMNS))
        file = self._write(sandbox, STEP, day, f"SELECT {names} FROM {rows} ORDER BY v, _id, timestamp")
        folder = self._manifest.folder
        read = f"read_parquet({text(str(file.path(folder)))})"
        self._copy(ROLLED_UP.format(rows=read), file.path(folder, ROLLUP))
        self._write_moments(read, file.path(folder, MOMENTS))
        return file

    def _write_moments(self, rows: str, path: Path) -> None:
        found = self._db.execute(moments.BY_SHAPE.format(rows=rows))
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            out.writelines(moments.encoded(iter(found.fetchone, None)))

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
        return int(done[0][0])

    def close(self) -> None:
        self._db.close()
