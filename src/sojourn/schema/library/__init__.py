"""The common classes, field groups and data types, which every sandbox has from the start."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from sojourn.schema.document import ClassDocument, DataTypeDocument, FieldGroupDocument

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _read(folder: str) -> list[Any]:
    entries = sorted(files(__name__).joinpath(folder).iterdir(), key=lambda entry: entry.name)
    return [yaml.load(entry.read_bytes(), _Loader) for entry in entries]  # noqa: S506 - the safe loader


@cache
def classes() -> dict[str, ClassDocument]:
    """The classes by name."""
    return {data["name"]: ClassDocument.model_validate(data) for data in _read("classes")}


@cache
def field_groups() -> dict[str, FieldGroupDocument]:
    """The field groups by name."""
    return {data["name"]: FieldGroupDocument.model_validate(data) for data in _read("fieldgroups")}


@cache
def data_types() -> dict[str, DataTypeDocument]:
    """The data types by name."""
    return {data["name"]: DataTypeDocument.model_validate(data) for data in _read("datatypes")}
