"""A journey that asks for segments goes the same way live, in a replay and in a backtest [6.31, 8.3]."""

from __future__ import annotations

import random
from pathlib import Path

from ..differential.runs import difference, durable, in_memory, replayed
from ..engine.world import compiled
from ..profiles.world import EVENTS, checked, event, project
from .test_journeys import DAY, HOUR
from .world import DEFINITIONS

ACTIVITIES = {
    "start": {"type": "event", "event": "A", "next": "first"},
    "first": {
        "type": "condition",
        "paths": {"regular": 'inSegment("regular")', "recent": 'inSegment("recent")'},
        "next": {"regular": "call", "recent": "wait", "other": "wait"},
    },
    "wait": {"type": "wait", "duration": "P1D", "next": "second"},
    "second": {
        "type": "condition",
        "paths": {"both": 'inSegment("spender") and not inSegment("recent")', "spender": 'inSegment("spender")'},
        "next": {"both": "call", "spender": "longer", "other": "end"},
    },
    "longer": {"type": "wait", "duration": "PT50H", "next": "third"},
    "third": {"type": "condition", "paths": {"idle": 'not inSegment("recent")'}, "next": {"idle": "call"}},
    "call": {"type": "action", "action": "send", "parameters": {"who": "@{A._t.who}"}},
    "end": {"type": "end"},
}


def test_live_replay_and_backtest_agree(tmp_path: Path) -> None:
    made = project(ACTIVITIES)
    for name in ("regular", "spender", "recent"):
        assert made.add("segment", {"name": name, "definition": DEFINITIONS[name]}) == []
    plan = compiled(made)
    chance = random.Random(8)
    moments = sorted(chance.randrange(HOUR, 12 * DAY) for _ in range(60))
    history = checked(
        made,
        [
            (EVENTS, event(f"e{n}", at, chance.choice("ABX"), f"p{chance.randrange(6)}", n=chance.randrange(4)))
            for n, at in enumerate(moments)
        ],
    )
    until = 20 * DAY
    backtested = in_memory(made, plan, history, until)
    assert len(backtested.steps) > 40
    assert difference(backtested, replayed(tmp_path / "replay", made, plan, history, until)) == []
    for batch in (1, 7):
        assert difference(backtested, durable(tmp_path / f"d{batch}", made, plan, history, until, batch=batch)) == []
