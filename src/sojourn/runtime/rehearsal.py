"""Drafts that run apart from what is live, in test or as a shadow: who may enter, what is kept of it, how it goes.

Each is `Versions` of its own with a short number of its own, so the turn that moves people in live journeys moves
people here. What differs is here: a test takes test profiles alone, and of its people everything is written down
[6.32]; a shadow's effects are answered and never sent [6.33].
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
import zstandard

from sojourn.engine.effect import Answer, Ask, Asked, Effect, Known, Look, Send, called
from sojourn.engine.result import Discard
from sojourn.engine.stay import AWAY, Stay
from sojourn.engine.versions import Versions
from sojourn.engine.world import nobody_minds
from sojourn.journey.rehearse import Kind, Options
from sojourn.profile.people import People
from sojourn.runtime.contacts import Contacts
from sojourn.runtime.fixtures import Fixtures
from sojourn.schema.lens import lens
from sojourn.store.shard import Key, Shard

MAX_TEST_PROFILES = 100
MAX_NOTES = 10_000
"""How many notes are kept of a draft that runs apart; the latest count."""
MAX_PAYLOAD = 32_000
"""Bytes of a payload or an answer that a note holds; of a longer one it has the size."""
ROWS_A_TURN = 20_000
_REST = (
    "drop_messages_in", "drop_shapes", "drop_discards", "drop_quarantined_in", "drop_counters", "drop_shadow_contacts",
    "delete_versions",
)  # fmt: skip
"""What goes of one that has ended when its stays and steps have gone."""
_FLAG = ("testProfile",)
_is_test = lens([_FLAG])


@dataclass(slots=True)
class Rehearsal:
    """A draft of the journey `of` that runs apart since `began` (epoch ms). `people` are those who have entered, of a
    test; `fixtures` answer a shadow's calls."""

    kind: Kind
    of: str
    options: Options
    began: int
    people: set[str] = field(default_factory=set)
    fixtures: Fixtures = field(init=False)

    def __post_init__(self) -> None:
        self.fixtures = Fixtures(self.options.answers)


class Note(NamedTuple):
    """What step events do not tell; `body` is JSON."""

    key: Key
    entry: int
    at: int
    kind: str
    body: Any


