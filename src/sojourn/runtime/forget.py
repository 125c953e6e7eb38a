"""Deleting a person everywhere [1.6]: what the engine does.

At the delete's place in the log everything of the person leaves the shard, in one transaction: their stays end as
exited, so that the counts stay right, and go with all that belongs to them. Batches of step events are rewritten, some
in each turn: the events stay, nobody's. What stays besides are hashes: of their identities and of their events' ids.
"""

from __future__ import annotations

from typing import Any

import msgspec
import zstandard

from sojourn.engine.stay import SEEN, Step
from sojourn.report.facts import people_of
from sojourn.schema.identity import Identity
from sojourn.store.shard import Shard

BATCHES_A_TURN = 200
_encode = msgspec.msgpack.Encoder().encode


class Target(msgspec.Struct, frozen=True, array_like=True):
    """Who is deleted: all identities, and the (journey's short number, id) that stays went by."""

    sandbox: str
    identities: list[Identity]
    stays: list[tuple[int, str]]


TARGET = msgspec.msgpack.Decoder(Target)


class Forgetting:
    """The deletes under way; read from the shard at the start."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._compressor = zstandard.ZstdCompressor(level=1)
        self._decompressor = zstandard.ZstdDecompressor()
        self._open: list[tuple[str, Target, dict[str, tuple[int, int]]]] = []
        self._read()

    def _read(self) -> None:
        self._open = [
            (token, TARGET.decode(body), {"step": (step, last), "fact": (fact, last_fact)})
            for token, body, gone, step, last, fact, last_fact in self._shard.rows("forgotten")
            if not gone
        ]

    def begin(self, token: str, target: Target) -> None:
        """Takes the person's rows out of the shard, but for step events."""
        shard = self._shard
        for stay in target.stays:
            for query in ("drop_stays", "drop_timers_of", "drop_held_of", "drop_effects_of"):
                shard.rows(query, *stay)
        ids = {id_ for _, id_ in target.identities}
        for id_ in ids:
            shard.rows("blank_discards", target.sandbox, id_)
        for item, sandbox, _, person, _, _, _, payload, reason in shard.rows("quarantined"):
            said = payload + reason.encode()
            if sandbox == target.sandbox and (person in ids or any(msgspec.json.encode(id_) in said for id_ in ids)):
                shard.rows("drop_quarantined", item)
        shard.rows("put_forgotten", token, _encode(target))
        self._read()

    def work(self) -> int:
        """Looks through some batches of step events and of facts; returns how many."""
        done = 0
        for token, target, ways in self._open:
            for kind, (place, last) in ways.items():
                rows = self._shard.rows(f"{kind}s_between", place, last, BATCHES_A_TURN)
                for number, body in rows:
                    batch: list[Any] = msgspec.msgpack.decode(self._decompressor.decompress(body))
                    kept = _without_steps(batch, target) if kind == "step" else _without_facts(batch, target)
                    if kept != batch:
                        self._shard.rows(f"rewrite_{kind}s", self._compressor.compress(_encode(kept)), number)
                ways[kind] = (rows[-1][0] if len(rows) == BATCHES_A_TURN else last, last)
                self._shard.rows(f"forgotten_{kind}", ways[kind][0], token)
                done += len(rows) + 1
        self._open = [each for each in self._open if any(place < last for place, last in each[2].values())]
        return done


def anonymous(journey: int, version: int, steps: Any) -> tuple[int, int, str, str, int, Any]:
    """Step events of somebody who was deleted: they count, and are nobody's; what decisions saw of them is gone."""
    kept = [msgspec.structs.replace(each, seen=None) if isinstance(each, Step) else each[:SEEN] for each in steps]
    return journey, version, "", "", 0, kept


def _without_steps(batch: list[Any], target: Target) -> list[Any]:
    stays = set(target.stays)
    return [anonymous(row[0], row[1], row[5]) if (row[0], row[2]) in stays else row for row in batch]


def _without_facts(batch: list[Any], target: Target) -> list[Any]:
    """Facts of other sandboxes and people: whose they are stands in a row as a text or a list of texts."""
    ids = {id_ for _, id_ in target.identities} | {id_ for _, id_ in target.stays}
    return [row for row in batch if row[1] != target.sandbox or ids.isdisjoint(people_of(row))]
