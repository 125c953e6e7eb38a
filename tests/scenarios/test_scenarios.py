"""What the rules say, shown by stories: each comes out the same however it is run [6.31]."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..engine.generator import LONG
from .scenario import Scenario, names


@pytest.mark.parametrize("name", names())
def test_it_comes_out_as_told(tmp_path: Path, name: str) -> None:
    assert Scenario(name).differences(tmp_path, long=LONG) == []
