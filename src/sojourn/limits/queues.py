"""Which throttled endpoint a call goes to, if any [5.5]."""

from __future__ import annotations

from sojourn.journey.request import Request
from sojourn.limits.pattern import Pattern, Target, target_of
from sojourn.limits.rule import Rules, Throttling


class Queues:
    """The throttling configurations of `rules`, by id: each is a queue that its calls stand in."""

    def __init__(self, rules: Rules) -> None:
        self._queues = [
            (uid, rule, Pattern(rule.url_pattern, rule.methods))
            for (_, uid), rule in sorted(rules.items())
            if isinstance(rule, Throttling)
        ]

    def __bool__(self) -> bool:
        return bool(self._queues)

    def of(self, request: Request, made: int) -> str | None:
        """The queue that a call made at `made` (epoch ms, real) has to stand in."""
        target = called(request) if self._queues else None
        if target is None:
            return None
        for uid, rule, pattern in self._queues:
            in_force = rule.since <= made and (rule.until is None or made < rule.until)
            if in_force and pattern.matches(request.method, target):
                return uid
        return None


def called(request: Request) -> Target | None:
    """Where a request leads; None where there is nothing to call: the guard says so."""
    try:
        return target_of(request.url)
    except ValueError:
        return None
