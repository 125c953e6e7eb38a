"""A small shop: customers with profiles, what they do, segments of them, and a journey that thanks for orders."""

from __future__ import annotations

from typing import Any

JOURNEY = "thank-you"
FIELDS = {
    "_shop": {"customer": "string", "city": "string", "points": "integer"},
    "person": {"name": {"firstName": "string"}},
    "personalEmail": {"address": "string"},
}
PROJECT: dict[str, list[dict[str, Any]]] = {
    "schemas": [
        {
            "name": "customer",
            "base": "profile",
            "profile": True,
            "fields": FIELDS,
            "identities": {
                "_shop.customer": {"namespace": "CRMID", "primary": True},
                "personalEmail.address": {"namespace": "Email"},
            },
        },
        {
            "name": "shop",
            "profile": True,
            "fields": {"_shop": {"customer": "string", "value": "decimal"}},
            "identities": {"_shop.customer": {"namespace": "CRMID", "primary": True}},
        },
    ],
    "datasets": [
        {"name": "customers", "schema": "customer", "profile": True},
        {"name": "activities", "schema": "shop", "profile": True},
    ],
    "segments": [
        {
            "name": "Loyal",
            "description": "Customers with a hundred points or more",
            "definition": "#{ExperiencePlatform.profile._shop.points} >= 100",
        },
        {
            "name": "Lately active",
            "definition": "count(#{ExperiencePlatform.experienceevent.all("
            "inLastDays(currentDataPackField.timestamp, 30))}) > 0",
        },
        {"name": "Invited", "description": "From the newsletter of November"},
    ],
    "events": [
        {"name": "Ordered", "schema": "shop", "type": "rule", "condition": '@{Ordered.eventType} == "order"'},
    ],
    "journeys": [
        {
            "name": JOURNEY,
            "namespace": "CRMID",
            "reentrance": False,
            "start": "ordered",
            "activities": {
                "ordered": {"type": "event", "event": "Ordered", "next": "is_big"},
                "is_big": {
                    "type": "condition",
                    "label": "A big order?",
                    "paths": {"big": "@{Ordered._shop.value} >= 50"},
                    "next": {"big": "patience", "other": "done"},
                },
                "patience": {"type": "wait", "duration": "P3D", "next": "thanked"},
                "thanked": {"type": "end"},
                "done": {"type": "end"},
            },
        }
    ],
}  # fmt: skip
NAMES = ("Jin", "Mina", "Ben", "Ada", "Seo-yeon", "Luca", "Hana", "Noor")
CITIES = ("Seoul", "Busan", "Berlin", "Lyon")


def customer(number: int) -> dict[str, Any]:
    """A profile record; every fifth customer has a hundred points or more."""
    name = NAMES[number % len(NAMES)]
    return {
        "_shop": {"customer": f"c{number:04}", "city": CITIES[number % len(CITIES)], "points": number * 20 % 121},
        "person": {"name": {"firstName": name}},
        "personalEmail": {"address": f"{name.lower()}.{number}@example.org"},
        "consents": {"marketing": {"email": {"val": "n" if number % 7 == 0 else "y", "time": "2026-03-01T09:00:00Z"}}},
    }


def order(number: int, value: float, *, id_: str = "", at: str = "2026-11-20T10:00:00Z") -> dict[str, Any]:
    """An order as it comes to the inlet."""
    entity = {
        "_id": id_ or f"order-{number}",
        "eventType": "order",
        "timestamp": at,
        "_shop": {"customer": f"c{number:04}", "value": value},
    }
    header = {"datasetId": "activities", "schemaRef": {"id": "shop"}}
    return {"header": header, "body": {"xdmEntity": entity}}
