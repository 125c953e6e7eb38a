"""`timers_*`: many people whose wait ends at the same moment, each followed by a call to a connector that answers at
once, while new events come in. Journal and engine run in processes of their own, as they do when serving."""

from __future__ import annotations

import json
import multiprocessing
import tempfile
import time
from contextlib import closing
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sojourn.clock import ScaledClock
from sojourn.connect.access import Accesses
from sojourn.demo.history import PROJECT
from sojourn.engine.effect import OK, Answer, Call, Effect, Look, Sending
from sojourn.limits.rule import Rules

PEOPLE, EVENTS_A_SECOND = 100_000, 500
VALUE = "@{Purchase._tenant.value}"
MUCH = {"type": "condition", "paths": {"much": f"{VALUE} >= 50"}, "next": {"much": "at_once", "other": "wait"}}
CALL = {"type": "action", "action": "vip_thanks",
        "parameters": {"customer": "#{JourneyProperties.externalKey}", "paid": VALUE}}  # fmt: skip
JOURNEY: dict[str, Any] = {
    "name": "timers", "namespace": "CRMID", "start": "buys",
    "activities": {
        "buys": {"type": "event", "event": "Purchase", "next": "much"},
        "much": MUCH,
        "wait": {"type": "wait", "duration": "PT1M", "next": "later"},
        "at_once": CALL,
        "later": CALL,
    },
}  # fmt: skip
WAIT = 60_000


def timers(quick: bool) -> dict[str, float]:
    """How long it takes until all of them have been called and have left (s), and how long a new event waits for its
    call meanwhile (ms)."""
    from sojourn.cli.history import prepare
    from sojourn.runtime.replay import CONFIGURATION
    from sojourn.store.entry import Changed, Published
    from sojourn.store.journal import Journal

    people = PEOPLE // 10 if quick else PEOPLE
    project, _ = prepare(PROJECT, "win-back")
    assert project.add("journey", JOURNEY) == []
    clock = ScaledClock()
    with tempfile.TemporaryDirectory() as folder, closing(Journal(Path(folder) / "journal.db", clock)) as journal:

        def written(document: Any) -> bytes:
            text: str = document.model_dump_json(by_alias=True, exclude_unset=True)
            return text.encode()

        def publish(job: Any) -> None:
            for kind in CONFIGURATION:
                for name, document in project.of(kind).items():
                    job.append(Changed(0, "prod", kind, name, written(document)))
            body = written(project.journeys["timers"])
            job.append(Published(0, "prod", "timers", "timers", 1, body))

        journal.run(publish).result()
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(target=_engine, args=(folder, theirs, people))
        process.start()
        theirs.close()
        try:
            begun = clock.now_ms()
            for start in range(0, people, 1_000):
                records = [_purchase(f"w{n}", 10, begun) for n in range(start, start + 1_000)]
                journal.run(partial(_append, records=records)).result()
            ours.send_bytes(b"")
            assert ours.recv() == "waiting", "not all wait before the first is due"
            moment = (begun + WAIT) / 1000
            time.sleep(max(0.0, moment - 1 - time.time()))
            meant: dict[str, float] = {}
            while not ours.poll():
                for _ in range(EVENTS_A_SECOND // 100):
                    name = f"n{len(meant)}"
                    meant[name] = moment - 1 + len(meant) / EVENTS_A_SECOND
                    journal.run(partial(_append, records=[_purchase(name, 60, clock.now_ms())]))
                ours.send_bytes(b"")
                time.sleep(max(0.0, moment - 1 + len(meant) / EVENTS_A_SECOND - time.time()))
            ended, called = ours.recv()
        finally:
            process.kill()
            process.join()
    delays = sorted(1_000 * (called[name] - at) for name, at in meant.items() if at < ended - 1)
    return {
        "timers_s": round(ended - moment, 2),
        "timers_event_p50_ms": round(delays[len(delays) // 2], 1),
        "timers_event_p99_ms": round(delays[int(len(delays) * 0.99)], 1),
    }


def _append(job: Any, *, records: list[Any]) -> None:
    for record in records:
        job.append(record)


def _purchase(name: str, value: float, at: int) -> Any:
    from sojourn.store.entry import Accepted

    record = (
        f'{{"_id":"{name}","eventType":"commerce.purchases","timestamp":"1997-01-01T12:00:00Z",'
        f'"identityMap":{{"CRMID":[{{"id":"{name}","primary":true}}]}},"_tenant":{{"quantity":1,"value":{value}}}}}'
    )
    return Accepted(at, "prod", record.encode())


# --- the engine's process ---


class NullPort:
    """Answers every call at once, and notes when it came: by the customer in its body."""

    def __init__(self) -> None:
        self.called: dict[str, float] = {}
        self.engine: Any = None

    def send(self, batch: list[Sending]) -> None:
        now = time.time()
        for sending in batch:
            assert isinstance(sending.effect, Call)
            self.called[json.loads(sending.effect.request.body or b"{}")["customer"]] = now
            self.engine.answered(sending.id, OK)

    def cancel(self, effect_ids: list[str]) -> None: ...
    def deploy(self, rules: Rules) -> None: ...
    def connect(self, accesses: Accesses) -> None: ...
    def cached(self, effect: Effect | Look) -> Answer | None: ...


def _engine(folder: str, pipe: Connection, people: int) -> None:
    import gc
    import sys

    from sojourn.runtime.engine import Engine
    from sojourn.runtime.process import REST
    from sojourn.store.journal import JournalReader
    from sojourn.store.shard import Shard

    sys.setswitchinterval(0.001)
    clock, port = ScaledClock(), NullPort()
    shard = Shard(Path(folder) / "shard-0.db")
    port.engine = engine = Engine(shard, JournalReader(Path(folder) / "journal.db"), clock, port=port)
    engine.start()
    gc.freeze()
    gc.disable()
    waiting = done = False
    while True:
        begun = time.monotonic()
        if engine.turn():
            time.sleep(min(2 * (time.monotonic() - begun), REST))
        else:
            pipe.poll(0.05)
        while pipe.poll():
            pipe.recv_bytes()
        entered, left = _counts(shard)
        if not waiting and entered == people:
            waiting = True
            pipe.send("waiting" if not left else "too late")
        if waiting and not done and left == people:
            done = True
            ended = time.time()
            while engine.turn():
                pass
            pipe.send((ended, port.called))


def _counts(shard: Any) -> tuple[int, int]:
    """How many have come to the wait, and how many have left the call behind it."""
    steps = {(shape["arrow"] or shape["node"]): count for shape, count in
             ((json.loads(body), count) for _, _, _, body, count, _ in shard.rows("shapes"))}  # fmt: skip
    return steps.get("much/other", 0), steps.get("later/then", 0)
