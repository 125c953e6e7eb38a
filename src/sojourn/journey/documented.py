"""What docstrings say of the fields of documents, for the JSON Schemas that editors and the studio read.

They are read from the sources when a schema is asked for: pydantic would read them whenever a class is made, which
every command would wait for.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

COMMON = {
    "name": "Its name, which no other of its kind has.",
    "description": "What it is for, to people.",
}
"""What fields are that many documents have."""


def describe(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Adds what is known of the fields to the JSON Schema of a model, and to those of the models in it."""
    models = {each.__name__: each for each in _models(model)}
    inner = ((node, models.get(name)) for name, node in schema.get("$defs", {}).items())
    for node, described in ((schema, model), *inner):
        texts = {} if described is None else fields_of(described)
        for name, field in node.get("properties", {}).items():
            text = texts.get(name) or COMMON.get(name)
            if text and "description" not in field and "const" not in field:
                field["description"] = text


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from _models(field.annotation)
    for part in get_args(kind):
        yield from _models(part)


@cache
def fields_of(model: type[BaseModel]) -> dict[str, str]:
    """What the docstrings below a model's fields say, by the names that documents use."""
    texts: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if each.__module__.startswith("sojourn."):
            texts |= _docstrings(each.__module__).get(each.__name__, {})
    return {field.alias or name: texts[name] for name, field in model.model_fields.items() if name in texts}


@cache
def _docstrings(module: str) -> dict[str, dict[str, str]]:
    """By class and attribute, the docstrings that stand right below attributes of a module's classes."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(sys.modules[module])).body:
        if isinstance(node, ast.ClassDef):
            texts = found.setdefault(node.name, {})
            for field, below in zip(node.body, node.body[1:], strict=False):
                if (
                    isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(below, ast.Expr)
                    and isinstance(below.value, ast.Constant)
                    and isinstance(below.value.value, str)
                ):
                    texts[field.target.id] = inspect.cleandoc(below.value.value)
    return found
