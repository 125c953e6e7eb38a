"""A schema proposed from samples [2.1]."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sojourn.cli.main import cli
from sojourn.errors import InputError
from sojourn.schema.document import SchemaDocument
from sojourn.schema.infer import infer, read_samples
from sojourn.schema.registry import Registry
from sojourn.schema.validate import Validator

EVENTS = [
    {"_id": "1", "timestamp": "2024-01-01T00:00:00Z", "_acme": {"total": 5, "tags": ["a"], "day": "2024-01-01",
     "lines": [{"sku": "a", "n": 1}, {"sku": "b", "price": 2.5}], "none": None, "mixed": 1,
     "local": "2024-01-01T10:00:00"}},
    {"_id": "2", "timestamp": "2024-01-01T00:00:00Z", "_acme": {"total": 5.5, "tags": [], "paid": True, "mixed": "x",
     "when": "2024-01-01T00:00:00+09:00", "day": "2024-01-02", "empty": {}}, "eventType": "sale"},
]  # fmt: skip
PROPOSED = {
    "name": "sale",
    "base": "experienceevent",
    "fields": {
        "_acme": {
            "total": "decimal", "tags": "list<string>", "day": "dateOnly",
            "lines": {"$list": {"sku": "string", "n": "integer", "price": "decimal"}},
            "none": "any", "mixed": "any", "local": "dateTimeOnly", "paid": "boolean", "when": "dateTime",
            "empty": "any",
        }
    },
}  # fmt: skip


def test_a_proposal() -> None:
    assert infer(EVENTS, "sale") == PROPOSED


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(EVENTS),
        "\n".join(map(json.dumps, EVENTS)) + "\n\n",
        json.dumps({"messages": [{"header": {}, "body": {"xdmEntity": event}} for event in EVENTS]}),
        "\n".join(json.dumps({"body": {"xdmEntity": event}}, indent=None) for event in EVENTS),
    ],
    ids=["a list", "lines", "a batch", "messages"],
)
def test_every_form_of_samples(tmp_path: Path, text: str) -> None:
    file = tmp_path / "sale.json"
    file.write_text(text)
    done = CliRunner().invoke(cli, ["schema", "infer", str(file)])
    assert done.exit_code == 0 and yaml.safe_load(done.output) == PROPOSED


def test_people_and_things() -> None:
    assert infer([{"person": {"name": {"lastName": "Kim"}}}], "p")["base"] == "profile"
    thing = infer([{"sku": "a", "stock": {f"shop{n}": n for n in range(40)}}], "t")
    assert (thing["base"], thing["fields"]) == ("record", {"sku": "string", "stock": {"$map": "integer"}})


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("", "ERR_INFER_NOTHING", "s.json"),
        ("5", "ERR_INFER_NOTHING", "s.json"),
        ('{"a": 1}\n{"a": ', "ERR_INFER_LINE", "s.json:2"),
        ('{"a": {"b.c": 1}}', "ERR_SCHEMA_NAME", "fields.a.b.c"),
        ('{"$a": 1}', "ERR_SCHEMA_NAME", "fields.$a"),
        ('{"a": ' + "[" * 20 + "]" * 20 + "}", "ERR_SCHEMA_DEPTH", "fields.a"),
    ],
)
def test_bad_samples(tmp_path: Path, text: str, code: str, field: str) -> None:
    file = tmp_path / "s.json"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        infer(read_samples(file), "s")
    assert caught.value.code == code and (caught.value.field or "").endswith(field)


NAMES = st.sampled_from(["a", "b", "_id", "timestamp", "identityMap", "eventType", "person"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["x", "2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00", "24-1-1", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@given(st.lists(st.dictionaries(NAMES, VALUES), min_size=1, max_size=5))
def test_every_sample_keeps_the_proposal(records: list[dict[str, Any]]) -> None:
    document = SchemaDocument.model_validate(infer(records, "s"))
    validator = Validator(Registry({}, {}, {}).schema(document))
    for record in records:
        validator.check(json.dumps(record).encode())
