"""A draft that runs apart goes the way a backtest of it goes, and what is live does not notice [6.31-6.33]."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from sojourn.journey.compile import compile_journey
from sojourn.journey.project import Project
from sojourn.journey.rehearse import Kind, Options, rehearsed
from sojourn.lake.shapes import Shapes
from sojourn.report.agreement import Row
from sojourn.store.entry import Accepted, Changed, Dismissed, Entry, Marked, Recorded, Rehearsed
from sojourn.store.shard import ShardReader

from ..engine.generator import examples, journeys
from ..engine.world import compiled, project
from . import runs
from .runs import Durable, Found, difference
from .test_agreement import HISTORIES, NO_WONDER, UNTIL, WHO, history

OPTIONS = Options(wait=2_000)
TESTERS = WHO[:3]
KINDS: tuple[Kind, Kind] = ("test", "shadow")


def flagged() -> list[Entry]:
    """A dataset of profiles, and the profiles that are for tests."""
    schema = {"name": "person", "base": "profile", "profile": True, "fields": {}}
    dataset = {"name": "people", "schema": "person", "profile": True}
    records = [
        msgspec.json.encode({"identityMap": {"CRMID": [{"id": who}]}, "testProfile": who in TESTERS}) for who in WHO
    ]
    return [
        Changed(0, "prod", "schema", "person", msgspec.json.encode(schema)),
        Changed(0, "prod", "dataset", "people", msgspec.json.encode(dataset)),
        Recorded(0, "prod", "people", records),
    ]


def apart(data: Path, uid: str) -> Counter[Row]:
    """The step events of a draft that runs."""
    with closing(ShardReader(data / "shard-0.db")) as shard:
        number = next(row[0] for row in shard.rows("journeys") if row[2] == uid)
        shapes = {row[0]: row[3].encode() for row in shard.rows("shapes")}
        rows: Counter[Row] = Counter()
        for _, _, person, supplemental, entry, steps in shard.rehearsed_steps(number)[0]:
            for shape, n, at, _, _, code, *_ in steps:
                rows[person, supplemental, entry, n, at, code, shapes[shape]] += 1
        return rows


def dry(made: Project, kind: Kind, records: Sequence[dict[str, Any]]) -> Counter[Row]:
    """A backtest of the same document under the same id; of a test with its people alone."""
    alone = Project(**{name: getattr(made, name) for name in made.__slots__ if name != "_registry"})
    alone.journeys = {**made.journeys, "j": rehearsed(made.journeys["j"], kind, OPTIONS)}
    plan, _ = compile_journey(alone, "j", number=1, journey_id=kind)
    assert plan is not None
    heard = [each for each in records if kind == "shadow" or each["_t"]["who"] in TESTERS]
    return runs.in_memory(alone, plan, runs.checked(alone, heard), UNTIL).steps


@given(journeys(), HISTORIES)
@settings(examples(4, 80), suppress_health_check=NO_WONDER)
def test_drafts_that_run_agree_with_a_backtest(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any], heard: list[Any]
) -> None:
    data = tmp_path_factory.mktemp("data") / "data"
    made = project(**document)
    plan = compiled(made)
    body = made.journeys["j"].model_dump_json(by_alias=True, exclude_unset=True).encode()
    records = history(heard)
    checked = runs.checked(made, records)
    options = msgspec.json.encode(OPTIONS)
    callers: set[int] = set()
    with closing(Durable(data)) as run:
        send = run.port.send
        run.port.send = lambda batch: callers.update(each.journey for each in batch) or send(batch)  # type: ignore[method-assign,func-returns-value]
        run.append(runs.publication(made, plan) + flagged())
        run.append([Rehearsed(0, "prod", plan.journey, kind, kind, "j", 1, body, options) for kind in KINDS])
        for each in checked:
            run.append([Accepted(each.at, "prod", each.record, each.dataset)])
        run.work()
        run.restart()
        run.append([Marked(UNTIL)])
        run.work()
        assert run.shard.rows("quarantined") == []
        for kind in KINDS:
            found, expected = apart(data, kind), dry(made, kind, records)
            assert difference(Found(found, Counter()), Found(expected, Counter())) == []
        live = runs.by_the_rules(plan, records, UNTIL, runs.always_ok)
        assert difference(Found(runs.left_behind(data).steps, Counter()), Found(live.steps, Counter())) == []
        kinds = {row[0]: row[1] for row in run.shard.rows("rehearsals")}
        with closing(ShardReader(data / "shard-0.db")) as reader:
            assert set(Shapes(reader).journeys).isdisjoint(kinds)  # the lake does not hear of them
        assert "shadow" not in {kinds.get(journey) for journey in callers}

        run.append([Dismissed(UNTIL, "prod", kind) for kind in KINDS])
        run.work()
        (journey,) = [row[0] for row in run.shard.rows("journeys")]
        assert {row[1] for row in run.shard.rows("shapes")} == {journey}
        assert (run.shard.rows("rehearsals"), run.shard.rows("effects")) == ([], [])
        assert {row[1] for row in run.shard.due_timers(2**62, 10_000)} <= {journey}
        assert difference(Found(runs.left_behind(data).steps, Counter()), Found(live.steps, Counter())) == []
