"""One server for all tests of the API; each makes sandboxes or names of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from ..support.endpoint import Endpoint
from ..support.http import Answered, request
from ..support.server import RunningServer

_numbers = itertools.count(1)


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("api"))
    try:
        yield running.start()
    finally:
        running.kill()


@pytest.fixture(scope="package")
def endpoint() -> Iterator[Endpoint]:
    """An endpoint that answers 200 to everything."""
    made = Endpoint()
    made.open()
    yield made
    made.close()


class Sandbox:
    """A sandbox of its own, spoken to over REST."""

    def __init__(self, server: RunningServer, name: str) -> None:
        self.server = server
        self.name = name
        assert self.ask("POST", "/api/sandboxes", {"name": name}, sandbox="prod").status == 201

    def ask(self, method: str, path: str, body: object = None, *, sandbox: str = "", lang: str = "") -> Answered:
        headers = {"x-sandbox-name": sandbox or self.name, **({"Accept-Language": lang} if lang else {})}
        return request(self.server.port, method, path, body, headers=headers)

    def good(self, method: str, path: str, body: object = None) -> object:
        answer = self.ask(method, path, body)
        assert answer.status < 300, answer
        return answer.body

    def collect(self, message: object) -> Answered:
        return request(self.server.port, "POST", f"/collection/{self.name}", message)


@pytest.fixture
def new_sandbox(server: RunningServer) -> Callable[[], Sandbox]:
    return lambda: Sandbox(server, f"test-{next(_numbers)}")


@pytest.fixture
def sandbox(new_sandbox: Callable[[], Sandbox]) -> Sandbox:
    return new_sandbox()
