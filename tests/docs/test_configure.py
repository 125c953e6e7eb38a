"""docs/configure: the files of its pages are a project in order, and the commands print what is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from sojourn.cli.main import cli

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
