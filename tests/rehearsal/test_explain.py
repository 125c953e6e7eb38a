"""Explain [6.34]: why a stay went as it did, what an event did and why it did no more, in English and Korean."""

from __future__ import annotations

from typing import Any

from ..support.endpoint import Endpoint
from ..support.server import RunningServer, wait
from ..support.win_back import message
from .world import World, project


def test_stays_and_events_are_explained(server: RunningServer, endpoint: Endpoint) -> None:
    world = World(server, "why")
    world.good("POST", "/api/sandboxes", {"name": "why"})
    world.good("POST", "/api/apply", project(endpoint.port))
    world.good("POST", "/api/journeys/win-back/publish")
    keyless = message("keyless", "nobody", value=1)
    keyless["body"]["xdmEntity"]["identityMap"] = {"Email": [{"id": "a@example.com"}]}
    world.send(
        message("ann-buys", "ann", value=60),
        message("ann-browses", "ann", "web.visits"),
        message("ann-confirms", "ann", "commerce.confirmations"),
        message("bob/buys", "bob", value=10),
        message("bob/buys", "bob", value=70),
        message("bob-confirms", "bob", "commerce.confirmations"),
        keyless,
    )
    wait(lambda: "finished" in [stay["phase"] for stay in world.good("GET", "/api/stays?person=ann")], 20)
    server.wait_settled()

    listed = world.good("GET", "/api/journeys/win-back/stays")
    assert [(each["person"], each["inside"]) for each in listed["stays"]] == [("ann", False), ("bob", True)]
    assert [each["person"] for each in world.good("GET", "/api/journeys/win-back/stays?inside=true")["stays"]] == [
        "bob"
    ]

    (ann,) = world.good("GET", "/api/stays?person=ann&journey=win-back")
    assert ann["id"] == listed["stays"][0]["id"]
    told = world.good("GET", f"/api/stays/{ann['id']}/explain")
    assert told == world.good("GET", f"/api/stays/{ann['id']}/explain?person=ann")
    decided = told["moves"][1]
    assert decided["decisions"] == [{"path": "big", "condition": "@{Purchase._tenant.value} >= 50", "outcome": True}]
    assert decided["seen"] == {"@{Purchase._tenant.value}": 60.0}
    amount = "@{Purchase._tenant.value}"
    assert [line["text"] for line in told["lines"]][:3] == [
        "ann entered as the event 'Purchase' came.",
        f"At 'Condition' the path 'big' was taken, as this held: {amount} >= 50. Seen: {amount} = 60.0.",
        "'vip_thanks' called vip_thanks, which succeeded (1 request).",
    ]
    assert told["lines"][-1]["text"] == "That was the end of the path: the stay is completed."
    (bob,) = world.good("GET", "/api/stays?person=bob")
    told = world.ask("GET", f"/api/stays/{bob['id']}/explain", lang="ko").body
    assert told["moves"][1]["decisions"][0]["outcome"] is False
    assert "하나도 맞지 않아 그 외 경로로" in told["lines"][1]["text"]
    assert "'대기'에 있어요" in told["lines"][-1]["text"]
    assert world.refused("GET", "/api/stays/6f6f6f6f-0000-8000-8000-000000000000/explain") == "ERR_STAY_UNKNOWN"

    def behind(query: str) -> list[str]:
        return [each["person"] for each in world.good("GET", f"/api/journeys/win-back/people?{query}")["people"]]

    assert behind("here=patience") == behind("outcome=current") == behind("took=is_big/other") == ["bob"]
    assert behind("outcome=completed") == behind("left=vip_thanks") == behind("took=is_big/big&version=1") == ["ann"]
    assert behind("here=confirmed") == behind("dropped=is_big") == []
    assert behind("outcome=entered&since=2100-01-01T00:00:00Z") == []
    page = world.good("GET", "/api/journeys/win-back/people?outcome=entered&limit=1")
    rest = world.good("GET", f"/api/journeys/win-back/people?outcome=entered&limit=1&after={page['next']}")
    assert {page["people"][0]["person"], rest["people"][0]["person"]} == {"ann", "bob"}
    assert page["people"][0]["at"] >= rest["people"][0]["at"]
    assert world.refused("GET", "/api/journeys/win-back/people?after=x") == "ERR_REQUEST_INVALID"
    for query, code, field, known in (
        ("people?here=patient", "ERR_ACTIVITY_UNKNOWN", "here", "patience, purchase"),
        ("people?left=is_bigg", "ERR_ACTIVITY_UNKNOWN", "left", "is_big, "),
        ("people?dropped=x", "ERR_ACTIVITY_UNKNOWN", "dropped", "purchase, "),
        ("people?took=is_big/othr", "ERR_WAY_UNKNOWN", "took", "is_big/other, "),
        ("people?version=2", "ERR_VERSION_UNKNOWN", "version", ""),
        ("comparison?goal=patient", "ERR_ACTIVITY_UNKNOWN", "goal", "patience, "),
        ("comparison?activity=is_bigg", "ERR_ACTIVITY_UNKNOWN", "activity", "is_big, "),
    ):
        answer = world.ask("GET", f"/api/journeys/win-back/{query}", lang="ko")
        assert (answer.status, answer.body["code"], answer.body["field"]) == (404, code, field)
        assert known in str(answer.body), answer
    branches = "/api/journeys/win-back/comparison?activity=is_big&goal=branch"
    assert world.refused("GET", branches) == "ERR_COMPARED_BRANCH"
    compared = world.good("GET", "/api/journeys/win-back/comparison?activity=is_big&goal=vip_thanks")
    assert [each["group"]["name"] for each in compared] == ["is_big/other"]

    def did(id_: str) -> tuple[str, list[tuple[Any, ...]], list[str]]:
        found = world.good("GET", f"/api/events/{id_}/explain")
        effects = [(e["did"], e["reason"], e["activity"]) for match in found["matches"] for e in match["effects"]]
        return found["state"], effects, found["lines"]

    assert did("ann-buys")[1] == [("entered", None, "purchase")]
    assert did("ann-confirms")[1] == [("moved", None, "confirmed")]
    state, effects, lines = did("bob-confirms")
    assert (state, effects) == ("processed", [("discarded", "notAwaited", None)])
    assert lines[-1] == "win-back: it had no effect: not awaited where the person was."
    state, effects, lines = did("bob/buys")
    assert (effects, lines[1]) == ([("entered", None, "purchase")], "It came 2 times; the first counts.")
    assert did("ann-browses")[2][-1] == "It is none of the events that are defined: no condition holds for it."
    assert "names no person" in did("keyless")[2][-1]
    state, effects, lines = did("never-sent")
    assert (state, effects) == ("unseen", [])

    shown = world.cli("explain", "person", "ann")
    assert shown.startswith(f"win-back v1 (live): {ann['id']}\n  ")
    assert world.cli("explain", "event", "bob-confirms", "--lang", "ko").endswith("이벤트).\n")
