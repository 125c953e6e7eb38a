"""Who is in which segment: what evaluating everything for everybody gives, in whatever order things come [8.1, 8.2]."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.runtime import engine as engine_module
from sojourn.store.entry import Changed, Entry, Evaluated, Marked

from ..profiles.world import EVENTS, accepted, event, recorded
from .world import DEFINITIONS, Segmented, definition, deletion, segmented, with_segments

HOUR = 3_600_000
DAY = 24 * HOUR
PEOPLE = ("p0", "p1", "p2", "p3")
MAILS = ("m0", "m1")


def person(who: str | None, mail: str | None, **fields: Any) -> dict[str, Any]:
    return {"_t": {"who": who, "mail": mail, **fields}}


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Changes of profiles and events, merges, segments that begin, change and go, days that pass."""
    found: list[Entry] = []
    late = sorted(draw(st.sets(st.sampled_from(sorted(DEFINITIONS)), max_size=3)) - {"big", "regular", "spender"})
    found += [deletion(name, 0) for name in late]
    at = HOUR
    for number in range(draw(st.integers(1, 14))):
        at += draw(st.integers(0, 20)) * HOUR
        what = draw(st.integers(0, 9))
        who = draw(st.sampled_from(PEOPLE))
        n = draw(st.one_of(st.none(), st.integers(0, 3)))
        if what < 3:
            fields = {"n": n, "text": draw(st.sampled_from([None, "", "x"]))}
            found.append(recorded(at, person(who, draw(st.sampled_from([None, None, *MAILS])), **fields)))
        elif what < 7:
            entry = event(f"e{number}", max(0, at - draw(st.integers(0, 3)) * HOUR), "X", who, n=n)
            both: list[Entry] = [accepted(at, entry), recorded(at, entry, dataset=EVENTS)]
            found.append(both[draw(st.integers(0, 1))])
        elif what == 7:
            two = draw(st.permutations(PEOPLE))[:2]
            found.append(recorded(at, {"identityMap": {"CRMID": [{"id": each} for each in two]}}))
        elif what == 8 and late:
            found.append(definition(late[0], DEFINITIONS[late.pop(0)], at))
        else:
            found.append(definition("big", f"#{{ExperiencePlatform.profile._t.n}} >= {draw(st.integers(1, 3))}", at))
    return [*found, *(definition(name, DEFINITIONS[name], at) for name in late), Marked(at + DAY)]


def project_after(entries: list[Entry]) -> Any:
    definitions: dict[str, str | None] = dict(DEFINITIONS)
    made = with_segments(**definitions)
    for entry in entries:
        if isinstance(entry, Changed) and entry.body:
            import json

            assert made.add("segment", json.loads(entry.body)) == []
    return made


def state(here: Segmented) -> tuple[Any, ...]:
    """What is to be the same however a history was cut: statuses, entries and exits of each person, counts."""
    by_profile: dict[tuple[int, int], list[Any]] = {}
    for each in here.qualifications():
        by_profile.setdefault((each.profile, each.segment), []).append(each)
    return here.memberships(), by_profile, here.sizes()


@settings(max_examples=12, deadline=None)
@given(histories(), st.integers(1, 6), st.sampled_from([1, 2, 1_000]), st.booleans())
def test_membership_is_what_evaluating_everything_gives(
    entries: list[Entry], size: int, bite: int, restart: bool
) -> None:
    last = entries[-1]
    made = project_after(entries)
    outcomes = []
    for some, profiles, again in ((1, 1_000, False), (size, bite, restart)):
        with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(engine_module, "PROFILES_A_TURN", profiles)
            with segmented(Path(folder) / "data") as here:
                for start in range(0, len(entries), some):
                    here.run.append(entries[start : start + some])
                    here.run.work(again)
                assert not here.quarantined()
                fresh = Segmented(here.run)
                # on demand, so that what time alone has changed since the last schedule counts too
                at_hand = fresh.by_hand(made, last.at)
                scheduled = {name for name in at_hand if name in ("regular", "spender", "recent", "both", "neither")}
                found = fresh.members()
                for name in at_hand.keys() - scheduled:
                    assert found[name] == at_hand[name], name
                outcomes.append(state(fresh))
                fresh.log(*(_evaluated(name, last.at) for name in at_hand))
                assert fresh.members() == at_hand
                statuses = fresh.memberships()
                for name, sizes in fresh.sizes().items():
                    counted = [list(statuses[name].values()).count(status) for status in STATUS]
                    assert list(sizes) == counted, name
    assert outcomes[0] == outcomes[1]


STATUS = ("realized", "existing", "exited")


def _evaluated(name: str, at: int) -> Entry:
    return Evaluated(at, "prod", name)
