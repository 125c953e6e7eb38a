"""One server with two sandboxes, and people of every role."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from sojourn.access.permission import SEVEN

from ..support.http import Answered, request
from ..support.server import RunningServer

PASSWORD = "correct horse battery"
ROLES = {
    "limited": ["Limited access user"],
    "standard": ["Standard user"],
    "boss": ["Administrators"],
    "newcomer": [],
    **{f"only-{permission}": [f"only {permission}"] for permission in SEVEN},
}
"""A user of each role, by name: the built-in product profiles, none, and one for each permission in `dev` alone."""


class Raw(NamedTuple):
    """An answer with its head."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def cookie(self) -> str:
        """The session's cookie that the answer sets, as a browser sends it back."""
        for line in self.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                if name.startswith("sojourn_session"):
                    return f"{name}={morsel.value}"
        return ""


class Browser:
    """Sends what a browser sends from a page of the server: cookie and origin."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.cookie = ""

    def ask(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> Raw:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        sent = {"Accept": "text/html", "Origin": self.server.url} | ({"Cookie": self.cookie} if self.cookie else {})
        data: str | None = None
        if form is not None:
            data, sent["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
        elif body is not None:
            data, sent["Content-Type"] = json.dumps(body), "application/json"
        sent |= headers or {}
        try:
            connection.request(method, path, data, {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            found = Raw(answer.status, answer.headers, answer.read())
        finally:
            connection.close()
        self.cookie = found.cookie or self.cookie
        return found

    def sign_in(self, name: str, password: str = PASSWORD) -> Raw:
        return self.ask("POST", "/sign-in", {"name": name, "password": password, "next": "/"})


class People:
    """Users and a token for each, that may do all that the user may."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        for permission in SEVEN:
            body = {"grants": {"dev": [permission]}}
            self.good("PUT", f"/api/access/product-profiles/only%20{permission}", body)
        self.tokens = {name: self.add(name, profiles) for name, profiles in ROLES.items()}
        for name in ("limited", "standard", "boss"):  # a password takes a while to hash
            self.good("PATCH", f"/api/access/users/{name}", {"password": PASSWORD})

    def add(self, name: str, profiles: list[str], **more: Any) -> str:
        self.good("POST", "/api/access/users", {"name": name, "profiles": profiles, **more})
        return self.token(name)

    def token(self, user: str, permissions: list[str] | None = None, sandboxes: list[str] | None = None) -> str:
        number = len(self.good("GET", "/api/access/tokens"))
        asked = permissions or [*SEVEN, "administer"]
        body = {"name": f"t{number}", "user": user, "permissions": asked, "sandboxes": sandboxes}
        return str(self.good("POST", "/api/access/tokens", body)["token"])

    def good(self, method: str, path: str, body: object = None) -> Any:
        """As the local administrator."""
        answer = request(self.server.port, method, path, body)
        assert answer.status < 300, answer
        return answer.body

    def ask(self, token: str, method: str, path: str, body: object = None, sandbox: str = "prod") -> Answered:
        headers = {"Authorization": f"Bearer {token}" if token else "", "x-sandbox-name": sandbox}
        return request(self.server.port, method, path, body, headers=headers)


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("access"))
    try:
        yield running.start()
    finally:
        running.kill()


@pytest.fixture(scope="package")
def people(server: RunningServer) -> People:
    server.post("/api/sandboxes", {"name": "dev"})
    return People(server)


@pytest.fixture
def browser(server: RunningServer) -> Browser:
    return Browser(server)
