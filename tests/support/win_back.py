"""A small journey with short real waits, whose outcome depends on what was sent and not on when anything happened.

A small purchase: wait a second, `win_back`, end. A big one: `vip_thanks`, then the customer's confirmation is awaited
(it may come while the call is open, and is held then), `cross_sell`, end. Re-entrance is off, so each customer goes
one way, once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sojourn import identifiers
from sojourn.report.agreement import stored
from sojourn.store.shard import ShardReader

JOURNEY = "win-back"
SANDBOX = "prod"
BIG = 100
SMALL = 10
Project = dict[str, list[dict[str, Any]]]


def project(port: int, *, ports: dict[str, int] | None = None, wait: str = "PT1S") -> Project:
    """The documents; actions call `port`, or the port that `ports` names for them."""
    about = {"customer": "#{JourneyProperties.externalKey}"}

    def action(name: str) -> dict[str, Any]:
        return {
            "name": name,
            "url": f"http://127.0.0.1:{(ports or {}).get(name, port)}/{name}",
            "method": "POST",
            "body": {"customer": {"$variable": "string", "$mandatory": True}},
        }

    def event(name: str, type_: str) -> dict[str, Any]:
        condition = f'@{{{name}.eventType}} == "{type_}"'
        return {"name": name, "schema": "purchase", "type": "rule", "condition": condition, "namespace": "CRMID"}

    activities: dict[str, Any] = {
        "purchase": {"type": "event", "event": "Purchase", "next": "is_big"},
        "is_big": {
            "type": "condition",
            "paths": {"big": "@{Purchase._tenant.value} >= 50"},
            "next": {"big": "vip_thanks", "other": "patience"},
        },
        "vip_thanks": {"type": "action", "action": "vip_thanks", "parameters": about, "next": "confirmed"},
        "confirmed": {"type": "event", "event": "Confirmation", "next": "cross_sell"},
        "cross_sell": {"type": "action", "action": "cross_sell", "parameters": about, "next": "done"},
        "patience": {"type": "wait", "duration": wait, "next": "win_back"},
        "win_back": {"type": "action", "action": "win_back", "parameters": about, "next": "invited"},
        "done": {"type": "end"},
        "invited": {"type": "end"},
    }
    journey = {
        "name": JOURNEY,
        "namespace": "CRMID",
        "reentrance": False,
        "start": "purchase",
        "activities": activities,
    }
    return {
        "schemas": [{"name": "purchase", "fields": {"_tenant": {"value": {"$type": "decimal"}}}}],
        "events": [event("Purchase", "commerce.purchases"), event("Confirmation", "commerce.confirmations")],
        "actions": [action(name) for name in ("vip_thanks", "cross_sell", "win_back")],
        "journeys": [journey],
    }


def message(id_: str, customer: str, type_: str = "commerce.purchases", value: float = 0) -> dict[str, Any]:
    """An ingestion message."""
    entity = {
        "_id": id_,
        "eventType": type_,
        "timestamp": "2024-01-01T12:00:00Z",
        "identityMap": {"CRMID": [{"id": customer, "primary": True}]},
        "_tenant": {"value": value},
    }
    return {"body": {"xdmEntity": entity}}


def is_big(customer: int) -> bool:
    return customer % 3 == 0


def events_of(customer: int) -> list[dict[str, Any]]:
    """What a customer sends: every third buys big and confirms; every seventh event comes twice."""
    name = f"c{customer}"
    found = [message(f"{name}-buys", name, value=BIG if is_big(customer) else SMALL)]
    if is_big(customer):
        found.append(message(f"{name}-confirms", name, "commerce.confirmations"))
    if customer % 7 == 0:
        found.append(found[0])
    return found


def events(customers: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The events of several customers, one customer after the other."""
    for customer in customers:
        yield from events_of(customer)


class Outcome(NamedTuple):
    """What a run left behind: where everyone went, and the calls that this has to have made."""

    steps: Counter[tuple[Any, ...]]
    """(person, entry, n, error code, shape): a step event without its moment and its durations."""
    keys: Counter[tuple[str, str]]
    """(path at the receiver, Idempotency-Key) of every action step."""
    people: frozenset[str]


def outcome(data: Path) -> Outcome:
    """Reads it off the shard."""
    shard = ShardReader(data / "shard-0.db")
    try:
        rows = stored(shard)
    finally:
        shard.close()
    steps: Counter[tuple[Any, ...]] = Counter()
    keys: Counter[tuple[str, str]] = Counter()
    for (person, supplemental, entry, n, _, code, body), count in rows.items():
        shape = msgspec.json.decode(body)
        steps[person, entry, n, code, body] += count
        if shape.get("action"):
            stay = identifiers.stay_id(SANDBOX, shape["version"], person, supplemental, entry)
            keys["/" + shape["action"], identifiers.effect_id(stay, n)] += count
    return Outcome(steps, keys, frozenset(row[0] for row in rows))


def balanced(report: dict[str, Any]) -> bool:
    """entered = completed + failed + exited + stopped + current [6.26]."""
    parts = ("completed", "failed", "exited", "stopped", "current")
    return bool(report["entered"] == sum(report[part] for part in parts))
