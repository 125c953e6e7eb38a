"""Comparing two groups, against figures from the literature and by properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.report.compare import Comparison, Group, compare

NEWCOMBE = [
    # (reached, size) twice, and the interval of the paper's method 10, table II
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0000)),
    ((10, 10), (0, 10), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("one", "other", "interval"), NEWCOMBE)
def test_intervals_of_the_literature(
    one: tuple[int, int], other: tuple[int, int], interval: tuple[float, float]
) -> None:
    found = compare(Group("a", one[1], one[0]), Group("b", other[1], other[0]))
    assert (found.low, found.high) == pytest.approx(interval, abs=6e-5)


def made(reached: int, size: int, others: int, of: int) -> Comparison:
    return compare(Group("B", size, reached), Group("A", of, others))


def test_what_it_comes_to() -> None:
    better, worse = made(300, 1000, 200, 1000), made(200, 1000, 300, 1000)
    open_, few = made(210, 1000, 200, 1000), made(3, 9, 1, 9)
    assert [each.verdict for each in (better, worse, open_, few)] == ["better", "worse", "open", "few"]
    assert better.lift == pytest.approx(0.5) and better.p is not None and better.p < 1e-6
    assert open_.needed is not None and open_.needed > 10_000
    assert better.sentence() == (
        "B does better than A: 30.0% against 20.0% "
        "(lift +50.0%; the difference is +6.2 to +13.7 points at 95% confidence)."
    )
    assert "부족" in few.sentence("ko") and "판단" in open_.sentence("ko")
    assert f"about {open_.needed:,} are needed" in open_.sentence()
    path = compare(Group("is_big/big", 9, 3), Group("is_big/other", 9, 1))
    assert path.sentence("ko") == "big(33.3%)와 그 외(11.1%)의 차이를 말하기에는 아직 데이터가 부족해요."
    assert made(0, 0, 5, 10).sentence() == "Not enough data yet to compare B (-) with A (50.0%)."


group = st.integers(1, 5_000).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size)))


@given(group, group, st.floats(0.6, 0.99))
def test_comparisons_are_sane(one: tuple[int, int], other: tuple[int, int], confidence: float) -> None:
    """The interval holds the difference and lies within [-1, 1]; the other way round everything is negative."""
    forth = compare(Group("a", one[1], one[0]), Group("b", other[1], other[0]), confidence)
    back = compare(Group("b", other[1], other[0]), Group("a", one[1], one[0]), confidence)
    assert forth.low is not None and forth.high is not None and forth.difference is not None and forth.p is not None
    assert -1 - 1e-9 <= forth.low <= forth.difference + 1e-9 and forth.difference - 1e-9 <= forth.high <= 1 + 1e-9
    assert 0 <= forth.p <= 1
    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low))
    opposite = {"better": "worse", "worse": "better", "open": "open", "few": "few"}
    assert back.verdict == opposite[forth.verdict]
