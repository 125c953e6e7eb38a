"""The datasets of a sandbox, laid out for DuckDB: what the files hold, and behind it what the shard has since then.

An answer sees one moment: the manifest says which files there are and up to which batch of the shard they go, and the
batches behind that are read along. So it is as fresh as the engine's last commit, however far the files are behind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from sojourn.lake import facts
from sojourn.lake.catalogue import FACTS, KEPT_AS, STEPS, TABLES, Tree, leaves, packed, quoted, text
from sojourn.lake.lines import loaded
from sojourn.lake.manifest import ROLLUP, STEP, File, ManifestReader
from sojourn.lake.moments import DAY, Ledger
from sojourn.lake.shapes import JOURNEY_VERSIONS, SHAPES, Shapes
from sojourn.lake.steps import COLUMNS, FROM_LINES, LINE_TYPES, field
from sojourn.lake.tail import Tail
from sojourn.lake.writing import ROLLED_UP
from sojourn.report.flow import Counts
from sojourn.store.shard import ShardReader

FLAT = "flat "
"""Before the name of a table: the same rows with a column for each leaf, so that what is not asked is not made."""
TAIL_ROWS = 300_000
MEMORY = "768MB"
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
        self._tail = Tail(self.shard, self._shapes)
        self._kept: dict[str, int] = {}
        self._rolled: dict[str, Rolled] = {}
        self._ledgers: dict[str, Ledger] = {}
        self._lock = threading.Lock()
        """One at a time reads what is new: files, tail and shapes are of one moment."""

    def erased(self) -> set[str]:
        return self._manifest.erased()

    def counts(self, sandbox: str, journey: str, *moments: int | None) -> list[Counts]:
        """How many steps and attempts of each shape of a journey, by its uid, there were before each of `moments`
        (epoch ms; None: until now)."""
        with self._lock:
            files = self._now(sandbox)
            if sandbox not in self._ledgers:
                self._ledgers[sandbox] = Ledger(self.folder)
            ledger = self._ledgers[sandbox]
            ledger.bring_to(files.get(ROLLUP, []) + files.get(STEP, []))
            shapes = self._shapes.of_journey.get(journey, [])
            found = []
            for moment in moments:
                filed, tail = ledger.before(shapes, moment), self._tail.before(sandbox, shapes, moment)
                found.append(
                    [(shape, filed[shape][0] + tail[shape][0], filed[shape][1] + tail[shape][1]) for shape in shapes]
                )
            return found

    @contextmanager
    def numbers(
        self, sandbox: str, ranges: Sequence[Range] = (EVER,), *, records: Range | None = EVER
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """The tables of a sandbox, with the roll-up of all files in memory: a file's is read once.

        Single steps are asked for within `ranges` only, and other records within `records`: files are not opened for
        nothing.
        """
        with self._lock:
            files = self._now(sandbox)
            if sandbox not in self._rolled:
                self._rolled[sandbox] = Rolled(self.folder, sandbox)
            rolled = self._rolled[sandbox]
            db = rolled.cursor()
            self._keep(db, sandbox)
            steps = files.get(STEP, [])
            try:
                rolled.bring_to(files.get(ROLLUP, []) + steps, self._kept[sandbox], self._tail)
            except BaseException:
                del self._rolled[sandbox]  # it is made anew: half of the change is in it
                raise
            within = [file for file in steps if any(_meets(file, each) for each in ranges)]
            _union(db, "steps", COLUMNS, [file.path(self.folder) for file in within], "step_tail")
            if records is not None:
                near = {kind: [file for file in files.get(kind, ()) if _meets(file, records)] for kind in FACTS}
                self._records(db, sandbox, near)
            db.execute("BEGIN")  # what others take in from now on is not seen
            db.execute("SELECT count(*) FROM rolled").fetchall()
        try:
            yield db
        finally:
            db.close()

    @contextmanager
    def laid_out(self, db: duckdb.DuckDBPyConnection, sandbox: str) -> Iterator[None]:
        """The tables and views of a sandbox in `db`, as of now."""
        with self._lock:
            files = self._now(sandbox)
            self._keep(db, sandbox)
            for name, file in (("shapes", SHAPES), ("journey_rows", JOURNEY_VERSIONS)):
                path = text(str(self.folder / sandbox / file))
                db.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM read_parquet({path})")
            with loaded(self._tail.steps(sandbox), LINE_TYPES) as lines:
                db.execute(f"CREATE TEMP TABLE step_tail AS SELECT {FROM_LINES} FROM {lines}")
            steps = files.get(STEP, [])
            _union(db, "steps", COLUMNS, [file.path(self.folder) for file in steps], "step_tail")
            self._records(db, sandbox, files)
        _views(db)
        yield

    def _records(self, db: duckdb.DuckDBPyConnection, sandbox: str, files: Mapping[str, list[File]]) -> None:
        """A table for each kind of record."""
        for kind, tree in FACTS.items():
            columns = facts.columns(tree)
            with loaded(self._tail.records(sandbox, kind), columns) as lines:
                db.execute(
                    f"CREATE TEMP TABLE {kind}_tail AS SELECT * REPLACE (epoch_ms(timestamp) AS timestamp) FROM {lines}"
                )
            paths = [file.path(self.folder) for file in files.get(kind, [])]
            _union(db, kind, columns | {"timestamp": "TIMESTAMP"}, paths, f"{kind}_tail")

    def _keep(self, db: duckdb.DuckDBPyConnection, sandbox: str) -> None:
        """Writes the shapes of a sandbox beside its files, if there are new ones."""
        if self._kept.get(sandbox) != self._shapes.changes:
            self._shapes.keep(db, self.folder, sandbox)
            self._kept[sandbox] = self._shapes.changes

    def behind(self, sandbox: str) -> bool:
        """Whether so much waits in the shard that it had better be in files before anything is asked."""
        found = self._manifest.snapshot(sandbox)
        return self.shard.step_bytes(found.step) > TAIL_ROWS * 12

    def _now(self, sandbox: str) -> dict[str, list[File]]:
        """The files of a sandbox by dataset; the tail is what is behind them."""
        found = self._manifest.snapshot(sandbox)
        self._tail.bring_to(found)
        return found.files

    def close(self) -> None:
        self._manifest.close()
        self.shard.close()


class Rolled:
    """A database in memory: the roll-ups of a sandbox's files, the steps behind them, and the shapes."""

    def __init__(self, folder: Path, sandbox: str) -> None:
        self._folder = folder
        self._sandbox = sandbox
        self._shapes_at = self._reading = -1
        self._tail_begin = self._tail_end = 0
        spill = str(folder / "spill")
        self._db = duckdb.connect(config={"threads": 2, "memory_limit": MEMORY, "temp_directory": spill})
        columns = ", ".join(f"{name} {type_}" for name, type_ in _ROLLUP_COLUMNS.items())
        self._db.execute(f"CREATE TABLE rolled (file BIGINT, {columns})")
        columns = ", ".join(f"{name} {type_}" for name, type_ in COLUMNS.items())
        self._db.execute(f"CREATE TABLE step_tail ({columns}, batch BIGINT)")
        names = ", ".join(_ROLLUP_COLUMNS)
        tail = ROLLED_UP.format(rows="step_tail")
        self._db.execute(f"CREATE VIEW rollup AS SELECT {names} FROM rolled UNION ALL SELECT {names} FROM ({tail})")
        self._files: set[int] = set()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self._db.cursor()

    def bring_to(self, files: list[File], shapes: int, tail: Tail) -> None:
        """Takes in the roll-ups of new files, and lets go of those of files that are replaced; shapes once a change."""
        if shapes != self._shapes_at:
            path = text(str(self._folder / self._sandbox / SHAPES))
            self._db.execute(f"CREATE OR REPLACE TABLE shapes AS SELECT * FROM read_parquet({path})")
            self._shapes_at = shapes
        self._db.execute("BEGIN")
        self._roll(files)
        self._take(tail)
        self._db.execute("COMMIT")

    def _roll(self, files: list[File]) -> None:
        now = {file.id for file in files}
        gone, new = self._files - now, [file for file in files if file.id not in self._files]
        names = ", ".join(_ROLLUP_COLUMNS)
        if gone:
            self._db.execute("DELETE FROM rolled WHERE file IN (SELECT unnest($1::BIGINT[]))", [sorted(gone)])
        for some in (new[start : start + 500] for start in range(0, len(new), 500)):
            paths = ", ".join(text(str(file.path(self._folder, ROLLUP))) for file in some)
            number = "regexp_extract(filename, '([0-9]+)[.]parquet$', 1)::BIGINT"
            rows = f"read_parquet([{paths}], filename = true)"
            self._db.execute(f"INSERT INTO rolled SELECT {number}, {names} FROM {rows}")
        self._files = now

    def _take(self, tail: Tail) -> None:
        """Lets go of steps that files hold by now, and takes in what is new."""
        if self._reading != tail.readings:
            self._db.execute("DELETE FROM step_tail")
            self._reading, self._tail_begin, self._tail_end = tail.readings, tail.first, 0
        if self._tail_begin != tail.first:
            self._db.execute(f"DELETE FROM step_tail WHERE {f'batch < {tail.first}' if tail.first else 'true'}")
            self._tail_begin = tail.first
        if self._tail_end < tail.last:
            with loaded(tail.steps(self._sandbox, self._tail_end), LINE_TYPES) as lines:
                self._db.execute(f"INSERT INTO step_tail SELECT {FROM_LINES}, b FROM {lines}")
            self._tail_end = tail.last


def _meets(file: File, within: Range) -> bool:
    """Whether a file's day has moments of a range."""
    since, until = within
    begin = round(datetime.fromisoformat(f"{file.day}T00:00:00+00:00").timestamp() * 1000)
    return (since is None or since < begin + DAY) and (until is None or until > begin)


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
