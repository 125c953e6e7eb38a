"""Mailings: an answer that goes out by e-mail again and again, as an attachment [9.6].

Of each time at which one is due there is one run. It is written down together with the next time, so it is there once
whatever happens; who has it is written down after each mail. A kill just between a mail and that lets the same mail, by
its id, go out again. Who cannot be reached is tried again with the next look.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field, model_validator

from sojourn import identifiers
from sojourn.errors import InputError, NotFoundError, RuleError, SojournError
from sojourn.expression.values import read_zone
from sojourn.journey.channel import MailAddress
from sojourn.journey.schedule import Schedule, next_read
from sojourn.journey.types import Between, ZoneName
from sojourn.lake.question import Grain, Question
from sojourn.schema.document import Document
from sojourn.store.journal import Job, Journal, JournalReader

log = logging.getLogger(__name__)

EVERY = 5.0
ROWS, SECONDS = 100_000, 60.0
"""Of a query, at most."""
TRIES = 100
"""Looks after which a run that somebody cannot be sent is given up."""
Runs = Literal["waiting", "sent", "failed"]


class Figures(Document):
    """Metrics by dimensions, as `POST /api/metrics` asks for them."""

    metrics: Annotated[list[str], Field(min_length=1, max_length=50)]
    dimensions: Annotated[list[str], Field(max_length=5)] = []
    last: Annotated[timedelta | None, Between("PT1M", "P3660D")] = None
    """The range: so long, until it is due; without it, all time until then."""
    grain: Grain = "all"
    filters: dict[str, list[str | None]] = {}
    order: str = ""
    limit: Annotated[int, Field(ge=1, le=100_000)] = 10_000

    def question(self, zone: str, due: int) -> Question:
        """What is asked at a moment, epoch ms."""
        since = None if self.last is None else due - self.last // timedelta(milliseconds=1)
        return Question(
            metrics=tuple(self.metrics), dimensions=tuple(self.dimensions), since=since, until=due, grain=self.grain,
            zone=zone, filters=self.filters, order=self.order, limit=self.limit,
        )  # fmt: skip


class Mailing(Document):
    """An answer, when it is sent, and to whom. Exactly one of `sql` and `figures`."""

    sql: Annotated[str | None, Field(min_length=1, max_length=100_000)] = None
    """A query; in it `now()` is the moment at which the mailing is due."""
    figures: Figures | None = None
    format: Literal["csv", "xlsx", "parquet"] = "xlsx"
    schedule: Schedule
    zone: ZoneName = "UTC"
    """Of the times of the schedule, and of the days, weeks and months of `figures`."""
    email: Annotated[list[MailAddress], Field(min_length=1, max_length=50)]
    channel: str
    """The email channel that mails go out by."""
    subject: Annotated[str, Field(max_length=200, pattern=r"^[^\r\n]*$")] = ""
    """Left out, the mailing's name and the day."""

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Mailing:
        if (self.sql is None) == (self.figures is None):
            raise RuleError("ERR_MAILING_ASKS")
        return self

    def following(self, after: int, *, first: bool = False) -> int | None:
        """When it is due next behind a moment, both epoch ms; None for never."""
        zone = read_zone(self.zone)
        assert zone is not None
        return next_read(self.schedule, zone, after, first)

    def day(self, due: int) -> str:
        """The day of a moment where the mailing is."""
        return f"{datetime.fromtimestamp(due / 1000, UTC).astimezone(read_zone(self.zone)):%Y-%m-%d}"


class State(msgspec.Struct, frozen=True):
    """A mailing as it is; `due` is when it is sent next, epoch ms, None for never again."""

    name: str
    mailing: dict[str, Any]
    due: int | None


class Run(msgspec.Struct, frozen=True):
    """One time that a mailing was due: who has it, and why somebody has not."""

    id: int
    due: int
    state: Runs
    told: list[str]
    tries: int
    note: str


class Parcel(msgspec.Struct, frozen=True):
    """A mail that is to go out: by its `id` it is the same one at each attempt."""

    id: str
    to: str
    due: int
    content: bytes


Ask = Callable[[str, Mailing, int], bytes]
"""(sandbox, mailing, due): the file."""
Send = Callable[[str, str, Mailing, Parcel], None]
"""(sandbox, name, mailing, mail); raises SojournError where it was not taken."""


