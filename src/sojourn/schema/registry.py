"""The schema registry of a sandbox: documents that refer to each other, composed into trees of fields [2.1].

A sandbox has the library and its own documents; one of its own stands in the place of one of the library that has the
same name or `$id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from sojourn.errors import InputError
from sojourn.schema import library
from sojourn.schema.document import (
    ClassDocument,
    DataTypeDocument,
    FieldGroupDocument,
    Resource,
    SchemaDocument,
)
from sojourn.schema.fields import Field, parse_fields, parse_labels, scalar, texts
from sojourn.schema.json_schema import JsonSchemas, compose

Part = Literal["class", "fieldgroup", "datatype"]
EVENT_ID = ("_experience", "campaign", "orchestration", "eventID")
"""Where a payload carries the orchestration eventID [2.3]."""
ORCHESTRATION = "orchestration-eventid"
EXPERIENCE_EVENT, PROFILE = "experienceevent", "profile"
Kind = Literal["experienceevent", "profile", "record"]
_EVENT = Field("object", {"_id": scalar("string", required=True), "timestamp": scalar("dateTime", required=True)})


class Registry:
    """Compiles the documents of one sandbox. Each is compiled when it is first asked for, and kept."""

    def __init__(
        self,
        classes: Mapping[str, ClassDocument],
        field_groups: Mapping[str, FieldGroupDocument],
        data_types: Mapping[str, DataTypeDocument],
    ) -> None:
        self.classes = {**library.classes(), **classes}
        self.field_groups = {**library.field_groups(), **field_groups}
        self.data_types = {**library.data_types(), **data_types}
        self._json = JsonSchemas(self._find)
        self._trees: dict[int, Field] = {}
        self._stack: list[Resource] = []
        self._ids: dict[str, Resource] = {}
        for resource in (*self.data_types.values(), *self.field_groups.values(), *self.classes.values()):
            self._ids.setdefault(resource.name, resource)
        own = (*classes.values(), *field_groups.values(), *data_types.values())
        for resource in (*self._ids.values(), *own):
            if resource.id is not None:
                self._ids[resource.id] = resource

    def tree(self, resource: Resource) -> Field:
        """The fields of a class, field group or data type. Raises InputError naming the place in the document."""
        if id(resource) not in self._trees:
            places = [number for number, each in enumerate(self._stack) if each is resource]
            if places:
                chain = [each.name for each in (*self._stack[places[0] :], resource)]
                raise InputError("ERR_SCHEMA_CYCLE", field="fields", chain=" > ".join(chain))
            self._stack.append(resource)
            try:
                self._trees[id(resource)] = self._own(resource)
            finally:
                self._stack.pop()
        return self._trees[id(resource)]

    def schema(self, schema: SchemaDocument) -> Field:
        """The whole tree of a schema: its class, its field groups and its own fields. Raises InputError."""
        if id(schema) not in self._trees:
            self._trees[id(schema)] = self._compose(schema)
        return self._trees[id(schema)]

    def referred(self, name: str) -> tuple[Part, str] | None:
        """The kind and name of the document that a `$ref` names, None where there is none."""
        found = self._ids.get(name)
        kinds: dict[type[Resource], Part] = {
            ClassDocument: "class", FieldGroupDocument: "fieldgroup", DataTypeDocument: "datatype",
        }  # fmt: skip
        return (kinds[type(found)], found.name) if found is not None else None

    def kind_of(self, schema: SchemaDocument) -> Kind:
        """What a schema's records are; those of an unknown class are records."""
        class_ = self.classes.get(schema.base)
        if class_ is None:
            return "record"
        if class_.behavior == "timeseries":
            return "experienceevent"
        return "profile" if class_.name == PROFILE or class_.id == library.classes()[PROFILE].id else "record"

    def groups_of(self, schema: SchemaDocument) -> list[str]:
        """The names of a schema's field groups."""
        if schema.field_groups is not None:
            return schema.field_groups
        return [ORCHESTRATION] if self.kind_of(schema) == "experienceevent" else []

    def _compose(self, schema: SchemaDocument) -> Field:
        class_ = self.classes.get(schema.base)
        if class_ is None:
            known = ", ".join(self.classes)
            raise InputError("ERR_CLASS_UNKNOWN", field="base", name=schema.base, known=known)
        parts = [("base", class_.name, self.tree(class_))]
        for number, name in enumerate(self.groups_of(schema)):
            group = self.field_groups.get(name)
            if group is None:
                known = ", ".join(self.field_groups)
                raise InputError("ERR_GROUP_UNKNOWN", field=f"fieldGroups.{number}", name=name, known=known)
            parts.append((f"fieldGroups.{number}", name, self.tree(group)))
        parts.append(("fields", schema.name, self._own(schema)))
        whole = parts[0][2]
        if class_.behavior == "timeseries":
            whole = compose(_EVENT, whole)  # first, and in any class: whatever is read of an event needs them
        for number, (where, _, tree) in enumerate(parts[1:], 1):
            for _, other, before in parts[:number]:
                _refuse_conflict(before, tree, where, other)
            whole = compose(whole, tree)
        if whole.kind != "object":
            raise InputError("ERR_SCHEMA_NODE", field="definition")
        for path in schema.identities:
            found = whole.lookup(tuple(path.split(".")))
            if found is None or found.kind not in ("string", "integer"):
                raise InputError("ERR_SCHEMA_IDENTITY", field=f"identities.{path}", name=path)
        for number, relationship in enumerate(schema.relationships):
            if whole.lookup(tuple(relationship.field.split("."))) is None:
                raise InputError("ERR_PATH_FIELD", field=f"relationships.{number}.field", name=relationship.field)
        return self._described(schema, whole)

    def _own(self, resource: Resource) -> Field:
        """The fields that a document gives itself, named and labelled as it says."""
        parts = []
        if resource.definition is not None:
            parts.append(self._json.field(resource.definition, resource.id or resource.name))
        if resource.fields or not parts:
            parts.append(parse_fields(resource.fields, types=self._type) if resource.fields else Field("object"))
        found = parts[0] if len(parts) == 1 else compose(*parts)
        return found if isinstance(resource, SchemaDocument) else self._described(resource, found)

    def _described(self, resource: Resource, tree: Field) -> Field:
        for path, value in resource.names.items():
            title, titles = texts(value, f"names.{path}")
            tree = _changed(tree, path, f"names.{path}", title=title, titles=titles)
        for path, labels in resource.labels.items():
            tree = _changed(tree, path, f"labels.{path}", labels=parse_labels(labels, f"labels.{path}"))
        return tree

    def _type(self, name: str, where: str) -> Field:
        """The data type that a compact field refers to, by name or `$id`."""
        found = self.data_types.get(name) or self._ids.get(name)
        if found is None:
            raise InputError("ERR_SCHEMA_REF", field=where, reference=name)
        return self.tree(found)

    def _find(self, name: str) -> Any:
        """What a reference of a JSON Schema leads to: a JSON Schema, or the tree of a document without one."""
        found = self._ids.get(name)
        if found is None:
            return None
        return found.definition if found.definition is not None and not found.fields else self.tree(found)


def _changed(tree: Field, path: str, where: str, **facts: Any) -> Field:
    def change(field: Field) -> Field:
        return replace(field, **facts)

    found = tree.changed(tuple(path.split(".")), change)
    if found is None:
        raise InputError("ERR_PATH_FIELD", field=where, name=path)
    return found


def _refuse_conflict(before: Field, added: Field, where: str, other: str) -> None:
    """A part of a schema cannot make another type of a field that a part before it has. Raises InputError."""

    def look(field: Field, new: Field, path: tuple[str, ...]) -> None:
        if new.kind != field.kind and "any" not in (new.kind, field.kind):
            name = ".".join(path)
            place = f"{where}.{name}" if where == "fields" else where
            raise InputError("ERR_SCHEMA_CONFLICT", field=place, name=name, type=field.type_name(), other=other)
        for name, child in field.fields.items():
            if name in new.fields:
                look(child, new.fields[name], (*path, name))
        if field.item is not None and new.item is not None:
            look(field.item, new.item, path)

    look(before, added, ())
