"""What a server has taken in, as a history to run a journey over: read off its log [6.33].

An event counts at the moment at which it was accepted, which is when live journeys heard it; of equal `_id`s the first
in the whole log counts, wherever the range begins [3.2].
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sojourn.runtime.history import Progress
from sojourn.runtime.inlet import Checked
from sojourn.schema.lens import lens
from sojourn.store.entry import Accepted, Entry, Evaluated, Forgotten, Recorded, Suppressed, Uploaded
from sojourn.store.journal import JournalReader

ROWS_A_READ = 64
_id_of = lens([("_id",)])


def events(
    journal: Path, sandbox: str, since: int, until: int, progress: Progress = lambda done, all_: None
) -> list[Checked]:
    """The events of a sandbox that were accepted from `since` to `until` (epoch ms, both included), in order."""
    found: dict[str, Checked] = {}
    earlier: list[Accepted] = []
    for entry in _entries(journal, sandbox, until, progress):
        if type(entry) is Accepted and entry.at >= since:
            id_ = _id_of(entry.record)["_id"]
            found.setdefault(id_, Checked(entry.record, id_, entry.at, entry.dataset))
        elif type(entry) is Accepted:
            earlier.append(entry)
    for entry in earlier if found else ():
        found.pop(_id_of(entry.record)["_id"], None)
    return list(found.values())


def everything(
    journal: Path, sandbox: str, since: int, until: int, progress: Progress = lambda done, all_: None
) -> list[Entry]:
    """The same for a journey that looks at profiles and segments: with all that the profile store was told until then.

    What was before `since` makes the store what it was, and moves nobody.
    """
    found: list[Entry] = []
    for entry in _entries(journal, sandbox, until, progress):
        if type(entry) is not Accepted or entry.at >= since:
            found.append(entry)
        elif entry.dataset:
            found.append(Recorded(entry.at, sandbox, entry.dataset, [entry.record]))
    return found


Kept = Accepted | Recorded | Uploaded | Evaluated | Forgotten | Suppressed
"""What says something of people."""


def _entries(journal: Path, sandbox: str, until: int, progress: Progress) -> Iterator[Kept]:
    with closing(JournalReader(journal)) as reader:
        last, at = reader.last(), 1
        while rows := reader.read(at, ROWS_A_READ):
            for _, entries in rows:
                for entry in entries:
                    if entry.at > until:
                        return
                    if isinstance(entry, Kept) and entry.sandbox == sandbox:
                        yield entry
            at = rows[-1][0] + 1
            progress(at - 1, last)
