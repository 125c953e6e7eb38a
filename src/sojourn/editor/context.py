"""Values to try an expression on, given as JSON: `sojourn eval` and the documentation's examples.

A context says what the expression sees::

    {"now": "2026-03-01T10:00:00Z", "timezone": "UTC",
     "events": {"Order": {"types": {"items.at": "dateTime"}, "payload": {...}}},
     "sources": {"Shop": {"customer": {...}}}, "types": {"Shop.customer.since": "dateOnly"},
     "segments": ["VIP"], "actions": {"Score": {...}}, "qualification": {...}, "journey": {...}}

All of it is optional. Types that `types` does not name are inferred from the values; an object on which the expression
calls `.entry(...)`, `.keys()` or `.firstEntryKey()` is a map.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from sojourn import identifiers
from sojourn.errors import InputError
from sojourn.expression import Constant, Expression, Reference, Slot, Type, compile_expression, reader
from sojourn.expression.access import getter
from sojourn.expression.parse import parse, unescape
from sojourn.expression.reference import SELECTIONS
from sojourn.expression.scope import JOURNEY_PROPERTIES, SEGMENT_QUALIFICATION, type_of
from sojourn.expression.tree import Field as Reading
from sojourn.expression.tree import Kind, Written, children
from sojourn.expression.values import MAX_INTEGER, MIN_INTEGER, read_date_time, read_date_time_only, read_zone
from sojourn.schema.fields import MAX_DEPTH, SCALARS, Field
from sojourn.schema.validate import decode_error

Path = tuple[str, ...]
Types = Mapping[str, Any]
PLATFORM, PROPERTIES, QUALIFICATION = "ExperiencePlatform", "JourneyProperties", "SegmentQualification"
_PART = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^.\[\]]+""", re.DOTALL)


class Event(msgspec.Struct):
    """An event that has happened."""

    payload: dict[str, Any] | None = None
    types: dict[str, Any] | None = None


class Context(msgspec.Struct, forbid_unknown_fields=True):
    """What an expression sees; see above."""

    now: str | int | None = None
    timezone: str | None = None
    events: dict[str, Event] | None = None
    sources: dict[str, dict[str, Any]] | None = None
    types: dict[str, Any] | None = None
    segments: list[str] | None = None
    actions: dict[str, Any] | None = None
    qualification: dict[str, Any] | None = None
    journey: dict[str, Any] | None = None


def read_context(data: object) -> Context:
    """The context that decoded JSON describes. Raises InputError naming the field."""
    try:
        return msgspec.convert(data, Context)
    except msgspec.ValidationError as error:
        raise decode_error(error, "context") from None


class Trial:
    """An expression compiled for one context. Raises InputError for the context, ExpressionError for the expression."""

    def __init__(self, source: str, context: Context) -> None:
        self._moment = _Moment(context)
        written = parse(source)
        try:
            scope = ContextScope(context, written)
        except RecursionError:
            raise InputError("ERR_JSON_DEPTH", field="context") from None
        self.expression: Expression = compile_expression(source, scope)
        self._slots = scope.slots

    def evaluate(self) -> object:
        """The typed value. Raises EvaluationError."""
        return self.expression.evaluate(self._slots, self._moment)


class _Moment:
    """The context's moment; draws are the same each time."""

    def __init__(self, context: Context) -> None:
        self.now = _now(context)
        self._segments = frozenset(context.segments or ())
        self._draws = 0

    def random(self) -> float:
        self._draws += 1
        return identifiers.fraction("", 0, self._draws)

    def uuid(self) -> str:
        self._draws += 1
        return identifiers.random_uuid("", 0, self._draws)

    def in_segment(self, name: str) -> bool:
        return name in self._segments


