"""Activities that do something: custom actions [5.1], changes of the profile [5.3]."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import msgspec

from sojourn.errors import InputError, rule_of
from sojourn.expression import EvaluationError, ExpressionError, Type, compile_expression, to_json
from sojourn.journey.action import Key, compile_request, parts
from sojourn.journey.activity.base import ERROR, THEN, BaseActivity, Onward
from sojourn.journey.body import OBJECTS, Variable
from sojourn.journey.finding import nearest
from sojourn.journey.labels import check_labels
from sojourn.journey.node import Action, Evaluate, Need, Node, Values
from sojourn.journey.request import Call, Write
from sojourn.journey.types import Expression, Identifier
from sojourn.schema.document import FieldPath, Name
from sojourn.schema.fields import Field
from sojourn.schema.validate import Validator

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder, Path
    from sojourn.journey.project import Kind, Project


def answers(project: Project, activities: Mapping[str, BaseActivity]) -> dict[str, tuple[str, Field]]:
    """The answers that expressions can read, of actions with an example of one: what the activity is called there ->
    (the activity, the fields of its answer).

    An activity goes by its label; by its key where it has none, or shares it with another.
    """
    found = []
    for id_, each in activities.items():
        action = project.actions.get(dict(each.uses()).get("action", ""))
        if action is not None and action.answer is not None:
            found.append((each.label or id_, id_, action.answer))
    labels = Counter(label for label, *_ in found)
    return {label if labels[label] == 1 else id_: (id_, answer) for label, id_, answer in found}


class ActionActivity(Onward):
    """Execute a custom action; expressions give what is variable in its path, headers, query and body.

    `mapping` says what a field of a list's objects is called in the elements that its expression gives, where that is
    another name: `{items.sku: product.number}`.
    """

    allowed: ClassVar = (THEN, ERROR)

    type: Literal["action"]
    action: Identifier
    path: Expression | None = None
    headers: dict[str, Expression] = {}
    query: dict[str, Expression] = {}
    parameters: dict[str, Expression] = {}
    mapping: dict[str, FieldPath] = {}

    def given(self) -> Iterator[tuple[Key, str]]:
        """What it gives to its action, each by an expression."""
        if self.path is not None:
            yield ("path",), self.path
        for section in ("headers", "query", "parameters"):
            found: Mapping[str, str] = getattr(self, section)
            yield from (((section, name), source) for name, source in found.items())

    def expressions(self) -> Iterator[str]:
        yield from (source for _, source in self.given())

    def uses(self) -> Iterator[tuple[Kind, str]]:
        yield "action", self.action

    def node(self, build: Builder, id_: str) -> Node:
        action = Action(id_, "action", self.label or id_, action=self.action)
        build.links.place(action)
        self._render(build, action)
        return action

    def _render(self, build: Builder, node: Action) -> None:
        definition = build.project.actions.get(self.action)
        where = ("activities", node.id)
        if definition is None:
            known = nearest(build.project.actions, self.action)
            build.say("ERR_ACTION_UNKNOWN", (*where, "action"), name=self.action, known=known)
            return
        try:
            wanted = dict(parts(definition))
        except ValueError as error:
            build.say("ERR_ACTION_BODY", (*where, "action"), rule=rule_of(error))
            return
        given: dict[Key, Evaluate] = {}
        needs: dict[Need, None] = {}
        for key, source in self.given():
            path = (*where, *key)
            if key not in wanted:
                near = nearest((name[-1] for name in wanted if name[0] == key[0]), key[-1])
                build.say("ERR_PARAM_UNKNOWN", path, action=self.action, name=key[-1], known=near)
            else:
                given[key], asked = build.evaluate(source, Type.parse(wanted[key].type), path)
                needs |= dict.fromkeys(asked)
                check_labels(build, source, definition.name, definition.labels, path)
        self._check_given(build, where, wanted, given)
        request, name, timeout = compile_request(definition, given, self.mapping), self.action, build.timeout
        node.render = lambda values, moment: Call(name, request(values, moment), timeout)
        node.needs = tuple(needs)

    def _check_given(
        self, build: Builder, where: Path, wanted: Mapping[Key, Variable], given: Mapping[Key, Evaluate]
    ) -> None:
        for key, variable in wanted.items():
            if key not in given and (variable.mandatory or key == ("path",)):
                build.say("ERR_PARAM_MANDATORY", (*where, key[0]), action=self.action, name=variable.path)
        fields = [f"{variable.path}.{name}" for variable in wanted.values() for name in variable.fields]
        for name in self.mapping:
            if name not in fields:
                path = (*where, "mapping", name)
                build.say("ERR_PARAM_UNKNOWN", path, action=self.action, name=name, known=nearest(fields, name))
        for variable in wanted.values():
            if variable.fields and variable.path in self.parameters:
                self._check_mapping(build, where, variable)

    def _check_mapping(self, build: Builder, where: Path, variable: Variable) -> None:
        """What the fields of a list's objects are mapped to is in the elements that its expression gives."""
        try:
            elements = compile_expression(self.parameters[variable.path], build.scope).attributes
        except ExpressionError:
            return  # said already
        for name, named in self.mapping.items():
            field, inner, begun = name.removeprefix(f"{variable.path}."), elements, ""
            if field not in variable.fields:
                continue
            for around in _lists_around(field, variable.fields):
                of = self.mapping.get(f"{variable.path}.{around}", around.removeprefix(begun))
                outer = _inside(inner, of)
                inner = outer.item.fields if outer is not None and outer.item is not None else {}
                begun = f"{around}."
            if inner and _inside(inner, named) is None:
                path = (*where, "mapping", name)
                build.say("ERR_MAPPING_FIELD", path, name=named, field=field, known=nearest(inner, named))


