"""What references reach: collections, maps, loops and projections (rule 7.2)."""

from __future__ import annotations

import pytest

from .world import compiled, run

VALUES = {
    "flag": True,
    "whole": 1,
    "text": "b",
    "items": [
        {
            "sku": "a", "price": 10.5, "count": 1, "at": "2026-02-27T10:00:00Z", "tags": ["x", "y"], "3h": 0.5,
            "size": {"width": 3}, "labels": {"en": "Apple", "ko": "사과"},
            "parts": [{"name": "core", "weight": 1}, {"name": "peel", "weight": 2.5}],
        },
        {"sku": "b", "price": 20, "tags": ["z", None], "parts": [{"name": "stone"}], "labels": {"en": "Plum"}},
        {"sku": "c", "price": None, "count": 7, "size": "?", "tags": "no", "parts": []},
        None,
        "not an item",
    ],
    "people": {"Email": [{"id": "ann@example.com", "primary": True}, {"id": "a2@example.com"}], "Phone": []},
    "limits": {"z": 1, "a": 2, "odd": "3"},
    "opens": [{"x": {"y": [1, {"z": "found"}]}}, {"x": 5}],
    "matrix": [[{"value": 1}, {"value": 2}], None, [{"value": 3}]],
    "raws": [1, "a", {"b": 2}, [3]],
    "raw": {"list": [{"n": 1}, {"n": 2}], "text": "t"},
    "texts": ["p", "q", None],
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "value"),
    [
        # projections keep a place for every element, and are one list however deep they go
        ("@{E.items.sku}", ["a", "b", "c", None, None]),
        ("@{E.items.price}", [10.5, 20.0, None, None, None]),
        ("@{E.items.'3h'}", [0.5, None, None, None, None]),
        ("@{E.items.size.width}", [3, None, None, None, None]),
        ("@{E.items.tags}", ["x", "y", "z", None]),
        ("@{E.items.parts.name}", ["core", "peel", "stone"]),
        ("@{E.matrix.value}", [1, 2, 3]),
        ("count(@{E.items.sku})", 3),
        # all, first, last, at
        ("@{E.items.all().sku}", ["a", "b", "c", None, None]),
        ("@{E.items.all(currentEventField.price > 5).sku}", ["a", "b"]),
        ("@{E.items.all(currentEventField.price > 500).sku}", []),
        ("@{E.items.all(currentEventField.price is null).sku}", ["c", None, None]),
        ("@{E.items.first().sku}", "a"),
        ("@{E.items.last().sku}", None),
        ("@{E.items.first(currentEventField.price > 15).sku}", "b"),
        ("@{E.items.first(currentEventField.price > 500).sku}", None),
        ("@{E.items.last(currentEventField.price > 1).sku}", "b"),
        ("@{E.items.last(currentEventField.sku is not null).count}", 7),
        ("@{E.items.at(1).sku}", "b"),
        ("@{E.items.at(@{E.whole}).sku}", "b"),
        ("@{E.items.at(-1).sku}", None),
        ("@{E.items.at(5).sku}", None),
        ("@{E.items.at(@{E.more}).sku}", None),
        ("@{E.items.at(0).at}", "2026-02-27T10:00:00Z"),
        ("@{E.items.all(inLastDays(currentEventField.at, 3)).sku}", ["a"]),
        ("@{E.texts.all(currentEventField != 'p')}", ["q"]),
        ("@{E.texts.first(currentEventField == @{E.other, defaultValue: 'q'})}", "q"),
        # one after another
        ("@{E.items.all(currentEventField.price > 1).parts.all(currentEventField.weight >= 2).name}", ["peel"]),
        ("@{E.items.all(currentEventField.price > 1).last().parts.first().name}", "stone"),
        ("@{E.items.at(0).parts.last(currentEventField.weight < 2).name}", "core"),
        ("@{E.items.parts.at(2).name}", "stone"),
        ("@{E.items.first().tags.at(1)}", "y"),
        # one in another: the inner element has the name, and the fields of other collections keep theirs
        ("@{E.items.all(count(currentEventField.parts.all(currentEventField.weight > 2).name) > 0).sku}", ["a"]),
        ("@{E.items.all(in('stone', currentEventField.parts.name)).sku}", ["b"]),
        ("@{E.items.all(currentEventField.parts.first().name == 'core').sku}", ["a"]),
        ("@{E.items.all(currentEventField.sku == @{E.text}).sku}", ["b"]),
        (
            "@{E.items.all(#{S.g.items.first(currentDataPackField.sku == currentEventField.sku).count} == 7).sku}",
            ["c"],
        ),
        (
            "@{E.items.all(@{E.items.first(currentEventField.price > 15).sku} == currentEventField.sku).sku}",
            ["b"],
        ),
        ("#{S.g.items.all(currentDataPackField.price > 15).sku}", ["b"]),
        ("@action{A.items.all(currentActionField.price > 15).sku}", ["b"]),
        # maps
        ("@{E.people.entry('Email').first().id}", "ann@example.com"),
        ("@{E.people.entry('Email').id}", ["ann@example.com", "a2@example.com"]),
        ("@{E.people.entry('Email').all(currentEventField.primary).id}", ["ann@example.com"]),
        ("@{E.people.entry('Fax').first().id}", None),
        ("@{E.people.firstEntryKey()}", "Email"),
        ("@{E.people.keys()}", ["Email", "Phone"]),
        ("@{E.limits.entry('z')}", 1),
        ("@{E.limits.entry('odd')}", None),
        ("@{E.limits.entry(@{E.other})}", None),
        ("@{E.limits.keys()}", ["z", "a", "odd"]),
        ("@{E.limits.keys().at(1)}", "a"),
        ("@{E.items.labels.entry('en')}", ["Apple", "Plum", None, None, None]),
        ("@{E.items.labels.keys()}", ["en", "ko", "en"]),
        ("@{E.items.labels.firstEntryKey()}", ["en", "en", None, None, None]),
        ("@{E.items.first().labels.entry('k' + 'o')}", "사과"),
        ("#{S.g.items.first(currentDataPackField.labels.firstEntryKey() == 'en').sku}", "a"),
        # raw JSON is gone into as what it is asked to be
        ("@{E.raw.text} == 't'", True),
        ("@{E.raw.text.more} is null", True),
        ("@{E.raw.list.all(currentEventField.n > 1).n}", [2]),
        ("@{E.raw.list.last().n}", 2),
        ("@{E.raw.keys()}", ["list", "text"]),
        ("@{E.raws.b}", [None, None, 2, None]),
        ("@{E.opens.x.y}", [[1, {"z": "found"}], None]),
        ("@{E.opens.first().x.y.last().z} == 'found'", True),
        # what is missing
        ("#{S.g.people.entry('X').first().id, defaultValue: 'none'}", "none"),
        ("@{E.items.first(currentEventField.sku == 'x').tags, defaultValue: ['d']}", ["d"]),
        # spaces and line ends
        ("@{ E\n. items .\n all( currentEventField\n.price > 15 )\n. sku }", ["b"]),
        ("@event{E.items.at(0).sku , defaultValue : 'x'}", "a"),
    ],
)
def test_value(source: str, value: object) -> None:
    found = run(f"toString({source})" if isinstance(value, str) and value.startswith("2026") else source, VALUES)
    assert found == value or str(found) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@{E.items}", "list<object>"),
        ("@{E.items.all(true)}", "list<object>"),
        ("@{E.items.first()}", "object"),
        ("@{E.items.at}", "list<dateTime>"),
        ("@{E.items.at.at(0)}", "dateTime"),
        ("@{E.items.tags}", "list<string>"),
        ("@{E.items.parts}", "list<object>"),
        ("@{E.people}", "object"),
        ("@{E.people.entry('a')}", "list<object>"),
        ("@{E.people.keys()}", "list<string>"),
        ("@{E.matrix}", "list<list<object>>"),
        ("@{E.matrix.first()}", "list<object>"),
        ("@{E.raw.x.y}", "any"),
        ("@{E.raws.first()}", "any"),
        ("@{E}", "object"),
        ("#{S.g}", "object"),
    ],
)
def test_type(source: str, expected: str) -> None:
    assert str(compiled(source).type) == expected
    assert run(source.replace("true", "false")) in (None, [])  # nothing is there: null, and no failure


def test_params_are_kept_for_the_fetch() -> None:
    source = """#{S.g.text, params: {most: 1 + 2, "city": #{S.g.other, params: {city: @{E.text}}}}, defaultValue: 'x'}
    == #{S.g.text, defaultValue: "y", params: {city: #{S.g.other, params: {'city': @{E . text}}}, most: (1+2)}}"""
    inner = ("city", "@{E.text}")
    outer = (("city", "#{S.g.other, params: {city: @{E.text}}}"), ("most", "1 + 2"))
    found = [(one.kind, one.path, one.params) for one in compiled(source).references]
    assert found == [
        ("event", ("E", "text"), ()),
        ("source", ("S", "g", "other"), (inner,)),
        ("source", ("S", "g", "text"), outer),
    ]
