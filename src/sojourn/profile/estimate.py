"""How large a segment would be, as one defines it [8.3]: the definition tried on the profiles that there are.

All of them where the time is enough, else a sample: blocks of profiles spread evenly over all, whatever came when.
"""

from __future__ import annotations

import time
from math import gcd
from typing import NamedTuple

from sojourn.expression import EvaluationError
from sojourn.journey.segment import Segments
from sojourn.profile.evaluation import SegmentMoment, values_of
from sojourn.profile.membership import decode_row
from sojourn.profile.people import People, Rows
from sojourn.profile.person import Person
from sojourn.schema.identity import Identity

BLOCK = 500
SHOWN = 10


class Estimate(NamedTuple):
    """`members` of `profiles`, both estimates if only `seen` of them were looked at; some members' identities."""

    members: int
    profiles: int
    seen: int
    sampled: bool
    examples: list[tuple[Identity, ...]]


def estimate(rows: Rows, sandbox: str, definition: Segments, now: int, seconds: float) -> Estimate:
    """Tries a definition, alone in `definition`, as of `now` (epoch ms), for `seconds` at most or one block.

    `rows` runs a named query of the shard.
    """
    people = People(rows)
    ids = {row[0]: row[8] for row in rows("segment_states", sandbox)}
    stored = rows("get_meta", "profiles")
    last = int(stored[0][0]) if stored else 0
    blocks = -(-last // BLOCK)
    end = time.monotonic() + seconds
    seen, members, looked = 0, 0, 0
    examples: list[tuple[Identity, ...]] = []
    for number in _spread(blocks):
        after = number * BLOCK
        found = [each for each in people.walk(sandbox, after, BLOCK) if each[0] <= after + BLOCK]
        for profile, person in found:
            if _holds(people, rows, ids, definition, profile, person, now):
                members += 1
                if len(examples) < SHOWN:
                    examples.append(person.identities)
        seen += len(found)
        looked += 1
        if time.monotonic() > end:
            break
    scale = blocks / looked if looked else 1
    return Estimate(round(members * scale), round(seen * scale), seen, looked < blocks, examples)


def _spread(count: int) -> list[int]:
    """0 to `count` - 1, such that any beginning of it lies evenly over the whole."""
    step = next((step for step in range(max(1, round(count * 0.618)), count + 1) if gcd(step, count) == 1), 1)
    return [number * step % count for number in range(count)]


def _holds(
    people: People, rows: Rows, ids: dict[str, int], definition: Segments, number: int, person: Person, now: int
) -> bool:
    (segment,) = definition.order
    events = [event.record for event in people.all_events(number, person, now)] if segment.events else None

    def member(name: str) -> bool:
        stored = rows("membership", number)
        held = decode_row(stored[0][0]).get(ids.get(name, 0)) if stored else None
        return held is not None and held.member

    try:
        return segment.test(values_of(definition, person, events), SegmentMoment(now, member)) is True
    except EvaluationError:
        return False
