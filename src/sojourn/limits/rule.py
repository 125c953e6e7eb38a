"""A limit as it runs: what the engine is told when a configuration is deployed [5.5]."""

from __future__ import annotations

from typing import Literal

import msgspec

Service = Literal["action", "dataSource"]


class Rating(msgspec.Struct, frozen=True, rename="camel"):
    """At most so many calls in each period (ms)."""

    max_calls_count: int
    period_in_ms: int


class ServiceCap(msgspec.Struct, frozen=True, rename="camel"):
    """What one service may do; without `max_http_connections` as many connections as it likes."""

    rating: Rating
    max_http_connections: int | None = None


class Capping(msgspec.Struct, frozen=True):
    """A capping configuration: calls to a URL over the rating fail at once."""

    url: str
    methods: tuple[str, ...]
    services: dict[Service, ServiceCap]


class Throttling(msgspec.Struct, frozen=True, rename="camel"):
    """A throttling configuration: calls over `max_throughput` a second wait.

    It holds for calls made from `since` on, and before `until` (epoch ms, real): those made before it is undeployed
    go on waiting for their turn.
    """

    url_pattern: str
    methods: tuple[str, ...]
    max_throughput: int
    since: int
    until: int | None = None


Rule = Capping | Throttling
KINDS: dict[str, type[Rule]] = {"capping": Capping, "throttling": Throttling}
"""The kinds of control entries that are limits."""
Rules = dict[tuple[str, str], Rule]
"""All that is deployed, by (sandbox, id)."""
KEPT = 24 * 3_600_000
"""How long undeployed throttling goes on for the calls that wait, ms."""


def over(rules: Rules) -> list[tuple[str, str]]:
    """Throttling that was undeployed a day or more before the latest change: removed from what runs."""
    found = {key: rule for key, rule in rules.items() if isinstance(rule, Throttling)}
    latest = max((rule.until or rule.since for rule in found.values()), default=0)
    return [key for key, rule in found.items() if rule.until is not None and rule.until <= latest - KEPT]
