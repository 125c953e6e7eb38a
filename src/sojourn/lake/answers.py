"""What the lake's process can be asked, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sojourn.errors import InputError
from sojourn.lake import behind, groups, measure, query
from sojourn.lake.manifest import Readers
from sojourn.lake.question import Cursor, Found, Question, Sought, Wanted, checked
from sojourn.lake.reading import EVER, Lake
from sojourn.lake.table import Format, encoded
from sojourn.report.flow import Counts

LONGEST = 200_000_000
"""Bytes of the answer to a query."""


class Answers:
    """Answers from the lake of a data folder. From any thread; answers are bytes, ready to be sent."""

    def __init__(self, data: Path, readers: Readers, written: Callable[[], None]) -> None:
        self._lake = Lake(data)
        self._readers = readers
        self._written = written

    def named(self) -> dict[str, Callable[..., Any]]:
        """The questions."""
        return {
            "query": self.query,
            "metrics": self.metrics,
            "counts": self.counts,
            "groups": self.groups,
            "people": self.people,
            "erased": self.erased,
        }

    def query(self, sandbox: str, sql: str, now: int, rows: int, seconds: float, format_: Format) -> bytes:
        """SQL; `now` is journey time, epoch ms. Raises InputError."""
        self._catch_up(sandbox)
        with self._readers.reading():
            answer = encoded(query.run(self._lake, sandbox, sql, now, rows, seconds), format_)
        if len(answer) > LONGEST:
            raise InputError("ERR_ANSWER_LONG", field="sql", limit=LONGEST)
        return answer

    def metrics(self, sandbox: str, question: Question, format_: Format) -> bytes:
        """Metrics by dimensions. Raises InputError."""
        checked(question)
        self._catch_up(sandbox)
        ranges, records = measure.looks(question)
        with self._readers.reading(), self._lake.numbers(sandbox, ranges, records=records) as db:
            return encoded(measure.ask(db, question), format_)

    def counts(self, sandbox: str, journey: str, *moments: int | None) -> list[Counts]:
        """(shape, steps, attempts) of a journey before each of `moments`, epoch ms: what a report is made of."""
        self._catch_up(sandbox)
        with self._readers.reading():
            return self._lake.counts(sandbox, journey, *moments)

    def groups(self, sandbox: str, sought: Sought) -> groups.Found:
        """The groups that are compared."""
        self._catch_up(sandbox)
        records = EVER if sought.control else None
        with self._readers.reading(), self._lake.numbers(sandbox, records=records) as db:
            return groups.groups(db, sought)

    def people(self, sandbox: str, wanted: Wanted, after: Cursor | None, limit: int) -> list[Found]:
        """Who is behind a number of a journey."""
        self._catch_up(sandbox)
        # Where somebody stands is told by their last step, whenever that was.
        ranges = [(None, None)] if wanted.here is not None else [(wanted.since, wanted.until)]
        with self._readers.reading(), self._lake.numbers(sandbox, ranges, records=None) as db:
            return behind.people(db, wanted, after, limit)

    def erased(self, token: str) -> bool:
        """Whether no file holds anything any more of whoever `token` has deleted."""
        return token in self._lake.erased()

    def _catch_up(self, sandbox: str) -> None:
        """So much in the shard is read faster from files."""
        if self._lake.behind(sandbox):
            self._written()
