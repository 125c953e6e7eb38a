"""Recorded events from a file, in replay order [6.31]."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from operator import attrgetter
from pathlib import Path

from sojourn.errors import InputError
from sojourn.report.feedback import ABOUT_MESSAGES, feedback_in, sent_at
from sojourn.runtime.inlet import Checked, InletRules
from sojourn.store.entry import Feedback

LINES_AT_ONCE = 500
Progress = Callable[[int, int], None]
"""Told how far a piece of work is: (done, all)."""


def read(path: Path, rules: InletRules, until: int) -> list[Checked | Feedback]:
    """The events of a file of JSON lines (.gz or plain), up to and including `until` (epoch ms).

    Ordered by (timestamp, `_id`); of equal `_id`s the first line counts. Profile and lookup records are not of any
    moment: they come first, in the order of the file. Records of what became of messages, as the lake has them, are
    feedback [6.31]. Raises InputError naming the line.
    """
    seen: set[str] = set()
    found: list[Checked] = []
    told: dict[str, Feedback] = {}
    try:
        for lines in _lines(path):
            try:
                read = rules.lines([line for _, line in lines])
            except InputError:
                raise _where(path, rules, lines) from None
            for checked in read:
                if not checked.event:
                    found.append(checked)
                elif checked.id not in seen:
                    seen.add(checked.id)
                    if ABOUT_MESSAGES in checked.record:
                        said = feedback_in(checked.record, rules.sandbox, checked.at)
                        told |= {} if said is None else {checked.id: said}
                    if checked.at <= until:
                        found.append(checked)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError("ERR_HISTORY_FILE", file=str(path), detail=str(error)) from error
    found.sort(key=attrgetter("id"))  # sorts are stable, and two of plain values are faster than one of pairs
    found.sort(key=attrgetter("at"))
    if not told:
        return list(found)
    sent: dict[str, int] = {}
    for each in told.values():
        sent[each.message] = min(each.at, sent.get(each.message, each.at))
    known = {id_: sent_at(each, sent[each.message]) for id_, each in told.items()}
    return [known.get(each.id, each) if each.event else each for each in found]


def _lines(path: Path) -> Iterator[list[tuple[int, bytes]]]:
    """The lines of a file with their numbers, some at a time, without those that have nothing on them."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        lines = ((number, line) for number, line in enumerate(file, 1) if not line.isspace())
        while some := list(islice(lines, LINES_AT_ONCE)):
            yield some


def _where(path: Path, rules: InletRules, lines: list[tuple[int, bytes]]) -> InputError:
    """The first fault in these lines, with the number of its line."""
    for number, line in lines:
        try:
            rules.line(line)
        except InputError as error:
            return InputError("ERR_HISTORY_LINE", line=number, file=str(path), problem=str(error))
    raise AssertionError("one of the lines has a fault")
