"""Caps, connections and throttling against simple models, with time and network in hand [4.5, 5.4, 5.5]."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.connect.lane import LONGEST, Lane
from sojourn.connect.limits import Caller, CappedError, Limits, Throttle, Window
from sojourn.connect.tally import SLOTS
from sojourn.engine.effect import Call, Request, Sending
from sojourn.limits.rule import Capping, Rating, Rules, ServiceCap, Throttling

ACTION = Caller("prod", "action", "greet")
SOURCE = Caller("prod", "dataSource", "Weather")
URL = "https://api.example.org/data"
GET, POST = Request("GET", URL), Request("POST", URL)

gaps = st.lists(st.one_of(st.integers(0, 30), st.integers(0, 3_000)), max_size=60)


class Clock:
    """Epoch ms, moved by the test."""

    def __init__(self, now: int = 1_700_000_000_000) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now / 1000


def capping(calls: int, period: int = 1_000, *, url: str = URL, connections: int | None = None) -> Capping:
    services = {"action": ServiceCap(Rating(calls, period), connections)}
    return Capping(url, ("POST",), services)  # type: ignore[arg-type]


def rules(*each: Capping | Throttling) -> Rules:
    return {("prod", f"rule-{number}"): rule for number, rule in enumerate(each)}


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 20))


async def allowed(limits: Limits, caller: Caller = ACTION, request: Request = POST) -> bool:
    try:
        async with limits.slot(caller, request):
            return True
    except CappedError:
        return False


# --- windows ---


@given(gaps=gaps, limit=st.integers(1, 5), period=st.integers(1, 1_500), start=st.integers(10**12, 2 * 10**12))
def test_a_window(gaps: list[int], limit: int, period: int, start: int) -> None:
    """As many calls as its limit in each period since the epoch, and not one less."""
    window = Window(limit, period)
    made: Counter[int] = Counter()
    now = start
    for gap in gaps:
        now += gap
        expected = limit - made[now // period]
        assert window.room(now) == expected
        assert now + window.rest(now) == (now // period + 1) * period
        if expected:
            window.take()
            made[now // period] += 1
    assert max(made.values(), default=0) <= limit


def test_a_clock_that_is_set_back() -> None:
    """A little: no period is opened twice. A lot: the count begins anew, as nobody knows what it was."""
    window = Window(1, 1_000)
    assert window.room(5_000) == 1
    window.take()
    assert window.room(4_990) == 0 and window.rest(4_990) == 1_010
    assert window.room(1_000) == 1


@given(
    gaps=gaps,
    first=st.tuples(st.integers(1, 4), st.sampled_from([10, 1_000])),
    second=st.tuples(st.integers(1, 4), st.sampled_from([10, 700])),
)
def test_several_rules(gaps: list[int], first: tuple[int, int], second: tuple[int, int]) -> None:
    """A call goes out if each rule has a slot, and takes one of each; one that is capped takes none."""

    async def work() -> None:
        clock = Clock()
        limits = Limits(now=clock)
        limits.deploy(rules(capping(*first), capping(*second, url="https://api.example.org/*")))
        made: Counter[tuple[int, int]] = Counter()
        for gap in gaps:
            clock.now += gap
            places = [(number, clock.now // rule[1]) for number, rule in enumerate((first, second))]
            room = all(made[place] < rule[0] for place, rule in zip(places, (first, second), strict=True))
            assert await allowed(limits) == room
            made.update(places if room else ())

    run(work())


@pytest.mark.parametrize(
    ("caller", "request_"),
    [
        (Caller("dev", "action", "greet"), POST),
        (SOURCE, POST),
        (ACTION, GET),
        (ACTION, Request("POST", URL + "/other")),
        (ACTION, Request("POST", "nonsense")),
    ],
    ids=["sandbox", "service", "method", "url", "no url"],
)
def test_whom_a_rule_is_not_about(caller: Caller, request_: Request) -> None:
    async def work() -> None:
        limits = Limits(now=Clock())
        limits.deploy(rules(capping(1)))
        assert [await allowed(limits) for _ in range(2)] == [True, False]
        assert all([await allowed(limits, caller, request_) for _ in range(5)])

    run(work())


def test_a_change_of_rules() -> None:
    """What a running period has used up stays used up; a rule that is gone limits nobody."""

    async def work() -> None:
        limits = Limits(now=Clock())
        limits.deploy(rules(capping(2)))
        assert [await allowed(limits) for _ in range(3)] == [True, True, False]
        limits.deploy(rules(capping(3)))
        assert [await allowed(limits) for _ in range(2)] == [True, False]
        limits.deploy({})
        assert all([await allowed(limits) for _ in range(9)])
        limits.deploy(rules(capping(1, 5_000)))
        assert [await allowed(limits) for _ in range(2)] == [True, False]

    run(work())


def test_counts_outlive_the_process(tmp_path: Path) -> None:
    """A hundred an hour are a hundred an hour; counts of rules that are gone make room for others."""

    async def work() -> None:
        clock = Clock()
        for used in (0, 2):
            limits = Limits(now=clock, counts=tmp_path / "counts")
            limits.deploy(rules(capping(used + 2, 3_600_000)))
            assert [await allowed(limits) for _ in range(3)] == [True, True, False]
        for number in range(2 * SLOTS):
            limits.deploy({("prod", f"other-{number}"): capping(1, 3_600_000)})
        assert await allowed(limits)
        limits = Limits(now=clock, counts=tmp_path / "counts")
        limits.deploy({("prod", f"other-{2 * SLOTS - 1}"): capping(1, 3_600_000)})
        assert not await allowed(limits)

    run(work())


def test_more_rules_than_the_file_has_room_for(tmp_path: Path) -> None:
    """They are counted all the same, in memory."""

    async def work() -> None:
        limits = Limits(now=Clock(), counts=tmp_path / "counts")
        many: Rules = {("prod", f"{n:05}"): capping(1, url=f"https://api.example.org/{n}") for n in range(SLOTS + 5)}
        limits.deploy(many)
        for number in (0, SLOTS + 4):
            request = Request("POST", f"https://api.example.org/{number}")
            assert [await allowed(limits, ACTION, request) for _ in range(2)] == [True, False]

    run(work())


def test_sources_have_a_cap_of_their_own() -> None:
    """Fifteen a second each [4.5]; a capping configuration for the URL stands in its place."""

    async def work() -> None:
        clock = Clock()
        limits = Limits(now=clock)
        assert sum([await allowed(limits, SOURCE, GET) for _ in range(30)]) == 15
        other = Caller("prod", "dataSource", "Other")
        assert sum([await allowed(limits, other, GET) for _ in range(30)]) == 15
        clock.now += 1_000
        raised = Capping(URL, ("GET",), {"dataSource": ServiceCap(Rating(20, 1_000))})
        limits.deploy(rules(raised))
        assert sum([await allowed(limits, SOURCE, GET) for _ in range(30)]) == 20

    run(work())


# --- connections ---


def test_connections() -> None:
    """Over the limit a call waits for one to end, in order; a change of the limit wakes or holds."""

    async def work() -> None:
        limits = Limits(now=Clock())
        limits.deploy(rules(capping(100, connections=2)))
        inside: list[int] = []
        done: Counter[int] = Counter()
        gate = asyncio.Semaphore(0)

        async def call(number: int) -> None:
            async with limits.slot(ACTION, POST):
                inside.append(number)
                await gate.acquire()
                done[number] += 1

        async def settled() -> list[int]:
            for _ in range(10):
                await asyncio.sleep(0)
            return inside

        tasks = [asyncio.create_task(call(number)) for number in range(7)]
        assert await settled() == [0, 1]
        tasks[2].cancel()  # it ran out of time while it waited
        gate.release()
        assert await settled() == [0, 1, 3]
        tasks[3].cancel()
        assert await settled() == [0, 1, 3, 4]
        limits.deploy(rules(capping(100, connections=3)))
        assert await settled() == [0, 1, 3, 4, 5]
        limits.deploy({})
        assert await settled() == [0, 1, 3, 4, 5, 6]
        for _ in range(4):
            gate.release()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert sorted(done) == [0, 1, 4, 5, 6]

    run(work())


@given(steps=st.lists(st.integers(0, 5), max_size=40), limit=st.integers(1, 3))
def test_never_more_connections(steps: list[int], limit: int) -> None:
    """However calls begin, end and are cut off: never more than the limit, and in the end all places are free."""

    async def work() -> None:
        limits = Limits(now=Clock())
        limits.deploy(rules(capping(1_000, connections=limit)))
        open_: list[asyncio.Event] = []
        tasks: list[asyncio.Task[None]] = []

        async def call() -> None:
            async with limits.slot(ACTION, POST):
                end = asyncio.Event()
                open_.append(end)
                assert len(open_) <= limit
                try:
                    await end.wait()
                finally:
                    open_.remove(end)

        for step in steps:
            if step < 3 or not tasks:
                tasks.append(asyncio.create_task(call()))
            elif step == 3 and open_:
                open_[0].set()
            else:
                tasks.pop(len(tasks) // 2).cancel()
            if step % 2:
                await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
        async with AsyncExitStack() as stack:
            for _ in range(limit):
                await asyncio.wait_for(stack.enter_async_context(limits.slot(ACTION, POST)), 1)

    run(work())


def test_a_slot_is_taken_when_the_call_goes_out() -> None:
    """Not when it begins to wait for a connection: it may be another period by then, and that one is full."""

    async def work() -> None:
        clock = Clock(1_700_000_000_000)
        limits = Limits(now=clock)
        limits.deploy(rules(capping(2, connections=1), capping(1, url="https://api.example.org/other")))
        async with AsyncExitStack() as first:
            await first.enter_async_context(limits.slot(ACTION, POST))
            waits = [asyncio.create_task(allowed(limits)) for _ in range(3)]
            await asyncio.sleep(0)
            assert not any(task.done() for task in waits)  # there is room: they wait for the connection
            clock.now += 1_000
        assert await asyncio.gather(*waits) == [True, True, False]

    run(work())


# --- throttling ---


def throttling(throughput: int = 3, *, since: int = 0, until: int | None = None) -> Throttling:
    return Throttling("https://api.example.org/*", ("POST",), throughput, since, until)


def sending(name: str, since: int) -> Sending:
    return Sending(name, Call("greet", POST, 5_000), "prod", 1, since)


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["call", "calls", "cancel", "out"]),
            st.one_of(st.integers(0, 400), st.integers(0, 3_600_000)),
        ),
        max_size=60,
    ),
    throughput=st.integers(1, 4),
    places=st.integers(1, 6),
)
def test_the_queue(steps: list[tuple[str, int]], throughput: int, places: int) -> None:
    """Against a plain list: in order, at most so many in a second, none lost, none that waited for six hours."""
    clock = Clock()
    limits = Limits(now=clock)
    limits.deploy(rules(throttling(throughput)))
    throttle = limits.throttle(POST, clock.now)
    assert throttle is not None
    lane = Lane(throttle)
    model: list[Sending] = []
    made: Counter[int] = Counter()
    for number, (what, gap) in enumerate(steps):
        clock.now += gap
        if what in ("call", "calls"):
            for part in range(5 if what == "calls" else 1):
                model.append(sending(f"{number}-{part}", clock.now))
                lane.put(model[-1])
        elif what == "cancel" and model:
            lane.drop(model.pop(len(model) // 2).id)
        elif what == "out":
            expired = [each for each in model if clock.now - each.since >= LONGEST]
            fresh = model[len(expired) :]
            second = clock.now // 1_000
            goes = fresh[: min(places, throughput - made[second])]
            out, late = lane.take(clock.now, places)
            assert (out, late) == (goes, expired)
            made[second] += len(out)
            model = fresh[len(out) :]
        assert list(lane.waiting.values()) == model
    assert max(made.values(), default=0) <= throughput


def test_which_calls_have_to_queue() -> None:
    """Those made while the rule is in force; after it was undeployed the queued ones still stand in it."""
    limits = Limits(now=Clock())
    limits.deploy(rules(throttling(since=100, until=200)))
    assert [limits.throttle(POST, made) is not None for made in (99, 100, 199, 200)] == [False, True, True, False]
    assert limits.throttle(GET, 150) is None
    assert limits.throttle(Request("POST", "https://other.example.org/"), 150) is None
    assert limits.throttle(Request("POST", "nonsense"), 150) is None


def test_a_change_takes_effect_at_once() -> None:
    """On the queue that is there, and in the second that is running."""
    clock = Clock()
    limits = Limits(now=clock)
    limits.deploy(rules(throttling(2)))
    throttle = limits.throttle(POST, clock.now)
    assert throttle is not None
    assert [throttle.take(clock.now) for _ in range(3)] == [True, True, False]
    limits.deploy(rules(throttling(5)))
    assert limits.throttle(POST, clock.now) is throttle
    assert [throttle.take(clock.now) for _ in range(4)] == [True, True, True, False]


def test_another_attempt_goes_ahead_of_the_queue() -> None:
    async def work() -> None:
        clock = Clock(1_700_000_000_990)
        throttle = Throttle(throttling(2), lambda: clock.now)
        assert [throttle.take(clock.now) for _ in range(3)] == [True, True, False]
        again = [asyncio.create_task(throttle.again()) for _ in range(2)]
        await asyncio.sleep(0)
        clock.now += 20  # the next second: both places of it are for them
        assert not throttle.take(clock.now)
        waited = await asyncio.gather(*again)
        assert all(0 < seconds < 5 for seconds in waited)
        clock.now += 1_000
        assert throttle.take(clock.now)

    run(work())
