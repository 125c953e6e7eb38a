"""SQL sources on a real SQLite file: parameters, reading only, limits of time and size [4.6]."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sojourn.connect.access import Access
from sojourn.connect.sql import MAX_ROWS, checked
from sojourn.engine.effect import Answer, Fetch, Request
from sojourn.errors import InputError

from ..support.partner import Partner, run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop ü.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (id INTEGER, who TEXT, total DECIMAL, at TEXT)")
        rows = [(1, "ann", 9.5, "2026-03-01"), (2, "ann", None, "2026-03-02"), (3, "o'bob", 1, "2026-03-03")]
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return path


def ask(path: Path, statement: str, calls: int = 1, timeout: int = 5_000, **given: Any) -> list[Answer]:
    access = Access(answers=True, database=f"sqlite:///{path}", statements=(("orders", statement),))
    fetch = Fetch("Shop", "orders", Request("SQL", "", (), msgspec.json.encode(given)), timeout)
    allow = [f"sqlite:{path}"]
    return run(Partner(), lambda partner: access, effect=lambda partner: fetch, calls=calls, allow=allow)


def rows(answer: Answer) -> Any:
    assert answer.outcome == "ok" and answer.body is not None
    return msgspec.json.decode(answer.body)["rows"]


def test_rows(shop: Path) -> None:
    (answer,) = ask(shop, "SELECT id, total, at FROM orders WHERE who = :who ORDER BY id", who="ann")
    assert rows(answer) == [
        {"id": 1, "total": 9.5, "at": "2026-03-01"},
        {"id": 2, "total": None, "at": "2026-03-02"},
    ]
    assert answer.attempts == 1


@pytest.mark.parametrize("who", ["o'bob", "x' OR 1=1 --", "'; DROP TABLE orders; --"])
def test_parameters_are_values(shop: Path, who: str) -> None:
    """Whatever stands in them."""
    (answer,) = ask(shop, "SELECT id FROM orders WHERE who = :who", who=who)
    assert [row["id"] for row in rows(answer)] == ([3] if who == "o'bob" else [])


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM orders",
        "WITH x AS (SELECT 1) DELETE FROM orders",
        "WITH x AS (SELECT 1) INSERT INTO orders SELECT 1, 1, 1, 1",
        "SELECT 1; DELETE FROM orders",
        "PRAGMA writable_schema = 1",
        "ATTACH DATABASE '/tmp/other.db' AS other",
        "VACUUM INTO '/tmp/copy.db'",
        "SELECT nothing FROM orders",
        "SELECT load_extension('x')",
    ],
)
def test_nothing_but_reading(shop: Path, statement: str) -> None:
    before = shop.read_bytes()
    (answer,) = ask(shop, statement)
    assert (answer.outcome, answer.body, answer.attempts) == ("error", None, 1)
    assert shop.read_bytes() == before


def test_a_statement_that_takes_too_long(shop: Path) -> None:
    """It ends with the timeout, and leaves no thread behind that goes on."""
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    (answer,) = ask(shop, endless, timeout=300)
    assert answer.outcome == "timeout"
    assert 250 <= answer.took <= 3_000


def test_too_many_rows(shop: Path) -> None:
    some = (
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) SELECT i FROM n LIMIT {10**6}"
    )
    (answer,) = ask(shop, some, most=MAX_ROWS)
    assert len(rows(answer)) == MAX_ROWS
    (answer,) = ask(shop, some, most=MAX_ROWS + 1)
    assert (answer.outcome, answer.attempts) == ("error", 1)


def test_a_database_that_is_locked(shop: Path) -> None:
    """It is tried again, within the timeout."""
    holder = sqlite3.connect(shop, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        (answer,) = ask(shop, "SELECT 1 AS one FROM orders", timeout=700)
    finally:
        holder.close()
    assert answer.outcome in ("error", "timeout") and answer.body is None
    assert rows(ask(shop, "SELECT count(*) AS n FROM orders")[0]) == [{"n": 3}]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """It is not made."""
    path = tmp_path / "none.db"
    (answer,) = ask(path, "SELECT 1 AS one")
    assert (answer.outcome, path.exists()) == ("error", False)


def test_statements_count_for_the_caps(shop: Path) -> None:
    """Fifteen a second, as for any source [4.5]."""
    answers = ask(shop, "SELECT 1 AS one", calls=40)
    assert {answer.outcome for answer in answers} == {"ok", "capping"}


@pytest.mark.parametrize(
    ("url", "allow"),
    [
        ("sqlite:////srv/shop.db", ["sqlite:/srv/shop.db"]),
        ("sqlite:////srv/data/shop.db", ["sqlite:/srv/*"]),
        ("postgresql://anna@db.example.com/shop", ["db.example.com:5432"]),
        ("postgresql+psycopg://anna@db.example.com:6000/shop", ["db.example.com:*"]),
    ],
)
def test_what_the_operator_lists_may_be_asked(url: str, allow: list[str]) -> None:
    checked(url, allow)
    with pytest.raises(InputError, match="ERR_DATABASE_PRIVATE"):
        checked(url, ["other.example.com:5432", "sqlite:/srv/other.db", "127.0.0.1:*"])


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://", "sqlite:///:memory:?cache=shared", "mysql://a@b/c", "nonsense", "postgresql://a:b@example.com/c",
        "postgresql://a@example.com/c?host=/var/run", "postgresql://a@example.com", "sqlite:////srv/../etc/x?mode=rw",
    ],
)  # fmt: skip
def test_databases_that_are_none(url: str) -> None:
    with pytest.raises(InputError, match="ERR_DATABASE_URL"):
        checked(url, ["example.com:*", "b:*", "sqlite:/*"])


def test_a_path_means_the_file_it_leads_to() -> None:
    with pytest.raises(InputError, match="sqlite:/etc/x"):
        checked("sqlite:////srv/../etc/x", ["sqlite:/srv/*"])
