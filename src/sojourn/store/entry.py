"""What stands in the log: events and control entries, in the order in which they were accepted.

The log is the engine's only input. Documents, lifecycle and clock go through it like events do, so that what happened
before what is never a question, and a log replayed gives the same again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Annotated, Any, Literal

import msgspec
import zstandard


class Accepted(msgspec.Struct, frozen=True, array_like=True, tag=0, gc=False):
    """An event as it came in: `at` epoch ms of journey time, `record` the JSON text of the xdmEntity.

    `dataset` is the one that its header named, where that is enabled for profile [1.5].
    """

    at: int
    sandbox: str
    record: bytes
    dataset: str = ""


class Changed(msgspec.Struct, frozen=True, array_like=True, tag=1, gc=False):
    """A document was written (`body` JSON) or, with an empty body, deleted."""

    at: int
    sandbox: str
    kind: str
    name: str
    body: bytes


class Published(msgspec.Struct, frozen=True, array_like=True, tag=2, gc=False):
    """A journey version goes live. `journey` is the journey's id, `body` its document as JSON."""

    at: int
    sandbox: str
    journey: str
    name: str
    number: int
    body: bytes


class Halted(msgspec.Struct, frozen=True, array_like=True, tag=3, gc=False):
    """A version is closed (`stop` False) or stopped [6.5]."""

    at: int
    sandbox: str
    journey: str
    number: int
    stop: bool


class Marked(msgspec.Struct, frozen=True, array_like=True, tag=4, gc=False):
    """Virtual time moves on to `at`: all that is due until then, that moment included, happens."""

    at: int


class Retried(msgspec.Struct, frozen=True, array_like=True, tag=5, gc=False):
    """A quarantined item is tried again, or with `drop` given up."""

    at: int
    item: int
    drop: bool


class Recorded(msgspec.Struct, frozen=True, array_like=True, tag=6, gc=False):
    """Records of a dataset for the profile store alone: profile and lookup records, or imported events.

    `moment` (epoch ms) is how new records are that do not say so themselves; without one, as new as their acceptance.
    """

    at: int
    sandbox: str
    dataset: str
    records: list[bytes]
    moment: int | None = None


class Renamed(msgspec.Struct, frozen=True, array_like=True, tag=7, gc=False):
    """A document has another name (`body` its JSON), and so have the texts that name it.

    `others` are the documents (kind, name, JSON), `versions` the journey versions (journey, number, JSON) rewritten.
    """

    at: int
    sandbox: str
    kind: str
    old: str
    new: str
    body: bytes
    others: list[tuple[str, str, bytes]]
    versions: list[tuple[str, int, bytes]]


class Forgotten(msgspec.Struct, frozen=True, array_like=True, tag=8, gc=False):
    """A person is to be deleted everywhere [1.6]: whoever has one of `identities` (namespace, id).

    The namespace "" stands for journeys without one. `token` names this delete.
    """

    at: int
    sandbox: str
    token: str
    identities: list[tuple[str, str]]


class Erased(msgspec.Struct, frozen=True, array_like=True, tag=9, gc=False):
    """The log holds nothing any more of whoever `token` has deleted."""

    at: int
    token: str


class Blank(msgspec.Struct, frozen=True, array_like=True, tag=10, gc=False):
    """Where an entry stood of somebody who was deleted since; `keys` are the hashed ids of its events [1.6]."""

    at: int
    keys: list[bytes] = []


class Uploaded(msgspec.Struct, frozen=True, array_like=True, tag=11, gc=False):
    """A part of an uploaded audience [8.3]: ids in a namespace.

    `mode`: `add` and `remove` these ids; `begin` an upload that is to be the whole audience, with these; at its `end`
    whom it has not named is no member any more.
    """

    at: int
    sandbox: str
    segment: str
    namespace: str
    ids: list[str]
    mode: UploadMode


UploadMode = Literal["begin", "add", "end", "remove"]


class Evaluated(msgspec.Struct, frozen=True, array_like=True, tag=12, gc=False):
    """A segment is evaluated for everybody, as of now.

    With `cancel` the evaluation under way is given up instead: who was not reached yet stays what they were.
    """

    at: int
    sandbox: str
    segment: str
    cancel: bool = False


class Rehearsed(msgspec.Struct, frozen=True, array_like=True, tag=13, gc=False):
    """A draft begins to run apart from what is live [6.32, 6.33]: version `number` of `journey`, as `kind`.

    `uid` names this run of it, `body` is its document and `options` the settings, both as JSON.
    """

    at: int
    sandbox: str
    journey: str
    uid: str
    kind: RehearsalKind
    name: str
    number: int
    body: bytes
    options: bytes


RehearsalKind = Literal["test", "shadow"]


class Dismissed(msgspec.Struct, frozen=True, array_like=True, tag=14, gc=False):
    """A draft that ran apart ends, and all that it has left behind goes."""

    at: int
    sandbox: str
    uid: str


class Amended(msgspec.Struct, frozen=True, array_like=True, tag=15, gc=False):
    """A published version has other texts: labels, description, tags [6.4]. `body` is its document as JSON."""

    at: int
    sandbox: str
    journey: str
    number: int
    body: bytes


class Removed(msgspec.Struct, frozen=True, array_like=True, tag=16, gc=False):
    """Versions of a journey that nobody is inside are deleted, with their reports [6.6]; no numbers: the journey."""

    at: int
    sandbox: str
    journey: str
    numbers: list[int]


