"""`make run` ends with all that it started, however it ends, and a second one goes on where it was."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..support.http import TOKEN_FILES, request
from ..support.ports import free_port
from ..support.server import BUSY, RunningServer, wait

Run = Callable[[], subprocess.Popen[bytes]]
LONG = bool(os.environ.get("SOJOURN_LONG"))


@pytest.fixture
def port() -> int:
    """The server's; the receiver has the next one."""
    return free_port()


@pytest.fixture
def run(tmp_path: Path, port: int) -> Iterator[Run]:
    """Starts the demo in a process group of its own, and waits until customers move."""
    started: list[subprocess.Popen[bytes]] = []
    TOKEN_FILES[port] = tmp_path / "data" / "token"

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "sojourn", "demo", "live", "--data", str(tmp_path / "data")]
        with (tmp_path / "demo.log").open("ab") as log:
            demo = subprocess.Popen(
                [*command, "--port", str(port)], stdout=log, stderr=log, process_group=0, preexec_fn=hear_interrupts
            )
        started.append(demo)
        wait(lambda: report(port)["entered"] > 0, 30, (tmp_path / "demo.log").read_text)
        return demo

    yield start
    for demo in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(demo.pid, signal.SIGKILL)
        demo.wait()


def hear_interrupts() -> None:
    """Also where the tests run in the background, and SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def report(port: int) -> dict[str, Any]:
    """The journey's report; nothing while nobody answers."""
    with contextlib.suppress(OSError):
        answer = request(port, "GET", "/api/journeys/win-back/report")
        if answer.status == 200:
            return dict(answer.body)
    return {"entered": 0}


def listens(port: int) -> bool:
    with contextlib.suppress(OSError):
        request(port, "GET", "/stats")
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, *([signal.SIGTERM] if LONG else [])])
def test_it_ends_with_all_that_it_started_and_goes_on(run: Run, port: int, number: signal.Signals) -> None:
    demo = run()
    before = report(port)
    os.killpg(demo.pid, number)
    assert demo.wait(15 * BUSY) == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    wait(lambda: not listens(port) and not listens(port + 1), 15)
    run()
    after = report(port)
    assert after["versions"][0]["publishedAt"] == before["versions"][0]["publishedAt"]
    assert after["entered"] >= before["entered"]


def test_a_port_where_another_server_listens(tmp_path: Path) -> None:
    """It is said so, in one line: the demo does not talk to a server that is not its own."""
    other = RunningServer(tmp_path / "other").start()
    try:
        command = [sys.executable, "-m", "sojourn", "demo", "live", "--data", str(tmp_path / "data")]
        done = subprocess.run(
            [*command, "--port", str(other.port)], capture_output=True, text=True, timeout=60, check=False
        )
    finally:
        other.kill()
    assert done.returncode == 1
    assert "make run PORT=" in done.stderr.splitlines()[-1]
