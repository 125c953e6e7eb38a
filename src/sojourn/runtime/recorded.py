"""What a server has taken in, as a history to run a journey over: read off its log [6.33].

An event counts at the moment at which it was accepted, which is when live journeys heard it; of equal `_id`s the first
in the whole log counts, wherever the range begins [3.2]. So does what was heard of a message, which then goes with it:
another run of the history has not sent it [6.31].
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from sojourn.identifiers import event_key
from sojourn.report.messages import Message, written
from sojourn.runtime.history import Progress
from sojourn.runtime.inlet import Checked
from sojourn.schema.lens import lens
from sojourn.store.entry import (
    Accepted,
    Blank,
    Entry,
    Evaluated,
    Feedback,
    Forgotten,
    Recorded,
    Suppressed,
    Uploaded,
)
from sojourn.store.journal import JournalReader
from sojourn.store.shard import ShardReader

ROWS_A_READ = 64
_id_of = lens([("_id",)])


def events(
    journal: Path, sandbox: str, since: int, until: int, progress: Progress = lambda done, all_: None
) -> list[Checked] | None:
    """The events of a sandbox that were accepted from `since` to `until` (epoch ms, both included), in order.

    None where somebody is deleted meanwhile, and the log not clean yet: whose stays end then [1.6], the profile store
    alone can tell.
    """
    found: dict[str, Checked] = {}
    earlier: list[Accepted] = []
    blank: set[bytes] = set()
    for entry in _entries(journal, sandbox, until, progress):
        if type(entry) is Accepted and entry.at >= since:
            id_ = _id_of(entry.record)["_id"]
            found.setdefault(id_, Checked(entry.record, id_, entry.at, entry.dataset))
        elif type(entry) is Accepted:
            earlier.append(entry)
        elif type(entry) is Blank:
            blank.update(entry.keys)
        elif type(entry) is Forgotten:
            return None
    for entry in earlier if found else ():
        found.pop(_id_of(entry.record)["_id"], None)
    if blank:
        return [each for id_, each in found.items() if event_key(sandbox, id_) not in blank]
    return list(found.values())


def everything(
    data: Path, sandbox: str, since: int, until: int, progress: Progress = lambda done, all_: None
) -> list[Entry]:
    """The same, of a data folder, for a journey that looks at profiles and segments or writes to people: with all that
    the profile store was told until then, and all that was heard of messages.

    What was before `since` makes the store what it was, and moves nobody.
    """
    found: list[Entry] = []
    with closing(ShardReader(data / "shard-0.db")) as shard:
        for entry in _entries(data / "journal.db", sandbox, until, progress):
            if type(entry) is Feedback:
                found += told(shard, entry)
            elif type(entry) is not Accepted or entry.at >= since:
                found.append(entry)
            elif entry.dataset:
                found.append(Recorded(entry.at, sandbox, entry.dataset, [entry.record]))
    return found


def told(shard: ShardReader, entry: Feedback) -> list[Entry]:
    """Feedback as another run of the history can take it in; nothing where the message is not known any more."""
    return [msgspec.structs.replace(entry, of=written(Message(*row))) for row in shard.rows("message", entry.message)]


Kept = Accepted | Recorded | Uploaded | Evaluated | Forgotten | Suppressed | Feedback
"""What says something of people."""


def _entries(journal: Path, sandbox: str, until: int, progress: Progress) -> Iterator[Kept | Blank]:
    with closing(JournalReader(journal)) as reader:
        last, at = reader.last(), 1
        while rows := reader.read(at, ROWS_A_READ):
            for _, entries in rows:
                for entry in entries:
                    if entry.at > until:
                        return
                    if type(entry) is Blank or (isinstance(entry, Kept) and entry.sandbox == sandbox):
                        yield entry
            at = rows[-1][0] + 1
            progress(at - 1, last)
