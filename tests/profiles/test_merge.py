"""Two stays of one person in one journey: the older goes on, the younger ends as merged [1.2, 6.26]."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from sojourn.report.metrics import report
from sojourn.report.steps import shape_of
from sojourn.store.entry import Entry, Marked
from sojourn.store.shard import ShardReader

from .world import WAITING, World, accepted, event, project, recorded, world

HOUR = 3_600_000
LINK = {"identityMap": {"CRMID": [{"id": "ann"}, {"id": "bob"}]}}


def counts(here: World) -> dict[str, int]:
    found = report((shape_of(body), steps, tries) for _, _, _, body, steps, tries in here.run.shard.rows("shapes"))
    assert found.entered == found.completed + found.failed + found.exited + found.stopped + found.current
    return {"entered": found.entered, "completed": found.completed, "exited": found.exited, "current": found.current}


def ends(here: World) -> Counter[tuple[str, str, Any]]:
    """(person, status, code) of every last step."""
    shapes = {row[0]: json.loads(row[3]) for row in here.run.shard.rows("shapes")}
    reader = ShardReader(here.run.data / "shard-0.db")
    try:
        return Counter(
            (person, shapes[step[0]]["status"], step[5])
            for _, batch in reader.step_batches()
            for _, _, person, _, _, steps in batch
            for step in steps
            if shapes[step[0]]["ended"]
        )
    finally:
        reader.close()


def test_the_older_stay_goes_on(tmp_path: Path) -> None:
    with world(tmp_path / "data") as here:
        here.log(accepted(HOUR, event("1", HOUR, "A", "bob")), accepted(2 * HOUR, event("2", 2 * HOUR, "A", "ann")))
        here.log(recorded(3 * HOUR, LINK))
        assert counts(here) == {"entered": 2, "completed": 0, "exited": 1, "current": 1}
        assert ends(here) == {("ann", "exited", "merged"): 1}
        here.log(accepted(4 * HOUR, event("3", 4 * HOUR, "B", "ann")))
        assert counts(here)["completed"] == 1, "the closed identity leads to the stay of the other"
        assert ends(here)["bob", "endStep", None] == 1
        here.log(
            accepted(5 * HOUR, event("4", 5 * HOUR, "A", "ann")), accepted(6 * HOUR, event("5", 6 * HOUR, "A", "bob"))
        )
        assert counts(here) == {"entered": 3, "completed": 1, "exited": 1, "current": 1}, "one person is in it once"


def test_an_event_that_links_is_heard_by_the_stay_that_goes_on(tmp_path: Path) -> None:
    """3.9: the profile store first, then the journeys."""
    with world(tmp_path / "data") as here:
        here.log(accepted(HOUR, event("1", HOUR, "A", "bob")), accepted(2 * HOUR, event("2", 2 * HOUR, "A", "ann")))
        here.log(accepted(3 * HOUR, event("3", 3 * HOUR, "B", "ann") | LINK))
        assert ends(here) == {("ann", "exited", "merged"): 1, ("bob", "endStep", None): 1}


def test_a_merge_of_two_profiles_by_another_namespace(tmp_path: Path) -> None:
    with world(tmp_path / "data") as here:
        for number, (who, mail) in enumerate([("ann", "a@x.org"), ("bob", "b@x.org")], 1):
            here.log(accepted(number * HOUR, event(str(number), number * HOUR, "A", who, mail)))
        here.log(recorded(3 * HOUR, {"identityMap": {"Email": [{"id": "a@x.org"}, {"id": "b@x.org"}]}}))
        assert ends(here) == {("bob", "exited", "merged"): 1}
        assert here.events("bob") == ["2", "1"]


def test_a_timer_that_was_due_before_the_merge_fires_first(tmp_path: Path) -> None:
    with world(tmp_path / "data") as here:
        here.log(accepted(HOUR, event("1", HOUR, "A", "ann")))
        here.log(accepted(2 * HOUR, event("2", 2 * HOUR, "A", "bob")))
        day = 86_400_000
        here.log(recorded(10 * day + HOUR + 1, LINK))
        assert ends(here) == {("ann", "endStep", None): 1}, "her ten days were over: nothing is left to merge"
        assert counts(here)["current"] == 1


def test_an_open_call_of_the_younger_is_dropped_and_what_waited_for_it_is_heard(tmp_path: Path) -> None:
    activities = {
        **WAITING,
        "start": {"type": "event", "event": "A", "next": "first"},
        "first": {"type": "action", "action": "send", "parameters": {"who": "@{A._t.who}"}, "next": ["b", "long"]},
    }
    with world(tmp_path / "data", project(activities)) as here:
        run = here.run
        here.log(accepted(HOUR, event("1", HOUR, "A", "ann")))  # her call is answered: she waits for B
        run.append([accepted(2 * HOUR, event("2", 2 * HOUR, "A", "bob"))])
        while run.engine.turn():
            pass
        assert run.engine.open_calls == 1
        run.append([accepted(2 * HOUR, event("3", 2 * HOUR, "B", "bob")), recorded(2 * HOUR, LINK)])
        run.engine._at_once = True  # as on a real clock, time goes on while the call is open
        while run.engine.turn():
            pass
        assert ends(here)["bob", "exited", "merged"] == 1
        assert [(out.key[1], out.n) for out in run.shard.effects()] == [("ann", 4)], (
            "bob's B has moved the one person on"
        )
        assert run.shard.rows("held_count") == [(0,)]
        run.work()
        assert ends(here)["ann", "endStep", None] == 1


def test_reentrance_off_holds_for_the_one_person(tmp_path: Path) -> None:
    made = project({"start": {"type": "event", "event": "A"}})
    made.journeys["j"] = made.journeys["j"].model_copy(update={"reentrance": False})
    with world(tmp_path / "data", made) as here:
        here.log(accepted(HOUR, event("1", HOUR, "A", "ann")), recorded(2 * HOUR, LINK))
        here.log(accepted(3 * HOUR, event("2", 3 * HOUR, "A", "bob")))
        assert counts(here)["entered"] == 1


def test_a_replay_gives_the_same(tmp_path: Path) -> None:
    """The same log, cut into other turns: the same people, stays and step events."""
    entries: list[Entry] = []
    for n in range(120):
        at = HOUR + n * 60_000
        who = f"p{n * 7 % 10}"
        entries.append(
            accepted(at, event(f"e{n}", at, "AB"[n % 3 == 0], who, f"m{n % 4}@x.org" if n % 11 == 0 else None, n=n))
        )
        if n % 40 == 39:
            entries.append(recorded(at, {"identityMap": {"CRMID": [{"id": who}, {"id": f"p{n % 9}"}]}, "_t": {"n": n}}))
    outcomes = []
    for size in (1, 7, 500):
        with world(tmp_path / f"data{size}") as here:
            for start in range(0, len(entries), size):
                here.log(*entries[start : start + size])
            here.log(Marked(40 * 86_400_000))
            people = [(number, each) for number, each in here.people.walk("prod")]
            outcomes.append((people, ends(here), counts(here)))
            assert not here.quarantined()
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert outcomes[0][2]["exited"] > 0
