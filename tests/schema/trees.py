"""Schemas of tests, composed."""

from __future__ import annotations

from typing import Any

from sojourn.schema.document import SchemaDocument
from sojourn.schema.fields import Field
from sojourn.schema.registry import Registry


def tree(fields: dict[str, Any], **facts: Any) -> Field:
    """The whole tree of a schema of experience events."""
    return Registry({}, {}, {}).schema(SchemaDocument.model_validate({"name": "r", "fields": fields, **facts}))
