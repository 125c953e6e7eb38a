"""However a journey is run, every step event is the same [6.31]."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.runtime import engine, turn

from ..engine.generator import EVENTS, PAUSES, PAYLOADS, examples, journeys
from ..engine.world import compiled, event, project, some_answer
from . import runs
from .runs import difference

WHO = ("ann", "bob", "cid", "dan")
UNTIL = 8 * 3_600_000
HEARD = st.tuples(PAUSES, st.sampled_from(WHO), EVENTS, PAYLOADS)
HISTORIES = st.lists(HEARD, min_size=15, max_size=60)
NO_WONDER = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)


def history(heard: list[Any]) -> list[dict[str, Any]]:
    """Records in replay order: those of one moment by their ids."""
    at, records = 0, []
    for number, (pause, who, kind, payload) in enumerate(heard):
        at = min(at + pause, UNTIL - 1_000)
        records.append(runs.record(f"{number:03}", at, kind, who, payload))
    return records


@given(journeys(), HISTORIES)
@settings(examples(14, 120), suppress_health_check=NO_WONDER)
def test_all_runs_agree(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any], heard: list[Any]) -> None:
    """[6.14, 6.31] By hand, in memory, replayed, and by the engine in batches of 1, 7 and all, restarted or not."""
    data = tmp_path_factory.mktemp("data")
    made = project(**document)
    plan = compiled(made)
    records = history(heard)
    checked = runs.checked(made, records)
    expected = runs.by_the_rules(plan, records, UNTIL, runs.always_ok)
    assert difference(runs.in_memory(made, compiled(made), checked, UNTIL), expected) == []
    assert difference(runs.replayed(data / "replay", made, plan, checked, UNTIL), expected) == []
    for batch in (1, 7, len(checked)):
        assert difference(runs.durable(data / f"{batch}", made, plan, checked, UNTIL, batch=batch), expected) == []
    assert difference(runs.durable(data / "again", made, plan, checked, UNTIL, restart=True), expected) == []


@given(journeys(), HISTORIES)
@settings(examples(8, 100), suppress_health_check=NO_WONDER)
def test_failing_calls_agree(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any], heard: list[Any]
) -> None:
    """[6.24] The same with calls that fail, and with turns that take only a few events or timers at a time."""
    data = tmp_path_factory.mktemp("data")
    made = project(**document)
    plan = compiled(made)
    records = history(heard)
    checked = runs.checked(made, records)
    expected = runs.by_the_rules(plan, records, UNTIL, some_answer)
    assert difference(runs.durable(data / "at-once", made, plan, checked, UNTIL, answers=some_answer), expected) == []
    with pytest.MonkeyPatch.context() as small:
        small.setattr(engine, "EVENTS_A_TURN", 2)
        small.setattr(engine, "ROWS_A_READ", 1)
        small.setattr(engine, "ANSWERS_A_TURN", 1)
        small.setattr(turn, "VIRTUAL_TIMERS_A_TURN", 1)
        assert (
            difference(runs.durable(data / "bits", made, plan, checked, UNTIL, batch=7, answers=some_answer), expected)
            == []
        )


@given(journeys(), HISTORIES, st.data())
@settings(examples(8, 100), suppress_health_check=NO_WONDER)
def test_repeated_ids_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any], heard: list[Any], data: st.DataObject
) -> None:
    """[3.2] An event with an `_id` that was there before has no effect, whatever else it holds."""
    folder = tmp_path_factory.mktemp("data")
    made = project(**document)
    plan = compiled(made)
    records = history(heard)
    expected = runs.in_memory(made, plan, runs.checked(made, records), UNTIL)
    again = list(records)
    for index in sorted(data.draw(st.lists(st.integers(1, len(records)), min_size=1, max_size=9)), reverse=True):
        old, now = data.draw(st.sampled_from(records[:index])), records[index - 1]
        again.insert(index, {**data.draw(st.sampled_from(records)), "_id": old["_id"], "timestamp": now["timestamp"]})
    checked = runs.checked(made, again)
    assert len(checked) > len(records)
    for batch in (1, 7):
        assert difference(runs.durable(folder / f"{batch}", made, plan, checked, UNTIL, batch=batch), expected) == []


@pytest.mark.parametrize("name", ["a\0b", "a\0", "'", '"', "%", "한국어 🎉", " a ", "\ud7ff", "x" * 5_000, "1", "01"])
def test_whatever_people_are_called(tmp_path: Path, name: str) -> None:
    """Two events apart, so that the stay is read back from the shard; somebody of a like name is somebody else."""
    made = project({"start": event("A", next="x"), "x": event("B")}, reentrance=False)
    plan = compiled(made)
    heard = [(0, "A", name), (1_000, "A", "a"), (2_000, "B", name), (3_000, "A", name), (4_000, "B", "a")]
    records = [runs.record(f"{n}", at, kind, who, {}) for n, (at, kind, who) in enumerate(heard)]
    checked = runs.checked(made, records)
    expected = runs.by_the_rules(plan, records, UNTIL, runs.always_ok)
    assert len(expected.steps) == 4
    assert difference(runs.in_memory(made, plan, checked, UNTIL), expected) == []
    assert difference(runs.durable(tmp_path / "data", made, plan, checked, UNTIL, batch=1), expected) == []


def test_events_of_nobody(tmp_path: Path) -> None:
    """[3.4] A key that is missing or empty: discarded, wherever the journey runs."""
    made = project({"start": event("A")})
    plan = compiled(made)
    checked = runs.checked(made, [runs.record(f"{n}", n, "A", who, {}) for n, who in enumerate([None, "", "ann"])])
    for found in (
        runs.in_memory(made, plan, checked, UNTIL),
        runs.replayed(tmp_path / "replay", made, plan, checked, UNTIL),
        runs.durable(tmp_path / "data", made, plan, checked, UNTIL),
    ):
        assert {row[0] for row in found.steps} == {"ann"}
