"""The JSON body of a custom action: constant parts and variables that a journey fills [5.1].

Everything is constant but what has a `$variable` in it::

    campaign: spring                                                  # a constant
    who: {$variable: string, $label: Customer, $mandatory: true}
    address: {$variable: object, $fields: {city: string, zip: string}}  # two variables: address.city, address.zip
    tags: {$variable: list<string>}
    items:                                  # a list of objects, each made of an element of the list that is given
      $variable: list<object>
      $example: [{sku: A1, price: 9.5}]     # the fields of the first object; `$fields` names them with their types
    mixed: [1, {$variable: string}, [a, {$variable: integer}]]          # item by item: mixed.1, mixed.2.1
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sojourn.errors import InputError, RuleError
from sojourn.expression import Type
from sojourn.expression.access import getter
from sojourn.journey.node import Evaluate, Values
from sojourn.schema.infer import sample

_SCALARS = ("string", "integer", "decimal", "boolean", "dateOnly", "dateTimeOnly", "dateTime", "duration")
OBJECT, OBJECTS = "object", "list<object>"
VARIABLE_TYPES = (*_SCALARS, *(f"list<{kind}>" for kind in _SCALARS))
_MARKS = {"$variable", "$label", "$mandatory", "$fields", "$example"}
_INSIDE = (*VARIABLE_TYPES, "any", "list<any>")
"""What an example can show besides: of a null, or of an empty list, nobody knows more."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A part of the body that each journey gives. Of a list of objects `fields` are those of each, with their types."""

    path: str
    type: str
    label: str = ""
    mandatory: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)


def is_variable(node: object) -> bool:
    """Whether a node of the body is a variable rather than an object of the payload."""
    return isinstance(node, dict) and "$variable" in node


def variables(body: object, path: str = "") -> Iterator[Variable]:
    """The variables of a body, each with its dotted path. Raises ValueError with the rule that a body breaks."""
    if is_variable(body):
        assert isinstance(body, dict)
        yield from _variable(body, path)
    elif isinstance(body, dict):
        for name, child in body.items():
            if not isinstance(name, str) or "." in name or name.startswith("$"):
                raise RuleError("INFO_RULE_BODY_NAME", path=path or "body", name=name)
            yield from variables(child, _under(path, name))
    elif isinstance(body, list):
        for index, child in enumerate(body):
            yield from variables(child, _under(path, index))


def _variable(node: dict[str, Any], path: str) -> Iterator[Variable]:
    kind = node["$variable"]
    if unknown := set(node) - _MARKS:
        raise RuleError("INFO_RULE_BODY_VARIABLE", path=path or "body", names=", ".join(sorted(map(str, unknown))))
    label, mandatory = str(node.get("$label", "")), node.get("$mandatory") is True
    if kind == OBJECT:
        for found in variables(_expanded(node, path), path):
            yield Variable(found.path, found.type, found.label, found.mandatory or mandatory, found.fields)
    elif kind == OBJECTS:
        inner: dict[str, str] = {}
        for found in variables(_expanded(node, path), path):
            name = found.path.removeprefix(f"{path}.")
            inner |= {name: found.type, **{f"{name}.{below}": kind for below, kind in found.fields.items()}}
        yield Variable(path, OBJECTS, label, mandatory, inner)
    elif kind in _INSIDE:
        yield Variable(path, kind, label, mandatory)
    else:
        types = ", ".join((*VARIABLE_TYPES, OBJECT, OBJECTS))
        raise RuleError("INFO_RULE_BODY_TYPE", path=path or "body", types=types)


def _expanded(node: dict[str, Any], path: str) -> dict[str, Any]:
    """What an object variable stands for: an object whose leaves are variables."""
    fields, example = node.get("$fields"), node.get("$example")
    if fields is None and isinstance(example, list) and example:
        example = example[0]  # the first object of an example defines the fields
    if fields is None and isinstance(example, dict):
        try:
            fields = sample(example, path)
        except InputError as error:
            raise ValueError(str(error)) from error
    if not isinstance(fields, dict) or not fields:
        raise RuleError("INFO_RULE_BODY_FIELDS", path=path or "body")
    return {name: _leaves(child, _under(path, name)) for name, child in fields.items()}


