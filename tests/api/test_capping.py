"""The public API for capping over real HTTP: paths, fields, states, statuses, codes."""

from __future__ import annotations

import http.client
import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

import pytest

from ..support.http import Answered, authorization, request
from .conftest import Sandbox

URL = "https://api.example.org/data/2.5/*"
RATING = {"maxCallsCount": 500, "periodInMs": 1_000}
CONFIG: dict[str, Any] = {
    "url": URL,
    "methods": ["GET"],
    "services": {"dataSource": {"maxHttpConnections": 50, "rating": RATING}},
    "orgId": "org@example",
}
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
NOBODY = str(uuid.UUID(int=0))


def ask(sandbox: Sandbox, method: str, path: str, body: object = None, **more: Any) -> Answered:
    headers = {"x-sandbox-name": sandbox.name, "x-gw-ims-org-id": "header-org", **more.pop("headers", {})}
    return request(sandbox.server.port, method, f"/authoring{path}", body, headers=headers, **more)


def good(sandbox: Sandbox, method: str, path: str, body: object = None) -> Any:
    answer = ask(sandbox, method, path, body)
    assert answer.status == (204 if path.endswith("deploy") and "can" not in path else 200), answer
    return answer.body


def config(**changes: Any) -> dict[str, Any]:
    """The configuration with other parts; None leaves one out."""
    return {name: value for name, value in (CONFIG | changes).items() if value is not None}


def service(**changes: Any) -> dict[str, Any]:
    part = {"maxHttpConnections": 50, "rating": RATING} | changes
    return config(services={"dataSource": {name: value for name, value in part.items() if value is not None}})


def made(sandbox: Sandbox, body: object = None) -> str:
    found: str = good(sandbox, "POST", "/endpointConfigs", body or CONFIG)["uid"]
    return found


def result(sandbox: Sandbox, uid: str) -> dict[str, Any]:
    found: dict[str, Any] = good(sandbox, "GET", f"/endpointConfigs/{uid}")["result"]
    return found


def error(answer: Answered, status: int, code: int) -> dict[str, Any]:
    """The error of an answer in the form of this service: an object."""
    assert answer.status == status and answer.body["status"] == status, answer
    assert answer.kind == "application/json" and set(answer.body) == {"status", "error", "requestId"}
    found: dict[str, Any] = answer.body["error"]
    assert set(found) == {"code", "family", "message", "service", "version", "context"}
    assert found["code"] == code and found["service"] == "vyg-authoring-api"
    assert re.fullmatch(r"\w+:\d+", found["context"])
    return found


# --- answers ---


def test_create(sandbox: Sandbox) -> None:
    answer = good(sandbox, "POST", "/endpointConfigs", CONFIG | {"uid": "mine", "state": "deployed"})
    uid = answer["uid"]
    assert answer["uri"] == f"/voyager/apis/endpointConfigs/{uid}" and answer["resStatus"] == "created"
    assert answer["canDeploy"] == {"validationStatus": "ok"}
    element = answer["createdElement"]
    metadata = element.pop("metadata")
    assert element == CONFIG | {
        "state": "created", "uid": uid, "tenantId": sandbox.name, "authoringFormatVersion": "1.0",
        "hasBeenDeployed": False,
    }  # fmt: skip
    assert set(metadata) == {f"{what}{which}" for what in ("created", "lastModified") for which in ("By", "ById", "At")}
    assert STAMP.fullmatch(metadata["createdAt"])


def test_read_and_list(sandbox: Sandbox) -> None:
    one, two = made(sandbox), made(sandbox, config(orgId=None))
    updated = good(sandbox, "PUT", f"/endpointConfigs/{one}", config(methods=["PUT"]))["updatedElement"]
    assert result(sandbox, one) == {"_id": one} | updated
    assert result(sandbox, two)["orgId"] == "header-org"
    for body in (None, {}, {"page": 0, "pageSize": 10, "latestOnly": True}):
        found = good(sandbox, "POST", "/list/endpointConfigs", body)["results"]
        assert [each["uid"] for each in found] == [one, two]
        assert found == [result(sandbox, one), result(sandbox, two)]


