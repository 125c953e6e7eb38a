"""Limits on calls as files of a project: checked with its documents, sent and deployed after them.

The server has limits behind the public API alone, where they go by ids; files go by names. A file with a `urlPattern`
is the throttling configuration, any other a capping configuration.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sojourn.cli.client import Client
from sojourn.journey.files import ProjectFiles
from sojourn.journey.finding import Finding
from sojourn.limits import check
from sojourn.limits.errors import LimitError


def check_limits(files: ProjectFiles) -> list[Finding]:
    """What is wrong with the limits of a folder, or may surprise."""
    found = []
    for name, body in files.limits:
        try:
            if _throttles(body):
                check.throttling(body)
                continue
            config = check.capping(body)
            faults = [(fault.code, "error", fault.params) for fault in check.capping_errors(config)]
            faults += [(fault.code, "warning", fault.params) for fault in check.capping_warnings(config)]
            found += [Finding(code, severity, "limit", name, (), params) for code, severity, params in faults]  # type: ignore[arg-type]
        except LimitError as error:
            path = tuple(error.field.split(".")) if error.field else ()
            found.append(Finding(error.code, "error", "limit", name, path, error.params))
    return [files.locate(finding) for finding in found]


def apply_limits(client: Client, files: ProjectFiles) -> Iterator[tuple[str, str]]:
    """Sends the limits of a folder, one after the other, and deploys what changes: (name, what happened)."""
    for name, data in files.limits:
        body = {"name": name, **data}
        path = "throttlingConfigs" if _throttles(body) else "endpointConfigs"
        known = [each for each in client.post(f"/authoring/list/{path}")["results"] if each.get("name") == name]
        if not known:
            uid, change = client.post(f"/authoring/{path}", body)["uid"], "created"
        elif any(known[0].get(field) != value for field, value in body.items()):
            uid, change = known[0]["uid"], "updated"
            client.request("PUT", f"/authoring/{path}/{uid}", body)
        else:
            uid, change = known[0]["uid"], "unchanged"
        runs = bool(known) and known[0]["hasBeenDeployed"]
        if not runs or (change == "updated" and path == "endpointConfigs"):  # throttling takes a change up by itself
            client.post(f"/authoring/{path}/{uid}/deploy")
        yield name, change


def _throttles(body: Any) -> bool:
    return isinstance(body, dict) and "urlPattern" in body
