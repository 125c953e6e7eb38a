"""The purchases that ship with Sojourn are the public ones, all of them, and always the same events."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from sojourn.demo.history import END, PROJECT, Purchase, in_order, purchases, write


@pytest.fixture(scope="module")
def history() -> list[Purchase]:
    return list(purchases())


def test_totals_are_those_of_the_source(history: list[Purchase]) -> None:
    with gzip.open(PROJECT / "purchases.csv.gz", "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(history) == 69_659
    assert len({purchase.customer for purchase in history}) == 23_570
    assert sum(Decimal(row["value"]) for row in rows) == Decimal("2500315.63")
    assert sum(purchase.quantity for purchase in history) == 167_881
    assert [f"{purchase.value:.2f}" for purchase in history] == [row["value"] for row in rows]


def test_the_packed_file_carries_no_time_of_packing() -> None:
    assert (PROJECT / "purchases.csv.gz").read_bytes()[4:8] == bytes(4)


def test_ids_count_the_lines(history: list[Purchase]) -> None:
    assert [purchase.id for purchase in history] == [f"cdnow-{number}" for number in range(1, 69_660)]


def test_the_first_purchases(history: list[Purchase]) -> None:
    assert history[0].entity() == {
        "_id": "cdnow-1",
        "eventType": "commerce.purchases",
        "timestamp": "1997-01-01T12:00:00Z",
        "identityMap": {"CRMID": [{"id": "00001", "primary": True}]},
        "_tenant": {"quantity": 1, "value": 11.77},
    }
    assert history[0].message() == {
        "header": {"schemaRef": {"id": "purchase"}},
        "body": {"xdmEntity": history[0].entity()},
    }
    # The same customer twice on a day: the later line is a second later.
    assert [purchase.entity()["timestamp"] for purchase in history[1:3]] == [
        "1997-01-12T12:00:00Z",
        "1997-01-12T12:00:01Z",
    ]


def test_a_customer_never_buys_twice_in_the_same_second(history: list[Purchase]) -> None:
    moments = Counter((purchase.customer, purchase.at) for purchase in history)
    assert set(moments.values()) == {1}


def test_all_lie_between_the_first_day_and_the_end(history: list[Purchase]) -> None:
    assert min(purchase.at for purchase in history) == datetime(1997, 1, 1, 12, tzinfo=UTC)
    assert datetime(1998, 6, 30, 12, tzinfo=UTC) <= max(purchase.at for purchase in history) < END


def test_replay_order_keeps_all(history: list[Purchase]) -> None:
    ordered = in_order()
    assert all(one.at <= other.at for one, other in pairwise(ordered))
    assert {purchase.id for purchase in ordered} == {purchase.id for purchase in history}


@pytest.mark.parametrize("name", ["history.jsonl", "history.jsonl.gz"])
def test_written_lines_are_the_entities(tmp_path: Path, history: list[Purchase], name: str) -> None:
    path = tmp_path / name
    assert write(path) == 69_659
    lines = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).splitlines()
    assert [msgspec.json.decode(line) for line in lines] == [purchase.entity() for purchase in history]
