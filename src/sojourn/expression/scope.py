"""What an expression sees of the world when it is compiled: its fields, and where their values are found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from sojourn.expression.tree import Kind, Reference
from sojourn.expression.types import Type
from sojourn.schema.fields import Field, scalar


@dataclass(frozen=True, slots=True)
class Slot:
    """A reference whose value is found at `slots[index]` at run time, read beforehand as the type of its field."""

    index: int


@dataclass(frozen=True, slots=True)
class Constant:
    """A reference whose value is known when compiling: a value of its field's type, or None."""

    value: object


class Scope(Protocol):
    """The fields that an expression sees (rule 7.2)."""

    def root(self, kind: Kind) -> Field:
        """All that a reference of `kind` can name, as an object: by event, by data source and field group, by action.

        An object without fields where there is nothing of the kind.
        """
        ...

    def params(self, source: str, group: str) -> Mapping[str, Type] | None:
        """The parameters that a field group's call takes, with their types; None where nobody knows them."""
        ...

    def resolve(self, reference: Reference, field: Field) -> Slot | Constant:
        """Where the value of `reference`, which names `field` in the root of its kind, comes from.

        Called once per distinct reference of an expression, references in params before the one they are params of.
        A collection or a map is read whole, its objects as they are in JSON; the expression goes on from there.
        """
        ...


def type_of(field: Field) -> Type:
    """The type of a field's value."""
    return _type(field.type_name())


_type = cache(Type.parse)


NOTHING = Field("object")
"""The root of a kind of which there is nothing."""

JOURNEY_PROPERTIES = Field(
    "object",
    {
        **dict.fromkeys(
            (
                "journeyUID", "journeyVersionUID", "journeyVersionName", "journeyVersionDescription", "journeyVersion",
                "instanceUID", "externalKey", "organizationId", "sandboxName", "profileId", "namespace",
                "currentNodeId", "currentNodeName", "previousNodeId", "previousNodeName",
                "lastNodeUIDInError", "lastNodeNameInError", "lastNodeTypeInError",
                "lastErrorCode", "lastExecutedActionErrorCode", "lastDataFetchErrorCode",
            ),
            scalar("string"),
        ),
        **dict.fromkeys(("lastActionExecutionElapsedTime", "lastDataFetchElapsedTime"), scalar("integer")),
    },
)  # fmt: skip
"""`#{JourneyProperties...}`: all 23; elapsed times are in milliseconds."""

SEGMENT_QUALIFICATION = Field(
    "object",
    {"status": scalar("string"), "lastQualificationTime": scalar("dateTime"), "segmentID": scalar("string")},
)
"""`@{SegmentQualification...}`: what a segment qualification tells (rule 6.17)."""
