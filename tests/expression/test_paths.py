"""Any path over any data gives what a walk of a few plain lines gives, and is typed as that walk finds (rule 7.2)."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from sojourn.expression import reader
from sojourn.expression.parse import parse
from sojourn.expression.printer import canonical, quoted
from sojourn.expression.scope import type_of
from sojourn.schema.fields import Field

from ..engine.generator import examples
from .trees import shape
from .world import COLLECTIONS, FIELDS, Now, compiled, slots

LOOPS = {"@{E.": "currentEventField", "#{S.g.": "currentDataPackField", "@action{A.": "currentActionField"}
KEYS = ["Email", "a", "한국"]
ANY, TEXT = Field("any"), Field("string")


class Step(NamedTuple):
    """A name, or a selection with what stands in its parentheses and, for a condition, its twin."""

    name: str
    inside: str | None = None
    given: Any = None


def many(item: Field) -> Field:
    return Field("list", item=item)


def under(field: Field) -> Field:
    return field.item or ANY


def flat(value: Any, field: Field) -> tuple[Any, Field]:
    while field.kind == "list" and under(field).kind == "list":
        value = None if value is None else [each for inner in value if inner is not None for each in inner]
        field = under(field)
    return value, field


def follow(value: Any, field: Field, step: Step) -> tuple[Any, Field]:
    """One step further in typed JSON."""
    if step.inside is None:
        value, field = flat(value, field)
        inner = under(field) if field.kind == "list" else field
        found = inner if inner.kind == "any" else inner.fields[step.name]

        def get(each: Any) -> Any:
            return each.get(step.name) if isinstance(each, dict) else None

        if field.kind == "list":
            return flat(None if value is None else [get(each) for each in value], many(found))
        return get(value), found
    if field.kind == "any":
        field = many(ANY) if step.name in ("all", "first", "last", "at") else Field("map", item=ANY)
        value = value if isinstance(value, list if field.kind == "list" else dict) else None
    if field.kind == "list" and under(field).kind == "map":
        gives = {"entry": under(under(field)), "keys": many(TEXT), "firstEntryKey": TEXT}.get(step.name)
        if gives is not None:
            each_gives = None if value is None else [follow(each, under(field), step)[0] for each in value]
            return flat(each_gives, many(gives))
    kept = None
    if step.name in ("all", "first", "last") and value is not None:
        kept = [each for each in value if step.given is None or step.given(each)]
    match step.name:
        case "all":
            return kept, field
        case "first":
            return (kept[0] if kept else None), under(field)
        case "last":
            return (kept[-1] if kept else None), under(field)
        case "at":
            return dict(enumerate(value or ())).get(step.given), under(field)
        case "entry":
            return (value or {}).get(step.given), under(field)
        case "keys":
            return None if value is None else list(value), many(TEXT)
    return next(iter(value or ()), None), TEXT


def typed(value: Any, field: Field) -> Any:
    """JSON in which everything has its field's type or is null."""
    if field.kind == "object":
        known = isinstance(value, dict)
        return {name: typed(value.get(name), each) for name, each in field.fields.items()} if known else None
    if field.kind == "map":
        return {name: typed(each, under(field)) for name, each in value.items()} if isinstance(value, dict) else None
    if field.kind == "list":
        return [typed(each, under(field)) for each in value] if isinstance(value, list) else None
    return reader(type_of(field))(value)


def part(name: str) -> str:
    return name if name.isidentifier() else quoted(name)


def _called(step: Step, name: str) -> Step:
    return step._replace(name=name)


def conditions(item: Field, loop: str) -> list[Step]:
    found = [Step("", "", None), Step("", f"{loop} is not null", lambda each: each is not None)]
    for name in item.fields if item.kind == "object" else ():
        found.append(
            Step("", f"{loop}.{part(name)} is null", lambda each, name=name: each is None or each[name] is None)
        )
    if item.kind in ("integer", "decimal"):
        found.append(Step("", f"{loop} > 0", lambda each: each is not None and each > 0))
    return found


def steps(field: Field, loop: str) -> list[st.SearchStrategy[Step]]:
    """What may follow a field."""
    found: list[st.SearchStrategy[Step]] = []
    flattened = flat(None, field)[1]
    inner = under(flattened) if flattened.kind == "list" else field
    if inner.kind in ("object", "any"):
        found.append(st.sampled_from(sorted(inner.fields) or ["a", "b"]).map(Step))
    if field.kind in ("list", "any"):
        held = st.sampled_from(conditions(under(field), loop))
        found += [st.builds(_called, held, st.just(name)) for name in ("all", "first", "last")]
        found.append(st.integers(-1, 3).map(lambda index: Step("at", str(index), index)))
    if field.kind in ("map", "any") or (field.kind == "list" and under(field).kind == "map"):
        found.append(st.sampled_from(KEYS).map(lambda key: Step("entry", quoted(key), key)))
        found.append(st.sampled_from([Step("keys", ""), Step("firstEntryKey", "")]))
    return found


@st.composite
def paths(draw: st.DrawFn) -> tuple[str, str, list[Step], Any]:
    """How a reference begins, the field it is about, its further steps, and a value of that field."""
    opening, name = draw(st.sampled_from(sorted(LOOPS))), draw(st.sampled_from(sorted(COLLECTIONS)))
    field, found = FIELDS[name], list[Step]()
    for _ in range(draw(st.integers(1, 5))):
        if possible := steps(field, LOOPS[opening]):
            found.append(draw(st.one_of(possible)))
            field = follow(None, field, found[-1])[1]
    return opening, name, found, draw(data(FIELDS[name]))


SCALARS: dict[str, list[Any]] = {
    "string": ["a", ""], "integer": [0, 5, 2.0], "decimal": [0.5, 3, -1.0], "boolean": [True, False],
    "dateTime": ["2026-02-27T10:00:00Z"],
}  # fmt: skip


def data(field: Field) -> st.SearchStrategy[Any]:
    """JSON as the field promises it, mostly."""
    wrong: st.SearchStrategy[Any] = st.sampled_from([None, None, "x", 1, [], {}, [[]], [{}], {"a": 1}, True])
    match field.kind:
        case "object":
            right: st.SearchStrategy[Any] = st.fixed_dictionaries(
                {name: data(each) for name, each in field.fields.items()}
            )
        case "list":
            right = st.lists(data(under(field)), min_size=1, max_size=3) | st.just([])
        case "map":
            right = st.dictionaries(st.sampled_from(KEYS), data(under(field)), max_size=2)
        case "any":
            leaves = st.sampled_from([None, 1, "a", True])
            right = st.recursive(leaves, lambda below: st.lists(below) | st.dictionaries(st.sampled_from("ab"), below))
        case kind:
            right = st.sampled_from(SCALARS[kind])
    return st.one_of(right, right, right, wrong)


def readable(value: Any, field: Field) -> Any:
    """What can be compared of a value: objects stay as they were in JSON, so they are read here."""
    return typed(value, field) if field.kind in ("object", "list", "map") else value


@given(paths())
@examples(150)
def test_a_path_is_a_walk(path: tuple[str, str, list[Step], Any]) -> None:
    opening, name, further, given = path
    texts = [part(step.name) if step.inside is None else f"{step.name}({step.inside})" for step in further]
    source = opening + ".".join([name, *texts]) + "}"
    expression = compiled(source)
    value, field = typed(given, FIELDS[name]), FIELDS[name]
    for step in further:
        value, field = follow(value, field, step)
    assert expression.type == type_of(field)
    assert readable(expression.evaluate(slots({name: given}), Now()), field) == readable(value, field)
    assert shape(parse(canonical(source))) == shape(parse(source))
