"""JSON Schemas as the public XDM repository has them: a tree of files that refer to each other by `$id` [2.4].

They name fields with prefixes (`xdm:person`, `@id`, `repo:createDate`, whole URLs); payloads have plain names
(`person`, `_id`, `_repo.createDate`, `_experience...`). Reading turns the one into the other, in schemas and records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sojourn.errors import InputError
from sojourn.schema.fields import Field

Kind = Literal["datatype", "fieldgroup", "class"]
KINDS: tuple[Kind, ...] = ("datatype", "fieldgroup", "class")
Steps = tuple[str, ...]
_EXTENSIBLE = "/xdm/common/extensible"
"""What says which prefixes names may have: nothing that holds for plain names."""
_BEHAVIORS = {"/xdm/data/time-series": "timeseries", "/xdm/data/record": "record", "/xdm/data/adhoc": "record"}


@dataclass(slots=True)
class PublicSchema:
    """One file: where it is, what it is, and the registry's document of it."""

    path: Path
    kind: Kind
    document: dict[str, Any]

    def examples(self) -> Iterator[tuple[Path, bool]]:
        """The records beside the file, and whether they are right."""
        stem = self.path.name.removesuffix(".schema.json")
        for word, good in (("example", True), ("invalid", False)):
            yield from ((path, good) for path in sorted(self.path.parent.glob(f"{stem}.{word}.*.json")))


@dataclass(slots=True)
class PublicSchemas:
    """All schemas below a folder, or the one in a file."""

    schemas: list[PublicSchema] = field(default_factory=list)
    passed: list[tuple[Path, InputError]] = field(default_factory=list)
    """Files that hold no schema, and why."""


def read(path: Path) -> PublicSchemas:
    """Reads `path`: every `*.schema.json` below a folder, or one file. Raises InputError where there is none."""
    files = sorted(path.rglob("*.schema.json")) if path.is_dir() else [path] if path.is_file() else []
    found = PublicSchemas()
    taken: dict[str, Path] = {}
    for file in files:
        try:
            schema = _read(file)
            name = schema.document["name"]
            if name in taken:
                raise InputError("ERR_NAME_TWICE", field="$id", name=name, other=str(taken[name]))
        except InputError as error:
            found.passed.append((file, error))
            continue
        taken[name] = file
        found.schemas.append(schema)
    if not found.schemas:
        raise found.passed[0][1] if len(files) == 1 else InputError("ERR_IMPORT_NOTHING", field="PATH", path=str(path))
    return found


def _read(file: Path) -> PublicSchema:
    try:
        schema = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError("ERR_IMPORT_FILE", field=str(file), detail=str(error)) from None
    id_ = schema.get("$id") if isinstance(schema, dict) else None
    if not isinstance(id_, str) or not id_:
        raise InputError("ERR_IMPORT_ID", field=str(file))
    kind, behavior = _kind(schema)
    document: dict[str, Any] = {"name": _name(id_), "$id": id_}
    title, description = schema.get("title"), schema.get("description")
    document |= {"title": title} if isinstance(title, str) else {}
    document |= {"description": description} if isinstance(description, str) else {}
    document |= {"behavior": behavior} if kind == "class" else {}
    return PublicSchema(file, kind, document | {"definition": plain_schema(schema, top=kind != "datatype")})


def _name(id_: str) -> str:
    """A document's name out of an `$id`: its path with dots."""
    path = id_.partition("://")[2].partition("/")[2] or id_
    name = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "." for letter in path)
    name = name.strip(".").removeprefix("xdm.")[-100:].lstrip("0123456789._-")
    return name or "schema"


def _kind(schema: Mapping[str, Any]) -> tuple[Kind, str]:
    if "meta:intendedToExtend" in schema:
        return "fieldgroup", ""
    parts = schema.get("allOf")
    for part in parts if isinstance(parts, list) else []:
        reference = part.get("$ref") if isinstance(part, dict) else None
        for end, behavior in _BEHAVIORS.items():
            if isinstance(reference, str) and reference.endswith(end):
                return "class", behavior
    return "datatype", ""


# --- names ---------------------------------------------------------------------------------------------------------


