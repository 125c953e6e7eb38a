"""Alerts: when they fire and when they are over, that it is written down, and that it is told once it can be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from sojourn.clock import ScaledClock
from sojourn.errors import InputError, NotFoundError, RemoteError
from sojourn.lake.alerts import Alert, Alerts, judged, sentence
from sojourn.lake.question import Question
from sojourn.store.journal import Journal, JournalReader

HOUR = 3_600_000


class World:
    """Alerts over a metric that the test gives a value to, hour by hour."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder / "journal.db", ScaledClock())
        self.reader = JournalReader(folder / "journal.db")
        self.at, self.by_hour, self.heard, self.deaf = 100 * HOUR, {}, [], False  # type: ignore[var-annotated]
        self.alerts = Alerts(self.journal, self.reader, self.ask, self.tell, lambda: self.at)

    def ask(self, sandbox: str, question: Question) -> bytes:
        assert question.until is not None
        return msgspec.json.encode({"rows": [[self.by_hour.get(question.until // HOUR, 10)]]})

    def tell(self, sandbox: str, name: str, alert: Alert, happened: dict[str, Any]) -> None:
        if self.deaf:
            raise RemoteError("ERR_ALERT_REFUSED", url=alert.webhook, status=500)
        self.heard.append((name, happened["state"], happened["value"]))

    def look(self, hour: int, value: float | None) -> None:
        self.at, self.by_hour[hour] = hour * HOUR, value
        self.alerts.look()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.journal.close()
    made.reader.close()


def test_it_fires_once_and_is_over_once(world: World) -> None:
    world.alerts.put("prod", "quiet", Alert(metric="entered", below=1, webhook="http://127.0.0.1:1/"))
    for hour, value in ((101, 5), (102, 0), (103, 0), (104, 7)):
        world.look(hour, value)
    assert world.heard == [("quiet", "firing", 0), ("quiet", "ok", 7)]
    history = world.alerts.history("prod", "quiet", 10)
    assert [(each["state"], each["at"] // HOUR, each["told"]) for each in history] == [
        ("ok", 104, True),
        ("firing", 102, True),
    ]
    assert world.alerts.read("prod", "quiet").state == "ok"
    assert sentence({"alert": "quiet", "metric": "entered", "state": "firing", "value": 0.0}, "ko").startswith(
        "알림 quiet"
    )
    world.alerts.delete("prod", "quiet")
    world.look(105, 0)
    assert len(world.heard) == 2 and len(world.alerts.history("prod", "quiet", 10)) == 2
    with pytest.raises(NotFoundError):
        world.alerts.delete("prod", "quiet")


def test_who_cannot_be_told_is_told_later(world: World) -> None:
    world.alerts.put("prod", "errors", Alert(metric="errorRate", above=0.1, webhook="http://127.0.0.1:1/"))
    world.deaf = True
    world.look(101, 0.5)
    (change,) = world.alerts.history("prod", "errors", 10)
    assert not change["told"] and "ERR_ALERT_REFUSED" in change["note"]
    world.deaf = False
    world.look(102, 0.5)
    assert world.heard == [("errors", "firing", 0.5)]


def test_a_drop_is_against_what_is_usual(world: World) -> None:
    world.alerts.put("prod", "drop", Alert(metric="entered", drop=0.5))
    world.look(101, 6)
    assert world.alerts.read("prod", "drop").state == "ok"
    world.look(102, 4)
    (change,) = world.alerts.history("prod", "drop", 10)
    assert (change["state"], change["value"], change["usual"]) == ("firing", 4, 10)
    world.look(103, None)
    assert world.alerts.read("prod", "drop").state == "ok"


def test_what_can_be_no_alert(world: World) -> None:
    for wrong in (
        {},
        {"above": 1, "below": 1},
        {"drop": 2},
        {"above": 1, "email": ["a@x.org"]},
        {"above": 1, "webhook": "ftp://x"},
    ):
        with pytest.raises(ValidationError):
            Alert.model_validate({"metric": "entered", **wrong})
    with pytest.raises(InputError):
        world.alerts.put("prod", "x", Alert(metric="nothing", above=1))
    assert judged(Alert(metric="entered", above=1), 1, None) is False
