"""The datasets of a sandbox, laid out for DuckDB: what the files hold, and behind it what the shard has since then.

An answer sees one moment: the manifest says which files there are and up to which batch of the shard they go, and the
batches behind that are read along. So it is as fresh as the engine's last commit, however far the files are behind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from sojourn.lake import facts
from sojourn.lake.catalogue import FACTS, KEPT_AS, STEPS, TABLES, Tree, leaves, packed, quoted, text
from sojourn.lake.lines import read_lines, written
from sojourn.lake.manifest import ROLLUP, STEP, File, ManifestReader
from sojourn.lake.shapes import JOURNEY_VERSIONS, SHAPES, Shapes
from sojourn.lake.steps import COLUMNS, FROM_LINES, LINE_TYPES, field
from sojourn.lake.writing import ROLLED_UP, Fresh, fresh
from sojourn.store.shard import ShardReader

FLAT = "flat "
"""Before the name of a table: the same rows with a column for each leaf, so that what is not asked is not made."""
TAIL_ROWS = 300_000
MEMORY = "768MB"
_DAY = 86_400_000
Range = tuple[int | None, int | None]
"""From and until, epoch ms."""
EVER: Range = (None, None)
_ROLLUP_COLUMNS = {
    "hour": "TIMESTAMP", "shape": "UINTEGER", "code": "VARCHAR", "steps": "UINTEGER", "attempts": "UINTEGER",
    "fetches": "UINTEGER",
}  # fmt: skip


class Lake:
    """The reading side. From any thread."""

    def __init__(self, data: Path) -> None:
        self._manifest = ManifestReader(data)
        self.folder = data / "lake"
        self.shard = ShardReader(data / "shard-0.db")
        self._shapes = Shapes(self.shard)
        self._kept: dict[str, int] = {}
        self._rolled: dict[str, Rolled] = {}
        self._lock = threading.Lock()

    def erased(self) -> set[str]:
        return self._manifest.erased()

    @contextmanager
    def numbers(
        self, sandbox: str, ranges: Sequence[Range] = (EVER,), *, records: bool = True
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """The tables of a sandbox, with the roll-up of all files in memory: a file's is read once.

        Single steps are asked for within `ranges` only, and other records only with `records`: files are not opened for
        nothing.
        """
        with self._lock:
            if sandbox not in self._rolled:
                self._rolled[sandbox] = Rolled(self.folder, sandbox)
            rolled = self._rolled[sandbox]
            db = rolled.cursor()
            files, tail = self._now(sandbox)
            self._keep(db, sandbox)
            steps = files.get(STEP, [])
            rolled.bring_to(steps, self._kept[sandbox])
            within = [file for file in steps if any(_meets(file, each) for each in ranges)]
            with TemporaryDirectory(prefix="sojourn-lake-") as scratch:
                _steps(db, self.folder, sandbox, within, tail, Path(scratch))
                if records:
                    _records(db, self.folder, sandbox, files, tail, Path(scratch))
            names = ", ".join(_ROLLUP_COLUMNS)
            both = f"SELECT {names} FROM rolled UNION ALL SELECT {names} FROM rollup_tail"
            db.execute(f"CREATE TEMP VIEW rollup AS {both}")
            db.execute("BEGIN")  # what others roll up from now on is not seen
            db.execute("SELECT count(*) FROM rolled").fetchall()
        try:
            yield db
        finally:
            db.close()

    @contextmanager
    def laid_out(self, db: duckdb.DuckDBPyConnection, sandbox: str) -> Iterator[None]:
        """The tables and views of a sandbox in `db`, as of now."""
        with self._lock:  # one at a time reads what is new: the shapes must be those of the rows
            files, tail = self._now(sandbox)
            self._keep(db, sandbox)
            with TemporaryDirectory(prefix="sojourn-lake-") as scratch:
                for name, file in (("shapes", SHAPES), ("journey_rows", JOURNEY_VERSIONS)):
                    path = text(str(self.folder / sandbox / file))
                    db.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM read_parquet({path})")
                steps = files.get(STEP, [])
                _steps(db, self.folder, sandbox, steps, tail, Path(scratch))
                _union(db, "rollup", _ROLLUP_COLUMNS, [file.path(self.folder, ROLLUP) for file in steps], "rollup_tail")
                _records(db, self.folder, sandbox, files, tail, Path(scratch))
        _views(db)
        yield

    def _keep(self, db: duckdb.DuckDBPyConnection, sandbox: str) -> None:
        """Writes the shapes of a sandbox beside its files, if there are new ones."""
        self._shapes.refresh()
        if self._kept.get(sandbox) != self._shapes.changes:
            self._shapes.keep(db, self.folder, sandbox)
            self._kept[sandbox] = self._shapes.changes

    def behind(self, sandbox: str) -> bool:
        """Whether so much waits in the shard that it had better be in files before anything is asked."""
        found = self._manifest.snapshot(sandbox)
        return self.shard.step_bytes(found.step) > TAIL_ROWS * 12

    def _now(self, sandbox: str) -> tuple[dict[str, list[File]], Fresh]:
        found = self._manifest.snapshot(sandbox)
        return found.files, fresh(self.shard, self._shapes, found.step, found.fact, limit=1 << 62)

    def close(self) -> None:
        self._manifest.close()
        self.shard.close()


class Rolled:
    """The roll-ups of a sandbox's files as a table in memory, and its shapes."""

    def __init__(self, folder: Path, sandbox: str) -> None:
        self._folder = folder
        self._shapes_at, self._shapes = -1, text(str(folder / sandbox / SHAPES))
        spill = str(folder / "spill")
        self._db = duckdb.connect(config={"threads": 2, "memory_limit": MEMORY, "temp_directory": spill})
        columns = ", ".join(f"{name} {type_}" for name, type_ in _ROLLUP_COLUMNS.items())
        self._db.execute(f"CREATE TABLE rolled (file BIGINT, {columns})")
        self._files: set[int] = set()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self._db.cursor()

    def bring_to(self, files: list[File], shapes: int) -> None:
        """Takes in the roll-ups of new files, and lets go of those of files that are replaced; shapes once a change."""
        if shapes != self._shapes_at:
            self._db.execute(f"CREATE OR REPLACE TABLE shapes AS SELECT * FROM read_parquet({self._shapes})")
            self._shapes_at = shapes
        now = {file.id for file in files}
        gone, new = self._files - now, [file for file in files if file.id not in self._files]
        names = ", ".join(_ROLLUP_COLUMNS)
        self._db.execute("BEGIN")
        if gone:
            self._db.execute("DELETE FROM rolled WHERE file IN (SELECT unnest($1::BIGINT[]))", [sorted(gone)])
        for some in (new[start : start + 500] for start in range(0, len(new), 500)):
            paths = ", ".join(text(str(file.path(self._folder, ROLLUP))) for file in some)
            number = "regexp_extract(filename, '([0-9]+)[.]parquet$', 1)::BIGINT"
            rows = f"read_parquet([{paths}], filename = true)"
            self._db.execute(f"INSERT INTO rolled SELECT {number}, {names} FROM {rows}")
        self._db.execute("COMMIT")
        self._files = now