def _now(context: Context) -> datetime:
    """The moment that the context gives: ISO 8601, in its time zone if without an offset, or epoch milliseconds."""
    zone = read_zone(context.timezone or "UTC")
    if zone is None:
        raise InputError("ERR_CONTEXT_ZONE", field="context.timezone", zone=context.timezone)
    found: datetime | None = datetime.now(UTC)
    if isinstance(context.now, int):
        try:
            found = datetime.fromtimestamp(context.now / 1000, UTC)
        except (OverflowError, ValueError, OSError):
            found = None
    elif context.now is not None:
        local = read_date_time_only(context.now)
        found = local.replace(tzinfo=zone) if local else read_date_time(context.now)
    if found is None:
        raise InputError("ERR_CONTEXT_NOW", field="context.now", value=context.now)
    return found


class ContextScope:
    """The context's values, each in a slot of its own."""

    def __init__(self, context: Context, source: Written) -> None:
        events = {name: event.payload or {} for name, event in (context.events or {}).items()}
        self._data: dict[Kind, dict[str, Any]] = {
            "event": {QUALIFICATION: context.qualification or {}, **events},
            "source": {PROPERTIES: context.journey or {}, **_both_ways(context.sources or {})},
            "action": context.actions or {},
        }
        maps = frozenset(_maps(source, None))
        self._roots: dict[Kind, Field] = {kind: _inferred([data], (kind,), maps) for kind, data in self._data.items()}
        self._known("event", QUALIFICATION, SEGMENT_QUALIFICATION)
        self._known("source", PROPERTIES, JOURNEY_PROPERTIES)
        for name, event in (context.events or {}).items():
            self._declare("event", (name,), event.types or {}, f"context.events.{name}.types")
        for path, kind in (context.types or {}).items():
            first = _parts(path)[:1]
            known = (one for one, root in self._roots.items() if {*first} & {*root.fields})
            where: Kind = next(known, "source")
            self._declare(where, (), dict.fromkeys(_both_paths(path), kind), "context.types")
        self.slots: list[object] = []

    def _known(self, kind: Kind, name: str, known: Field) -> None:
        """Adds what is there without being given; it has its own types, unless a value does not fit."""
        root, values = self._roots[kind], self._data[kind][name]
        fields = dict(root.fields[name].fields)
        for part, field in known.fields.items():
            if values.get(part) is None or reader(type_of(field))(values[part]) is not None:
                fields[part] = field
        self._roots[kind] = Field("object", {**root.fields, name: Field("object", fields)})

    def _declare(self, kind: Kind, start: Path, types: Types, where: str) -> None:
        for path, text in types.items():
            field = f"{where}.{path}"
            if isinstance(text, dict):
                self._declare(kind, (*start, *_parts(path)), text, field)
                continue
            if not isinstance(text, str) or (wanted := _type(text)) is None:
                raise InputError("ERR_CONTEXT_TYPE", field=field, type=text)
            names = (*start, *_parts(path))
            if not names:
                raise InputError("ERR_CONTEXT_PATH", field=where, path=path)
            self._roots[kind] = _typed(self._roots[kind], names, wanted)

    def root(self, kind: Kind) -> Field:
        return self._roots[kind]

    def params(self, source: str, group: str) -> Mapping[str, Type] | None:
        return None

    def resolve(self, reference: Reference, field: Field) -> Slot | Constant:
        self.slots.append(getter(reference.path, type_of(field))(self._data[reference.kind]))
        return Slot(len(self.slots) - 1)


# --- the built-in source: `profile.` may be left out [4.1] ---


