"""A real endpoint in a process of its own, that writes each effect into a file."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .ports import free_port


class RunningReceiver:
    """`python -m sojourn.demo.receiver` on a free port. `port` is known before it starts."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.journal = folder / "receiver.txt"
        self._options: Sequence[str] = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> RunningReceiver:
        command = [sys.executable, "-m", "sojourn.demo.receiver", "--port", str(self.port)]
        command += ["--journal", str(self.journal), *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + 90
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                self.stats()
                return self
            time.sleep(0.02)
        raise TimeoutError("the receiver does not answer")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stats(self) -> dict[str, Any]:
        """Requests, repeated requests, and effects by path."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/stats", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def effects(self) -> list[tuple[str, str]]:
        """(path, Idempotency-Key) of every effect, each once, in order of arrival."""
        if not self.journal.exists():
            return []
        lines = self.journal.read_text().splitlines()
        return [(path, key) for path, _, key in (line.partition(" ") for line in lines)]

    def times(self) -> dict[str, float]:
        """When each key arrived first, epoch seconds."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/times", timeout=10) as answer:
            found: dict[str, float] = json.load(answer)
            return found
