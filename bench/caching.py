"""`cached_source_us`: what a data source takes to answer from the cache, from the fetch to the decoded answer.

Beside it the naive loop: a dictionary and `json.loads`, which nobody shares, bounds or ages.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from pathlib import Path

import msgspec

from sojourn.connect.cache import SourceCache
from sojourn.connect.client import Connector, key_of
from sojourn.connect.limits import Limits
from sojourn.engine.effect import Fetch, Request
from sojourn.secrets import Keyring

CITIES = 10_000
ANSWER = msgspec.json.encode(
    {
        "city": "Seoul",
        "days": [{"day": f"2026-03-{n:02}", "low": n / 2, "high": n * 1.5, "text": "fair"} for n in range(10)],
    }
)


def caching(quick: bool) -> dict[str, float]:
    """Microseconds for an answer, of many cities in turn."""
    fetches = [
        Fetch("Weather", "byCity", Request("GET", f"https://api.example.com/weather?city={n}"), 5_000)
        for n in range(CITIES)
    ]
    cache = SourceCache()
    for fetch in fetches:
        cache.put(key_of(fetch), ANSWER, 3_600)
    decode = msgspec.json.Decoder().decode
    rounds = 2 if quick else 10

    async def ours() -> float:
        keys = Keyring(Path("/nowhere"), environment=base64.b64encode(b"k" * 32).decode())
        connector = Connector(Limits(), keys, cache=cache)
        begun = time.perf_counter()
        for _ in range(rounds):
            for fetch in fetches:
                answer = connector.cached(fetch)
                assert answer is not None and answer.body is not None
                decode(answer.body)
        took = time.perf_counter() - begun
        await connector.close()
        return took

    took = asyncio.run(ours())
    plain = {(fetch.source, fetch.request.url): ANSWER for fetch in fetches}
    begun = time.perf_counter()
    for _ in range(rounds):
        for fetch in fetches:
            json.loads(plain[fetch.source, fetch.request.url])
    naive = time.perf_counter() - begun
    return {"cached_source_us": 1e6 * took / rounds / CITIES, "cached_source_per_naive": naive / took}