def _meets(file: File, within: Range) -> bool:
    """Whether a file's day has moments of a range."""
    since, until = within
    begin = round(datetime.fromisoformat(f"{file.day}T00:00:00+00:00").timestamp() * 1000)
    return (since is None or since < begin + _DAY) and (until is None or until > begin)


def _steps(
    db: duckdb.DuckDBPyConnection, folder: Path, sandbox: str, files: list[File], tail: Fresh, scratch: Path
) -> None:
    """`steps`, and the roll-up of those that are in no file."""
    lines = written(scratch / "steps.ndjson", tail.steps.get(sandbox, []))
    db.execute(f"CREATE TEMP TABLE step_tail AS SELECT {FROM_LINES} FROM {read_lines(lines, LINE_TYPES)}")
    db.execute(f"CREATE TEMP TABLE rollup_tail AS {ROLLED_UP.format(rows='step_tail')}")
    _union(db, "steps", COLUMNS, [file.path(folder) for file in files], "step_tail")


def _records(
    db: duckdb.DuckDBPyConnection,
    folder: Path,
    sandbox: str,
    files: dict[str, list[File]],
    tail: Fresh,
    scratch: Path,
) -> None:
    """A table for each kind of record."""
    for kind, tree in FACTS.items():
        columns = facts.columns(tree)
        path = written(scratch / f"{kind}.ndjson", tail.facts.get((sandbox, kind), []))
        db.execute(
            f"CREATE TEMP TABLE {kind}_tail AS SELECT * REPLACE (epoch_ms(timestamp) AS timestamp) "
            f"FROM {read_lines(path, columns)}"
        )
        paths = [file.path(folder) for file in files.get(kind, [])]
        _union(db, kind, columns | {"timestamp": "TIMESTAMP"}, paths, f"{kind}_tail")


def _union(db: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Any], paths: list[Path], tail: str) -> None:
    names = ", ".join(map(quoted, columns))
    parts = [f"SELECT {names} FROM {tail}"]
    if paths:
        listed = ", ".join(text(str(path)) for path in paths)
        parts.insert(0, f"SELECT {names} FROM read_parquet([{listed}])")
    db.execute(f"CREATE TEMP VIEW {name} AS {' UNION ALL '.join(parts)}")


_STEPS_FROM = "FROM steps s JOIN shapes d ON s.shape = d.shape WHERE s._id IS NOT NULL"


def _of_record(path: str) -> str:
    """A leaf of a record, as SQL over its row."""
    return "r." + ".".join(map(quoted, path.split(".")))


def _views(db: duckdb.DuckDBPyConnection) -> None:
    """The datasets under their names, nested, and again leaf by leaf."""
    for name, tree in TABLES.items():
        for prefix, select in (("", _nested), (FLAT, _leafed)):
            db.execute(f"CREATE TEMP VIEW {quoted(prefix + name)} AS {select(name, tree)}")


def _nested(name: str, tree: Tree) -> str:
    if name == "journey_step_events":
        return (
            f"SELECT {packed(STEPS, field)} {_STEPS_FROM} UNION ALL SELECT {packed(STEPS, _of_record)} FROM service r"
        )
    if name == "journeys":
        return "SELECT * FROM journey_rows"
    return f"SELECT * EXCLUDE (people) FROM {KEPT_AS[name]}"


def _leafed(name: str, tree: Tree) -> str:
    paths = [leaf.path for leaf in leaves(tree)]
    records = ", ".join(f"{_of_record(path)} AS {quoted(path)}" for path in paths)
    if name == "journey_step_events":
        steps = ", ".join(f"{field(path)} AS {quoted(path)}" for path in paths)
        return f"SELECT {steps} {_STEPS_FROM} UNION ALL SELECT {records} FROM service r"
    return f"SELECT {records} FROM {'journey_rows' if name == 'journeys' else KEPT_AS[name]} r"
