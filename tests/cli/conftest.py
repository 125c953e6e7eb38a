"""The command line, called as a user calls it; in this process where a new one would prove nothing more."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from sojourn.cli.main import main
from sojourn.demo.history import write

from ..support.http import TOKEN_FILES
from ..support.server import RunningServer

WINBACK = Path(__file__).parents[2] / "examples" / "winback"
HISTORY = ["--journey", "win-back", "--until", "1998-07-01T00:00:00Z"]


class Ran(NamedTuple):
    """Exit status, and what stood on stdout and stderr."""

    code: int
    out: str
    err: str


Sojourn = Callable[..., Ran]


@pytest.fixture
def sojourn(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Sojourn:
    """Runs a command."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["sojourn", *map(str, arguments)])
        for port, token in TOKEN_FILES.items():
            if f"http://127.0.0.1:{port}" in arguments:
                monkeypatch.setenv("SOJOURN_DATA", str(token.parent))
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as exit_:
            code = exit_.code or 0
        assert isinstance(code, int)
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def purchases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 2,000 purchases of the example's history, by date, as JSON lines."""
    whole = tmp_path_factory.mktemp("history") / "whole.jsonl"
    write(whole)
    lines = whole.read_text().splitlines(keepends=True)[:2_000]
    found = whole.with_name("first.jsonl")
    found.write_text("".join(lines))
    return found


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("cli"))
    try:
        yield running.start()
    finally:
        running.kill()
