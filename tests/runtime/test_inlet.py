"""Which records may come in [3.1, 3.3]."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from sojourn.errors import InputError, NotFoundError
from sojourn.journey.project import Project
from sojourn.runtime.inlet import MAX_RECORD_BYTES, InletRules, split_batch

MOMENT = "2024-01-01T00:00:00Z"
RECORD: dict[str, Any] = {"_id": "1", "timestamp": MOMENT}


def rules(*documents: tuple[Any, dict[str, Any]]) -> InletRules:
    project = Project()
    for kind, data in documents:
        assert project.add(kind, data) == []
    return InletRules(project)


STRICT = ("schema", {"name": "strict", "fields": {"plan": {"$type": "string", "$required": True}, "n": "integer"}})
LOOSE = ("schema", {"name": "loose", "fields": {"n": "string", "m": "integer"}})
SYSTEM = ("event", {"name": "S", "schema": "loose", "type": "system", "eventID": "e-1", "namespace": "N"})
BOTH = rules(STRICT, LOOSE, SYSTEM)


def message(entity: object, schema: str | None = None, **header: object) -> bytes:
    head = {**header, **({"schemaRef": {"id": schema}} if schema else {})}
    return json.dumps({"header": head, "body": {"xdmMeta": {}, "xdmEntity": entity}}).encode()


def refused(text: bytes, inlet: InletRules = BOTH) -> InputError:
    with pytest.raises(InputError) as caught:
        inlet.message(text)
    return caught.value


def test_what_comes_out() -> None:
    """The entity's own text, to the letter; its id; its moment."""
    text = b'{"body": {"xdmEntity": {"_id": "1",  "timestamp": "2024-01-01T01:00:00.123+01:00", "x": 1e2}}}'
    checked = rules().message(text)
    assert checked.record == text[len(b'{"body": {"xdmEntity": ') : -2]
    assert (checked.id, checked.at) == ("1", 1704067200123)


@pytest.mark.parametrize("name", ["strict", "https://ns.example.com/tenant/schemas/strict"])
def test_the_schema_that_is_named_counts(name: str) -> None:
    """[3.1] By its name, or an address that ends in it."""
    assert BOTH.message(message({**RECORD, "plan": "gold", "n": 1, "m": "any"}, name)).id == "1"
    assert refused(message(RECORD, name)).field == "body.xdmEntity.plan"
    assert refused(message({**RECORD, "plan": "gold", "n": "1"}, name)).field == "body.xdmEntity.n"
    assert BOTH.message(message({**RECORD, "n": "1"}, name.replace("strict", "loose"))).id == "1"


def test_a_schema_that_is_not_there() -> None:
    with pytest.raises(NotFoundError) as caught:
        BOTH.message(message(RECORD, "https://x/none"))
    assert (caught.value.code, caught.value.field) == ("ERR_SCHEMA_UNKNOWN", "header.schemaRef.id")
    assert "strict, loose" in str(caught.value)


def test_without_a_schema_what_they_agree_on_counts() -> None:
    """A record that names no schema may be of any of them: `n` is one or the other, `m` is always an integer."""
    for value in (1, "1"):
        assert BOTH.message(message({**RECORD, "plan": "gold", "n": value})).id == "1"
    assert refused(message({**RECORD, "plan": "gold", "m": "x"})).field == "body.xdmEntity.m"


def test_without_a_schema_what_one_requires_is_not_required() -> None:
    """The record may be one of the schema that does not know the field."""
    assert BOTH.message(message(RECORD)).id == "1"
    assert BOTH.record(json.dumps(RECORD).encode()).id == "1"


@pytest.mark.parametrize(
    ("entity", "field"),
    [
        ({"timestamp": MOMENT}, "body.xdmEntity._id"),
        ({"_id": "", "timestamp": MOMENT}, "body.xdmEntity._id"),
        ({"_id": None, "timestamp": MOMENT}, "body.xdmEntity._id"),
        ({"_id": "1"}, "body.xdmEntity.timestamp"),
        ({"_id": "1", "timestamp": "2024-01-01T00:00:00"}, "body.xdmEntity.timestamp"),
        ([], "body.xdmEntity"),
    ],
)
def test_every_record_has_an_id_and_a_time(entity: object, field: str) -> None:
    assert refused(message(entity), rules()).field == field


@pytest.mark.parametrize(
    "text", [b"{", b"[]", b'{"body": {}}', b'{"header": {}}', b"\xff", b'{"body": ' + b"[" * 99_999]
)
def test_no_message(text: bytes) -> None:
    assert refused(text).code.startswith(("ERR_JSON_", "ERR_RECORD_"))


def test_the_size_is_bounded() -> None:
    fits = {**RECORD, "x": ""}
    fits["x"] = "x" * (MAX_RECORD_BYTES - len(json.dumps(fits)))
    assert rules().record(json.dumps(fits).encode()).id == "1"
    fits["x"] += "x"
    error = refused(message(fits), rules())
    assert (error.code, error.field) == ("ERR_RECORD_SIZE", "body.xdmEntity")


def with_event_id(event_id: object) -> dict[str, Any]:
    return {**RECORD, "_experience": {"campaign": {"orchestration": {"eventID": event_id}}}}


def test_event_ids() -> None:
    """[3.3] An eventID is one of ours, or the record is refused; the word elsewhere means nothing."""
    inlet = rules(LOOSE, SYSTEM)
    assert inlet.message(message(with_event_id("e-1"))).id == "1"
    assert inlet.message(message(with_event_id(None))).id == "1"
    assert inlet.message(message({**RECORD, "eventID": "e-2", "other": {"eventID": 5}})).id == "1"
    error = refused(message(with_event_id("e-2")), inlet)
    assert (error.code, error.params["event_id"]) == ("ERR_EVENT_ID_UNKNOWN", "e-2")
    assert error.field == "body.xdmEntity._experience.campaign.orchestration.eventID"
    with pytest.raises(InputError) as caught:
        inlet.record(json.dumps(with_event_id("e-2")).encode())
    assert caught.value.field == "_experience.campaign.orchestration.eventID"


def test_batches() -> None:
    """[3.1] Messages are taken apart and judged one by one."""
    good, bad = message(RECORD), b'{"body": 5}'
    parts = split_batch(b'{"messages": [' + good + b", " + bad + b", 5]}")
    assert [bytes(part) for part in parts] == [good, bad, b"5"]
    inlet = rules()
    assert inlet.message(parts[0]).id == "1"
    for part in parts[1:]:
        with pytest.raises(InputError):
            inlet.message(part)
    assert split_batch(b'{"messages": []}') == []
    for text in (b"{}", b"[]", b'{"messages": 5}', b"{", b"\xff"):
        with pytest.raises(InputError) as caught:
            split_batch(text)
        assert caught.value.code.startswith(("ERR_JSON_", "ERR_RECORD_"))
    assert isinstance(parts[0], msgspec.Raw)
