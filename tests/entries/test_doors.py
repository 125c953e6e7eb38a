"""Jumps, supplemental keys, throttle and re-entrance: who gets in, when, and once [6.2, 6.10-6.13, 6.23]."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from sojourn.journey.compile import compile_journey
from sojourn.store.entry import Entry, Forgotten, Halted, Rehearsed, Uploaded
from sojourn.store.shard import ShardReader

from ..profiles.world import accepted, event, recorded
from .world import HOUR, SECOND, journeys, plan_of, published, world

KINDS: tuple[Literal["shadow", "test"], ...] = ("shadow", "test")
WAIT = {"type": "wait", "duration": "PT10S"}


def heard(at: int, kind: str, who: str, key: str | None = None, mail: str | None = None, **more: Any) -> Entry:
    return accepted(at, event(f"{kind}-{who}-{key}-{at}", at, kind, who, mail, text=key, **more))


def test_a_jump(tmp_path: Path) -> None:
    """6.23: the other journey is entered in the same turn with what is mapped; the origin goes on; who is inside does
    not enter, which is no error; nor is a target that nobody can enter any more."""
    activities = {
        "start": {"type": "event", "event": "A", "next": "jump"},
        "jump": {"type": "jump", "journey": "to", "next": "wait",
                 "parameters": {"_t.n": "@{A._t.n} + 1", "_t.who": '"not used"'}},
        "wait": WAIT,
    }  # fmt: skip
    target = {
        "start": {"type": "event", "event": "B", "next": "c"},
        "c": {"type": "condition", "paths": {"six": "@{B._t.n} == 6"}, "next": {"six": "wait"}},
        "wait": {"type": "wait", "duration": "PT60S"},
    }
    made = journeys({"name": "from", "activities": activities}, {"name": "to", "activities": target})
    with world(tmp_path / "data", made, "to", "from") as here:
        here.log(heard(SECOND, "A", "ann", n=5))
        assert here.steps() == [
            "1 from ann#1 start transitions", "1 from ann#1 jump transitions",
            "1 to ann#1 start transitions", "1 to ann#1 c transitions"]  # fmt: skip
        here.log(heard(20 * SECOND, "A", "ann", n=5), heard(21 * SECOND, "A", "bob", n=1))
        assert here.entered("from") == ["1 ann#1", "20 ann#2", "21 bob#1"]
        assert here.entered("to") == ["1 ann#1", "21 bob#1"] and here.discards() == {"to inside": 1}
        here.log(Halted(22 * SECOND, "prod", plan_of(made, "to").journey, 1, False), heard(23 * SECOND, "A", "cyd"))
        here.until(HOUR)
        assert here.discards() == {"to inside": 1, "to closed": 1}
        assert [line for line in here.steps() if "error" in line] == []


def test_who_is_inside_by_the_time_of_the_jump(tmp_path: Path) -> None:
    """6.14: a jump that a timer leads to is heard in its place, however late that timer fires."""
    origin = {"start": {"type": "event", "event": "A", "next": "wait"}, "wait": {**WAIT, "next": "jump"},
              "jump": {"type": "jump", "journey": "to"}}  # fmt: skip
    target = {
        "start": {"type": "event", "event": "B", "next": "b"},
        "b": {"type": "event", "event": "B", "timeout": "PT5S", "next": {"timeout": None, "then": None}},
    }
    made = journeys({"name": "from", "activities": origin}, {"name": "to", "activities": target})
    with world(tmp_path / "data", made, "to", "from") as here:
        here.log(heard(0, "A", "ann"), heard(12 * SECOND, "B", "ann"), heard(16 * SECOND, "B", "ann"))
        here.until(HOUR)
        rows = [line for line in here.steps() if " to " in line]
        assert rows == [
            "10 to ann#1 start transitions", "12 to ann#1 b endStep",
            "16 to ann#2 start transitions", "21 to ann#2 b endStep"]  # fmt: skip


def test_jumps_are_checked_against_what_is_live() -> None:
    """6.23: what is no longer live is a finding."""
    jump = {"start": {"type": "event", "event": "A", "next": "jump"}, "jump": {"type": "jump", "journey": "to"}}
    made = journeys(
        {"name": "from", "activities": jump},
        {"name": "to", "activities": {"start": {"type": "event", "event": "B"}}},
    )
    assert compile_journey(made, "from")[1] == []
    made.live = {}
    (finding,) = compile_journey(made, "from")[1]
    assert (finding.code, finding.path) == ("ERR_JUMP_NOT_LIVE", ("activities", "jump", "journey"))
    made.live = {"to": made.journeys["to"]}
    assert compile_journey(made, "from")[1] == []


def test_once_for_each_supplemental_key(tmp_path: Path) -> None:
    """6.10: listeners hear their own key's events; without re-entrance, once for ever for each key."""
    activities = {
        "start": {"type": "event", "event": "Order", "next": ["paid", "wait"]},
        "paid": {"type": "event", "event": "Paid", "next": "end"},
        "wait": {**WAIT, "next": "end"},
        "end": {"type": "end"},
    }
    made = journeys({"name": "j", "activities": activities, "supplementalKey": True, "reentrance": False})
    with world(tmp_path / "data", made, "j") as here:
        here.log(*(heard(at * SECOND, "Order", "ann", key) for at, key in ((1, "x"), (2, "y"), (3, "x"))))
        here.log(heard(4 * SECOND, "Paid", "ann", "y"), heard(5 * SECOND, "Paid", "ann", "z"))
        here.log(heard(20 * SECOND, "Order", "ann", "x"), heard(21 * SECOND, "Order", "ann"))
        assert here.steps() == [
            "1 j ann/x#1 start transitions", "2 j ann/y#1 start transitions",
            "4 j ann/y#1 paid endStep", "11 j ann/x#1 wait endStep"]  # fmt: skip
        assert here.discards() == {"j notAwaited": 2, "j reentranceNotAllowed": 1, "j supplementalKeyMissing": 1}
        # 9.3: each by the id of its event.
        assert {(row[6], row[5]) for row in here.facts("discard")} >= {("Order-ann-x-20000", "reentranceNotAllowed")}
        here.log(Forgotten(22 * SECOND, "prod", "token", [("CRMID", "ann")]))
        here.log(heard(30 * SECOND, "Order", "ann", "x"))
        assert here.entered("j")[-1] == "30 ann/x#1", "deleted, so never here before [6.12]"


