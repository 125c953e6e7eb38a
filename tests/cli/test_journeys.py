"""Journeys on the command line: plan, versions, lists."""

from __future__ import annotations

from pathlib import Path

import yaml

from ..support import win_back
from ..support.server import RunningServer, wait
from .conftest import Sojourn

PLAN = """\
win-back version 2, against version 1, which is live
  globalTimeout: (not set) -> P20D
  ~ condition is_big
      paths.big: @{Purchase._tenant.value} >= 50 -> @{Purchase._tenant.value} >= 5000
  ~ wait patience  (2 wait here)
      next: win_back -> later
  + wait later
  - action win_back
  6 activities unchanged
  one person costs 0 to 2 calls
  2 people are inside version 1; they stay on it
"""


def written(folder: Path, project: win_back.Project) -> Path:
    for plural, documents in project.items():
        (folder / plural).mkdir(exist_ok=True, parents=True)
        for document in documents:
            (folder / plural / f"{document['name']}.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    return folder


def test_from_a_folder_to_deletion(sojourn: Sojourn, server: RunningServer, tmp_path: Path) -> None:
    server.post("/api/sandboxes", {"name": "versions"})
    there = ["--server", server.url, "--sandbox", "versions"]
    project = win_back.project(9, wait="P1D")
    folder = written(tmp_path, project)
    assert "journey win-back: created" in sojourn("plan", folder, *there).out
    assert "journey win-back: created" in sojourn("apply", folder, "--no-overwrite", *there).out
    assert sojourn("plan", folder, *there).out == "nothing changes\n"
    assert sojourn("plan", "win-back", *there).out.startswith("win-back version 1, no version is live\n  + event")
    sojourn("publish", "win-back", *there)
    for customer in ("a", "b"):
        server.post("/collection/versions", win_back.message(customer, customer, value=10))
    server.wait_settled()

    activities = project["journeys"][0]["activities"]
    project["journeys"][0]["globalTimeout"] = "P20D"
    activities["is_big"]["paths"]["big"] = "@{Purchase._tenant.value} >= 5000"
    activities["patience"]["next"] = "later"
    activities["later"] = {"type": "wait", "duration": "P1D", "next": "invited"}
    del activities["win_back"]
    written(tmp_path, project)
    changed = "activities.is_big.paths.big, activities.patience.next, activities.later, activities.win_back, "
    planned = sojourn("plan", folder, *there)
    assert planned.out == f"journey win-back: new version: {changed}globalTimeout\n{PLAN}"
    refused = sojourn("apply", folder, "--no-overwrite", *there)
    assert refused.code == 2 and "ERR_APPLY_CONFLICT" in refused.err and "journey win-back" in refused.err
    assert "journey win-back: new version: activities" in sojourn("apply", folder, "--dry-run", *there).out
    assert sojourn("apply", folder, *there).code == 0
    assert sojourn("plan", "win-back", *there).out == PLAN

    assert sojourn("journeys", "duplicate", "win-back", "second", *there).out == "second: created\n"
    assert sojourn("journeys", "rename", "second", "third", *there).out == "second: is third now\n"
    listed = sojourn("journeys", "list", "--uses", "event:Purchase", *there)
    assert [line.split() for line in listed.out.splitlines()] == [
        ["third", "1", "draft"], ["win-back", "1", "live"], ["win-back", "2", "draft"]
    ]  # fmt: skip
    assert "3 of 3" in listed.err
    assert sojourn("journeys", "delete", "win-back", "--version", "2", *there).code == 0
    assert "ERR_JOURNEY_RUNS" in sojourn("journeys", "delete", "win-back", *there).err
    assert sojourn("stop", "win-back", "--version", "1", *there).code == 0
    wait(lambda: "stopped" in sojourn("journeys", "list", *there).out, 10)
    assert sojourn("journeys", "delete", "win-back", *there).out == "win-back: deleted\n"
    assert sojourn("journeys", "list", "win", *there).out == ""
