"""Identities of things, all derived: hashes of what they are about, so that a replay gives the same [6.29]."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest(*parts: str | int, size: int = 16) -> bytes:
    """The one stable hash. Parts are length-prefixed, so ("a", "bc") and ("ab", "c") differ."""
    text = "".join(f"{len(part)}:{part}" for part in map(str, parts))
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=size).digest()


def _uuid(*parts: str | int) -> str:
    """A version 8 UUID (custom content, RFC 9562); Python's own `uuid` knows that version only from 3.14."""
    text = digest(*parts).hex()
    return f"{text[:8]}-{text[8:12]}-8{text[13:16]}-{'89ab'[int(text[16], 16) & 3]}{text[17:20]}-{text[20:]}"


def sandbox_id(name: str) -> str:
    """The id of a sandbox."""
    return _uuid("sandbox", name)


def document_id(sandbox: str, kind: str, name: str) -> str:
    """The id of a document first made under this name."""
    return _uuid("document", sandbox, kind, name)


def version_id(sandbox: str, journey: str, number: int) -> str:
    """The id of a journey version (`journey` is the journey's id)."""
    return _uuid("version", sandbox, journey, number)


def stay_id(sandbox: str, version: str, key: str, supplemental: str, entry: int) -> str:
    """One person's way through one version: the manual's instanceID."""
    return _uuid("stay", sandbox, version, key, supplemental, entry)


def step_id(stay: str, number: int) -> str:
    """A step event; also the `_id` of its record: its stay's id with the number in the last 32 bits, by exclusive or.

    So the lake keeps one id a row, and the others of the row are arithmetic.
    """
    return f"{stay[:28]}{int(stay[28:], 16) ^ number:08x}"


def fact_id(sandbox: str, row: int, index: int) -> str:
    """A record of the lake, by where the shard keeps it."""
    return _uuid("fact", sandbox, row, index)


def mail_id(sandbox: str, mailing: str, due: int, to: str) -> str:
    """A mail to somebody of a mailing that was due at a moment, epoch ms."""
    return _uuid("mail", sandbox, mailing, due, to)


def effect_id(stay: str, number: int) -> str:
    """An effect: the Idempotency-Key of all its attempts. `number` is that of the stay (`Stay.awaited`)."""
    return _uuid("effect", stay, number)


def qualification_id(segment: str, profile: int, count: int) -> str:
    """The `count`-th time that a profile, by its number, has entered or left a segment, by its id."""
    return _uuid("qualification", segment, profile, count)


def event_keys(sandbox: str, record_ids: Iterable[str]) -> list[bytes]:
    """What events' `_id`s are remembered by for deduplication [3.2]: 16 bytes each."""
    # Written out, not through `digest`: this runs once for every event there is.
    start, blake2b = f"{sandbox}\0".encode("utf-8", "surrogatepass"), hashlib.blake2b
    return [blake2b(start + id_.encode("utf-8", "surrogatepass"), digest_size=16).digest() for id_ in record_ids]


def event_key(sandbox: str, record_id: str) -> bytes:
    """What one event's `_id` is remembered by."""
    return event_keys(sandbox, (record_id,))[0]


def identity_key(sandbox: str, namespace: str, id_: str) -> bytes:
    """What an identity is remembered by: 16 bytes, which stay when the person is deleted [1.6]."""
    text = f"{sandbox}\0{namespace}\0{id_}"
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()


def fraction(stay: str, step: int, draw: int) -> float:
    """A number in [0, 1) that only depends on the stay, the step and the how-manieth draw in it."""
    return int.from_bytes(digest("random", stay, step, draw, size=8), "big") / 2**64


def share(version: str, place: str, person: str, supplemental: str) -> float:
    """A number in [0, 1) that a person has for a split of a version, in any replay [6.20]."""
    return int.from_bytes(digest("share", version, place, person, supplemental, size=8), "big") / 2**64


def random_uuid(stay: str, step: int, draw: int) -> str:
    """A UUID text that only depends on the stay, the step and the how-manieth draw in it."""
    return _uuid("uuid", stay, step, draw)
