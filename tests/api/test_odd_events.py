"""Records that are strange but may come in: the engine takes them, and everything still answers [3.1, 6.29]."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.http import request
from ..support.server import RunningServer

ODD_IDS = {
    "a zero character": "a\0b",
    "only a zero character": "\0",
    "very long": "x" * 100_000,
    "a line break": "a\nb",
    "quotes": "a'b\"c`d",
    "markup": "<script>alert(1)</script>",
    "beyond the basic plane": "😀",
    "a noncharacter": "\uffff",
    "one letter, composed": "é",
    "one letter, decomposed": "e\u0301",
    "white space": " ",
    "a separator of ours?": "a\x1fb\x1ec",
}
ODD_MOMENTS = ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z", "2024-02-29T23:59:59.999999+14:00"]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint) -> Iterator[RunningServer]:
    """A server of its own: one whose engine cannot get over a record is of no use to other tests."""
    running = RunningServer(tmp_path_factory.mktemp("odd"), "--clock", "virtual")
    try:
        running.start()
        running.publish(win_back.project(endpoint.port, wait="PT1H"))
        yield running
    finally:
        running.kill()


def steps(server: RunningServer) -> list[dict[str, Any]]:
    """All step events."""
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = server.get(f"/api/journeys/win-back/steps?after={after}")
        found += page["steps"]
        after = page["next"]
    return found


def all_answers(server: RunningServer) -> None:
    """The engine has taken everything, without a restart, and everything can be read."""
    server.wait_settled(15)
    assert server.status()["engine"]["restarts"] == 0, server.tail()
    assert server.get("/api/quarantine") == []
    for path in ("/api/health", "/api/journeys/win-back/report", "/api/journeys/win-back/steps"):
        assert request(server.port, "GET", path).status == 200, server.tail()


def test_odd_moments(own: RunningServer) -> None:
    """Long ago, before the epoch, and with a zone far away."""
    before = own.report(win_back.JOURNEY)["entered"]
    for number, moment in enumerate(ODD_MOMENTS):
        message = win_back.message(f"moment-{number}", f"moment-{number}")
        message["body"]["xdmEntity"]["timestamp"] = moment
        own.send([message])
    all_answers(own)
    assert own.report(win_back.JOURNEY)["entered"] == before + len(ODD_MOMENTS)


def test_odd_ids(own: RunningServer) -> None:
    """Of people and of records: each is one of its own, and comes out as it came in."""
    before = own.report(win_back.JOURNEY)["entered"]
    own.send([win_back.message(f"of {name}", person, value=60) for name, person in ODD_IDS.items()])
    own.send([win_back.message(id_, f"sender {name}", value=60) for name, id_ in ODD_IDS.items()])
    own.send([win_back.message(id_, f"sender again {name}", value=60) for name, id_ in ODD_IDS.items()])
    all_answers(own)
    assert own.report(win_back.JOURNEY)["entered"] == before + 2 * len(ODD_IDS)
    people = {step["identityMap"]["CRMID"][0]["id"] for step in steps(own)}
    assert set(ODD_IDS.values()) <= people
    assert not any(person.startswith("sender again") for person in people)
    calls = own.report(win_back.JOURNEY)["actions"]["vip_thanks"]
    assert calls["called"] == calls["ok"] == 2 * len(ODD_IDS)
