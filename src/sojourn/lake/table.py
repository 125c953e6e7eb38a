"""An answer as a table, and as JSON, CSV, XLSX or Parquet."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec

from sojourn.lake.catalogue import quoted, text
from sojourn.lake.lines import loaded

Format = Literal["json", "csv", "xlsx", "parquet"]
MEDIA: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}

_LONGEST_CELL = 32_767
"""Characters that a spreadsheet takes."""
_FIRST_YEAR = 1900
"""Of its dates."""


class Table(NamedTuple):
    """Columns (name and type of DuckDB) and rows. `truncated` where there are more rows than were asked for."""

    columns: list[tuple[str, str]]
    rows: Sequence[Sequence[Any]]
    truncated: bool = False


def plain(value: Any) -> Any:
    """A value as JSON has it: moments in UTC, durations in seconds."""
    match value:
        case datetime():
            return _utc(value).isoformat(timespec="milliseconds") + "Z"
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


def _utc(moment: datetime) -> datetime:
    """A moment without its zone."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


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
    return codecs.BOM_UTF8 + buffer.getvalue().encode()  # without it Excel takes Korean for something else


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
                if isinstance(value, datetime) and value.year >= _FIRST_YEAR:
                    sheet.write_datetime(number, column, _utc(value), moment)
                elif isinstance(value, date) and value.year >= _FIRST_YEAR:
                    sheet.write_datetime(number, column, value, day)
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
        told = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        sheet.write_string(row, column, told[:_LONGEST_CELL])


def _parquet(table: Table) -> bytes:
    import duckdb  # loaded where it is used

    columns = {
        f"c{number}": "VARCHAR" if type_ == '"NULL"' else type_ for number, (_, type_) in enumerate(table.columns)
    }
    rows = [dict(zip(columns, map(_written, row), strict=True)) for row in table.rows]
    whole = {"HUGEINT": "::DECIMAL(38, 0)", "UHUGEINT": "::DECIMAL(38, 0)"}  # Parquet would make them inexact
    shown = ", ".join(
        f"{column}{whole.get(type_, '')} AS {quoted(name)}"
        for (column, type_), (name, _) in zip(columns.items(), table.columns, strict=True)
    )
    with TemporaryDirectory(prefix="sojourn-lake-") as folder, duckdb.connect() as db, loaded(rows, columns) as lines:
        path = Path(folder) / "answer.parquet"
        db.execute(f"COPY (SELECT {shown} FROM {lines}) TO {text(str(path))} (FORMAT parquet, COMPRESSION zstd)")
        return path.read_bytes()


def _written(value: Any) -> Any:
    """A value as JSON from which DuckDB reads the same one."""
    match value:
        case float() if not isfinite(value):
            return str(value)
        case int() if abs(value) >= 1 << 63:
            return str(value)
        case timedelta():
            return f"{value // timedelta(microseconds=1)} microseconds"
        case bytes():
            return "".join(f"\\x{byte:02X}" for byte in value)
        case dict():
            return {str(key): _written(each) for key, each in value.items()}
        case list() | tuple():
            return [_written(each) for each in value]
    return value
