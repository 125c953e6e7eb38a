"""The shard: the engine's durable state, in the verbs that the runtime needs. SQL stays in here and in `sql/`."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import msgspec
import zstandard

from sojourn.engine.effect import Effect
from sojourn.engine.stay import Stay
from sojourn.errors import StoreError
from sojourn.store import queries
from sojourn.store.database import connect, migrations, open_database, refuse_newer, translated, version_of

SQL = queries.load("shard")

Key = tuple[int, str, str]
"""(journey's short number, person, supplemental key): whose stay."""

_STAY = msgspec.msgpack.Decoder(Stay)
_EFFECT: msgspec.msgpack.Decoder[Effect] = msgspec.msgpack.Decoder(Effect)
_encode = msgspec.msgpack.Encoder().encode


Timer = tuple[int, int, str, str]
"""(due, journey, person, supplemental key): the key is what stands behind `due`."""


class Outgoing(NamedTuple):
    """An effect in the outbox; `made` is when it got there (epoch ms, real).

    One that stands in a `queue` for its turn has its `place` in the outbox, and whose call it is.
    """

    key: Key
    n: int
    id: str
    effect: Effect
    not_before: int | None
    made: int
    queue: str = ""
    caller: str = ""
    place: int = 0


class Quarantined(NamedTuple):
    """Something set aside. `kind` is event, timer or answer; `journey` 0 where none was known yet."""

    sandbox: str
    journey: int
    person: str
    supplemental: str
    at: int
    kind: str
    payload: bytes
    reason: str


class Shard:
    """The one writer of a shard file. All writes happen between `begin` and `commit`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = open_database(path, "shard", cache_kib=6_000)
        self._compressor = zstandard.ZstdCompressor(level=1)
        cursor = self.connection.cursor()
        self._execute = cursor.execute
        self._executemany = cursor.executemany
        self._places = int(self.rows("last_place")[0][0]) + 1

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Runs a named query."""
        return list(self.connection.execute(SQL[query], values))

    def many(self, query: str, rows: Iterable[Sequence[Any]]) -> None:
        """Runs a named query once for each row."""
        for _ in self._executemany(SQL[query], rows):
            pass

    def begin(self) -> None:
        self.connection.execute("begin immediate")

    def commit(self) -> None:
        self.connection.execute("commit")

    def rollback(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("rollback")

    def close(self) -> None:
        self.connection.close()

    # --- numbers ---

    def get(self, key: str, default: int = 0) -> int:
        found = self.rows("get_meta", key)
        return int(found[0][0]) if found else default

    def put(self, key: str, value: int) -> None:
        self.rows("put_meta", key, value)

    # --- events ---

    def see(self, keys: tuple[bytes, ...]) -> list[bool]:
        """Remembers event ids; for each, whether it is new."""
        if not keys:
            return []
        before = self.connection.total_changes()
        self.connection.execute("savepoint see")
        for _ in self._execute(SQL["see_all"], (apsw.carray(keys),)):
            pass
        fresh = [True] * len(keys)
        if self.connection.total_changes() - before < len(keys):
            # Some were seen before: only now is it worth asking which.
            self.connection.execute("rollback to see")
            for index, key in enumerate(keys):
                before = self.connection.total_changes()
                self.rows("see", key)
                fresh[index] = self.connection.total_changes() > before
        self.connection.execute("release see")
        return fresh

    def seen_among(self, keys: tuple[bytes, ...]) -> set[bytes]:
        """Those of the event ids that were seen."""
        return {key for (key,) in self._execute(SQL["seen_among"], (apsw.carray(keys),))}

    # --- stays and timers ---

    def load(self, journey: int, people: tuple[str, ...]) -> list[tuple[str, str, bytes]]:
        """The stays of these people in a journey, all their supplemental keys: (person, supplemental, state)."""
        try:
            return list(self._execute(SQL["load_stays"], (apsw.carray(people), journey))) if people else []
        except ValueError:  # SQLite's arrays hold C strings, but an id may hold a NUL
            return [row for person in people for row in self.rows("load_stay", journey, person)]

    @staticmethod
    def decode(state: bytes) -> Stay:
        """Raises msgspec.DecodeError for a damaged row."""
        return _STAY.decode(state)

    def save(self, stays: Iterable[tuple[Key, Stay]]) -> None:
        self.many("put_stay", [(*key, _encode(stay)) for key, stay in stays])

    def due_timers(self, before: int, limit: int) -> list[Timer]:
        """Timers due earlier than `before`, the earliest first."""
        return list(self._execute(SQL["due_timers"], (before, limit)))

    def next_timer(self) -> int | None:
        """The earliest due moment, stale timers included."""
        # To the end: a statement left half-way would hold its view of the file open while the engine is idle.
        return list(self._execute(SQL["next_timer"]))[0][0]  # type: ignore[no-any-return]  # noqa: RUF015

    # --- effects and steps ---

    def put_effects(self, outgoing: Sequence[Outgoing]) -> list[Outgoing]:
        """Adds to the end of the outbox; gives them, those in queues with their places."""
        rows, placed = [], []
        for place, out in enumerate(outgoing, self._places):
            rows.append((*out.key, out.n, out.id, _encode(out.effect), *out[4:8], place))
            placed.append(out._replace(place=place) if out.queue else out)
        self._places += len(rows)
        self.many("put_effect", rows)
        return placed

    def effects(self) -> list[Outgoing]:
        """Everything in the outbox that stands in no queue, in the order in which it was put there."""
        return [_outgoing(*row) for row in self.rows("effects")]

    def queued(self, queue: str, after: int, limit: int) -> list[Outgoing]:
        """What stands in a queue behind a place, in order."""
        return [_outgoing(*row) for row in self.rows("queued", queue, after, limit)]

    def put_steps(self, batch: list[Any]) -> None:
        """A batch of step events as one blob: [[journey, version, person, supplemental, entry, steps], ...]."""
        self.rows("put_steps", self._compressor.compress(_encode(batch)))

    def put_facts(self, kind: str, rows: Sequence[Any]) -> None:
        """What happened besides steps, of one kind, as one blob (`report/facts.py`)."""
        self.rows("put_facts", kind, self._compressor.compress(_encode(rows)))


def _outgoing(journey: int, person: str, supplemental: str, n: int, id_: str, effect: bytes, *more: Any) -> Outgoing:
    return Outgoing((journey, person, supplemental), n, id_, _EFFECT.decode(effect), *more)


def check_fit(path: Path, last: int) -> None:
    """Raises StoreError where an engine could not go on from this shard with a log of `last` rows.

    That is when a newer Sojourn wrote it, or when it has processed more than there is: entries accepted from then on
    would get the numbers of lost ones and be skipped.
    """
    connection = connect(path, readonly=True)
    try:
        with translated(path):
            present = version_of(connection)
            refuse_newer(path, "shard", present)
            found = list(connection.execute(SQL["get_meta"], ("cursor_seq",))) if present else []
    finally:
        connection.close()
    processed = found[0][0] - 1 if found else 0
    if last < processed:
        raise StoreError("ERR_STORE_BEHIND", path=str(path.parent), end=last, cursor=processed)


class ShardReader:
    """Reads a shard from another process while the engine writes it: reports, step events, quarantine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect(path, readonly=True, cache_kib=2_000)
        self._decompressor = zstandard.ZstdDecompressor()
        self._one_at_a_time = threading.Lock()

    @classmethod
    def if_complete(cls, path: Path) -> ShardReader | None:
        """None while the engine has not made the file, or has yet to bring it to this version."""
        if not path.exists():
            return None
        found = cls(path)
        with translated(path):
            if version_of(found._connection) == migrations("shard")[-1][0]:
                return found
        found.close()
        return None

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Runs a named query; from any thread."""
        with self._one_at_a_time, translated(self._path):
            return list(self._connection.execute(SQL[query], values))

    def version(self) -> int:
        """Another number after every commit of the engine."""
        with self._one_at_a_time, translated(self._path):
            return int(next(iter(self._connection.execute("pragma data_version")))[0])

    def steps_of(self, journey: int, person: str) -> list[Any]:
        """All step events of a person in a live journey: [[journey, version, person, ...], ...].

        Every batch is searched for the person's id, and read only where that stands in it.
        """
        found: list[Any] = []
        for batch in self._batches("steps", _encode(person)):
            found += [row for row in batch if row[0] == journey and row[2] == person]
        return found

    def facts_of(self, person: str) -> list[Any]:
        """The events of somebody that had no effect, as `report.facts.Discarded` has them."""
        found: list[Any] = []
        for batch in self._batches("discards_kept", _encode(person)):
            found += [row for row in batch if row[4] == person]
        return found

    def _batches(self, query: str, text: bytes) -> Iterator[list[Any]]:
        """The batches of a query's rows in which a text stands somewhere."""
        after = 0
        while rows := self.rows(query, after, 1_000):
            after = rows[-1][0]
            for _, body in rows:
                plain = self._decompressor.decompress(body)
                if text in plain:
                    yield msgspec.msgpack.decode(plain)

    def rehearsed_steps(self, journey: int, after: int = 0) -> tuple[list[Any], int]:
        """The step events of a draft that runs apart behind row `after`, and the last row: [[journey, ...], ...]."""
        found: list[Any] = []
        while rows := self.rows("rehearsed_steps", journey, after, 1_000):
            after = rows[-1][0]
            for _, body in rows:
                found += msgspec.msgpack.decode(self._decompressor.decompress(body))
        return found, after

    def step_batches(self, after: int = 0, limit: int = 1_000) -> list[tuple[int, list[Any]]]:
        """Batches of step events behind batch `after`: (number, [[journey, version, person, ...], ...])."""
        return [
            (number, msgspec.msgpack.decode(self._decompressor.decompress(body)))
            for number, body in self.rows("steps", after, limit)
        ]

    def facts(self, after: int = 0, limit: int = 1_000) -> list[tuple[int, str, list[Any]]]:
        """What happened besides steps, behind row `after`: (number, kind, rows)."""
        return [
            (number, kind, msgspec.msgpack.decode(self._decompressor.decompress(body)))
            for number, kind, body in self.rows("facts", after, limit)
        ]

    def step_bytes(self, after: int) -> int:
        """What the batches of step events behind batch `after` take."""
        return int(self.rows("step_bytes", after)[0][0])

    def close(self) -> None:
        self._connection.close()
