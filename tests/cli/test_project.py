"""Projects on the command line: validate, apply, publish, report, and how they fail [12.1]."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.ports import free_port
from ..support.server import RunningServer
from .conftest import WINBACK, Sojourn


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example, to be broken."""
    return Path(shutil.copytree(WINBACK, tmp_path / "project"))


def change(path: Path, old: str, new: str) -> int:
    """Replaces a text in a file; the number of its line."""
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


def test_a_valid_project(sojourn: Sojourn) -> None:
    ran = sojourn("validate", WINBACK)
    assert (ran.code, ran.out) == (0, "")
    assert "0 errors, 0 warnings" in ran.err


@pytest.mark.parametrize(
    "file, old, new, code",
    [
        ("journeys/win-back.yaml", "event: Purchase\n    next: is_big", "event: Purchas\n    next: is_big",
         "ERR_EVENT_UNKNOWN"),
        ("journeys/win-back.yaml", "value} >= 50", "valeu} >= 50", "ERR_EXPR"),
        ("journeys/win-back.yaml", "next: win_back\n", "next: win_bakc\n", "ERR_"),
        ("journeys/win-back.yaml", "duration: P21DT6H", "duration: three weeks", "ERR_"),
        ("journeys/win-back.yaml", "reentrance: true", "reentrance: maybe", "ERR_"),
        ("journeys/win-back.yaml", "namespace: CRMID", "namespaces: CRMID", "ERR_"),
        ("events/Purchase.yaml", "schema: purchase", "schema: purchases", "ERR_SCHEMA_UNKNOWN"),
        ("actions/win_back.yaml", "method: POST", "method: GET", "ERR_"),
        ("schemas/purchase.yaml", "$type: integer", "$type: number", "ERR_"),
        ("schemas/purchase.yaml", "fields:", "fields: [", "ERR_"),
    ],
)  # fmt: skip
def test_a_finding_names_file_and_line(
    sojourn: Sojourn, project: Path, file: str, old: str, new: str, code: str
) -> None:
    line = change(project / file, old, new)
    ran = sojourn("validate", project)
    assert ran.code == 2
    told = ran.out + ran.err
    assert file in told and code in told and "Traceback" not in told
    found = json.loads(sojourn("validate", project, "--json").out)
    errors = [finding for finding in found["findings"] if finding["severity"] == "error"]
    assert errors and errors[0]["file"].endswith(file)
    assert abs(errors[0]["line"] - line) <= 2, (errors[0], line)
    assert errors[0]["message"]


def test_two_documents_of_one_name(sojourn: Sojourn, project: Path) -> None:
    shutil.copy(project / "actions" / "win_back.yaml", project / "actions" / "again.yaml")
    ran = sojourn("validate", project)
    assert ran.code == 2 and "ERR_NAME_TWICE" in ran.out
    assert "again.yaml" in ran.out and "win_back.yaml" in ran.out


def test_apply_publish_report(sojourn: Sojourn, server: RunningServer, endpoint: Endpoint, tmp_path: Path) -> None:
    """From files to numbers."""
    for plural, documents in win_back.project(endpoint.port, wait="PT1H").items():
        (tmp_path / plural).mkdir()
        for document in documents:
            (tmp_path / plural / f"{document['name']}.yaml").write_text(yaml.safe_dump(document))
    there = ["--server", server.url]
    applied = sojourn("apply", tmp_path, *there)
    assert applied.code == 0 and "created" in applied.out
    assert "unchanged" in sojourn("apply", tmp_path, *there).out
    assert sojourn("publish", "win-back", *there).code == 0
    server.send(list(win_back.events(range(1, 4))))
    server.wait_settled()
    found = json.loads(sojourn("report", "win-back", "--json", *there).out)
    assert (found["entered"], found["completed"], found["current"]) == (3, 1, 2)
    shown = sojourn("report", "win-back", *there)
    assert shown.code == 0 and "vip_thanks" in shown.out
    assert sojourn("close", "win-back", *there).code == 0
    assert sojourn("stop", "win-back", *there).code == 0
    again = sojourn("stop", "win-back", *there)
    assert again.code == 2 and "ERR_NOT_LIVE" in again.err and len(again.err.splitlines()) == 1
    assert sojourn("quarantine", "list", *there).code == 0
    assert sojourn("quarantine", "drop", "7", *there).code == 2


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    made.open()
    yield made
    made.close()


