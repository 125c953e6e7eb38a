"""The bridge to the network: limits for each host, throttled endpoints, an orderly end."""

from __future__ import annotations

import base64
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sojourn.connect.port import Port
from sojourn.engine.effect import Answer, Call, Request, Sending
from sojourn.limits.rule import Capping, Rating, Rules, ServiceCap, Throttling
from sojourn.secrets import Keyring

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


def batch(endpoint: Endpoint, name: str, count: int) -> list[Sending]:
    request = Request("POST", f"http://127.0.0.1:{endpoint.port}/{name}", (), b"{}")
    since = int(time.time() * 1000)
    return [Sending(f"{name}-{number}", Call(name, request, 5_000), "prod", 1, since) for number in range(count)]


def started(answers: Answers, per_host: int = 3, limit: int = 1_000, now: Callable[[], float] = time.time) -> Port:
    keys = Keyring(Path("/nowhere"), environment=base64.b64encode(b"k" * 32).decode())
    port = Port(answers, keys, allow=["127.0.0.1:*"], per_host=per_host, limit=limit, retry_base=0.01, now=now)
    port.start()
    return port


def throttled(endpoint: Endpoint, name: str, throughput: int) -> Rules:
    url = f"http://127.0.0.1:{endpoint.port}/{name}"
    return {("prod", "t"): Throttling(url, ("POST",), throughput, 0)}


def capped(endpoint: Endpoint, calls: int, period: int) -> Rules:
    url = f"http://127.0.0.1:{endpoint.port}/*"
    return {("prod", "c"): Capping(url, ("POST",), {"action": ServiceCap(Rating(calls, period))})}


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


def test_over_a_cap_a_call_fails_at_once(answers: Answers, endpoints: tuple[Endpoint, Endpoint]) -> None:
    endpoint, other = endpoints
    endpoint.open()
    other.open()
    port = started(answers)
    port.deploy(capped(endpoint, 5, 3_600_000))
    port.send(batch(endpoint, "a", 20))
    port.send(batch(other, "b", 10))
    wait(lambda: len(answers.found) == 30, 5)
    assert Counter(answer.outcome for answer in answers.found.values()) == {"ok": 15, "capping": 15}
    assert {answer.attempts for answer in answers.found.values() if answer.outcome == "capping"} == {0}
    assert len(endpoint.calls) == 5
    port.stop(1.0)


def test_throttled_calls_wait_in_order(answers: Answers, endpoints: tuple[Endpoint, Endpoint]) -> None:
    """And hold up nobody, not even other calls to their host."""
    endpoint, other = endpoints
    endpoint.open()
    other.open()
    clock = [1_700_000_000.0]
    port = started(answers, per_host=1, now=lambda: clock[0])
    port.deploy(throttled(endpoint, "a", 3))
    port.send(batch(endpoint, "a", 8) + batch(endpoint, "b", 8) + batch(other, "c", 8))
    wait(lambda: len(answers.found) == 19, 5)
    assert port.queued() == {(1, "a"): 5}
    assert {path for path, *_ in endpoint.calls} == {"/a", "/b"}
    port.cancel(["a-4", "a-0", "nobody"])  # the second one has long gone out
    wait(lambda: port.queued() == {(1, "a"): 4}, 5)
    clock[0] += 1
    wait(lambda: len(answers.found) == 22, 5)
    clock[0] += 1
    wait(lambda: len(answers.found) == 23, 5)
    assert [key for path, key, _ in endpoint.calls if path == "/a"] == [f"a-{n}" for n in (0, 1, 2, 3, 5, 6, 7)]
    assert port.queued() == {}
    port.stop(1.0)


def test_a_throttled_call_waits_six_hours(answers: Answers, endpoints: tuple[Endpoint, Endpoint]) -> None:
    endpoint, _ = endpoints
    endpoint.open()
    clock = [time.time()]
    port = started(answers, now=lambda: clock[0])
    port.deploy(throttled(endpoint, "a", 2))
    port.send(batch(endpoint, "a", 5))
    wait(lambda: len(answers.found) == 2, 5)
    clock[0] += 6 * 3_600 + 60  # the calls are a little younger than this clock
    wait(lambda: len(answers.found) == 5, 5)
    late = [answers.found[f"a-{n}"] for n in (2, 3, 4)]
    assert {(answer.outcome, answer.attempts) for answer in late} == {("timeout", 0)}
    assert len(endpoint.calls) == 2
    port.stop(1.0)


def test_a_cap_is_tested_when_a_call_leaves_the_queue(answers: Answers, endpoints: tuple[Endpoint, Endpoint]) -> None:
    endpoint, _ = endpoints
    endpoint.open()
    clock = [1_700_000_000.0]
    port = started(answers, now=lambda: clock[0])
    port.deploy(throttled(endpoint, "a", 2) | capped(endpoint, 3, 3_600_000))
    port.send(batch(endpoint, "a", 6))
    for expected in (2, 4, 6):
        wait(lambda: len(answers.found) == expected, 5)  # noqa: B023
        clock[0] += 1
    assert [answers.found[f"a-{n}"].outcome for n in range(6)] == ["ok"] * 3 + ["capping"] * 3
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