def test_states(sandbox: Sandbox) -> None:
    """created -> updated -> deployed; a change of what is deployed waits for the next deployment."""
    uid = made(sandbox)
    path = f"/endpointConfigs/{uid}"

    def state() -> tuple[str, bool, Any]:
        found = result(sandbox, uid)
        return found["state"], found["hasBeenDeployed"], found.get("deployedConfig", {}).get("methods")

    assert state() == ("created", False, None)
    good(sandbox, "POST", f"{path}/deploy")
    assert state() == ("deployed", True, ["GET"])
    good(sandbox, "POST", f"{path}/deploy")
    good(sandbox, "POST", f"{path}/undeploy")
    assert state() == ("created", False, None)
    good(sandbox, "POST", f"{path}/undeploy")  # also where it was not deployed
    answer = good(sandbox, "PUT", path, config(methods=["PUT"]))
    assert (answer["resStatus"], answer["updatedElement"]["state"]) == ("updated", "updated")
    assert answer["canDeploy"] == {"validationStatus": "ok"} and answer["uid"] == uid
    good(sandbox, "POST", f"{path}/deploy")
    answer = good(sandbox, "PUT", path, config(methods=["POST"]))
    assert (answer["updatedElement"]["state"], answer["updatedElement"]["hasBeenDeployed"]) == ("updated", True)
    assert state() == ("updated", True, ["PUT"])
    assert result(sandbox, uid)["methods"] == ["POST"]
    good(sandbox, "POST", f"{path}/deploy")
    assert state() == ("deployed", True, ["POST"])
    good(sandbox, "POST", f"{path}/undeploy")
    assert state() == ("updated", False, None)
    metadata = result(sandbox, uid)["metadata"]
    assert metadata["createdAt"] < metadata["lastModifiedAt"] < metadata["lastDeployedAt"]


def test_what_is_deployed(sandbox: Sandbox) -> None:
    uid = made(sandbox)
    good(sandbox, "POST", f"/endpointConfigs/{uid}/deploy")
    assert result(sandbox, uid)["deployedConfig"] == CONFIG | {"_id": uid, "id": uid, "tenantId": sandbox.name}


def test_delete(sandbox: Sandbox) -> None:
    """Only what is not deployed, or with force."""
    uid = made(sandbox)
    path = f"/endpointConfigs/{uid}"
    good(sandbox, "POST", f"{path}/deploy")
    found = error(ask(sandbox, "DELETE", path), 500, 1451)
    assert found["family"] == "INPUT_OUTPUT_ERROR"
    assert found["message"] == "Can't delete a deployed endpoint config. Undeploy it before deleting it"
    error(ask(sandbox, "DELETE", f"{path}?forceDelete=false"), 500, 1451)
    assert good(sandbox, "DELETE", f"{path}?forceDelete=true") == {}
    assert ask(sandbox, "GET", path).status == 404
    other = made(sandbox)
    assert good(sandbox, "DELETE", f"/endpointConfigs/{other}") == {}
    assert good(sandbox, "POST", "/list/endpointConfigs")["results"] == []


UNKNOWN = [
    ("GET", ""), ("PUT", ""), ("DELETE", ""), ("DELETE", "?forceDelete=true"), ("GET", "/canDeploy"),
    ("POST", "/canDeploy"), ("POST", "/deploy"), ("POST", "/undeploy"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "rest"), UNKNOWN)
def test_unknown_uid(sandbox: Sandbox, method: str, rest: str) -> None:
    """Also one of another sandbox: configurations are of one."""
    body = CONFIG if method == "PUT" else None
    error(ask(sandbox, method, f"/endpointConfigs/{NOBODY}{rest}", body), 404, 404)
    uid = made(sandbox)
    error(ask(sandbox, method, f"/endpointConfigs/{uid}{rest}", body, headers={"x-sandbox-name": "prod"}), 404, 404)


# --- what may be wrong ---

