"""docs/configure: the files of its pages are a project in order, and the commands print what is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from sojourn.cli.main import cli
from sojourn.journey.compile import check_project
from sojourn.journey.project import Project
from sojourn.journey.segment import evaluation_of

FOLDER = Path(__file__).parents[2] / "docs" / "configure"
NAMES = ("schemas", "events", "sources", "actions")
PAGES = {name: (FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in NAMES}


def project(folder: Path, *pages: str) -> None:
    """The files that the pages show, below `folder`."""
    for page in pages:
        for name, text in re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", PAGES[page], re.MULTILINE | re.DOTALL):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


def shown(page: str) -> list[tuple[str, str]]:
    """Commands and what they print."""
    found = re.findall(r"^    \$ sojourn (.*)\n((?:    .*\n)+)", PAGES[page], re.MULTILINE)
    return [(command, re.sub("^    ", "", output, flags=re.MULTILINE)) for command, output in found]


@pytest.mark.parametrize(
    ("page", "pages"),
    [
        ("schemas", ("schemas",)),
        ("events", ("schemas", "events")),
        ("sources", ("schemas", "events", "sources")),
        ("actions", ("schemas", "events", "sources", "actions")),
    ],
)
def test_a_reader_follows(page: str, pages: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project(Path("shop"), *pages)
    samples = re.findall(r"^```json\n(.*?)^```", PAGES["schemas"], re.MULTILINE | re.DOTALL)
    Path("visits.jsonl").write_text(samples[0], encoding="utf-8")
    commands = shown(page)
    assert commands
    for command, output in commands:
        done = CliRunner().invoke(cli, command.split())
        assert (done.exit_code, done.output) == (0, output), command


def test_the_segments_of_the_page() -> None:
    """Its documents are right, and are evaluated as it says."""
    made = Project()
    fields = {"_shop": {"points": "integer"}}
    for name, base in (("person", "profile"), ("visit", "experienceevent")):
        assert made.add("schema", {"name": name, "base": base, "profile": True, "fields": fields}) == []
    text = (FOLDER / "segments.md").read_text(encoding="utf-8")
    for block in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for document in re.split(r"^# segments/.*$", block, flags=re.MULTILINE)[1:]:
            assert made.add("segment", yaml.safe_load(document)) == []
    assert check_project(made) == []
    assert {name: evaluation_of(document) for name, document in made.segments.items()} == {
        "silver": "streaming and scheduled", "asleep": "streaming and scheduled", "club": "uploaded"
    }  # fmt: skip
