"""Servers and receivers that are gone when the test is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..support.endpoint import Endpoint
from ..support.receiver import RunningReceiver
from ..support.server import RunningServer

NewServer = Callable[..., RunningServer]


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[RunningReceiver]:
    """A receiver that is not always well: one key in seven gets a 503 first, one in nine is slow."""
    running = RunningReceiver(tmp_path, "--errors", "7", "--slow", "9", "--slow-ms", "100")
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint that holds every call until the test opens it."""
    made = Endpoint()
    yield made
    made.close()


@pytest.fixture
def new_server(tmp_path: Path) -> Iterator[NewServer]:
    """Makes servers, each in a folder of its own."""
    made: list[RunningServer] = []

    def make(name: str = "server", *options: str) -> RunningServer:
        made.append(RunningServer(tmp_path / name, *options))
        return made[-1]

    yield make
    for server in made:
        server.kill()


@pytest.fixture
def server(new_server: NewServer) -> RunningServer:
    """A server, not started."""
    return new_server()
