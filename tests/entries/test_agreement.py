"""However a history is cut into batches, and however often the process is started anew, the same comes of it [6.31]."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from sojourn.store.entry import Accepted, Entry, Forgotten, Marked, Uploaded

from ..differential.runs import difference, durable, in_memory
from ..engine.generator import LONG
from ..profiles.world import accepted, checked, event, recorded
from .world import DAY, HOUR, SECOND, N, journeys, plan_of, split, world

DAILY = {"every": "cron", "cron": "0 */3 * * *"}
SEND = {"type": "action", "action": "send", "parameters": {"who": "#{JourneyProperties.externalKey}"}}
MADE = journeys(
    {"name": "in", "activities": {
        "start": {"type": "segmentQualification", "segment": "big", "behaviour": "both", "next": ["left", "b", "w"]},
        "left": {"type": "segmentQualification", "segment": "big", "behaviour": "exit", "next": "send"},
        "b": {"type": "event", "event": "B", "next": "send"},
        "w": {"type": "wait", "duration": "PT4H"},
        "send": SEND,
    }},
    {"name": "jumps", "activities": {
        "start": {"type": "event", "event": "A", "next": ["w", "b"]},
        "w": {"type": "wait", "duration": "PT1H", "next": "jump"},
        "b": {"type": "event", "event": "B", "next": "jump"},
        "jump": {"type": "jump", "journey": "target", "parameters": {"_t.text": "toString(@{A._t.n})"}, "next": "send"},
        "send": SEND,
    }},
    {"name": "target", "supplementalKey": True, "reentranceWait": "PT30M", "activities": {
        "start": {"type": "event", "event": "Order", "next": ["paid", "w"]},
        "paid": {"type": "event", "event": "Paid", "next": "send"},
        "w": {"type": "wait", "duration": "PT2H", "next": "send"},
        "send": SEND,
    }},
    {"name": "slow", "throttle": {"entries": 2, "per": "PT1H"}, "activities": {
        "start": {"type": "event", "event": "A", "next": ["b", "w"]},
        "b": {"type": "event", "event": "B", "next": "send"},
        "w": {"type": "wait", "duration": "PT3H"},
        "send": SEND,
    }},
    {"name": "read", "activities": {
        "start": {"type": "readAudience", "segment": "big", "schedule": DAILY, "rate": 1, "next": ["b", "w"]},
        "b": {"type": "event", "event": "B", "next": "send"},
        "w": {"type": "wait", "duration": "PT2H", "next": "send"},
        "send": SEND,
    }},
    {"name": "launched", "activities": {
        "start": {"type": "readAudience", "segment": "chosen", "event": "Launch", "incremental": True, "next": "c"},
        "c": {"type": "condition", "paths": {"many": "@{Launch._t.n} > 2"}, "next": {"many": "send"}},
        "send": SEND,
    }},
    segments={"big": f"{N} >= 2", "chosen": None},
)  # fmt: skip
LIVE = ("in", "jumps", "target", "slow", "read", "launched")


def history(seed: int, size: int) -> list[Entry]:
    """Events, records and uploads of a few people, over some hours."""
    draw, at = Random(seed), 0
    found: list[Entry] = []
    for number in range(size):
        at += draw.choice((0, 1, 7 * SECOND, 600 * SECOND, 1800 * SECOND))
        who, n = draw.choice(("ann", "bob", "cyd", "dee")), draw.randrange(5)
        match draw.randrange(10):
            case 0 | 1:
                found.append(recorded(at, {"_t": {"who": who, "n": n}}))
            case 2:
                mail = draw.choice(("m@example.com", "n@example.com"))
                found.append(recorded(at, {"_t": {"who": who, "mail": mail}}))
            case 3:
                found.append(Uploaded(at, "prod", "chosen", "CRMID", [who], draw.choice(("add", "remove"))))
            case 4 if number == size // 2:
                found.append(Forgotten(at, "prod", "token", [("CRMID", who)]))
            case _:
                kind = draw.choice(("A", "A", "B", "B", "Order", "Paid", "Launch"))
                key = draw.choice(("1", "2", None))
                found.append(accepted(at, event(f"e{number}", at, kind, who, n=n, text=key)))
    return [*found, Marked(at + 5 * HOUR)]


def test_batches_and_restarts_change_nothing(tmp_path: Path) -> None:
    ways = [("all", 10**6, False), ("seven", 7, False), ("anew", 40, True), *([("one", 1, False)] if LONG else [])]
    for seed in range(10 if LONG else 1):
        entries = history(seed, 150 if LONG else 80)
        found = []
        for name, size, restart in ways:
            with world(tmp_path / f"{name}{seed}", MADE, *LIVE) as here:
                for some in split(entries, size):
                    here.log(*some, restart=restart)
                found.append((here.steps(), here.discards(), sorted(map(str, here.exports()))))
        for other in found[1:]:
            assert found[0] == other
        kinds = {line.split()[1] for line in found[0][0]}
        assert kinds == {*LIVE}, "each journey has had people"
    assert any(isinstance(entry, Accepted) for entry in entries)


def test_a_call_is_answered_before_somebody_is_merged_or_deleted(tmp_path: Path) -> None:
    """6.30: in virtual time, also if both are of one moment, and accepted at once."""
    entries: list[Entry] = [
        accepted(SECOND, event("e1", SECOND, "A", "dee")),
        accepted(HOUR, event("e2", HOUR, "A", "bob")),
        recorded(HOUR, {"_t": {"who": "bob", "mail": "m@example.com"}}),
        accepted(2 * HOUR, event("e3", 2 * HOUR, "B", "dee")),  # dee's call is open
        recorded(2 * HOUR, {"_t": {"who": "dee", "mail": "m@example.com"}}),
        accepted(3 * HOUR, event("e4", 3 * HOUR, "B", "bob")),
        Forgotten(3 * HOUR, "prod", "token", [("CRMID", "bob")]),
        Marked(9 * HOUR),
    ]
    found = []
    for size in (len(entries), 1):
        with world(tmp_path / str(size), MADE, "slow") as here:
            for some in split(entries, size):
                here.log(*some)
            found.append(here.steps())
    assert found[0] == found[1]
    assert [line.split()[-1] for line in found[0] if "send" in line] == ["endStep", "endStep"]


def test_a_backtest_says_the_same(tmp_path: Path) -> None:
    """6.33: of each journey alone, whatever it begins with, over the same events."""
    often = "count(#{ExperiencePlatform.experienceevent.all(currentDataPackField._t.n > 2)}) >= 2"
    assert MADE.segments["big"].definition != often
    made = journeys(segments={"big": often, "chosen": None})
    made.journeys.update(MADE.journeys)
    records = [(entry.dataset, json.loads(entry.record)) for entry in history(11, 90) if isinstance(entry, Accepted)]
    past = checked(made, records)
    for name in ("in", "jumps", "target", "slow", "read"):
        plan = plan_of(made, name)
        steps = in_memory(made, plan, past, 2 * DAY)
        live = durable(tmp_path / name, made, plan, past, 2 * DAY, batch=30)
        assert difference(steps, live) == [] and steps.steps.total() > 2, name
