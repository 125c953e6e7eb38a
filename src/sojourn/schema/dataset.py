"""Two small documents beside schemas: the dataset that records are sent to, and the user's own namespace [1.1, 1.5]."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sojourn.schema.document import Description, Document, Name, Namespace


class DatasetDocument(Document):
    """A dataset [1.5]: records of one schema. Enabled for profile, they reach the profile store."""

    name: Name
    description: Description = ""
    schema_: Annotated[Name, Field(alias="schema")]
    """The schema of its records."""
    profile: bool = False
    """Whether its records reach the profile store, if those of its schema may."""


class NamespaceDocument(Document):
    """A kind of identities besides Email, ECID, CRMID and Phone [1.1]."""

    name: Namespace
    description: Description = ""