def test_stays_of_one_key_are_brought_together(tmp_path: Path) -> None:
    """1.2: also of those that have begun in the very turn in which two people turn out to be one."""
    activities = {"start": {"type": "event", "event": "Order", "next": "wait"}, "wait": WAIT}
    made = journeys({"name": "j", "activities": activities, "supplementalKey": True})
    with world(tmp_path / "data", made) as here:
        here.log(published(made, "j"))
        here.log(
            heard(1, "Order", "ann", "x"), heard(2, "Order", "ann2", "x"), heard(3, "Order", "ann2", "y"),
            recorded(4, {"_t": {"who": "ann", "mail": "a@example.com"}}),
            recorded(5, {"_t": {"who": "ann2", "mail": "a@example.com"}}),
            heard(6, "Order", "ann", "y"),
        )  # fmt: skip
        here.until(HOUR)
        ends = {tuple(line.split()[1:]) for line in here.steps() if " wait " in line}
        assert ends == {("j", "ann/x#1", "wait", "endStep"), ("j", "ann2/x#1", "wait", "exited"),
                        ("j", "ann2/y#1", "wait", "endStep")}  # fmt: skip
        assert here.discards() == {"j notAwaited": 1}


def test_a_throttle_lets_people_in_one_by_one(tmp_path: Path) -> None:
    """6.13: in order, nobody is dropped; who waits is inside only from their turn on; a delete takes them out."""
    activities = {
        "start": {"type": "event", "event": "A", "next": ["b", "wait"]},
        "b": {"type": "event", "event": "B"},
        "wait": {"type": "wait", "duration": "PT9S"},
    }
    made = journeys({"name": "j", "activities": activities, "throttle": {"entries": 30, "per": "PT1M"}})
    with world(tmp_path / "data", made, "j") as here:
        here.log(*(heard(number, "A", f"p{number}") for number in range(5)))
        here.log(heard(1_500, "B", "p1"), heard(2_500, "B", "p1"), Forgotten(3_000, "prod", "t", [("CRMID", "p2")]))
        here.until(HOUR)
        assert here.entered("j") == ["0 p0#1", "2 p1#1", "6 p3#1", "8 p4#1"]
        assert "2.5 j p1#1 b endStep" in here.steps() and here.discards() == {"j notAwaited": 1}
        here.log(heard(HOUR + 1, "A", "late"))
        assert here.entered("j")[-1] == f"{(HOUR + 1) / 1000:g} late#1", "nobody is before them: at once"


