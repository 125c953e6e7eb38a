"""Named queries: each `.sql` file beside the migrations holds statements headed by `-- name: x`."""

from __future__ import annotations

import re
from importlib.resources import files


def load(name: str) -> dict[str, str]:
    """The statements of `sql/{name}.sql`, by name."""
    text = files(__package__).joinpath("sql", f"{name}.sql").read_text()
    parts = re.split(r"^-- name: (\w+)$", text, flags=re.MULTILINE)
    return {key: statement.strip() for key, statement in zip(parts[1::2], parts[2::2], strict=True)}
