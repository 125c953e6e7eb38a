"""Schemas written as those of the public XDM repository: prefixed names, `$id` references, examples beside [2.4]."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import referencing
from click.testing import CliRunner
from jsonschema import Draft6Validator
from referencing.jsonschema import DRAFT6

from sojourn.cli.main import cli
from sojourn.cli.project import load
from sojourn.errors import InputError
from sojourn.journey.project import Project
from sojourn.schema import public
from sojourn.schema.validate import Validator

BASE = "https://ns.example.com/xdm/"


def _schema(path: str, name: str, properties: Any, parts: list[str], **more: Any) -> dict[str, Any]:
    return {
        "$id": f"{BASE}{path}",
        "$schema": "http://json-schema.org/draft-06/schema#",
        "title": name,
        "type": "object",
        "meta:extensible": True,
        "definitions": {name: {"properties": properties}},
        "allOf": [
            *({"$ref": part if "://" in part else BASE + part} for part in parts),
            {"$ref": f"#/definitions/{name}"},
        ],
        **more,
    }  # fmt: skip


EXTENSIBLE = {
    "$id": f"{BASE}common/extensible",
    "definitions": {"@context": {"patternProperties": {"^(xdm|ship):": {}, "@.*": {}, ".+://.+": {}}}},
    "type": "object",
}
PREFIXES = f"{BASE}common/extensible#/definitions/@context"
PARCEL = _schema(
    "context/parcel", "parcel",
    {
        "xdm:weight": {"type": "number", "minimum": 0, "title": "Weight"},
        "xdm:state": {"type": "string", "enum": ["sent", "lost"], "meta:enum": {"sent": "On its way", "lost": "Lost"}},
        "xdm:size": {"$ref": "#/definitions/size"},
        "ship:line": {"type": "string", "pattern": "^[A-Z]+$"},
    },
    [PREFIXES],
    required=["xdm:weight"],
)  # fmt: skip
PARCEL["definitions"]["size"] = {"properties": {"xdm:height": {"type": "integer"}, "ship:unit": {"const": "cm"}}}
SHIPPING = _schema(
    "mixins/shipping", "shipping",
    {
        "xdm:parcels": {"type": "array", "items": {"$ref": f"{BASE}context/parcel"}, "minItems": 1},
        "https://ns.example.com/post/office": {"type": "object", "properties": {"xdm:city": {"type": "string"}}},
        "xdm:first": {"$ref": f"{BASE}context/parcel#/definitions/parcel/properties/xdm:weight"},
        "xdm:notes": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    [PREFIXES],
    **{"meta:intendedToExtend": [f"{BASE}context/sale"]},
)  # fmt: skip
SERIES = _schema(
    "data/time-series", "series",
    {"@id": {"type": "string"}, "xdm:timestamp": {"type": "string", "format": "date-time"}},
    [PREFIXES],
)  # fmt: skip
SALE = _schema("context/sale", "sale", {"xdm:total": {"type": "number"}}, [PREFIXES, "data/time-series"])
GOOD = {
    "common/extensible": EXTENSIBLE,
    "types/parcel": PARCEL,
    "mixins/shipping": SHIPPING,
    "data/series": SERIES,
    "sale": SALE,
}
RECORDS: dict[str, dict[str, tuple[bool, Any]]] = {
    "mixins/shipping": {
        "example.1": (True, {
            "xdm:parcels": [{"xdm:weight": 1.5, "xdm:state": "sent", "xdm:size": {"xdm:height": 5, "ship:unit": "cm"}}],
            "https://ns.example.com/post/office": {"xdm:city": "Seoul"},
            "xdm:notes": {"xdm:a": "b", "ship:c": "d"},
            "xdm:unknown": 1,
        }),
        "invalid.1": (False, {"xdm:parcels": [{"xdm:weight": -1}]}),
        "invalid.2": (False, {"xdm:parcels": [{"xdm:state": "sent"}]}),
        "invalid.3": (False, {"xdm:parcels": []}),
        "invalid.4": (False, {"https://ns.example.com/post/office": {"xdm:city": 5}}),
        "invalid.5": (False, {"xdm:notes": {"xdm:a": 5}}),
        "invalid.6": (False, {"xdm:parcels": [{"xdm:weight": 1, "ship:line": "a"}]}),
        "invalid.7": (False, {"xdm:first": "heavy"}),
    },
    "types/parcel": {
        "example.1": (True, {"xdm:weight": 1}),
        "invalid.1": (False, {"xdm:weight": 1, "xdm:size": {"ship:unit": "inch"}}),
        "invalid.2": (False, {"xdm:weight": 1, "xdm:state": "eaten"}),
    },
    "sale": {
        "example.1": (True, {"@id": "1", "xdm:timestamp": "2024-01-01T00:00:00Z", "xdm:total": 5}),
        "invalid.1": (False, {"@id": 1}),
    },
}  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The schemas and records as files."""
    for name, schema in GOOD.items():
        file = tmp_path / "xdm" / f"{name}.schema.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(schema))
        for record, (_, content) in RECORDS.get(name, {}).items():
            file.with_name(f"{file.name.removesuffix('.schema.json')}.{record}.json").write_text(json.dumps(content))
    return tmp_path / "xdm"


