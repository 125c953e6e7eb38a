"""People who enter and leave segments, and whole audiences [6.17, 6.19, 3.8]."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sojourn.store.entry import Changed, Halted, Uploaded

from ..profiles.world import accepted, event, recorded
from .world import DAY, HOUR, SECOND, N, journeys, plan_of, published, world

SEGMENTS = {"big": f"{N} >= 2", "chosen": None, "recent": (
    "count(#{ExperiencePlatform.experienceevent.all(inLastDays(currentDataPackField.timestamp, 1))}) > 0")}  # fmt: skip
BIG = {"type": "segmentQualification", "segment": "big"}
SEND = {"type": "action", "action": "send", "parameters": {"who": "@{SegmentQualification.status}"}}


def person(who: str, n: int | None = None, mail: str | None = None) -> dict[str, Any]:
    return {"_t": {"who": who, "mail": mail, "n": n}}


def test_who_enters_a_segment_enters_the_journey(tmp_path: Path) -> None:
    """6.17: enter, exit or both; who qualifies otherwise than wanted is told apart [9.3]; a member is none anew."""
    made = journeys(
        {"name": "in", "activities": {"start": BIG}},
        {"name": "out", "activities": {"start": BIG | {"behaviour": "exit"}}},
        {"name": "both", "activities": {"start": BIG | {"behaviour": "both"}}},
        segments=SEGMENTS,
    )
    with world(tmp_path / "data", made, "in", "out", "both") as here:
        here.log(recorded(10, person("ann", 3), person("bob", 1)))
        here.log(recorded(20, person("ann", 4)), recorded(30, person("ann", 1)), recorded(40, person("ann", 2)))
        assert here.entered("in") == ["0.01 ann#1", "0.04 ann#2"]
        assert here.entered("out") == ["0.03 ann#1"]
        assert here.entered("both") == ["0.01 ann#1", "0.03 ann#2", "0.04 ann#3"]
        mismatch = "ERROR_SEGMENT_REALISATION_CONDITION_MISMATCH"
        assert here.discards() == {f"in {mismatch}": 1, f"out {mismatch}": 2}


def test_a_qualification_is_heard_further_down_behind_the_event_that_causes_it(tmp_path: Path) -> None:
    """6.17, 3.9: of the event and what it makes of the person, the event is heard first; expressions see the latest."""
    activities = {
        "start": {"type": "event", "event": "A", "next": ["in", "b"]},
        "in": {"type": "segmentQualification", "segment": "recent", "next": "c"},
        "b": {"type": "event", "event": "B", "next": "again"},
        "again": {"type": "segmentQualification", "segment": "big", "timeout": "PT5S", "next": {"then": "c"}},
        "c": {"type": "condition", "paths": {"in": '@{SegmentQualification.status} == "realized"'},
              "next": {"in": "late"}},
        "late": {"type": "condition", "paths": {
            "at": "@{SegmentQualification.lastQualificationTime} >= toDateTime(1000)"}, "next": {"at": "send"}},
        "send": SEND,
    }  # fmt: skip
    made = journeys({"name": "j", "activities": activities}, segments=SEGMENTS)
    with world(tmp_path / "data", made, "j") as here:
        here.log(accepted(SECOND, event("e1", SECOND, "A", "ann", n=1)))
        here.log(accepted(2 * SECOND, event("e2", 2 * SECOND, "B", "bob")), recorded(3 * SECOND, person("ann", 2)))
        assert here.steps() == ["1 j ann#1 start transitions", "1 j ann#1 in transitions", "1 j ann#1 c transitions",
                                "1 j ann#1 late transitions", "1 j ann#1 send endStep"]  # fmt: skip


def test_the_first_calculation_qualifies_every_member(tmp_path: Path) -> None:
    """6.17: and what the schedule finds comes at its moment, in order with what else happens [8.2]."""
    made = journeys(
        {"name": "in", "activities": {"start": {"type": "segmentQualification", "segment": "new"}}},
        {"name": "gone", "activities": {"start": {"type": "segmentQualification", "segment": "recent",
                                                  "behaviour": "exit"}}},
        segments=SEGMENTS | {"new": f"{N} > 0"},
    )  # fmt: skip
    new = made.segments.pop("new")
    with world(tmp_path / "data", made) as here:
        here.log(recorded(10, person("ann", 3), person("bob", 1)))
        made.segments["new"] = new
        here.log(published(made, "gone", 20))
        here.log(Changed(30, "prod", "segment", "new", new.model_dump_json(exclude_unset=True).encode()))
        here.log(published(made, "in", 30))
        assert here.entered("in") == [], "calculated before the journey was there"
        body = b'{"name":"new","definition":"%s >= 0"}' % N.encode()
        here.log(recorded(35, person("cyd", 0)), Changed(40, "prod", "segment", "new", body))
        assert here.entered("in") == ["0.04 cyd#1"]
        here.log(accepted(HOUR, event("e", HOUR, "X", "ann")))
        here.until(3 * DAY)
        day = DAY + 2 * HOUR
        assert here.entered("gone") == [f"{(day + 1) / 1000:g} ann#1"], "at 02:00, a day after the event"


def audience(**more: Any) -> dict[str, Any]:
    return {"start": {"type": "readAudience", "segment": "big", "next": "wait", **more},
            "wait": {"type": "wait", "duration": "PT36H"}}  # fmt: skip


def test_an_audience_is_read_once_at_a_rate(tmp_path: Path) -> None:
    """6.19, 6.13: as soon as the journey is live; one after the other; who is inside or unknown here is told."""
    made = journeys({"name": "j", "activities": audience(rate=2)}, segments=SEGMENTS)
    with world(tmp_path / "data", made) as here:
        here.log(recorded(10, *(person(f"p{n}", n) for n in range(6)), person("", 5, "x@example.com")))
        here.log(published(made, "j", 1_000), recorded(1_200, person("late", 9)))
        here.until(DAY)
        assert here.entered("j") == ["1 p2#1", "1.5 p3#1", "2 p4#1", "2.5 p5#1"]
        started, noticed = here.exports()[1:3]
        assert here.exports()[-1] == started | {
            "status": "finished", "eventCode": "INFO_EXPORTJOB_SUCCEEDED", "exportCountTotal": 5,
            "exportCountRealized": 4, "exportCountFailed": 1}  # fmt: skip
        assert noticed["eventCode"] == "ERROR_INSTANCE_BAD_NAMESPACE"
        assert [each["status"] for each in here.exports() if each["eventType"].endswith("orchestrator")] == [
            "queued", "started", "finished"]  # fmt: skip


def test_an_audience_is_read_on_a_schedule(tmp_path: Path) -> None:
    """6.19: every day; who is still inside does not enter again; incremental: only who has come since."""
    daily = {"every": "day", "at": "09:00"}
    made = journeys(
        {"name": "all", "activities": audience(schedule=daily)},
        {"name": "new", "activities": audience(schedule=daily, incremental=True)},
        segments=SEGMENTS,
    )
    with world(tmp_path / "data", made, "all", "new") as here:
        here.log(recorded(HOUR, person("ann", 3)), recorded(DAY, person("bob", 3)))
        here.log(recorded(2 * DAY, person("ann", 1)))
        here.until(3 * DAY)
        nine, next_day, third = (f"{(day * DAY + 9 * HOUR) / 1000:g}" for day in range(3))
        assert here.entered("all") == [f"{nine} ann#1", f"{next_day} bob#1"]
        assert here.entered("new") == [f"{nine} ann#1", f"{next_day} bob#1"]
        assert here.discards() == {"all inside": 2}, "ann on the second day, bob on the third"
        codes = [each["eventCode"] for each in here.exports()]
        assert codes.count("ERROR_INSTANCE_DUPLICATION") == 2 and third
        here.log(Halted(3 * DAY, "prod", plan_of(made, "all").journey, 1, False))
        here.until(5 * DAY)
        assert len(here.entered("all")) == 2, "closed: nobody enters any more"


def test_an_audience_is_read_after_a_business_event(tmp_path: Path) -> None:
    """3.8: its payload is there for everybody who enters by it; uploaded audiences too [8.3]."""
    activities = {
        "start": {"type": "readAudience", "segment": "chosen", "event": "Launch", "next": "c"},
        "c": {"type": "condition", "paths": {"dear": "@{Launch._t.n} > 5"}, "next": {"dear": "send"}},
        "send": {"type": "action", "action": "send", "parameters": {"who": "@{Launch._t.text}"}},
    }
    made = journeys({"name": "j", "activities": activities}, segments=SEGMENTS)
    with world(tmp_path / "data", made, "j") as here:
        here.log(Uploaded(10, "prod", "chosen", "CRMID", ["ann", "bob"], "add"))
        here.log(accepted(20, event("e1", 20, "Launch", "nobody", n=9)))
        here.log(accepted(30, event("e2", 30, "Launch", "nobody", n=1)))
        here.until(DAY)
        assert [line.split()[3] for line in here.steps()] == ["start", "c", "send"] * 2 + ["start", "c"] * 2
        assert here.entered("j") == ["0.02 ann#1", "0.02 bob#1", "0.03 ann#2", "0.03 bob#2"]
