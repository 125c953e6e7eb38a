"""`sojourn source test`, `sojourn action test`, `sojourn action propose`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ..support.endpoint import Endpoint
from ..support.http import request
from ..support.server import RunningServer
from .conftest import Sojourn

OPENAPI = """
openapi: 3.0.0
servers: [{url: https://api.example.com}]
paths:
  /orders:
    post:
      operationId: addOrder
      requestBody: {content: {application/json: {schema: {properties: {sku: {type: string}}}}}}
      responses: {}
    get: {operationId: listOrders, responses: {}}
"""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    made.open()
    yield made
    made.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server")
    try:
        yield running.start()
    finally:
        running.kill()


def test_propose(sojourn: Sojourn, tmp_path: Path) -> None:
    """What it prints is a file of a project."""
    path = tmp_path / "api.yaml"
    path.write_text(OPENAPI)
    code, out, _ = sojourn("action", "propose", path, "--operation", "addOrder")
    assert (code, yaml.safe_load(out)["body"]) == (0, {"sku": {"$variable": "string", "$label": "sku"}})
    folder = tmp_path / "project" / "actions"
    folder.mkdir(parents=True)
    (folder / "addOrder.yaml").write_text(out)
    assert sojourn("validate", folder.parent).code == 0
    code, out, _ = sojourn("action", "propose", path, "--operation", "GET /orders", "--json")
    assert (code, json.loads(out)["name"]) == (0, "listOrders")


@pytest.mark.parametrize(
    ("text", "arguments", "says"),
    [
        (OPENAPI, [], "addOrder, listOrders"),
        (OPENAPI, ["--operation", "nothing"], "addOrder, listOrders"),
        ("a: b", [], "no OpenAPI document"),
        ("a: [", [], "no OpenAPI document"),
    ],
)
def test_propose_what_is_none(sojourn: Sojourn, tmp_path: Path, text: str, arguments: list[str], says: str) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(text)
    code, out, err = sojourn("action", "propose", path, *arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1) and says in err


def test_test_calls(sojourn: Sojourn, server: RunningServer, endpoint: Endpoint) -> None:
    """The answer and its time; exit 1 where a journey would not go on, 2 for bad input."""
    url = f"http://127.0.0.1:{endpoint.port}"
    at = ("--server", f"http://127.0.0.1:{server.port}")
    group = {"parameters": {"n": "integer"}, "response": {"temp": 1.5}}
    put = {"sources/Weather": {"url": f"{url}/now", "fieldGroups": {"g": group}},
           "actions/greet": {"url": f"{url}/greet", "body": {"who": {"$variable": "string"}}}}  # fmt: skip
    for name, body in put.items():
        assert request(server.port, "PUT", f"/api/{name}", body).status == 200
    code, out, _ = sojourn("source", "test", "Weather", "g", "--set", "n=5", *at)
    assert code == 0 and out.startswith("200 in ") and "missing or of another type: temp" in out
    code, out, _ = sojourn("action", "test", "greet", "--set", "who=anna", "--json", *at)
    assert (code, json.loads(out)["status"]) == (0, 200)
    assert [path for path, *_ in endpoint.calls] == ["/now?n=5", "/greet"]
    code, _, err = sojourn("source", "test", "Weather", "h", *at)
    assert (code, len(err.splitlines())) == (2, 1) and "There are: g" in err
    assert sojourn("source", "test", "Weather", "g", "--set", "n", *at).code == 2
    assert request(server.port, "PUT", "/api/actions/far", {"url": "http://127.0.0.1:1/"}).status == 200
    code, _, err = sojourn("action", "test", "far", *at)
    assert (code, len(err.splitlines())) == (1, 1) and "ERR_CALL_BROKEN" in err
