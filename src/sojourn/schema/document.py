"""The schema document: what a file in `schemas/` or `PUT /api/schemas/{name}` holds."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator, model_validator

from sojourn.errors import InputError
from sojourn.schema.fields import EXPERIENCE_EVENT, IDENTITY_MAP, Field, merge, parse_fields, scalar

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_ .-]*$", max_length=100)]
"""A document's name: starts with a letter; letters, digits, space, `_`, `.`, `-`; at most 100 characters."""


_AUDIT = Field("object", {"lastUpdatedDate": scalar("dateTime")})
CLASSES: dict[str, Field] = {
    "experienceevent": EXPERIENCE_EVENT,
    "profile": Field(
        "object",
        {"identityMap": IDENTITY_MAP, "testProfile": scalar("boolean"), "extSourceSystemAudit": _AUDIT},
    ),
    "record": Field("object", {"extSourceSystemAudit": _AUDIT}),
}
"""What every record of a class has [2.1]."""


class Document(BaseModel):
    """Base of everything a project holds: strict keys, so that a typing slip is a finding and not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, ignored_types=(cached_property,))


class IdentityDescriptor(Document):
    """A field that holds an identity [2.1]."""

    namespace: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=60)]
    primary: bool = False


class SchemaDocument(Document):
    """A schema: the class's own fields and the ones given here [2.1]."""

    name: Name
    title: str = ""
    description: str = ""
    base: Annotated[Literal["experienceevent", "profile", "record"], "the XDM class"] = "experienceevent"
    profile: bool = False
    """Enabled for profile [1.5]: records of its enabled datasets reach the profile store."""
    identities: dict[str, IdentityDescriptor] = {}
    """The fields, as dotted paths, that name a person; of a record class the primary one is its key [2.1, 2.2]."""
    fields: dict[str, Any] = {}

    @field_validator("fields")
    @classmethod
    def _fields_parse(cls, value: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        if value:
            own = CLASSES[info.data.get("base", "experienceevent")]
            try:
                whole = merge(own, parse_fields(value))
                for path, field in own.leaves():
                    found = whole.lookup(path)
                    if found is None or found.kind != field.kind:
                        name = ".".join(path)
                        raise InputError("ERR_SCHEMA_CLASS", field=f"fields.{name}", name=name, type=field.type_name())
            except InputError as error:
                raise ValueError(str(error)) from error
        return value

    @model_validator(mode="after")
    def _identities_are_fields(self) -> SchemaDocument:
        for path in self.identities:
            found = self.root.lookup(tuple(path.split(".")))
            if found is None or found.kind not in ("string", "integer"):
                raise ValueError(str(InputError("ERR_SCHEMA_IDENTITY", field=f"identities.{path}", name=path)))
        return self

    @cached_property
    def root(self) -> Field:
        """The whole tree: class and own fields."""
        return merge(CLASSES[self.base], parse_fields(self.fields)) if self.fields else CLASSES[self.base]