NOT_SAVED: dict[str, tuple[object, str]] = {
    "no url": (config(url=None), "ERR_ENDPOINTCONFIG_100"),
    "no methods": (config(methods=None), "ERR_ENDPOINTCONFIG_103"),
    "no services": (config(services=None), "ERR_ENDPOINTCONFIG_104"),
    "nothing": ({}, "ERR_ENDPOINTCONFIG_100"),
    "url of another type": (config(url=5), "ERR_ENDPOINTCONFIG_111"),
    "methods of another type": (config(methods="GET"), "ERR_ENDPOINTCONFIG_111"),
    "a method that is none": (config(methods=["GET", "FETCH"]), "ERR_ENDPOINTCONFIG_111"),
    "services of another type": (config(services=[]), "ERR_ENDPOINTCONFIG_111"),
    "a service of another type": (config(services={"action": 1}), "ERR_ENDPOINTCONFIG_111"),
    "connections of another type": (service(maxHttpConnections="many"), "ERR_ENDPOINTCONFIG_111"),
    "no connections at all": (service(maxHttpConnections=0), "ERR_ENDPOINTCONFIG_111"),
    "a list": ([CONFIG], "ERR_ENDPOINTCONFIG_112"),
    "no JSON": (None, "ERR_ENDPOINTCONFIG_112"),
}


@pytest.mark.parametrize(("body", "code"), NOT_SAVED.values(), ids=list(NOT_SAVED))
def test_not_saved(sandbox: Sandbox, body: object, code: str) -> None:
    """A part is missing or is not what it should be: 500, and nothing has changed."""
    raw = "{" if body is None else None
    for method, path in (("POST", "/endpointConfigs"), ("PUT", f"/endpointConfigs/{(uid := made(sandbox))}")):
        before = result(sandbox, uid) if method == "PUT" else None
        found = error(ask(sandbox, method, path, body, raw=raw), 500, int(code[-3:]))
        assert found["message"].startswith(f"{code}: ") and found["family"] == "INPUT_OUTPUT_ERROR"
        assert before is None or result(sandbox, uid) == before
    assert len(good(sandbox, "POST", "/list/endpointConfigs")["results"]) == 1


NOT_DEPLOYED: dict[str, tuple[dict[str, Any], str]] = {
    "empty url": (config(url=""), "ERR_ENDPOINTCONFIG_100"),
    "malformed url": (config(url="api.example.org/data"), "ERR_ENDPOINTCONFIG_101"),
    "another scheme": (config(url="ftp://api.example.org/data"), "ERR_ENDPOINTCONFIG_101"),
    "wildcard in the host": (config(url="https://*.example.org/data"), "ERR_ENDPOINTCONFIG_102"),
    "wildcard in the port": (config(url="https://api.example.org:8*0/data"), "ERR_ENDPOINTCONFIG_102"),
    "methods empty": (config(methods=[]), "ERR_ENDPOINTCONFIG_103"),
    "services empty": (config(services={}), "ERR_ENDPOINTCONFIG_104"),
    "no rating": (service(rating=None), "ERR_ENDPOINTCONFIG_104"),
    "no calls": (service(rating={"periodInMs": 1_000}), "ERR_ENDPOINTCONFIG_107"),
    "zero calls": (service(rating=RATING | {"maxCallsCount": 0}), "ERR_ENDPOINTCONFIG_107"),
    "calls as text": (service(rating=RATING | {"maxCallsCount": "5"}), "ERR_ENDPOINTCONFIG_107"),
    "half a call": (service(rating=RATING | {"maxCallsCount": 0.5}), "ERR_ENDPOINTCONFIG_107"),
    "true calls": (service(rating=RATING | {"maxCallsCount": True}), "ERR_ENDPOINTCONFIG_107"),
    "no period": (service(rating={"maxCallsCount": 5}), "ERR_ENDPOINTCONFIG_108"),
    "zero period": (service(rating=RATING | {"periodInMs": 0}), "ERR_ENDPOINTCONFIG_108"),
    "endless period": (service(rating=RATING | {"periodInMs": 10**30}), "ERR_ENDPOINTCONFIG_108"),
    "another service": (config(services={"events": {"rating": RATING}}), "ERR_AUTHORING_ENDPOINTCONFIG_1"),
}


