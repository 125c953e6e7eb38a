"""The public API for throttling over real HTTP: one configuration, in the production sandbox."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ..support.http import Answered, request
from ..support.server import RunningServer
from .conftest import Sandbox

CONFIG: dict[str, Any] = {
    "name": "outside",
    "description": "a limit for all",
    "urlPattern": "https://api.example.org/data/*",
    "methods": ["POST", "PUT"],
    "maxThroughput": 4_000,
}
NOBODY = str(uuid.UUID(int=0))


class Service:
    """`/authoring/throttlingConfigs` of a server."""

    def __init__(self, port: int) -> None:
        self._port = port

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> Answered:
        headers = {"x-sandbox-name": "prod", "x-gw-ims-org-id": "an-org", **more.pop("headers", {})}
        return request(self._port, method, f"/authoring{path}", body, headers=headers, **more)

    def good(self, method: str, path: str, body: object = None) -> Any:
        answer = self.ask(method, path, body)
        assert answer.status == (204 if path.endswith(("/deploy", "/undeploy")) else 200), answer
        return answer.body

    def made(self) -> str:
        found: str = self.good("POST", "/throttlingConfigs", CONFIG)["uid"]
        return found

    def result(self, uid: str) -> dict[str, Any]:
        found: dict[str, Any] = self.good("GET", f"/throttlingConfigs/{uid}")["result"]
        return found

    def clean(self) -> None:
        for each in self.good("POST", "/list/throttlingConfigs")["results"]:
            self.good("DELETE", f"/throttlingConfigs/{each['uid']}?forceDelete=true")


@pytest.fixture
def service(server: RunningServer) -> Iterator[Service]:
    found = Service(server.port)
    yield found
    found.clean()


def error(answer: Answered, status: int, code: int) -> dict[str, Any]:
    """The error of an answer in the form of this service: JSON text."""
    assert answer.status == status and answer.body["status"] == status, answer
    assert answer.kind == "application/json" and set(answer.body) == {"status", "error", "requestId"}
    found: dict[str, Any] = json.loads(answer.body["error"])
    assert found["code"] == code and found["service"] == "vyg-authoring-api", found
    return found


def config(**changes: Any) -> dict[str, Any]:
    """The configuration with other parts; None leaves one out."""
    return {name: value for name, value in (CONFIG | changes).items() if value is not None}


def test_create_and_read(service: Service) -> None:
    answer = service.good("POST", "/throttlingConfigs", CONFIG)
    uid = answer["uid"]
    assert answer["uri"] == f"/voyager/apis/throttlingConfigs/{uid}" and answer["resStatus"] == "created"
    assert answer["canDeploy"] == {"validationStatus": "ok"}
    element = answer["createdElement"]
    sandbox_id = element["sandboxId"]
    assert element == CONFIG | {
        "orgId": "an-org", "sandboxId": sandbox_id, "sandboxName": "prod", "uid": uid, "state": "created",
        "metadata": element["metadata"], "authoringFormatVersion": "1.0",
    }  # fmt: skip
    read = {"_id": f"{uid}_{sandbox_id}", "hasBeenDeployed": False}
    assert service.result(uid) == element | read
    assert service.good("POST", "/list/throttlingConfigs", {})["results"] == [element | read]


def test_states(service: Service) -> None:
    """A change of what is deployed takes effect at once."""
    uid = service.made()
    path = f"/throttlingConfigs/{uid}"

    def state() -> tuple[str, bool, Any]:
        found = service.result(uid)
        return found["state"], found["hasBeenDeployed"], found.get("version")

    answer = service.good("PUT", path, config(maxThroughput=5_000))
    assert (answer["resStatus"], answer["uid"]) == ("updated", uid)
    assert answer["updatedElement"] == service.result(uid)
    assert state() == ("updated", False, None)
    for method in ("GET", "POST"):
        assert service.good(method, f"{path}/canDeploy") == {"canDeploy": {"validationStatus": "ok"}}
    service.good("POST", f"{path}/deploy")
    assert state() == ("deployed", True, "1.0")
    assert "lastDeployedAt" in service.result(uid)["metadata"]
    error(service.ask("POST", f"{path}/deploy"), 400, 14466)
    assert service.good("PUT", path, config(maxThroughput=200))["updatedElement"]["hasBeenDeployed"] is True
    assert state() == ("updated", True, "1.0")
    error(service.ask("POST", f"{path}/deploy"), 400, 14466)
    service.good("POST", f"{path}/undeploy")
    assert state() == ("updated", False, None)
    error(service.ask("POST", f"{path}/undeploy"), 400, 14468)
    service.good("POST", f"{path}/deploy")


def test_one_only(service: Service) -> None:
    uid = service.made()
    found = error(service.ask("POST", "/throttlingConfigs", CONFIG), 400, 1465)
    assert found["family"] == "INPUT_OUTPUT_ERROR"
    service.good("DELETE", f"/throttlingConfigs/{uid}")
    service.made()


def test_delete(service: Service) -> None:
    uid = service.made()
    path = f"/throttlingConfigs/{uid}"
    service.good("POST", f"{path}/deploy")
    error(service.ask("DELETE", path), 400, 1456)
    assert service.good("DELETE", f"{path}?forceDelete=true") == {}
    error(service.ask("GET", path), 404, 14467)
    uid = service.made()
    assert service.good("DELETE", f"/throttlingConfigs/{uid}") == {}


PATHS = [
    ("GET", ""), ("PUT", ""), ("DELETE", ""), ("DELETE", "?forceDelete=true"), ("GET", "/canDeploy"),
    ("POST", "/canDeploy"), ("POST", "/deploy"), ("POST", "/undeploy"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "rest"), PATHS)
def test_unknown_uid(service: Service, method: str, rest: str) -> None:
    body = CONFIG if method == "PUT" else None
    error(service.ask(method, f"/throttlingConfigs/{NOBODY}{rest}", body), 404, 14467)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/list/throttlingConfigs"), ("POST", "/throttlingConfigs")]
    + [(method, f"/throttlingConfigs/{NOBODY}{rest}") for method, rest in PATHS],
)
def test_production_only(service: Service, new_sandbox: Callable[[], Sandbox], method: str, path: str) -> None:
    elsewhere = {"x-sandbox-name": new_sandbox().name}
    found = error(service.ask(method, path, CONFIG, headers=elsewhere), 400, 1463)
    assert found["family"] == "INPUT_OUTPUT_ERROR"
    found = error(service.ask(method, path, CONFIG, headers={"x-sandbox-name": "nowhere"}), 500, 4000)
    assert (found["family"], found["message"]) == ("INTERNAL_ERROR", "INTERNAL ERROR")


WRONG: dict[str, tuple[object, str]] = {
    "no pattern": (config(urlPattern=None), "ERR_THROTTLING_CONFIG_100"),
    "an empty pattern": (config(urlPattern=""), "ERR_THROTTLING_CONFIG_100"),
    "no methods": (config(methods=None), "ERR_THROTTLING_CONFIG_100"),
    "methods empty": (config(methods=[]), "ERR_THROTTLING_CONFIG_100"),
    "no throughput": (config(maxThroughput=None), "ERR_THROTTLING_CONFIG_101"),
    "too little": (config(maxThroughput=199), "ERR_THROTTLING_CONFIG_101"),
    "too much": (config(maxThroughput=5_001), "ERR_THROTTLING_CONFIG_101"),
    "text": (config(maxThroughput="300"), "ERR_THROTTLING_CONFIG_101"),
    "malformed": (config(urlPattern="api.example.org"), "ERR_THROTTLING_CONFIG_104"),
    "a pattern of another type": (config(urlPattern=[1]), "ERR_THROTTLING_CONFIG_104"),
    "wildcard in the host": (config(urlPattern="https://*.example.org/"), "ERR_THROTTLING_CONFIG_105"),
    "a method that is none": (config(methods=["FETCH"]), "ERR_THROTTLING_CONFIG_106"),
    "methods of another type": (config(methods="POST"), "ERR_THROTTLING_CONFIG_106"),
    "a name of another type": (config(name=5), "ERR_THROTTLING_CONFIG_106"),
    "a list": ([], "ERR_THROTTLING_CONFIG_106"),
    "no JSON": (None, "ERR_THROTTLING_CONFIG_106"),
}


@pytest.mark.parametrize(("body", "code"), WRONG.values(), ids=list(WRONG))
def test_wrong(service: Service, body: object, code: str) -> None:
    raw = "{" if body is None else None
    found = error(service.ask("POST", "/throttlingConfigs", body, raw=raw), 400, int(code[-3:]))
    assert found["message"].startswith(f"{code}: ")
    assert service.good("POST", "/list/throttlingConfigs")["results"] == []
    uid = service.made()
    before = service.result(uid)
    error(service.ask("PUT", f"/throttlingConfigs/{uid}", body, raw=raw), 400, int(code[-3:]))
    assert service.result(uid) == before
    answer = service.ask("PUT", f"/throttlingConfigs/{uid}", body, raw=raw, headers={"Accept-Language": "ko"})
    assert re.search("[가-힣]", error(answer, 400, int(code[-3:]))["message"])


@pytest.mark.parametrize("throughput", [200, 5_000])
def test_the_ends_of_the_range(service: Service, throughput: int) -> None:
    service.good("POST", "/throttlingConfigs", config(maxThroughput=throughput, name=None, description=None))
