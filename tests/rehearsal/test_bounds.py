"""What bounds a test [6.32]: a week without a trigger, a hundred people, what its settings and its journey allow."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sojourn.api.server import Server
from sojourn.errors import ConflictError, InputError
from sojourn.journey.rehearse import Options
from sojourn.rehearsals import WEEK
from sojourn.runtime import rehearsal
from sojourn.settings import Settings
from sojourn.store.entry import Accepted, Dismissed, Prompted, Recorded, Rehearsed

from ..differential import runs
from ..differential.runs import Durable
from ..differential.test_rehearsals import flagged
from ..engine.world import compiled, event
from ..engine.world import project as small_project
from ..entries import world as entries
from .world import project

KINDS = {"schemas": "schema", "datasets": "dataset", "events": "event", "actions": "action", "journeys": "journey"}


def test_a_week_without_a_trigger_ends_a_test(tmp_path: Path) -> None:
    with closing(Server(Settings(data=tmp_path, allow=("127.0.0.1:*",)))) as server:
        documents: list[Any] = [(KINDS[plural], each) for plural, found in project(9).items() for each in found]
        server.authoring.apply("prod", documents)
        with pytest.raises(InputError, match="ERR_TEST_WAIT"):
            server.rehearsals.begin("prod", "win-back", "test", Options(wait=999))
        test = server.rehearsals.begin("prod", "win-back", "test", Options())
        shadow = server.rehearsals.begin("prod", "win-back", "shadow", Options())
        begun = test.started_at
        assert server.rehearsals.end_idle(begun + WEEK - 1) == []
        assert server.rehearsals.end_idle(begun + WEEK) == ["win-back"]
        assert server.rehearsals.of("prod", "win-back") == {"shadow": shadow}
        assert {each.action for each in server.audit.read(actions=["journey"], name="win-back")} >= {
            "journey.test", "journey.shadow", "journey.test-end"
        }  # fmt: skip


def test_so_many_people_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those whose stay is over count, and after a restart."""
    monkeypatch.setattr(rehearsal, "MAX_TEST_PROFILES", 2)
    made = small_project({"start": event("A")})
    plan = compiled(made)
    body = made.journeys["j"].model_dump_json(by_alias=True, exclude_unset=True).encode()
    heard = [(1, "ann"), (2, "dan"), (3, "bob"), (4, "cid"), (5, "ann")]
    records = [runs.record(f"{at}", at, "A", who, {}) for at, who in heard]
    with closing(Durable(tmp_path / "data")) as run:
        run.append(runs.publication(made, plan)[:-1] + flagged())
        run.append([Rehearsed(0, "prod", "x", "t", "test", "j", 1, body, msgspec.json.encode(Options()))])
        for number, each in enumerate(runs.checked(made, records)):
            run.append([Accepted(each.at, "prod", each.record)])
            run.work()
            if number == 1:
                run.restart()
        reasons = {row[3]: row[4] for row in run.shard.rows("discards")}
        assert reasons == {"notTestProfile": 1, "testProfilesFull": 1}
        assert run.shard.rows("people_in", 1) == [(2,)]
        assert run.shard.rows("facts", 0, 100) == []


def test_a_journey_without_a_namespace_is_not_tested(tmp_path: Path) -> None:
    with closing(Server(Settings(data=tmp_path))) as server:
        schema = {"name": "s", "fields": {"_t": {"id": "string"}}}
        heard = {"name": "E", "schema": "s", "condition": "true == true", "key": "@{E._t.id}"}
        journey = {"name": "j", "start": "e", "activities": {"e": {"type": "event", "event": "E"}}}
        server.authoring.apply("prod", [("schema", schema), ("event", heard), ("journey", journey)])
        with pytest.raises(ConflictError, match="ERR_TEST_NAMESPACE"):
            server.rehearsals.begin("prod", "j", "test", Options())
        server.rehearsals.begin("prod", "j", "shadow", Options())


def test_who_is_tested_enters_as_if_in_a_segment_or_an_audience(tmp_path: Path) -> None:
    """Nothing reads an audience for a test: people are said one by one, and the segment itself does not change."""
    hour = {"type": "wait", "duration": "PT1H"}
    bodies = {
        "segment:vip:realized": {"type": "segmentQualification", "segment": "vip", "next": "w"},
        "audience:start": {"type": "readAudience", "segment": "vip", "next": "w"},
    }
    made = entries.journeys(
        *({"name": f"j{n}", "activities": {"start": each, "w": hour}} for n, each in enumerate(bodies.values())),
        segments={"vip": f"{entries.N} > 5"},
    )
    people = [{"_t": {"who": who, "n": 9}, "testProfile": who == "ann"} for who in ("ann", "bob")]
    with closing(Durable(tmp_path / "data")) as run:
        run.append(entries.documents(made))
        run.append([Recorded(1, "prod", "people", [msgspec.json.encode(each) for each in people])])
        for n, key in enumerate(bodies):
            body = made.journeys[f"j{n}"].model_dump_json(by_alias=True, exclude_unset=True).encode()
            run.append([Rehearsed(2, "prod", f"x{n}", f"t{n}", "test", f"j{n}", 1, body, b"{}")])
            run.append([Prompted(3, "prod", f"t{n}", key, who, b"{}") for who in ("ann", "bob")])
        run.work()
        numbers = [row[0] for row in run.shard.rows("journeys")]
        assert [run.shard.rows("stays_after", each, "", "", 9)[0][0] for each in numbers] == ["ann", "ann"]
        assert [run.shard.rows("people_in", each)[0][0] for each in numbers] == [1, 1]
        assert run.shard.rows("audience_runs") == []
        run.append([Dismissed(4, "prod", f"t{n}") for n in range(2)])
        run.append([Prompted(5, "prod", "t0", "segment:vip:realized", "ann", b"{}")])
        run.work()
        assert run.shard.rows("journeys") == []
        assert run.shard.rows("quarantined") == []
