"""Segments beside what else a turn does: journeys that ask, merges, uploads, deletes, runs under way [8.1-8.3]."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sojourn.profile.evaluation import next_daily
from sojourn.profile.membership import EXITED, REALIZED
from sojourn.runtime import engine as engine_module
from sojourn.runtime.eraser import Theirs
from sojourn.runtime.forget import Target
from sojourn.store.entry import Changed, Entry, Evaluated, Forgotten, Uploaded

from ..profiles.world import accepted, event, recorded
from .world import DEFINITIONS, Segmented, definition, deletion, segmented, with_segments

HOUR = 3_600_000
DAY = 24 * HOUR
ASKING = {
    "start": {"type": "event", "event": "A", "next": "asked"},
    "asked": {"type": "condition", "paths": {"big": 'inSegment("big")'}, "next": {"big": "wait", "other": "end"}},
    "wait": {"type": "wait", "duration": "P1D", "next": "again"},
    "again": {"type": "condition", "paths": {"big": 'inAudience("big")'}, "next": {"big": "call", "other": "end"}},
    "call": {"type": "action", "action": "send", "parameters": {"who": "@{A._t.who}"}},
    "end": {"type": "end"},
}


def person(who: str, n: int | None = None, mail: str | None = None) -> dict[str, Any]:
    return {"_t": {"who": who, "mail": mail, "n": n}}


def upload(at: int, mode: Any, *ids: str, namespace: str = "CRMID") -> Uploaded:
    return Uploaded(at, "prod", "chosen", namespace, list(ids), mode)


def asking() -> Any:
    made = with_segments(**DEFINITIONS)
    body = {"name": "j", "namespace": "CRMID", "start": "start", "activities": ASKING}
    assert made.add("journey", body) == []
    return made


def called(here: Segmented) -> int:
    return sum(here.run.port.sent.values())


def test_a_journey_asks_who_is_in_a_segment(tmp_path: Path) -> None:
    with segmented(tmp_path / "data", asking()) as here:
        here.log(recorded(HOUR, person("ann", 3), person("bob", 3), person("cyd", 1)))
        for number, who in enumerate(("ann", "bob", "cyd", "stranger")):
            here.log(accepted(2 * HOUR, event(f"e{number}", 2 * HOUR, "A", who)))
        here.log(recorded(3 * HOUR, person("bob", 1), person("cyd", 3)))
        here.until(3 * DAY)
        assert called(here) == 1, "ann was a member both times; bob left; cyd came too late; nobody knows the stranger"
        assert not here.quarantined()


def test_an_event_is_heard_by_segments_before_journeys(tmp_path: Path) -> None:
    """3.9: by the event that enters the journey the person has become a member."""
    made = with_segments(**DEFINITIONS)
    activities = {
        **ASKING,
        "asked": {"type": "condition", "paths": {"r": 'inSegment("regular")'}, "next": {"r": "call", "other": "end"}},
    }
    assert made.add("journey", {"name": "j", "namespace": "CRMID", "start": "start", "activities": {
        name: activities[name] for name in ("start", "asked", "call", "end")}}) == []  # fmt: skip
    with segmented(tmp_path / "data", made) as here:
        here.log(*(accepted(n * HOUR, event(f"e{n}", n * HOUR, "A", "ann", n=2)) for n in (1, 2)))
        assert called(here) == 1


def test_statuses_and_qualifications(tmp_path: Path) -> None:
    with segmented(tmp_path / "data") as here:
        here.log(recorded(HOUR, person("ann", 3)))
        assert here.memberships()["big"] == {"ann": "realized"}
        here.log(accepted(2 * HOUR, event("e", 2 * HOUR, "X", "ann", n=3)))
        assert here.memberships()["big"] == {"ann": "realized"}, "nothing that it looks at has changed"
        here.log(recorded(3 * HOUR, person("ann", 2)))
        assert here.memberships()["big"] == {"ann": "existing"}
        here.log(recorded(4 * HOUR, person("ann", 1)), recorded(5 * HOUR, person("ann", 9)))
        big = here.ids()["big"]
        assert [(each.status, each.at, each.count) for each in here.qualifications() if each.segment == big] == [
            (REALIZED, HOUR, 1), (EXITED, 4 * HOUR, 2), (REALIZED, 5 * HOUR, 3)
        ]  # fmt: skip


def test_what_time_alone_changes_is_found_at_the_daily_moment(tmp_path: Path) -> None:
    with segmented(tmp_path / "data") as here:
        here.log(accepted(HOUR, event("e", HOUR, "X", "ann", n=1)))
        here.until(2 * DAY)
        assert here.members()["recent"] == {"ann"}
        here.until(2 * DAY + 2 * HOUR)
        assert here.members()["recent"] == set()
        left = here.qualifications()[-1]
        assert (left.segment, left.status, left.at) == (here.ids()["recent"], EXITED, 2 * DAY + 2 * HOUR + 1)


def test_an_event_older_than_a_year_is_forgotten(tmp_path: Path) -> None:
    with segmented(tmp_path / "data", with_segments(regular=DEFINITIONS["regular"])) as here:
        for n in (1, 2):
            here.log(accepted(n * HOUR, event(f"e{n}", n * HOUR, "X", "ann", n=2)))
        assert here.members()["regular"] == {"ann"}
        here.until(366 * DAY)
        assert here.members()["regular"] == set()


def test_the_daily_moment() -> None:
    assert next_daily("02:00", 0) == 2 * HOUR
    assert next_daily("02:00", 2 * HOUR) == 26 * HOUR
    assert next_daily("00:00", 5) == DAY


def test_two_people_who_are_one(tmp_path: Path) -> None:
    with segmented(tmp_path / "data") as here:
        here.log(recorded(HOUR, person("ann", 3)), recorded(2 * HOUR, person("bob", 1)))
        here.log(recorded(3 * HOUR, {"identityMap": {"CRMID": [{"id": "ann"}, {"id": "bob"}]}}))
        assert here.memberships()["big"] == {"ann": "exited"}, "the newest n is bob's"
        assert here.sizes()["big"] == (0, 0, 1)
        here.log(recorded(4 * HOUR, person("bob", 5)))
        assert here.memberships()["big"] == {"ann": "realized"}


def test_uploaded_audiences(tmp_path: Path) -> None:
    made = with_segments(chosen=None, asked='inSegment("chosen")')
    with segmented(tmp_path / "data", made) as here:
        here.log(recorded(1, person("ann")), upload(2, "begin", "ann", "bob"), upload(2, "end"))
        assert here.members() == {"chosen": {"ann", "bob"}, "asked": {"ann", "bob"}}
        here.log(upload(3, "begin", "bob"), upload(4, "add", "cyd"))
        assert here.members()["chosen"] == {"ann", "bob", "cyd"}, "not at its end yet"
        here.log(upload(5, "end"))
        assert here.memberships() == {
            "chosen": {"ann": "exited", "bob": "existing", "cyd": "realized"},
            "asked": {"ann": "exited", "bob": "realized", "cyd": "realized"},
        }
        here.log(upload(6, "remove", "bob", "nobody"), upload(7, "add", "dan"))
        assert here.members()["chosen"] == {"cyd", "dan"}
        assert here.people.person("prod", "CRMID", "nobody") is None


def test_a_deleted_person_is_in_no_segment(tmp_path: Path) -> None:
    with segmented(tmp_path / "data") as here:
        here.log(recorded(1, person("ann", 3), person("bob", 3)))
        here.log(Forgotten(2, "prod", "token", [("CRMID", "ann")]))
        assert here.members()["big"] == {"bob"}
        assert here.sizes()["big"] == (1, 0, 0)
        assert here.run.shard.rows("membership", 1) == []


def test_a_deleted_person_is_in_no_upload(tmp_path: Path) -> None:
    """1.6: nor in what the log keeps of one."""
    theirs = Theirs(Target("prod", [("CRMID", "ann")], []), lambda text: set())
    entry = upload(1, "add", "ann", "bob")
    assert theirs.without(entry) == upload(1, "add", "bob")
    others = upload(1, "add", "ann", namespace="Email")
    assert theirs.without(others) is others


def test_a_deleted_segment_has_no_members(tmp_path: Path) -> None:
    with segmented(tmp_path / "data", asking()) as here:
        here.log(recorded(1, person("ann", 3)), deletion("both", 2), deletion("neither", 2), deletion("big", 3))
        assert "big" not in here.members()
        here.log(accepted(HOUR, event("e", HOUR, "A", "ann")))
        here.until(3 * DAY)
        assert called(here) == 0
        here.log(definition("big", DEFINITIONS["big"], 4 * DAY))
        assert here.memberships()["big"] == {"ann": "realized"}, "another segment of that name"


def test_a_failed_evaluation_is_false_and_counted(tmp_path: Path) -> None:
    with segmented(tmp_path / "data") as here:
        here.log(recorded(1, person("ann", 3), person("bob", 1)))
        assert here.members()["overflow"] == {"bob"}
        found = {row[0]: row[5:7] for row in here.run.shard.rows("segment_states", "prod")}
        assert found["overflow"] == (1, "ERR_EXPR_OVERFLOW")


def test_a_run_under_way_is_as_if_it_had_happened_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a real clock entries come while a back-fill goes on; here the clock is told not to wait for it."""
    outcomes = []
    people = [f"p{n:02}" for n in range(30)]
    later: list[Entry] = [
        recorded(2 * HOUR, person("p20", 1)),
        accepted(2 * HOUR, event("e", 2 * HOUR, "A", "p25")),
        recorded(3 * HOUR, person("p21", 3), person("p22", 1), person("new", 3)),
        recorded(3 * HOUR, {"identityMap": {"CRMID": [{"id": "p23"}, {"id": "p26"}]}}),
        Evaluated(3 * HOUR, "prod", "big"),
        Forgotten(4 * HOUR, "prod", "token", [("CRMID", "p29")]),
        recorded(4 * HOUR, person("p24", 0)),
    ]
    for bite in (1_000, 3):
        monkeypatch.setattr(engine_module, "PROFILES_A_TURN", bite)
        monkeypatch.setattr(engine_module, "PROFILES_BESIDE_ENTRIES", bite)
        monkeypatch.setattr("sojourn.profile.segments.Segments.sweeping", False)
        with segmented(tmp_path / f"data{bite}", asking()) as here:
            here.log(deletion("both", 0), deletion("neither", 0), deletion("big", 0))
            here.log(recorded(1, *(person(who, 3 if n % 2 else 1) for n, who in enumerate(people))))
            here.run.append([definition("big", DEFINITIONS["big"], HOUR)])
            here.run.engine.turn()
            here.run.engine.turn()
            for entry in later:
                here.run.append([entry])
                here.run.engine.turn()
            progress = here.run.shard.rows("segment_runs")
            assert bool(progress) == (bite == 3), progress
            here.run.work(True)
            fresh = Segmented(here.run)
            assert fresh.run.shard.rows("segment_runs") == [] == fresh.run.shard.rows("segment_ahead")
            by_profile: dict[int, list[Any]] = {}
            for each in fresh.qualifications():
                by_profile.setdefault(each.profile, []).append(each)
            outcomes.append((fresh.memberships(), by_profile, fresh.sizes(), called(fresh)))
            assert not fresh.quarantined()
    assert outcomes[0] == outcomes[1]
    assert sum(outcomes[0][2]["big"][:2]) > 5


def test_a_definition_that_says_the_same_is_not_evaluated_again(tmp_path: Path) -> None:
    with segmented(tmp_path / "data") as here:
        here.log(recorded(1, person("ann", 3)))
        here.log(definition("big", DEFINITIONS["big"], 2, daily="05:00"))
        assert here.memberships()["big"] == {"ann": "realized"}
        text = DEFINITIONS["big"] + " "
        here.log(definition("big", text, 3))
        assert here.memberships()["big"] == {"ann": "existing"}


def test_a_damaged_row_holds_up_nobody(tmp_path: Path) -> None:
    with segmented(tmp_path / "data") as here:
        here.log(recorded(1, person("ann", 3), person("bob", 3), person("cyd", 3)))
        shard = here.run.shard
        shard.begin()
        shard.connection.execute("update profile set body = x'c1' where id = 2")
        shard.connection.execute("update membership set body = x'c1' where profile = 3")
        shard.commit()
        here.run.append([Evaluated(2, "prod", "big"), Changed(3, "prod", "namespace", "Other", b'{"name": "Other"}')])
        here.run.work()
        rows = {number: shard.rows("membership", number) for number in (1, 3)}
        assert all(rows.values()) and shard.rows("segment_runs") == []