def _leaves(spec: object, path: str) -> dict[str, Any]:
    """A field's type, or the fields below it, as a variable or as an object of variables."""
    if isinstance(spec, str):
        return {"$variable": spec}
    if not isinstance(spec, dict):
        raise RuleError("INFO_RULE_BODY_FIELD", path=path or "body")
    if "$variable" in spec:
        return spec
    if "$list" in spec:
        return {"$variable": OBJECTS, "$fields": spec["$list"]}
    if "$map" in spec:
        return {"$variable": "any"}
    return {name: _leaves(child, _under(path, name)) for name, child in spec.items()}


def _under(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


# --- rendering ---


def compile_body(
    body: object, given: Mapping[str, Evaluate], mapping: Mapping[str, str] | None = None
) -> Callable[[Values, Any], object]:
    """A function that builds the body from a stay's values. Variables that are not given are null.

    `mapping` says what a field of a list's objects is called in the elements that are given, by the field's path in
    the body (`items.sku: product.number`); those not in it are called the same.

    Written as one Python expression, with every constant and every field name bound by name: this runs for each call.
    """
    names: dict[str, Any] = {"__builtins__": {}}
    source = _source(body, "", given, mapping or {}, names)
    return eval(f"lambda values, moment: {source}", names)  # type: ignore[no-any-return]  # noqa: S307 - see above


def _source(
    body: object, path: str, given: Mapping[str, Evaluate], mapping: Mapping[str, str], names: dict[str, Any]
) -> str:
    def bound(value: object) -> str:
        name = f"_{len(names)}"
        names[name] = value
        return name

    if is_variable(body):
        assert isinstance(body, dict)
        if body["$variable"] == OBJECT:
            return _source(_expanded(body, path), path, given, mapping, names)
        if path not in given:
            return "None"
        value = f"{bound(given[path])}(values, moment)"
        if body["$variable"] == OBJECTS:
            return f"{bound(_objects(_expanded(body, path), path, '', mapping))}({value})"
        return value
    if not any(True for _ in variables(body, path)):
        return bound(body)
    if isinstance(body, dict):
        members = [
            f"{bound(name)}: {_source(child, _under(path, name), given, mapping, names)}"
            for name, child in body.items()
        ]
        return "{" + ", ".join(members) + "}"
    assert isinstance(body, list)
    items = [_source(child, _under(path, index), given, mapping, names) for index, child in enumerate(body)]
    return "[" + ", ".join(items) + "]"


Element = Mapping[str, Any]


def _objects(
    fields: dict[str, Any], path: str, start: str, mapping: Mapping[str, str]
) -> Callable[[Any], list[object] | None]:
    """What makes the objects of a list out of the elements that are given; null stays null."""
    make = _object(fields, path, start, mapping)
    return lambda items: None if items is None else [make(item) if type(item) is dict else None for item in items]


def _object(
    fields: dict[str, Any], path: str, start: str, mapping: Mapping[str, str]
) -> Callable[[Element], dict[str, object]]:
    """What makes one object. `path` is its place in the body, `start` the fields that lead to it in the element."""
    members: dict[str, Callable[[Element], object]] = {}
    for name, child in fields.items():
        here, there = _under(path, name), _under(start, name)
        named = tuple(mapping.get(here, there).split("."))
        if not is_variable(child):
            members[name] = _object(child, here, there, mapping)
        elif child["$variable"] == OBJECT:
            members[name] = _object(_expanded(child, here), here, there, mapping)
        elif child["$variable"] == OBJECTS:
            get, make = getter(named, Type.parse(OBJECTS)), _objects(_expanded(child, here), here, "", mapping)
            members[name] = lambda item, get=get, make=make: make(get(item))  # type: ignore[misc]
        else:
            members[name] = getter(named, Type.parse(child["$variable"]))
    return lambda item: {name: member(item) for name, member in members.items()}
