"""`sojourn backtest` and `sojourn replay`: one JSON object, the same from both [6.31, 6.33]."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from .conftest import HISTORY, WINBACK, Sojourn

KEYS = ["journey", "events", "people", "entered", "completed", "current", "failed", "actions", "events_per_second"]
UNTIL = datetime.fromisoformat("1998-07-01T00:00:00Z")


def expected(events: Path, big: float = 50, patience: timedelta = timedelta(days=21, hours=6)) -> dict[str, Any]:
    """The journey worked out by hand: plain loops over each customer's purchases."""
    purchases: dict[str, list[tuple[datetime, str, float]]] = {}
    seen = set()
    for line in events.read_text().splitlines():
        entity = json.loads(line).get("body", {}).get("xdmEntity") or json.loads(line)
        if entity["_id"] not in seen:
            seen.add(entity["_id"])
            when = datetime.fromisoformat(entity["timestamp"])
            person = entity["identityMap"]["CRMID"][0]["id"]
            purchases.setdefault(person, []).append((when, entity["_id"], entity["_tenant"]["value"]))
    counted: Counter[str] = Counter()
    for bought in purchases.values():
        waiting: datetime | None = None
        for when, _, value in [*sorted(bought), (UNTIL + timedelta(microseconds=1), "", 0.0)]:
            if waiting is not None and waiting + patience < when:
                counted["win_back"] += 1
                waiting = None
            if when > UNTIL:
                continue
            if waiting is not None:
                counted["cross_sell"] += 1
                waiting = None
                continue
            counted["entered"] += 1
            counted["vip_thanks"] += value >= big
            waiting = when
        counted["current"] += waiting is not None
    actions = {name: counted[name] for name in ("cross_sell", "vip_thanks", "win_back")}
    entered, current = counted["entered"], counted["current"]
    return {
        "journey": "win-back", "events": len(seen), "people": len(purchases), "entered": entered,
        "completed": entered - current, "current": current, "failed": 0, "actions": actions,
    }  # fmt: skip


def run(sojourn: Sojourn, command: str, events: Path, *more: object) -> dict[str, Any]:
    """Exactly one JSON object with exactly the promised keys; without the speed."""
    ran = sojourn(command, WINBACK, *HISTORY, "--events", events, "--json", *more)
    assert (ran.code, ran.err) == (0, "")
    (line,) = ran.out.splitlines()
    found: dict[str, Any] = json.loads(line)
    assert list(found) == KEYS
    assert found.pop("events_per_second") > 0
    return found


def test_backtest_and_replay_and_by_hand(sojourn: Sojourn, purchases: Path, tmp_path: Path) -> None:
    by_hand = expected(purchases)
    assert by_hand["actions"]["cross_sell"] > 50
    assert run(sojourn, "backtest", purchases) == by_hand
    assert run(sojourn, "replay", purchases, "--data", tmp_path / "data") == by_hand


def test_order_repeats_and_compression_do_not_matter(sojourn: Sojourn, purchases: Path, tmp_path: Path) -> None:
    """Lines in any order, some twice, in envelopes or bare, compressed: the same history."""
    lines = purchases.read_text().splitlines()
    bare = [json.dumps(json.loads(line).get("body", {}).get("xdmEntity") or json.loads(line)) for line in lines]
    wrapped = [json.dumps({"body": {"xdmEntity": json.loads(line)}}) for line in bare]
    mixed = [*bare[::2], *wrapped[1::2], *wrapped[::5], ""]
    random.Random(3).shuffle(mixed)
    packed = tmp_path / "events.jsonl.gz"
    packed.write_bytes(gzip.compress("\n".join(mixed).encode()))
    assert run(sojourn, "backtest", packed) == expected(purchases)
    assert run(sojourn, "replay", packed, "--data", tmp_path / "data") == expected(purchases)


