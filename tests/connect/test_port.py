"""The bridge to the network: limits for each host, delays, an orderly end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from sojourn.connect.port import Port
from sojourn.engine.effect import Answer, Call, Effect, Request

from ..support.endpoint import Endpoint
from ..support.server import wait


class Answers:
    """What came back, by effect id."""

    def __init__(self) -> None:
        self.found: dict[str, Answer] = {}
        self._lock = threading.Lock()

    def __call__(self, effect_id: str, answer: Answer) -> None:
        with self._lock:
            assert effect_id not in self.found
            self.found[effect_id] = answer


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def endpoints() -> Iterator[tuple[Endpoint, Endpoint]]:
    made = (Endpoint(), Endpoint())
    yield made
    for endpoint in made:
        endpoint.close()


def batch(endpoint: Endpoint, name: str, count: int, delay: float = 0.0) -> list[tuple[str, Effect, float]]:
    request = Request("POST", f"http://127.0.0.1:{endpoint.port}/{name}", (), b"{}")
    return [(f"{name}-{number}", Call(name, request, 5_000), delay) for number in range(count)]


def started(answers: Answers, per_host: int = 3, limit: int = 1_000) -> Port:
    port = Port(answers, allow=["127.0.0.1:*"], per_host=per_host, limit=limit)
    port.start()
    return port


def test_a_host_that_hangs_holds_up_itself_only(answers: Answers, endpoints: tuple[Endpoint, Endpoint]) -> None:
    hangs, fine = endpoints
    fine.open()
    port = started(answers)
    port.send(batch(hangs, "a", 10))
    port.send(batch(fine, "b", 20))
    wait(lambda: len(answers.found) == 20, 5)
    assert {key[0] for key in answers.found} == {"b"}
    assert len(hangs.calls) == 3  # as many as a host may have at a time
    hangs.open()
    wait(lambda: len(answers.found) == 30, 5)
    assert {answer.outcome for answer in answers.found.values()} == {"ok"}
    port.stop(1.0)


def test_all_hosts_together_have_a_limit(answers: Answers, endpoints: tuple[Endpoint, Endpoint]) -> None:
    """And those who waited for it are not forgotten."""
    one, two = endpoints
    port = started(answers, limit=4)
    port.send(batch(one, "a", 10))
    port.send(batch(two, "b", 10))
    wait(lambda: len(one.calls) + len(two.calls) == 4, 5)
    time.sleep(0.1)
    assert len(one.calls) + len(two.calls) == 4
    one.open()
    two.open()
    wait(lambda: len(answers.found) == 20, 5)
    port.stop(1.0)


def test_a_delayed_call(answers: Answers, endpoints: tuple[Endpoint, Endpoint]) -> None:
    endpoint, _ = endpoints
    endpoint.open()
    port = started(answers)
    begun = time.time()
    port.send(batch(endpoint, "late", 1, delay=0.3))
    port.send(batch(endpoint, "now", 1))
    wait(lambda: len(answers.found) == 2, 5)
    times = {path: at - begun for path, _, at in endpoint.calls}
    assert times["/now"] < 0.3 <= times["/late"]
    port.stop(1.0)


def test_an_orderly_end(answers: Answers, endpoints: tuple[Endpoint, Endpoint]) -> None:
    """Open calls may finish; what hangs is cut off without an answer; nothing new begins."""
    hangs, fine = endpoints
    port = started(answers, per_host=1)
    port.send(batch(fine, "a", 2))
    port.send(batch(hangs, "b", 1))
    wait(lambda: len(fine.calls) == len(hangs.calls) == 1, 5)
    threading.Timer(0.2, fine.open).start()
    begun = time.monotonic()
    port.stop(0.6)
    assert 0.5 < time.monotonic() - begun < 3
    assert set(answers.found) == {"a-0"}
    assert port.failed is None
