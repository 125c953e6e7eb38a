"""Shadow [6.33]: a draft beside the live version on live events, calling nothing, with its report; by the CLI."""

from __future__ import annotations

import json
from pathlib import Path

from ..support.endpoint import Endpoint
from ..support.server import RunningServer, wait
from ..support.win_back import message
from .world import World, project


def test_a_draft_runs_beside_the_live_version(server: RunningServer, tmp_path: Path) -> None:
    endpoint = Endpoint()
    endpoint.open()
    world = World(server, "beside")
    world.good("POST", "/api/sandboxes", {"name": "beside"})
    documents = project(endpoint.port)
    world.good("POST", "/api/apply", documents)
    world.good("POST", "/api/journeys/win-back/publish")
    world.send(message("early", "early", value=60))
    wait(lambda: len(endpoint.calls) == 1, 20)

    assert world.refused("POST", "/api/journeys/win-back/shadow") == "ERR_NOT_DRAFT"
    draft = documents["journeys"][0]
    draft["activities"]["is_big"]["paths"]["big"] = "@{Purchase._tenant.value} >= 5"
    world.good("PUT", "/api/journeys/win-back", draft)
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"vip_thanks": {"*": {"$error": "http", "$code": 500}}}))
    assert world.cli("shadow", "start", "win-back", "--answers", str(answers)) == (
        "win-back: version 2 runs as a shadow\n"
    )
    assert world.refused("POST", "/api/journeys/win-back/shadow") == "ERR_SHADOW_RUNS"
    wait(lambda: world.good("GET", "/api/journeys/win-back/shadow")["state"] == "on", 20)
    world.send(message("big", "big", value=60), message("mid", "mid", value=10), message("tiny", "tiny", value=1))
    wait(lambda: len(endpoint.calls) == 2, 20)
    server.wait_settled()

    found = world.good("GET", "/api/journeys/win-back/shadow")
    assert (found["people"], found["shadow"]["entered"], found["live"]["entered"]) == (3, 3, 3)
    assert (found["shadow"]["failed"], found["live"]["failed"]) == (2, 0)
    assert found["shadow"]["actions"]["vip_thanks"]["failed"] == {"http": 2}
    assert found["live"]["activities"]["vip_thanks"]["left"] == 1
    said = world.cli("shadow", "report", "win-back")
    assert "win-back v2 (shadow): 3 entered" in said
    assert "win-back (live, since then): 3 entered" in said
    assert world.good("GET", "/api/journeys/win-back/report")["entered"] == 4
    (kinds,) = [[stay["kind"] for stay in world.good("GET", "/api/stays?person=big")]]
    assert kinds == ["live", "shadow"]
    assert world.cli("shadow", "stop", "win-back") == "win-back: the shadow ends\n"
    wait(lambda: world.good("GET", "/api/journeys/win-back/shadow")["state"] == "off", 20)
    assert world.refused("DELETE", "/api/journeys/win-back/shadow") == "ERR_SHADOW_OFF"
    assert len(endpoint.calls) == 2
    endpoint.close()
