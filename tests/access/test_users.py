"""Users, product profiles and API tokens over REST: what can be made, changed and withdrawn, and what is refused."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from ..support.http import request
from .conftest import Browser, People


def test_a_user_from_beginning_to_end(people: People) -> None:
    made = people.good("POST", "/api/access/users", {"name": "ann", "email": "ann@a.example"})
    assert made["profiles"] == [] and not made["hasPassword"] and "password" not in made
    changed = people.good("PATCH", "/api/access/users/ann", {"profiles": ["Standard user"]})
    assert (changed["profiles"], changed["email"]) == (["Standard user"], "ann@a.example")
    assert people.good("PATCH", "/api/access/users/ann", {"email": None})["email"] is None
    assert people.good("GET", "/api/access/users/ann") in people.good("GET", "/api/access/users")
    token = people.token("ann")
    people.good("DELETE", "/api/access/users/ann")
    assert people.ask(token, "GET", "/api/access/me").body["code"] == "ERR_TOKEN_UNKNOWN"


BAD: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("POST", "users", {"name": "Ann Smith"}, 400, "ERR_USER_NAME"),
    ("POST", "users", {"name": "x" * 101}, 400, "ERR_USER_NAME"),
    ("POST", "users", {"name": "limited"}, 409, "ERR_USER_EXISTS"),
    ("POST", "users", {"name": "new", "email": "no address"}, 400, "ERR_EMAIL"),
    ("POST", "users", {"name": "new", "password": "short"}, 400, "ERR_PASSWORD"),
    ("POST", "users", {"name": "new", "profiles": ["Kings"]}, 400, "ERR_PROFILE_UNKNOWN"),
    ("POST", "users", {"name": "new", "king": True}, 422, "ERR_REQUEST_INVALID"),
    ("PATCH", "users/nobody", {}, 404, "ERR_USER_UNKNOWN"),
    ("DELETE", "users/nobody", {}, 404, "ERR_USER_UNKNOWN"),
    ("POST", "users/nobody/link", {}, 404, "ERR_USER_UNKNOWN"),
    ("PUT", "product-profiles/Administrators", {"grants": {}}, 409, "ERR_PROFILE_BUILT_IN"),
    ("PUT", "product-profiles/9", {"grants": {}}, 400, "ERR_PROFILE_NAME"),
    ("PUT", "product-profiles/new", {"grants": {"dev": ["fly"]}}, 400, "ERR_PERMISSION_UNKNOWN"),
    ("PUT", "product-profiles/new", {"grants": {"dev": ["administer"]}}, 400, "ERR_PERMISSION_UNKNOWN"),
    ("PUT", "product-profiles/new", {"grants": {"D E V": []}}, 400, "ERR_SANDBOX_NAME"),
    ("DELETE", "product-profiles/Administrators", {}, 409, "ERR_PROFILE_BUILT_IN"),
    ("DELETE", "product-profiles/nothing", {}, 404, "ERR_PROFILE_UNKNOWN"),
    ("DELETE", "product-profiles/only%20read-journeys", {}, 409, "ERR_IN_USE"),
    ("POST", "tokens", {"name": "t", "permissions": ["read-journeys"]}, 400, "ERR_TOKEN_USER"),
    ("POST", "tokens", {"name": "t", "permissions": [], "user": "boss"}, 422, "ERR_REQUEST_INVALID"),
    ("POST", "tokens", {"name": "t", "permissions": ["fly"], "user": "boss"}, 422, "ERR_REQUEST_INVALID"),
    ("POST", "tokens", {"name": " ", "permissions": ["read-journeys"], "user": "boss"}, 400, "ERR_CREDENTIAL_NAME"),
    ("POST", "tokens", {"name": "t", "permissions": ["read-journeys"], "user": "x"}, 404, "ERR_USER_UNKNOWN"),
    ("DELETE", "tokens/987654", {}, 404, "ERR_CREDENTIAL_UNKNOWN"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), BAD)
def test_bad_input(people: People, method: str, path: str, body: dict[str, Any], status: int, code: str) -> None:
    answer = people.ask(people.tokens["boss"], method, f"/api/access/{path}", body)
    if code == "ERR_TOKEN_USER":  # only the local token has no user
        answer = people.ask((people.server.data / "token").read_text().strip(), method, f"/api/access/{path}", body)
    assert (answer.status, answer.body["code"]) == (status, code), answer
    assert "new" not in [user["name"] for user in people.good("GET", "/api/access/users")]


def test_an_email_is_somebody_s(people: People) -> None:
    people.good("POST", "/api/access/users", {"name": "bob", "email": "bob@a.example"})
    answer = people.ask(people.tokens["boss"], "POST", "/api/access/users", {"name": "b2", "email": "bob@a.example"})
    assert (answer.status, answer.body["code"]) == (409, "ERR_EMAIL_TAKEN")


def test_somebody_stays_administrator(people: People) -> None:
    names = [user["name"] for user in people.good("GET", "/api/access/users") if "Administrators" in user["profiles"]]
    *others, last = names
    before = {name: people.good("GET", f"/api/access/users/{name}")["profiles"] for name in names}
    for name in others:
        people.good("PATCH", f"/api/access/users/{name}", {"profiles": []})
    boss = (people.server.data / "token").read_text().strip()
    for method, body in (("PATCH", {"profiles": []}), ("PATCH", {"disabled": True}), ("DELETE", None)):
        answer = people.ask(boss, method, f"/api/access/users/{last}", body)
        assert (answer.status, answer.body["code"]) == (409, "ERR_LAST_ADMINISTRATOR")
    for name in others:
        people.good("PATCH", f"/api/access/users/{name}", {"profiles": before[name]})


def test_a_profile_gives_at_once_and_takes_at_once(people: People) -> None:
    profile = "/api/access/product-profiles/Writers"
    people.good("PUT", profile, {"grants": {"dev": ["manage-journeys"], "*": ["read-reports"]}})
    token = people.add("writer", ["Writers"])
    given = people.ask(token, "GET", "/api/access/me").body["permissions"]
    assert given["dev"] == ["read-journeys", "manage-journeys", "read-reports"]
    assert given["prod"] == ["read-reports"]
    people.good("PUT", profile, {"grants": {}})
    assert people.ask(token, "GET", "/api/access/me").body["permissions"] == {}


# --- tokens ---


def test_a_token_may_no_more_than_it_says_and_no_more_than_its_user(people: People) -> None:
    narrow = people.token("boss", ["read-journeys"], ["dev"])
    assert people.ask(narrow, "GET", "/api/access/me").body["permissions"] == {"dev": ["read-journeys"]}
    assert people.ask(narrow, "GET", "/api/access/users").body["code"] == "ERR_ADMINISTRATORS"
    wide = people.token("limited")
    assert people.ask(wide, "GET", "/api/access/me").body["permissions"]["dev"] == ["read-journeys", "read-reports"]
    everywhere = people.token(f"only-{'read-journeys'}", ["read-journeys"])
    assert people.ask(everywhere, "GET", "/api/access/me").body["permissions"] == {"dev": ["read-journeys"]}


def test_a_token_is_shown_once_and_kept_as_a_hash(people: People) -> None:
    token = people.token("limited", ["read-journeys"])
    assert token.startswith("sjt_") and len(token) > 40
    assert token not in str(people.good("GET", "/api/access/tokens"))
    stored = b"".join(path.read_bytes() for path in people.server.data.iterdir() if path.name.startswith("access"))
    assert token.encode() not in stored


def test_a_token_expires_and_is_withdrawn(people: People) -> None:
    token = people.token("limited", ["read-journeys"])
    with sqlite3.connect(people.server.data / "access.db") as database:
        database.execute("update token set expires_at = 1 where id = (select max(id) from token)")
    answer = people.ask(token, "GET", "/api/journeys")
    assert (answer.status, answer.body["code"]) == (401, "ERR_TOKEN_EXPIRED")
    other = people.token("limited", ["read-journeys"])
    id_ = max(each["id"] for each in people.good("GET", "/api/access/tokens"))
    people.good("DELETE", f"/api/access/tokens/{id_}")
    answer = people.ask(other, "GET", "/api/journeys")
    assert (answer.status, answer.body["code"]) == (401, "ERR_TOKEN_UNKNOWN")


def test_people_make_tokens_for_themselves_and_see_their_own(people: People) -> None:
    browser = Browser(people.server)
    browser.sign_in("standard")
    body = {"name": "mine", "permissions": ["read-journeys"]}
    assert browser.ask("POST", "/api/access/tokens", body=body).status == 201
    assert browser.ask("POST", "/api/access/tokens", body=body).status == 409
    assert browser.ask("POST", "/api/access/tokens", body=body | {"user": "boss"}).status == 403
    seen = people.ask(people.tokens["standard"], "GET", "/api/access/tokens").body
    assert {each["user"] for each in seen} == {"standard"}
    theirs = next(each for each in people.good("GET", "/api/access/tokens") if each["user"] == "boss")
    assert browser.ask("DELETE", f"/api/access/tokens/{theirs['id']}").status == 404
    mine = next(each for each in seen if each["name"] == "mine")
    assert browser.ask("DELETE", f"/api/access/tokens/{mine['id']}").status == 204
    by_token = people.ask(people.tokens["standard"], "POST", "/api/access/tokens", body)
    assert (by_token.status, by_token.body["code"]) == (403, "ERR_SESSION_NEEDED")


@pytest.mark.parametrize("header", ["Bearer ", "Bearer nonsense", "Bearer sjt_" + "x" * 43, "bearer \xe9"])
def test_a_token_that_is_none(people: People, header: str) -> None:
    answer = request(people.server.port, "GET", "/api/journeys", headers={"Authorization": header})
    assert (answer.status, answer.body["code"]) == (401, "ERR_TOKEN_UNKNOWN")
