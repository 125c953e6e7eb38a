"""The CDNOW purchases as events.

python -m sojourn.demo.history OUT.jsonl[.gz]
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

PROJECT = Path(__file__).parents[3] / "examples" / "winback"
END = datetime(1998, 7, 1, tzinfo=UTC)
"""Until when the journey is run: the data end on the day before."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase. `at` is the day's noon, plus a second for each earlier purchase of the customer that day."""

    id: str
    at: datetime
    customer: str
    quantity: int
    value: float

    def entity(self) -> dict[str, Any]:
        """The xdmEntity of the purchase."""
        return {
            "_id": self.id,
            "eventType": "commerce.purchases",
            "timestamp": self.at.isoformat().replace("+00:00", "Z"),
            "identityMap": {"CRMID": [{"id": self.customer, "primary": True}]},
            "_tenant": {"quantity": self.quantity, "value": self.value},
        }

    def message(self) -> dict[str, Any]:
        """The ingestion message of the purchase."""
        return {"header": {"schemaRef": {"id": "purchase"}}, "body": {"xdmEntity": self.entity()}}


def purchases(path: Path = PROJECT / "purchases.csv.gz") -> Iterator[Purchase]:
    """All purchases, in the order of the file; `_id`s count its lines from 1."""
    earlier: Counter[tuple[str, str]] = Counter()
    with gzip.open(path, "rt", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            whose = row["customer"], row["date"]
            noon = datetime.strptime(row["date"], "%Y%m%d").replace(hour=12, tzinfo=UTC)
            at = noon + timedelta(seconds=earlier[whose])
            earlier[whose] += 1
            yield Purchase(f"cdnow-{number}", at, row["customer"], int(row["cds"]), float(row["value"]))


def in_order() -> list[Purchase]:
    """All purchases in replay order [6.31]."""
    return sorted(purchases(), key=lambda purchase: (purchase.at, purchase.id))


def write(path: Path) -> int:
    """Writes all purchases as JSON lines, in the order of the file; how many."""
    count = 0
    with gzip.open(path, "wb") if path.suffix == ".gz" else path.open("wb") as file:
        for purchase in purchases():
            file.write(msgspec.json.encode(purchase.entity()) + b"\n")
            count += 1
    return count


if __name__ == "__main__":
    write(Path(sys.argv[1]))
