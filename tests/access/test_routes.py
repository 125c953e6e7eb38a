"""Every route, every role, both sandboxes: what is permitted, and what is refused with the permission's name [1.4]."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from fastapi.routing import iter_route_contexts

from sojourn.access.permission import SEVEN, Permission
from sojourn.access.rules import ROUTES, Open
from sojourn.api.app import Application
from sojourn.settings import Settings

from ..support.server import RunningServer
from .conftest import ROLES, People

READ_J, MANAGE_J, PUBLISH, READ_C, MANAGE_C, READ_R, MANAGE_R = SEVEN
ANYWHERE: dict[str, set[Permission]] = {
    "": set(),
    "newcomer": set(),
    "limited": {READ_J, READ_R},
    "standard": {READ_J, MANAGE_J, PUBLISH, READ_C, READ_R, MANAGE_R},
    "boss": set(Permission),
}
IN_DEV: dict[str, set[Permission]] = {
    f"only-{READ_J}": {READ_J},
    f"only-{MANAGE_J}": {MANAGE_J, READ_J},
    f"only-{PUBLISH}": {PUBLISH, READ_J},
    f"only-{READ_C}": {READ_C},
    f"only-{MANAGE_C}": {MANAGE_C, READ_C},
    f"only-{READ_R}": {READ_R},
    f"only-{MANAGE_R}": {MANAGE_R, READ_R},
}
REFUSALS = {"ERR_PERMISSION", "ERR_ADMINISTRATORS"}
INLET = {"POST /collection/{inletId}", "POST /collection/batch/{inletId}"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[set[str]]:
    """Every route that the application serves, as 'METHOD /path'."""
    application = Application(Settings(data=tmp_path_factory.mktemp("routes")))
    yield {
        f"{method} {route.path}"
        for route in iter_route_contexts(application.rest.routes)
        for method in route.methods or ()
        if method != "HEAD"
    } | INLET
    application.server.close()


def test_every_route_declares_what_it_needs(served: set[str]) -> None:
    """A new route belongs into `ROUTES` of sojourn/access/rules.py; until then it is for administrators alone."""
    assert served - set(ROUTES) == set()
    assert set(ROUTES) - served == set()


def may(role: str, sandbox: str) -> set[Permission]:
    return ANYWHERE.get(role, IN_DEV.get(role, set()) if sandbox == "dev" else set())


ALSO = {
    "GET /authoring/journeyVersions/{uid}/export": Permission.READ_CONFIGURATION,
    "POST /authoring/journeyVersions/import": Permission.MANAGE_CONFIGURATION,
}
"""What routes ask for besides: a journey goes with all that it uses."""


def expected(need: object, role: str, sandbox: str) -> str:
    if need is Open.ANYBODY:
        return "in"
    if not role:
        return "nobody"
    if need is Open.SIGNED_IN:
        return "in"
    needed = {need} if isinstance(need, Permission) else need
    assert isinstance(needed, set | frozenset)
    return "in" if needed & may(role, sandbox) else "refused"


@pytest.mark.parametrize("role", ["", *ROLES])
def test_every_route_for_a_role(people: People, served: set[str], role: str) -> None:
    """By token; names that are not there, so that what is permitted changes nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", people.server.port, timeout=30)
    wrong = []
    for route in sorted(served):
        method, _, path = route.partition(" ")
        filled = re.sub(r"\{(item|id)\}", "987654", re.sub(r"\{kind\}", "event", path))
        for sandbox in ("prod", "dev"):
            headers = {"x-sandbox-name": sandbox, "Content-Type": "application/json"}
            headers |= {"Authorization": f"Bearer {people.tokens[role]}"} if role else {}
            connection.request(method, re.sub(r"\{\w+\}", "nobody", filled), "{}", headers)
            answer = connection.getresponse()
            text = answer.read()
            code = json.loads(text).get("code") if answer.headers.get_content_type().endswith("problem+json") else ""
            public = path.startswith("/authoring/")  # an API with errors of its own form
            if answer.status == 401 and (public or code == "ERR_SIGN_IN_NEEDED"):
                found = "nobody"
            elif answer.status == 403 and (public or code in REFUSALS):
                found = "refused"
            else:
                found = "in"
            wanted = expected(ROUTES[route], role, sandbox)
            if wanted == "in" and route in ALSO:
                wanted = expected(ALSO[route], role, sandbox)
            if found != wanted or (answer.status == 500 and not public):
                wrong.append((route, sandbox, answer.status, code))
    connection.close()
    assert wrong == []


def test_the_table_says_what_the_rules_say(people: People) -> None:
    """Some of it in words, so that the table cannot be wrong together with the code."""
    assert ROUTES["PUT /api/journeys/{name}"] is MANAGE_J
    assert ROUTES["POST /api/journeys/{name}/publish"] is PUBLISH
    assert ROUTES["GET /api/journeys/{name}/report"] is READ_R
    assert ROUTES["PUT /api/events/{name}"] is MANAGE_C
    assert ROUTES["GET /api/actions"] is READ_C
    assert ROUTES["POST /api/sandboxes"] is Permission.ADMINISTER
    assert {route for route, need in ROUTES.items() if need is Open.ANYBODY} == {
        *INLET, "GET /api/health", "GET /api/docs", "GET /docs/oauth2-redirect", "GET /api/openapi.json",
        "GET /api/json-schemas/{kind}", "GET /sign-in", "POST /sign-in", "GET /sign-in/link", "POST /sign-in/link",
        "GET /t/o/{token}", "GET /t/c/{token}", "GET /t/u/{token}", "POST /t/u/{token}", "POST /t/f/{token}",
        "GET /sign-in/oidc", "GET /sign-in/oidc/callback", "GET /sign-in/link.js", "GET /assets/{name}",
    }  # fmt: skip


