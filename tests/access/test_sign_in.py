"""Signing in and out at a browser: passwords, one-time links, sessions, and what another site cannot do."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from sojourn.access.password import Brake, ThrottledError, hashed, matches
from sojourn.errors import InputError

from ..support.http import request
from ..support.server import RunningServer
from .conftest import PASSWORD, Browser, People


def token_of(link: str) -> str:
    return link.partition("?token=")[2]


# --- passwords and sessions ---


def test_in_with_a_password_and_out_again(people: People, browser: Browser) -> None:
    sent = browser.ask("GET", "/")
    assert (sent.status, sent.headers["Location"]) == (303, "/sign-in?next=/")
    done = browser.sign_in("Limited ")  # as people type it
    assert (done.status, done.headers["Location"]) == (303, "/")
    cookie = done.headers["Set-Cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie
    account = browser.ask("GET", "/account").body.decode()
    assert "limited" in account and "read journeys, read reports" in account
    assert browser.ask("POST", "/sign-out").headers["Location"] == "/sign-in"
    assert browser.ask("GET", "/").status == 303


def test_what_is_wrong_is_not_said(people: People, browser: Browser) -> None:
    """The same answer for a wrong password, a user who is not there, and one who has no password."""
    people.good("POST", "/api/access/users", {"name": "no-password"})
    texts = set()
    for name in ("limited", "nobody-of-this-name", "no-password"):
        found = browser.sign_in(name, "wrong password")
        assert (found.status, browser.cookie) == (401, "")
        texts.add(re.sub('value="[^"]*"', "", found.body.decode()))
    assert len(texts) == 1
    assert "User name or password is wrong." in texts.pop()


def test_in_korean(people: People, browser: Browser) -> None:
    page = browser.ask("GET", "/sign-in?lang=ko&next=/account").body.decode()
    assert "sojourn users link NAME" in page  # how to get in without a password
    assert 'lang="ko"' in page and "로그인" in page and 'value="/account"' in page
    wrong = browser.ask("POST", "/sign-in?lang=ko", {"name": "limited", "password": "-", "next": "/"})
    assert "비밀번호가 맞지 않아요" in wrong.body.decode()


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:0", ""])
def test_one_goes_on_to_pages_of_this_server_only(people: People, browser: Browser, target: str) -> None:
    done = browser.ask("POST", "/sign-in", {"name": "limited", "password": PASSWORD, "next": target})
    assert (done.status, done.headers["Location"]) == (303, "/")


def test_a_forged_form_is_refused(people: People, browser: Browser) -> None:
    """Another site can make a browser send a form with our cookie, but not say that it comes from our page."""
    browser.sign_in("boss")
    body = {"name": "forged"}
    for headers in ({"Origin": "http://evil.example"}, {"Origin": ""}, {"Sec-Fetch-Site": "cross-site"},
                    {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}):  # fmt: skip
        found = browser.ask("POST", "/api/access/users", body=body, headers=headers)
        assert (found.status, b"ERR_OTHER_SITE" in found.body) == (403, True), headers
        assert browser.ask("POST", "/sign-out", headers=headers).status == 403
        signed = Browser(people.server).ask("POST", "/sign-in", {"name": "boss", "password": PASSWORD}, headers=headers)
        assert (signed.status, signed.cookie) == (403, "")
    assert browser.ask("POST", "/api/access/users", body=body, headers={"Sec-Fetch-Site": "same-origin"}).status == 201
    people.good("DELETE", "/api/access/users/forged")
    assert (
        browser.ask("GET", "/api/access/me", headers={"Origin": "http://evil.example"}).status == 200
    )  # reading changes nothing


def test_another_password(people: People) -> None:
    """It ends every other session; a token cannot set it; the present one has to be known."""
    people.add("changes", ["Limited access user"], password=PASSWORD)
    first, second = Browser(people.server), Browser(people.server)
    first.sign_in("changes"), second.sign_in("changes")
    refused = first.ask("POST", "/account/password", {"current": "wrong", "password": "another one here"})
    assert (refused.status, b"present password is wrong" in refused.body) == (403, True)
    short = first.ask("POST", "/account/password", {"current": PASSWORD, "password": "short"})
    assert (short.status, b"10 to 1000 characters" in short.body) == (400, True)
    assert first.ask("POST", "/account/password", {"current": PASSWORD, "password": "another one here"}).status == 303
    assert first.ask("GET", "/account").status == 200
    assert second.ask("GET", "/account").status == 303
    assert Browser(people.server).sign_in("changes").status == 401
    assert Browser(people.server).sign_in("changes", "another one here").status == 303
    body = {"current": "another one here", "password": "by a token, no"}
    answer = people.ask(people.token("changes"), "PUT", "/api/access/me/password", body)
    assert (answer.status, answer.body["code"]) == (403, "ERR_SESSION_NEEDED")


def test_a_disabled_user_is_out_at_once(people: People) -> None:
    token = people.add("leaver", ["Administrators"], password=PASSWORD)
    browser = Browser(people.server)
    browser.sign_in("leaver")
    link = people.good("POST", "/api/access/users/leaver/link")["url"]
    people.good("PATCH", "/api/access/users/leaver", {"disabled": True})
    assert browser.ask("GET", "/account").status == 303
    assert people.ask(token, "GET", "/api/access/me").body["code"] == "ERR_USER_DISABLED"
    assert Browser(people.server).sign_in("leaver").status == 401
    assert browser.ask("POST", "/sign-in/link", {"token": token_of(link)}).status == 401
    people.good("PATCH", "/api/access/users/leaver", {"disabled": False})
    assert Browser(people.server).sign_in("leaver").status == 303


def test_a_session_ends_by_itself(people: People, browser: Browser) -> None:
    browser.sign_in("limited")
    with sqlite3.connect(people.server.data / "access.db") as database:
        database.execute("update session set seen_at = seen_at - 13 * 3600 * 1000")
    assert browser.ask("GET", "/account").status == 303


def test_passwords_are_kept_as_argon2(people: People) -> None:
    with sqlite3.connect(people.server.data / "access.db") as database:
        ((stored,),) = database.execute("select password from user where name = 'limited'")
    assert stored.startswith("$argon2id$")
    assert matches(stored, PASSWORD) and not matches(stored, PASSWORD + "x") and not matches(None, PASSWORD)
    with pytest.raises(InputError):
        hashed("x" * 1_001)


# --- links ---


def test_a_link_holds_once(people: People, browser: Browser) -> None:
    """Looking at it uses nothing up; a new one makes the old one void."""
    old = token_of(people.good("POST", "/api/access/users/limited/link")["url"])
    new = token_of(people.good("POST", "/api/access/users/limited/link")["url"])
    assert new in browser.ask("GET", f"/sign-in/link?token={new}").body.decode()
    assert browser.ask("POST", "/sign-in/link", {"token": old}).status == 401
    assert browser.ask("POST", "/sign-in/link", {"token": new}).status == 303
    assert b"limited" in browser.ask("GET", "/account").body
    assert Browser(people.server).ask("POST", "/sign-in/link", {"token": new}).status == 401


def test_the_first_start_prints_a_link(tmp_path: Path) -> None:
    """For the administrator that it makes; until somebody has signed in, and no longer."""
    server = RunningServer(tmp_path)
    try:
        server.start()
        (link,) = re.findall(r"http://\S+/sign-in/link\?token=\S+", server.log.read_text())
        browser = Browser(server)
        assert browser.ask("POST", "/sign-in/link", {"token": token_of(link)}).status == 303
        me = request(server.port, "GET", "/api/access/me", headers={"Authorization": "", "Cookie": browser.cookie})
        assert (me.body["name"], me.body["administrator"]) == ("admin", True)
        server.kill()
        server.log.write_text("")
        server.start()
        assert "sign-in" not in server.log.read_text()
        assert browser.ask("GET", "/account").status == 200  # the session outlives the kill
    finally:
        server.kill()


# --- guessing ---


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def tries(brake: Brake, clock: Clock, name: str, address: str, count: int) -> list[int]:
    """The waits that failing tries are told, each made when the wait before is over."""
    waits = []
    for _ in range(count):
        try:
            brake.begin(name, address)
        except ThrottledError as error:
            waits.append(error.wait)
            clock.now += error.wait
            brake.begin(name, address)
    return waits


def test_guessing_gets_slower_and_slower() -> None:
    clock = Clock()
    brake = Brake(clock)
    assert tries(brake, clock, "a", "one", 5) == []
    assert tries(brake, clock, "a", "one", 6) == [2, 3, 5, 9, 17, 33]
    assert max(tries(brake, clock, "a", "one", 10)) <= 901
    assert tries(brake, clock, "a", "another", 3) == []  # who is elsewhere is not locked out
    brake.succeeded("a", "one")
    clock.now += 3_600
    assert tries(brake, clock, "a", "one", 5) == []


def test_one_address_over_many_names_and_one_name_over_many_addresses() -> None:
    clock = Clock()
    brake = Brake(clock)
    assert sum(len(tries(brake, clock, f"n{n}", "one", 1)) for n in range(40)) >= 19
    assert sum(len(tries(brake, clock, "victim", f"a{n}", 1)) for n in range(120)) >= 19


def test_the_server_brakes(people: People) -> None:
    people.add("guessed", [], password=PASSWORD)
    browser = Browser(people.server)
    found = [browser.sign_in("guessed", "wrong password") for _ in range(7)]
    assert [each.status for each in found][:5] == [401] * 5
    assert found[-1].status == 429
    assert b"Too many tries" in found[-1].body
    assert browser.sign_in("limited").status == 303
