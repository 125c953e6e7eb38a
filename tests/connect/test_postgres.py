"""SQL sources on a real PostgreSQL: what they bring, reading only, time, and what is tried again [4.6]."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from sojourn.connect.access import Access
from sojourn.engine.effect import Answer, Fetch, Request
from sojourn.secrets import Secret

from ..support.partner import Partner, run, sealed
from ..support.postgres import PASSWORD, Postgres, running_postgres


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with running_postgres(tmp_path_factory.mktemp("postgres")) as made:
        made.run(
            "CREATE TABLE orders (id bigint, who text, total numeric(9, 2), at timestamptz, day date, tags jsonb)",
            "INSERT INTO orders VALUES (1, 'ann', 9.50, '2026-03-01T10:00:00Z', '2026-03-01', '[\"a\"]'), "
            "(2, 'o''bob', 7, NULL, NULL, NULL), (3, 'ann', 'NaN', NULL, NULL, NULL)",
        )
        yield made


def ask(
    database: Postgres, statement: str, password: Secret | None = None, timeout: int = 5_000, **given: Any
) -> Answer:
    access = Access(
        answers=True, database=database.url, password=password or sealed(PASSWORD), statements=(("orders", statement),)
    )
    fetch = Fetch("Shop", "orders", Request("SQL", "", (), msgspec.json.encode(given)), timeout)
    (answer,) = run(Partner(), lambda partner: access, effect=lambda partner: fetch, allow=[database.host])
    return answer


def rows(answer: Answer) -> Any:
    assert answer.outcome == "ok" and answer.body is not None, answer
    return msgspec.json.decode(answer.body)["rows"]


def test_values_as_fields_have_them(database: Postgres) -> None:
    found = rows(ask(database, "SELECT * FROM orders WHERE who = :who ORDER BY id", who="ann"))
    assert found[0] == {
        "id": 1, "who": "ann", "total": 9.5, "at": "2026-03-01T10:00:00Z", "day": "2026-03-01", "tags": ["a"]
    }  # fmt: skip
    assert found[1]["total"] is None  # not a number


def test_parameters_are_values(database: Postgres) -> None:
    for who, ids in (("o'bob", [2]), ("x' OR 1=1 --", []), ("'; DROP TABLE orders; --", [])):
        assert [row["id"] for row in rows(ask(database, "SELECT id FROM orders WHERE who = :who", who=who))] == ids
    assert len(rows(ask(database, "SELECT 1 FROM orders WHERE id >= :least", least=2))) == 2
    since = "SELECT id FROM orders WHERE at >= CAST(:since AS timestamptz)"
    assert rows(ask(database, since, since="2026-03-01T11:00:00+01:00")) == [{"id": 1}]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM orders",
        "WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone",
        "CREATE TABLE more (id integer)",
        "SELECT nothing FROM orders",
        "SELECT pg_read_file('/etc/passwd')",
        "COMMIT; DELETE FROM orders",
        "SELECT 1) AS a; COMMIT; DELETE FROM orders; SELECT * FROM (SELECT 1",
    ],
)
def test_nothing_but_reading(database: Postgres, statement: str) -> None:
    answer = ask(database, statement)
    assert (answer.outcome, answer.body, answer.attempts) == ("error", None, 1)
    assert rows(ask(database, "SELECT count(*) AS n FROM orders")) == [{"n": 3}]


def test_a_statement_that_takes_too_long(database: Postgres) -> None:
    """It ends with the timeout, in the database too."""
    answer = ask(database, "SELECT pg_sleep(20)", timeout=400)
    assert answer.outcome == "timeout" and answer.took < 3_000
    running = "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%sleep(20)%' AND pid <> pg_backend_pid()"
    running += " AND state = 'active'"
    assert rows(ask(database, running)) == [{"n": 0}]


def test_many_rows(database: Postgres) -> None:
    """So many as may be, from a statement that would bring far more than memory holds."""
    assert len(rows(ask(database, "SELECT n FROM generate_series(1, 1000) AS n -- all"))) == 1_000
    answer = ask(database, "SELECT generate_series(1, 1000000000000) AS n;")
    assert (answer.outcome, answer.attempts) == ("error", 1)


def test_a_wrong_password(database: Postgres) -> None:
    """An error at once; the password is nowhere in it."""
    answer = ask(database, "SELECT 1 AS one", password=sealed("canary-wrong"))
    assert (answer.outcome, answer.attempts) == ("error", 1)
    assert "canary" not in repr(answer)


def test_nobody_there(database: Postgres) -> None:
    """It is tried again, as an endpoint is."""
    statement = "SELECT 1 AS one"
    access = Access(answers=True, database="postgresql://anna@127.0.0.1:9/shop", statements=(("orders", statement),))
    fetch = Fetch("Shop", "orders", Request("SQL", "", (), b"{}"), 5_000)
    (answer,) = run(Partner(), lambda partner: access, effect=lambda partner: fetch, allow=["127.0.0.1:9"])
    assert (answer.outcome, answer.attempts) == ("error", 4)
