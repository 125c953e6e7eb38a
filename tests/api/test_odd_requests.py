"""Whatever is sent to whatever operation: the answer is a documented one, and never "something went wrong" [12.1].

Schemathesis makes the requests from our OpenAPI document, those that keep it and those that do not. The public API
under /authoring has statuses and codes of its own, with tests of their own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from jsonschema import Draft202012Validator

from sojourn.api import openapi

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.http import Answered, authorization, request
from ..support.server import RunningServer
from .odd_requests import KNOWN

ROOT = Path(__file__).parents[2]
EXAMPLES: dict[str, Any] = yaml.safe_load(Path(openapi.__file__).with_name("examples.yaml").read_text("utf-8"))
LONG = bool(os.environ.get("SOJOURN_LONG"))
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
PERSON = {
    "name": "person",
    "base": "profile",
    "profile": True,
    "fields": {"_t": {"who": "string"}},
    "identities": {"_t.who": {"namespace": "CRMID", "primary": True}},
}
OTHERS: dict[str, dict[str, Any]] = {
    "datatypes": {"name": "place", "fields": {"city": "string"}},
    "fieldgroups": {"name": "visit", "fields": {"page": "string"}},
    "classes": {"name": "device", "behavior": "record"},
    "namespaces": {"name": "LOYALTY"},
    "segments": {"name": "club"},
    "datasets": {"name": "people", "schema": "person", "profile": True},
    "sources": {"name": "Weather", "url": "http://127.0.0.1:9/", "fieldGroups": {"now": {"response": {"t": 1}}}},
}
"""Documents of the kinds that the win-back project has none of."""
NAMES = {
    "schemas": "purchase", "events": "Purchase", "actions": "vip_thanks", "journeys": win_back.JOURNEY,
    "inlets": "prod", "collection": "prod", **{plural: document["name"] for plural, document in OTHERS.items()},
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint) -> Iterator[RunningServer]:
    """A server of its own, with a document of each kind: none of what is sent to it disturbs other tests."""
    running = RunningServer(tmp_path_factory.mktemp("odd")).start()
    try:
        project = win_back.project(endpoint.port)
        project["schemas"].append(PERSON)
        running.publish(project | {plural: [document] for plural, document in OTHERS.items()})
        yield running
    finally:
        running.kill()


# --- requests as they should be ---

NOT_HERE = {
    "POST /api/clock": "ERR_CLOCK_REAL",
    "POST /api/sources/{name}/test": "ERR_CALL_BROKEN",
    "POST /api/actions/{name}/test": "ERR_CALL_BROKEN",
    "POST /api/journeys/{name}/test/events": "ERR_NOT_TEST_PROFILE",
    "POST /api/feedback": "ERR_MESSAGE_UNKNOWN",
    "POST /api/feedback/mail": "ERR_REPORT_MAIL",
    "POST /api/quarantine/retry": "ERR_QUARANTINE_UNKNOWN",
    "POST /api/quarantine/drop": "ERR_QUARANTINE_UNKNOWN",
    "PUT /api/access/me/password": "ERR_SESSION_NEEDED",
}
"""Examples that need something that a new server has not."""
AT = {"/api/segments/{name}/members": "/api/segments/invited/members?namespace=Loyalty"}
"""For an audience that is uploaded."""
CONTENT = {"records": "application/x-ndjson", "histories": "application/x-ndjson", "members": "text/plain",
           "mail": "message/rfc822"}  # fmt: skip


def sent_in_order(server: RunningServer) -> Iterator[tuple[str, Answered]]:
    """Sends each example of the OpenAPI document, in the order in which they stand there, and gives the answers.

    `names` are of what there is by then, by the part of the path before them.
    """
    names = {
        "product-profiles": "reporters",
        "alerts": "failures",
        "mailings": "weekly",
        "collection": "training",
        "batch": "training",
    }
    for line, body in EXAMPLES.items():
        method, _, path = line.partition(" ")
        parts = path.split("/")
        kind = next((before for before, part in pairwise(parts) if part.startswith("{")), parts[-1])
        if method == "PUT" and isinstance(body, dict) and path.startswith("/api/"):
            names[kind] = body.get("name", names.get(kind, ""))
        at = re.sub(r"{\w+}", quote(names.get(kind, "")), AT.get(path, path))
        headers = {
            "x-sandbox-name": "prod" if path.startswith("/authoring") else "training",
            "Content-Type": CONTENT.get(parts[-1], "application/json"),
        }
        sent = {"raw": body} if isinstance(body, str) else {"body": body}
        answer = request(server.port, method, at, headers=headers, **sent)
        if parts[-1] == "rename":
            names[kind] = body["name"]
        elif method == "POST" and kind == parts[-1] and isinstance(answer.body, dict):
            names[kind] = answer.body.get("uid") or answer.body.get("inletId") or answer.body.get("name", "")
        yield line, answer


def test_examples(server: RunningServer) -> None:
    """Each request body has an example that keeps its schema; on a new server they build on each other."""
    document = server.get("/api/openapi.json")
    shown = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for body in operation.get("requestBody", {}).get("content", {}).values():
                shown[f"{method.upper()} {path}"] = body["example"]
                schema = {**body["schema"], "components": document["components"]}
                Draft202012Validator(schema).validate(body["example"])
    assert shown == EXAMPLES
    refused = {line: answer.body for line, answer in sent_in_order(server) if answer.status >= 300}
    assert {line: problem["code"] for line, problem in refused.items()} == NOT_HERE


# --- odd ones, on the same server ---


SPARE = "^/authoring/|^/api/feedback/mail$"
"""Paths with tests of their own: the public API, and mails, which the tool cannot write."""
FUZZING_SPARES = f"{SPARE}|^/api/expressions/(analyse|try)$"
"""When it invents values of a schema that names itself in a list, which an expression's does, the tool runs out of its
own stack; what it derives from the rules of that schema it does send, in the long form."""


def schemathesis(server: RunningServer, token: str, *options: str, spare: str) -> None:
    """Fails with what the command says, if it finds something. Paths that match `spare` are left alone."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{server.url}/api/openapi.json",
        "--header", f"Authorization: {token}", "--exclude-path-regex", spare, "--checks", ",".join(CHECKS),
        "--generation-deterministic", "--warnings", "off", "--no-color", "--continue-on-failure", *options,
    ]  # fmt: skip
    told = {"SCHEMATHESIS_HOOKS": "tests.api.odd_requests", "PYTHONPATH": str(ROOT), KNOWN: json.dumps(NAMES)}
    env = {**os.environ, **told}
    done = subprocess.run(command, cwd=server.data.parent, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stdout + done.stderr + server.tail(), pytrace=False)


@pytest.mark.timeout(3_000 if LONG else 300)
def test_somebody_who_may_only_read(server: RunningServer) -> None:
    server.post("/api/access/users", {"name": "reader", "profiles": ["Limited access user"]})
    scope = {"name": "odd", "user": "reader", "permissions": ["read-journeys", "read-configuration", "read-reports"]}
    token = server.post("/api/access/tokens", scope)["token"]
    options = ("--phases", "fuzzing", "--max-examples", "25" if LONG else "1")
    spare = f"{FUZZING_SPARES}|^/api/access/tokens/"  # its own among them
    schemathesis(server, f"Bearer {token}", *options, spare=spare)


@pytest.mark.timeout(3_000 if LONG else 300)
def test_an_administrator(server: RunningServer) -> None:
    # The coverage of every rule of every schema, some 8,700 requests, takes a minute of both cores.
    token = authorization(server.port)["Authorization"]
    if LONG:
        schemathesis(server, token, "--phases", "coverage", spare=SPARE)
    options = ("--phases", "fuzzing", "--max-examples", "80" if LONG else "2")
    schemathesis(server, token, *options, spare=FUZZING_SPARES)
