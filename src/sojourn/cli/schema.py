"""Commands about schemas: import public ones, propose one from samples."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click
import yaml

from sojourn.cli.client import Client
from sojourn.cli.options import json_option, sandbox_option, server_option
from sojourn.errors import InputError
from sojourn.journey.project import FOLDERS, Project
from sojourn.schema import public
from sojourn.schema.fields import Field
from sojourn.schema.infer import infer, read_samples
from sojourn.schema.validate import Validator


@click.group()
def schema() -> None:
    """Schemas from elsewhere."""


@schema.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path), help="write files into this project instead of to a server")
@click.option("--dry-run", is_flag=True, help="write nothing")
@click.option("--examples", is_flag=True, help="check the example records beside the schemas too")
@json_option
@server_option
@sandbox_option
def import_(
    path: Path, into: Path | None, dry_run: bool, examples: bool, as_json: bool, server: str, sandbox: str
) -> None:
    """Import the JSON Schemas at PATH, such as a copy of the public XDM repository.

    PATH is a file, or a folder of *.schema.json files that refer to each other by $id. What cannot be used is told
    with the reason and left out.
    """
    found = public.read(path)
    good, trees, left = _compiled(found)
    for file, error in left:
        click.echo(f"{file}: {error}", err=True)
    counts = Counter(each.kind for each in good)
    summary: dict[str, Any] = {"imported": {kind: counts[kind] for kind in public.KINDS if counts[kind]}}
    if examples:
        summary["examples"] = _examples(good, trees)
    if good and not dry_run:
        if into is not None:
            _write(good, into)
        else:
            body: dict[str, list[Any]] = {}
            for each in good:
                body.setdefault(FOLDERS[each.kind], []).append(each.document)
            with Client(server, sandbox) as client:
                client.post("/api/apply", body)
    if as_json:
        reasons = [{"file": str(file), "code": error.code, "message": str(error)} for file, error in left]
        click.echo(json.dumps(summary | {"leftOut": reasons}, ensure_ascii=False))
    else:
        click.echo(", ".join(f"{count} {FOLDERS[kind]}" for kind, count in summary["imported"].items()) or "nothing")
        if examples:
            click.echo("examples: " + ", ".join(f"{count} {what}" for what, count in summary["examples"].items()))
    if not good:
        sys.exit(2)


def _compiled(
    found: public.PublicSchemas,
) -> tuple[list[public.PublicSchema], dict[Path, Field], list[tuple[Path, InputError]]]:
    """The schemas that are in order, with their fields by file, and the files that are not, with the reason."""
    project = Project()
    left = list(found.passed)
    known = []
    for each in found.schemas:
        if wrong := project.add(each.kind, each.document):
            params = {"detail": wrong[0].text()}
            left.append((each.path, InputError("ERR_IMPORT_FILE", field=wrong[0].field, **params)))
        else:
            known.append(each)
    trees: dict[Path, Field] = {}
    good = []
    for each in known:
        try:
            trees[each.path] = project.registry.tree(project.of(each.kind)[each.document["name"]])
        except InputError as error:
            left.append((each.path, error))
        else:
            good.append(each)
    return good, trees, left


def _examples(good: list[public.PublicSchema], trees: dict[Path, Field]) -> dict[str, int]:
    """Checks the records beside the schemas; says of those that are not as their name has it."""
    counts = Counter({"as named": 0})
    for each in good:
        validator = Validator(trees[each.path])
        for file, right in each.examples():
            try:
                record = public.plain_record(json.loads(file.read_text(encoding="utf-8")), trees[each.path])
                validator.check(json.dumps(record).encode())
                refusal = None
            except ValueError as error:
                refusal = InputError("ERR_JSON_MALFORMED", detail=str(error))
            except InputError as error:
                refusal = error
            counts["as named" if right == (refusal is None) else "refused" if right else "accepted"] += 1
            if right and refusal is not None:
                click.echo(f"{file}: {refusal}", err=True)
            elif not right and refusal is None:
                click.echo(f"{file}: accepted", err=True)
    return dict(counts)


def _write(good: list[public.PublicSchema], folder: Path) -> None:
    for each in good:
        file = folder / FOLDERS[each.kind] / f"{each.document['name']}.yaml"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_yaml(each.document), encoding="utf-8")
        except OSError as error:
            raise InputError("ERR_IMPORT_FILE", field=str(file), detail=str(error)) from None


@schema.command("infer")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="the name of the schema  [default: the file's]")
def infer_(file: Path, name: str | None) -> None:
    """Propose a schema for the records in FILE: JSON, JSON lines, or ingestion messages.

    Prints a document for a project's folder schemas/. Every record of the file keeps it.
    """
    name = name or file.name.partition(".")[0]
    document = infer(read_samples(file), name)
    if wrong := Project().add("schema", document):
        raise InputError("ERR_FIELD_INVALID", field=wrong[0].field, name=name, rule=wrong[0].text())
    click.echo(_yaml(document), nl=False)


def _yaml(document: dict[str, Any]) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


COMMANDS: tuple[click.Command, ...] = (schema,)
