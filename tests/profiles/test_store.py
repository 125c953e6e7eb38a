"""What becomes of records: profiles, their events, merges, lookup records [1.1-1.5, 2.2, 4.1]."""

from __future__ import annotations

import itertools
import json
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.profile.events import KEPT, YEAR, Event
from sojourn.profile.person import MAX_IDENTITIES
from sojourn.profile.store import Profiles
from sojourn.schema.lens import lens
from sojourn.store.shard import Shard

from .world import EVENTS, PRODUCTS, accepted, event, moment, recorded, world

HOUR = 3_600_000


def person(
    who: str | None = None, mail: str | None = None, updated: int | None = None, **fields: Any
) -> dict[str, Any]:
    record: dict[str, Any] = {"_t": {"who": who, "mail": mail, **fields}}
    if updated is not None:
        record["extSourceSystemAudit"] = {"lastUpdatedDate": moment(updated)}
    return record


def test_the_newest_value_wins_field_by_field(tmp_path: Path) -> None:
    with world(tmp_path / "data") as here:
        here.log(recorded(10, person("ann", n=1, text="one")), recorded(20, person("ann", n=2)))
        assert here.attributes("ann") == {"who": "ann", "n": 2, "text": "one"}
        here.log(recorded(30, person("ann", n=3, text="old", updated=5)))
        assert here.attributes("ann") == {"who": "ann", "n": 2, "text": "one"}, "a record says how new it is"
        here.log(recorded(30, person("ann", n=4), person("ann", n=5)))
        assert here.attributes("ann")["n"] == 5, "of one moment of acceptance, the later one"
        here.log(recorded(40, person("ann", n=6), moment=15))
        assert here.attributes("ann")["n"] == 5, "an import says how new its records are"


def test_an_event_is_among_the_experience_events_once(tmp_path: Path) -> None:
    with world(tmp_path / "data") as here:
        first = event("e1", HOUR, "A", "ann")
        here.log(accepted(HOUR, first), accepted(HOUR, first), accepted(2 * HOUR, event("e2", 2 * HOUR, "X", "ann")))
        assert here.events("ann") == ["e2", "e1"]
        here.log(recorded(3 * HOUR, event("e1", 9, "A", "ann"), event("e0", 9, "A", "ann"), dataset=EVENTS))
        assert here.events("ann") == ["e2", "e1", "e0"], "imported ones too"
        here.log(accepted(4 * HOUR, event("e3", 4 * HOUR, "A", "ann"), "unseen"))
        assert here.events("ann") == ["e2", "e1", "e0"], "that dataset is not enabled for profile"
        assert here.run.shard.rows("people") == [(1,)], "e0 was imported: it moves nobody"


def test_at_most_a_thousand_events_of_a_year(tmp_path: Path) -> None:
    with world(tmp_path / "data") as here:
        ids = [f"e{n:05}" for n in range(2 * KEPT + 500)]
        some = (
            itertools.batched(ids, 90)
            if hasattr(itertools, "batched")
            else [ids[i : i + 90] for i in range(0, len(ids), 90)]
        )
        for batch in some:
            here.log(*(accepted(int(id_[1:]), event(id_, int(id_[1:]), "X", "ann")) for id_ in batch))
        assert here.events("ann") == ids[: -KEPT - 1 : -1]
        assert here.events("ann", now=YEAR + 2 * KEPT + 498) == ids[:-3:-1]
        assert here.run.shard.rows("events_of", 1), "most of them are put away"


def test_records_that_name_two_people_make_them_one(tmp_path: Path) -> None:
    with world(tmp_path / "data") as here:
        here.log(recorded(1, person("ann", n=1)), recorded(2, person(None, "a@x.org", n=2, text="mail")))
        here.log(accepted(3, event("e1", 3, "X", "ann")), recorded(4, person("bob", n=9)))
        assert here.attributes("a@x.org", "Email")["n"] == 2
        here.log(accepted(5, event("e2", 5, "X", "ann", "a@x.org")))
        assert here.attributes("ann") == {"who": "ann", "mail": "a@x.org", "n": 2, "text": "mail"}
        assert here.identities("a@x.org", "Email") == {("CRMID", "ann"), ("Email", "a@x.org")}
        assert here.events("a@x.org", "Email") == ["e2", "e1"]
        assert here.attributes("bob") == {"who": "bob", "n": 9}
        assert len(here.people.walk("prod")) == 2


def test_a_value_that_stands_for_many_people_does_not_make_them_one(tmp_path: Path) -> None:
    with world(tmp_path / "data") as here:
        everybody = [person(f"p{n}", "none@x.org", n=n) for n in range(MAX_IDENTITIES + 20)]
        here.log(recorded(1, *everybody))
        assert len(here.identities("none@x.org", "Email")) == MAX_IDENTITIES
        last = f"p{MAX_IDENTITIES + 19}"
        assert here.identities(last) == {("CRMID", last)}
        assert here.attributes(last)["n"] == MAX_IDENTITIES + 19


