"""Answers that are used again: for so long, of this call alone, for all who ask at once, within a bound [4.3]."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from sojourn.connect.access import Access
from sojourn.connect.cache import Key, SourceCache
from sojourn.connect.client import Connector
from sojourn.connect.limits import Caller, Limits
from sojourn.engine.effect import Fetch, Request

from ..support.partner import KEYS, Partner, run


def kept(milliseconds: int) -> Callable[[Partner], Access]:
    return lambda partner: Access(kept=(("now", milliseconds),), answers=True)


def fetch(partner: Partner, path: str = "/now", group: str = "now", timeout: int = 5_000) -> Fetch:
    return Fetch("Weather", group, Request("GET", partner.url(path)), timeout)


def counting(delay: float = 0.0, status: int = 200) -> Partner:
    """Answers with how often it was asked."""
    partner = Partner()

    async def answer(request: web.Request) -> web.Response:
        number = len(partner.received)
        await asyncio.sleep(delay)
        return web.json_response({"n": number}, status=status)

    partner.answers["/now"] = answer
    return partner


def test_an_answer_is_used_again() -> None:
    partner = counting()
    answers = run(partner, kept(60_000), effect=fetch, calls=3)
    assert [answer.body for answer in answers] == [b'{"n": 1}'] * 3
    assert [answer.attempts for answer in answers] == [1, 0, 0]
    assert len(partner.received) == 1


def test_not_longer_than_it_may() -> None:
    partner = counting()
    answers = run(partner, kept(20), effect=fetch, calls=2, between=lambda: time.sleep(0.03))
    assert [answer.body for answer in answers] == [b'{"n": 1}', b'{"n": 2}']


def test_without_a_duration_never() -> None:
    partner = counting()
    run(partner, kept(60_000), effect=lambda partner: fetch(partner, group="later"), calls=3)
    assert len(partner.received) == 3


def test_all_who_ask_at_once_wait_for_one_call() -> None:
    partner = counting(0.2)
    limits = Limits(source_calls=1)
    answers = run(partner, kept(60_000), effect=fetch, calls=500, together=True, limits=limits)
    assert {answer.body for answer in answers} == {b'{"n": 1}'}
    assert sum(answer.attempts for answer in answers) == len(partner.received) == 1


def test_a_failure_is_shared_but_not_kept() -> None:
    partner = counting(0.1, 404)
    answers = run(partner, kept(60_000), effect=fetch, calls=20, together=True, limits=Limits(source_calls=1_000))
    assert {(answer.outcome, answer.code) for answer in answers} == {("http", 404)}
    assert len(partner.received) == 1
    partner = counting(0.0, 404)
    run(partner, kept(60_000), effect=fetch, calls=2)
    assert len(partner.received) == 2


def test_each_waits_within_its_own_timeout() -> None:
    """Who has less patience gives up; who gives up does not take the others along."""
    partner = counting(0.5)

    async def main() -> list[str]:
        async with partner.serving():
            connector = Connector(Limits(), KEYS, allow=["127.0.0.1:*"])
            connector.connect({Caller("prod", "dataSource", "Weather"): kept(60_000)(partner)})
            asked = [connector.execute(f"k{n}", fetch(partner, timeout=t)) for n, t in enumerate((100, 3_000, 200))]
            found: list[str] = [answer.outcome for answer in await asyncio.gather(*asked)]
            await connector.close()
            return found

    assert asyncio.run(main()) == ["timeout", "ok", "timeout"]


def test_a_changed_source_is_asked_anew() -> None:
    partner = counting()

    async def main() -> None:
        async with partner.serving():
            connector = Connector(Limits(), KEYS, allow=["127.0.0.1:*"])
            caller = Caller("prod", "dataSource", "Weather")
            for duration in (60_000, 60_000, 50_000):
                connector.connect({caller: kept(duration)(partner)})
                await connector.execute("k", fetch(partner))
            await connector.close()

    asyncio.run(main())
    assert len(partner.received) == 2


def key(name: str) -> Key:
    return "prod", "S", "g", "GET", name, None


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3_000)), max_size=100))
def test_never_more_than_its_bound(puts: list[tuple[int, int]]) -> None:
    """What was put last is there unless it is too big by itself."""
    cache = SourceCache(10_000)
    for name, size in puts:
        cache.put(key(str(name)), b"x" * size, 60)
        assert cache.get(key(str(name))) == b"x" * size
        assert cache._held <= 10_000
    assert cache._held == sum(
        500 + len(entry) + len("prodSgGET") + len(k[4]) for k, (_, entry) in cache._entries.items()
    )


def test_what_is_used_stays() -> None:
    cache = SourceCache(4 * 600)
    for name in "abcd":
        cache.put(key(name), b"", 60)
    assert cache.get(key("a")) == b""
    cache.put(key("e"), b"", 60)
    assert [cache.get(key(name)) for name in "abcde"] == [b"", None, b"", b"", b""]
    cache.put(key("big"), b"x" * 10_000, 60)
    assert cache.get(key("big")) is None and cache.get(key("a")) == b""
    cache.forget("prod", "S")
    assert len(cache) == 0


def test_threads_share_it() -> None:
    cache = SourceCache(20_000)
    wrong: list[object] = []

    def work(start: int) -> None:
        for n in range(3_000):
            name = str((start + n) % 50)
            cache.put(key(name), name.encode(), 60)
            if cache.get(key(name)) not in (None, name.encode()):
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(n * 7,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and cache._held <= 20_000


@pytest.mark.parametrize("path", ["/now?a=1", "/other"])
def test_another_call_has_another_answer(path: str) -> None:
    cache = SourceCache()
    cache.put(key("/now"), b"1", 60)
    assert cache.get(key(path)) is None
