"""The payload preview: a message that our own inlet takes as an event, ready to paste [3.6]."""

from __future__ import annotations

import json
import pprint
import shlex
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from sojourn.errors import ConflictError
from sojourn.expression import ExpressionError
from sojourn.expression.parse import parse
from sojourn.expression.tree import Call, Listing, Run, Value, Written
from sojourn.expression.tree import Field as Reference
from sojourn.journey.document import EventDocument
from sojourn.journey.events import compile_event, event_id_of, visible, whom
from sojourn.journey.project import Project, said
from sojourn.journey.references import names_of, references
from sojourn.schema.fields import Field
from sojourn.schema.registry import EVENT_ID
from sojourn.schema.sample import sample

Form = Literal["json", "curl", "python", "javascript"]
Request = dict[str, Any]
"""`method`, `url`, `headers`, and `body`: the message."""
_CALLS = ("contain", "containIgnoreCase", "startWith", "startWithIgnoreCase", "endWith", "endWithIgnoreCase",
          "equalIgnoreCase", "in")  # fmt: skip
"""Functions that hold where their first argument is the second, or the first of it."""
_NOW = "2026-03-01T10:00:00Z"


def message(project: Project, event: EventDocument, dataset: str | None = None) -> dict[str, Any]:
    """A message with the selected fields, those that the schema, the key and the condition need, and the eventID.

    Raises ConflictError for an event in error.
    """
    seen, root = visible(project, event), project.root(event.schema_)
    if seen is None or root is None or compile_event(project, event)[1]:
        raise ConflictError("ERR_BROKEN", kind=said("event"), name=event.name)
    entity = sample(_with_required(seen, root)) or {}
    entity |= {"_id": f"{event.name}-1", "timestamp": _NOW}
    entity.pop("identityMap", None)
    _drop(entity, EVENT_ID)
    person = whom(project, event)
    if person.key is None and person.namespace is not None:
        _put(entity, ("identityMap",), {person.namespace: [{"id": "customer-1", "primary": True}]})
    elif person.key is not None:
        for each in references(person.key):
            _fill(entity, root, names_of(each)[1:])
    if event.type == "system":
        _put(entity, EVENT_ID, event_id_of(project.sandbox, event))
    elif event.condition is not None:
        for path, value in _demanded(event.condition, root):
            _put(entity, path, value)
    reference = {"id": event.schema_, "contentType": "application/json"}
    header = {"schemaRef": reference, "source": {"name": "Sojourn"}, **({"datasetId": dataset} if dataset else {})}
    return {"header": header, "body": {"xdmMeta": {"schemaRef": reference}, "xdmEntity": entity}}


def addressed(
    project: Project, event: EventDocument, entity: dict[str, Any], person: str, fields: Mapping[str, Any], now: int
) -> None:
    """Makes a sample the event of `person` at `now` (epoch ms): an id of its own, and values by dotted path."""
    moment = datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="milliseconds")
    entity |= {"_id": str(uuid.uuid4()), "timestamp": moment.replace("+00:00", "Z")}
    about = whom(project, event)
    if about.key is None:
        _put(entity, ("identityMap",), {about.namespace: [{"id": person, "primary": True}]})
    else:
        root = project.root(event.schema_)
        read = [names_of(each)[1:] for each in references(about.key)]
        if len(read) == 1 and root is not None:  # a key of several fields is for the sender to fill
            number = getattr(root.lookup(read[0]), "kind", None) == "integer" and person.isdecimal()
            _put(entity, read[0], int(person) if number else person)
    for name, value in fields.items():
        _put(entity, tuple(name.split(".")), value)


def is_event(project: Project, event: EventDocument, entity: dict[str, Any]) -> bool:
    """Whether a record is the event and says whom it is about."""
    plan, _ = compile_event(project, event)
    return plan is None or (plan.test(entity) is True and plan.key(entity) is not None)