def test_reentrance_waits_for_the_end_of_the_last_stay(tmp_path: Path) -> None:
    """6.2: counted from when the last stay has ended, over all versions [6.12]."""
    body = {"name": "j", "activities": {"start": {"type": "event", "event": "A", "next": "wait"}, "wait": WAIT},
            "reentranceWait": "PT5M"}  # fmt: skip
    made = journeys(body)
    with world(tmp_path / "data", made, "j") as here:
        here.log(heard(0, "A", "ann"), heard(300 * SECOND, "A", "ann"))
        here.log(published(made, "j", 301 * SECOND, 2), heard(310 * SECOND - 1, "A", "ann"))
        here.log(heard(310 * SECOND, "A", "ann"))
        assert here.entered("j") == ["0 ann#1", "310 ann#2"]
        assert here.discards() == {"j reentranceNotAllowed": 2}


def test_a_shadow_reads_its_audience_and_tells_nobody(tmp_path: Path) -> None:
    """[6.19, 6.33] By schedule and after business events, as it would if it were live; a test reads none [6.32]."""
    activities: dict[str, Any] = {"start": {"type": "readAudience", "segment": "chosen", "schedule": {
        "every": "cron", "cron": "0 * * * *"}}}  # fmt: skip
    after = {"start": {"type": "readAudience", "segment": "chosen", "event": "Launch"}}
    made = journeys({"name": "hourly", "activities": activities}, {"name": "launched", "activities": after},
                    segments={"chosen": None})  # fmt: skip
    with world(tmp_path / "data", made) as here:
        here.log(Uploaded(0, "prod", "chosen", "CRMID", ["ann", "bob"], "add"))
        for kind in KINDS:
            for name in ("hourly", "launched"):
                body = made.journeys[name].model_dump_json(by_alias=True, exclude_unset=True).encode()
                here.log(Rehearsed(SECOND, "prod", f"of-{name}", f"{kind}-{name}", kind, name, 1, body, b"{}"))
        here.log(accepted(2 * SECOND, event("launch", 2 * SECOND, "Launch", "", n=1)))
        here.until(2 * HOUR)
        numbers = {row[2]: row[0] for row in here.shard.rows("journeys")}
        with closing(ShardReader(here.shard.path)) as reader:
            entered = {
                uid: [(row[2], step[2]) for row in reader.rehearsed_steps(number)[0] for step in row[5]]
                for uid, number in numbers.items()
            }
        assert here.exports() == [] and here.steps() == []
    assert [len(entered[f"test-{name}"]) for name in ("hourly", "launched")] == [0, 0]
    assert sorted(entered["shadow-launched"]) == [("ann", 2 * SECOND), ("bob", 2 * SECOND)]
    assert {at for _, at in entered["shadow-hourly"]} == {HOUR, 2 * HOUR} and len(entered["shadow-hourly"]) == 4
