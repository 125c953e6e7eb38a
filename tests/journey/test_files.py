"""Projects as folders of YAML files."""

from __future__ import annotations

from pathlib import Path

import pytest

from sojourn.cli.project import load
from sojourn.errors import InputError
from sojourn.journey.files import ProjectFiles
from sojourn.journey.project import FOLDERS

from .table import GOOD
from .test_findings import written

WIN_BACK = Path(__file__).parents[2] / "examples" / "winback"


def test_win_back_has_no_findings() -> None:
    """The example is in order, and all of its files are read."""
    files, project, found = load(WIN_BACK, ("127.0.0.1:8011",))
    assert [str(finding) for finding in found] == []
    assert len(files.documents) == len(list(WIN_BACK.glob("*/*.yaml"))) == 6
    counts = {kind: len(project.of(kind)) for kind in FOLDERS if project.of(kind)}
    assert counts == {"schema": 1, "event": 1, "action": 3, "journey": 1}


def test_win_back_calls_a_private_address() -> None:
    """Which the operator has to allow: without that, each of its actions has a finding at its URL."""
    _, _, found = load(WIN_BACK, ())
    assert [finding.code for finding in found] == ["ERR_URL_PORT"] * 3
    assert {Path(finding.file or "").name for finding in found} == {
        "cross_sell.yaml", "vip_thanks.yaml", "win_back.yaml",
    }  # fmt: skip
    assert {finding.line for finding in found} == {4}


def test_a_folder_that_holds_no_project(tmp_path: Path) -> None:
    (tmp_path / "journey").mkdir()
    with pytest.raises(InputError) as caught:
        ProjectFiles(tmp_path)
    assert caught.value.code == "ERR_FILE_FOLDER" and str(tmp_path) in str(caught.value)


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    """`.yaml` and `.yml` count, nothing else."""
    written(tmp_path)
    (tmp_path / "events" / "A.yaml").rename(tmp_path / "events" / "A.yml")
    (tmp_path / "events" / "notes.txt").write_text("not: [yaml")
    (tmp_path / "events" / "C.yaml~").write_text("not: [yaml")
    files, project, found = load(tmp_path, ())
    assert found == [] and len(files.documents) == len(GOOD)
    assert list(project.events) == ["A", "B"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"name: \x00", b"a: " + b"[" * 5_000])
def test_no_file_is_too_bad(tmp_path: Path, content: bytes) -> None:
    """Whatever stands in a file, it is a finding at that file and the others are read."""
    written(tmp_path)
    (tmp_path / "events" / "C.yaml").write_bytes(content)
    _, project, found = load(tmp_path, ())
    assert [finding.code for finding in found] == ["ERR_FILE_YAML"]
    assert found[0].file == str(tmp_path / "events" / "C.yaml")
    assert len(project.events) == 2
