"""The documents of the schema registry: classes, field groups, data types, schemas [2.1].

Each gives its fields compactly (`fields`), as JSON Schema (`definition`), or both. What they give together is for
`sojourn.schema.registry`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from sojourn.errors import InputError, RuleError
from sojourn.schema.fields import parse_fields, parse_labels

LETTERS = "A-Za-z가-힣"
"""What names that people read may be written in, as a range of a pattern that every regular expression engine knows."""
Name = Annotated[str, StringConstraints(pattern=rf"^[{LETTERS}][{LETTERS}0-9_ .-]*$", max_length=100)]
"""A document's name: starts with a Latin or Korean letter; such, digits, space, `_`, `.`, `-`; at most 100."""
Namespace = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=60)]
FieldPath = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""The names on the way to a field, with dots between them; lists and maps take no step of their own."""
Description = Annotated[str, StringConstraints(max_length=10_000)]
Text = str | dict[str, str]
"""A text, or a text for each language: `{en: Plan, ko: 요금제}`."""


class Document(BaseModel):
    """Base of everything a project holds: strict keys, so that a typing slip is a finding and not a silence."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, ignored_types=(cached_property,), defer_build=True
    )


class Resource(Document):
    """What all documents of the registry have."""

    name: Name
    title: Text = ""
    """What people call it, in one language or in several."""
    description: Description = ""
    id: Annotated[str | None, Field(alias="$id", max_length=500)] = None
    """What `$ref` of JSON Schemas may call it; its name otherwise."""
    fields: dict[str, Any] = {}
    """Its fields: a type for each, fields below it, or keys that begin with `$`."""
    definition: dict[str, Any] | None = None
    """A JSON Schema (draft 6 or 7) with the same right as `fields`."""
    labels: dict[FieldPath, list[str]] = {}
    """Data-usage labels by path: C1 to C12, or names of one's own [2.5]."""
    names: dict[FieldPath, Text] = {}
    """Friendly names by path, in the place of the fields' own titles."""

    @field_validator("fields")
    @classmethod
    def _fields_parse(cls, value: dict[str, Any]) -> dict[str, Any]:
        if value:
            try:
                parse_fields(value)
            except InputError as error:
                raise ValueError(str(error)) from error
        return value

    @field_validator("labels")
    @classmethod
    def _labels_parse(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        for path, labels in value.items():
            try:
                parse_labels(labels, f"labels.{path}")
            except InputError as error:
                raise ValueError(str(error)) from error
        return value


class DataTypeDocument(Resource):
    """A type to use in many places, by `$ref`."""


class FieldGroupDocument(Resource):
    """Fields that belong together, for schemas to take in."""


class ClassDocument(Resource):
    """What a schema is about: things that happen at a moment (`timeseries`), or things that are (`record`)."""

    behavior: Literal["record", "timeseries"] = "record"
    """Whether its records are things, or happen at a moment."""


class IdentityDescriptor(Document):
    """A field that holds an identity [2.1]."""

    namespace: Namespace
    """What kind of identity the field holds."""
    primary: bool = False
    """Whether it is the one that records are known by."""


class Relationship(Document):
    """A field that holds the primary identity of a record of another schema [2.2]."""

    field: FieldPath
    """The field that holds the key of the other record."""
    schema_: Annotated[Name, Field(alias="schema")]
    """The record schema, enabled for profile, that it leads to."""


class SchemaDocument(Resource):
    """A schema: a class, field groups and fields of its own in one [2.1]."""

    base: Name = "experienceevent"
    """The class."""
    field_groups: Annotated[list[Name] | None, Field(alias="fieldGroups")] = None
    """Left out, an experience event has the group of the orchestration eventID [2.3], and others have none."""
    profile: bool = False
    """Enabled for profile [1.5]: records of its enabled datasets reach the profile store."""
    identities: dict[FieldPath, IdentityDescriptor] = {}
    """The fields, as dotted paths, that name a person; of a record class the primary one is its key [2.1, 2.2]."""
    relationships: list[Relationship] = []
    """The fields that lead to records of other schemas."""

    @field_validator("identities")
    @classmethod
    def _one_primary(cls, value: dict[str, IdentityDescriptor]) -> dict[str, IdentityDescriptor]:
        if sum(identity.primary for identity in value.values()) > 1:
            raise RuleError("INFO_RULE_PRIMARY")
        return value

    @property
    def primary(self) -> tuple[str, IdentityDescriptor] | None:
        """The path and the identity that records are known by, None where only `identityMap` says it."""
        return next((each for each in self.identities.items() if each[1].primary), None)
