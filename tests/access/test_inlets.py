"""Inlets: open, or with tokens of their own [3.1]."""

from __future__ import annotations

from typing import Any

from ..support import win_back
from ..support.http import Answered, request
from .conftest import People


def collect(people: People, inlet: str, token: str = "", *, batch: bool = False) -> Answered:
    message: Any = win_back.message("e1", "c1")
    path = f"/collection/batch/{inlet}" if batch else f"/collection/{inlet}"
    headers = {"Authorization": f"Bearer {token}" if token else ""}
    return request(people.server.port, "POST", path, {"messages": [message]} if batch else message, headers=headers)


def refused(answer: Answered) -> bool:
    return (answer.status, answer.body.get("code")) == (401, "ERR_INLET_TOKEN")


def test_an_authenticated_inlet_takes_records_with_its_tokens_only(people: People) -> None:
    body = {"inletId": "shop", "name": "the shop", "authenticated": True}
    assert people.good("POST", "/api/inlets", body)["sandbox"] == "prod"
    assert refused(collect(people, "shop")) and refused(collect(people, "shop", batch=True))
    first = people.good("POST", "/api/inlets/shop/tokens", {"name": "till", "expiresInDays": 30})
    second = people.good("POST", "/api/inlets/shop/tokens", {"name": "site"})
    for token in (first["token"], second["token"]):
        assert collect(people, "shop", token).status == 200
        assert collect(people, "shop", token, batch=True).status == 207
    assert refused(collect(people, "shop", first["token"] + "x"))
    assert refused(collect(people, "shop", people.tokens["boss"]))  # what is good for the API is none here
    shown = people.good("GET", "/api/inlets/shop/tokens")
    assert [each["name"] for each in shown] == ["site", "till"] and first["token"] not in str(shown)
    assert people.ask(first["token"], "GET", "/api/journeys").status == 401
    people.good("DELETE", f"/api/inlets/shop/tokens/{first['id']}")
    assert refused(collect(people, "shop", first["token"]))
    assert collect(people, "shop", second["token"]).status == 200


def test_a_token_is_one_inlet_s(people: People) -> None:
    for inlet in ("one", "two"):
        people.good("POST", "/api/inlets", {"inletId": inlet, "authenticated": True})
    token = people.good("POST", "/api/inlets/one/tokens", {"name": "t"})["token"]
    assert collect(people, "one", token).status == 200
    assert refused(collect(people, "two", token))


def test_an_inlet_opens_and_closes_at_once(people: People) -> None:
    people.good("POST", "/api/inlets", {"inletId": "gate"})
    assert collect(people, "gate").status == 200
    people.good("PATCH", "/api/inlets/gate", {"authenticated": True})
    assert refused(collect(people, "gate"))
    people.good("PATCH", "/api/inlets/gate", {"authenticated": False})
    assert collect(people, "gate").status == 200
    found = [each["action"] for each in people.good("GET", "/api/audit?name=gate")["entries"]]
    assert found == ["inlet.create", "inlet.update", "inlet.update"]


def test_permissions_hold_for_the_inlets_of_their_sandbox(people: People) -> None:
    """Who configures `dev` cannot get at an inlet of `prod` by naming `dev` in the header."""
    people.good("POST", "/api/inlets", {"inletId": "vault", "authenticated": True})
    engineer = people.tokens["only-manage-configuration"]
    for method, path, body in (
        ("POST", "/api/inlets/vault/tokens", {"name": "mine"}),
        ("PATCH", "/api/inlets/vault", {"authenticated": False}),
        ("GET", "/api/inlets/vault/tokens", None),
        ("DELETE", "/api/inlets/vault/tokens/1", None),
    ):
        answer = people.ask(engineer, method, path, body, "dev")
        assert (answer.status, answer.body["code"]) == (404, "ERR_INLET_UNKNOWN")
        assert people.ask(engineer, method, path, body, "prod").status == 403
    assert people.ask(engineer, "POST", "/api/inlets", {"inletId": "devs"}, "dev").status == 201


def test_bad_input(people: People) -> None:
    for body, status, code in (
        ({"inletId": "prod"}, 409, "ERR_INLET_EXISTS"),
        ({"inletId": "No Name"}, 422, "ERR_REQUEST_INVALID"),
        ({}, 422, "ERR_REQUEST_INVALID"),
    ):
        answer = people.ask(people.tokens["boss"], "POST", "/api/inlets", body)
        assert (answer.status, answer.body["code"]) == (status, code)
    assert people.ask(people.tokens["boss"], "DELETE", "/api/inlets/prod/tokens/987").status == 404
    twice = [people.ask(people.tokens["boss"], "POST", "/api/inlets/prod/tokens", {"name": "n"}) for _ in range(2)]
    assert [each.status for each in twice] == [201, 409]