class Mailings:
    """The mailings of a server, kept in the journal; `look` sends what is due. `now` is journey time, epoch ms."""

    def __init__(self, journal: Journal, reader: JournalReader, ask: Ask, send: Send, now: Callable[[], int]) -> None:
        self._journal = journal
        self._reader = reader
        self._ask = ask
        self._send = send
        self._now = now

    # --- what is sent ---

    def all(self, sandbox: str) -> list[State]:
        return [_state(row) for row in self._reader.rows("mailings", sandbox)]

    def read(self, sandbox: str, name: str) -> State:
        """Raises NotFoundError."""
        rows = self._reader.rows("mailing", sandbox, name)
        if not rows:
            raise NotFoundError("ERR_MAILING_UNKNOWN", field="name", name=name)
        return _state(rows[0])

    def put(self, sandbox: str, name: str, mailing: Mailing) -> None:
        """Makes or changes a mailing; from now on its times count. Raises InputError for what cannot be asked."""
        now = self._now()
        self._ask(sandbox, mailing, now)
        body = mailing.model_dump_json(by_alias=True, exclude_unset=True)

        def work(job: Job) -> None:
            before = job.rows("mailing", sandbox, name)
            job.rows("put_mailing", sandbox, name, body, mailing.following(now, first=True))
            job.record("mailing.write", sandbox, name, msgspec.json.decode(before[0][2]) if before else None,
                       msgspec.json.decode(body))  # fmt: skip

        self._journal.run(work).result()

    def delete(self, sandbox: str, name: str) -> None:
        """Nothing of it is sent any more; its history stays. Raises NotFoundError."""
        before = self.read(sandbox, name)

        def work(job: Job) -> None:
            job.rows("delete_mailing", sandbox, name)
            job.rows("end_mailing_runs", sandbox, name)
            job.record("mailing.delete", sandbox, name, before.mailing, None)

        self._journal.run(work).result()

    def history(self, sandbox: str, name: str, limit: int) -> list[Run]:
        """Its runs, the latest first."""
        return [
            Run(id_, due, state, msgspec.json.decode(told), tries, note)
            for id_, due, state, told, tries, note in self._reader.rows("mailing_runs", sandbox, name, limit)
        ]

    # --- sending ---

    def look(self) -> None:
        """Writes down what is due, and sends what waits. One that fails holds up no other."""
        while due := self._reader.rows("mailings_due", self._now()):
            for sandbox, name, body, at in due:
                self._begin(sandbox, name, Mailing.model_validate_json(body), at)
        for row in self._reader.rows("mailing_runs_waiting"):
            self._run(*row)

    def _begin(self, sandbox: str, name: str, mailing: Mailing, due: int) -> None:
        def work(job: Job) -> None:
            job.rows("add_mailing_run", sandbox, name, due)
            job.rows("mailing_moves_on", mailing.following(due), sandbox, name, due)

        self._journal.run(work).result()

    def _run(self, id_: int, sandbox: str, name: str, due: int, told_before: str, tries: int, body: str) -> None:
        told: list[str] = msgspec.json.decode(told_before)
        mailing, note, state = Mailing.model_validate_json(body), "", "sent"
        try:
            content = self._ask(sandbox, mailing, due)
        except SojournError as error:
            note, state = str(error), "failed" if isinstance(error, InputError) else "waiting"
        else:
            for to in mailing.email:
                if to in told:
                    continue
                try:
                    mail = Parcel(identifiers.mail_id(sandbox, name, due, to), to, due, content)
                    self._send(sandbox, name, mailing, mail)
                except SojournError as error:
                    note, state = str(error), "waiting"
                    continue
                told.append(to)
                self._put(id_, sandbox, name, "waiting", told, tries, "")
        if state == "waiting" and tries + 1 >= TRIES:
            state = "failed"
        if note:
            log.error("mailing %s: %s", name, note, extra={"action": "mailing_waits"})
        self._put(id_, sandbox, name, state, told, tries + 1, note)

    def _put(self, id_: int, sandbox: str, name: str, state: str, told: list[str], tries: int, note: str) -> None:
        def work(job: Job) -> None:
            job.rows("put_mailing_run", state, msgspec.json.encode(told).decode(), tries, note, id_)
            if state != "waiting":
                job.record(f"mailing.{state}", sandbox, name, None, {"told": told, "note": note})

        self._journal.run(work).result()


def _state(row: tuple[Any, ...]) -> State:
    _, name, body, due = row
    return State(name, msgspec.json.decode(body), due)
