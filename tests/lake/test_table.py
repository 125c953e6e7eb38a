"""Answers as files: what is read back from each form is what was answered, Korean and types included."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import duckdb

from sojourn.lake.table import Table, encoded

COLUMNS = [
    ("이름", "VARCHAR"), ("n", "BIGINT"), ("share", "DOUBLE"), ("at", "TIMESTAMP"), ("day", "DATE"), ("ok", "BOOLEAN"),
    ("total", "HUGEINT"), ("price", "DECIMAL(18,2)"), ("id", "UUID"), ("tags", "VARCHAR[]"),
    ("who", 'MAP(VARCHAR, STRUCT(id VARCHAR, "primary" BOOLEAN)[])'), ("took", "INTERVAL"), ("raw", "BLOB"),
    ("zoned", "TIMESTAMP WITH TIME ZONE"), ('a "quoted" name', "VARCHAR"),
]  # fmt: skip
FULL: list[Any] = [
    "여름 할인, \"첫 구매\"\n감사", -5, 0.25, datetime(2024, 2, 29, 23, 59, 59, 123000), date(2024, 2, 29), True,
    2**70, Decimal("12.50"), UUID(int=7), ["가", "b"], {"CRMID": [{"id": "ann", "primary": True}]},
    timedelta(days=1, milliseconds=1), b"\x00\xff'", datetime(2024, 1, 1, tzinfo=UTC), "=1+1",
]  # fmt: skip
EMPTY: list[Any] = [None] * len(COLUMNS)
TABLE = Table(COLUMNS, [FULL, EMPTY])


def test_parquet(tmp_path: Path) -> None:
    """Every type is as it was; sums of whole numbers stay exact."""
    path = tmp_path / "answer.parquet"
    path.write_bytes(encoded(TABLE, "parquet"))
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        found = db.execute("SELECT * FROM read_parquet($1)", [str(path)])
        types = [(each[0], str(each[1])) for each in found.description or ()]
        rows = found.fetchall()
    assert types == [(name, "DECIMAL(38,0)" if type_ == "HUGEINT" else type_) for name, type_ in COLUMNS]
    assert [list(row) for row in rows] == [FULL, EMPTY]
    path.write_bytes(encoded(Table([("n", "DOUBLE"), ("nothing", '"NULL"')], [[float("inf"), None]]), "parquet"))
    assert duckdb.read_parquet(str(path)).fetchall() == [(float("inf"), None)]


def test_csv() -> None:
    """What spreadsheets and programs read: marked as UTF-8, quoted, and nothing that a spreadsheet would calculate."""
    content = encoded(TABLE, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    header, full, empty = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert header == [name for name, _ in COLUMNS] and set(empty) == {""}
    assert full[:9] == [
        FULL[0], "-5", "0.25", "2024-02-29T23:59:59.123Z", "2024-02-29", "True", str(2**70), "12.5", str(FULL[8]),
    ]  # fmt: skip
    assert json.loads(full[9]) == FULL[9] and json.loads(full[10]) == FULL[10]
    assert full[-1] == "'=1+1"


NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(content: bytes) -> dict[str, tuple[str | None, str, str | None]]:
    """The cells of the sheet: how each is kept, its text, and the number of its style."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        shared: list[str] = []
        if "xl/sharedStrings.xml" in book.namelist():
            shared = ["".join(each.itertext()) for each in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
    found = {}
    for cell in sheet.iter(f"{NS}c"):
        kind, text = cell.get("t"), "".join(cell.itertext())
        found[cell.get("r") or ""] = kind, shared[int(text)] if kind == "s" else text, cell.get("s")
    return found


def test_xlsx() -> None:
    """Numbers are numbers, moments are dates, texts are texts, Korean ones too; nothing is a formula."""
    found = cells(encoded(TABLE, "xlsx"))
    text = {"s", "inlineStr", "str"}
    assert [found[f"{column}1"][1] for column in "ABC"] == ["이름", "n", "share"]
    assert found["A2"][0] in text and found["A2"][1] == FULL[0]
    assert found["B2"][0] in (None, "n") and float(found["B2"][1]) == -5
    assert found["C2"][0] in (None, "n") and float(found["C2"][1]) == 0.25
    days = (datetime(2024, 2, 29, 23, 59, 59, 123000) - datetime(1899, 12, 30)) / timedelta(days=1)
    assert found["D2"][0] in (None, "n") and abs(float(found["D2"][1]) - days) < 1e-8 and found["D2"][2]
    assert float(found["E2"][1]) == 45351 and found["E2"][2] not in (None, found["D2"][2])
    assert found["F2"][0] == "b" and found["F2"][1] == "1"
    assert found["G2"][0] in text and found["G2"][1] == str(2**70), "more digits than a spreadsheet keeps"
    assert float(found["H2"][1]) == 12.5
    assert float(found["N2"][1]) == 45292
    assert found["O2"][0] in text and found["O2"][1] == "=1+1"
    assert not [name for name in found if name.endswith("3")]
    assert cells(encoded(Table([("d", "DATE")], [[date(1, 1, 1)]]), "xlsx"))["A2"][1] == "0001-01-01"
    long = cells(encoded(Table([("a", "VARCHAR")], [["가" * 40_000]]), "xlsx"))
    assert long["A2"][1] == "가" * 32_767