def plain(name: str, *, top: bool = True) -> Steps:
    """The way to a field in a payload. A URL is a way of its own at the top, and its last step further down."""
    if name.startswith("xdm:"):
        return (name.removeprefix("xdm:"),)
    if name in ("@id", "@type"):
        return (name.replace("@", "_"),)
    if "://" in name:
        _, *steps = name.partition("://")[2].strip("/").split("/")
        steps = steps[1:] if steps[:1] == ["xdm"] else steps
        if not steps:
            return (name,)
        return (f"_{steps[0]}", *steps[1:]) if top else (steps[-1],)
    prefix, colon, rest = name.partition(":")
    return (f"_{prefix}", rest) if colon and prefix and rest else (name,)


def plain_schema(schema: Any, *, top: bool) -> Any:
    """The schema with plain names. `top`: whether its properties are at the top of a record."""
    if isinstance(schema, list):
        return [plain_schema(each, top=top) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("properties", "required", "enum", "const", "default", "examples", "meta:enum"):
            continue
        if key in ("definitions", "patternProperties", "dependencies") and isinstance(value, dict):
            found[key] = {name: plain_schema(each, top=top) for name, each in value.items()}
        elif key in ("items", "additionalProperties"):
            found[key] = plain_schema(value, top=False)
        elif key in ("allOf", "anyOf", "oneOf") and isinstance(value, list):
            found[key] = [plain_schema(each, top=top) for each in value if not _says_prefixes(each)]
        elif key == "$ref" and isinstance(value, str):
            found[key] = _plain_reference(value)
        else:
            found[key] = plain_schema(value, top=top)
    found |= {key: schema[key] for key in ("enum", "const", "default", "examples", "meta:enum") if key in schema}
    if not found.get("allOf", True):
        del found["allOf"]
    properties, required = schema.get("properties"), schema.get("required")
    if isinstance(properties, dict) or isinstance(required, list):
        _place(found, properties if isinstance(properties, dict) else {}, required, top)
    return found


def _plain_reference(reference: str) -> str:
    """The reference as it leads to the same place among plain names."""
    document, hash_, fragment = reference.partition("#")
    steps: list[str] = []
    for step in fragment.split("/"):
        if steps[-1:] == ["properties"]:
            names = plain(step.replace("~1", "/").replace("~0", "~"), top=steps.count("properties") == 1)
            escaped = (name.replace("~", "~0").replace("/", "~1") for name in names)
            steps += "/properties/".join(escaped).split("/")
        else:
            steps.append(step)
    return document + hash_ + "/".join(steps)


def _says_prefixes(part: Any) -> bool:
    reference = part.get("$ref", "") if isinstance(part, dict) else ""
    return isinstance(reference, str) and reference.partition("#")[0].endswith(_EXTENSIBLE)


def _place(node: dict[str, Any], properties: Mapping[str, Any], required: Any, top: bool) -> None:
    """Puts properties and what is required of them where their plain names lead."""
    for name, child in properties.items():
        *above, last = plain(name, top=top)
        here = _inside(node, above)
        members = here.setdefault("properties", {})
        new = plain_schema(child, top=False)
        members[last] = {"allOf": [members[last], new]} if last in members else new
    for name in required if isinstance(required, list) else ():
        here = node
        for step in plain(str(name), top=top):
            if step not in here.setdefault("required", []):
                here["required"].append(step)
            here = here.get("properties", {}).get(step, {})


def _inside(node: dict[str, Any], steps: list[str]) -> dict[str, Any]:
    """The object at `steps` below a node, made where it is not there."""
    for step in steps:
        members = node.setdefault("properties", {})
        found = members.setdefault(step, {"type": "object"})
        if "$ref" in found or "allOf" in found:
            found = members[step] = {"allOf": [found], "type": "object"}
        node = found
    return node


def plain_record(record: Any, tree: Field) -> Any:
    """A record with plain names, as far as `tree` knows them."""
    if isinstance(record, list):
        return [plain_record(each, tree.item or tree) for each in record]
    if not isinstance(record, dict):
        return record
    if tree.kind == "map":
        return {name: plain_record(value, tree.item or tree) for name, value in record.items()}
    found: dict[str, Any] = {}
    for name, value in record.items():
        steps = next((steps for steps in (plain(name), plain(name, top=False)) if tree.lookup(steps)), None)
        if steps is None:
            found[name] = value
            continue
        here = found
        for step in steps[:-1]:
            here = here.setdefault(step, {})
        inner = plain_record(value, tree.lookup(steps) or tree)
        old = here.get(steps[-1])
        here[steps[-1]] = {**old, **inner} if isinstance(old, dict) and isinstance(inner, dict) else inner
    return found
