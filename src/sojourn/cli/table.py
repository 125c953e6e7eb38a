"""CSV, Parquet and JSON-lines files as JSON records, in chunks, with the line that each record stands on.

Columns are fields: a header is the dotted path of one (`person.name.firstName`), or `identityMap.NAMESPACE` for an
identity. Rows come in the order of their identity, so that the records of one person come together, wherever they
stand in the file: the profile store then writes each person once.
"""

from __future__ import annotations

import difflib
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb

from sojourn.errors import InputError

CHUNK_ROWS = 5_000
CHUNK_BYTES = 4_000_000
MEMORY = "256MB"
"""What DuckDB may hold while it sorts; the rest of a large file waits on disk."""


class Chunk(NamedTuple):
    """Records as JSON lines, and the line in the file of each."""

    body: bytes
    lines: list[int]


class Target(NamedTuple):
    """Where the records go: the fields of the dataset with their types, and the one that they are found by."""

    dataset: str
    kind: str
    key: str
    fields: Mapping[str, str]


class Damaged(NamedTuple):
    """A line that is no row."""

    line: int
    detail: str


class Table:
    """A file of records. `count` is how many rows it has, None where only reading tells."""

    def __init__(self, path: Path, target: Target, renamed: Mapping[str, str], skipped: Sequence[str]) -> None:
        """Raises InputError for a file that cannot be read, or a column that is no field."""
        self.path = path
        self._target = target
        self.damaged: list[Damaged] = []
        name = path.name.removesuffix(".gz")
        self._lines = name.endswith((".jsonl", ".ndjson", ".json"))
        if not self._lines and not name.endswith((".csv", ".parquet")):
            raise InputError("ERR_RECORDS_FILE", file=str(path), detail="its name says no kind of file")
        if path.stat().st_size == 0:
            raise InputError("ERR_RECORDS_FILE", file=str(path), detail="it is empty")
        self._csv = name.endswith(".csv")
        self.count: int | None = None
        if not self._lines:
            self._folder = TemporaryDirectory(prefix="sojourn-import-")
            limits: dict[str, Any] = {"threads": 2, "memory_limit": MEMORY, "temp_directory": self._folder.name}
            self._db = duckdb.connect(config=limits)
            try:
                self._open(renamed, skipped)
            except BaseException:
                self.close()
                raise

    def chunks(self) -> Iterator[Chunk]:
        """The records. Raises InputError."""
        try:
            yield from self._of_lines() if self._lines else self._of_rows()
        except (OSError, EOFError, zlib.error, duckdb.Error) as error:
            raise self._unreadable(error) from error

    def close(self) -> None:
        """Lets go of what was put aside on disk."""
        if not self._lines:
            self._db.close()
            self._folder.cleanup()

    def _unreadable(self, error: Exception) -> InputError:
        return InputError("ERR_RECORDS_FILE", file=str(self.path), detail=str(error).partition("\n")[0])

    # --- JSON lines ---

    def _of_lines(self) -> Iterator[Chunk]:
        texts: list[bytes] = []
        lines: list[int] = []
        size = 0
        with gzip.open(self.path, "rb") if self.path.suffix == ".gz" else self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.isspace():
                    continue
                if texts and (len(texts) == CHUNK_ROWS or size + len(line) > CHUNK_BYTES):
                    yield Chunk(b"".join(texts), lines)
                    texts, lines, size = [], [], 0
                texts.append(line if line.endswith(b"\n") else line + b"\n")
                lines.append(number)
                size += len(line)
        if texts:
            yield Chunk(b"".join(texts), lines)

    # --- rows ---

    def _open(self, renamed: Mapping[str, str], skipped: Sequence[str]) -> None:
        file = _text(str(self.path))
        self._source = (
            f"read_csv({file}, header = true, all_varchar = true, store_rejects = true)"
            if self._csv
            else f"read_parquet({file}, file_row_number = true)"
        )
        try:
            described = self._db.execute(f"describe select * from {self._source}").fetchall()
            counted = self._db.execute(f"select count(*) from {self._source}").fetchall()
        except (duckdb.Error, UnicodeDecodeError) as error:
            raise self._unreadable(error) from error
        self.count = counted[0][0]
        if self._csv:
            self.damaged = self._rejects()
        columns = {name: kind for name, kind, *_ in described if name != "file_row_number" and name not in skipped}
        self._columns = {
            column: (self._path_of(column, renamed.get(column, column)), kind) for column, kind in columns.items()
        }

    def _path_of(self, column: str, path: str) -> str:
        known = self._target.fields
        if path in known or path.startswith("identityMap.") or (path == "_id" and self._target.kind == "record"):
            return path
        near = ", ".join(difflib.get_close_matches(path, known, 3, 0.4)) or "-"
        raise InputError(
            "ERR_RECORDS_COLUMN",
            field=column,
            column=column,
            file=str(self.path),
            dataset=self._target.dataset,
            near=near,
        )

    def _of_rows(self) -> Iterator[Chunk]:
        line = "row_number() over ()" if self._csv else "file_row_number + 1"
        query = f"select {self._json()}, line from (select *, {line} as line from {self._source}{self._order()})"
        cursor = self._db.execute(query)
        header = 1 if self._csv else 0
        rejected = [each.line for each in self.damaged]
        while rows := cursor.fetchmany(CHUNK_ROWS):
            yield Chunk(
                "\n".join([row[0] for row in rows]).encode(), [_line(row[1] + header, rejected) for row in rows]
            )

    def _rejects(self) -> list[Damaged]:
        """The lines that are no rows, as counting has found them: they are in nobody's way."""
        try:
            found = self._db.execute("select line, min(error_message) from reject_errors group by line order by line")
        except duckdb.CatalogException:  # it is made with the first of them
            return []
        return [Damaged(line, detail.partition("\n")[0]) for line, detail in found.fetchall()]

    def _order(self) -> str:
        paths = {path: column for column, (path, _) in self._columns.items()}
        first = paths.get(self._target.key) or next((c for p, c in paths.items() if p.startswith("identityMap.")), None)
        return f" order by {_name(first)}" if first else ""

    def _json(self) -> str:
        """The SQL expression of a row's record."""
        tree: dict[str, Any] = {}
        identities: dict[str, list[str]] = {}
        for column, (path, kind) in self._columns.items():
            if path.startswith("identityMap."):
                namespace = path.removeprefix("identityMap.")
                identities.setdefault(namespace, []).append(f"{{'id': cast({_name(column)} as varchar)}}")
                continue
            here = tree
            *parents, last = path.split(".")
            for name in parents:
                here = here.setdefault(name, {})
            here[last] = _value(_name(column), kind, self._target.fields.get(path, "string"))
        if identities:
            tree["identityMap"] = {namespace: f"[{', '.join(ids)}]" for namespace, ids in identities.items()}
        if self._target.kind == "experienceevent" and "_id" not in tree:
            # An event without an id of its own is known by what it holds: the same row again is the same event.
            tree = {"_id": f"md5(to_json({_struct(tree)})::varchar)"} | tree
        return f"to_json({_struct(tree)})::varchar"


