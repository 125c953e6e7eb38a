"""Of each field the newest value, in whatever order records arrive [1.2]."""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sojourn.profile.attributes import Layer, Layers, entity, union, upsert
from sojourn.schema.lens import lens

LEAVES = {
    ("a",): st.one_of(st.none(), st.integers(0, 3), st.text("xy", max_size=2)),
    ("b", "c"): st.one_of(st.none(), st.booleans(), st.lists(st.integers(0, 2), max_size=2)),
    ("b", "d", "e"): st.one_of(st.none(), st.integers(0, 3)),
    ("b", "d", "f"): st.text("xy", max_size=1),
    ("g",): st.floats(0, 2, allow_nan=False),
}
"""The fields of a schema, each of one shape."""


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, values in LEAVES.items():
        if draw(st.booleans()):
            here = found
            for name in path[:-1]:
                here = here.setdefault(name, {})
            here[path[-1]] = draw(values)
    return found


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    return Layer(draw(st.integers(0, 3)), draw(st.integers(0, 1)), json.dumps(draw(records())).encode())


def leaves(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    if isinstance(value, dict):
        return {k: v for name, each in value.items() for k, v in leaves(each, (*path, name)).items()}
    return {} if value is None else {path: value}


def by_the_rule(given_: list[Layer]) -> dict[tuple[str, ...], Any]:
    """Field by field: the value of the newest moment, of equal ones the greatest as JSON."""
    found: dict[tuple[str, ...], tuple[tuple[int, int], str, Any]] = {}
    for layer in given_:
        for path, value in leaves(json.loads(layer.body)).items():
            text = json.dumps(value, separators=(",", ":"))
            this = ((layer.moment, layer.order), text, value)
            if path not in found or found[path][:2] < this[:2]:
                found[path] = this
    return {path: value for path, (_, _, value) in found.items()}


def all_of(given_: list[Layer]) -> Layers:
    return reduce(upsert, given_, ())


@given(st.lists(layers(), max_size=6), st.randoms())
def test_the_newest_value_of_each_field_in_any_order(given_: list[Layer], chance: Any) -> None:
    expected = by_the_rule(given_)
    assert leaves(entity(all_of(given_))) == expected
    chance.shuffle(given_)
    assert leaves(entity(all_of(given_))) == expected
    assert leaves(entity(all_of([*given_, *given_]))) == expected, "the same again changes nothing"


@given(st.lists(layers(), max_size=4), st.lists(layers(), max_size=4))
def test_two_profiles_together_are_as_if_all_had_come_to_one(left: list[Layer], right: list[Layer]) -> None:
    assert leaves(entity(union(all_of(left), all_of(right)))) == by_the_rule(left + right)


@given(st.lists(layers(), max_size=6))
def test_no_field_stands_in_two_layers(given_: list[Layer]) -> None:
    found = all_of(given_)
    stamps = [(layer.moment, layer.order) for layer in found]
    assert stamps == sorted(set(stamps), reverse=True)
    paths = [path for layer in found for path in leaves(json.loads(layer.body))]
    assert len(paths) == len(set(paths))


def test_a_record_that_says_nothing_new_changes_nothing() -> None:
    found = upsert((), Layer(2, 0, b'{"a":1}'))
    assert upsert(found, Layer(1, 0, b'{"a":2}')) is found
    assert upsert(found, Layer(2, 0, b'{"a":1}')) is found
    assert upsert(found, Layer(3, 0, b'{"a":null}')) is found, "a null neither sets nor clears"


def test_a_lens_reads_what_is_asked_for() -> None:
    found = upsert(upsert((), Layer(1, 0, b'{"a":1,"b":{"c":2,"d":3}}')), Layer(2, 0, b'{"b":{"c":4}}'))
    assert entity(found, lens([("b", "c")])) == {"b": {"c": 4}}
