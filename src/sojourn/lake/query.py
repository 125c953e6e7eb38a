"""Runs a query of a user: in a DuckDB of its own that sees one sandbox, and nothing else, for a time.

The query was read before (`sql.translated`). That it can only read is seen to again by DuckDB: no files but those of
the sandbox, no extensions, and settings that nobody changes any more.
"""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb

from sojourn.errors import InputError
from sojourn.lake.catalogue import text
from sojourn.lake.reading import Lake
from sojourn.lake.sql import translated
from sojourn.lake.table import Table

MEMORY = "512MB"
SPILL = "2GB"
SECONDS = 30.0
MOST_SECONDS = 60.0
MOST_ROWS = 1_000_000


def run(lake: Lake, sandbox: str, sql: str, now: int, rows: int, seconds: float = SECONDS) -> Table:
    """The answer to a query, up to `rows` rows. Raises InputError for what cannot or may not be run."""
    query = translated(sql, now)
    spill = lake.folder / "spill"
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": 2, "memory_limit": MEMORY, "temp_directory": str(spill), "max_temp_directory_size": SPILL,
        "autoinstall_known_extensions": False, "autoload_known_extensions": False, "allow_community_extensions": False,
    }  # fmt: skip
    with duckdb.connect(config=config) as db, lake.laid_out(db, sandbox):
        lock(db, lake.folder / sandbox)
        return limited(db, query, rows, min(seconds, MOST_SECONDS))


def lock(db: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Lets a database read files of a folder, and nothing else, for good."""
    db.execute(f"SET allowed_directories = [{text(str(folder))}]")
    db.execute("SET enable_external_access = false")
    db.execute("SET lock_configuration = true")


def limited(db: duckdb.DuckDBPyConnection, query: str, rows: int, seconds: float) -> Table:
    """Runs a query for so long at most. Raises InputError."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        db.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        found = db.execute(query)
        columns = [(each[0], str(each[1])) for each in found.description or ()]
        taken = found.fetchmany(rows + 1)
        return Table(columns, taken[:rows], len(taken) > rows)
    except duckdb.InterruptException:
        raise InputError("ERR_QUERY_TIME", field="sql", seconds=round(seconds)) from None
    except (duckdb.OutOfMemoryException, MemoryError):
        raise InputError("ERR_QUERY_MEMORY", field="sql", limit=MEMORY) from None
    except duckdb.Error as error:
        if late.is_set():
            raise InputError("ERR_QUERY_TIME", field="sql", seconds=round(seconds)) from None
        raise InputError("ERR_QUERY_FAILED", field="sql", detail=_first_line(error)) from None
    finally:
        timer.cancel()


def _first_line(error: duckdb.Error) -> str:
    """What DuckDB says, without the text that it was given and the paths of files."""
    return str(error).split("\n\n")[0].replace("\n", " ").rstrip(".")
