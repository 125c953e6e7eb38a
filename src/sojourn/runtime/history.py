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
_ID, _AT = attrgetter("id"), attrgetter("at")
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
        for number, lines in _lines(path):
            texts = [line for line in lines if not line.isspace()]
            try:
                read = rules.lines(texts)
            except InputError:
                raise _where(path, rules, number, lines) from None
            ids = set(map(_ID, read))
            new = len(ids) == len(read) and "" not in ids and seen.isdisjoint(ids)
            if new and ABOUT_MESSAGES not in b"".join(texts):  # events, and nothing else
                seen |= ids
                found += [checked for checked in read if checked.at <= until]
                continue
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
    found.sort(key=_ID)  # sorts are stable, and two of plain values are faster than one of pairs
    found.sort(key=_AT)
    if not told:
        return list(found)
    sent: dict[str, int] = {}
    for each in told.values():
        sent[each.message] = min(each.at, sent.get(each.message, each.at))
    known = {id_: sent_at(each, sent[each.message]) for id_, each in told.items()}
    return [known.get(each.id, each) if each.event else each for each in found]


def _lines(path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """The lines of a file, some at a time, with the number of the first."""
    number = 1
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        while lines := list(islice(file, LINES_AT_ONCE)):
            yield number, lines
            number += len(lines)


def _where(path: Path, rules: InletRules, first: int, lines: list[bytes]) -> InputError:
    """The first fault in these lines, with the number of its line."""
    for number, line in enumerate(lines, first):
        try:
            if not line.isspace():
                rules.line(line)
        except InputError as error:
            return InputError("ERR_HISTORY_LINE", line=number, file=str(path), problem=str(error))
    raise AssertionError("one of the lines has a fault")
