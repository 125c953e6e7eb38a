"""Win-back as a draft beside the live one, with a dataset of profiles: what is tested, shadowed and explained."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from click.testing import CliRunner

from sojourn.cli.main import cli

from ..support import win_back
from ..support.http import Answered, authorization, request
from ..support.server import RunningServer

PEOPLE = "people"
ACTION_WAIT = "P3D"


def project(port: int) -> win_back.Project:
    """The documents: `win-back` waits for three days after a small purchase."""
    made = win_back.project(port, wait=ACTION_WAIT)
    made["schemas"].append({"name": "person", "base": "profile", "profile": True, "fields": {"_t": {"tier": "string"}}})
    made["datasets"] = [{"name": PEOPLE, "schema": "person", "profile": True}]
    return made


class World:
    """A server with the project in one sandbox."""

    def __init__(self, server: RunningServer, sandbox: str = "prod") -> None:
        self.server = server
        self.sandbox = sandbox

    def ask(self, method: str, path: str, body: object = None, *, lang: str = "", raw: bytes | None = None) -> Answered:
        headers = {"x-sandbox-name": self.sandbox, **({"Accept-Language": lang} if lang else {})}
        return request(self.server.port, method, path, body, raw=raw, headers=headers)

    def good(self, method: str, path: str, body: object = None) -> Any:
        answer = self.ask(method, path, body)
        assert answer.status < 300, answer
        return answer.body

    def refused(self, method: str, path: str, body: object = None) -> str:
        """The code of the problem."""
        answer = self.ask(method, path, body)
        assert answer.status in (400, 403, 404, 409, 422), answer
        return str(answer.body["code"])

    def cli(self, *arguments: str) -> str:
        """What a command of the CLI says to this server."""
        token = authorization(self.server.port)["Authorization"].removeprefix("Bearer ")
        given = ["--server", self.server.url, "--token", token, "--sandbox", self.sandbox]
        done = CliRunner().invoke(cli, [*arguments, *given], catch_exceptions=False, standalone_mode=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    def test_profiles(self, *ids: str) -> None:
        lines = [json.dumps({"identityMap": {"CRMID": [{"id": id_}]}, "testProfile": True}) for id_ in ids]
        assert self.ask("POST", f"/api/datasets/{PEOPLE}/records", raw="\n".join(lines).encode()).status == 200
        self.server.wait_settled()

    def send(self, *messages: dict[str, Any]) -> None:
        for message in messages:
            answer = request(self.server.port, "POST", f"/collection/{self.sandbox}", message)
            assert answer.status == 200, answer

    def stream(self, path: str) -> Iterator[tuple[str, Any]]:
        """The events of a stream, until its end."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)) as connection:
            headers = {"x-sandbox-name": self.sandbox, **authorization(self.server.port)}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            assert (answer.status, answer.headers.get_content_type()) == (200, "text/event-stream")
            name = ""
            while line := answer.readline():
                text = line.decode().rstrip("\n")
                if text.startswith("event: "):
                    name = text.removeprefix("event: ")
                elif text.startswith("data: "):
                    yield name, json.loads(text.removeprefix("data: "))