def test_lookup_records(tmp_path: Path) -> None:
    with world(tmp_path / "data") as here:
        here.log(recorded(1, {"_t": {"sku": "s1", "price": 2.5}}, {"_t": {"sku": "s2"}}, dataset=PRODUCTS))
        here.log(recorded(2, {"_t": {"sku": "s1", "title": "Cup"}}, dataset=PRODUCTS))
        found = here.people.lookup("prod", "product", "s1")
        assert found == {"_t": {"sku": "s1", "price": 2.5, "title": "Cup"}}
        assert here.people.lookup("prod", "product", "s3") is None
        assert here.people.attributes("prod", "Loyalty", "s1") is None, "a product is nobody"


def test_sandboxes_do_not_meet(tmp_path: Path) -> None:
    with world(tmp_path / "data") as here:
        here.log(recorded(1, person("ann", n=1)))
        assert here.people.attributes("dev", "CRMID", "ann") is None


LINKS = st.lists(
    st.sets(
        st.sampled_from([("CRMID", f"p{n}") for n in range(4)] + [("Email", f"m{n}") for n in range(4)]),
        min_size=1,
        max_size=3,
    ),
    min_size=1,
    max_size=8,
)


def components(links: list[set[tuple[str, str]]]) -> set[frozenset[tuple[str, str]]]:
    """Who is one person, by the definition: whoever is linked, over any number of records."""
    found: list[set[tuple[str, str]]] = []
    for link in links:
        near = [each for each in found if each & link]
        found = [each for each in found if not each & link] + [set(link).union(*near)]
    return {frozenset(each) for each in found}


@settings(max_examples=40, deadline=None)
@given(LINKS, st.randoms(), st.integers(1, 4))
def test_links_in_any_order_and_any_batches_give_the_same_people(
    links: list[set[tuple[str, str]]], chance: Any, size: int
) -> None:
    """Each record sets a field of its own moment; events are united."""
    numbered = list(enumerate(links))
    expected = components(links)
    outcomes = []
    for _ in range(2):
        with TemporaryDirectory() as folder, world(Path(folder) / "data") as here:
            for start in range(0, len(numbered), size):
                entries = []
                for number, link in numbered[start : start + size]:
                    identities: dict[str, list[dict[str, str]]] = {}
                    for namespace, id_ in sorted(link):
                        identities.setdefault(namespace, []).append({"id": id_})
                    record = {"identityMap": identities, "_t": {"n": number}, **audit(number)}
                    happened = {"_id": f"e{number}", "timestamp": moment(number), "identityMap": identities}
                    entries += [recorded(100, record), recorded(100, happened, dataset=EVENTS)]
                here.log(*entries)
            assert not here.quarantined()
            assert {frozenset(each.identities) for _, each in here.people.walk("prod")} == expected
            outcome = set()
            for group in expected:
                states = (
                    {(here.people.attributes("prod", *each) or {})["_t"]["n"] for each in group},
                    {tuple(here.events(each[1], each[0])) for each in group},
                )
                assert all(len(state) == 1 for state in states), "every identity leads to the same person"
                outcome.add((group, *(next(iter(state)) for state in states)))
                members = [number for number, link in enumerate(links) if link & group]
                assert outcome >= {
                    (group, max(members), tuple(f"e{number}" for number in sorted(members, reverse=True)))
                }
            outcomes.append(outcome)
        chance.shuffle(numbered)
    assert outcomes[0] == outcomes[1]


def audit(at: int) -> dict[str, Any]:
    return {"extSourceSystemAudit": {"lastUpdatedDate": moment(at)}}


def test_within_a_turn_what_was_taken_in_is_what_is_read(tmp_path: Path) -> None:
    """What a journey fetches while it hears an event already holds that event, and none accepted after it [3.9]."""
    with closing(Shard(tmp_path / "shard.db")) as shard:
        profiles = Profiles(shard)
        shard.begin()
        whose = [("CRMID", "ann")]
        for n in (1, 2):
            record = json.dumps({"_id": f"e{n}"}).encode()
            assert profiles.event("prod", whose, Event(n, f"e{n}", record), n) == []
            assert [each["_id"] for each in profiles.events("prod", *whose[0], n)] == [f"e{m}" for m in range(n, 0, -1)]
        profiles.attribute("prod", whose, b'{"n":1}', None, 3)
        profiles.record("prod", "product", "s1", b'{"price":2}', None, 3)
        attributes = profiles.attributes("prod", *whose[0], lens([("n",)]))
        assert attributes == {"n": 1, "identityMap": {"CRMID": [{"id": "ann"}]}}
        assert profiles.lookup("prod", "product", "s1") == {"price": 2}
        shard.rollback()
        assert Profiles(shard).attributes("prod", *whose[0]) is None, "nothing of it was written"
