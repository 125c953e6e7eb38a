"""The virtual clock over REST: time moves by marks, forward only, and everything due happens on the way [6.30]."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.http import request
from ..support.server import RunningServer

DAY = 86_400_000
NOON = 1_704_110_400_000  # 2024-01-01T12:00:00Z, when all messages are


@pytest.fixture(scope="module")
def virtual(tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("virtual"), "--clock", "virtual")
    try:
        running.start()
        running.publish(win_back.project(endpoint.port, wait="P1D"))
        running.send(list(win_back.events(range(1, 13))))
        yield running
    finally:
        running.kill()


def move(server: RunningServer, moment: str) -> dict[str, Any]:
    server.post("/api/clock", {"now": moment})
    server.wait_settled()
    return server.report(win_back.JOURNEY)


def test_time_moves_by_marks(virtual: RunningServer) -> None:
    """Nothing fires before its moment, everything at it, and a mark in the past changes nothing."""
    virtual.wait_settled()
    assert virtual.status()["clock"]["now"] == NOON
    assert move(virtual, "2024-01-02T11:59:59.999Z")["current"] == 8
    assert move(virtual, "2024-01-02T12:00:00Z")["current"] == 0
    assert virtual.status()["clock"]["now"] == NOON + DAY
    assert move(virtual, "2023-01-01T00:00:00Z")["completed"] == 12
    assert virtual.status()["clock"]["now"] == NOON + DAY
    assert virtual.get("/api/clock")["kind"] == "virtual"


@pytest.mark.parametrize(
    "moment", ["2024-01-01T12:00:00", "tomorrow", None, 1e30, "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00"]
)
def test_a_moment_that_is_none(virtual: RunningServer, moment: object) -> None:
    answer = request(virtual.port, "POST", "/api/clock", {"now": moment})
    assert answer.status == 422
    assert answer.body["field"] == "now"
    assert virtual.status()["clock"]["now"] < NOON + 366 * DAY


def test_the_real_clock_is_not_set(server: RunningServer) -> None:
    answer = request(server.port, "POST", "/api/clock", {"now": "2030-01-01T00:00:00Z"})
    assert (answer.status, answer.body["code"]) == (400, "ERR_CLOCK_REAL")
