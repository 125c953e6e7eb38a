"""The JSON body of a custom action: constant leaves and variables that a journey fills [5.1]."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sojourn.journey.plan import Evaluate, Values

VARIABLE_TYPES = (
    "string", "integer", "decimal", "boolean", "dateOnly", "dateTimeOnly", "dateTime", "duration",
)  # fmt: skip
_MARKS = {"$variable", "$label", "$mandatory"}


@dataclass(frozen=True, slots=True)
class Variable:
    """A part of the body that each journey gives."""

    path: str
    type: str
    label: str = ""
    mandatory: bool = False


def is_variable(node: object) -> bool:
    """Whether a node of the body is a variable rather than an object of the payload."""
    return isinstance(node, dict) and "$variable" in node


def variables(body: object, path: str = "") -> Iterator[Variable]:
    """The variables of a body, each with its dotted path. Raises ValueError with the rule that a body breaks."""
    if is_variable(body):
        assert isinstance(body, dict)
        if body["$variable"] not in VARIABLE_TYPES:
            raise ValueError(f"{path}: $variable names a type, one of {', '.join(VARIABLE_TYPES)}")
        if unknown := set(body) - _MARKS:
            raise ValueError(f"{path}: a variable has no {', '.join(sorted(map(str, unknown)))}")
        yield Variable(path, body["$variable"], str(body.get("$label", "")), body.get("$mandatory") is True)
    elif isinstance(body, dict):
        for name, child in body.items():
            if not isinstance(name, str) or "." in name or name.startswith("$"):
                raise ValueError(f"{path}: '{name}' cannot be a field's name: no dots, no leading $")
            yield from variables(child, f"{path}.{name}" if path else name)
    elif isinstance(body, list):
        for index, child in enumerate(body):
            yield from variables(child, f"{path}.{index}" if path else str(index))


def compile_body(body: object, given: Mapping[str, Evaluate]) -> Callable[[Values, Any], object]:
    """A function that builds the body from a stay's values. Variables that are not given are null.

    Written as one Python expression, with every constant and every field name bound by name: this runs for each call.
    """
    names: dict[str, Any] = {"__builtins__": {}}
    source = _source(body, "", given, names)
    return eval(f"lambda values, moment: {source}", names)  # type: ignore[no-any-return]  # noqa: S307 - see above


def _source(body: object, path: str, given: Mapping[str, Evaluate], names: dict[str, Any]) -> str:
    def bound(value: object) -> str:
        name = f"_{len(names)}"
        names[name] = value
        return name

    if is_variable(body):
        return f"{bound(given[path])}(values, moment)" if path in given else "None"
    if not any(True for _ in variables(body, path)):
        return bound(body)
    if isinstance(body, dict):
        members = [
            f"{bound(name)}: {_source(child, f'{path}.{name}' if path else name, given, names)}"
            for name, child in body.items()
        ]
        return "{" + ", ".join(members) + "}"
    assert isinstance(body, list)
    items = [
        _source(child, f"{path}.{index}" if path else str(index), given, names) for index, child in enumerate(body)
    ]
    return "[" + ", ".join(items) + "]"