def test_a_refusal_says_what_is_missing(people: People) -> None:
    answer = people.ask(people.tokens["limited"], "PUT", "/api/events/e", {})
    assert answer.kind == "application/problem+json"
    assert answer.body["params"] == {"permission": "manage-configuration", "sandbox": "prod"}
    assert "manage-configuration" in answer.body["title"]
    answer = people.ask("", "GET", "/api/journeys")
    assert (answer.status, answer.body["code"]) == (401, "ERR_SIGN_IN_NEEDED")


def test_a_project_needs_what_its_documents_need(people: People) -> None:
    """Standard users write journeys but no configuration; who writes configuration alone writes no journey."""
    event = {"name": "E", "schema": "nothing", "condition": "true"}
    journey = {"name": "J", "start": "a", "activities": {"a": {"type": "end"}}}
    standard, engineer = people.tokens["standard"], people.tokens[f"only-{MANAGE_C}"]
    for token, body, needed in (
        (standard, {"events": [event]}, MANAGE_C),
        (standard, {"journeys": [journey], "events": [event]}, MANAGE_C),
        (engineer, {"journeys": [journey]}, MANAGE_J),
    ):
        answer = people.ask(token, "POST", "/api/apply", body, "dev")
        assert (answer.status, answer.body["params"]["permission"]) == (403, needed)
    for token, body in ((standard, {"journeys": [journey]}), (engineer, {"events": [event]})):
        assert people.ask(token, "POST", "/api/apply", body, "dev").status == 422


def test_of_two_headers_the_first_names_the_sandbox(people: People) -> None:
    """For the permission and for the answer alike."""
    token = people.tokens[f"only-{READ_J}"]
    for first, second, status in (("dev", "prod", 200), ("prod", "dev", 403)):
        connection = http.client.HTTPConnection("127.0.0.1", people.server.port, timeout=30)
        connection.putrequest("GET", "/api/journeys")
        connection.putheader("Authorization", f"Bearer {token}")
        connection.putheader("x-sandbox-name", first)
        connection.putheader("x-sandbox-name", second)
        connection.endheaders()
        assert connection.getresponse().status == status
        connection.close()


def test_answers_hold_what_one_may_see(people: People) -> None:
    reader = people.tokens[f"only-{READ_J}"]
    [dev] = people.ask(reader, "GET", "/api/sandboxes").body
    assert dev == {"name": "dev", "kind": "development", "colour": ""}
    assert people.ask(people.tokens["newcomer"], "GET", "/api/sandboxes").body == []
    assert {each["sandbox"] for each in people.ask(reader, "GET", "/api/inlets").body} == {"dev"}
    me = people.ask(reader, "GET", "/api/access/me").body
    assert me["permissions"] == {"dev": ["read-journeys"]} and not me["administrator"]


def test_only_administrators_set_the_timeout(people: People) -> None:
    """A journey's timeout-and-error stays as it is in the hands of others, by each way of writing it [1.4]."""
    name = "/api/journeys/waits"

    def journey(**more: str) -> dict[str, object]:
        return {"name": "waits", "start": "a", "activities": {"a": {"type": "end"}}, **more}

    boss, standard = people.tokens["boss"], people.tokens["standard"]
    refused = people.ask(standard, "PUT", name, journey(timeout="PT5S"))
    assert (refused.status, refused.body["code"], refused.body["field"]) == (
        403, "ERR_ADMINISTRATORS_TIMEOUT", "timeout",
    )  # fmt: skip
    assert people.ask(standard, "PUT", name, journey(timeout="PT30S")).status == 200
    assert people.ask(standard, "PUT", name, journey(description="d")).status == 200
    assert people.ask(boss, "PUT", name, journey(timeout="PT5S")).status == 200
    for other in ({}, {"timeout": "PT6S"}):
        assert people.ask(standard, "PUT", name, journey(**other)).status == 403
    assert people.ask(standard, "PUT", name, journey(timeout="PT5S", description="e")).status == 200


def test_the_local_token_is_for_the_owner_of_the_folder(people: People) -> None:
    path: Path = people.server.data / "token"
    assert path.stat().st_mode & 0o777 == 0o600
    assert people.good("GET", "/api/access/me")["kind"] == "local"


def test_it_listens_on_this_machine_alone(server: RunningServer) -> None:
    """Unless it is told otherwise [10.1]."""
    assert server.process is not None and "--host" not in server.command()
    process = psutil.Process(server.process.pid)
    listening = [
        each.laddr
        for one in (process, *process.children(recursive=True))
        for each in one.net_connections("inet")
        if each.status == psutil.CONN_LISTEN
    ]
    assert [tuple(each) for each in listening] == [("127.0.0.1", server.port)]
