"""Mailings: each time that one is due goes out once, whoever is killed or cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from sojourn.clock import ScaledClock
from sojourn.errors import InputError, NotFoundError, RemoteError
from sojourn.lake.mailing import TRIES, Mailing, Mailings, Parcel
from sojourn.store.journal import Journal, JournalReader

HOUR = 3_600_000
DAY = 24 * HOUR
ASKS: dict[str, Any] = {"sql": "SELECT 1", "channel": "mails"}
DAILY = Mailing.model_validate(
    {**ASKS, "schedule": {"every": "day", "at": "09:00"}, "zone": "Asia/Seoul", "email": ["ann@x.org", "bob@x.org"]}
)


class Killed(BaseException):
    """The process ends here."""


class World:
    """Mailings over answers and mail servers that the test speaks for."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder / "journal.db", ScaledClock())
        self.reader = JournalReader(folder / "journal.db")
        self.at = 100 * DAY
        self.sent: list[tuple[str, str, int, bytes]] = []
        self.deaf: set[str] = set()
        self.dies_after = 1 << 30
        self.broken = False
        self.start()

    def start(self) -> None:
        self.mailings = Mailings(self.journal, self.reader, self.ask, self.send, lambda: self.at)

    def ask(self, sandbox: str, mailing: Mailing, due: int) -> bytes:
        if self.broken:
            raise InputError("ERR_QUERY_FAILED", field="sql", detail="gone")
        return f"{mailing.sql} as of {due}".encode()

    def send(self, sandbox: str, name: str, mailing: Mailing, mail: Parcel) -> None:
        if mail.to in self.deaf:
            raise RemoteError("ERR_ALERT_REFUSED", url="x:25", status=451)
        self.sent.append((mail.id, mail.to, mail.due, mail.content))
        if len(self.sent) == self.dies_after:
            raise Killed

    def look(self, at: int) -> list[tuple[str, int]]:
        """What goes out at a moment: to whom, and of when."""
        self.at, before = at, len(self.sent)
        self.mailings.look()
        return [(to, due) for _, to, due, _ in self.sent[before:]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.journal.close()
    made.reader.close()


def test_each_time_once(world: World) -> None:
    """At 9 in Seoul, which is midnight in Greenwich; what was missed while nobody looked goes out then."""
    world.mailings.put("prod", "daily", DAILY)
    assert world.mailings.read("prod", "daily").due == 101 * DAY
    assert world.look(101 * DAY - 1) == []
    assert world.look(101 * DAY) == [("ann@x.org", 101 * DAY), ("bob@x.org", 101 * DAY)]
    assert world.look(101 * DAY + 5) == [] and world.look(102 * DAY - 1) == []
    assert [due for _, due in world.look(104 * DAY + HOUR)] == [day * DAY for day in (102, 102, 103, 103, 104, 104)]
    assert world.sent[0][3] == f"SELECT 1 as of {101 * DAY}".encode()
    runs = world.mailings.history("prod", "daily", 10)
    assert [(run.due // DAY, run.state, run.told) for run in runs] == [
        (day, "sent", ["ann@x.org", "bob@x.org"]) for day in (104, 103, 102, 101)
    ]
    world.mailings.delete("prod", "daily")
    assert world.look(110 * DAY) == [] and len(world.mailings.history("prod", "daily", 10)) == 4
    with pytest.raises(NotFoundError):
        world.mailings.delete("prod", "daily")


def test_killed_between_a_mail_and_the_note_of_it(world: World) -> None:
    """Ann's mail may go out again, and is the same one; nothing is left out."""
    world.mailings.put("prod", "daily", DAILY)
    world.dies_after = 1
    with pytest.raises(Killed):
        world.look(101 * DAY)
    world.start()
    assert world.look(101 * DAY + 1) == [("ann@x.org", 101 * DAY), ("bob@x.org", 101 * DAY)]
    assert world.sent[0] == world.sent[1] and len({id_ for id_, *_ in world.sent}) == 2
    world.dies_after = 5
    with pytest.raises(Killed):
        world.look(102 * DAY)
    world.start()
    assert world.look(102 * DAY + 1) == [("bob@x.org", 102 * DAY)], "ann has it already"


def test_who_cannot_be_reached_is_tried_again(world: World) -> None:
    world.mailings.put("prod", "daily", DAILY)
    world.deaf = {"ann@x.org"}
    assert world.look(101 * DAY) == [("bob@x.org", 101 * DAY)]
    (run,) = world.mailings.history("prod", "daily", 10)
    assert (run.state, run.told) == ("waiting", ["bob@x.org"]) and "ERR_ALERT_REFUSED" in run.note
    world.deaf = set()
    assert world.look(101 * DAY + 1) == [("ann@x.org", 101 * DAY)]
    world.deaf = {"bob@x.org"}
    for _ in range(TRIES + 1):
        world.look(102 * DAY)
    (run, _) = world.mailings.history("prod", "daily", 10)
    assert (run.state, run.tries, run.told) == ("failed", TRIES, ["ann@x.org"])
    world.deaf, world.broken = set(), True
    assert world.look(103 * DAY) == [] and world.mailings.history("prod", "daily", 1)[0].state == "failed"


def test_what_can_be_no_mailing(world: World) -> None:
    once = {"schedule": {"every": "once"}, "email": ["a@x.org"]}
    for wrong in (
        {"channel": "mails", **once},
        {**ASKS, **once, "figures": {"metrics": ["entered"]}},
        {**ASKS, **once, "email": []},
        {**ASKS, **once, "zone": "Mars"},
        {**ASKS, **once, "subject": "a\nb"},
        {**ASKS, "email": ["a@x.org"], "schedule": {"every": "cron", "cron": "never"}},
    ):
        with pytest.raises(ValidationError):
            Mailing.model_validate(wrong)
    world.broken = True
    with pytest.raises(InputError):
        world.mailings.put("prod", "x", Mailing.model_validate({**ASKS, **once}))
    assert world.mailings.all("prod") == []
