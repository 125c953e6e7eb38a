"""`ingest_checked_per_plain`: the inlet with a schema of 300 fields, 40 of them filled, beside the inlet without one.

The same messages on the same server: in a sandbox whose schema checks types, bounds, patterns, values and formats, and
in one that has no schema.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from bench.load import request, saturate
from bench.serving import serving
from sojourn.access.credentials import LOCAL_FILE
from sojourn.cli.client import Client

FIELDS, FILLED = 300, 40
_KINDS: tuple[tuple[Any, Any], ...] = (
    ("string", "some text"),
    ("integer", 42),
    ("decimal", 12.5),
    ("boolean", True),
    ("dateTime", "2026-03-01T10:00:00Z"),
    ({"$type": "string", "$enum": ["gold", "silver", "basic"]}, "gold"),
    ({"$type": "string", "$pattern": "^[A-Z]{3}$"}, "KRW"),
    ({"$type": "integer", "$minimum": 0, "$maximum": 1000}, 7),
    ("list<string>", ["a", "b"]),
    ({"$list": {"sku": {"$type": "string", "$required": True}, "price": "decimal"}}, [{"sku": "a", "price": 1.5}]),
)
_MAIL = ({"$type": "string", "$format": "email"}, "name@example.com")
"""What no type can say: one field in thirty, looked at by itself."""


def _kind(number: int) -> tuple[Any, Any]:
    return _MAIL if number % 30 == 17 else _KINDS[number % len(_KINDS)]


def schema() -> dict[str, Any]:
    """Ten objects of thirty fields each."""
    objects = {
        f"part{part}": {f"field{number}": _kind(number)[0] for number in range(part * 30, part * 30 + 30)}
        for part in range(FIELDS // 30)
    }
    return {"name": "wide", "fields": {"_acme": objects}}


def record(number: int) -> dict[str, Any]:
    """Four fields of each object, all kinds in turn, two of them e-mail addresses."""
    chosen = [
        part * 30 + each for part in range(FIELDS // 30) for each in (part, 10 + part, 17 if part < 2 else 21, 29)
    ]
    assert len(set(chosen)) == FILLED
    acme: dict[str, dict[str, Any]] = {}
    for each in chosen:
        acme.setdefault(f"part{each // 30}", {})[f"field{each}"] = _kind(each)[1]
    return {"_id": f"w-{number}", "timestamp": "2026-03-01T10:00:00Z", "_acme": acme}


def validation(quick: bool) -> dict[str, float]:
    """Acknowledged per second, the two in turns; their ratio, by the best of each."""
    count = 4_000 if quick else 15_000
    with serving() as processes:
        for name in ("plain", "wide"):
            processes.client.post("/api/sandboxes", {"name": name})
        wide = Client(f"http://127.0.0.1:{processes.port}", "wide", token_file=processes.data / LOCAL_FILE)
        with wide:
            wide.post("/api/apply", {"schemas": [schema()]})
        rates: dict[str, list[float]] = {"plain": [], "wide": []}
        for turn in range(3):
            for name, found in rates.items():
                header = {"header": {"schemaRef": {"id": "wide"}}} if name == "wide" else {}
                requests = [
                    request(msgspec.json.encode({**header, "body": {"xdmEntity": record(number)}}), name)
                    for number in range(turn * count, turn * count + count)
                ]
                found.append(asyncio.run(saturate(processes.port, requests, 32)))
    plain, checked = max(rates["plain"]), max(rates["wide"])
    return {"ingest_checked": round(checked), "ingest_checked_per_plain": checked / plain}
