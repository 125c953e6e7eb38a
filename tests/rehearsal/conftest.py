"""One server for the tests of drafts that run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..support.endpoint import Endpoint
from ..support.server import RunningServer


@pytest.fixture(scope="package")
def endpoint() -> Iterator[Endpoint]:
    """Answers 200 to everything."""
    made = Endpoint()
    made.open()
    yield made
    made.close()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("rehearsal"))
    try:
        yield running.start()
    finally:
        running.kill()