def _lists_around(field: str, fields: Mapping[str, str]) -> Iterator[str]:
    """The lists of objects that a field stands in, from the outside in, by their paths."""
    names = field.split(".")
    for size in range(1, len(names)):
        path = ".".join(names[:size])
        if fields.get(path) == OBJECTS:
            yield path


def _inside(fields: Mapping[str, Field], path: str) -> Field | None:
    """The field at a dotted path; what stands in something of any form is of any form."""
    here: Field | None = Field("object", fields)
    for name in path.split("."):
        if here is None or here.kind == "any":
            break
        here = here.fields.get(name)
    return here


class UpdateProfileActivity(Onward):
    """Set a field of the person's profile [5.3]: of the dataset's schema, and to what an expression gives.

    A null leaves the field as it is.
    """

    allowed: ClassVar = (THEN, ERROR)

    type: Literal["updateProfile"]
    dataset: Name
    field: FieldPath
    value: Expression

    def expressions(self) -> Iterator[str]:
        yield self.value

    def uses(self) -> Iterator[tuple[Kind, str]]:
        yield "dataset", self.dataset

    def node(self, build: Builder, id_: str) -> Node:
        node = Action(id_, "updateProfile", self.label or id_, action=self.field)
        build.links.place(node)
        where, path = ("activities", id_), tuple(self.field.split("."))
        if build.document.namespace is None:
            build.say("ERR_UPDATE_NAMESPACE", where)
        field = self._field(build, where, path)
        if field is None:
            return node
        evaluate, asked = build.evaluate(self.value, Type.parse(field.type_name()), (*where, "value"))
        whole = field
        for name in reversed(path):
            whole = Field("object", {name: whole})
        validator = Validator(whole)

        def render(values: Values, moment: Any) -> Write:
            value = to_json(evaluate(values, moment))
            for name in reversed(path):
                value = {name: value}
            record = msgspec.json.encode(value)
            try:
                validator.check(record)
            except InputError:
                raise EvaluationError("ERR_UPDATE_VALUE", field=".".join(path)) from None
            return Write(record)

        profile, _ = build.profile({})
        node.render, node.needs = render, (profile, *asked)
        return node

    def _field(self, build: Builder, where: Path, path: tuple[str, ...]) -> Field | None:
        project = build.project
        dataset = project.datasets.get(self.dataset)
        if dataset is None:
            known = nearest(project.datasets, self.dataset)
            build.say("ERR_DATASET_UNKNOWN", (*where, "dataset"), name=self.dataset, known=known)
            return None
        intake = build.intake(dataset)
        if intake is None or not intake.enabled or intake.kind != "profile":
            build.say("ERR_UPDATE_DATASET", (*where, "dataset"), name=self.dataset)
            return None
        root = project.root(dataset.schema_)
        field = None if root is None else root.lookup(path)
        if not isinstance(field, Field) or field.kind in ("object", "map"):
            build.say("ERR_UPDATE_FIELD", (*where, "field"), name=self.field, schema=dataset.schema_)
            return None
        if "enum" in field.rules or (field.item is not None and "enum" in field.item.rules):
            build.say("ERR_UPDATE_ENUM", (*where, "field"), name=self.field)
            return None
        return field