@pytest.mark.parametrize(("body", "code"), NOT_DEPLOYED.values(), ids=list(NOT_DEPLOYED))
def test_not_deployable(sandbox: Sandbox, body: dict[str, Any], code: str) -> None:
    """It is saved, with the reason why it cannot be deployed; deploying it is an error, and what ran runs on."""
    uid = made(sandbox)
    path = f"/endpointConfigs/{uid}"
    good(sandbox, "POST", f"{path}/deploy")
    for answer in (
        good(sandbox, "POST", "/endpointConfigs", body),
        good(sandbox, "PUT", path, body),
        good(sandbox, "GET", f"{path}/canDeploy"),
        good(sandbox, "POST", f"{path}/canDeploy"),
    ):
        verdict = answer["canDeploy"]
        assert verdict["validationStatus"] == "error" and "1" in verdict["reason"]
        ((one,)) = verdict["errors"]
        assert one["errorCode"] == code and one["error"]
    found = error(ask(sandbox, "POST", f"{path}/deploy"), 500, int(code.rpartition("_")[2]))
    assert found["message"].startswith(f"{code}: ")
    now = result(sandbox, uid)
    assert now["state"] == "updated" and now["deployedConfig"]["url"] == URL


def test_a_warning(sandbox: Sandbox) -> None:
    """No maximum of connections: for each service that has none. It can be deployed all the same."""
    body = config(services={name: {"rating": RATING} for name in ("action", "dataSource")})
    answer = good(sandbox, "POST", "/endpointConfigs", body)
    verdict = answer["canDeploy"]
    assert verdict["validationStatus"] == "ok" and "errors" not in verdict
    assert [(each["warningCode"], each["scope"]) for each in verdict["warnings"]] == [
        ("ERR_ENDPOINTCONFIG_106", {"endpointConfigService": name, "endpointConfigUrl": URL})
        for name in ("action", "dataSource")
    ]
    good(sandbox, "POST", f"/endpointConfigs/{answer['uid']}/deploy")


ALSO_GOOD: dict[str, dict[str, Any]] = {
    "all methods": config(methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTION"]),
    "many connections": service(maxHttpConnections=30_000),
    "the older rating": config(
        version="1.0",
        services={"action": {"callRating": {"type": "callPerPeriod", "maxCalls": 5, "periodInMs": 10}}},
    ),
    "a port": config(url="http://10.0.0.1:8080/x"),
}


@pytest.mark.parametrize("body", ALSO_GOOD.values(), ids=list(ALSO_GOOD))
def test_also_good(sandbox: Sandbox, body: dict[str, Any]) -> None:
    uid = made(sandbox, body)
    good(sandbox, "POST", f"/endpointConfigs/{uid}/deploy")
    found = result(sandbox, uid)
    assert {name: found[name] for name in body} == body


def test_korean(sandbox: Sandbox) -> None:
    headers = {"Accept-Language": "ko"}
    found = error(ask(sandbox, "POST", "/endpointConfigs", {}, headers=headers), 500, 100)
    assert re.search("[가-힣]", found["message"])
    answer = ask(sandbox, "POST", "/endpointConfigs", config(url="x"), headers=headers).body["canDeploy"]
    assert re.search("[가-힣]", answer["reason"]) and re.search("[가-힣]", answer["errors"][0]["error"])


# --- headers and paths ---


def test_double_slashes(sandbox: Sandbox) -> None:
    """Clients put host and base path together with a slash too many."""
    uid = made(sandbox)
    headers = {"x-sandbox-name": sandbox.name}
    for path in (f"//authoring/endpointConfigs/{uid}", f"/authoring//endpointConfigs//{uid}"):
        assert request(sandbox.server.port, "GET", path, headers=headers).status == 200
    assert request(sandbox.server.port, "POST", "///authoring/list/endpointConfigs", headers=headers).status == 200


def test_the_first_sandbox_counts(sandbox: Sandbox) -> None:
    made(sandbox)
    for names in ((sandbox.name, "prod"), (sandbox.name, "nowhere")):
        connection = http.client.HTTPConnection("127.0.0.1", sandbox.server.port, timeout=10)
        connection.putrequest("POST", "/authoring/list/endpointConfigs")
        for name in names:
            connection.putheader("x-sandbox-name", name)
        for name, value in {"Content-Length": "0", **authorization(sandbox.server.port)}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 200
        assert len(json.loads(answer.read())["results"]) == 1
        connection.close()


def test_without_a_sandbox(sandbox: Sandbox) -> None:
    """The older API has no such header: production is meant."""
    answer = request(sandbox.server.port, "POST", "/authoring/endpointConfigs", CONFIG)
    uid = answer.body["uid"]
    assert answer.body["createdElement"]["tenantId"] == "prod"
    assert request(sandbox.server.port, "DELETE", f"/authoring/endpointConfigs/{uid}").body == {}


NOWHERE: Mapping[str, str] = {"x-sandbox-name": "nowhere"}


def test_an_unknown_sandbox(sandbox: Sandbox) -> None:
    for method, path in [
        ("POST", "/list/endpointConfigs"),
        ("POST", "/endpointConfigs"),
        ("GET", "/endpointConfigs/x"),
    ]:
        found = error(ask(sandbox, method, path, CONFIG, headers=NOWHERE), 500, 4000)
        assert (found["family"], found["message"]) == ("INTERNAL_ERROR", "INTERNAL ERROR")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("GET", "/endpointConfigs"), ("PATCH", "/endpointConfigs/x"), ("POST", "/")],
)
def test_an_unknown_path(sandbox: Sandbox, method: str, path: str) -> None:
    error(ask(sandbox, method, path), 404, 404)


