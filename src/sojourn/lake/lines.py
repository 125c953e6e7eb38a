"""JSON lines: how rows get from Python into DuckDB, at C speed on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from sojourn.lake.catalogue import quoted, text

_encode = msgspec.json.Encoder().encode_lines


def written(path: Path, rows: Sequence[Any]) -> Path:
    """Rows in a file, a line each; bytes are lines already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join(rows) if rows and isinstance(rows[0], bytes) else _encode(rows))
    return path


@contextmanager
def loaded(rows: Iterable[Any], columns: Mapping[str, str]) -> Iterator[str]:
    """SQL that gives rows with these columns, while this lasts: they stand in a file."""
    found = list(rows)
    if not found:
        typed = ", ".join(f"NULL::{type_} AS {quoted(name)}" for name, type_ in columns.items())
        yield f"(SELECT {typed} WHERE false)"
        return
    with TemporaryDirectory(prefix="sojourn-lake-") as scratch:
        yield read_lines(written(Path(scratch) / "rows.ndjson", found), columns)


def read_lines(path: Path, columns: Mapping[str, str]) -> str:
    """SQL that reads such a file; `columns` are the types of its fields."""
    types = ", ".join(f"{quoted(name)}: {text(type_)}" for name, type_ in columns.items())
    return f"read_json({text(str(path))}, format = 'newline_delimited', columns = {{{types}}})"
