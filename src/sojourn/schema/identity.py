"""Identities: where a record names the people that it is about [1.1]."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Identity = tuple[str, str]
"""(namespace, id)."""
Path = tuple[str, ...]
Extract = Callable[[Mapping[str, Any]], list[Identity]]
"""From a record to the identities that it names, the primary one first."""

STANDARD = ("Email", "ECID", "CRMID", "Phone")
"""Namespaces that are there from the start; documents add others."""


def extractor(namespaces: Iterable[str], fields: Iterable[tuple[Path, str, bool]]) -> Extract:
    """Reads identities from `identityMap` and from `fields` (path, namespace, primary).

    Namespaces that nobody knows are passed over; so is an id that is empty or no text.
    """
    known = frozenset(namespaces)
    read = tuple((path, namespace, primary) for path, namespace, primary in fields if namespace in known)

    def extract(record: Mapping[str, Any]) -> list[Identity]:
        first: list[Identity] = []
        others: list[Identity] = []
        for path, namespace, primary in read:
            value: Any = record
            for name in path:
                value = value.get(name) if type(value) is dict else None
            if type(value) is str and value:
                (first if primary else others).append((namespace, value))
        identities = record.get("identityMap")
        if type(identities) is dict:
            for namespace, items in identities.items():
                if namespace in known and type(items) is list:
                    for item in items:
                        if type(item) is dict and type(id_ := item.get("id")) is str and id_:
                            (first if item.get("primary") is True else others).append((namespace, id_))
        found = first + others
        return found if len(found) < 2 else list(dict.fromkeys(found))

    return extract