def _both_ways(sources: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The sources, with the attributes of the built-in one's field groups under `profile` and without it."""
    groups = dict(sources.get(PLATFORM, {}))
    for name, group in groups.items():
        if isinstance(group, dict) and "experienceevent" not in group:
            profile = group.get("profile", group)
            groups[name] = {**profile, **group, "profile": profile} if isinstance(profile, dict) else group
    return {**sources, PLATFORM: groups} if groups else dict(sources)


def _both_paths(path: str) -> list[str]:
    """A path, and in the built-in source its other form too."""
    source, _, rest = path.partition(".")
    group, _, inner = rest.partition(".")
    if source != PLATFORM or not inner or inner.partition(".")[0] == "experienceevent":
        return [path]
    inner = inner.removeprefix("profile.")
    return [f"{source}.{group}.profile.{inner}", f"{source}.{group}.{inner}"]


# --- types of values -----------------------------------------------------------------------------------------------


def _maps(node: Written, collection: Path | None) -> Iterator[Path]:
    """The paths, each after its kind, that are used as maps; `*` stands for any key. `collection` is looped over."""
    if not isinstance(node, Reading):
        for child in children(node):
            yield from _maps(child, collection)
        return
    path: Path = (node.kind,)
    steps = node.path
    if node.kind == "loop":
        path, steps = collection or (), steps[1:]
    for step in steps:
        if not step.selects:
            path += (step.name,)
            continue
        if SELECTIONS.get(step.name, ("",))[0] == "map":
            yield path
            path += ("*",)
        if step.argument is not None:
            yield from _maps(step.argument, path)
    for value in (node.default, *(param.value for param in node.params)):
        if value is not None:
            yield from _maps(value, collection)


def _inferred(values: Sequence[object], path: Path, maps: frozenset[Path], depth: int = 0) -> Field:
    """The field that all the values can stand in; `any` where they have nothing in common or are all null."""
    present: list[Any] = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    deeper = depth + 1
    if depth > MAX_DEPTH or not kinds:
        return _ANY
    if kinds == {dict} and path in maps:
        values = [item for value in present for item in value.values()]
        return Field("map", item=_inferred(values, (*path, "*"), maps, deeper))
    if kinds == {dict}:
        by_name: dict[str, list[object]] = {}
        for value in present:
            for name, item in value.items():
                by_name.setdefault(name, []).append(item)
        return Field("object", {name: _inferred(items, (*path, name), maps, deeper) for name, items in by_name.items()})
    if kinds == {list}:
        return Field("list", item=_inferred([item for value in present for item in value], path, maps, deeper))
    if kinds == {int}:
        return Field("integer" if all(MIN_INTEGER <= value <= MAX_INTEGER for value in present) else "decimal")
    if kinds <= {int, float}:
        return Field("decimal")
    return Field({str: "string", bool: "boolean"}.get(kinds.pop(), "any") if len(kinds) == 1 else "any")


_ANY = Field("any")


def _parts(path: str) -> Path:
    """A dotted path's names; quotes as in a reference, and `[]` or `[0]` behind a list's name means nothing more."""
    return tuple(unescape(part) if part[0] in "\"'" else part for part in _PART.findall(path))


def _type(text: str) -> Field | None:
    """The field of a type: `list<T>`, `listT` or `list`, `map<T>` or `map`, `object`, `any`, or a scalar's name."""
    if text in (*SCALARS, "object", "any", "list", "map"):
        return Field(text)
    found = re.fullmatch(r"(list|map)(?:<(.+)>|([A-Z].*))", text, re.DOTALL)
    item = _type(found[2] or found[3][0].lower() + found[3][1:]) if found else None
    return Field(found[1], item=item) if found and item else None


def _typed(field: Field, path: Path, wanted: Field) -> Field:
    """`field` with what stands at `path` as a `wanted`. The path needs no word for the items of a list."""
    item = field.item or _ANY
    if not path:
        return _retyped(field, wanted)
    if field.kind == "list":
        return Field("list", item=_typed(item, path[1:] if path[0].isdecimal() else path, wanted))
    if field.kind == "map":
        inside = item
        while inside.kind == "list" and inside.item:
            inside = inside.item
        return Field("map", item=_typed(item, path if path[0] in inside.fields else path[1:], wanted))
    child = _typed(field.fields.get(path[0], _ANY), path[1:], wanted)
    return Field("object", {**field.fields, path[0]: child})


def _retyped(field: Field, wanted: Field) -> Field:
    """A `wanted`, with what is known of its parts kept; another type given for a list is that of its items."""
    if wanted.kind == "list" or field.kind == "list":
        own = field.item or _ANY if field.kind == "list" else field
        inner = wanted.item if wanted.kind == "list" else wanted
        return Field("list", item=_retyped(own, inner) if inner else own)
    if wanted.kind == field.kind == "map" and wanted.item:
        return Field("map", item=_retyped(field.item or _ANY, wanted.item))
    return field if wanted.kind in (field.kind, "object") and field.kind in ("map", "object") else wanted