def written(request: Request, form: Form) -> str:
    """The request as text to paste."""
    text = json.dumps(request["body"], indent=2, ensure_ascii=False)
    match form:
        case "json":
            return text + "\n"
        case "curl":
            headers = [f"  -H {shlex.quote(f'{name}: {value}')}" for name, value in request["headers"].items()]
            lines = [
                f"curl -X {request['method']} {shlex.quote(request['url'])}",
                *headers,
                f"  -d {shlex.quote(text)}",
            ]
            return " \\\n".join(lines) + "\n"
        case "python":
            return _PYTHON.format(
                message=pprint.pformat(request["body"], width=100, sort_dicts=False),
                url=request["url"],
                headers=request["headers"],
                method=request["method"],
            )
        case "javascript":
            headers_ = json.dumps(request["headers"], indent=2).replace("\n", "\n  ")
            return _JAVASCRIPT.format(
                message=text, url=json.dumps(request["url"]), headers=headers_, method=json.dumps(request["method"])
            )


_PYTHON = """import json
import urllib.request

message = {message}

request = urllib.request.Request(
    {url!r},
    data=json.dumps(message).encode(),
    headers={headers!r},
    method={method!r},
)
with urllib.request.urlopen(request) as answer:
    print(answer.status, answer.read().decode())
"""
_JAVASCRIPT = """const message = {message};

const answer = await fetch({url}, {{
  method: {method},
  headers: {headers},
  body: JSON.stringify(message),
}});
console.log(answer.status, await answer.text());
"""


def _with_required(seen: Field, root: Field) -> Field:
    """What is seen of a payload, and what the schema requires besides."""
    names = {name for name, child in root.fields.items() if child.required or name in seen.fields}
    fields = {
        name: _with_required(seen.fields[name], child) if name in seen.fields and child.kind == "object" else child
        for name, child in root.fields.items()
        if name in names
    }
    return Field("object", fields, required=root.required, rules=root.rules, whole=root.whole)


def _put(entity: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    here = entity
    for name in path[:-1]:
        if not isinstance(here.get(name), dict):
            here[name] = {}
        here = here[name]
    here[path[-1]] = value


def _drop(entity: dict[str, Any], path: tuple[str, ...]) -> None:
    """Takes a value out, and the objects that hold nothing else."""
    name, *rest = path
    inner = entity.get(name)
    if rest and isinstance(inner, dict):
        _drop(inner, tuple(rest))
    if not rest or inner == {}:
        entity.pop(name, None)


def _fill(entity: dict[str, Any], root: Field, path: tuple[str, ...]) -> None:
    """A value at `path`, unless there is one."""
    field, here = root.lookup(path), entity
    for name in path[:-1]:
        inner = here.get(name)
        here = inner if isinstance(inner, dict) else {}
    if field is not None and path[-1] not in here:
        _put(entity, path, sample(field))


def _demanded(condition: str, root: Field) -> list[tuple[tuple[str, ...], Any]]:
    """Values that a condition of plain comparisons asks for; of alternatives, the first's."""
    found: list[tuple[tuple[str, ...], Any]] = []

    def take(reference: Reference, value: Any) -> None:
        path = names_of(reference)[1:]
        kind = getattr(root.lookup(path), "kind", None)
        if kind in ("string", "integer", "decimal", "boolean") and value is not None:
            found.append((path, value))

    def look(node: Written) -> None:
        if isinstance(node, Call) and len(node.args) == 2 and isinstance(node.args[0], Reference):
            given = node.args[1].items[0] if isinstance(node.args[1], Listing) else node.args[1]
            if node.name in _CALLS and isinstance(given, Value):
                take(node.args[0], given.value)
        if not isinstance(node, Run):
            return
        symbol, other = node.rest[0]
        if symbol in ("and", "or"):
            look(node.first)
            for _, each in node.rest if symbol == "and" else ():
                look(each)
        elif isinstance(node.first, Reference) and isinstance(other, Value) and len(node.rest) == 1:
            take(node.first, _value(symbol, other.value))

    try:
        look(parse(condition))
    except ExpressionError:
        return []
    return found


def _value(symbol: str, value: Any) -> Any:
    """A value that stands in the comparison to `value`; None where none is known."""
    if symbol in ("==", ">=", "<="):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {">": value + 1, "<": value - 1, "!=": value + 1}.get(symbol)
    return f"{value}x" if symbol == "!=" and isinstance(value, str) else None
