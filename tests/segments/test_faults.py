"""A turn that fails at any write of segments is done again, whole: the same members, entries and exits [8.1]."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw
import pytest

from sojourn.runtime import engine as engine_module
from sojourn.store.entry import Entry, Evaluated
from sojourn.store.shard import Shard

from ..profiles.world import accepted, event, recorded
from .test_journeys import DAY, HOUR, person, upload
from .test_membership import state
from .world import DEFINITIONS, Segmented, definition, deletion, segmented, with_segments

WRITES = (
    "add_segment", "set_segment", "set_segment_due", "set_segment_upload", "segment_evaluated", "delete_segment",
    "add_run", "set_run", "delete_run", "drop_ahead", "put_ahead", "put_membership", "put_qualifications",
    "count_segment", "segment_failed", "drop_membership",
)  # fmt: skip


def history() -> list[Entry]:
    people = [f"p{n}" for n in range(8)]
    return [
        recorded(1, *(person(who, n % 4, f"{who}@x.org") for n, who in enumerate(people))),
        definition("late", DEFINITIONS["big"], HOUR),
        upload(HOUR, "begin", "p1", "p2", "new"),
        upload(HOUR, "end"),
        accepted(2 * HOUR, event("e1", 2 * HOUR, "X", "p6", n=3)),
        recorded(2 * HOUR, person("p7", 0)),
        definition("late", DEFINITIONS["big"] + " or false", 3 * HOUR),
        accepted(3 * HOUR, event("e2", 3 * HOUR, "X", "p5", n=3)),
        recorded(3 * HOUR, {"identityMap": {"CRMID": [{"id": "p3"}, {"id": "p4"}]}}),
        Evaluated(2 * DAY, "prod", "big"),
        recorded(2 * DAY, person("p5", 1)),
        deletion("late", 3 * DAY),
    ]


def run(folder: Path, fail: str, at: int) -> tuple[Any, ...]:
    """The outcome with the `at`-th write of a kind failing; one bite is three profiles, and nothing waits for it."""
    left = at

    def check(query: str) -> None:
        nonlocal left
        if query == fail and left > 0:
            left -= 1
            if left == 0:
                raise apsw.FullError(query)

    rows, many = Shard.rows, Shard.many

    def failing_rows(self: Shard, query: str, *values: Any) -> list[Any]:
        check(query)
        return rows(self, query, *values)

    def failing_many(self: Shard, query: str, values: Any) -> None:
        check(query)
        many(self, query, values)

    made = with_segments(**{**DEFINITIONS, "chosen": None})
    with pytest.MonkeyPatch.context() as patch, segmented(folder, made) as here:
        patch.setattr(engine_module, "PROFILES_A_TURN", 3)
        patch.setattr(engine_module, "PROFILES_BESIDE_ENTRIES", 1)
        patch.setattr("sojourn.profile.segments.Segments.sweeping", False)
        patch.setattr(Shard, "rows", failing_rows)
        patch.setattr(Shard, "many", failing_many)
        for entry in history():
            here.run.append([entry])
            _turn(here)
        while _turn(here):
            pass
        assert left == 0 or not fail
        assert not here.quarantined()
        return state(Segmented(here.run))


def _turn(here: Segmented) -> bool:
    try:
        return here.run.engine.turn()
    except apsw.FullError:
        return True


def test_every_write_may_fail(tmp_path: Path) -> None:
    calm = run(tmp_path / "calm", "", 0)
    assert any("exited" in found.values() for found in calm[0].values())
    for number, name in enumerate(WRITES):
        assert run(tmp_path / f"{number}", name, 1) == calm, name


def test_an_evaluation_that_is_given_up(tmp_path: Path) -> None:
    """Who was reached keeps what was found, nobody else is touched; asked for again it gets to the end [8.2]."""
    made = with_segments()
    with pytest.MonkeyPatch.context() as patch, segmented(tmp_path / "data", made) as here:
        patch.setattr(engine_module, "PROFILES_A_TURN", 3)
        patch.setattr(engine_module, "PROFILES_BESIDE_ENTRIES", 1)
        patch.setattr("sojourn.profile.segments.Segments.sweeping", False)
        here.run.append([recorded(1, {"_t": {"who": f"p{number:02}", "n": 5}}) for number in range(20)])
        while _turn(here):
            pass
        here.run.append([definition("big", DEFINITIONS["big"], 2)])
        _turn(here)
        _turn(here)
        here.run.append([Evaluated(3, "prod", "big", cancel=True)])
        while _turn(here):
            pass
        assert 0 < len(here.members()["big"]) < 20
        assert [row[4] for row in here.run.shard.rows("segment_states", "prod")] == [None]
        here.run.append([Evaluated(4, "prod", "big")])
        while _turn(here):
            pass
        assert len(here.members()["big"]) == 20
