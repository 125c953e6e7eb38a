"""`analyse_p95_ms`: what an editor waits for while somebody types, on a schema of 2,000 fields, over HTTP."""

from __future__ import annotations

import statistics
import time
from typing import Any

from bench.serving import serving

GROUPS, FIELDS = 40, 50
TYPED = (
    '@{Wide.group7.text3} == "Seoul" and @{Wide.group31.number49} >= 50',
    "count(@{Wide.items.all(currentEventField.price > 10 and in('red', currentEventField.tags)).sku}) > 1",
    "inLastDays(@{Wide.timestamp, defaultValue: (now())}, 7) or not isEmpty(upper(text12))",
)


def schema() -> dict[str, Any]:
    """GROUPS objects of FIELDS fields each, and a collection."""
    groups: dict[str, Any] = {
        f"group{group}": {
            f"{('text', 'number')[number % 2]}{number}": ("string", "decimal")[number % 2] for number in range(FIELDS)
        }
        for group in range(GROUPS)
    }
    items = {"$list": {"sku": "string", "price": "decimal", "tags": "list<string>"}}
    return {"fields": {**groups, "items": items}}


def analyse(quick: bool) -> dict[str, float]:
    """One request for each key that is pressed, the answer with errors, completions, help and the simple view."""
    taken = []
    with serving() as processes:
        editor = processes.client
        editor.request("PUT", "/api/schemas/wide", schema())
        editor.request("PUT", "/api/events/Wide", {"schema": "wide", "condition": "true", "namespace": "CRMID"})
        for warm in range(2 if quick else 5):
            for text in TYPED:
                for end in range(1, len(text) + 1):
                    body = {"text": text[:end], "cursor": end, "events": ["Wide"], "use": "condition"}
                    begun = time.perf_counter()
                    editor.post("/api/expressions/analyse", body)
                    taken += [1_000 * (time.perf_counter() - begun)] if warm else []
    return {"analyse_p95_ms": statistics.quantiles(taken, n=20)[-1]}