class Rehearsals:
    """Those that run, by their journeys' short numbers; read from the shard at the start."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._compress = zstandard.ZstdCompressor(level=1).compress
        self._decompress = zstandard.ZstdDecompressor().decompress
        self.running: dict[int, Rehearsal] = {}
        self.ended: list[int] = []
        for journey, kind, of, options, began, ended in shard.rows("rehearsals"):
            if ended:
                self.ended.append(journey)
                continue
            found = Rehearsal(kind, of, msgspec.json.decode(options, type=Options), began)
            if kind == "test":
                found.people = {row[0] for row in shard.rows("stays_after", journey, "", "", MAX_TEST_PROFILES)}
            self.running[journey] = found

    def of(self, journey: str) -> list[int]:
        """Those of a journey's drafts, by its uid."""
        return [id_ for id_, each in self.running.items() if each.of == journey]

    # --- coming and going ---

    def begin(self, journey: int, rehearsal: Rehearsal, baseline: dict[int, tuple[int, int]]) -> None:
        """One that runs from now on; `baseline` is what the live versions had counted until then."""
        options = msgspec.json.encode(rehearsal.options).decode()
        counts = msgspec.json.encode({str(shape): count for shape, count in baseline.items()}).decode()
        what = (rehearsal.kind, rehearsal.of, options, rehearsal.began, counts)
        self._shard.rows("add_rehearsal", journey, *what)
        self.running[journey] = rehearsal

    def end(self, journey: int) -> tuple[list[tuple[Key, int, str]], int]:
        """Nobody is moved in it any more: (whose, step, id) of the calls that nobody waits for now, and how many
        events were held."""
        self._shard.rows("end_rehearsal", journey)
        del self.running[journey]
        self.ended.append(journey)
        self._shard.rows("drop_timers_in", journey)
        held = len(self._shard.rows("drop_held_in", journey))
        rows = self._shard.rows("drop_effects_in", journey)
        return [((journey, person, supplemental), n, id_) for person, supplemental, n, id_ in rows], held

    def wipe(self) -> int:
        """Deletes what those that have ended left behind, some rows in each turn; returns how many."""
        done = 0
        for journey in list(self.ended):
            for query in ("drop_stays_in", "drop_rehearsed_steps", "drop_notes"):
                done += len(self._shard.rows(query, journey, ROWS_A_TURN))
            if done:
                return done
            for query in _REST:
                self._shard.rows(query, journey)
            self._shard.rows("delete_rehearsal", journey)
            self._shard.rows("delete_journey", journey)
            self.ended.remove(journey)
            done += 1
        return done

    def forget(self, stays: Iterable[tuple[int, str]]) -> None:
        """Takes out what is kept of somebody who is deleted [1.6]; `stays` are (journey, person)."""
        for journey, person in stays:
            if journey not in self.running:
                continue
            self._shard.rows("drop_notes_of", journey, person)
            after = 0
            while rows := self._shard.rows("rehearsed_steps", journey, after, 1_000):
                after = rows[-1][0]
                for id_, body in rows:
                    batch = msgspec.msgpack.decode(self._decompress(body))
                    kept = [row for row in batch if row[2] != person]
                    if len(kept) < len(batch):
                        self._shard.rows("rewrite_rehearsed", self._compress(msgspec.msgpack.encode(kept)), id_)

    # --- who may enter ---

    def refuses(self, versions: Versions, whose: Key, stay: Stay, people: People) -> Discard | None:
        """Why somebody may not enter a test: who is no test profile, or one too many [6.32]."""
        here = self.running[versions.id]
        if here.kind != "test" or stay.place != AWAY:
            return None
        namespace = next(iter(versions.plans.values())).namespace or ""
        known = people.attributes(versions.sandbox, namespace, whose[1], _is_test)
        if known is None or known.get("testProfile") is not True:
            return "notTestProfile"
        if whose[1] not in here.people and len(here.people) >= MAX_TEST_PROFILES:
            return "testProfilesFull"
        return None

    # --- effects ---

    def known(self, known: Known, place: Callable[[], int]) -> Known:
        """`known`, but for shadows, of which every effect is answered on the spot; `place` tells whose it is."""

        def answer(effect: Effect | Look) -> Answer | None:
            here = self.running.get(place()) if self.running else None
            if here is None or here.kind != "shadow" or type(effect) is Look:
                return known(effect)
            return here.fixtures(effect)  # type: ignore[arg-type]

        return answer

    def asked(self, asked: Asked, contacts: Contacts, place: Callable[[], tuple[Versions, Stay]]) -> Asked:
        """`asked`, but for shadows: they write nothing, and a message may go where a live one might [5.6, 6.33].

        `place` tells who is being moved, from where.
        """

        def answer(ask: Ask) -> Answer | None:
            if not self.running:
                return asked(ask)
            versions, stay = place()
            send = ask.effect if isinstance(ask.effect, Send) else None
            if versions.kind == "shadow":
                return nobody_minds(ask) if send is None else contacts.hindrance(ask, send, versions.id)
            answer = asked(ask)
            if answer is None and send is not None:
                entered = ask.now if stay.place == AWAY else stay.entered
                for id_ in self.of(versions.journey):
                    draft = self.running[id_]
                    if draft.kind == "shadow" and draft.began <= entered:  # who was inside before is not in it
                        contacts.leave_out(ask, send, id_)
            return answer

        return answer

    # --- what is kept ---

    def save(self, steps: list[Any], notes: list[Note]) -> list[Any]:
        """Writes the step events of those that run apart, and notes; returns the other step events."""
        apart: dict[int, list[Any]] = {}
        live: list[Any] = []
        for row in steps:
            (apart.setdefault(row[0], []) if row[0] in self.running else live).append(row)
        for journey, rows in apart.items():
            self._shard.rows("put_rehearsed_steps", journey, self._compress(msgspec.msgpack.encode(rows)))
        if notes:
            rows = [(*key, entry, at, kind, msgspec.json.encode(body).decode()) for key, entry, at, kind, body in notes]
            self._shard.many("put_note", rows)
            for journey in {note.key[0] for note in notes}:
                self._shard.rows("trim_notes", journey, MAX_NOTES)
        return live


def sent(n: int, effect: Effect) -> dict[str, Any]:
    """A call as a note has it: nothing secret is in it, as authentication is added when it goes out."""
    return {"n": n, "called": called(effect), "kind": type(effect).__name__.lower(), "request": _request(effect)}


def _request(effect: Effect) -> dict[str, Any]:
    if isinstance(effect, Send):
        return {"to": effect.to, "subject": effect.subject, "text": effect.text}
    return {"method": effect.request.method, "url": effect.request.url, "body": shown(effect.request.body)}


def answered(n: int, answer: Answer) -> dict[str, Any]:
    """An answer as a note has it."""
    return {
        "n": n, "outcome": answer.outcome, "code": answer.code, "attempts": answer.attempts, "took": answer.took,
        "body": shown(answer.body), "reply": answer.reply,
    }  # fmt: skip


def shown(body: bytes | None) -> Any:
    """JSON as it is, as far as a note holds it; another text as text."""
    if body is None:
        return None
    if len(body) > MAX_PAYLOAD:
        return {"$bytes": len(body)}
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body.decode("utf-8", "replace")
