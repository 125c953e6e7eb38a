"""Alerts: a metric over the last hours against a limit or against what is usual, and who is told when that changes.

An alert is looked at again and again. A change of its state is written down first and told
then, so a kill in between tells late, not never; who cannot be told is tried again with the next look.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field, field_validator, model_validator

from sojourn import messages
from sojourn.errors import NotFoundError, RuleError, SojournError
from sojourn.journey.channel import MailAddress
from sojourn.journey.types import Between
from sojourn.lake.question import Question, checked
from sojourn.schema.document import Document
from sojourn.store.journal import Job, Journal, JournalReader

log = logging.getLogger(__name__)

EVERY = 15.0
USUAL = 7
"""What is usual is the median of so many windows before."""
Ask = Callable[[str, Question], Any]
Tell = Callable[[str, str, "Alert", dict[str, Any]], None]
"""(sandbox, name, alert, what happened); raises SojournError where somebody could not be told."""


class Alert(Document):
    """One metric over the last `window`, for the rows that `filters` keep. Exactly one of three limits."""

    metric: str
    filters: dict[str, list[str]] = {}
    window: Annotated[timedelta, Between("PT1M", "P31D")] = timedelta(hours=1)
    above: float | None = None
    """Fires when the metric is larger."""
    below: float | None = None
    """Fires when it is smaller: no entries for an hour is `entered` below 1."""
    drop: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Fires when it is so much smaller than usual, as a share: 0.5 for half."""
    webhook: Annotated[str, Field(max_length=500)] | None = None
    """Address that changes are posted to, as JSON."""
    email: Annotated[list[MailAddress], Field(max_length=20)] = []
    channel: str | None = None
    """The email channel that mails go out by."""

    @field_validator("webhook")
    @classmethod
    def _is_url(cls, webhook: str | None) -> str | None:
        if webhook is not None and not re.fullmatch(r"https?://\S+", webhook):
            raise RuleError("INFO_RULE_URL_WHOLE")
        return webhook

    @model_validator(mode="after")
    def _makes_sense(self) -> Alert:
        if sum(limit is not None for limit in (self.above, self.below, self.drop)) != 1:
            raise RuleError("ERR_ALERT_LIMIT")
        if self.email and self.channel is None:
            raise RuleError("ERR_ALERT_CHANNEL")
        return self

    def question(self, until: int) -> Question:
        """The window that ends at `until`, epoch ms."""
        width = round(self.window.total_seconds() * 1000)
        filters: dict[str, list[str | None]] = {name: list(values) for name, values in self.filters.items()}
        return Question(metrics=(self.metric,), filters=filters, since=until - width, until=until)


class State(msgspec.Struct, frozen=True):
    """An alert as it is: `value` when it was last looked at, `since` when it has been so (epoch ms)."""

    name: str
    alert: dict[str, Any]
    state: Literal["ok", "firing"]
    since: int | None
    value: float | None


def judged(alert: Alert, value: float | None, usual: float | None) -> bool:
    """Whether an alert fires. A rate of nothing has no value, and fires nothing."""
    if value is None:
        return False
    if alert.above is not None:
        return value > alert.above
    if alert.below is not None:
        return value < alert.below
    return usual is not None and usual > 0 and alert.drop is not None and value <= usual * (1 - alert.drop)


