"""`ingest_http`, `latency_*`: a real server process, a real receiver process, and a load generator in this one."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from bench.load import pace, request, saturate
from sojourn.demo.history import in_order
from sojourn.demo.processes import Processes


def free_port() -> int:
    """A port with a free one behind it."""
    while True:
        port = random.randint(20_000, 50_000)
        try:
            for each in (port, port + 1):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", each))
        except OSError:
            continue
        return port


@contextmanager
def serving() -> Iterator[Processes]:
    """A fresh server with win-back live, on the real clock."""
    with tempfile.TemporaryDirectory() as folder, Processes(Path(folder), free_port(), [], []) as processes:
        processes.publish()
        time.sleep(0.5)
        yield processes


def messages(count: int, prefix: str, **fields: Any) -> list[bytes]:
    """Requests of single purchases, each of another `_id`; `fields` replace parts of the entity."""
    found = []
    history = in_order()
    for number in range(count):
        message = history[number % len(history)].message()
        message["body"]["xdmEntity"] |= {"_id": f"{prefix}-{number}", **fields}
        found.append(request(msgspec.json.encode(message)))
    return found


def ingest_http(quick: bool) -> dict[str, float]:
    """Single-event POSTs on 32 connections, acknowledged when on disk; the engine works on them meanwhile."""
    count = 15_000 if quick else 60_000
    with serving() as processes:
        asyncio.run(saturate(processes.port, messages(1_000, "warm"), 32))
        rate = asyncio.run(saturate(processes.port, messages(count, "load"), 32))
    return {"ingest_http": round(rate)}


def latency(quick: bool) -> dict[str, float]:
    """From the moment an event was meant to be sent, at 500 a second, to the arrival of its call at the receiver."""
    count = 2_000 if quick else 10_000
    history = in_order()
    requests = []
    for number in range(count):
        message = history[number].message()
        # A customer of its own and a big purchase: each event enters and is followed by exactly one call at once.
        identity = {"CRMID": [{"id": f"p{number}", "primary": True}]}
        message["body"]["xdmEntity"] |= {"_id": f"l-{number}", "identityMap": identity}
        message["body"]["xdmEntity"]["_tenant"] = {"quantity": 1, "value": 60.0}
        requests.append(request(msgspec.json.encode(message)))
    with serving() as processes:
        asyncio.run(saturate(processes.port, messages(500, "warm"), 8))
        time.sleep(1)
        intended = asyncio.run(pace(processes.port, requests, 500))
        time.sleep(2)
        steps = _vip_keys(processes)
        with urllib.request.urlopen(f"http://127.0.0.1:{processes.receiver_port}/times") as answer:
            arrived = json.load(answer)
    delays = sorted(
        1_000 * (arrived[key] - intended[int(person[1:])]) for person, key in steps.items() if person.startswith("p")
    )
    if len(delays) < count:
        raise RuntimeError(f"only {len(delays)} of {count} calls arrived")
    return {
        "latency_p50_ms": round(delays[len(delays) // 2], 1),
        "latency_p99_ms": round(delays[int(len(delays) * 0.99)], 1),
    }


def _vip_keys(processes: Processes) -> dict[str, str]:
    """The Idempotency-Key of each person's call, derived from the step events."""
    from sojourn import identifiers
    from sojourn.store.shard import ShardReader

    versions = processes.client.get("/api/journeys/win-back")["versions"]
    shard = ShardReader(processes.data / "shard-0.db")
    found = {}
    after = 0
    while batches := shard.step_batches(after):
        after = batches[-1][0]
        for _, batch in batches:
            for _, _, person, supplemental, entry, _ in batch:
                stay = identifiers.stay_id("prod", versions[-1]["uid"], person, supplemental, entry)
                found[person] = identifiers.effect_id(stay, 3)
    shard.close()
    return found
