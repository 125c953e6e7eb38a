"""A real server: the API process with its engine process below it, started, killed and started again by tests."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from . import nursery
from .http import TOKEN_FILES, request
from .ports import free_port

READY = 30.0
BUSY = 3
"""How many times as long everything may take on a busy machine."""


class RunningServer:
    """`sojourn serve` on a data folder and a port that stay the same over restarts. Its log is `log`."""

    def __init__(self, folder: Path, *options: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.port = free_port()
        TOKEN_FILES[self.port] = self.data / "token"
        self.options = options
        self.process: nursery.Born | subprocess.Popen[bytes] | None = None

    # --- start and end ---

    def command(self) -> list[str]:
        """What is typed to start it."""
        fixed = ["--data", str(self.data), "--port", str(self.port), "--allow", "127.0.0.1:*", "--retry-base", "0.05"]
        return ["sojourn", "serve", *fixed, "--log-level", "warning", *self.options]

    def spawn(self, env: Mapping[str, str] | None = None, before: Callable[[], None] | None = None) -> RunningServer:
        """Starts it without waiting. `before` runs in the child, before the server."""
        self.process = self._begun(self.log, {**os.environ, **(env or {})}, before)
        return self

    def _begun(
        self, log: Path, env: dict[str, str], before: Callable[[], None] | None = None
    ) -> nursery.Born | subprocess.Popen[bytes]:
        if nursery.SUPPORTED and before is None:
            return nursery.nursery().bear(self.command(), env, log)
        command = [sys.executable, "-m", *self.command()]
        with log.open("ab") as output:
            return subprocess.Popen(
                command, env=env, stdout=output, stderr=output, start_new_session=True, preexec_fn=before
            )

    def start(self, env: Mapping[str, str] | None = None, before: Callable[[], None] | None = None) -> RunningServer:
        """Starts it and waits until it is well."""
        self.spawn(env, before)
        self.wait_ready()
        return self

    def wait_ready(self) -> None:
        """Waits until /api/health says so."""
        wait(self.healthy, READY, lambda: f"the server is not ready:\n{self.tail()}")

    def healthy(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.tail()}")
        return self.health() == 200

    def health(self) -> int:
        """The status of /api/health, 0 when nothing answers."""
        with contextlib.suppress(OSError, HTTPException):
            return request(self.port, "GET", "/api/health", timeout=10 * BUSY).status
        return 0

    def refused_start(self, timeout: float = 20 * BUSY) -> tuple[int, str]:
        """Starts a server that is expected to give up: its exit code, and what it wrote."""
        log = self.log.with_name("refused.log")
        log.unlink(missing_ok=True)
        code = self._begun(log, dict(os.environ)).wait(timeout)
        return code, log.read_text().strip()

    @property
    def engine(self) -> psutil.Process | None:
        """The engine's process."""
        if self.process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                for child in psutil.Process(self.process.pid).children():
                    with contextlib.suppress(psutil.NoSuchProcess):
                        if any("spawn_main" in part for part in child.cmdline()):
                            return child
        return None

    def kill_engine(self) -> bool:
        """SIGKILL to the engine alone; its supervisor starts another."""
        engine = self.engine
        if engine is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                engine.kill()
                return True
        return False

    def kill_api(self) -> None:
        """SIGKILL to the API process alone; the engine finds out by itself."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        """SIGKILL to all processes at once."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def processes_left(self) -> bool:
        """Whether any process of its group is still there."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, 0)
            return True
        return False

    def terminate(self, number: int = signal.SIGTERM, timeout: float = 15 * BUSY) -> int:
        """Asks it to stop; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout)

    def tail(self, lines: int = 30) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    # --- talking to it ---

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> Any:
        return self._good("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self._good("POST", path, {} if body is None else body)

    def _good(self, method: str, path: str, body: Any = None) -> Any:
        answer = request(self.port, method, path, body)
        assert answer.status < 300, answer
        return answer.body

    def publish(self, project: Mapping[str, list[dict[str, Any]]]) -> None:
        """Applies a project and publishes its journeys."""
        self.post("/api/apply", project)
        for journey in project["journeys"]:
            self.post(f"/api/journeys/{journey['name']}/publish")

    def send(self, messages: list[dict[str, Any]]) -> None:
        """Posts events as one batch; all have to be accepted."""
        answer = self.post("/collection/batch/prod", {"messages": messages})
        assert [response["status"] for response in answer["responses"]] == [200] * len(messages), answer

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("/api/status")
        return found

    def report(self, journey: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/api/journeys/{journey}/report")
        return found

    def wait_settled(self, timeout: float = 60) -> None:
        """Waits until the whole log is processed and no call is open; timers may still run."""
        wait(lambda: bool(self.status()["settled"]), timeout, lambda: f"not settled: {self.status()}\n{self.tail()}")

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command of the CLI against this server."""
        command = ["sojourn", *arguments, "--server", self.url]
        env = {**os.environ, "SOJOURN_DATA": str(self.data)}
        if not nursery.SUPPORTED:
            command[:1] = [sys.executable, "-m", "sojourn"]
            return subprocess.run(command, capture_output=True, text=True, timeout=60 * BUSY, check=False, env=env)
        with TemporaryDirectory(prefix="sojourn-cli-") as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            code = nursery.nursery().bear(command, env, out, err).wait(60 * BUSY)
            return subprocess.CompletedProcess(command, code, out.read_text(), err.read_text())


def wait(done: Callable[[], bool], timeout: float, why: Callable[[], str] = lambda: "it did not happen") -> None:
    """Waits until `done`. Raises AssertionError with `why` after `timeout` seconds of a machine that has time."""
    end = time.monotonic() + timeout * BUSY
    while not done():
        if time.monotonic() > end:
            raise AssertionError(why())
        time.sleep(0.05)
