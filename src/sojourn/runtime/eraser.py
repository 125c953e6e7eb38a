"""Deleting a person everywhere [1.6]: the log, and finding what in it is theirs.

The engine says in its shard when it has let go of somebody; then the rows of the log before the delete are rewritten
without them, and the files' write-ahead logs are emptied. All of it can be done again from the start after a kill: the
shard remembers the delete until the log says that it is clean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from sojourn.engine.route import Routes
from sojourn.errors import StoreError
from sojourn.identifiers import event_key
from sojourn.journey.dataset import namespaces
from sojourn.journey.events import compile_event
from sojourn.journey.project import Project
from sojourn.runtime.contacts import plain
from sojourn.runtime.forget import TARGET, Target
from sojourn.schema.identity import Identity, extractor
from sojourn.store.database import empty_log
from sojourn.store.entry import (
    Accepted,
    Blank,
    Codec,
    Entry,
    Erased,
    Feedback,
    Forgotten,
    Recorded,
    Suppressed,
    Uploaded,
)
from sojourn.store.journal import Job, Journal, JournalReader
from sojourn.store.shard import ShardReader

ROWS_A_TIME = 16
EVERY = 0.3
Named = Callable[[bytes], set[Identity]]


def named_in(project: Project) -> Named:
    """From a record's text to everybody whom it names: by identities, and by the keys of the events that it is."""
    fields = [
        (tuple(path.split(".")), each.namespace, each.primary)
        for schema in project.schemas.values()
        for path, each in schema.identities.items()
    ]
    extract = extractor(namespaces(project), fields)
    plans = [compile_event(project, event)[0] for event in project.events.values()]
    routes = Routes([plan for plan in plans if plan is not None])
    spaces = {plan.name: plan.namespace or "" for plan in plans if plan is not None}

    def named(text: bytes) -> set[Identity]:
        record: dict[str, Any] = msgspec.json.decode(text)
        found = set(extract(record))
        found.update((spaces[event], person) for event, person, _ in routes.match(record) if person)
        return found

    return named


class Theirs:
    """Finds the records of one person. Most records are passed over without being read."""

    def __init__(self, target: Target, named: Named) -> None:
        self._sandbox = target.sandbox
        self._identities = set(target.identities)
        self._texts = [text for _, id_ in target.identities for text in (id_.encode(), msgspec.json.encode(id_)[1:-1])]
        self._named = named

    def is_theirs(self, text: bytes) -> bool:
        return any(each in text for each in self._texts) and not self._identities.isdisjoint(self._named(text))

    def records(self, entry: Entry) -> list[bytes]:
        """Their records in a log entry."""
        if not isinstance(entry, Accepted | Recorded) or entry.sandbox != self._sandbox:
            return []
        texts = entry.records if isinstance(entry, Recorded) else [entry.record]
        return [text for text in texts if self.is_theirs(text)]

    def without(self, entry: Entry) -> Entry:
        """The entry without their records; the same object where there are none."""
        if isinstance(entry, Uploaded) and entry.sandbox == self._sandbox:
            ids = [id_ for id_ in entry.ids if (entry.namespace, id_) not in self._identities]
            return entry if len(ids) == len(entry.ids) else msgspec.structs.replace(entry, ids=ids)
        if isinstance(entry, Suppressed) and entry.sandbox == self._sandbox:
            theirs = any(plain(entry.channel, id_) == entry.address for _, id_ in self._identities)
            return Blank(entry.at) if theirs else entry
        if isinstance(entry, Feedback) and entry.sandbox == self._sandbox:
            of = entry.of
            return Blank(entry.at) if of and (of.namespace or "", of.person) in self._identities else entry
        found = self.records(entry)
        if not found:
            return entry
        if type(entry) is Accepted:
            record = msgspec.json.decode(entry.record)
            return Blank(entry.at, [event_key(entry.sandbox, record["_id"])])
        assert type(entry) is Recorded
        return msgspec.structs.replace(entry, records=[text for text in entry.records if text not in found])


class Eraser:
    """Rewrites the log for the deletes that others are through with, whenever it `look`s."""

    def __init__(
        self,
        data: Path,
        journal: Journal,
        shard: Callable[[], ShardReader | None],
        project: Callable[[str], Project],
        elsewhere: Callable[[str], bool],
    ) -> None:
        """`elsewhere` says of a delete's token whether whoever else keeps files has it behind them."""
        self._data = data
        self._journal = journal
        self._shard = shard
        self._project = project
        self._elsewhere = elsewhere
        self._cleaned = {""}  # a former process may have been killed before it emptied the write-ahead logs

    @property
    def busy(self) -> bool:
        """Whether something deleted may still stand in a write-ahead log; after each start, for a moment, it may."""
        return bool(self._cleaned)

    def look(self) -> None:
        """Goes on with what there is to do."""
        shard = self._shard()
        if shard is None:
            return
        open_ = shard.rows("forgotten")
        for token, body, gone, *_ in open_:
            if gone and token not in self._cleaned and self._elsewhere(token):
                self._clean(token, TARGET.decode(body))
        # When the engine has dropped its last word of somebody, nothing of them may be left in the write-ahead logs.
        if self._cleaned and not self._cleaned & {token for token, *_ in open_}:
            files = (self._data / "journal.db", self._data / "shard-0.db")
            if all(empty_log(file) for file in files):
                self._cleaned.clear()

    def _clean(self, token: str, target: Target) -> None:
        """The log without this person, up to where they were deleted."""
        theirs = Theirs(target, named_in(self._project(target.sandbox)))
        reader, codec = JournalReader(self._data / "journal.db"), Codec()
        try:
            for changed in _cleaned(reader, theirs, token):
                rows = [(codec.pack(entries), number) for number, entries in changed]
                self._journal.run(partial(_rewrite, rows=rows)).result()
        finally:
            reader.close()

        def done(job: Job) -> None:
            job.append(Erased(job.at, token))
            job.record("person.erased", target.sandbox, token)

        self._cleaned.add(token)
        try:
            self._journal.run(done).result()
        except StoreError:
            self._cleaned.discard(token)
            raise


def _rewrite(job: Job, *, rows: list[tuple[bytes, int]]) -> None:
    for row in rows:
        job.rows("rewrite", *row)


def _cleaned(reader: JournalReader, theirs: Theirs, token: str) -> Iterator[list[tuple[int, list[Entry]]]]:
    """The rows that change, some at a time, up to the delete's own."""
    at = 1
    while rows := reader.read(at, ROWS_A_TIME):
        changed = []
        for number, entries in rows:
            ours = next((n for n, each in enumerate(entries) if type(each) is Forgotten and each.token == token), None)
            before, after = (entries, []) if ours is None else (entries[:ours], entries[ours + 1 :])
            new = [theirs.without(entry) for entry in before]
            if ours is not None:
                new += [Blank(entries[ours].at), *after]
            if any(one is not other for one, other in zip(new, entries, strict=True)):
                changed.append((number, new))
            if ours is not None:
                yield changed
                return
        yield changed
        at = rows[-1][0] + 1
