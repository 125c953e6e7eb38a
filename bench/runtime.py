"""`durable` and `backtest`: the CDNOW history from JSON lines, through the durable runtime and in memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sojourn.demo.history import PROJECT

_COMMON = ["--journey", "win-back", "--until", "1998-07-01T00:00:00Z", "--json"]


def _run(command: str, lines: Path, *more: str) -> dict[str, Any]:
    """One run of the CLI in a process of its own."""
    words = [sys.executable, "-m", "sojourn", command, str(PROJECT), "--events", str(lines), *_COMMON, *more]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    if found["entered"] != 56_544 or found["completed"] != 55_701:
        raise RuntimeError(f"{command} gives wrong numbers: {found}")
    return found


def durable(lines: Path) -> float:
    """Events per second as `sojourn replay` reports them: reading, journal, engine, every commit on disk."""
    with tempfile.TemporaryDirectory() as folder:
        return float(_run("replay", lines, "--data", str(Path(folder) / "data"))["events_per_second"])


def backtest(lines: Path) -> float:
    """Events per second as `sojourn backtest` reports them, reading the lines included."""
    return float(_run("backtest", lines)["events_per_second"])
