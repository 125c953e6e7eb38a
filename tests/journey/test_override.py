"""`--set ACTIVITY.FIELD=VALUE` [6.33]."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sojourn.errors import InputError
from sojourn.journey.override import override

DOCUMENT: dict[str, Any] = {
    "name": "j",
    "reentrance": True,
    "start": "s",
    "activities": {
        "s": {"type": "event", "event": "A", "next": ["b", "w"]},
        "b": {"type": "event", "event": "B", "next": "c"},
        "w": {"type": "wait", "duration": "P21D", "next": None},
        "c": {"type": "condition", "paths": {"yes": "@{A.n} == 1"}, "next": {"yes": "x"}},
        "x": {"type": "end"},
        "start": {"type": "end"},
    },
}


@pytest.mark.parametrize(
    ("change", "path", "value"),
    [
        ("w.duration=P10D", "activities.w.duration", "P10D"),
        (" w.duration =P10D", "activities.w.duration", "P10D"),
        ("reentrance=false", "reentrance", False),
        ("start=b", "start", "b"),  # the journey's start, not the activity of that name
        ("description=5", "description", "5"),  # a text stays a text
        ("c.paths.yes=@{A.n} == 2", "activities.c.paths.yes", "@{A.n} == 2"),
        ("c.paths.yes=true", "activities.c.paths.yes", "true"),
        ("s.next=[w]", "activities.s.next", ["w"]),
        ("s.next=w", "activities.s.next", "w"),
        ("w.next=x", "activities.w.next", "x"),
        ("b.timeout=PT5S", "activities.b.timeout", "PT5S"),  # a field that the document leaves out
        ("s.next={a: [", "activities.s.next", "{a: ["),  # no YAML: as it is
        ("globalTimeout=P1D", "globalTimeout", "P1D"),  # of the journey too
        ("w.duration=", "activities.w.duration", ""),
        ("c.next.yes=b", "activities.c.next.yes", "b"),
    ],
)
def test_one_value_changes(change: str, path: str, value: object) -> None:
    before = copy.deepcopy(DOCUMENT)
    expected: Any = copy.deepcopy(DOCUMENT)
    here = expected
    *parents, last = path.split(".")
    for part in parents:
        here = here[part]
    here[last] = value
    assert override(DOCUMENT, change) == expected
    assert before == DOCUMENT  # the document itself stays


NOWHERE = ["w.duration", "y.duration=P10D", "reentrence=false", "w.duration.x=1", "w=1", "=1", ""]


@pytest.mark.parametrize("change", NOWHERE)
def test_a_path_to_nowhere_is_refused(change: str) -> None:
    with pytest.raises(InputError) as caught:
        override(DOCUMENT, change)
    assert caught.value.code == "ERR_SET_PATH" and caught.value.field == "--set"
    assert "the journey 'j'" in caught.value.text()
