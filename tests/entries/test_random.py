"""Random journeys of people who come by events, segments and audiences, and share caps: however it is cut, the same
comes of it [6.31]."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.store.entry import Accepted, Entry, Forgotten, Marked, Uploaded

from ..engine.generator import examples, targets
from ..profiles.world import accepted, event, recorded
from .world import HOUR, SECOND, N, journeys, split, world

MINE = "#{ExperiencePlatform.People._t.n}"
MEMBER = ('inSegment("big")', 'inSegment("chosen")', f"{MINE} > 2", f"{MINE} is null", f"{MINE} > 1 or random() < 0.3")
KINDS = (
    "event", "event", "wait", "condition", "profileCap", "segmentQualification", "updateProfile", "action", "jump",
    "percentageSplit",
)  # fmt: skip
EXITS: tuple[dict[str, Any], ...] = (
    {"big": {"condition": MEMBER[0]}}, {"chosen": {"condition": MEMBER[1]}}, {"many": {"condition": f"{MINE} == 4"}},
    {"b": {"event": "B"}},
)  # fmt: skip
STARTS: tuple[dict[str, Any], ...] = (
    {"type": "event", "event": "Order"},
    {"type": "segmentQualification", "segment": "big", "behaviour": "both"},
    {"type": "readAudience", "segment": "big", "schedule": {"every": "cron", "cron": "0 */2 * * *"}, "rate": 1},
    {"type": "readAudience", "segment": "chosen", "event": "Launch"},
)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Activities x1, x2, ... that only lead to later ones; a jump only where no qualification is waited for."""
    start = draw(st.sampled_from(STARTS))
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=3, max_size=8))
    qualifies = "segmentQualification" in (start["type"], *kinds)
    keyed = start["type"] == "event" and "event" not in kinds and draw(st.booleans())
    made: dict[str, dict[str, Any]] = {}
    timed: set[str] = set()
    for number, kind in reversed(list(enumerate(kinds, 1))):
        way = targets(dict(made), timed)
        kind = "wait" if kind == "jump" and qualifies else kind
        name, next_ = f"x{number}", draw(way)
        match kind:
            case "event" | "segmentQualification":
                what = {"event": "B"} if kind == "event" else {"segment": draw(st.sampled_from(["big", "chosen"]))}
                made[name] = {"type": kind, **what, "next": next_}
                if draw(st.booleans()):
                    made[name] |= {"timeout": draw(st.sampled_from(["PT5M", "PT2H"]))}
                    timed.add(name)
            case "wait":
                made[name] = {"type": kind, "duration": draw(st.sampled_from(["PT1S", "PT20M", "PT3H"])), "next": next_}
            case "condition":
                made[name] = {"type": kind, "paths": {"p": draw(st.sampled_from(MEMBER))},
                              "next": {"p": next_, "other": draw(way)}}  # fmt: skip
            case "profileCap":
                made[name] = {
                    "type": kind,
                    "limit": draw(st.integers(1, 3)),
                    "next": {"then": next_, "other": draw(way)},
                }
            case "percentageSplit":
                made[name] = {"type": kind, "paths": {"p": 50}, "next": {"p": next_, "other": draw(way)}}
            case "updateProfile":
                value = draw(st.sampled_from(["0", "3", f"{MINE} + 1"]))
                made[name] = {"type": kind, "dataset": "people", "field": "_t.n", "value": value, "next": next_}
            case "action":
                given_ = {"who": "#{JourneyProperties.externalKey}"}
                made[name] = {"type": kind, "action": "send", "parameters": given_, "next": next_}
            case _:
                made[name] = {"type": kind, "journey": "target", "next": next_}
    first = {**start, "next": draw(targets(dict(made), timed))}
    return {
        "name": "random",
        "supplementalKey": keyed,
        "exitCriteria": draw(st.sampled_from([{}, *EXITS])),
        "throttle": draw(st.sampled_from([None, None, {"entries": 2, "per": "PT1H"}])),
        "activities": {"start": first, **dict(reversed(made.items()))},
    }


TARGET = {"name": "target", "activities": {
    "start": {"type": "event", "event": "A", "next": ["b", "w"]},
    "b": {"type": "event", "event": "B"},
    "w": {"type": "wait", "duration": "PT1H"},
}}  # fmt: skip


def history(seed: int, size: int) -> list[Entry]:
    """What happens to a few people in some hours."""
    draw, at = Random(seed), 0
    found: list[Entry] = []
    for number in range(size):
        at += draw.choice((0, 1, 7 * SECOND, 600 * SECOND, 1800 * SECOND))
        who, n = draw.choice(("ann", "bob", "cyd", "dee")), draw.randrange(5)
        match draw.randrange(9):
            case 0 | 1:
                found.append(recorded(at, {"_t": {"who": who, "n": n}}))
            case 2:
                found.append(Uploaded(at, "prod", "chosen", "CRMID", [who], draw.choice(("add", "remove"))))
            case 3 if number == size // 2:
                found.append(Forgotten(at, "prod", "token", [("CRMID", who)]))
            case _:
                kind = draw.choice(("A", "B", "Order", "Order", "Launch"))
                found.append(accepted(at, event(f"e{number}", at, kind, who, n=n, text=draw.choice(("1", "2")))))
    return [*found, Marked(at + 5 * HOUR)]


@given(bodies(), st.integers(0, 10**6))
@examples(3, 80)
def test_batches_and_restarts_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, body: dict[str, Any], seed: int
) -> None:
    body = {name: value for name, value in body.items() if value is not None}
    made = journeys(body, TARGET, segments={"big": f"{N} >= 2", "chosen": None})
    source = {"name": "ExperiencePlatform", "fieldGroups": {"People": {"schema": "person"}}}
    assert made.add("source", source) == []
    entries, found = history(seed, 50), []
    for size, restart in ((10**6, False), (7, False), (20, True)):
        with world(tmp_path_factory.mktemp("data") / "run", made, "random", "target") as here:
            for some in split(entries, size):
                here.log(*some)
                if restart:
                    here.run.restart()
            found.append((here.steps(), here.discards()))
    assert found[0] == found[1] == found[2]
    assert any(isinstance(entry, Accepted) for entry in entries)