@pytest.mark.parametrize(
    "arguments",
    [["apply", str(WINBACK)], ["publish", "win-back"], ["report", "win-back"], ["quarantine", "list"]],
    ids=lambda arguments: arguments[0],
)
def test_no_server(sojourn: Sojourn, arguments: list[str]) -> None:
    """One line that says what to do."""
    ran = sojourn(*arguments, "--server", f"http://127.0.0.1:{free_port()}")
    assert ran.code == 1
    (said,) = ran.err.splitlines()
    assert "ERR_NO_SERVER" in said and "make run" in said


def test_an_invalid_project_is_not_sent(sojourn: Sojourn, server: RunningServer, project: Path) -> None:
    change(project / "events" / "Purchase.yaml", "schema: purchase", "schema: purchases")
    ran = sojourn("apply", project, "--server", server.url)
    assert ran.code == 2
    assert "win-back-new" not in str(server.get("/api/journeys"))


@pytest.mark.parametrize("command", ["validate", "apply"])
def test_no_such_folder(sojourn: Sojourn, tmp_path: Path, command: str) -> None:
    ran = sojourn(command, tmp_path / "nowhere")
    assert ran.code == 2
    assert "nowhere" in ran.err and len(ran.err.splitlines()) == 1


def test_a_process_of_its_own() -> None:
    """As installed: help, version, and a wrong command."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sojourn", *arguments], capture_output=True, text=True, check=False
        )

    assert run("--help").returncode == 0
    assert run("--version").stdout.startswith("sojourn, version")
    wrong = run("publsh")
    assert wrong.returncode == 2 and "publsh" in wrong.stderr and "Traceback" not in wrong.stderr


def test_a_url_that_nobody_could_call_is_found_without_a_server(sojourn: Sojourn, project: Path) -> None:
    """Whether a private target may be called is the server's to say; what is no URL never may."""
    change(project / "actions" / "vip_thanks.yaml", "http://", "ftp://")
    ran = sojourn("validate", project)
    assert ran.code == 2
    assert "vip_thanks.yaml:4: error: url:" in ran.out and "ERR_URL" in ran.out


CAP = """url: https://api.example.com/orders/*
methods: [POST]
services: {action: {maxHttpConnections: 20, rating: {maxCallsCount: 100, periodInMs: 1000}}}
"""


def test_limits_go_by_the_names_of_their_files(sojourn: Sojourn, server: RunningServer, tmp_path: Path) -> None:
    """They are made once, changed when they change, and deployed as they are [5.5]."""
    (tmp_path / "limits").mkdir()
    (tmp_path / "limits" / "orders.yaml").write_text(CAP)
    rate = "name: crm\nurlPattern: https://crm.example.com/*\nmethods: [POST]\nmaxThroughput: 300\n"
    (tmp_path / "limits" / "rate.yaml").write_text(rate)
    apply = ("apply", tmp_path, "--server", server.url)
    assert sojourn(*apply).out == "limit orders: created\nlimit crm: created\n"
    assert sojourn(*apply).out == "limit orders: unchanged\nlimit crm: unchanged\n"
    change(tmp_path / "limits" / "orders.yaml", "Count: 100", "Count: 50")
    change(tmp_path / "limits" / "rate.yaml", "300", "400")
    assert sojourn(*apply).out == "limit orders: updated\nlimit crm: updated\n"
    (cap,) = server.post("/authoring/list/endpointConfigs")["results"]
    assert (cap["state"], cap["deployedConfig"]["services"]["action"]["rating"]["maxCallsCount"]) == ("deployed", 50)
    (throttling,) = server.post("/authoring/list/throttlingConfigs")["results"]
    assert (throttling["hasBeenDeployed"], throttling["maxThroughput"]) == (True, 400)
    change(tmp_path / "limits" / "rate.yaml", "name: crm", "name: other")
    second = sojourn(*apply)
    assert second.code == 2 and "(1465)" in second.err and second.err.count("\n") == 1


def test_limits_in_error(sojourn: Sojourn, project: Path) -> None:
    (project / "limits").mkdir()
    path = project / "limits" / "orders.yaml"
    path.write_text(CAP)
    assert sojourn("validate", project).code == 0
    line = change(path, "methods: [POST]", "methods: [FETCH]")
    ran = sojourn("validate", project)
    assert ran.code == 2 and f"{path}:{line}: error: methods: " in ran.out and "(ERR_ENDPOINTCONFIG_111)" in ran.out
    change(path, "methods: [FETCH]", "methods: [POST]")
    change(path, "maxHttpConnections: 20, ", "")
    ran = sojourn("validate", project)
    assert ran.code == 0 and "(ERR_ENDPOINTCONFIG_106)" in ran.out and "1 limits: 0 errors, 1 warnings" in ran.err
