"""From a field group to what is asked of its source: requests with parameters, and looks at the profile store [4]."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from sojourn.expression import Type, to_json
from sojourn.expression.values import text_of
from sojourn.journey.lookup import Link, linked
from sojourn.journey.node import Evaluate, Looking, Values
from sojourn.journey.project import Project
from sojourn.journey.request import Request
from sojourn.journey.source import (
    PLATFORM,
    FieldGroup,
    HttpGroup,
    PlatformGroup,
    SourceDocument,
    is_parameter,
)
from sojourn.schema.fields import Field
from sojourn.schema.lens import lens

_encode = msgspec.json.Encoder().encode


def render(source: SourceDocument, group: FieldGroup, values: Mapping[str, object]) -> Request:
    """The request for a field group with these (typed) parameters; how it shows who it comes from is added later.

    A GET has them in its query, a list once for each element and null not at all; a POST where its body names them.
    To a SQL source the "method" is SQL and the body has the parameters.
    """
    if not isinstance(group, HttpGroup):
        return Request("SQL", "", (), _encode({name: to_json(value) for name, value in values.items()}))
    url = source.url or ""
    if group.method == "POST":
        return Request("POST", url, (), _encode(_filled(group.body, values)))
    query: list[tuple[str, str]] = []
    for name, value in values.items():
        several = value if isinstance(value, list) else [value]
        query += [(name, text) for each in several if (text := text_of(each)) is not None]
    if query:
        url += ("&" if urlsplit(url).query else "?") + urlencode(query)
    return Request("GET", url)


def _filled(body: Any, values: Mapping[str, object]) -> Any:
    if is_parameter(body):
        return to_json(values.get(body["param"]))
    if isinstance(body, dict):
        return {name: _filled(child, values) for name, child in body.items()}
    return [_filled(child, values) for child in body] if isinstance(body, list) else body


def asking(
    source: SourceDocument, group: FieldGroup, given: Mapping[str, Evaluate]
) -> Callable[[Values, Any], Request]:
    """What renders the request from a stay's values; `given` are the parameters."""
    return lambda values, moment: render(source, group, {name: get(values, moment) for name, get in given.items()})


class FieldGroups:
    """The field groups of a project as expressions see them."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.root = Field(
            "object",
            {
                name: Field("object", {group: self._tree(found) for group, found in source.field_groups.items()})
                for name, source in project.sources.items()
            },
        )

    def find(self, source: str, group: str) -> tuple[SourceDocument, FieldGroup]:
        """A field group that `root` has, and whose it is."""
        document = self._project.sources[source]
        return document, document.field_groups[group]

    def parameters(self, source: str, group: str) -> Mapping[str, Type]:
        """The parameters that a field group takes, with their types; none where there is no such group."""
        document = self._project.sources.get(source)
        found = document.field_groups.get(group) if document is not None else None
        return found.parameter_types if found is not None else {}

    def looking(self, group: PlatformGroup, namespace: str) -> Looking:
        """What a field group of the built-in source looks at, by ids of a namespace."""
        paths = [tuple(path.split(".")) for path in group.fields] or [()]
        return Looking("profile" if self._kind(group) == "profile" else "experienceevent", namespace, lens(paths))

    def linked(self, event: str, root: Field) -> tuple[Field, dict[tuple[str, ...], Link]]:
        """The fields of an event with those of the records that it refers to [2.2]."""
        return linked(self._project, event, root)

    def _kind(self, group: PlatformGroup) -> str:
        schema = self._project.schemas.get(group.schema_)  # without one the source has its finding
        return self._project.registry.kind_of(schema) if schema is not None else "profile"

    def _tree(self, group: FieldGroup) -> Field:
        if not isinstance(group, PlatformGroup):
            return group.root
        root = self._project.root(group.schema_)
        if root is None:
            return Field("any")
        chosen = root.only([tuple(path.split(".")) for path in group.fields]) if group.fields else root
        if self._kind(group) == "profile":
            return Field("object", {**chosen.fields, "profile": chosen})
        return Field("object", {"experienceevent": Field("list", item=chosen)})


def within(path: tuple[str, ...]) -> tuple[str, ...]:
    """Where in an answer the value of a reference stands: what follows the names of source and field group."""
    return path[3:] if path[0] == PLATFORM and path[2:3] == ("profile",) else path[2:]
