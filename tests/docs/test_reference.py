"""The committed reference is what the sources say, and what the documentation points to is there."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import tomllib
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

import sojourn
from sojourn.cli.main import cli
from sojourn.journey.project import FOLDERS, MODELS, Kind, Project
from sojourn.messages import catalogue

from .json_schema import wrong

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
WIN_BACK = ROOT / "examples" / "winback"
EXAMPLES = [(kind, path) for kind, folder in FOLDERS.items() for path in sorted((WIN_BACK / folder).glob("*.yaml"))]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@cache
def generator() -> ModuleType:
    """scripts/docs.py, which makes the pages once."""
    spec = importlib.util.spec_from_file_location("generator", ROOT / "scripts" / "docs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def docs(*options: str) -> tuple[int, str]:
    """The exit code of `scripts/docs.py`, and what it prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        try:
            generator().main(options)
        except SystemExit as end:
            return int(str(end.code)), printed.getvalue()
    return 0, printed.getvalue()


def published(kind: Kind) -> Any:
    return json.loads((REFERENCE / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8"))


# --- the generator ---


def test_no_drift() -> None:
    assert docs("--check") == (0, "")


def test_drift_is_named(tmp_path: Path) -> None:
    assert docs("--folder", str(tmp_path))[0] == 0
    for path in REFERENCE.rglob("*.*"):
        assert (tmp_path / path.relative_to(REFERENCE)).read_bytes() == path.read_bytes()
    (tmp_path / "cli.md").unlink()
    (tmp_path / "settings.md").write_text("old", encoding="utf-8")
    (tmp_path / "extra.md").write_text("mine", encoding="utf-8")
    code, printed = docs("--check", "--folder", str(tmp_path))
    assert code == 1
    named = [Path(line.split(": ")[1].removesuffix(" (run make docs)")).name for line in printed.splitlines()]
    assert named == ["cli.md", "settings.md", "extra.md"]
    assert (tmp_path / "settings.md").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("code", catalogue())
def test_every_message_is_used_and_shown(code: str) -> None:
    """A string that ends in `_` in the sources is the beginning of a family of codes."""
    assert code in used() or any(code.startswith(family) for family in used() if family.endswith("_"))
    assert code in shown()


@cache
def used() -> set[str]:
    sources = Path(sojourn.__file__).parent
    paths = [*sources.rglob("*.py"), *sources.rglob("*.html")]
    return {
        code
        for path in paths
        for code in re.findall(r"""["']((?:ERR|WARN|INFO)_[A-Z0-9_]+)["']""", path.read_text(encoding="utf-8"))
    }


@cache
def shown() -> set[str]:
    return {*re.findall(r"\b[A-Z0-9_]+\b", (REFERENCE / "findings.md").read_text(encoding="utf-8"))}


# --- the schemas for editors ---


@pytest.mark.parametrize("kind", MODELS)
def test_the_command_prints_what_is_published(kind: Kind) -> None:
    assert json.loads(CliRunner().invoke(cli, ["json-schema", kind]).output) == published(kind)


@pytest.mark.parametrize("kind", [kind for kind in MODELS if kind not in ("journey", "channel", "ruleset")])
def test_every_field_says_what_it_is_and_has_bounds(kind: Kind) -> None:
    """So that a form can be made of the schema."""
    schema = published(kind)
    for node in (schema, *schema.get("$defs", {}).values()):
        for name, field in node.get("properties", {}).items():
            assert "const" in field or field.get("description"), (node["description"], name)
            if field.get("type") == "string":
                assert field.keys() & {"const", "enum", "maxLength", "pattern", "format"}, (node["description"], name)


@pytest.mark.parametrize(("kind", "path"), EXAMPLES, ids=[path.stem for _, path in EXAMPLES])
def test_an_example_keeps_its_schema(kind: Kind, path: Path) -> None:
    assert list(wrong(published(kind), yaml.safe_load(path.read_text(encoding="utf-8")))) == []


WAIT = {"type": "wait", "duration": "P1D"}
JOURNEY = {"name": "j", "start": "a", "activities": {"a": {"type": "event", "event": "E"}}}
EVENT = {"name": "E", "schema": "s", "namespace": "CRMID"}
ACTION = {"name": "A", "url": "https://example.com"}
GOOD: list[tuple[Kind, dict[str, Any]]] = [
    ("schema", {"name": "s"}),
    ("event", {**EVENT, "condition": "true"}),
    ("event", {**EVENT, "type": "system"}),
    ("event", {**EVENT, "type": "system", "condition": None}),
    ("action", ACTION),
    ("journey", JOURNEY),
    ("journey", JOURNEY | {"activities": {"a": WAIT | {"next": ["b", "c"]}, "b": WAIT | {"next": {"then": None}}}}),
]
BAD: list[tuple[Kind, dict[str, Any]]] = [
    ("schema", {}),
    ("schema", {"name": "1"}),
    ("schema", {"name": "s", "base": 5}),
    ("schema", {"name": "s", "filds": {}}),
    ("event", EVENT),
    ("event", {**EVENT, "type": "rule", "condition": None}),
    ("event", {**EVENT, "type": "system", "condition": "true"}),
    ("event", {**EVENT, "condition": ""}),
    ("event", {**EVENT, "condition": "true", "name": "E" * 31}),
    ("action", {"name": "A"}),
    ("action", ACTION | {"method": "HEAD"}),
    ("action", ACTION | {"headers": {"x": None}}),
    ("journey", JOURNEY | {"activities": {}}),
    ("journey", JOURNEY | {"activities": {"a b": WAIT}}),
    ("journey", JOURNEY | {"activities": {"a": {"type": "wait"}}}),
    ("journey", JOURNEY | {"activities": {"a": {"type": "sleep"}}}),
    ("journey", JOURNEY | {"activities": {"a": WAIT | {"next": 1}}}),
    ("journey", JOURNEY | {"activities": {"a": WAIT | {"next": {"1": "b"}}}}),
    ("journey", JOURNEY | {"activities": {"a": {"type": "condition", "paths": {}}}}),
    ("journey", JOURNEY | {"reentrance": "sometimes"}),
]


@pytest.mark.parametrize(("kind", "document"), GOOD)
def test_a_good_document_passes(kind: Kind, document: dict[str, Any]) -> None:
    assert list(wrong(published(kind), document)) == []
    assert Project().add(kind, document) == []


@pytest.mark.parametrize(("kind", "document"), BAD)
def test_a_bad_document_is_rejected(kind: Kind, document: dict[str, Any]) -> None:
    assert list(wrong(published(kind), document)) != []
    assert Project().add(kind, document) != []


# --- links ---


def prose(page: Path) -> str:
    """A page without its code."""
    text = re.sub(r"^(```+).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^ {4}.*$", "", text, flags=re.MULTILINE))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+?) *$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    """The targets of a page's links within the repository."""
    found = re.findall(r"\]\(\s*<?([^)\s>]+)", prose(page)) + re.findall(
        r"^\[[^\]]+\]:\s*(\S+)", prose(page), re.MULTILINE
    )
    return [target for target in found if not re.match(r"[a-z][a-z0-9+.-]*:", target)]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists() and there.is_relative_to(ROOT), f"{target} is not there"
        assert not anchor or there.suffix != ".md" or anchor in anchors(there), f"{target} has no such heading"


def test_the_readme_has_links() -> None:
    assert len(links(ROOT / "README.md")) > 5


# --- dependencies ---


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shown = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    runtime, development = shown.split("## For development")
    named = [re.findall(r"[\w-]+", re.sub(r"\(.*?\)", "", row.split("|")[1])) for row in _rows(runtime)]
    extras = project["optional-dependencies"]
    assert [name for row in named for name in row] == [_name(each) for each in project["dependencies"] + extras["sql"]]
    development, _, studio = development.partition("## The studio")
    below = {name for row in _rows(development) for name in re.findall(r"[\w-]+", row.split("|")[1])}
    assert below == {_name(each) for each in (*extras["dev"], *extras["bench"])} | {"uv"}
    package = json.loads((ROOT / "studio" / "package.json").read_text())
    told = {name.strip() for row in _rows(studio) for name in row.split("|")[1].split(",")}
    assert told == {*package["dependencies"], *package["devDependencies"]}


def _rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| Package", "| ---"))]


def _name(requirement: str) -> str:
    return re.split(r"[^\w-]", requirement)[0]