class Alerts:
    """The alerts of a server, kept in the journal. `now` is journey time, epoch ms."""

    def __init__(self, journal: Journal, reader: JournalReader, ask: Ask, tell: Tell, now: Callable[[], int]) -> None:
        self._journal = journal
        self._reader = reader
        self._ask = ask
        self._tell = tell
        self._now = now

    # --- what is watched ---

    def all(self, sandbox: str) -> list[State]:
        return [self._state(row) for row in self._reader.rows("alerts", sandbox)]

    def read(self, sandbox: str, name: str) -> State:
        """Raises NotFoundError."""
        rows = self._reader.rows("alert", sandbox, name)
        if not rows:
            raise NotFoundError("ERR_ALERT_UNKNOWN", field="name", name=name)
        return self._state(rows[0])

    def put(self, sandbox: str, name: str, alert: Alert) -> None:
        """Makes or changes an alert. Raises InputError for a metric or filters that cannot be asked."""
        checked(alert.question(1 << 40))
        body = alert.model_dump_json(by_alias=True, exclude_unset=True)

        def work(job: Job) -> None:
            before = job.rows("alert", sandbox, name)
            job.rows("put_alert", sandbox, name, body)
            job.record("alert.write", sandbox, name, msgspec.json.decode(before[0][2]) if before else None,
                       msgspec.json.decode(body))  # fmt: skip

        self._journal.run(work).result()

    def delete(self, sandbox: str, name: str) -> None:
        """Raises NotFoundError. Its history stays."""
        before = self.read(sandbox, name)

        def work(job: Job) -> None:
            job.rows("delete_alert", sandbox, name)
            job.record("alert.delete", sandbox, name, before.alert, None)

        self._journal.run(work).result()

    def history(self, sandbox: str, name: str, limit: int) -> list[dict[str, Any]]:
        """Changes of state, the latest first."""
        names = ("id", "at", "state", "value", "usual", "told", "note")
        rows = self._reader.rows("alert_changes", sandbox, name, limit)
        return [dict(zip(names, row, strict=True)) | {"told": bool(row[5])} for row in rows]

    def _state(self, row: tuple[Any, ...]) -> State:
        _, name, body, state, since, value = row
        return State(name, msgspec.json.decode(body), state, since, value)

    # --- watching ---

    def look(self) -> None:
        """Looks at every alert once, and tells what has changed."""
        for sandbox, name, body, state, *_ in self._reader.rows("alerts", ""):
            try:
                self._look(sandbox, name, Alert.model_validate_json(body), state)
            except SojournError as error:  # one that cannot be asked holds up no other
                log.error("alert %s: %s", name, error, extra={"action": "alert_failed"})
        self._tell_all()

    def _look(self, sandbox: str, name: str, alert: Alert, state: str) -> None:
        now = self._now()
        value = self._value(sandbox, alert, now)
        usual = None
        if alert.drop is not None:
            width = round(alert.window.total_seconds() * 1000)
            before = [self._value(sandbox, alert, now - back * width) for back in range(1, USUAL + 1)]
            usual = median([each for each in before if each is not None] or [0.0])
        new = "firing" if judged(alert, value, usual) else "ok"
        if new == state:
            return

        def work(job: Job) -> None:
            job.rows("alert_state", new, now, value, sandbox, name)
            job.rows("add_alert_change", sandbox, name, now, new, value, usual)
            job.record(f"alert.{new}", sandbox, name, None, {"value": value, "usual": usual})

        self._journal.run(work).result()

    def _value(self, sandbox: str, alert: Alert, until: int) -> float | None:
        found = msgspec.json.decode(self._ask(sandbox, alert.question(until)))["rows"]
        return None if not found or found[0][-1] is None else float(found[0][-1])

    def _tell_all(self) -> None:
        for id_, sandbox, name, at, state, value, usual in self._reader.rows("alerts_untold"):
            rows = self._reader.rows("alert", sandbox, name)
            told, note = 1, ""
            if rows:
                alert = Alert.model_validate_json(rows[0][2])
                happened = {"alert": name, "sandbox": sandbox, "state": state, "at": at, "metric": alert.metric,
                            "value": value, "usual": usual}  # fmt: skip
                try:
                    self._tell(sandbox, name, alert, happened)
                except SojournError as error:
                    told, note = 0, str(error)
            self._journal.run(lambda job, row=(told, note, id_): job.rows("alert_told", *row)).result()  # type: ignore[misc]


def sentence(happened: dict[str, Any], language: messages.Language = "en") -> str:
    """What happened, in words."""
    code = "INFO_ALERT_FIRING" if happened["state"] == "firing" else "INFO_ALERT_OK"
    value = "-" if happened["value"] is None else f"{happened['value']:g}"
    return messages.text(code, {"name": happened["alert"], "metric": happened["metric"], "value": value}, language)
