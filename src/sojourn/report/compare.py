"""Whether one group did better than another: the difference of two shares, how sure it is, and that in a sentence.

The interval is Newcombe's (hybrid score, without continuity correction), which holds for small groups and for shares
near 0 and 1; the p-value is that of the two-sided z-test with pooled variance.

Newcombe, R. G. (1998): Interval estimation for the difference between independent proportions. Stat. in Medicine 17.
"""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist
from typing import Literal, NamedTuple

from sojourn import messages
from sojourn.journey.activity.base import RESERVED_PATHS

NORMAL = NormalDist()
POWER = 0.8
FEWEST = 5
"""Less than so many who reached the goal, or did not, in a group are too few to say anything."""
Verdict = Literal["better", "worse", "open", "few"]
_SENTENCES: dict[Verdict, str] = {
    "better": "INFO_COMPARE_BETTER",
    "worse": "INFO_COMPARE_WORSE",
    "open": "INFO_COMPARE_OPEN",
    "few": "INFO_COMPARE_FEW",
}


class Group(NamedTuple):
    """How many there are, and how many of them reached the goal."""

    name: str
    size: int
    reached: int

    @property
    def share(self) -> float | None:
        return self.reached / self.size if self.size else None


class Comparison(NamedTuple):
    """`group` against `base`: the difference of their shares with its interval, the lift (difference by the share of
    the base), the p-value, and what that comes to. `needed` is how many each group should have for the difference that
    is seen to show, with 80 % power; None where there is no difference."""

    group: Group
    base: Group
    confidence: float
    difference: float | None
    low: float | None
    high: float | None
    lift: float | None
    p: float | None
    verdict: Verdict
    needed: int | None

    def sentence(self, language: messages.Language = "en") -> str:
        """What it comes to, in words."""
        shares = [f"{each.share:.1%}" if each.share is not None else "-" for each in (self.group, self.base)]
        points = [f"{value * 100:+.1f}" if value is not None else "-" for value in (self.low, self.high)]
        given: dict[str, object] = {
            "group": _called(self.group, language), "base": _called(self.base, language),
            "share": shares[0], "other": shares[1], "low": points[0], "high": points[1],
            "confidence": f"{self.confidence:.0%}", "needed": f"{self.needed:,}" if self.needed else "-",
            "lift": "-" if self.lift is None else f"{self.lift:+.1%}",
        }  # fmt: skip
        return messages.text(_SENTENCES[self.verdict], given, language)


def _called(group: Group, language: messages.Language) -> str:
    """What a group is called in a sentence: of the path of an activity the path alone."""
    path = group.name.rpartition("/")[2]
    return messages.label("INFO_PATH_", path, language) if path in RESERVED_PATHS else path


def wilson(group: Group, z: float) -> tuple[float, float]:
    """The score interval of a share."""
    n, p = group.size, group.reached / group.size
    middle, width = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - width) / (1 + z * z / n), (middle + width) / (1 + z * z / n)


def compare(group: Group, base: Group, confidence: float = 0.95) -> Comparison:
    """Compares two groups; `confidence` between 0 and 1."""
    if not group.size or not base.size:
        return Comparison(group, base, confidence, None, None, None, None, None, "few", None)
    z = NORMAL.inv_cdf((1 + confidence) / 2)
    p1, p2 = group.reached / group.size, base.reached / base.size
    (l1, u1), (l2, u2) = wilson(group, z), wilson(base, z)
    difference = p1 - p2
    low = difference - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = difference + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    pooled = (group.reached + base.reached) / (group.size + base.size)
    error = sqrt(pooled * (1 - pooled) * (1 / group.size + 1 / base.size))
    p = 2 * (1 - NORMAL.cdf(abs(difference) / error)) if error else 1.0
    few = any(min(each.reached, each.size - each.reached) < FEWEST for each in (group, base))
    verdict: Verdict = "few" if few else "better" if low > 0 else "worse" if high < 0 else "open"
    lift = difference / p2 if p2 else None
    return Comparison(group, base, confidence, difference, low, high, lift, p, verdict, _needed(p1, p2, z))


def _needed(p1: float, p2: float, z: float) -> int | None:
    """How many each group should have for a difference like this to show."""
    if p1 == p2:
        return None
    variance = p1 * (1 - p1) + p2 * (1 - p2)
    return max(1, ceil((z + NORMAL.inv_cdf(POWER)) ** 2 * variance / (p1 - p2) ** 2))
