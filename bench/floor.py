"""`floor`: what the same events cost when the parts of Sojourn are used by hand, in one thread and with nothing around.

An event is decoded, its id is remembered against doubles, its person's small state is read and written back, and it
leaves one outbox record and two step events. 500 events share one transaction, which is on disk when it ends. There
are no expressions, no timers, no validation, no HTTP. Sojourn's own figures are given as a multiple of this one, taken
in the same minute: that says more than events per second of some machine.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw
import msgspec

BATCH = 500

_TABLES = """
pragma journal_mode = wal;
pragma synchronous = full;
create table log (seq integer primary key, body blob);
create table seen (key blob primary key) without rowid;
create table instance (person text primary key, state blob, due int) without rowid;
create index instance_due on instance (due) where due is not null;
create table outbox (id integer primary key, body blob);
create table step (id integer primary key, body blob);
"""

_read = msgspec.json.Decoder().decode
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode


def run(lines: Sequence[bytes]) -> float:
    """Puts `lines` (purchases as JSON, one each) through; events per second."""
    with tempfile.TemporaryDirectory(prefix="sojourn-floor-") as folder:
        connection = apsw.Connection(str(Path(folder) / "floor.db"))
        cursor = connection.cursor()
        cursor.execute(_TABLES).fetchall()
        begun = time.perf_counter()
        for start in range(0, len(lines), BATCH):
            _commit(cursor, lines[start : start + BATCH])
        took = time.perf_counter() - begun
        connection.close()
    return len(lines) / took


def _commit(cursor: apsw.Cursor, lines: Sequence[bytes]) -> None:
    """One batch, one transaction."""
    entities: list[dict[str, Any]] = [_entity(_read(line)) for line in lines]
    people: list[str] = [entity["identityMap"]["CRMID"][0]["id"] for entity in entities]
    cursor.execute("begin immediate").fetchall()
    cursor.execute("insert into log (body) values (?)", (b"\n".join(lines),)).fetchall()
    keys = [(hashlib.blake2b(entity["_id"].encode(), digest_size=16).digest(),) for entity in entities]
    cursor.executemany("insert or ignore into seen values (?)", keys).fetchall()
    places = ",".join("?" * len(people))
    known: list[Any] = cursor.execute(
        f"select person, state from instance where person in ({places})", people
    ).fetchall()
    states: dict[str, Any] = {person: _unpack(state) for person, state in known}
    outbox = []
    steps = []
    for person, entity in zip(people, entities, strict=True):
        state = states.setdefault(person, {"n": 0, "at": "wait"})
        state["n"] += 1
        state["value"] = entity["_tenant"]["value"]
        outbox.append({"to": person, "action": "x", "value": state["value"], "id": entity["_id"]})
        for node in ("event", "action"):
            step = {"node": node, "person": person, "id": entity["_id"], "at": entity["timestamp"], "status": "ended"}
            steps.append(step)
    rows = [(person, _pack(state), state["n"]) for person, state in states.items()]
    cursor.executemany("insert or replace into instance values (?, ?, ?)", rows).fetchall()
    cursor.execute("insert into outbox (body) values (?)", (_pack(outbox),)).fetchall()
    cursor.execute("insert into step (body) values (?)", (_pack(steps),)).fetchall()
    cursor.execute("commit").fetchall()


def _entity(line: dict[str, Any]) -> dict[str, Any]:
    """The entity of a line, which may be an ingestion message or the bare entity."""
    if "body" not in line:
        return line
    entity: dict[str, Any] = line["body"]["xdmEntity"]
    return entity
