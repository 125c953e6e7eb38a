"""Writes the history of each example, from a fixed seed: what its customers did and what is known of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

EXAMPLES = Path(__file__).parent.parent / "examples"
_CONTRACTS = (("renewed", 12 * 24), ("renewed", 2 * 24), ("cancelled", 13 * 24), ("cancelled", 20 * 24), ("", 0))
"""What becomes of a contract, and how many hours before its end."""
_CITIES = ("Seoul", "Busan", "Jeju", "Daegu")
Lines = Iterator[dict[str, Any]]
_START = datetime(2026, 4, 1, tzinfo=UTC)
_NAMES = ("Ada", "Ben", "Cho", "Dana", "Eun", "Finn", "Gil", "Hana")


def _at(hours: float) -> str:
    """So many hours after the first of April."""
    return (_START + timedelta(seconds=round(hours * 3600))).isoformat().replace("+00:00", "Z")


def _event(number: int, kind: str, hours: float, tenant: str = "_shop", **fields: Any) -> dict[str, Any]:
    return {"_id": f"{kind}-{number}", "eventType": kind, "timestamp": _at(hours), tenant: fields}


def _record(dataset: str, entity: dict[str, Any]) -> dict[str, Any]:
    return {"header": {"datasetId": dataset}, "body": {"xdmEntity": entity}}


def welcome(draw: Random) -> Lines:
    """Sign-ups at any hour; those without an address by day. Some order soon, some later, some never."""
    for n in range(60):
        customer, known = f"c{n:02}", n % 10 != 9
        mail = {"personalEmail": {"address": f"{customer}@example.org"}} if known else {}
        yield _record(
            "customers",
            {"_shop": {"customer": customer}, "person": {"name": {"firstName": draw.choice(_NAMES)}}} | mail,
        )
        hour = draw.randrange(24) if known else draw.randrange(8, 18)
        signed = draw.randrange(20) * 24 + hour + 0.5
        yield _event(n, "signUp", signed, customer=customer)
        if (after := draw.choice((None, 30, 50, 100, 200, 300))) is not None:
            yield _event(n, "order", signed + after, customer=customer, value=draw.randrange(10, 90) + 0.5)


def abandoned_cart(draw: Random) -> Lines:
    """Carts; some are ordered within the hour, some on the next day, most not."""
    for n in range(50):
        customer = f"c{n:02}"
        device = {"appID": "green-shop", "platform": "apns", "token": f"t{n}"}
        reached = {
            "mobilePhone": {"number": f"+49151{n:06}"},
            "pushNotificationDetails": [device] if n % 3 else [],
        }
        yield _record("customers", {"_shop": {"customer": customer}} | reached)
        added = n * 7.0 + draw.random()
        yield _event(n, "cart", added, customer=customer, value=draw.choice((20.0, 80.0, 120.0, 300.0)))
        if (after := draw.choice((None, None, None, 0.5, 12.0, 40.0))) is not None:
            yield _event(n, "order", added + after, customer=customer)


def birthday(draw: Random) -> Lines:
    """Customers with and without a birthday; no events at all."""
    for n in range(80):
        shop: dict[str, Any] = {"customer": f"c{n:02}"}
        if n % 8:
            shop["birthday"] = f"{draw.choice((3, 4)):02}-{draw.randrange(1, 29):02}"
        mail = {"personalEmail": {"address": f"c{n:02}@example.org"}} if n % 5 else {}
        yield _record("customers", {"_shop": shop} | mail)


def order_follow_up(draw: Random) -> Lines:
    """Customers with several orders at a time; deliveries in time, late, or not at all."""
    for n in range(90):
        customer, order = f"c{n % 30:02}", f"o{n:03}"
        ordered = n * 3.0 + draw.random()
        yield _event(n, "order", ordered, customer=customer, order=order, total=draw.randrange(20, 200) + 0.99)
        if (after := draw.choice((24, 60, 100, 150, 300, None))) is not None:
            yield _event(n, "delivery", ordered + after, customer=customer, order=order)


def subscription_renewal(draw: Random) -> Lines:
    """Contracts that end in the middle of April or in June; some are renewed, some cancelled. One has no end."""
    for n in range(40):
        customer = f"k{n:02}"
        signed = -31 * 24 + n * 2.0
        end = (12 if n % 4 == 0 else 60) * 24 + n
        fields = {} if n == 20 else {"ends": _at(end)}
        yield _event(n, "signed", signed, "_telco", customer=customer, plan=draw.choice(("S", "M", "L")), **fields)
        kind, before = draw.choice(
            (("renewed", 12 * 24), ("renewed", 2 * 24), ("cancelled", 13 * 24), ("cancelled", 20 * 24), ("", 0))
        )
        if kind:
            yield _event(n, kind, end - before, "_telco", customer=customer)


def store_visit(draw: Random) -> Lines:
    """Visits to stores of four cities, some by night, some twice a day."""
    for n in range(70):
        hours = n * 5.0 + draw.random()
        yield _event(
            n,
            "visit",
            hours,
            customer=f"c{draw.randrange(25):02}",
            city=draw.choice(_CITIES),
        )


def nps_follow_up(draw: Random) -> Lines:
    """Answers to a survey."""
    for n in range(100):
        score = draw.randrange(11)
        yield _event(n, "survey", n * 1.5, customer=f"c{n:02}", score=score, comment="so-so" if score < 7 else "good")


def lead_hand_over(draw: Random) -> Lines:
    """Looks at pages of a site; some who have looked at the prices three times book a demo."""
    for n in range(30):
        lead, hours = f"l{n:02}", n * 4.0
        for view in range(draw.randrange(2, 8)):
            hours += 1 + draw.random()
            page = draw.choice(("pricing", "pricing", "features"))
            yield _record("visits", _event(n * 100 + view, "view", hours, "_b2b", lead=lead, page=page))
        if n % 3 == 0:
            yield _record("visits", _event(n, "demo", hours + 20, "_b2b", lead=lead))


def consent_change(draw: Random) -> Lines:
    """Customers who say yes or no to a newsletter; one has no address, some are opted out of all."""
    for n in range(40):
        customer = f"c{n:02}"
        mail = {"personalEmail": {"address": f"{customer}@example.org"}} if n != 7 else {}
        out = {"consents": {"marketing": {"email": {"val": "n"}}}} if n % 6 == 0 else {}
        yield _record("customers", {"_shop": {"customer": customer}} | mail | out)
        yield _event(n, "consent", n * 1.25, customer=customer, newsletter=draw.choice(("yes", "no")))


MAKERS: dict[str, Callable[[Random], Lines]] = {
    "welcome": welcome, "abandoned-cart": abandoned_cart, "birthday": birthday, "order-follow-up": order_follow_up,
    "subscription-renewal": subscription_renewal, "store-visit": store_visit, "nps-follow-up": nps_follow_up,
    "lead-hand-over": lead_hand_over, "consent-change": consent_change,
}  # fmt: skip


def history(name: str) -> str:
    """An example's history as JSON lines."""
    return "".join(json.dumps(line) + "\n" for line in MAKERS[name](Random(name)))  # noqa: S311 - made up


if __name__ == "__main__":
    for each in MAKERS:
        (EXAMPLES / each / "history.jsonl").write_text(history(each), encoding="utf-8")
