"""The commands over a file: `backtest` and `replay` say the same, in whatever order the lines stand."""

from __future__ import annotations

import gzip
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sojourn.cli.history import backtest, replay

WIN_BACK = Path(__file__).parents[2] / "examples" / "winback"
BEGIN = datetime(1997, 1, 1, tzinfo=UTC)
PEOPLE = 40


def lines(seed: int) -> list[str]:
    """Purchases of 40 people: a first one, a second one after 5, 15 or 25 days or never; a third of them big."""
    found = []
    for number in range(PEOPLE):
        days = [0, *([[5], [15], [25], []][number % 4])]
        for count, day in enumerate(days):
            moment = BEGIN + timedelta(days=day, minutes=number)
            found.append(
                {
                    "_id": f"{number}-{count}",
                    "timestamp": moment.isoformat(),
                    "eventType": "commerce.purchases",
                    "identityMap": {"CRMID": [{"id": f"c{number}", "primary": True}]},
                    "_tenant": {"value": 60 if number % 3 == 0 else 10},
                }
            )
    texts = [json.dumps(each) for each in found]
    texts += random.Random(seed).sample(texts, 20)  # every fourth comes twice
    random.Random(seed).shuffle(texts)
    return texts


def run(command: Any, folder: Path, seed: int, *changes: str) -> dict[str, Any]:
    """The command's JSON, without its speed."""
    folder.mkdir()
    path = folder / ("events.jsonl.gz" if seed % 2 else "events.jsonl")
    text = "\n".join(lines(seed)) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if seed % 2 else text.encode())
    options = ["--journey", "win-back", "--events", str(path), "--until", "1997-03-31T00:00:00Z", "--json"]
    options += [part for change in changes for part in ("--set", change)]
    options += ["--data", str(folder / "data")] if command is replay else []
    result = CliRunner().invoke(command, [str(WIN_BACK), *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    del found["events_per_second"]
    return found


def expected(patience: float) -> dict[str, Any]:
    """By hand: who buys again within `patience` days is cross-sold to, everybody else is won back."""
    gaps = [[5.0, 15.0, 25.0, None][number % 4] for number in range(PEOPLE)]
    again = [gap for gap in gaps if gap is not None and gap <= patience]
    late = [number for number, gap in enumerate(gaps) if gap is not None and gap > patience]
    big = sum(1 for number in range(PEOPLE) if number % 3 == 0)
    entered = PEOPLE + len(late)  # who comes back after the win-back enters anew
    calls = {
        "cross_sell": len(again),
        "vip_thanks": big + sum(1 for number in late if number % 3 == 0),
        "win_back": PEOPLE - len(again) + len(late),
    }
    return {
        "journey": "win-back", "events": PEOPLE * 7 // 4, "people": PEOPLE, "entered": entered, "completed": entered,
        "current": 0, "failed": 0, "actions": calls,
    }  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("changes", "patience"), [((), 21.25), (("patience.duration=P10D",), 10.0)], ids=str)
def test_backtest(tmp_path: Path, seed: int, changes: tuple[str, ...], patience: float) -> None:
    """[6.31, 6.33] As counted by hand, whatever the order of the lines; `--set` changes the journey first."""
    assert run(backtest, tmp_path / "run", seed, *changes) == expected(patience)


@pytest.mark.parametrize(("changes", "patience"), [((), 21.25), (("patience.duration=P10D",), 10.0)], ids=str)
def test_replay(tmp_path: Path, changes: tuple[str, ...], patience: float) -> None:
    """[6.31] The same through the durable runtime."""
    assert run(replay, tmp_path / "run", 1, *changes) == expected(patience)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_threshold_that_nobody_reaches(tmp_path: Path, seed: int) -> None:
    """Several changes at once, and an expression that holds signs of its own."""
    changes = ("is_big.paths.big=@{Purchase._tenant.value} >= 1000", "reentrance=false")
    found = run(backtest, tmp_path / "run", seed, *changes)
    assert (found["actions"]["vip_thanks"], found["entered"]) == (0, PEOPLE)