@pytest.mark.parametrize(
    "changes, facts",
    [
        (["patience.duration=P10DT6H"], {"patience": timedelta(days=10, hours=6)}),
        (["is_big.paths.big=@{Purchase._tenant.value} >= 100"], {"big": 100}),
        (
            ["patience.duration=PT36H", "is_big.paths.big=@{Purchase._tenant.value} >= 20.5"],
            {"patience": timedelta(hours=36), "big": 20.5},
        ),
    ],
)
def test_set(sojourn: Sojourn, purchases: Path, tmp_path: Path, changes: list[str], facts: dict[str, Any]) -> None:
    options = [option for change in changes for option in ("--set", change)]
    assert run(sojourn, "backtest", purchases, *options) == expected(purchases, **facts)
    assert run(sojourn, "replay", purchases, *options, "--data", tmp_path / "data") == expected(purchases, **facts)


def test_without_json(sojourn: Sojourn, purchases: Path) -> None:
    ran = sojourn("backtest", WINBACK, *HISTORY, "--events", purchases)
    assert ran.code == 0
    assert "2,000 events" in ran.out
    assert "win_back" in ran.out


BAD_LINES = {
    "no json": ("hello", "JSON"),
    "no id": ('{"timestamp": "1997-01-01T12:00:00Z"}', "_id"),
    "no zone": ('{"_id": "x", "timestamp": "1997-01-01T12:00:00"}', "timestamp"),
    "a wrong type": ('{"_id": "x", "timestamp": "1997-01-01T12:00:00Z", "_tenant": {"value": "12"}}', "_tenant.value"),
    "an envelope without a record": ('{"body": {}, "note": "xdmEntity"}', "xdmEntity"),
}


@pytest.mark.parametrize("line, named", BAD_LINES.values(), ids=list(BAD_LINES))
def test_a_bad_line(sojourn: Sojourn, purchases: Path, tmp_path: Path, line: str, named: str) -> None:
    """Its number, its field, in one line on stderr; nothing on stdout."""
    lines = purchases.read_text().splitlines()
    lines[1_234] = line
    broken = tmp_path / "broken.jsonl"
    broken.write_text("\n".join(lines))
    ran = sojourn("backtest", WINBACK, *HISTORY, "--events", broken, "--json")
    assert (ran.code, ran.out) == (2, "")
    (said,) = ran.err.splitlines()
    assert "1235" in said and named in said


BAD_ARGUMENTS: dict[str, list[str]] = {
    "journey": ["--journey", "nobody"],
    "until, no zone": ["--until", "1998-07-01T00:00:00"],
    "until, no moment": ["--until", "tomorrow"],
    "events": ["--events", "no-such-file.jsonl"],
    "set, no activity": ["--set", "nobody.duration=P1D"],
    "set, no field": ["--set", "patience.durations=P1D"],
    "set, no value": ["--set", "patience.duration"],
    "set, bad value": ["--set", "patience.duration=soon"],
    "set, bad expression": ["--set", "is_big.paths.big=@{Purchase._tenant.value} >="],
    "set, the name": ["--set", "name=other"],
    "an option": ["--nonsense"],
}


@pytest.mark.parametrize("arguments", BAD_ARGUMENTS.values(), ids=list(BAD_ARGUMENTS))
def test_a_bad_argument(sojourn: Sojourn, purchases: Path, arguments: list[str]) -> None:
    ran = sojourn("backtest", WINBACK, *HISTORY, "--events", purchases, "--json", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    if arguments != ["--nonsense"]:
        assert len(ran.err.splitlines()) == 1, ran.err


def test_replay_takes_a_new_folder(sojourn: Sojourn, purchases: Path, tmp_path: Path) -> None:
    (tmp_path / "something").write_text("here")
    ran = sojourn("replay", WINBACK, *HISTORY, "--events", purchases, "--data", tmp_path)
    assert ran.code == 1 and "ERR_STORE_EXISTS" in ran.err
    assert [each.name for each in tmp_path.iterdir()] == ["something"]
