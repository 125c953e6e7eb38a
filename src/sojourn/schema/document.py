"""The schema document: what a file in `schemas/` or `PUT /api/schemas/{name}` holds."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from sojourn.errors import InputError
from sojourn.schema.fields import EXPERIENCE_EVENT, Field, merge, parse_fields

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_ .-]*$", max_length=100)]
"""A document's name: starts with a letter; letters, digits, space, `_`, `.`, `-`; at most 100 characters."""


class Document(BaseModel):
    """Base of everything a project holds: strict keys, so that a typing slip is a finding and not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, ignored_types=(cached_property,))


class SchemaDocument(Document):
    """An experience event's schema: the class's own fields and the ones given here [2.1]."""

    name: Name
    title: str = ""
    description: str = ""
    base: Annotated[Literal["experienceevent"], "the XDM class"] = "experienceevent"
    fields: dict[str, Any] = {}

    @field_validator("fields")
    @classmethod
    def _fields_parse(cls, value: dict[str, Any]) -> dict[str, Any]:
        if value:
            try:
                whole = merge(EXPERIENCE_EVENT, parse_fields(value))
                for path, field in EXPERIENCE_EVENT.leaves():
                    found = whole.lookup(path)
                    if found is None or found.kind != field.kind:
                        name = ".".join(path)
                        raise InputError("ERR_SCHEMA_CLASS", field=f"fields.{name}", name=name, type=field.type_name())
            except InputError as error:
                raise ValueError(str(error)) from error
        return value

    @cached_property
    def root(self) -> Field:
        """The whole tree: class and own fields."""
        return merge(EXPERIENCE_EVENT, parse_fields(self.fields)) if self.fields else EXPERIENCE_EVENT