def _line(line: int, rejected: Sequence[int]) -> int:
    """The line in the file of what is the `line`-th among the good ones."""
    for each in rejected:
        if each <= line:
            line += 1
    return line


def _struct(tree: Mapping[str, Any]) -> str:
    members = [f"{_name(name)} := {_struct(v) if isinstance(v, dict) else v}" for name, v in tree.items()]
    return f"struct_pack({', '.join(members)})"


_SQL_TYPES = {"integer": "bigint", "decimal": "double", "boolean": "boolean"}
_AS_IT_IS = {
    "integer": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"),
    "decimal": ("FLOAT", "DOUBLE", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"),
    "boolean": ("BOOLEAN",),
    "string": ("VARCHAR",),
}


def _value(column: str, kind: str, wanted: str) -> str:
    """A column as JSON of the type that the field has; what is not of it stays a text, for the server to refuse."""
    if kind in _AS_IT_IS.get(wanted, ()):
        return column
    if wanted in _SQL_TYPES:
        value = f"try_cast({column} as {_SQL_TYPES[wanted]})"
        return f"coalesce(to_json({value}), to_json(cast({column} as varchar)))"
    if wanted == "dateTime" and kind.startswith("TIMESTAMP"):
        moment = f"{column} at time zone 'UTC'" if kind.endswith("WITH TIME ZONE") else column
        return f"strftime({moment}, '%Y-%m-%dT%H:%M:%S.%gZ')"
    if wanted.startswith("list<") and kind == "VARCHAR":
        return f"coalesce(try_cast({column} as json), to_json({column}))"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return column
    return f"cast({column} as varchar)"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
