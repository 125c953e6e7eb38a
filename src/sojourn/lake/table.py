"""An answer as a table, and as JSON, CSV, XLSX or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec

Format = Literal["json", "csv", "xlsx", "parquet"]
MEDIA: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


class Table(NamedTuple):
    """Columns (name and type of DuckDB) and rows. `truncated` where there are more rows than were asked for."""

    columns: list[tuple[str, str]]
    rows: Sequence[Sequence[Any]]
    truncated: bool = False


def plain(value: Any) -> Any:
    """A value as JSON has it: moments in UTC, durations in seconds."""
    match value:
        case datetime():
            return value.isoformat(timespec="milliseconds") + "Z"
        case date() | UUID():
            return str(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case timedelta():
            return value.total_seconds()
        case bytes():
            return value.hex()
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
    return value


def to_json(table: Table) -> dict[str, Any]:
    """The form of the REST API."""
    return {
        "columns": [{"name": name, "type": type_} for name, type_ in table.columns],
        "rows": [[plain(value) for value in row] for row in table.rows],
        "truncated": table.truncated,
    }


def encoded(table: Table, format_: Format) -> bytes:
    """A table as a file."""
    match format_:
        case "json":
            return msgspec.json.encode(to_json(table))
        case "csv":
            return _csv(table)
        case "xlsx":
            return _xlsx(table)
        case "parquet":
            return _parquet(table)


def _cell(value: Any) -> Any:
    """A value in a cell: text that a spreadsheet would take for a formula is marked as text."""
    value = plain(value)
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value


def _csv(table: Table) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_cell(name) for name, _ in table.columns])
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return buffer.getvalue().encode()


def _xlsx(table: Table) -> bytes:
    import xlsxwriter  # loaded where it is used

    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for column, (name, _) in enumerate(table.columns):
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(table.rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, moment if isinstance(value, datetime) else day)
                elif value is not None:
                    _write(sheet, number, column, plain(value))
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    """A cell: numbers as numbers as long as a spreadsheet keeps all their digits."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and abs(value) < 10**15:
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, value if isinstance(value, str) else msgspec.json.encode(value).decode())


def _parquet(table: Table) -> bytes:
    import duckdb  # loaded where it is used

    with TemporaryDirectory(prefix="sojourn-lake-") as folder, duckdb.connect() as db:
        path = Path(folder) / "answer.parquet"
        columns = ", ".join(f'"c{number}" {type_}' for number, (_, type_) in enumerate(table.columns))
        db.execute(f"CREATE TABLE answer ({columns})")
        if table.rows:
            marks = ", ".join("?" for _ in table.columns)
            db.executemany(f"INSERT INTO answer VALUES ({marks})", table.rows)
        names = ", ".join(
            f'"c{number}" AS "{name.replace(chr(34), chr(34) * 2)}"' for number, (name, _) in enumerate(table.columns)
        )
        db.execute(f"COPY (SELECT {names} FROM answer) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
        return path.read_bytes()