def test_who_may(sandbox: Sandbox) -> None:
    """Without a token nobody, and the answer has the form of this API; what is written names who wrote it."""
    assert error(ask(sandbox, "GET", "/endpointConfigs/x", headers={"Authorization": ""}), 401, 401)["message"]
    metadata = result(sandbox, made(sandbox))["metadata"]
    assert (metadata["createdBy"], metadata["createdById"]) == ("local", "local@local")


def test_a_body_that_is_too_long(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "POST", "/endpointConfigs", config(description="x" * 9_000_000))
    assert answer.status == 413


def test_a_journey_that_calls_too_fast(sandbox: Sandbox) -> None:
    """[6.35] Its rate of entries, against caps that are deployed and the one that every data source has."""
    activities = {
        "all": {"type": "readAudience", "segment": "all", "rate": 100, "next": "sunny"},
        "sunny": {"type": "condition", "paths": {"sun": "#{Weather.now.sun}"}, "next": {"sun": "tell"}},
        "tell": {"type": "action", "action": "tell", "next": "later"},
        "later": {"type": "wait", "duration": "PT1M", "next": "again"},
        "again": {"type": "action", "action": "tell"},
    }
    documents = {
        "segments": [{"name": "all"}],
        "sources": [
            {"name": "Weather", "url": "https://w.example.org/", "fieldGroups": {"now": {"response": {"sun": True}}}}
        ],
        "actions": [{"name": "tell", "url": "https://api.example.org/data/2.5/tell", "method": "GET"}],
        "journeys": [{"name": "j", "namespace": "CRMID", "start": "all", "activities": activities}],
    }
    assert (
        request(sandbox.server.port, "POST", "/api/apply", documents, headers={"x-sandbox-name": sandbox.name}).status
        == 200
    )

    def found() -> list[tuple[str, dict[str, str]]]:
        findings: Any = sandbox.good("GET", "/api/journeys/j/findings")
        return [(each["activity"], each["params"]) for each in findings if each["code"] == "WARN_SEND_RATE"]

    weather = ("sunny", {"rate": "100", "allowed": "15", "called": "Weather.now"})
    assert found() == [weather]
    rating = {"maxCallsCount": 60, "periodInMs": 1_000}
    uid = made(sandbox, config(services={"action": {"rating": rating}}))
    assert found() == [weather]
    good(sandbox, "POST", f"/endpointConfigs/{uid}/deploy")
    assert found() == [weather, ("tell", {"rate": "100", "allowed": "60", "called": "tell"})]
