"""Journeys that look at the profile store: live, replayed and backtested they see the same of it [3.9, 4.1, 6.31]."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.engine.effect import OK, Answer, Effect, Look
from sojourn.journey.project import Project
from sojourn.runtime.inlet import Checked, InletRules
from sojourn.store.entry import Accepted, Entry, Marked, Recorded

from ..engine.generator import examples
from ..engine.world import Person, action, compiled, condition, documents, event, wait
from . import runs
from .runs import Found, difference
from .test_agreement import NO_WONDER, UNTIL

VISITS = "#{ExperiencePlatform.Visits.experienceevent"
PATHS = (
    f"count({VISITS}.all(currentDataPackField._t.n > 0)._t.n}}) > 2",
    f"{VISITS}.first()._t.n}} == 2",
    f"{VISITS}.last()._t.n}} == 1",
    f"count({VISITS}.all(currentDataPackField.timestamp < now())._t.n}}) == 1",
    f"sum({VISITS}.all(currentDataPackField._t.text == @{{A._t.text}})._t.n}}) > 2",
    "#{ExperiencePlatform.Person._t.text} == 'x'",
    "#{W.of.n, params: {q: #{ExperiencePlatform.Person.profile._t.text}}} is null",
)
IDENTITIES = {"_t.who": {"namespace": "CRMID", "primary": True}}


def project(activities: dict[str, Any], **properties: object) -> Project:
    found = documents(activities, **properties)
    (record,) = found["schema"]
    record |= {"profile": True, "identities": IDENTITIES}
    found["schema"].append({"name": "person", "base": "profile"} | {k: v for k, v in record.items() if k != "name"})
    groups = {"Visits": {"schema": "record"}, "Person": {"schema": "person"}}
    found["source"].append({"name": "ExperiencePlatform", "fieldGroups": groups})
    found["dataset"] = [
        {"name": "visits", "schema": "record", "profile": True},
        {"name": "people", "schema": "person", "profile": True},
    ]
    made = Project()
    for kind in ("schema", "dataset", "event", "source", "action", "journey"):
        for document in found[kind]:
            assert made.add(kind, document) == []
    return made


def checked(made: Project, records: list[dict[str, Any]]) -> list[Checked]:
    rules = InletRules(made)
    found = []
    for each in records:
        dataset = "visits" if "_id" in each else "people"
        message = {"header": {"datasetId": dataset}, "body": {"xdmEntity": each}}
        found.append(rules.message(json.dumps(message).encode()))
    return found


def by_the_rules(made: Project, records: list[dict[str, Any]], until: int) -> Found:
    """By hand: of whoever is asked about, the events so far, the newest first."""
    plan = compiled(made)
    so_far: list[dict[str, Any]] = []
    people: dict[str, Person] = {}

    def known(effect: Effect | Look) -> Answer:
        if not isinstance(effect, Look):
            return OK
        mine = [each for each in so_far if each["_t"]["who"] == effect.key]
        if effect.what == "experienceevent":
            return Answer("ok", found={"experienceevent": [each for each in reversed(mine) if "_id" in each]})
        return Answer("ok", found=next((each for each in mine if "_id" not in each), {}))

    for each in records:
        who = each["_t"]["who"]
        person = people.setdefault(who, Person(plan, name=who, known=known))
        at = runs._ms(each["timestamp"]) if "_id" in each else 0
        person.until(at - 1)
        so_far.append(each)
        if each.get("eventType") in plan.listens:
            assert person.hear(each["eventType"], at, each)
    shapes = [json.dumps(shape.content()) for shape in plan.shapes]
    steps: Counter[Any] = Counter()
    discards: Counter[str] = Counter()
    for name, person in people.items():
        person.until(until)
        steps.update((name, "", entry, s.n, s.at, s.code, shapes[s.shape]) for _, entry, s in person.taken)
        discards.update(line[2:] for line in person.log if line.startswith("! "))
    return Found(steps, discards)


def plain(found: Found) -> Found:
    """With the shapes in one spelling."""
    rows = Counter({(*row[:6], json.dumps(json.loads(row[6]))): count for row, count in found.steps.items()})
    return Found(rows, found.discards)  # type: ignore[arg-type]


def live(data: Path, made: Project, history: list[Checked], until: int, batch: int, restart: bool) -> Found:
    entries: list[Entry] = [
        Accepted(each.at, "prod", each.record, each.dataset)
        if each.event
        else Recorded(each.at, "prod", each.dataset, [each.record])
        for each in history
    ]
    with closing(runs.Durable(data)) as run:
        run.append(runs.publication(made, compiled(made)))
        for start in range(0, len(entries), batch):
            run.append(entries[start : start + batch])
            run.work(restart)
        run.append([Marked(until)])
        run.work(restart)
        assert run.engine.open_calls == 0 and run.shard.rows("quarantined") == []
    return plain(runs.left_behind(data))


@st.composite
def journeys(draw: st.DrawFn) -> dict[str, Any]:
    """A wait, a condition on the profile store, a listener, and another condition."""
    first, second = (draw(st.lists(st.sampled_from(PATHS), min_size=1, max_size=3)) for _ in range(2))
    paths = [{f"p{n}": path for n, path in enumerate(each)} for each in (first, second)]
    return {
        "start": event("A", next=draw(st.sampled_from(["w", "x"]))),
        "w": wait(draw(st.integers(1, 3)), "x"),
        "x": condition(paths[0], {"p0": "l", "other": "y"}),
        "l": event("B", timeout="PT2S", next="y"),
        "y": condition(paths[1], {"p0": "z"}),
        "z": action(None, n=f"{VISITS}.first()._t.n}}"),
    }


HEARD = st.tuples(
    st.sampled_from([0, 500, 1_000, 2_000, 3_000]),
    st.sampled_from(["ann", "bob", "cid"]),
    st.sampled_from(["A", "B", "C", "other"]),
    st.sampled_from([0, 1, 2]),
    st.sampled_from(["x", "y"]),
)


@given(journeys(), st.lists(HEARD, min_size=10, max_size=40), st.sets(st.sampled_from(["ann", "bob", "cid"])))
@settings(examples(10, 100), suppress_health_check=NO_WONDER)
def test_all_runs_agree(
    tmp_path_factory: pytest.TempPathFactory, activities: dict[str, Any], heard: list[Any], known: set[str]
) -> None:
    data = tmp_path_factory.mktemp("data")
    made = project(activities)
    plan = compiled(made)
    at, records = 0, [{"_t": {"who": who, "text": "x" if who == "ann" else "y"}} for who in sorted(known)]
    for number, (pause, who, kind, n, text) in enumerate(heard):
        at += pause
        records.append(runs.record(f"{number:03}", at, kind, who, {"n": n, "text": text}))
    history = checked(made, records)
    expected = by_the_rules(made, records, UNTIL)
    assert difference(plain(runs.in_memory(made, plan, history, UNTIL)), expected) == []
    assert difference(plain(runs.replayed(data / "replay", made, plan, history, UNTIL)), expected) == []
    for batch in (1, 7, len(history)):
        assert difference(live(data / f"{batch}", made, history, UNTIL, batch, restart=False), expected) == []
    assert difference(live(data / "again", made, history, UNTIL, 5, restart=True), expected) == []


@pytest.mark.parametrize("batch", [1, 7])
def test_somebody_leaves_when_what_is_known_of_them_changes(tmp_path: Path, batch: int) -> None:
    """[6.25] At once, wherever they are; what an event does to the profile is known before journeys hear it [3.9]."""
    made = project(
        {"start": event("A", next="w"), "w": wait(60, "c"), "c": action()},
        exitCriteria={
            "unsubscribed": {"condition": "#{ExperiencePlatform.Person._t.text} == 'x'"},
            "often": {"condition": f"count({VISITS}.all(currentDataPackField._t.n > 0)._t.n}}) > 1"},
        },
    )
    heard = [(1, "ann", 0), (1, "bob", 1), (1, "cid", 1), (3, "bob", 1), (4, "cid", 0)]
    records = [runs.record(f"{n}", 1000 * at, "A", who, {"n": value}) for n, (at, who, value) in enumerate(heard)]
    entries: list[Entry] = [Accepted(each.at, "prod", each.record, each.dataset) for each in checked(made, records)]
    for who, text in (("cid", "y"), ("ann", "x")):
        known = json.dumps({"_t": {"who": who, "text": text}}).encode()
        entries.insert(3, Recorded(2_000, "prod", "people", [known]))
    data = tmp_path / "data"
    with closing(runs.Durable(data)) as run:
        run.append(runs.publication(made, compiled(made)))
        for start in range(0, len(entries), batch):
            run.append(entries[start : start + batch])
            run.work()
        run.append([Marked(UNTIL)])
        run.work()
        assert run.shard.rows("quarantined") == []
    ended = [(row[0], row[4], row[5]) for row in runs.left_behind(data).steps if json.loads(row[6])["ended"]]
    assert sorted(ended, key=str) == [
        ("ann", 2_000, "exitCriteria.unsubscribed"),
        ("bob", 3_000, "exitCriteria.often"),
        ("cid", 61_000, None),
    ]
