"""What may stand in the outbox besides a plain call: fetches, and calls that are not to go out before their time."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from sojourn.engine.effect import OK, Call, Effect, Fetch, Request
from sojourn.store.entry import Accepted, Marked
from sojourn.store.shard import Outgoing

from ..engine.world import action, compiled, event, project, wait
from . import runs

REQUEST = Request("GET", "https://example.com/weather", (("Accept", "application/json"),))
EFFECTS: dict[str, Effect] = {
    "fetch": Fetch("Weather", "Today", REQUEST, 5_000),
    "call": Call("send", REQUEST, 30_000),
    "call in an hour": Call("send", REQUEST, 30_000, not_before=3_600_000),
}


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=list(EFFECTS))
def test_an_effect_survives_a_restart(tmp_path: Path, effect: Effect) -> None:
    """[4.4, 5.4] Somebody stands at an activity whose effect is open: after a restart it goes out, once its time has
    come, under the same id; and its answer takes them on."""
    made = project({"start": event("A", next="x"), "x": action("y"), "y": wait(7_200)})
    plan = compiled(made)
    with closing(runs.Durable(tmp_path / "data")) as run:
        run.append(runs.publication(made, plan))
        (enters,) = runs.checked(made, [runs.record("1", 0, "A", "ann", {})])
        run.append([Accepted(0, "prod", enters.record)])
        while run.engine.turn():
            pass
        ((id_, _),) = run.port.open
        not_before = getattr(effect, "not_before", None)
        run.shard.begin()
        run.shard.put_effects([Outgoing((1, "ann", ""), 2, id_, effect, not_before, 1)])
        run.shard.commit()
        assert [out[2:6] for out in run.shard.effects()] == [(id_, effect, not_before, 1)]

        run.restart()
        assert run.engine.open_calls == 1
        if not_before is not None:
            assert run.port.open == [] and run.engine.next_moment() == not_before
        run.append([Marked(3_600_000)])
        while run.engine.turn():
            pass
        assert run.port.open == [(id_, effect)]
        run.engine.answered(id_, OK)
        while run.engine.turn():
            pass
        assert run.shard.effects() == [] and run.engine.open_calls == 0
    expected = 0 if not_before is None else not_before
    steps = runs.left_behind(tmp_path / "data").steps
    assert {(row[3], row[4]) for row in steps} == {(1, 0), (2, expected)}