@pytest.mark.parametrize(
    ("name", "steps", "inside"),
    [
        ("xdm:person", ("person",), ("person",)),
        ("@id", ("_id",), ("_id",)),
        ("@type", ("_type",), ("_type",)),
        ("repo:createDate", ("_repo", "createDate"), ("_repo", "createDate")),
        ("https://ns.example.com/experience/a/b", ("_experience", "a", "b"), ("b",)),
        ("https://ns.example.com/xdm/channels/web", ("_channels", "web"), ("web",)),
        ("timestamp", ("timestamp",), ("timestamp",)),
        (":odd", (":odd",), (":odd",)),
        ("http://x", ("http://x",), ("http://x",)),
    ],
)
def test_plain_names(name: str, steps: tuple[str, ...], inside: tuple[str, ...]) -> None:
    assert (public.plain(name), public.plain(name, top=False)) == (steps, inside)


def test_we_agree_with_the_reference(tree: Path) -> None:
    """On every record: ours with plain names, the reference's with the published ones."""
    found = public.read(tree)
    project = Project()
    resources = []
    for each in found.schemas:
        assert project.add(each.kind, each.document) == []
        raw = json.loads(each.path.read_text())
        resources.append((raw["$id"], DRAFT6.create_resource(raw)))
    registry: Any = referencing.Registry().with_resources(resources)
    count = 0
    for each in found.schemas:
        fields = project.registry.tree(project.of(each.kind)[each.document["name"]])
        validator = Validator(fields)
        reference = Draft6Validator(json.loads(each.path.read_text()), registry=registry)
        for file, good in each.examples():
            record = json.loads(file.read_text())
            assert reference.is_valid(record) == good, file
            text = json.dumps(public.plain_record(record, fields)).encode()
            if good:
                validator.check(text)
            else:
                with pytest.raises(InputError):
                    validator.check(text)
            count += 1
    assert count == sum(len(records) for records in RECORDS.values())


def test_import_into_a_project(tree: Path, tmp_path: Path) -> None:
    """Files that a schema of one's own can take in at once, with plain names."""
    folder = tmp_path / "project"
    done = CliRunner().invoke(cli, ["schema", "import", str(tree), "--into", str(folder), "--examples"])
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["3 datatypes, 1 fieldgroups, 1 classes", "examples: 13 as named"]
    (folder / "schemas").mkdir()
    (folder / "schemas" / "sale.yaml").write_text(
        "name: sale\nbase: context.sale\nfieldGroups: [mixins.shipping, orchestration-eventid]\n"
    )
    _, project, found = load(folder, ())
    assert found == []
    root = project.root("sale")
    assert root is not None
    paths = {".".join(path): leaf.type_name() for path, leaf in root.leaves()}
    assert paths == {
        "_id": "string", "timestamp": "dateTime", "total": "decimal", "parcels": "list<object>", "first": "decimal",
        "_post.office.city": "string", "notes": "object", "_experience.campaign.orchestration.eventID": "string",
    }  # fmt: skip
    parcel = root.fields["parcels"].item
    assert parcel is not None and parcel.lookup(("size", "_ship", "unit")) is not None


def test_what_cannot_be_used_is_told(tree: Path, tmp_path: Path) -> None:
    """And the rest is taken; examples that are not as their name says are told too."""
    bad = {
        "loop": _schema("loop", "loop", {"xdm:a": {"$ref": f"{BASE}loop"}}, []),
        "lost": _schema("lost", "lost", {"xdm:a": {"$ref": f"{BASE}nowhere"}}, []),
        "odd": _schema("odd", "odd", {"xdm:a": {"type": "text"}}, []),
        "twin": SALE,
    }
    for name, schema in bad.items():
        (tree / f"{name}.schema.json").write_text(json.dumps(schema))
    (tree / "broken.schema.json").write_text("{")
    (tree / "nameless.schema.json").write_text("{}")
    (tree / "sale.invalid.2.json").write_text("{}")
    (tree / "sale.example.2.json").write_text("[")
    done = CliRunner().invoke(cli, ["schema", "import", str(tree), "--dry-run", "--examples", "--json"])
    assert done.exit_code == 0
    summary = json.loads(done.stdout)
    assert summary["imported"] == {"datatype": 3, "class": 1, "fieldgroup": 1}
    assert summary["examples"] == {"as named": 13, "accepted": 1, "refused": 1}
    assert {(Path(each["file"]).name.partition(".")[0], each["code"]) for each in summary["leftOut"]} == {
        ("loop", "ERR_SCHEMA_CYCLE"), ("lost", "ERR_SCHEMA_REF"), ("odd", "ERR_SCHEMA_TYPE"),
        ("twin", "ERR_NAME_TWICE"), ("broken", "ERR_IMPORT_FILE"), ("nameless", "ERR_IMPORT_ID"),
    }  # fmt: skip
    assert len(done.stderr.splitlines()) == 8


@pytest.mark.parametrize(("content", "code"), [(None, "ERR_IMPORT_NOTHING"), ("[]", "ERR_IMPORT_ID")])
def test_nothing_to_import(tmp_path: Path, content: str | None, code: str) -> None:
    if content is not None:
        (tmp_path / "a.schema.json").write_text(content)
    with pytest.raises(InputError) as caught:
        public.read(tmp_path)
    assert caught.value.code == code
