"""What runs of throttling that was undeployed."""

from __future__ import annotations

from sojourn.limits.rule import KEPT, Capping, Rules, Throttling, over


def throttling(since: int, until: int | None = None) -> Throttling:
    return Throttling("https://api.example.org/*", ("POST",), 200, since, until)


def test_it_goes_after_a_day() -> None:
    """Calls that wait may go on for that long; time is that of the latest change, so a replay sees the same."""
    rules: Rules = {
        ("prod", "old"): throttling(0, 1_000),
        ("prod", "older, but it runs"): throttling(0),
        ("prod", "cap"): Capping("https://api.example.org/", ("POST",), {}),
    }
    assert over(rules) == []
    assert over(rules | {("prod", "new"): throttling(999 + KEPT)}) == []
    assert over(rules | {("prod", "new"): throttling(1_000 + KEPT)}) == [("prod", "old")]
    assert over(rules | {("prod", "new"): throttling(5, 1_000 + KEPT)}) == [("prod", "old")]