FeedbackKind = Literal[
    "sent",
    "delivered",
    "delayed",
    "hardBounce",
    "softBounce",
    "failed",
    "opened",
    "clicked",
    "unsubscribed",
    "complaint",
]
"""What becomes of a message."""


class Written(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A message that somebody was sent elsewhere: by `activity` of the journey version with the uid `version` ("" for
    any journey's), at `at`. `supplemental` is None where it is not known: then `stay` may tell, the id of its stay."""

    version: str
    activity: str
    person: str
    supplemental: str | None
    namespace: str | None
    channel: str
    address: str
    at: int
    stay: str = ""


class Feedback(msgspec.Struct, frozen=True, array_like=True, tag=20, gc=False):
    """Something was heard of a message [5.7], by its id. `once`: said again it has no effect.

    `code` is a status such as 5.1.1, `detail` the reason, or the target of a link. `of` is the message where the log is
    a recorded history, of which others have sent the messages [6.31].
    """

    at: int
    sandbox: str
    message: str
    kind: FeedbackKind
    code: str = ""
    detail: str = ""
    once: bool = False
    of: Written | None = None


class Suppressed(msgspec.Struct, frozen=True, array_like=True, tag=21, gc=False):
    """An address is put on the suppression list of a channel by hand, or taken off it."""

    at: int
    sandbox: str
    channel: str
    address: str
    reason: str
    remove: bool = False


class Prompted(msgspec.Struct, frozen=True, array_like=True, tag=22, gc=False):
    """Somebody in a test hears what is no event of theirs: that they have entered a segment, or are of an audience.

    `uid` names the run of the draft, `key` is what is heard, `payload` JSON.
    """

    at: int
    sandbox: str
    uid: str
    key: str
    person: str
    payload: bytes


Control = (
    Changed
    | Published
    | Halted
    | Marked
    | Retried
    | Recorded
    | Renamed
    | Forgotten
    | Erased
    | Blank
    | Uploaded
    | Evaluated
    | Feedback
    | Suppressed
    | Rehearsed
    | Dismissed
    | Prompted
    | Amended
    | Removed
)
Entry = Accepted | Control

_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[list[Entry]] = msgspec.msgpack.Decoder(list[Entry])
_COMPRESS_FROM = 2048
ROW_LIMIT, ROW_BYTES = 500, 4_000_000
"""What a log row of several entries has at most: entries, and bytes uncompressed."""
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class Codec:
    """Packs log rows. Not for sharing between threads (zstd contexts are not)."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=1)
        self._decompressor = zstandard.ZstdDecompressor()

    def rows(self, entries: list[Entry]) -> Iterator[tuple[bytes, list[Entry]]]:
        """Log rows of these entries, and what is in each; none of several entries is larger than ROW_BYTES."""
        for start in range(0, len(entries), ROW_LIMIT):
            yield from self._halved(entries[start : start + ROW_LIMIT])

    def _halved(self, entries: list[Entry]) -> Iterator[tuple[bytes, list[Entry]]]:
        body = _ENCODER.encode(entries)
        if len(body) <= ROW_BYTES or len(entries) == 1:
            yield self._compressed(body), entries
        else:
            yield from self._halved(entries[: len(entries) // 2])
            yield from self._halved(entries[len(entries) // 2 :])

    def pack(self, entries: list[Any]) -> bytes:
        """One log row of these entries."""
        return self._compressed(_ENCODER.encode(entries))

    def _compressed(self, body: bytes) -> bytes:
        """Compressed when that is worth it, so that fewer pages are written."""
        return self._compressor.compress(body) if len(body) >= _COMPRESS_FROM else body

    def unpack(self, body: bytes) -> list[Entry]:
        """The entries of a log row."""
        return _DECODER.decode(self._decompressor.decompress(body) if body[:4] == _ZSTD_MAGIC else body)

    def unpack_with(self, body: bytes, texts: Sequence[bytes]) -> list[Entry]:
        """The entries of a log row in which one of the texts stands somewhere; none of another row.

        A row is only searched, which takes a small part of the time of reading it.
        """
        if body[:4] == _ZSTD_MAGIC:
            body = self._decompressor.decompress(body)
        return _DECODER.decode(body) if any(text in body for text in texts) else []


RECORDS_AN_EVENT = 4
BYTES_AN_EVENT = 2_000


def weight(entries: list[Entry]) -> int:
    """How much work entries are, in events of some size.

    What an event costs, some records do that go to the profile store alone; large events count for several, so that
    what is in memory at once has a bound.
    """
    kinds = set(map(type, entries))
    if kinds == _EVENTS:
        return max(len(entries), sum(map(len, map(_RECORD, entries))) // BYTES_AN_EVENT)
    if not _LONG & kinds:
        return len(entries)
    return sum([len(_parts(entry)) // RECORDS_AN_EVENT + 1 for entry in entries])


_RECORD = attrgetter("record")
_LONG: set[type] = {Recorded, Uploaded}
_EVENTS: set[type] = {Accepted}


def _parts(entry: Entry) -> Sequence[object]:
    if isinstance(entry, Recorded):
        return entry.records
    return entry.ids if isinstance(entry, Uploaded) else ()


Position = Annotated[tuple[int, int], "(seq of a log row, index in it)"]
